"""Which archives a source names, and how they are opened: WARC and ARC files, compressed or not, alone or in a WACZ."""

from __future__ import annotations

import glob
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ..compression import Unpacked
from .warc import is_gzip, is_one_stream

RECORDS = (".warc", ".warc.gz", ".arc", ".arc.gz")
SUFFIXES = (*RECORDS, ".wacz")
_LOCAL_HEADER = 30
"""Bytes of a zip entry's own header before its name (PKWARE's APPNOTE, 4.3.7)."""


class ArchiveError(Exception):
    """A source that is no archive; the message names it."""


class Region(io.RawIOBase):
    """Part of a file as a file of its own: an archive that stands uncompressed inside a WACZ."""

    def __init__(self, file: BinaryIO, start: int, length: int, name: str) -> None:
        super().__init__()
        self.name = name
        self._file, self._start, self._length, self._position = file, start, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        size = max(0, min(len(buffer), self._length - self._position))
        self._file.seek(self._start + self._position)
        content = self._file.read(size)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def close(self) -> None:
        self._file.close()
        super().close()


def find_archives(source: str) -> list[str]:
    """The WARC and ARC files of a file, folder or pattern, sorted.

    Paths as written; those in a WACZ as 'x.wacz/archive/y.warc.gz'.

    Raises:
        ArchiveError: the source names nothing, or a file that is no archive.
    """
    path = Path(source)
    if path.is_dir():
        paths = sorted(str(file) for file in path.rglob("*") if file.name.lower().endswith(SUFFIXES))
    else:
        paths = [source] if path.is_file() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - not below one folder
    if not paths:
        raise ArchiveError(f"{source}: no such file, folder or pattern with archives ({', '.join(SUFFIXES)})")
    return [name for one in paths for name in _members(one)]


def _members(path: str) -> Iterator[str]:
    if not zipfile.is_zipfile(path):
        yield path
        return
    with zipfile.ZipFile(path) as wacz:
        names = sorted(name for name in wacz.namelist() if name.lower().endswith(RECORDS))
    if not names:
        raise ArchiveError(f"{path}: a zip file without WARC files in it")
    yield from (f"{path}/{name}" for name in names)


def open_archive(name: str) -> BinaryIO:
    """A file of `find_archives`, open at its start; offsets in it are those of `fetches.archive_offset`.

    A gzip file whose members are not its records is read through its decompressed content, and offsets count in that.

    Raises:
        OSError: it cannot be opened.
    """
    path, inside = _split(name)
    if inside is None:
        file: BinaryIO = path.open("rb")
    else:
        file = _open_member(path, inside, name)
    if is_gzip(file) and is_one_stream(file):
        file.seek(0)
        return cast("BinaryIO", io.BufferedReader(Unpacked(file)))
    file.seek(0)
    return file


def archive_size(name: str) -> int:
    """Bytes of an archive, as `open_archive` counts offsets; for one compressed as one piece only an estimate."""
    with open_archive(name) as file:
        return 1 if isinstance(getattr(file, "raw", None), Unpacked) else file.seek(0, io.SEEK_END)


def _split(name: str) -> tuple[Path, str | None]:
    """A path, and what it names inside a WACZ."""
    path = Path(name)
    for parent in path.parents:
        if parent.is_file():
            return parent, str(path.relative_to(parent))
    return path, None


def _open_member(path: Path, inside: str, name: str) -> BinaryIO:
    with zipfile.ZipFile(path) as wacz:
        entry = wacz.getinfo(inside)
        if entry.compress_type != zipfile.ZIP_STORED:
            # Against the WACZ specification, which wants archives stored so that they can be sought in.
            return io.BytesIO(wacz.read(entry))
    file = path.open("rb")
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    region = Region(file, entry.header_offset + _LOCAL_HEADER + names, entry.file_size, name)
    return cast("BinaryIO", io.BufferedReader(region))


def standing_for(name: str, data: Path) -> str:
    """How `fetches.archive_file` names an archive: below the data folder relative to it, else absolute.

    So a data folder can be moved with the archive that a crawl kept in it.
    """
    path = Path(name).absolute()
    folder = data.absolute()
    return path.relative_to(folder).as_posix() if folder in path.parents else path.as_posix()
