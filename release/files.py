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
    lines = [f"{sha256_of(path)}  {path.relative_to(release).as_posix()}\n" for path in files_below(release)]
    (release / SUMS).write_text("".join(lines), "utf-8")
