"""What an archived record is: an HTTP answer of its time, and the page, feed or API answer that it holds.

No frontier led to it, so its kind follows from its address and content; it is read by the same `Reader` as a live page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

import msgspec
from scrapy.http import Response
from w3lib.http import headers_raw_to_dict

from ...addresses import is_web_address, split_address
from ...pipelines.scopes import Scope
from ...pipelines.urls import canonical_page, canonical_url, without_archive
from .. import rest
from ..answers import ANY_HOST, Answer, Harvest, Reader
from ..compression import decoded_body
from ..discovery import is_archive, looks_like_permalink
from ..frontier import Context, Task
from ..responses import answer_of
from .warc import Damaged, Record

READ_KINDS = frozenset({"response", "resource", "revisit"})
"""Records that show what a URL answered."""
LARGEST_BODY = 50 * 1024 * 1024
"""Bytes of a decoded body, as DOWNLOAD_MAXSIZE of a live crawl."""

_API = re.compile(r"wp/v2/(posts|comments)/?(?:[?&]|$)")
# Forms and copies of a post under further addresses: what they show stands on the post's own page.
_NO_PAGE = re.compile(
    r"/(?:wp-(?:admin|login)|trackback|xmlrpc|robots\.txt)(?=[/.?]|$)|[?&](?:replytocom|share|like_comment)=", re.I
)
# What index rows call HTML though it is none: feeds, the API, files of themes.
_NO_HTML = re.compile(
    r"/(?:feed|wp-json|wp-content|wp-includes|cgi-bin)(?=[/?]|$)|\.(?:js|css|xml|rss|atom|ico|txt|pdf)(?=\?|$)", re.I
)
# Addresses under which blog engines show nothing but listings; those of posts go on behind the same words.
_LISTING = re.compile(
    r"/(?:tags?|categor(?:y|ies)|author|label|search)/[^/]+$|/page/\d+$|^/?$|^/?\?(?:\w+=[^&]*&)*(?:cat|tag|author|s|m|paged)=",
    re.I,
)
_HTML = re.compile(r"html|^text/plain$")
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.I)
_DATA = re.compile(r"json|(?<!xhtml\+)xml")
_EMBEDDED = re.compile(r"/embed/")
_CAPTURE = re.compile(r"/(\d{4,14})(?:[a-z]{2}_)?/https?:", re.I)
_SENT = re.compile(r"HTTP/\d(?:\.\d)?\s+(\d{3})")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,16})[^\r\n]{0,1000}\r?\n")
"""The line before a chunk, of a length that an honest server's has."""


@dataclass(frozen=True, slots=True)
class Blogs:
    """The blogs that are wanted of an archive; without any, all that are in it."""

    scopes: tuple[Scope, ...] = ()

    @classmethod
    def of(cls, starts: Iterable[str]) -> Blogs:
        return cls(tuple(map(Scope.of, starts)))

    def scope_of(self, url: str) -> Scope | None:
        """The blog that a page belongs to, its whole host where no blogs are named; None if it is not wanted."""
        if self.scopes:
            return next((scope for scope in self.scopes if url in scope), None)
        return Scope.of_host(url)


def target_of(record: Record) -> str | None:
    """The http(s) URL that a record is about; None for records of other things and of other kinds."""
    # wget writes the brackets that WARC 1.0 has in its grammar by mistake.
    url = record.headers.get("warc-target-uri", "").strip("<> ")
    return url if record.kind in READ_KINDS and is_web_address(url) else None


def captured_at(record: Record) -> datetime:
    """WARC-Date in UTC.

    Raises:
        Damaged: the record states none that can be read.
    """
    stated = record.headers.get("warc-date", "")
    try:
        return datetime.fromisoformat(stated).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Damaged(f"the record states no date: {stated[:40]!r}") from error


def capture_time(url: str) -> datetime | None:
    """When the page was captured that an archive's address names, in UTC; None for other addresses.

    >>> capture_time("https://web.archive.org/web/20120109150400id_/http://example.com/").isoformat()
    '2012-01-09T15:04:00+00:00'
    """
    found = _CAPTURE.search(url)
    if found is None:
        return None
    filled = found[1] + "00000101000000"[len(found[1]) :]
    try:
        return datetime.strptime(filled, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:  # digits that are no time
        return None


def may_be_comments(url: str, record: Record) -> bool:
    """Whether a record may hold comments that only the page which asks for them tells how to read.

    Those are answers of comment systems, which stand on any host, and the feed of a post's comments.
    """
    content_type = media_type(record)
    return bool(_DATA.search(content_type) or _EMBEDDED.search(url))


def media_type(record: Record) -> str:
    """The Content-Type of the answer in lower case, with its parameters; empty if it states none."""
    _, headers, _ = head_of(record)
    return headers.get(b"Content-Type", [b""])[0].decode("latin-1").lower()


def may_be_read(url: str, record: Record) -> bool:
    """Whether a record may hold a page, a feed or an API answer, by its address and headers alone."""
    if _NO_PAGE.search(url):
        return False
    status, _, _ = head_of(record)
    if 300 <= status < 400 and record.kind != "revisit":
        return False
    content_type = media_type(record)
    if _API.search(unquote(url)):
        return True
    return not content_type or bool(_HTML.search(content_type) or "xml" in content_type)


def head_of(record: Record) -> tuple[int, dict[bytes, list[bytes]], bytes]:
    """Status, headers and what follows them in a record's block.

    A `resource` record has no HTTP head: it is the body, of the type that the record states.
    """
    if record.kind == "resource":
        return 200, {b"Content-Type": [record.headers.get("content-type", "").encode()]}, record.block
    head, _, body = record.block.partition(b"\r\n\r\n")
    if len(head) == len(record.block):  # line breaks of careless writers, or a head alone
        head, _, body = record.block.partition(b"\n\n")
    first, _, lines = head.partition(b"\n")
    sent = _SENT.match(first.decode("latin-1"))
    headers = headers_raw_to_dict(lines) or {}
    return int(sent[1]) if sent else 0, {name.title(): list(values) for name, values in headers.items()}, body


def answer_of_record(record: Record, payload: Record | None = None) -> tuple[Answer, Response]:
    """The answer that a record keeps, as the reader takes it and as Scrapy has it.

    Args:
        payload: for a `revisit`, the earlier record that holds what was found unchanged.

    Raises:
        Damaged: the record is no HTTP answer, or its body is not whole.
    """
    source = payload or record
    status, headers, body = head_of(source)
    if not status:
        raise Damaged("the record is no HTTP answer")
    if cut := source.headers.get("warc-truncated"):
        raise Damaged(f"the archive cut the answer off (WARC-Truncated: {cut})")
    if any(b"chunked" in value.lower() for value in headers.pop(b"Transfer-Encoding", [])):
        body = without_chunks(body)
    body = decoded_body(body, headers.pop(b"Content-Encoding", []), LARGEST_BODY)
    url = target_of(record) or ""
    # What a web archive answered, as `--via wayback --keep-archive` writes it, is a record of the page captured there.
    response = Response(without_archive(url), status=status, headers=headers, body=body)
    return answer_of(response, capture_time(url) or captured_at(record)), response


def without_chunks(body: bytes) -> bytes:
    """A body without the lengths of its chunks; a body that has none, as some archives store it, as it is.

    Raises:
        Damaged: it ends before its last chunk.

    >>> without_chunks(b"4\\r\\nWiki\\r\\n5\\r\\npedia\\r\\n0\\r\\n\\r\\n")
    b'Wikipedia'
    """
    pieces: list[bytes] = []
    position = 0
    while found := _CHUNK.match(body, position):
        length = int(found[1], 16)
        if not length:
            return b"".join(pieces)
        piece = body[found.end() : found.end() + length]
        if len(piece) < length:
            break
        pieces.append(piece)
        position = found.end() + length
        position += len(body[position : position + 2]) - len(body[position : position + 2].lstrip(b"\r\n"))
    if not pieces:
        return body
    raise Damaged("the chunked answer ends before its last chunk")


def is_comment_page(url: str) -> bool:
    """Whether a URL names a further page of a post's comments.

    >>> is_comment_page("https://example.com/2012/post/comment-page-2/"), is_comment_page("https://example.com/?p=7")
    (True, False)
    """
    return canonical_page(url) != canonical_url(url)


def is_listing(url: str) -> bool:
    """Whether an address is one under which blog engines show listings only: the front page, a category, an older page.

    >>> is_listing("https://example.com/tag/data/"), is_listing("https://example.com/category/news/a-post/")
    (True, False)
    >>> is_listing("https://example.com/?cat=3"), is_listing("https://example.com/?cat=3&p=17")
    (True, False)
    """
    parts = split_address(canonical_url(url))
    if parts is None or looks_like_permalink(url):
        return False
    return bool(_LISTING.search(f"{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"))


def is_candidate(url: str) -> bool:
    """Whether a page may show a post or its comments, by its address: what spares an archive requests."""
    return not (_NO_PAGE.search(url) or _NO_HTML.search(url) or is_archive(url) or is_listing(url))


def api_rows(url: str) -> str | None:
    """What a URL of the WordPress REST API lists, 'posts' or 'comments'; None for other URLs."""
    listing = _API.search(unquote(url))
    return listing[1] if listing else None


def task_for(answer: Answer, *, scope: Scope, posts: dict[str, tuple[str, str]], post_is_known: bool) -> Task | None:
    """The request that such an answer would have been for; None for what is neither page, feed, sitemap nor API answer.

    Args:
        scope: the blog that the answer belongs to.
        posts: for comments by API, the posts that the archive holds: native id -> (URL, author's user id).
        post_is_known: for a comment page, whether the post was read from its own page; else this page gives it.
    """
    url = answer.url
    gone = answer.status in (404, 410)
    if rows := api_rows(url):
        known = posts | posts_of_rows(answer, scope, posts) if rows == "comments" else {}
        return Task(url, "api", Context(way="api", rows=rows, posts=known, guess=gone))  # type: ignore[arg-type]
    root = _ROOT.search(answer.body[:2048])
    if root and (answer.content_type is None or "html" not in answer.content_type):
        kind = "sitemap" if root[1].lower() in (b"urlset", b"sitemapindex") else "feed"
        return Task(url, kind, Context(way="listing", guess=gone))
    if answer.content_type and not _HTML.search(answer.content_type):
        return None
    if is_comment_page(url) and post_is_known:
        return Task(url, "comments", Context(way="listing", post_url=canonical_url(url), guess=gone))
    return Task(url, "listing", Context(way="listing", guess=gone))


def posts_of_rows(answer: Answer, scope: Scope, known: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The posts of an API's comments that the archive does not hold, by the links of the comments.

    A link that leads out of the blog is no post's address; such a post has the one that WordPress gives to all. A body
    that is no list of rows gives none; the reader then tells what is wrong with it.
    """
    try:
        rows = msgspec.json.decode(answer.body, type=list[_CommentRow])
    except msgspec.DecodeError:
        return {}
    home = rest.home_of(answer.url)
    own = scope if scope.is_named else Scope.of(home)
    return {
        str(row.post): (canonical_url(row.link) if row.link in own else f"{home}?p={row.post}", "")
        for row in rows
        if row.link and str(row.post) not in known
    }


class _CommentRow(msgspec.Struct):
    post: int
    link: str = ""


def harvest_of(answer: Answer, task: Task, *, scope: Scope, since: datetime | None, page_maxsize: int) -> Harvest:
    """Readings of an archived answer, and as tasks the posts and comment pages that it shows to exist."""
    reader = Reader(scope, via="html", since=since, page_maxsize=page_maxsize, replays=ANY_HOST)
    harvest = reader.read(task, answer)
    harvest.tasks = [one for one in harvest.tasks if one.kind in ("post", "comments", "api") or one.context.system]
    if is_comment_page(answer.url) and harvest.kind == "post":
        harvest.kind = "comments"
    if harvest.kind == "listing" and not harvest.tasks:
        harvest.kind = "other"
    return harvest
