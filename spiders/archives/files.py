"""Which archives a source names, and how they are opened: WARC and ARC files, compressed or not, alone or in a WACZ.

They stand on this machine or in an object store.
"""

from __future__ import annotations

import glob
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ...addresses import is_web_address
from ...objects.files import find_objects, open_object
from ...objects.store import NoLibrary
from ...objects.urls import BadStoreUrl, is_store_url
from ...positioned import Positioned
from ..compression import Unpacked
from .warc import is_gzip, is_one_stream

RECORDS = (".warc", ".warc.gz", ".arc", ".arc.gz")
SUFFIXES = (*RECORDS, ".wacz")
_PACKED = (".warc.zst", ".warc.bz2", ".warc.xz")
"""Of a folder, what is told to be compressed in a way that is not read."""
_WACZ = re.compile(r"(.*?\.wacz)/(.+)", re.IGNORECASE | re.DOTALL)
"""What stands in a WACZ of a store, where asking whether each part of a path is a file costs a request."""
_LOCAL_HEADER = 30
"""Bytes of a zip entry's own header before its name (PKWARE's APPNOTE, 4.3.7)."""


class ArchiveError(Exception):
    """A source that is no archive; the message names it."""


class Region(Positioned):
    """Part of a file as a file of its own: an archive that stands uncompressed inside a WACZ."""

    def __init__(self, file: BinaryIO, start: int, length: int, name: str) -> None:
        super().__init__(name, length)
        self._file, self._start = file, start

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        size = max(0, min(len(buffer), self._size - self._position))
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

    Paths as written, in a store their addresses; those in a WACZ as 'x.wacz/archive/y.warc.gz'.

    Raises:
        ArchiveError: the source names nothing, or a file that is no archive.
        OSError: a store does not answer, or refuses.
    """
    path = Path(source)
    if is_store_url(source):
        paths = _stored(source)
    elif path.is_dir():
        paths = sorted(str(file) for file in path.rglob("*") if file.name.lower().endswith((*SUFFIXES, *_PACKED)))
    else:
        paths = [source] if path.is_file() else sorted(glob.glob(source, recursive=True))  # noqa: PTH207 - not below one folder
    if not paths:
        raise ArchiveError(f"{source}: no such file, folder or pattern with archives ({', '.join(SUFFIXES)})")
    return [name for one in paths for name in _members(one)]


def _stored(source: str) -> list[str]:
    """The archives that an address in a store names.

    Raises:
        ArchiveError: it is of something else, or of no address.
        OSError: the store does not answer, or refuses.
    """
    try:
        found = find_objects(source, SUFFIXES)
    except (BadStoreUrl, NoLibrary) as error:
        raise ArchiveError(str(error)) from error
    if other := next((name for name in found if not name.lower().endswith(SUFFIXES)), None):
        raise ArchiveError(
            f"{other}: only archives ({', '.join(SUFFIXES)}) are read from a store; copy it to this machine"
        )
    return found


def _open_file(path: str) -> BinaryIO:
    return open_object(path) if is_store_url(path) else Path(path).open("rb")


def _members(path: str) -> Iterator[str]:
    with _open_file(path) as file:
        if not zipfile.is_zipfile(file):
            yield path
            return
        with zipfile.ZipFile(file) as wacz:
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
    file = _open_file(path) if inside is None else _open_member(path, inside, name)
    if is_gzip(file) and is_one_stream(file):
        file.seek(0)
        return cast("BinaryIO", io.BufferedReader(Unpacked(file)))
    file.seek(0)
    return file


def archive_size(name: str) -> int:
    """Bytes of an archive, as `open_archive` counts offsets; for one compressed as one piece only an estimate."""
    with open_archive(name) as file:
        return 1 if isinstance(getattr(file, "raw", None), Unpacked) else file.seek(0, io.SEEK_END)


def _split(name: str) -> tuple[str, str | None]:
    """A path or address, and what it names inside a WACZ."""
    if is_store_url(name):
        stored = _WACZ.match(name)
        return (stored[1], stored[2]) if stored else (name, None)
    path = Path(name)
    for parent in path.parents:
        if parent.is_file():
            return str(parent), str(path.relative_to(parent))
    return name, None


def _open_member(path: str, inside: str, name: str) -> BinaryIO:
    with _open_file(path) as whole, zipfile.ZipFile(whole) as wacz:
        entry = wacz.getinfo(inside)
        if entry.compress_type != zipfile.ZIP_STORED:
            # Against the WACZ specification, which wants archives stored so that they can be sought in.
            return io.BytesIO(wacz.read(entry))
    file = _open_file(path)
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    region = Region(file, entry.header_offset + _LOCAL_HEADER + names, entry.file_size, name)
    return cast("BinaryIO", io.BufferedReader(region))


def standing_for(name: str, data: Path) -> str:
    """How `fetches.archive_file` names an archive: below the data folder relative to it, else absolute.

    So a data folder can be moved with the archive that a crawl kept in it. In a store its address is its name.
    """
    if is_store_url(name):
        return name
    path = Path(name).absolute()
    folder = data.absolute()
    return path.relative_to(folder).as_posix() if folder in path.parents else path.as_posix()


def place_of(shown: str, data: Path) -> str:
    """Where an archive stands that `fetches.archive_file` names: a path, or an address."""
    return shown if is_store_url(shown) or is_web_address(shown) else str(data / shown)
