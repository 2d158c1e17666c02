"""Export files as captures: recognised by content, streamed, a ledger row for every few posts."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import msgspec

from ...pipelines.scopes import Scope
from ...pipelines.steps import normalized, validated
from ...pipelines.urls import absolute_url, canonical_url
from ...schemas import Capture, Fetch, PageReading, Reject
from ...schemas.records import Outcome
from ..compression import Unpacked
from ..xml import encoding_of
from . import blogger, disqus, movabletype, wxr
from .account import Account, LeftOut
from .dating import exported_at
from .texts import stated_address

HEAD = 16 * 1024
"""Bytes by which a file is recognised."""
READINGS = 100
COMMENTS = 2000
"""A ledger row is written after so many posts or comments, whichever comes first."""


class Readings(Protocol):
    """Posts with their comments, or comments alone, in the order of the file."""

    def __call__(self, file: BinaryIO, *, site: str | None, account: Account) -> Iterator[PageReading]: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of export file."""

    name: str
    recognises: Callable[[str], bool]
    """Whether a file that begins so is one."""
    readings: Readings
    homes: Callable[[BinaryIO], list[str]]
    """The front pages that a file names for its blog before the first post, the surest first."""
    numbers_are_addresses: bool = False
    """Whether `?p=` with its native id opens every post, beside its permalink."""


EXPORTS = (
    Format("WordPress (WXR)", wxr.recognises, wxr.readings, wxr.homes, numbers_are_addresses=True),
    Format("Disqus", disqus.recognises, disqus.readings, disqus.homes),
    Format("Blogger", blogger.recognises, blogger.readings, blogger.homes),
    Format("Movable Type", movabletype.recognises, movabletype.readings, movabletype.homes),
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
    """The beginning of a file as text."""
    with _opened(path) as file:
        head = file.read(HEAD)
    name, skipped = encoding_of(head)
    return head[skipped:].decode(name, "replace")


def export_captures(
    export: Export,
    *,
    crawl_id: str,
    sites: Sequence[str] = (),
    since: datetime | None = None,
    done: frozenset[str] = frozenset(),
) -> Iterator[Capture]:
    """All public posts and comments of an export, what was left out of it, and a row for each thing wrong with it.

    Args:
        sites: start URLs of the blogs that are wanted; none for all of the file.
        since: posts before this wall-clock time are left out.
        done: fetch_ids that are committed already.

    Raises:
        OSError: the file cannot be read.
    """
    account = Account()
    make = _RowMaker(export, crawl_id, _digest(export.path), exported_at(export.path, _head(export.path), _opened))
    too_old: set[str] = set()
    with _opened(export.path) as file:
        stated = export.format.homes(file)
    homes = [home for text in stated if (home := stated_address(f"{text.rstrip('/')}/", ""))]
    blog = ExportedBlog.of(homes, sites, numbers=export.format.numbers_are_addresses)
    with _opened(export.path, account) as file:
        found = export.format.readings(file, site=sites[0] if sites else None, account=account)
        placed = (one for reading in found if (one := blog.placed(reading, account)))
        for number, (portion_homes, readings) in enumerate(_portions(placed, blog)):
            fetch = make.row(number, final_url=readings[0].post_url)
            left_out = account.take()
            if fetch.fetch_id in done:
                continue
            capture = normalized(Capture(fetch=fetch, homes=portion_homes, readings=readings))
            capture = validated(_without_old(capture, since, too_old, account))
            yield _accounted(capture, [*left_out, *account.take()])
    if account.left_out:
        rest = Capture(fetch=make.row("left out"))
        if rest.fetch.fetch_id not in done:
            yield _accounted(rest, account.take())
    for problem in (*account.damages.told(), *account.hints):
        fetch = make.row(problem, outcome="malformed", error=f"{export.path.name}: {problem}")
        if fetch.fetch_id not in done:
            yield Capture(fetch=fetch)


def _accounted(capture: Capture, left_out: Iterable[LeftOut]) -> Capture:
    """The capture with what gave no row among its rejects, each with its word."""
    capture.rejects += [
        Reject(
            fetch_id=capture.fetch.fetch_id,
            fetched_at=capture.fetch.fetched_at,
            record=one.record,
            # None: an id would say that a post of the tables lacks it.
            record_id=None,
            url=one.url,
            reason=one.reason,
            detail=one.detail,
            content=msgspec.json.encode({"native_id": one.native_id}).decode(),
        )
        for one in left_out
    ]
    return capture


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
    """The front page that the file itself names, where it lies in what was asked for."""
    base: str
    """What relative links are relative to; empty where nothing tells."""
    has_numbers: bool
    known: dict[str, str] = field(default_factory=dict)
    """Canonical address of each post so far -> what tells it from another one at that address."""

    @classmethod
    def of(cls, homes: Sequence[str], sites: Sequence[str], *, numbers: bool) -> ExportedBlog:
        wanted = tuple(map(Scope.of, sites))
        stated = [home for home in homes if not wanted or any(home in scope for scope in wanted)]
        own = tuple(map(Scope.of, stated)) or wanted
        base = homes[0] if homes else sites[0] if sites else ""
        return cls(own, wanted, stated[0] if stated else None, base, numbers)

    def placed(self, reading: PageReading, account: Account) -> PageReading | None:
        """The reading under an address of the blog; None, taken down with the reason, where it has none.

        A post whose link leads out of the blog keeps it as its claim, and is known by its number. So is one whose link
        is no post's own: the front page's, or that of another post of the file.
        """
        stated = stated_address(reading.post_url, self.base)
        reason = self._reason_to_leave(stated, reading)
        if reason is None and self._is_shared(stated, reading):
            reason = "same_address"
        address = stated
        if reason and (address := self._by_number(reading)) and not self._is_shared(address, reading):
            reason = None
        if reason:
            if reading.post:
                account.leave("post", reason, native_id=reading.post.native_id, url=stated)
            account.leave_comments(reading.comments, reason, url=stated)
            return None
        reading.post_url = address
        if reading.post and address:
            self.known[canonical_url(address)] = _identity(reading)
        for comment in reading.comments:
            comment.permalink = absolute_url(comment.permalink, address or "")
        return reading

    def _reason_to_leave(self, address: str | None, reading: PageReading) -> str | None:
        if address is None:
            return "no_address"
        if self.own and not any(address in scope for scope in self.own):
            is_wanted = not self.wanted or any(address in scope for scope in self.wanted)
            return "outside_blog" if is_wanted else "other_blog"
        is_front = self.home is not None and canonical_url(address) == canonical_url(self.home)
        return "same_address" if is_front and self._by_number(reading) else None

    def _by_number(self, reading: PageReading) -> str | None:
        """Address of a post by its number, which opens it in WordPress."""
        if not (self.home and self.has_numbers and reading.post and reading.post.native_id):
            return None
        return f"{self.home.partition('?')[0].rstrip('/')}/?p={reading.post.native_id}"

    def _is_shared(self, address: str | None, reading: PageReading) -> bool:
        """Whether another post of the file stands at the address."""
        if address is None or reading.post is None:
            return False
        return self.known.get(canonical_url(address), _identity(reading)) != _identity(reading)

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


def _identity(reading: PageReading) -> str:
    """What tells a post from another one; the same where a file holds it twice."""
    post = reading.post
    if post is None:
        return ""
    return post.native_id or f"{post.title} {post.published.machine if post.published else ''}"


def _without_old(capture: Capture, since: datetime | None, too_old: set[str], account: Account) -> Capture:
    """Without posts before `since`, and without the comments of those, which may come in later captures."""
    if since is None:
        return capture
    too_old |= {post.post_id for post in capture.posts if post.published_local and post.published_local < since}
    for post in capture.posts:
        if post.post_id in too_old:
            account.leave("post", "before_since", native_id=post.native_id, url=post.url)
    for comment in capture.comments:
        if comment.post_id in too_old:
            account.leave("comment", "before_since", native_id=comment.native_id)
    capture.posts = [post for post in capture.posts if post.post_id not in too_old]
    capture.comments = [comment for comment in capture.comments if comment.post_id not in too_old]
    return capture


def _opened(path: Path, account: Account | None = None) -> BinaryIO:
    """The content of a file, unpacked. A broken gzip file ends where it breaks, which is told."""
    file = path.open("rb")
    if file.peek(2)[:2] != b"\x1f\x8b":
        return file

    def tell(error: Exception) -> None:
        if account:
            account.damages.add(f"the gzip file cannot be unpacked to its end ({error})", 1)

    return cast("BinaryIO", io.BufferedReader(Unpacked(file, tell)))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
