"""Names of things on the web: one spelling per post, whatever way led to it, and the ids made from it (DESIGN §3)."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urlunsplit

from w3lib.url import canonicalize_url

from ..addresses import join_address, split_address

# What follows an archive's own address: 'web/20120109150400id_/http://...' in the Wayback Machine, 'coll/2012.../http://...'
# in pywb. Paths are often squeezed on the way, so one slash behind the inner scheme is enough.
ARCHIVED = re.compile(
    r"^https?://[^/?#]+/(?:[^/?#]+/){0,2}\d{4,14}(?:[a-z]{2}_|\*)?/(?P<inner>https?:/+[^/].*)$", re.I | re.S
)

WHOLE = re.compile(r"https?://[^\s/?#\[\]]+/[^\s?#;]*(?:\?[^\s#;]+)?(?:#\S+)?")
"""A URL that joining it to another leaves as it is; most links are written so."""

TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_(?:medium|campaign|custom\d)|fbclid|gclid|gclsrc|dclid|wbraid|gbraid|msclkid|yclid"
    r"|twclid|igshid|mc_[ce]id|_hs(?:enc|mi)|oly_(?:anon|enc)_id|vero_id|wt_mc|xtor|ncid|cmpid|ocid|s_cid|smid|ref_src|_ga|_gl"
    r"|replytocom|unapproved|moderation-hash|like_comment|share|nb|phpsessid|jsessionid",
    re.I,
)
"""Query parameters that say how a reader came, or what may be written there, but never what the page shows."""

COMMENT_PARAMETER = re.compile(r"showcomment|commentpage|cpage|debut_(?:forum|comment)[\w-]*", re.I)
"""Query parameters that say which comments of a post are shown."""

SMALL_SCREEN = {("m", "0"), ("m", "1"), ("amp", ""), ("amp", "1"), ("outputtype", "amp")}
"""The same post laid out for telephones: Blogger's `m`, AMP. Other values of these names (`m=201201`) are content."""

WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")
"""What a host may say before its name; in `www.com` it is the name."""

COMMENT_PAGE = re.compile(r"/(?:comment-page-\d+|comments/page/\d+)/?$", re.I)
"""How WordPress and TypePad name a further page of comments."""

SEVERAL_BLOGS = re.compile(r"^(?:we)?blogs\.")
"""Hosts that by their name hold several blogs, each in the first part of the path."""

BLOGGER_COUNTRY = re.compile(r"(?<=[^.]\.blogspot)\.(?:com?\.)?[a-z]{2}$")
"""Endings under which Blogger served each of its blogs by the reader's country, beside `.com`."""

ONE_BLOG_TWO_SPELLINGS = {"blogs.gartner.com"}
"""Hosts whose first path part is an author written with '_' in some years and '-' in others."""


def canonical_url(url: str) -> str:
    """The one spelling by which a page is known, an `https` URL; any other kind of text comes back stripped.

    Scheme, `www.`, default port, user, fragment, tracking parameters, order of named parameters, trailing slash,
    comment paging, percent-encoding, case and script of the host and Blogger's countries do not count; an archive's
    prefix is taken off. It is a name and no address: a server may read it in another way than the spellings that it
    stands for.

    >>> canonical_url("http://www.Example.com:80/2012/01/post/comment-page-2/?utm_source=x#comment-7")
    'https://example.com/2012/01/post'
    >>> canonical_url("https://web.archive.org/web/2012id_/http://example.com/?p=12&replytocom=3")
    'https://example.com/?p=12'
    """
    return _canonical(url, one_page=False)


def canonical_page(url: str) -> str:
    """The one spelling of a single page: as `canonical_url`, but a further page of comments is a page of its own.

    >>> canonical_page("http://www.example.com/2012/01/post/comment-page-2/?PHPSESSID=3e1f#comment-7")
    'https://example.com/2012/01/post/comment-page-2'
    """
    return _canonical(url, one_page=True)


# A crawl asks for the same URL a dozen times: as a link, a task, the page's own address.
@lru_cache(maxsize=4096)
def _canonical(url: str, *, one_page: bool) -> str:
    original = without_archive(url)
    before_query = re.match(r"[^?#]*", original)
    end = before_query.end() if before_query else 0
    written = _http_parts(original[:end].replace("\\", "/") + original[end:])  # as browsers read it
    if written is None:
        return original
    # The root's dot keeps w3lib from encoding a host in another script, and behind a ';' it quotes in another way.
    host = (written.hostname or "").rstrip(".")
    netloc = (f"[{host}]" if ":" in host else host) + ("" if written.port in {None, 80, 443} else f":{written.port}")
    clean = written._replace(scheme="https", netloc=netloc, path=written.path.replace(";", "%3B"))
    try:
        parts = _http_parts(canonicalize_url(urlunsplit(clean._replace(query="")), keep_blank_values=True))
        query = "&".join(_query_pairs(written.query))
    except ValueError:  # a host that looked whole but cannot be encoded
        return original
    if parts is None:
        return original
    parts = parts._replace(query=query)
    netloc = BLOGGER_COUNTRY.sub(".com", bare_host(parts.netloc))
    return urlunsplit(("https", netloc, _path(netloc, parts, one_page), _query(parts, one_page), ""))


def _query_pairs(query: str) -> list[str]:
    """The parameters as `canonicalize_url` encodes them, in one order where their order cannot matter.

    That of a path (`?/archives/3-x.html`) and of several values of one name means something to the server.
    """
    # One at a time, for it would sort them.
    pairs = [canonicalize_url(f"https://a/?{pair}").partition("?")[2] for pair in query.split("&") if pair]
    is_path = {pair: "%2F" in pair.partition("=")[0] for pair in pairs}
    return sorted(pairs, key=lambda pair: (not is_path[pair], "" if is_path[pair] else pair.partition("=")[0]))


def _http_parts(url: str) -> SplitResult | None:
    """The parts of an http(s) URL; None for other schemes and for what is no URL (a broken host or port)."""
    parts = split_address(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    return parts if parts.hostname and parts.port != 0 else None


def bare_host(host: str) -> str:
    """A host in lower case without `www.` and without the root's dot.

    >>> bare_host("WWW.Example.com.")
    'example.com'
    """
    return WWW.sub("", host.lower().rstrip("."))


def _path(host: str, parts: SplitResult, one_page: bool) -> str:
    path = re.sub(r"/{2,}", "/", parts.path)
    while (shorter := (path if one_page else COMMENT_PAGE.sub("", path)).rstrip("/")) != path:
        path = shorter
    if host in ONE_BLOG_TWO_SPELLINGS:
        blog, slash, rest = path.removeprefix("/").partition("/")
        path = f"/{blog.replace('_', '-')}{slash}{rest}"
    return path or "/"


def _query(parts: SplitResult, one_page: bool) -> str:
    # The encoded text is kept as canonicalize_url wrote it, so that doing it again changes nothing.
    kept = [
        pair
        for pair in parts.query.split("&")
        if (named := parse_qsl(pair, keep_blank_values=True))
        and not TRACKING.fullmatch(named[0][0])
        and (one_page or not COMMENT_PARAMETER.fullmatch(named[0][0]))
        and (named[0][0].lower(), named[0][1].lower()) not in SMALL_SCREEN
    ]
    return "&".join(kept)


def without_archive(url: str) -> str:
    """The URL that an archive's address stands for; any other URL as it is, without surrounding space.

    >>> without_archive("http://localhost:8080/coll/20120109150400mp_/http://example.com/a?b#c")
    'http://example.com/a?b#c'
    """
    url = url.strip()
    while archived := ARCHIVED.match(url):
        url = re.sub(r"^(https?):/+", r"\1://", archived["inner"], flags=re.I)
    return url


def page_address(url: str) -> str:
    """An address as it can be opened, without what is not the page's: an archive's prefix, a fragment, a password.

    >>> page_address("http://ann:secret@www.example.com/index.php?/archives/3-x.html#c7")
    'http://www.example.com/index.php?/archives/3-x.html'
    """
    address = without_archive(url).partition("#")[0]
    parts = _http_parts(address)
    return (
        urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if parts and "@" in parts.netloc else address
    )


def absolute_url(href: str | None, base: str) -> str | None:
    """Where a link leads, as http(s) URL without an archive's prefix; None for anything else (mail, script, nothing).

    >>> absolute_url("../about", "http://example.com/2012/post/")
    'http://example.com/2012/about'
    >>> absolute_url("mailto:me@example.com", "http://example.com/") is None
    True
    """
    if not href or not href.strip():
        return None
    stripped = href.strip()
    joined = stripped if WHOLE.fullmatch(stripped) else join_address(base, stripped)
    if joined is None:
        return None
    address = without_archive(joined)
    parts = _http_parts(address)
    return address if parts and "@" not in parts.netloc else None


def post_id(url: str) -> str:
    """16 hex digits that name a post: SHA-256 of its canonical URL.

    >>> post_id("http://www.example.com/a/") == post_id("https://example.com/a#comments")
    True
    """
    return _hash(canonical_url(url))


def comment_id(
    post_id: str,
    native_id: str | None,
    *,
    author: str | None = None,
    published_raw: str | None = None,
    text: str = "",
) -> str:
    """Id of a comment: its native id, else a hash of what a reader would know it by.

    Args:
        published_raw: the date as shown; None for a relative one, which reads differently at every fetch.
        text: the comment's text; its first hundred letters and digits count, so spacing and markup do not.

    >>> comment_id("3f1c0a9be2d47781", "4711")
    '3f1c0a9be2d47781:4711'
    """
    if native_id:
        return f"{post_id}:{native_id}"
    start = "".join(islice(filter(str.isalnum, text), 100))
    known_by = [" ".join((part or "").casefold().split()) for part in (author, published_raw, start)]
    return f"{post_id}:h{_hash(chr(0).join(known_by))}"


def nth_id(known_by: str, occurrence: int) -> str:
    """Id of the comment that is the second, third ... of its post with this author, date and text.

    >>> nth_id("3f1c0a9be2d47781:h0123456789abcdef", 2)
    '3f1c0a9be2d47781:h0123456789abcdef-2'
    """
    return known_by if occurrence == 1 else f"{known_by}-{occurrence}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def site_of(url: str, blog: str | None = None) -> str:
    """The blog a page belongs to: its host, and the path below it where the blog shares its host.

    Args:
        blog: URL of the blog's start, where it is known; used for the pages that lie below it.

    From a single URL several blogs on a host can only be seen by signs: a user's part (`/~ann/`, `/@ann/`), or a host
    named `blogs.` whose first path part is no year.

    >>> site_of("http://www.example.com/2012/01/post/")
    'example.com'
    >>> site_of("https://blogs.gartner.com/andrea_dimaio/2012/01/09/post/")
    'blogs.gartner.com/andrea-dimaio'
    >>> site_of("https://example.com/analysts/ann/2012/post", blog="https://example.com/analysts/ann/")
    'example.com/analysts/ann'
    """
    canonical = canonical_url(url)
    page = _http_parts(canonical)
    if page is None:
        return canonical
    if blog is not None and (root := _http_parts(canonical_url(blog))):
        below = root.path.rstrip("/")
        if root.netloc == page.netloc and f"{page.path}/".startswith(f"{below}/"):
            return root.netloc + below
    first, _, rest = page.path.removeprefix("/").partition("/")
    a_user = first[:1] in {"~", "@"}
    a_blog = bool(SEVERAL_BLOGS.match(page.netloc) and rest and not first.isdigit())
    return f"{page.netloc}/{first}" if a_user or a_blog else page.netloc
