"""The files of a release, and the sums by which anybody sees that they are as they were published."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .place import SUMS


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(release: Path) -> None:
    """Write the SHA-256 of every other file, as sha256sum does."""
    names = [path.relative_to(release).as_posix() for path in files_below(release)]
    lines = [f"{sha256_of(release / name)}  {name}\n" for name in names if name != SUMS]
    (release / SUMS).write_text("".join(lines), "utf-8")
