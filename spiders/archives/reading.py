"""Records of an archive as captures: pure functions of a file's name and offsets, to be mapped over processes."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from msgspec import structs
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from ...objects.store import StoreError
from ...pipelines.steps import normalized, validated
from ...schemas import UNDATED, Capture, Fetch
from ...schemas.records import LeftOut, Outcome
from ..answers import Answer, Harvest
from ..frontier import Task
from ..responses import header_of
from .files import open_archive
from .heads import Damaged, moment_of
from .pages import (
    READ_KINDS,
    Blogs,
    answer_of_record,
    api_rows,
    harvest_of,
    is_comment_page,
    is_copy,
    may_be_comments,
    reason_to_leave,
    servers_moment,
    stated_moment,
    stated_target,
    target_of,
    task_for,
)
from .warc import Damage, Record, Records, find_record, read_record

logger = logging.getLogger(__name__)

_OF_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+-]*:", re.IGNORECASE)
ABOUT_OTHERS = frozenset({"warcinfo", "request", "metadata"})
"""Records that only tell of the file or of other records: nothing is left out with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is wanted of the archives, and the crawl that reads them."""

    crawl_id: str
    blogs: Blogs
    since: datetime | None = None
    page_maxsize: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One WARC or ARC file of a crawl."""

    name: str
    """As `open_archive` takes it."""
    shown: str
    """As `fetches.archive_file` names it."""
    source: str
    """What the user gave."""
    starts: tuple[str, ...] = ()
    """The start URLs of the crawl of ours that wrote it; none for files of others."""
    is_here: bool = True
    """Whether it is a file of this machine, and not one of which a server gives parts."""

    @property
    def title(self) -> str:
        """Its file name: what ids are made from, so that they stay the same where files are moved."""
        name = self.shown.rpartition("/")[2]
        return name if self.is_here else unquote(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The records of an archive that begin within some bytes of it."""

    archive: Archive
    start: int
    end: int
    is_exact: bool
    """Whether `start` is where a record begins; else the first one behind it is looked for."""
    done: frozenset[str] = frozenset()
    """fetch_ids that are committed already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Where the bytes of one record are that was read by itself."""

    file: Path | BinaryIO
    """A file to open, or one that is open for reading and writing."""
    start: int
    length: int

    def read(self) -> bytes:
        """The bytes, or what there is of them.

        Raises:
            OSError: the file cannot be read.
        """
        if isinstance(self.file, Path):
            with self.file.open("rb") as file:
                return _region(file, self.start, self.length)
        return _region(self.file, self.start, self.length)


def _region(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A record that cannot be understood alone."""

    archive: Archive
    offset: int
    url: str
    fetch_id: str
    stands_alone: bool
    """Whether it can be read by its address and content; else only a page that asks for it tells what it is."""
    refers_to: tuple[str, ...] = ()
    """For a revisit: the keys by which the record with its content may be known, the surest first."""
    held: Held | None = None
    """Its bytes, where it was read by itself; None where it is read out of the archive."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    archive: Archive
    offset: int
    held: Held | None = None
    """As for a Waiting."""

    def record(self) -> Record:
        """
        Raises:
            Damaged: there is none.
            OSError: the file cannot be read.
        """
        if self.held is not None:
            return record_in(self.held.read(), self.offset)
        with open_archive(self.archive.name) as file:
            return read_record(file, self.offset)


def record_in(content: bytes, offset: int) -> Record:
    """The record that some bytes of an archive hold, which stand at an offset of it; or what there is of it.

    Raises:
        Damaged: none begins where they begin.
    """
    return replace(read_record(BytesIO(content), 0), offset=offset)


@dataclass(slots=True, kw_only=True)
class SliceReading:
    """What a slice gave."""

    first: int | None = None
    """Where its first record begins; None if no record begins behind its start."""
    following: int | None = None
    """Where the first record behind it is expected; None at the end of the file."""
    captures: list[Capture] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A waiting record with what it waited for."""

    waiting: Waiting
    content: Place | None
    """Where a revisit's content is; None for other records, and where no archive holds it."""
    posts: dict[str, tuple[str, str]]
    """For comments by API: native id of each post that was read -> (URL, author's user id)."""
    post_is_known: bool
    """For a comment page: whether the post was read from its own page."""
    tasks: tuple[Task, ...] = ()
    """The requests that pages which were read make for it, one for each post that embeds it, with all that is to be
    known of it; empty if none does."""


def read_slice(part: Slice, selection: Selection) -> SliceReading:
    """Read all records of a slice that can be understood alone; name the others."""
    reading = SliceReading()
    with open_archive(part.archive.name) as file:
        start = part.start if part.is_exact else find_record(file, part.start)
        reading.first = reading.following = start
        if start is None or start >= part.end:
            return reading
        if start == 0 and archive_is_empty(file):
            reading.captures.append(
                damage_capture(part.archive, Damage(offset=0, message="the file is empty"), selection)
            )
        records = Records(file, start, part.end)
        for record in records:
            take_record(record, part, selection, reading)
        reading.following = records.offset
    return reading


def take_record(record: Record | Damage, part: Slice, selection: Selection, reading: SliceReading) -> None:
    """Add to what a slice gives what one record of it does."""
    try:
        capture = _read_one(record, part, selection, reading) or _fault_of(record, part, selection, reading)
    except StoreError:  # says nothing of the record
        raise
    except Exception as error:
        logger.exception("%s at %d could not be read", part.archive.shown, record.offset)
        fault = Damage(offset=record.offset, message=f"{type(error).__name__}: {error}")
        capture = damage_capture(part.archive, fault, selection, outcome="unreadable")
    if capture is not None:
        reading.captures.append(capture)


def archive_is_empty(file: BinaryIO) -> bool:
    file.seek(0)
    return not file.read(1)


def _read_one(record: Record | Damage, part: Slice, selection: Selection, reading: SliceReading) -> Capture | None:
    archive = part.archive
    if isinstance(record, Damage):
        capture = damage_capture(archive, record, selection)
        return None if capture.fetch.fetch_id in part.done else capture
    url = target_of(record)
    if url is None:
        return _without_address(record, archive, selection, part, reading)
    is_wanted = selection.blogs.scope_of(url) is not None
    reason = reason_to_leave(url, record, is_ours=bool(archive.starts))
    stands_alone = is_wanted and reason is None
    asked_for = reason != "replay" and may_be_comments(url, record)
    if not stands_alone and not asked_for:
        reading.left_out[reason or "other_blog"] += 1
        return None
    fetch_id = fetch_id_of(archive, record, url)
    if fetch_id in part.done:
        return None
    # The posts of an API tell how its comments are to be read, so they go first.
    has_to_wait = (asked_for and api_rows(url) != "posts") or record.kind == "revisit"
    # Whether a post was read from its own page is known in the end.
    if has_to_wait or is_comment_page(url) or is_copy(url):
        reading.waiting.append(
            Waiting(
                archive=archive,
                offset=record.offset,
                url=url,
                fetch_id=fetch_id,
                stands_alone=stands_alone,
                refers_to=tuple(revisit_keys(record)),
            )
        )
        return None
    return capture_of(record, archive=archive, selection=selection)


def _fault_of(record: Record | Damage, part: Slice, selection: Selection, reading: SliceReading) -> Capture | None:
    """The row of what is wrong with a record that is not read itself: what stood behind it may be lost."""
    if isinstance(record, Damage) or record.fault is None:
        return None
    capture = damage_capture(part.archive, Damage(offset=record.offset, message=record.fault), selection)
    is_read_later = any(item.offset == record.offset for item in reading.waiting)
    url = target_of(record)
    if url is not None and fetch_id_of(part.archive, record, url) in part.done:
        return None  # an earlier run read it
    return None if is_read_later or capture.fetch.fetch_id in part.done else capture


def _without_address(
    record: Record, archive: Archive, selection: Selection, part: Slice, reading: SliceReading
) -> Capture | None:
    """What becomes of a record that is no answer of a web address: damage, where it should be one and names none."""
    stated = stated_target(record)
    if record.kind in READ_KINDS and not _OF_OTHER_SCHEME.match(stated):
        told = f"the record names no address: {stated[:80]!r}" if stated else "the record names no address"
        capture = damage_capture(archive, Damage(offset=record.offset, message=told), selection)
        return None if capture.fetch.fetch_id in part.done else capture
    if record.kind not in ABOUT_OTHERS:
        reading.left_out["no_answer"] += 1
    return None


def read_waiting(items: list[Understood], selection: Selection) -> list[Capture]:
    """Read the records that waited, now that what they needed is known."""
    captures = []
    for item in items:
        archive = item.waiting.archive
        try:
            record = Place(archive, item.waiting.offset, item.waiting.held).record()
            content = item.content.record() if item.content else None
        except Damaged as error:
            damage = Damage(offset=item.waiting.offset, message=str(error))
            captures.append(damage_capture(archive, damage, selection))
            continue
        captures.append(
            capture_of(
                record,
                archive=archive,
                selection=selection,
                content=content,
                content_at=item.content,
                posts=item.posts,
                post_is_known=item.post_is_known,
                tasks=item.tasks,
            )
        )
    return captures


def capture_of(
    record: Record,
    *,
    archive: Archive,
    selection: Selection,
    content: Record | None = None,
    content_at: Place | None = None,
    posts: dict[str, tuple[str, str]] | None = None,
    post_is_known: bool = False,
    tasks: Sequence[Task] = (),
) -> Capture:
    """The ledger row and the records that one archived answer gives.

    Args:
        content: the record that holds a revisit's content, at `content_at`.
        posts, post_is_known: see `task_for`.
        tasks: the requests that pages made for it; none to tell what it is by its address and content.
    """
    url = target_of(record) or ""
    task = tasks[0] if tasks else None
    # What a comment system answers stands on another host than the post that embeds it.
    scope = selection.blogs.scope_of((task.context.post_url if task else None) or url)
    assert scope is not None, "records of unwanted blogs are left out before"
    # A revisit holds no content: its row leads to the record that does.
    shown, offset = (content_at.archive.shown, content_at.offset) if content_at else (archive.shown, record.offset)
    answer: Answer | None = None
    response: Response | None = None
    fetched_at, note = _moment_of(record, archive)
    try:
        if record.kind == "revisit" and content is None:
            harvest = _failure(url, "empty", "found unchanged (revisit), but no archive here holds its content")
        else:
            archived = answer_of_record(record, fetched_at, content)
            answer, response = archived.answer, archived.response
            task = task or task_for(answer, scope=scope, posts=posts or {}, post_is_known=post_is_known)
            harvest = (
                Harvest(kind="other", outcome="not_html", error=f"content type {answer.content_type}")
                if task is None
                else harvest_of(answer, task, scope=scope, since=selection.since, page_maxsize=selection.page_maxsize)
            )
            # A thread that several posts embed is each one's: a page that names another's takes nothing from it.
            for other in tasks[1:]:
                _share(harvest, task, other)
            if archived.fault:
                harvest.cut_off(f"{archived.fault} (in {archive.title} at {record.offset})")
    except (Damaged, IgnoreRequest) as error:
        harvest = _failure(url, "malformed", f"{error} (in {archive.title} at {record.offset})")
    except StoreError:
        raise
    except Exception as error:
        # As in the spider: a fault of this program stands in the ledger and in the exit code, and ends nothing.
        logger.exception("%s at %d could not be read", archive.name, record.offset)
        harvest = _failure(url, "unreadable", f"{type(error).__name__}: {error}")
    body = answer.body if answer else None
    capture = Capture(
        fetch=Fetch(
            fetch_id=fetch_id_of(archive, record, url),
            crawl_id=selection.crawl_id,
            start_url=archive.source,
            via="warc",
            request_url=url,
            final_url=answer.url if answer else None,
            status=answer.status if answer else None,
            fetched_at=fetched_at,
            content_type=answer.content_type if answer else None,
            body_bytes=None if body is None else len(body),
            body_sha256=None if body is None else hashlib.sha256(body).hexdigest(),
            etag=header_of(response, "ETag") if response else None,
            last_modified=header_of(response, "Last-Modified") if response else None,
            archive_file=shown,
            archive_offset=offset,
            page_kind=harvest.kind,
            outcome=harvest.outcome,
            error="; ".join(filter(None, (harvest.error, note))) or None,
            stated_total=harvest.stated_total,
            links=[task.link() for task in harvest.tasks],
        ),
        homes=[scope.home] if scope.is_named else [],
        readings=harvest.readings,
        refused=harvest.refused,
    )
    return validated(normalized(capture))


def _share(harvest: Harvest, task: Task | None, other: Task) -> None:
    """Give what a request for one post's comments gave to another post whose page makes the same request."""
    if task is not None and task.context.post_url:
        own, asker = task.context.post_url, other.context.post_url
        harvest.readings += [
            replace(reading, post_url=asker) for reading in list(harvest.readings) if reading.post_url == own
        ]
        harvest.tasks += [
            structs.replace(one, context=structs.replace(one.context, post_url=asker))
            for one in list(harvest.tasks)
            if one.context.post_url == own
        ]


def _failure(url: str, outcome: Outcome, error: str) -> Harvest:
    return Harvest(kind="comments" if is_comment_page(url) else "other", outcome=outcome, error=error)


def damage_capture(archive: Archive, damage: Damage, selection: Selection, outcome: Outcome = "malformed") -> Capture:
    """The ledger row of a place from which no record could be read."""
    return Capture(
        fetch=Fetch(
            fetch_id=_hash(archive.title, damage.offset, "damage"),
            crawl_id=selection.crawl_id,
            start_url=archive.source,
            via="warc",
            request_url=archive.shown,
            final_url=None,
            status=None,
            fetched_at=UNDATED,
            content_type=None,
            body_bytes=None,
            body_sha256=None,
            archive_file=archive.shown,
            archive_offset=damage.offset,
            page_kind="other",
            outcome=outcome,
            error=f"at byte {damage.offset}: {damage.message}",
        )
    )


def left_out_capture(
    archive: Archive, reason: LeftOut, count: int, selection: Selection, *, offset: int | None = None
) -> Capture:
    """The ledger row of records of an archive that were left out for one reason.

    Args:
        offset: of the only one, where each has a row; None for the row of all of them.
    """
    capture = damage_capture(archive, Damage(offset=offset or 0, message=""), selection, "left_out")
    told = f"{reason}: {count} {'record' if count == 1 else 'records'}"
    place = () if offset is None else (offset,)
    fetch_id = _hash(archive.title, *place, told, "left out")
    return Capture(fetch=replace(capture.fetch, fetch_id=fetch_id, archive_offset=offset, error=told))


def _moment_of(record: Record, archive: Archive) -> tuple[datetime, str | None]:
    """When a record was captured, UNDATED if nothing tells; and what was taken for it where the record does not say."""
    if found := stated_moment(record):
        return found, None
    stated = record.headers.get("warc-date", "")
    mute = f"the record states no date that can be read ({stated[:40]!r})" if stated else "the record states no date"
    if found := servers_moment(record):
        return found, f"{mute}: fetched_at is the clock of the server that answered"
    if archive.is_here and (found := _begun_at(archive.name)):
        return found, f"{mute}: fetched_at is when the file was begun"
    return UNDATED, f"{mute}, nor does anything else: fetched_at is {UNDATED:%Y-%m-%d}"


@lru_cache(maxsize=16)
def _begun_at(name: str) -> datetime | None:
    """The date of an archive's first record, if that describes the file."""
    with open_archive(name) as file:
        first = next(iter(Records(file, 0, 1)), None)
    if not isinstance(first, Record) or first.kind != "warcinfo":
        return None
    return moment_of(first.headers.get("warc-date", ""))


def fetch_id_of(archive: Archive, record: Record, url: str) -> str:
    """The same for the same record wherever its file stands; records of two files of one name differ by their times."""
    return _hash(archive.title, record.offset, url, record.headers.get("warc-date"))


def _hash(*parts: object) -> str:
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:16]


def find_contents(part: Slice, wanted: frozenset[str]) -> dict[str, int]:
    """Keys of `wanted` by which records of an exact slice are known -> offset of the first such record."""
    found: dict[str, int] = {}
    with open_archive(part.archive.name) as file:
        for record in Records(file, part.start, part.end):
            if isinstance(record, Record) and (url := target_of(record)):
                for key in wanted.intersection(content_keys(record, url)):
                    found.setdefault(key, record.offset)
    return found


def content_keys(record: Record, url: str) -> list[str]:
    """The keys by which revisits refer to this record's content."""
    if record.kind == "revisit":
        return []
    headers = record.headers
    named = [headers.get("warc-record-id"), headers.get("warc-payload-digest")]
    return [key for key in [*named, f"{url} {headers.get('warc-date')}"] if key]


def revisit_keys(record: Record) -> list[str]:
    """The keys of the content that a revisit found unchanged, the surest first; none for other records."""
    if record.kind != "revisit":
        return []
    headers = record.headers
    when = f"{headers.get('warc-refers-to-target-uri', '').strip('<> ')} {headers.get('warc-refers-to-date')}"
    return [key for key in (headers.get("warc-refers-to"), when, headers.get("warc-payload-digest")) if key]


def body_of(record: Record) -> bytes:
    """The decoded body of the answer that a record holds.

    Raises:
        Damaged: it holds none.
    """
    return answer_of_record(record, UNDATED).answer.body
