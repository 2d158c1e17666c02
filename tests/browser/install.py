"""Fetch what the browser tests need: Debian's Chromium and its driver, axe-core by npm into .cache/browser."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

from engines.install import InstallError, install_system_packages, run

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "browser"
AXE = CACHE / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")

SYSTEM_PACKAGES = {"chromium": str(CHROMIUM), "chromium-driver": str(DRIVER)}
"""Debian package -> the file that shows it is installed."""


def install() -> None:
    """Bring all into place. Idempotent; a second process waits for the first.

    Raises:
        InstallError: no root for apt-get, no npm, or one of them failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_system_packages(SYSTEM_PACKAGES)
        lockfile = HERE / "package-lock.json"
        known = CACHE / "package-lock.json"
        if AXE.exists() and known.read_bytes() == lockfile.read_bytes():
            return
        if shutil.which("npm") is None:
            raise InstallError("npm is not installed; it brings axe-core")
        shutil.copy(HERE / "package.json", CACHE)
        shutil.copy(lockfile, CACHE)
        run("npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", cwd=CACHE)
