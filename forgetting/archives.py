"""Takes pages out of WARC files, so that all other records stay where they are.

A record that is taken out is replaced by one of the same length that says so, so the offsets of the ledger hold. The
file is written beside the old one, looked through, and put in its place.
"""

from __future__ import annotations

import os
import uuid
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from ..schemas import UNDATED
from ..spiders.archives.files import RECORDS, open_archive
from ..spiders.archives.heads import Damaged
from ..spiders.archives.pages import answer_of_record
from ..spiders.archives.warc import Damage, Record, Records, is_gzip, is_one_stream, read_record
from ..spiders.compression import DamagedBody
from ..whole import whole_file
from .needles import Needles, readings

TAKEN_OUT = "taken out"
"""Content-Description of a record that stands for one that showed what is taken down."""
SAYS = b"See takedown.toml.\n"
EMPTY_BLOCK = b"\0\0\0\xff\xff"
"""Of a deflated stream: a stored block (RFC 1951, 3.2.4) of no bytes, which is not the last."""
CHUNK = 1 << 20


class NotRewritten(Exception):
    """A file out of which no record can be taken; the message says why."""


def archives_below(folder: Path) -> list[Path]:
    """The WARC and ARC files below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.name.lower().endswith(RECORDS) and path.is_file())


def pages_that_show(path: Path, needles: Needles) -> set[int]:
    """Offsets of the records that hold something of what is looked for."""
    with open_archive(str(path)) as file:
        return {
            record.offset
            for record in Records(file, 0, 1 << 62)
            if isinstance(record, Record) and not is_taken_out(record) and any(map(needles.is_in, contents_of(record)))
        }


def contents_of(record: Record) -> Iterator[str]:
    """What a record says: its head, its block as stored, and the page in it as a reader is shown it."""
    yield " ".join(record.headers.values())
    yield from readings(record.block.decode("utf-8", "replace"))
    if record.kind == "response":
        try:
            body = answer_of_record(record, UNDATED).answer.body
        except (Damaged, DamagedBody):
            return
        yield from readings(body.decode("utf-8", "replace"))
        if not body.isascii():
            yield from readings(body.decode("latin-1"))


def is_taken_out(record: Record) -> bool:
    return record.headers.get("content-description") == TAKEN_OUT


def take_out(path: Path, offsets: Collection[int]) -> int:
    """Replace the records at these offsets; gives how many there were.

    Raises:
        NotRewritten: the file is not made of records that can be replaced, or one is too short.
        OSError: it could not be written; the old file stands.
    """
    with open_archive(str(path)) as file:
        is_warc = ".warc" in path.name.lower()
        compressed = is_gzip(file)
        if not is_warc or (compressed and is_one_stream(file)):
            raise NotRewritten(f"{path} is no WARC file whose records stand by themselves")
        places = _places(file, {*offsets})
    if not places:
        return 0
    with path.open("rb") as old, whole_file(path) as new:
        for start, end in places:
            _copy(old, new, start - old.tell())
            new.write(stand_in(f"{path.name} {start}", end - start, compressed=compressed))
            old.seek(end)
        _copy(old, new, 1 << 62)
        _see(new, path, [start for start, _ in places])
    return len(places)


def _places(file: BinaryIO, offsets: set[int]) -> list[tuple[int, int]]:
    """Where the records at these offsets begin and end, without those that are taken out already."""
    found = []
    records = Records(file, 0, 1 << 62)
    for record in records:
        if isinstance(record, Damage) or record.offset not in offsets or is_taken_out(record):
            continue
        end = records.offset
        found.append((record.offset, file.seek(0, os.SEEK_END) if end is None else end))
    return found


def stand_in(name: str, length: int, *, compressed: bool) -> bytes:
    """A record of so many bytes that says that another was taken out.

    Args:
        name: what the id of the record is made of.

    Raises:
        NotRewritten: so few bytes hold none.
    """
    record = _member(_record(name, 0), length) if compressed else _filled(name, length)
    if record is None:
        raise NotRewritten(f"a record of {name} is too short to be replaced")
    return record


def _filled(name: str, length: int) -> bytes | None:
    """A record whose block is filled up; None if there is none so short."""
    # With one digit more in its own length a record may be two bytes longer: a blank in its head is the one between.
    for blank in ("", " "):
        filling = length - len(_record(name, 0, blank))
        for less in range(12):
            if filling >= less and len(record := _record(name, filling - less, blank)) == length:
                return record
    return None


def _member(content: bytes, length: int) -> bytes | None:
    """A gzip member (RFC 1952) of so many bytes: empty blocks fill it, and a comment in its head what is not five."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = compressor.compress(content) + compressor.flush(zlib.Z_SYNC_FLUSH)
    end = b"\1" + EMPTY_BLOCK[1:] + zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
    head = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    if (more := length - len(head) - len(deflated) - len(end)) < 0:
        return None
    blocks, rest = divmod(more, len(EMPTY_BLOCK))
    if rest:
        head = head[:3] + b"\x10" + head[4:] + b" " * (rest - 1) + b"\0"
    return head + deflated + EMPTY_BLOCK * blocks + end


def _record(name: str, filling: int, blank: str = "") -> bytes:
    block = SAYS + b" " * filling
    head = (
        "WARC/1.1\r\nWARC-Type: metadata\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>\r\n"
        f"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Description:{blank} {TAKEN_OUT}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _copy(old: BinaryIO, new: BinaryIO, count: int) -> None:
    while count and (chunk := old.read(min(count, CHUNK))):
        new.write(chunk)
        count -= len(chunk)


def _see(file: BinaryIO, old: Path, offsets: list[int]) -> None:
    """See that a file is as it was but for what was taken out.

    Raises:
        NotRewritten: it is not.
    """
    if file.seek(0, os.SEEK_END) != old.stat().st_size:
        raise NotRewritten(f"{old} could not be written as it should be")
    for offset in offsets:
        try:
            record = read_record(file, offset)
        except Damaged as error:
            raise NotRewritten(f"{old} could not be written as it should be: {error}") from error
        if record.fault or not is_taken_out(record):
            raise NotRewritten(f"{old} could not be written as it should be")
