"""The records of a WARC file, each with its offset; what is damaged is named, and what is whole behind it is read.

The reading is our own because none of the libraries tells of damage: warcio 1.8 prints a decompression error and goes
on, fastwarc 2.0 ends the file there, and both give a payload that was cut short without a word.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ...numerals import whole_number

LARGEST = 256 * 1024 * 1024
"""Bytes of a decompressed record; a larger one is no page, and is passed over without being held in memory."""
LONGEST_HEADER = 64 * 1024
LONGEST_LENGTH = 15
"""Digits of a record's length."""
CHUNK = 64 * 1024
GZIP = b"\x1f\x8b\x08"
MAGIC = b"WARC/"
_HEAD = re.compile(rb"WARC/\d\.\d\r?\n(?:[\w-]+:[^\r\n]*\r?\n)*?WARC-Type:", re.I)
BEHIND = b"\r\n\r\n"
"""What ends a record's headers, and its block."""


class Damaged(Exception):
    """A record that is not whole; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One whole WARC record."""

    offset: int
    """Where it begins, or where the gzip member that holds it does."""
    headers: dict[str, str]
    """By lower-case name."""
    block: bytes
    """All behind the headers, as stored; empty for one larger than LARGEST."""

    @property
    def kind(self) -> str:
        """The WARC-Type, in lower case."""
        return self.headers.get("warc-type", "").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A place of the file from which no record could be read."""

    offset: int
    message: str


class Records:
    """The records that begin at `start` or behind it and before `end`, in the order of the file, and what is damaged.

    `start` must be where a record begins (see `find_record`); after damage the next record found is gone on with.
    """

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._end = end
        self.offset: int | None = start
        """Where the next record is expected; None at the end of the file."""

    def __iter__(self) -> Iterator[Record | Damage]:
        compressed = is_gzip(self._file)
        while self.offset is not None and self.offset < self._end:
            offset = self.offset
            self._file.seek(offset)
            try:
                record = _gzip_record(self._file, offset) if compressed else _plain_record(self._file, offset)
            except Damaged as error:
                self.offset = find_record(self._file, offset + 1)
                yield Damage(offset=offset, message=str(error))
                continue
            self.offset = None if record is None else self._file.tell()
            if record is not None:
                yield record


def read_record(file: BinaryIO, offset: int) -> Record:
    """The record at an offset.

    Raises:
        Damaged: there is none, or it is not whole.
    """
    found = next(iter(Records(file, offset, offset + 1)), None)
    if not isinstance(found, Record):
        raise Damaged(found.message if found else "the file ends before it")
    return found


def is_gzip(file: BinaryIO) -> bool:
    """Whether a file begins with a gzip member, or is named like one whose beginning is damaged."""
    file.seek(0)
    start = file.read(len(MAGIC))
    return start.startswith(GZIP) or (start != MAGIC and str(getattr(file, "name", "")).endswith(".gz"))


def find_record(file: BinaryIO, start: int) -> int | None:
    """Offset of the first record that begins at `start` or behind it; None if there is none.

    In a compressed file that is the first gzip member whose content begins as a WARC record; in a plain one the first
    text that reads as the headers of one, which a record that holds a WARC file can counterfeit (`Collection` checks).
    """
    compressed = is_gzip(file)
    mark = GZIP if compressed else MAGIC
    position = start
    tail = b""
    file.seek(position)
    while chunk := file.read(CHUNK):
        window = tail + chunk
        window_start = position - len(tail)
        found = window.find(mark)
        while found >= 0:
            if _begins_record(file, window_start + found, compressed):
                return window_start + found
            found = window.find(mark, found + 1)
        position += len(chunk)
        tail = window[-(len(mark) - 1) :]
        file.seek(position)
    return None


def _begins_record(file: BinaryIO, offset: int, compressed: bool) -> bool:
    file.seek(offset)
    start = file.read(1024)
    if compressed:
        try:
            return zlib.decompressobj(wbits=31).decompress(start, len(MAGIC)) == MAGIC
        except zlib.error:
            return False
    return bool(_HEAD.match(start))


def holds_many_in_one_member(file: BinaryIO) -> bool:
    """Whether a gzip file was compressed as one piece instead of record by record, so that no record can be sought.

    Told by its first record, which describes the file and is short; where that one is long, the answer is False.
    """
    file.seek(0)
    try:
        content = zlib.decompressobj(wbits=31).decompress(file.read(16 * CHUNK))
        headers, start = _headers(content)
        return content[start + _length(headers) :].lstrip(b"\r\n").startswith(MAGIC)
    except (Damaged, zlib.error):
        return False


def _gzip_record(file: BinaryIO, offset: int) -> Record | None:
    content, is_whole = _member(file)
    if not content:
        return None
    headers, start = _headers(content)
    length = _length(headers)
    if not is_whole:
        return Record(offset=offset, headers=headers, block=b"")
    _check_block(content[start : start + length], length, content[start + length :])
    return Record(offset=offset, headers=headers, block=content[start : start + length])


def _member(file: BinaryIO) -> tuple[bytes, bool]:
    """The content of the gzip member at the file's position, which then is behind it; whether all of it is held.

    Raises:
        Damaged: there is none, or it is not whole.
    """
    decompressor = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    held = 0
    while not decompressor.eof:
        chunk = file.read(CHUNK)
        if not chunk:
            if not pieces:
                return b"", True
            raise Damaged("the file ends within a compressed record")
        try:
            piece = decompressor.decompress(chunk)
        except zlib.error as error:
            raise Damaged(f"not a whole gzip member: {error}") from error
        held += len(piece)
        # The first piece always: the headers are in it.
        if held <= LARGEST or not pieces:
            pieces.append(piece)
    file.seek(-len(decompressor.unused_data), 1)
    return b"".join(pieces), held <= LARGEST


def _plain_record(file: BinaryIO, offset: int) -> Record | None:
    start = file.read(LONGEST_HEADER)
    if not start.strip():
        return None
    headers, header_length = _headers(start)
    length = _length(headers)
    file.seek(offset + header_length)
    if length > LARGEST:
        file.seek(length, 1)
        block = b""
    else:
        block = file.read(length)
        if len(block) < length:
            raise Damaged(f"the file ends after {len(block)} of the {length} bytes that the record states")
    # Two line breaks end a record by the standard; some writers put more or fewer before the next one.
    behind = file.read(len(BEHIND) + len(MAGIC))
    breaks = len(behind) - len(behind.lstrip(b"\r\n"))
    if not behind.startswith(BEHIND) and not MAGIC.startswith(behind[breaks:][: len(MAGIC)]):
        raise Damaged(f"the record states {length} bytes, but does not end behind them")
    file.seek(offset + header_length + length + breaks)
    return Record(offset=offset, headers=headers, block=block)


def _headers(content: bytes) -> tuple[dict[str, str], int]:
    """The headers at the start of a record, and the length of what they take up.

    Raises:
        Damaged: there are none.
    """
    if not content.startswith(MAGIC):
        raise Damaged("no WARC record")
    length = content.find(BEHIND, 0, LONGEST_HEADER) + len(BEHIND)
    if length < len(BEHIND):
        raise Damaged("the headers of the record do not end")
    lines = content[:length].decode("utf-8", "replace").splitlines()[1:]
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}, length


def _length(headers: dict[str, str]) -> int:
    stated = headers.get("content-length", "")
    length = whole_number(stated, LONGEST_LENGTH)
    if length is None:
        raise Damaged("the record does not state its length")
    return length


def _check_block(block: bytes, length: int, behind: bytes) -> None:
    """Raises Damaged where a record's stated length is not that of its member's content."""
    if len(block) < length:
        raise Damaged(f"the record states {length} bytes and has {len(block)}")
    if behind.strip(b"\r\n"):
        raise Damaged(f"the record states {length} bytes and has {length + len(behind.rstrip())}")
