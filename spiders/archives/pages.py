"""What an archived record is: an HTTP answer of its time, and the page, feed or API answer that it holds.

No frontier led to it, so its kind follows from its address and content; it is read by the same `Reader` as a live page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

import msgspec
from scrapy.http import Response

from ...addresses import host_of, is_web_address, split_address
from ...numerals import whole_number
from ...pipelines.scopes import Scope
from ...pipelines.urls import canonical_page, canonical_url, without_archive
from ...schemas.records import LeftOut
from .. import rest
from ..answers import ANY_HOST, Answer, Harvest, Reader
from ..apis.json_values import MalformedAnswer, json_value
from ..compression import decoded_body, reads_as_text
from ..discovery import is_archive, looks_like_permalink
from ..frontier import Context, Task
from ..guard import is_loopback
from ..responses import answer_of
from .heads import HEAD_END, Damaged, fields_of, media_type_of, moment_of
from .warc import LARGEST, LONGEST_LENGTH, Record

READ_KINDS = frozenset({"response", "resource", "revisit"})
"""Records that show what a URL answered."""
LARGEST_BODY = 50 * 1024 * 1024
"""Bytes of a decoded body, as DOWNLOAD_MAXSIZE of a live crawl."""

ARCHIVES = frozenset(
    """web.archive.org wayback.archive.org wayback.archive-it.org arquivo.pt webarchive.loc.gov www.webarchive.org.uk
    webarchive.nationalarchives.gov.uk wayback.vefsafn.is swap.stanford.edu webarchive.bac-lac.gc.ca
    webharvest.gov""".split()
)
"""Hosts of public archives whose addresses are of the form that `without_archive` takes apart."""

_API = re.compile(r"wp/v2/(posts|comments)/?(?:[?&]|$)")
_NO_PAGE = re.compile(r"^https?://[^/]+/robots\.txt$|/(?:wp-login|xmlrpc)\.php(?:\?|$)|/trackback/?$", re.I)
# A post under a further address, as for the form that answers one of its comments.
_COPY = re.compile(r"[?&](?:replytocom|share|like_comment)=", re.I)
# What index rows call HTML though it is none: feeds, the API, files of themes.
_NO_HTML = re.compile(
    r"/feed(?:/(?:rss2?|rdf|atom))?/?(?=\?|$)|/(?:wp-json|wp-content|wp-includes)(?=[/?]|$)"
    r"|\.(?:js|css|xml|rss|atom|ico|txt|pdf)(?=\?|$)",
    re.I,
)
# Addresses under which blog engines show their front page and what is older.
_OLDER = re.compile(r"/page/\d+$|^/?$|^/?\?(?:\w+=[^&]*&)*paged=", re.I)
# Addresses that look like those of listings. A post may stand there, too: under a category that is called so, say.
_FOLDER = re.compile(
    r"^(?P<folder>.*/(?:tags?|categor(?:y|ies)|author|label|search))/[^/]+(?P<older>/page/\d+)?$", re.I
)
_QUERY = re.compile(r"^/?\?(?=(?P<older>.*\bpaged=)?)(?:\w+=[^&]*&)*(?P<folder>cat|tag|author|s)=", re.I)
_HTML = re.compile(r"html|^text/plain\b")
_UNKNOWN = re.compile(r"\*/\*|(?:application/|unknown/)?unknown\b")
"""How servers say that they do not know (WHATWG, MIME Sniffing, 5)."""
_ROOT = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.I)
_DATA = re.compile(r"json|(?<!xhtml\+)xml")
_EMBEDDED = re.compile(r"/embed/")
_CAPTURE = re.compile(r"/(\d{4,14})(?:[a-z]{2}_)?/https?:", re.I)
_SENT = re.compile(rb"[\r\n]*(?:HTTP(?:/\d(?:\.\d)?)?|h[23]|ICY)[ \t]+(\d{3})\b[^\r\n]{0,1000}", re.I)
_BODY = re.compile(rb"[\r\n](?=<)")
"""Where markup follows the lines of a head: some writers leave the empty line out."""
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
    url = stated_target(record)
    return url if record.kind in READ_KINDS and is_web_address(url) else None


def stated_target(record: Record) -> str:
    """What a record says that it is about; empty if it does not say."""
    # wget writes the brackets that WARC 1.0 has in its grammar by mistake.
    return record.headers.get("warc-target-uri", "").strip("<> ")


def is_believed(url: str, *, is_ours: bool = False) -> bool:
    """Whether an address says truly what it is of, if it has the form of a capture in a web archive.

    Any host can give its pages such addresses, and would speak in the name of any other's.

    Args:
        is_ours: whether this program wrote the file, in which it names what it asked an archive for.

    >>> is_believed("https://web.archive.org/web/2009/http://example.com/"), is_believed("http://a.net/2009/http://b.org/")
    (True, False)
    """
    host = host_of(url)
    return is_ours or without_archive(url) == url.strip() or host in ARCHIVES or is_loopback(host)


def capture_time(url: str) -> datetime | None:
    """When the page was captured that an archive's address names, in UTC; None for other addresses.

    >>> capture_time("https://web.archive.org/web/20120109150400id_/http://example.com/").isoformat()
    '2012-01-09T15:04:00+00:00'
    """
    found = _CAPTURE.search(url)
    return moment_of(found[1]) if found else None


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


def reason_to_leave(url: str, record: Record, *, is_ours: bool) -> LeftOut | None:
    """Why a record is no page, feed or API answer, by its headers and the names of scripts; None if it may be one.

    What a page shows is known from its content: nothing else that an address says counts.
    """
    if not is_believed(url, is_ours=is_ours):
        return "replay"
    if _NO_PAGE.search(url) and not looks_like_permalink(url):
        return "script"
    status, _, _ = head_of(record)
    if 300 <= status < 400 and record.kind != "revisit":
        return "redirect"
    content_type = media_type(record)
    if _API.search(unquote(url)) or is_page_type(content_type) or "xml" in content_type:
        return None
    return None if "octet-stream" in content_type and reads_as_text(head_of(record)[2]) else "media"


def is_page_type(content_type: str | None) -> bool:
    """Whether an answer of this media type may be a page; one without any may."""
    return not content_type or _HTML.search(content_type) is not None or _UNKNOWN.match(content_type) is not None


def head_of(record: Record) -> tuple[int, dict[bytes, list[bytes]], bytes]:
    """Status, headers and what follows them in a record's block; status 0 where the block is no answer.

    A record of which another media type than HTTP's is stated (`resource`, old ARC files) is the body itself. Of heads
    behind each other the last one counts: interim answers (100, 103) and a proxy's (200) stand before the real one.
    """
    status, lines, body = 0, b"", record.block
    while (status < 200 or b"content-type" not in lines.lower()) and (sent := _SENT.match(body)):
        status = int(sent[1])
        found = (HEAD_END.search(body, sent.end()), _BODY.search(body, sent.end()))
        end = min(filter(None, found), key=lambda end: end.start(), default=None)
        lines, body = (body[sent.end() : end.start()], body[end.end() :]) if end else (body[sent.end() :], b"")
    if not status and record.kind in ("response", "resource"):
        stated = media_type_of(record.headers)
        # Before there were heads (HTTP/0.9) an answer was the page.
        if stated is not None or record.block.lstrip().startswith(b"<"):
            return 200, {b"Content-Type": [(stated or "").encode()]}, record.block
    headers: dict[bytes, list[bytes]] = {}
    for name, value in fields_of(lines):
        headers.setdefault(name.title(), []).append(value)
    return status, headers, body


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedAnswer:
    """The answer that a record keeps, as far as it does."""

    answer: Answer
    """As the reader takes it."""
    response: Response
    """As Scrapy has it."""
    fault: str | None
    """How it is not whole; None if it is."""


def answer_of_record(record: Record, fetched_at: datetime, payload: Record | None = None) -> ArchivedAnswer:
    """The answer that a record keeps.

    Args:
        fetched_at: when it was captured.
        payload: for a `revisit`, the earlier record that holds what was found unchanged.

    Raises:
        Damaged: the record is no HTTP answer.
        DamagedBody: its body cannot be decoded.
    """
    source = payload or record
    status, headers, body = head_of(source)
    if not status:
        raise Damaged("the record is no HTTP answer")
    faults = [source.fault] if source.fault else []
    if not source.is_held:
        faults.append(f"the record is larger than {LARGEST} bytes: only its beginning was read")
    if cut := source.headers.get("warc-truncated"):
        faults.append(f"the archive cut the answer off (WARC-Truncated: {cut})")
    if source.headers.get("warc-segment-number"):
        faults.append("the answer goes on in other records (WARC-Segment-Number)")
    if any(b"chunked" in value.lower() for value in headers.pop(b"Transfer-Encoding", [])):
        body, is_whole = without_chunks(body)
        faults += [] if is_whole else ["the chunked answer ends before its last chunk"]
    encodings = headers.pop(b"Content-Encoding", [])
    stated = whole_number(headers.get(b"Content-Length", [b""])[0].decode("latin-1"), LONGEST_LENGTH)
    if stated is not None and len(body) < stated and not encodings and not faults:
        faults.append(f"the answer states {stated} bytes and has {len(body)}")
    body, fault = decoded_body(body, encodings, LARGEST_BODY)
    faults += [fault] if fault else []
    # What a web archive answered, as `--via wayback --keep-archive` writes it, is a record of the page captured there.
    response = Response(without_archive(target_of(record) or ""), status=status, headers=headers, body=body)
    return ArchivedAnswer(
        answer=answer_of(response, fetched_at), response=response, fault="; ".join(dict.fromkeys(faults)) or None
    )


def stated_moment(record: Record) -> datetime | None:
    """When the record says that it was captured, in UTC: by the address of an archive's capture, else by its date."""
    return capture_time(stated_target(record)) or moment_of(record.headers.get("warc-date", ""))


def servers_moment(record: Record) -> datetime | None:
    """The Date header of the answer, in UTC; None if it has none that can be read."""
    return moment_of(head_of(record)[1].get(b"Date", [b""])[0].decode("latin-1"))


def without_chunks(body: bytes) -> tuple[bytes, bool]:
    """A body without the lengths of its chunks, as far as they go, and whether the last one is there.

    A body that has none, as some archives store it, comes back as it is.

    >>> without_chunks(b"4\\r\\nWiki\\r\\n5\\r\\npedia\\r\\n0\\r\\n\\r\\n")
    (b'Wikipedia', True)
    >>> without_chunks(b"4\\r\\nWiki\\r\\n5\\r\\nped"), without_chunks(b"<p>")
    ((b'Wikiped', False), (b'<p>', True))
    """
    pieces: list[bytes] = []
    position = 0
    while found := _CHUNK.match(body, position):
        length = int(found[1], 16)
        if not length:
            return b"".join(pieces), True
        piece = body[found.end() : found.end() + length]
        pieces.append(piece)
        position = found.end() + length
        position += len(body[position : position + 2]) - len(body[position : position + 2].lstrip(b"\r\n"))
    return (b"".join(pieces), False) if pieces else (body, True)


def is_comment_page(url: str) -> bool:
    """Whether a URL names a further page of a post's comments.

    >>> is_comment_page("https://example.com/2012/post/comment-page-2/"), is_comment_page("https://example.com/?p=7")
    (True, False)
    """
    return canonical_page(url) != canonical_url(url)


def listing_folder(url: str, *, shows_older: bool = False) -> str | None:
    """The folder or parameter for which an address looks like that of a listing; None for other addresses.

    Args:
        shows_older: whether only the address of a listing's older page counts, which no post has.

    >>> listing_folder("https://example.com/tag/data/"), listing_folder("https://example.com/category/news/a-post/")
    ('example.com/tag', None)
    >>> listing_folder("https://example.com/?cat=3"), listing_folder("https://example.com/?cat=3&p=17")
    ('example.com?cat', None)
    >>> listing_folder("https://example.com/tag/data/page/2/", shows_older=True)
    'example.com/tag'
    """
    parts = split_address(canonical_url(url))
    if parts is None or looks_like_permalink(url):
        return None
    path = parts.path.rstrip("/")
    found = _QUERY.match(f"{path}?{parts.query}") if parts.query else _FOLDER.match(path)
    if found is None or (shows_older and not found["older"]):
        return None
    return f"{parts.netloc}{'?' if parts.query else ''}{found['folder']}"


def is_candidate(url: str, listings: Collection[str] = ()) -> bool:
    """Whether a page may show a post or its comments, by its address: what spares an archive requests.

    Args:
        listings: the folders of `listing_folder` that are known to hold listings.
    """
    parts = split_address(canonical_url(url))
    if parts is None or _NO_HTML.search(url) or _COPY.search(url):
        return False
    if looks_like_permalink(url):
        return True
    is_older = _OLDER.search(f"{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}")
    return not (_NO_PAGE.search(url) or is_older or is_archive(url) or listing_folder(url) in listings)


def is_copy(url: str) -> bool:
    """Whether a URL names a post's page once more, as for the form that answers one of its comments."""
    return _COPY.search(url) is not None


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
    if not (is_page_type(answer.content_type) or answer.content_type == "application/octet-stream"):
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
        rows = msgspec.convert(json_value(answer.body), type=list[_CommentRow])
    except (MalformedAnswer, msgspec.ValidationError):
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
