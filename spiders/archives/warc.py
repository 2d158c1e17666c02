"""The records of a WARC or ARC file, each with its offset; what is damaged is named, and what is whole is read.

The reading is our own because none of the libraries tells of damage: warcio 1.8 prints a decompression error and goes
on, fastwarc 2.0 ends the file there, and both give a payload that was cut short without a word; warcio takes the ARC
records of version 2 apart wrongly.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ...numerals import whole_number
from .heads import LONGEST_HEAD, LONGEST_MARK, MARK, Damaged, is_headed, record_head

LARGEST = 256 * 1024 * 1024
"""Bytes of a decompressed record; a larger one is no page, and of it no more than LONGEST_HEAD bytes are held."""
LONGEST_LENGTH = 15
"""Digits of a record's length."""
CHUNK = 64 * 1024
GZIP = b"\x1f\x8b\x08"
LOOKED_INTO = 4
"""Members of a gzip file that tell whether its records can be sought."""
GAP = b"\r\n\r\n"
"""What stands between two records by the standard; some writers put more, fewer or others."""

ANOTHER_BEGINS = "another record begins within its gzip member"
NO_LENGTH = "the record does not state its length"
_PACKED = {b"\x28\xb5\x2f\xfd": "Zstandard", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
"""How files begin that are compressed in a way that is not read."""
_BLANK = re.compile(rb"\xef\xbb\xbf[\r\n]*|[\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of an archive."""

    offset: int
    """Where it begins, or where the gzip member that holds it does."""
    headers: dict[str, str]
    """By lower-case name; those of an ARC record as WARC names them."""
    block: bytes
    """All behind the headers, as stored; the beginning of one larger than LARGEST."""
    fault: str | None = None
    """How the record is not whole, so that its block is only what there is of it; None for a whole one."""
    is_held: bool = True
    """False for one larger than LARGEST, which is whole in the file and of which the block is the beginning."""

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
    """The record at an offset, or what there is of it.

    Raises:
        Damaged: there is none.
    """
    found = next(iter(Records(file, offset, offset + 1)), None)
    if not isinstance(found, Record):
        raise Damaged(found.message if found else "the file ends before it")
    return found


def is_gzip(file: BinaryIO) -> bool:
    """Whether a file begins with a gzip member, or is named like one whose beginning is damaged."""
    file.seek(0)
    start = file.read(CHUNK)
    return start.startswith(GZIP) or (not _begins_record(start) and str(getattr(file, "name", "")).endswith(".gz"))


def find_record(file: BinaryIO, start: int) -> int | None:
    """Offset of the first record that begins at `start` or behind it; None if there is none.

    In a compressed file that is the first gzip member whose content begins as a record; in a plain one the first line
    that reads as the head of one, which a record that holds an archive can counterfeit (`Collection` checks).
    """
    compressed = is_gzip(file)
    position = start
    while True:
        # A line is known by the line break before it.
        file.seek(max(0, position - 1))
        window = file.read(CHUNK + 1)
        window_start = max(0, position - 1)
        if len(window) <= position - window_start:
            return None
        for found in _marks(window, position - window_start, compressed):
            file.seek(window_start + found)
            piece = file.read(CHUNK)
            if _begins_record(_first_content(piece) if compressed else piece):
                return window_start + found
        # What may be a mark stands at the border of two windows.
        position = max(position + 1, window_start + len(window) - LONGEST_MARK)
        if len(window) < CHUNK:
            return None


def _marks(window: bytes, start: int, compressed: bool) -> Iterator[int]:
    """Where in a window of the file, from `start` on, a record may begin."""
    if not compressed:
        yield from (mark.start() for mark in MARK.finditer(window) if mark.start() >= start)
        return
    found = window.find(GZIP, start)
    while found >= 0:
        yield found
        found = window.find(GZIP, found + 1)


def _first_content(member: bytes) -> bytes:
    """The beginning of what a gzip member holds; empty for what is none."""
    try:
        return zlib.decompressobj(wbits=31).decompress(member, LONGEST_HEAD)
    except zlib.error:
        return b""


def _begins_record(content: bytes) -> bool:
    try:
        return is_headed(record_head(content)[0])
    except Damaged:
        return False


def is_one_stream(file: BinaryIO) -> bool:
    """Whether the members of a gzip file are not its records, so that no record can be sought.

    It was compressed as one piece, or in pieces of any size, against the standard. Told by its first members.
    """
    file.seek(0)
    try:
        return any(not _holds_one_record(file) for _ in range(LOOKED_INTO))
    except (Damaged, EOFError, zlib.error):
        return False


def _holds_one_record(file: BinaryIO) -> bool:
    """Whether the gzip member at the file's position, which then is behind it, holds one record or only empty lines.

    Raises:
        Damaged: it begins no record.
        EOFError, zlib.error: it is not whole.
    """
    decompressor = zlib.decompressobj(wbits=31)
    content, passed, end = b"", 0, None
    chunk = b"-"
    while chunk and not decompressor.eof:
        chunk = file.read(CHUNK)
        content += decompressor.decompress(chunk)
        is_all = decompressor.eof or not chunk
        if end is None and (len(content) >= LONGEST_HEAD or is_all) and content.strip():
            if not MARK.match(content):
                raise Damaged("no record")
            try:
                headers, start = record_head(content)
            except Damaged:
                return False  # the head goes on in the next member
            end = start + (_length(headers) or 0)
        if end is not None:
            # What is held begins where the record ends, or at what has been read of it so far.
            skipped = min(len(content), max(0, end - passed))
            passed, content = passed + skipped, content[skipped:]
            if len(content) >= 2 * LONGEST_HEAD:
                break
    if end is not None and _begins_record(content.lstrip(b"\r\n")):
        return False
    if not decompressor.eof:
        raise EOFError
    behind = file.tell() - len(decompressor.unused_data)
    file.seek(behind)
    next_content = _first_content(file.read(CHUNK))
    file.seek(behind)
    # A record that has less than it states lies, unless what follows is no record but the rest of it.
    return end is None or passed >= end or not next_content or bool(MARK.match(next_content))


def _gzip_record(file: BinaryIO, offset: int) -> Record | None:
    content, fault, is_held = _member(file)
    while not content.strip() and is_held and fault is None:
        # An empty member, or the end of the file.
        offset = file.tell()
        if not file.read(1):
            return None
        file.seek(offset)
        content, fault, is_held = _member(file)
    headers, start = record_head(content)
    if not is_held:
        return Record(offset=offset, headers=headers, block=content[start:][:LONGEST_HEAD], is_held=False)
    length = _length(headers)
    if length is None:
        return Record(offset=offset, headers=headers, block=content[start:].rstrip(b"\r\n"), fault=fault or NO_LENGTH)
    block, behind = content[start : start + length], content[start + length :]
    if fault is None and len(block) < length:
        fault = f"the record states {length} bytes and has {len(block)}"
    elif fault is None and (more := behind.strip(b"\r\n")):
        if _begins_record(more):
            raise Damaged(f"the record states {length} bytes, and others follow it in its gzip member")
        fault = f"the record states {length} bytes and has {length + len(behind.rstrip())}"
        block = content[start:].rstrip(b"\r\n")
    return Record(offset=offset, headers=headers, block=block, fault=fault)


def _member(file: BinaryIO) -> tuple[bytes, str | None, bool]:
    """The content of the gzip member at the file's position, which then is behind it.

    With it, why the file does not have all of it, None if it has, and whether all that it has is held.

    Raises:
        Damaged: there is none, or it cannot be decompressed.
    """
    member = file.tell()
    decompressor = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    held = 0
    fault: str | None = None
    while not decompressor.eof:
        chunk = file.read(CHUNK)
        if not chunk:
            if pieces and (cut := _cut_member(file, member)) is not None:
                return cut, ANOTHER_BEGINS, True
            file.seek(0, 2)
            fault = "the file ends within a compressed record" if pieces else None
            break
        try:
            piece = decompressor.decompress(chunk)
        except zlib.error as error:
            if (cut := _cut_member(file, member)) is not None:
                return cut, ANOTHER_BEGINS, True
            raise Damaged(f"not a whole gzip member: {error}") from error
        held += len(piece)
        # The first piece always: the headers are in it.
        if held <= LARGEST or not pieces:
            pieces.append(piece)
    file.seek(-len(decompressor.unused_data), 1)
    if held > LARGEST:
        return pieces[0][: 2 * LONGEST_HEAD], None, False
    return b"".join(pieces), fault, True


def _cut_member(file: BinaryIO, member: int) -> bytes | None:
    """What there is of a gzip member that was cut off where the next record was begun, as after a crash of the writer.

    The file is then at that record. None if the member is damaged in another way.
    """
    following = find_record(file, member + 1)
    if following is None or following - member > LARGEST:
        return None
    file.seek(member)
    decompressor = zlib.decompressobj(wbits=31)
    try:
        content = decompressor.decompress(file.read(following - member), LARGEST)
    except zlib.error:
        return None
    return None if decompressor.eof else content


def _plain_record(file: BinaryIO, offset: int) -> Record | None:
    start = file.read(LONGEST_HEAD)
    if not start.strip():
        return None
    if offset == 0 and (blank := _BLANK.match(start)):
        # What editors and careless writers put before the first record.
        return _plain_record(_sought(file, blank.end()), blank.end())
    if packed := next((name for mark, name in _PACKED.items() if not offset and start.startswith(mark)), None):
        raise Damaged(f"the file is compressed with {packed}: decompress it, or compress it with gzip")
    headers, head_length = record_head(start)
    stated = _length(headers)
    length = stated or 0
    block_start = offset + head_length
    file.seek(block_start)
    is_held = length <= LARGEST
    block = file.read(length if is_held else LONGEST_HEAD)
    file.seek(block_start + length)
    behind = file.read(2 * LONGEST_MARK)
    gap = len(behind) - len(behind.lstrip(b"\r\n"))
    ends_there = gap == len(behind) or behind.startswith(GAP) or MARK.match(behind, gap)
    if stated is not None and ends_there and (len(block) == length or not is_held):
        file.seek(block_start + length + gap)
        return Record(offset=offset, headers=headers, block=block, is_held=is_held)
    # Of a record that does not end where it says, all up to the next one is its own.
    following = find_record(file, block_start)
    file.seek(block_start)
    block = file.read(min(LARGEST, following - block_start) if following is not None else LARGEST)
    file.seek(0 if following is None else following, 2 if following is None else 0)
    whole = block.rstrip(b"\r\n")
    if stated is None:
        return Record(offset=offset, headers=headers, block=whole, fault=NO_LENGTH)
    ends = "the file ends" if following is None and len(block) < length else "it ends"
    return Record(
        offset=offset,
        headers=headers,
        block=whole,
        fault=f"the record states {length} bytes, but {ends} after {len(whole)}",
    )


def _sought(file: BinaryIO, offset: int) -> BinaryIO:
    file.seek(offset)
    return file


def _length(headers: dict[str, str]) -> int | None:
    """The bytes of a record's block, as it states; None if it does not."""
    return whole_number(headers.get("content-length", ""), LONGEST_LENGTH)
