"""Export files as captures: recognised by content, streamed, a ledger row for every few posts."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from ...addresses import is_web_address
from ...pipelines.scopes import Scope
from ...pipelines.steps import normalized, validated
from ...pipelines.urls import absolute_url
from ...schemas import Capture, Fetch, PageReading
from ...schemas.records import Outcome
from . import blogger, disqus, movabletype, wxr
from .xml import Problem

HEAD = 16 * 1024
"""Bytes by which a file is recognised."""
READINGS = 100
COMMENTS = 2000
"""A ledger row is written after so many posts or comments, whichever comes first."""
_EXPORTED = re.compile(r"<pubDate>([^<]+)</pubDate>|<updated>([^<]+)</updated>")


class Readings(Protocol):
    """Posts with their comments, or comments alone, in the order of the file."""

    def __call__(self, file: BinaryIO, *, site: str | None, problem: Problem) -> Iterator[PageReading]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of export file."""

    name: str
    recognises: Callable[[str], bool]
    """Whether a file that begins so is one."""
    readings: Readings
    homes: tuple[re.Pattern[str], ...] = ()
    """How a file names the front page of its blog before its first post, the surest first."""
    numbers_are_addresses: bool = False
    """Whether `?p=` with its native id opens every post, beside its permalink."""


EXPORTS = (
    Format("WordPress (WXR)", wxr.recognises, wxr.readings, wxr.HOMES, numbers_are_addresses=True),
    Format("Disqus", disqus.recognises, disqus.readings),
    Format("Blogger", blogger.recognises, blogger.readings, blogger.HOMES),
    Format("Movable Type", movabletype.recognises, movabletype.readings),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export file of a crawl."""

    path: Path
    shown: str
    """As `fetches.archive_file` names it."""
    source: str
    """What the user gave."""
    format: Format


def format_of(path: Path) -> Format | None:
    """The format that a file's beginning shows; None for other files, which may be archives.

    Raises:
        OSError: it cannot be read.
    """
    head = _head(path)
    return next((one for one in EXPORTS if one.recognises(head)), None)


def _head(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(HEAD)
        if start[:2] != b"\x1f\x8b":
            return start.decode("utf-8-sig", "replace")
    try:
        with gzip.open(path) as file:
            return file.read(HEAD).decode("utf-8-sig", "replace")
    except (EOFError, gzip.BadGzipFile):
        return ""


def export_captures(
    export: Export,
    *,
    crawl_id: str,
    sites: Sequence[str] = (),
    since: datetime | None = None,
    done: frozenset[str] = frozenset(),
) -> Iterator[Capture]:
    """All public posts and comments of an export, and a row for each thing that is wrong with it.

    Args:
        sites: start URLs of the blogs that are wanted; none for all of the file.
        since: posts before this wall-clock time are left out.
        done: fetch_ids that are committed already.

    Raises:
        OSError: the file cannot be read.
    """
    problems: list[str] = []
    make = _RowMaker(export, crawl_id, _digest(export.path), exported_at(export.path))
    too_old: set[str] = set()
    blog = ExportedBlog.of(homes_of(export), sites, numbers=export.format.numbers_are_addresses)
    with _opened(export.path) as file:
        found = export.format.readings(file, site=sites[0] if sites else None, problem=problems.append)
        placed = (one for reading in found if (one := blog.placed(reading, problems.append)))
        for number, (homes, readings) in enumerate(_portions(placed, blog)):
            fetch = make.row(number, final_url=readings[0].post_url)
            if fetch.fetch_id in done:
                continue
            capture = normalized(Capture(fetch=fetch, homes=homes, readings=readings))
            yield validated(_without_old(capture, since, too_old))
    for problem in problems:
        fetch = make.row(problem, outcome="malformed", error=f"{export.path.name}: {problem}")
        if fetch.fetch_id not in done:
            yield Capture(fetch=fetch)


@dataclass(frozen=True, slots=True)
class _RowMaker:
    """Makes the ledger rows of one export."""

    export: Export
    crawl_id: str
    digest: str
    fetched_at: datetime

    def row(
        self, part: object, *, final_url: str | None = None, outcome: Outcome = "ok", error: str | None = None
    ) -> Fetch:
        """The row of one part of the file; its id is that of the file's content and the part, wherever it stands."""
        return Fetch(
            fetch_id=hashlib.sha256(f"{self.digest} {part}".encode()).hexdigest()[:16],
            crawl_id=self.crawl_id,
            start_url=self.export.source,
            via="export",
            request_url=self.export.shown,
            # The first post's: it tells the host of relative links.
            final_url=final_url,
            status=None,
            fetched_at=self.fetched_at,
            content_type=None,
            body_bytes=None,
            body_sha256=self.digest,
            archive_file=self.export.shown,
            page_kind="export",
            outcome=outcome,
            error=error,
        )


@dataclass(frozen=True, slots=True)
class ExportedBlog:
    """Where an export's posts may stand: what was asked for, and within it what the file says of its blog."""

    own: tuple[Scope, ...]
    """Below these addresses a link is a post's address. Empty where neither user nor file names a blog: then the links
    are all that is known."""
    wanted: tuple[Scope, ...]
    """The blogs that the user named; none for all of the file."""
    home: str | None
    """The front page that the file itself names."""
    has_numbers: bool

    @classmethod
    def of(cls, homes: Sequence[str], sites: Sequence[str], *, numbers: bool) -> ExportedBlog:
        wanted = tuple(map(Scope.of, sites))
        stated = [home for home in homes if not wanted or any(home in scope for scope in wanted)]
        own = tuple(map(Scope.of, stated)) or wanted
        return cls(own, wanted, stated[0] if stated else None, numbers)

    def placed(self, reading: PageReading, problem: Problem) -> PageReading | None:
        """The reading under an address of the blog; None, told unless other blogs are asked for, where it has none.

        A post whose link leads out of the blog keeps it as its claim, and is known by its number.
        """
        base = self.home or (self.wanted[0].home if self.wanted else "")
        address = absolute_url(reading.post_url, base) or reading.post_url
        if not self.own or (address and any(address in scope for scope in self.own)):
            reading.post_url = address
            return reading
        if self.home and self.has_numbers and reading.post and reading.post.native_id:
            reading.post_url = f"{self.home.partition('?')[0].rstrip('/')}/?p={reading.post.native_id}"
            return reading
        if self.home:
            problem(f"{address or 'a post without an address'} lies outside the blog {self.home} and is left out")
        return None

    def homes_of(self, reading: PageReading) -> list[str]:
        """The front page of the blog that a placed reading belongs to; none where nobody named one."""
        scopes = [scope for scope in self.wanted or self.own if reading.post_url and reading.post_url in scope]
        return [scopes[0].home] if scopes else []


def _portions(readings: Iterable[PageReading], blog: ExportedBlog) -> Iterator[tuple[list[str], list[PageReading]]]:
    """Readings in groups of one blog each, with the blog's front page."""
    group: list[PageReading] = []
    comments = 0
    current: list[str] = []
    for reading in readings:
        homes = blog.homes_of(reading)
        if group and (homes != current or len(group) >= READINGS or comments >= COMMENTS):
            yield current, group
            group, comments = [], 0
        current = homes
        group.append(reading)
        comments += len(reading.comments)
    if group:
        yield current, group


def homes_of(export: Export) -> list[str]:
    """The front pages that an export names for its blog, the surest first; none where its format has none."""
    before_posts = re.split(r"<(?:item|entry)[\s>]", _head(export.path), maxsplit=1)[0]
    found = (pattern.search(before_posts) for pattern in export.format.homes)
    return [match[1] for match in found if match and is_web_address(match[1])]


def _without_old(capture: Capture, since: datetime | None, too_old: set[str]) -> Capture:
    """Without posts before `since`, and without the comments of those, which may come in later captures."""
    if since is not None:
        too_old |= {post.post_id for post in capture.posts if post.published_local and post.published_local < since}
        capture.posts = [post for post in capture.posts if post.post_id not in too_old]
        capture.comments = [comment for comment in capture.comments if comment.post_id not in too_old]
    return capture


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path)) if is_gzip else path.open("rb")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def exported_at(path: Path) -> datetime:
    """When an export was made, in UTC: as it states at its beginning, else when the file was last changed."""
    stated = _EXPORTED.search(_head(path))
    try:
        if stated and stated[1]:
            return parsedate_to_datetime(stated[1].strip()).astimezone(UTC)
        if stated:
            return datetime.fromisoformat(stated[2].strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # an unreadable date is as good as none
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
