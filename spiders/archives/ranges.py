"""Records of archives of which only their bytes are read: the ranges that an index names (`queries/ranges.py`).

Each range is a row of the ledger, whatever becomes of it, so that what is done is known by file and offset.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from ...processes import Engine, Spread, batches
from ...queries.ranges import Range
from ...schemas import Capture
from ...schemas.records import LeftOut, Outcome
from .collection import BATCH, Collection
from .files import standing_for
from .heads import Damaged
from .pages import target_of
from .reading import (
    Archive,
    Held,
    Place,
    Selection,
    Slice,
    SliceReading,
    Waiting,
    content_keys,
    damage_capture,
    left_out_capture,
    record_in,
    take_record,
)
from .warc import Damage

LONGEST = 50 * 1024 * 1024
"""Bytes of a range; a longer one is not read. As of a live crawl's answers; Common Crawl keeps 5 MB of a page."""

NO_ANSWER: tuple[LeftOut] = ("no_answer",)
_OUTSIDE = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Base:
    """Where the archives are that an index names: below a folder, or below a web address."""

    place: str
    """As given, an address with its slash at the end."""
    prefix: str
    """What `fetches.archive_file` has before the name that the index gives to an archive."""
    is_here: bool

    @classmethod
    def of_folder(cls, folder: Path, data: Path) -> Base:
        return cls(str(folder), standing_for(str(folder / "-"), data).removesuffix("-"), True)

    @classmethod
    def of_url(cls, url: str) -> Base:
        url = url.removesuffix("/") + "/"
        return cls(url, url, False)

    def archive(self, file: str, index: str) -> Archive:
        """An archive that a range names.

        Args:
            index: as the user gave it.
        """
        if self.is_here:
            return Archive(name=str(Path(self.place) / file), shown=self.prefix + file, source=index)
        url = self.prefix + quote(file)
        return Archive(name=url, shown=url, source=index, is_here=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A range of an archive, and its bytes."""

    archive: Archive
    start: int
    length: int
    content: bytes | None = None
    """As a server gave them; None where they stand in the archive, a file of this machine."""

    def read(self) -> bytes:
        """The bytes, or what there is of them.

        Raises:
            OSError: the file cannot be read.
        """
        return self.held().read() if self.content is None else self.content

    def held(self) -> Held:
        """Where they stand in the archive."""
        return Held(file=Path(self.archive.name), start=self.start, length=self.length)


def refusal_of(part: Range) -> tuple[Outcome, str] | None:
    """The word and a sentence for a range that must not be read; None for one that may.

    >>> refusal_of(Range("a/../b.warc.gz", 0, 10)), refusal_of(Range("crawl-data/a.warc.gz", 7, 10))
    (('unsafe_address', 'the index names a file that need not lie below the base'), None)
    """
    names = re.split(r"[/\\]", part.file)
    if ".." in names or not part.file or _OUTSIDE.match(part.file) or _CONTROL.search(part.file):
        return "unsafe_address", "the index names a file that need not lie below the base"
    if part.start < 0:
        return "malformed", f"the index states the offset {part.start}"
    if part.length < 1:
        return "malformed", f"at byte {part.start}: the index states a length of {part.length} bytes"
    if part.length > LONGEST:
        return "too_large", f"at byte {part.start}: the index states {part.length} bytes, more than {LONGEST}"
    return None


def refused_capture(part: Range, base: Base, index: str, selection: Selection) -> Capture | None:
    """The ledger row of a range that must not be read; None for one that may."""
    refusal = refusal_of(part)
    if refusal is None:
        return None
    outcome, why = refusal
    archive = Archive(name="", shown=base.prefix + _CONTROL.sub("\ufffd", part.file), source=index)
    fetch = damage_capture(archive, Damage(offset=max(0, part.start), message=""), selection, outcome).fetch
    digest = hashlib.sha256(f"{archive.shown} {part.start} {part.length} refused".encode())
    is_named = outcome != "unsafe_address"
    return Capture(
        fetch=replace(
            fetch,
            fetch_id=digest.hexdigest()[:16],
            archive_file=archive.shown if is_named else None,
            archive_offset=part.start if is_named and part.start >= 0 else None,
            error=why,
        )
    )


def lacking_capture(count: int, index: str, selection: Selection) -> Capture:
    """The ledger row of the rows of an index that name no range."""
    archive = Archive(name=index, shown=index, source=index)
    told = f"{count} {'row' if count == 1 else 'rows'} of the index without file, offset or length"
    fetch = damage_capture(archive, Damage(offset=0, message=""), selection).fetch
    digest = hashlib.sha256(f"{archive.title} {told}".encode())
    return Capture(
        fetch=replace(fetch, fetch_id=digest.hexdigest()[:16], archive_file=None, archive_offset=None, error=told)
    )


def read_piece(piece: Piece, selection: Selection) -> SliceReading:
    """What the record of a range gives; where it gives nothing, a row says why."""
    archive, reading = piece.archive, SliceReading()
    try:
        record = record_in(piece.read(), piece.start)
    except Damaged as error:
        damage = Damage(offset=piece.start, message=str(error))
        reading.captures.append(damage_capture(archive, damage, selection))
        return reading
    except OSError as error:
        damage = Damage(offset=piece.start, message=f"{archive.name} cannot be read: {error.strerror or error}")
        reading.captures.append(damage_capture(archive, damage, selection, "network_error"))
        return reading
    part = Slice(archive=archive, start=piece.start, end=piece.start + 1, is_exact=True)
    take_record(record, part, selection, reading)
    if not reading.captures and not reading.waiting:
        # What only tells of other records (a request, metadata) is passed over in a whole file; here it was asked for.
        for reason in reading.left_out or NO_ANSWER:
            reading.captures.append(left_out_capture(archive, reason, 1, selection, offset=piece.start))
    reading.left_out.clear()
    if piece.content is None:
        reading.waiting = [replace(item, held=piece.held()) for item in reading.waiting]
    return reading


def read_pieces(pieces: list[Piece], selection: Selection) -> list[SliceReading]:
    """What several ranges give."""
    return [read_piece(piece, selection) for piece in pieces]


def find_in_pieces(pieces: list[Piece], wanted: frozenset[str]) -> dict[str, Place]:
    """Keys of `wanted` by which records are known -> where the first such record is."""
    found: dict[str, Place] = {}
    for piece in pieces:
        try:
            record = record_in(piece.read(), piece.start)
        except (Damaged, OSError):
            continue  # its own row tells of it
        if url := target_of(record):
            for key in wanted.intersection(content_keys(record, url)):
                found.setdefault(key, Place(piece.archive, piece.start, piece.held()))
    return found


class RangeCollection(Collection):
    """The ranges of one crawl.

    Args:
        left: the ranges that are to be read.
        every: gives all ranges of the index, in which the contents of revisits are looked for.
        base, index: as for `Base.archive`.
        done: fetch_ids that are committed already.
    """

    def __init__(
        self,
        left: Iterable[Range],
        every: Callable[[], Iterable[Range]],
        selection: Selection,
        *,
        base: Base,
        index: str,
        jobs: int = 1,
        engine: Engine | None = None,
        done: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__([], selection, jobs=jobs, engine=engine, done=done)
        self._left, self._every = left, every
        self._base, self._index = base, index

    def take(self, reading: SliceReading) -> Iterator[Capture]:
        reading.captures = [one for one in reading.captures if one.fetch.fetch_id not in self._done]
        reading.waiting = [one for one in reading.waiting if one.fetch_id not in self._done]
        yield from super().take(reading)

    def pieces_left(self) -> Iterator[Piece | Capture]:
        """The ranges that are to be read, and the rows of those that must not be."""
        yield from self.pieces(self._left)

    def pieces(self, ranges: Iterable[Range]) -> Iterator[Piece | Capture]:
        """What is to be read, and the rows of what must not be."""
        for part in ranges:
            if capture := refused_capture(part, self._base, self._index, self._selection):
                if capture.fetch.fetch_id not in self._done:
                    yield capture
            else:
                archive = self._base.archive(part.file, self._index)
                yield Piece(archive=archive, start=part.start, length=part.length)

    def _readings(self, over: Spread) -> Iterator[SliceReading]:
        refused: list[Capture] = []

        def readable() -> Iterator[Piece]:
            for one in self.pieces_left():
                if isinstance(one, Piece):
                    yield one
                else:
                    refused.append(one)

        for readings in over.map(partial(read_pieces, selection=self._selection), batches(readable(), BATCH)):
            yield from readings
            if refused:
                yield SliceReading(captures=refused.copy())
                refused.clear()
        yield SliceReading(captures=refused)

    def _find_contents(self, over: Spread, wanted: frozenset[str]) -> None:
        if not self._base.is_here:
            return  # what a server gave is not kept, and all of it would have to be asked for again
        pieces = (one for one in self.pieces(self._every()) if isinstance(one, Piece))
        for found in over.map(partial(find_in_pieces, wanted=wanted), batches(pieces, BATCH)):
            for key, place in found.items():
                self._contents.setdefault(key, place)

    def _leave(self, item: Waiting, reason: LeftOut) -> Iterator[Capture]:
        yield left_out_capture(item.archive, reason, 1, self._selection, offset=item.offset)
