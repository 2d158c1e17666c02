"""Records of an archive as captures: pure functions of a file's name and offsets, to be mapped over processes."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import BinaryIO

from msgspec import structs
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from ...pipelines.steps import normalized, validated
from ...schemas import Capture, Fetch
from ...schemas.records import Outcome
from ..answers import Answer, Harvest
from ..frontier import Task
from ..responses import header_of
from .files import open_archive
from .pages import (
    Blogs,
    answer_of_record,
    api_rows,
    captured_at,
    harvest_of,
    is_comment_page,
    may_be_comments,
    may_be_read,
    target_of,
    task_for,
)
from .warc import Damage, Damaged, Record, Records, find_record, read_record

logger = logging.getLogger(__name__)

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""`fetched_at` of what states no capture time: a damaged place of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is wanted of the archives, and the crawl that reads them."""

    crawl_id: str
    blogs: Blogs
    since: datetime | None = None
    page_maxsize: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """One WARC file of a crawl."""

    name: str
    """As `open_archive` takes it."""
    shown: str
    """As `fetches.archive_file` names it."""
    source: str
    """What the user gave."""

    @property
    def title(self) -> str:
        """Its file name: what ids are made from, so that they stay the same where files are moved."""
        return self.shown.rpartition("/")[2]


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


@dataclass(slots=True, kw_only=True)
class SliceReading:
    """What a slice gave."""

    first: int | None = None
    """Where its first record begins; None if no record begins behind its start."""
    following: int | None = None
    """Where the first record behind it is expected; None at the end of the file."""
    captures: list[Capture] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A waiting record with what it waited for."""

    waiting: Waiting
    content: tuple[Archive, int] | None
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
            try:
                capture = _read_one(record, part, selection, reading)
            except Exception as error:
                logger.exception("%s at %d could not be read", part.archive.name, record.offset)
                fault = Damage(offset=record.offset, message=f"{type(error).__name__}: {error}")
                capture = damage_capture(part.archive, fault, selection, outcome="unreadable")
            if capture is not None:
                reading.captures.append(capture)
        reading.following = records.offset
    return reading


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
        return None
    stands_alone = selection.blogs.scope_of(url) is not None and may_be_read(url, record)
    asked_for = may_be_comments(url, record)
    if not stands_alone and not asked_for:
        return None
    fetch_id = fetch_id_of(archive, record, url)
    if fetch_id in part.done:
        return None
    # The posts of an API tell how its comments are to be read, so they go first.
    has_to_wait = (asked_for and api_rows(url) != "posts") or record.kind == "revisit" or is_comment_page(url)
    if has_to_wait:
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


def read_waiting(items: list[Understood], selection: Selection) -> list[Capture]:
    """Read the records that waited, now that what they needed is known."""
    captures = []
    for item in items:
        archive = item.waiting.archive
        try:
            with open_archive(archive.name) as file:
                record = read_record(file, item.waiting.offset)
            content = _content_of(item)
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


def _content_of(item: Understood) -> Record | None:
    if item.content is None:
        return None
    archive, offset = item.content
    with open_archive(archive.name) as file:
        return read_record(file, offset)


def capture_of(
    record: Record,
    *,
    archive: Archive,
    selection: Selection,
    content: Record | None = None,
    content_at: tuple[Archive, int] | None = None,
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
    shown, offset = (content_at[0].shown, content_at[1]) if content_at else (archive.shown, record.offset)
    answer: Answer | None = None
    response: Response | None = None
    fetched_at = NO_DATE
    try:
        fetched_at = captured_at(record)
        if record.kind == "revisit" and content is None:
            harvest = _failure(url, "empty", "found unchanged (revisit), but no archive here holds its content")
        else:
            answer, response = answer_of_record(record, content)
            fetched_at = answer.fetched_at
            task = task or task_for(answer, scope=scope, posts=posts or {}, post_is_known=post_is_known)
            harvest = (
                Harvest(kind="other", outcome="not_html", error=f"content type {answer.content_type}")
                if task is None
                else harvest_of(answer, task, scope=scope, since=selection.since, page_maxsize=selection.page_maxsize)
            )
            # A thread that several posts embed is each one's: a page that names another's takes nothing from it.
            for other in tasks[1:]:
                _share(harvest, task, other)
    except (Damaged, IgnoreRequest) as error:
        harvest = _failure(url, "malformed", f"{error} (in {archive.title} at {record.offset})")
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
            error=harvest.error,
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
            fetched_at=NO_DATE,
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


def reopen(file: BinaryIO, offset: int) -> bytes:
    """The decoded body of the record at an offset of an open archive.

    Raises:
        Damaged: there is no whole record, or none with a body.
    """
    answer, _ = answer_of_record(read_record(file, offset))
    return answer.body
