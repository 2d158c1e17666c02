"""Where a blog's posts are: pure functions from an answer to the links that it shows.

Nothing here knows a theme. A link is taken for a post's permalink by what the page says of it (rel=bookmark, an entry's
title) or by the shape that blog engines give permalinks; archives and older pages by rel or by their paths' shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ..addresses import host_of, is_web_address, join_address, path_of, split_address
from ..numerals import whole_number
from .xml import FEED_RECORDS, FEED_ROOTS, Damages, Element, child, children, document, encoding_of, name_of, text_of

_FEED_TYPES = {"application/rss+xml", "application/atom+xml"}
_PERMALINK = re.compile(
    r"""/(?:19|20)\d\d/\d{1,2}/(?:\d{1,2}/)?[^/?#]*[^\d/?#][^/?#]*/?$   # /2012/01/09/slug/, /2012/01/slug.html
      | /(?:19|20)\d\d-\d\d-\d\d-[^/]+/?$                                # /2012-01-09-slug
      | /(?:archives|posts?|entry|p|node)/[^/]+/?$                       # /archives/123, /post/slug
    """,
    re.VERBOSE,
)
_QUERY_PERMALINK = re.compile(r"(?:^|&)(?:p|page_id|id)=\d+(?:&|$)")
_ARCHIVE = re.compile(
    r"/(?:19|20)\d\d/(?:\d{1,2}/)?$|/(?:19|20)\d\d[-_]\d\d(?:/|/?(?:index)?\.\w{2,5})?$|(?:^|[?&])m=\d{6}(?:&|$)"
)
_OLDER = re.compile(r"/page/\d+/?$|[?&](?:paged?|offset)=\d+")
# Addresses under which blog engines show no post: log-in, feeds, trackbacks, files, searches, one post's reply form;
# and the listings of a tag, a category, an author. What stands deeper below such a word may be a post.
_NO_PAGE = re.compile(
    r"/(?:wp-(?:admin|login|content|includes|json)|xmlrpc|cart|login|print)(?=[/.?]|$)"
    r"|/(?:feed(?:/(?:rss2?|rdf|atom))?|trackback|(?:tag|author|category|search)(?:/[^/?#]*)?)/?(?:\?|$)"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|zip|gz|mp[34]|css|js|docx?|xlsx?|pptx?)$"
    r"|[?&](?:replytocom|share)=|[?&]s=(?!\d{1,9}(?:&|$))",
    re.IGNORECASE,
)
# Sitemaps that their own name says to hold no posts (WordPress' own, Yoast's, All in One SEO's).
_NO_POSTS_SITEMAP = re.compile(
    r"(?:taxonom|categor|(?:^|[-_/])tags?[-_.]|post_tag|users?-|author|posts-page|(?:^|/)page-sitemap|image|video|product|attachment)",
    re.IGNORECASE,
)
_TURNS = frozenset({"prev", "previous", "next"})
_ARROW = re.compile(r"^(?:[«‹←]|<<?\s)|(?:[»›→]|\s>>?)$")
_API_REL = "https://api.w.org/"


@dataclass(slots=True)
class SiteLinks:
    """The links of one HTML page, absolute, in the order of the page, each once."""

    posts: list[str] = field(default_factory=list)
    """What the page shows as permalinks of posts."""
    older: list[str] = field(default_factory=list)
    """The next pages of a listing."""
    neighbours: list[str] = field(default_factory=list)
    """Where rel or an arrow leads to what is before or behind this page: other posts on a post's page."""
    archives: list[str] = field(default_factory=list)
    """Months and years."""
    feeds: list[str] = field(default_factory=list)
    comment_feeds: list[str] = field(default_factory=list)
    """Feeds of comments: of the whole blog, or of a post."""
    others: list[str] = field(default_factory=list)
    """Every further link that may lead to a post."""
    api_root: str | None = None
    """Root of the WordPress REST API, if the page names it."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A link with the date that a sitemap or feed gives it, as written; None if it gives none."""

    url: str
    date: str | None
    others: tuple[str, ...] = ()
    """Further addresses that it gives for the same post, the likeliest first: one may lead to the blog where `url` does
    not, as in feeds whose items link to what they are about."""
    comments: int | None = None
    """The number of comments that it states for the post."""
    modified: str | None = None
    """When the post was last changed, as written, where that stands beside the date."""


def site_links(root: HtmlElement, url: str) -> SiteLinks:
    """Sort the links of a page fetched from `url`."""
    base = _base(root, url)
    here = url.partition("#")[0]
    found = SiteLinks()
    marked = set(_marked_as_posts(root))
    for element in root.iter("a", "link"):
        href = (element.get("href") or "").strip()
        rel = (element.get("rel") or "").lower().split()
        target = _absolute(base, href)
        if target is None:
            continue
        if _API_REL in rel:
            found.api_root = target
        elif element.tag == "link":
            if "alternate" in rel and (element.get("type") or "").lower() in _FEED_TYPES:
                (found.comment_feeds if "comment" in target else found.feeds).append(target)
            elif not _TURNS.isdisjoint(rel):
                found.neighbours.append(target)
                found.older += [target] * ("next" in rel)
        elif target != here and "nofollow" not in rel:
            if not _TURNS.isdisjoint(rel) or _ARROW.search("".join(element.itertext()).strip()):
                found.neighbours.append(target)
            kind = "older" if "next" in rel else "posts" if element in marked else _kind_by_shape(target)
            if kind:
                getattr(found, kind).append(target)
    for name in ("posts", "older", "neighbours", "archives", "feeds", "comment_feeds", "others"):
        setattr(found, name, list(dict.fromkeys(getattr(found, name))))
    return found


def _kind_by_shape(url: str) -> str | None:
    """The list of `SiteLinks` that a link belongs to by its path alone; None for what leads to no post."""
    if _OLDER.search(url):
        return "older"
    if _ARCHIVE.search(url):
        return "archives"
    if _NO_PAGE.search(url):
        return None
    return "posts" if looks_like_permalink(url) else "others"


def _base(root: HtmlElement, url: str) -> str:
    for element in root.iter("base"):
        if href := element.get("href"):
            return join_address(url, href.strip()) or url
    return url


def _absolute(base: str, href: str) -> str | None:
    """The URL without its fragment; None for what is not fetched by HTTP or is no URL at all."""
    if not href or href.startswith("#"):
        return None
    target = (join_address(base, href) or "").partition("#")[0]
    return target if is_web_address(target) else None


def _marked_as_posts(root: HtmlElement) -> Iterator[HtmlElement]:
    """Anchors that the markup calls permalinks: rel=bookmark, or the title of an entry."""
    for anchor in root.iter("a"):
        if "bookmark" in (anchor.get("rel") or "").lower().split():
            yield anchor
            continue
        heading = anchor.getparent()
        if heading is None or heading.tag not in ("h1", "h2", "h3", "h4"):
            continue
        classes = f"{heading.get('class') or ''} {anchor.get('class') or ''}".lower()
        if "title" in classes or any(ancestor.tag == "article" for ancestor in heading.iterancestors()):
            yield anchor


def is_archive(url: str) -> bool:
    """Whether a URL is that of a month or a year, as blog engines form it."""
    return bool(_ARCHIVE.search(url))


def looks_like_permalink(url: str) -> bool:
    """Whether a URL has a shape that blog engines give to single posts.

    >>> looks_like_permalink("https://blog.example.org/2012/01/09/is-social-media-a-tool/")
    True
    >>> looks_like_permalink("https://blog.example.org/2012/01/")
    False
    """
    parts = split_address(url)
    return parts is not None and bool(_PERMALINK.search(parts.path) or _QUERY_PERMALINK.search(parts.query))


def _unquoted(text: str) -> str:
    """A text without the quotes or brackets around it.

    >>> _unquoted("<https://example.com/>"), _unquoted("data:text/xml,<a/>")
    ('https://example.com/', 'data:text/xml,<a/>')
    """
    text = text.strip()
    return text[1:-1].strip() if _QUOTES.get(text[:1]) == text[-1:] and len(text) > 1 else text


def robots_sitemaps(body: bytes, url: str) -> list[str]:
    """The sitemaps that a robots.txt at `url` names, absolute, each once; of any scheme, for the gate tells the others.

    >>> robots_sitemaps(b"Sitemap: /map.xml # all\\nsitemap: http://[\\n", "https://example.com/robots.txt")
    ['https://example.com/map.xml']
    """
    encoding, mark = encoding_of(body[:_BEGINNING])
    lines = (line.partition("#")[0].partition(":") for line in body[mark:].decode(encoding, "replace").splitlines())
    values = (value for name, _, value in lines if name.strip().lower() == "sitemap")
    stated = (_unquoted(one) for value in values for one in _BETWEEN_ADDRESSES.split(value.strip()))
    own = f"{host_of(url)}/"
    named = (join_address(url, f"//{one}" if one.startswith(own) else one) for one in stated)
    return list(dict.fromkeys(filter(None, named)))


_QUOTES = {"<": ">", '"': '"', "'": "'"}
_BETWEEN_ADDRESSES = re.compile(r"[\s,]{1,20}(?=https?://)")
_BEGINNING = 4096
_FEED_ROOT = re.compile(r"<(?:[\w.-]{1,50}:)?(?:rss|feed|RDF)[\s>]")
_HTML_ROOT = re.compile(r"<(?:!DOCTYPE\s+)?html[\s>]", re.IGNORECASE)


def is_feed(body: bytes) -> bool:
    """Whether an answer is RSS or Atom, whatever it was asked for as and whatever stands before it.

    >>> is_feed(b'<b>Warning</b>: x in <b>y</b>\\n<?xml version="1.0"?><rss version="2.0">'), is_feed(b"<html><rss>")
    (True, False)
    """
    encoding, mark = encoding_of(body[:_BEGINNING])
    head = body[mark:_BEGINNING].decode(encoding, "replace")
    root = _FEED_ROOT.search(head)
    return root is not None and not _HTML_ROOT.search(head, 0, root.start())


@dataclass(frozen=True, slots=True)
class SitemapContent:
    """What a sitemap names, that may be a post or lead to one."""

    pages: list[Dated]
    sitemaps: list[Dated]


def sitemap_entries(body: bytes, damages: Damages | None = None, url: str = "") -> SitemapContent:
    """The pages and the further sitemaps that a sitemap names, as XML or as a list of addresses in text.

    Args:
        damages: takes what is wrong with its XML.
        url: where it stands, for addresses that are not absolute, as they should be.

    Raises:
        NotXml: it is no sitemap.
    """
    damages = Damages() if damages is None else damages
    if listed := _listed_addresses(body):
        return SitemapContent(_pages(listed), [])
    root = document(body, damages, roots=("urlset", "sitemapindex"), records=("url", "sitemap"))
    entries = [
        (name_of(element.tag), Dated(target, text_of(next(element.iterchildren("{*}lastmod"), None))))
        for element in root.iter("{*}url", "{*}sitemap")
        # Whatever the namespace: some write one that is not that of sitemaps.
        if (loc := text_of(next(element.iterchildren("{*}loc"), None)))
        and (target := join_address(url, loc))
        and is_web_address(target)
    ]
    # What an entry is, it says itself: some put both into one file.
    further = [one for name, one in entries if name.rpartition(":")[2] == "sitemap"]
    pages = [one for name, one in entries if name.rpartition(":")[2] == "url"]
    return SitemapContent(_pages(pages), [one for one in further if not _NO_POSTS_SITEMAP.search(path_of(one.url))])


def _pages(entries: list[Dated]) -> list[Dated]:
    return [entry for entry in entries if not _NO_PAGE.search(entry.url)]


def _listed_addresses(body: bytes) -> list[Dated]:
    """The addresses of a text that holds one in each line (sitemaps.org, 'Text file'); none of any other text."""
    if b"<" in body[:4096]:
        return []
    lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()]
    return [Dated(line, None) for line in lines if is_web_address(line)]


def item_date(item: Element) -> str | None:
    """The date that a feed's item or entry states, as written."""
    return text_of(child(item, "pubDate", "atom:published", "published", "dc:date", "atom:updated", "updated"))


def feed_entries(body: bytes, url: str, damages: Damages | None = None) -> tuple[list[Dated], str | None]:
    """The posts of an RSS or Atom feed, and the URL of its next page if it names one (RFC 5005).

    Args:
        damages: takes what is wrong with its XML.

    Raises:
        NotXml: it is neither.
    """
    damages = Damages() if damages is None else damages
    root = document(body, damages, roots=FEED_ROOTS, records=FEED_RECORDS)
    entries = []
    for item in root.iter("{*}item", "{*}entry"):
        date = item_date(item)
        if found := list(dict.fromkeys(_addresses(item, url))):
            # RSS' slash module, and Atom's threads (RFC 4685).
            count = whole_number(text_of(child(item, "slash:comments", "thr:total")))
            modified = text_of(child(item, "atom:updated", "updated"))
            entries.append(Dated(found[0], date, tuple(found[1:]), count, modified))
    links = [link for link in root.iter("{*}link") if link.get("href") and not _is_of_item(link)]
    turns = (link for rel in ("next", "prev-archive") for link in links if link.get("rel") == rel)
    following = next((_absolute(_base_of(link, url), link.get("href")) for link in turns), None)
    return entries, following


def _addresses(item: Element, url: str) -> Iterator[str]:
    """The addresses that an item of a feed gives for its post, the likeliest first.

    A service that passes a feed on (FeedBurner, Pheedo) puts its own link in, and the one before it in `origLink`. A
    guid is the post's permalink unless it says that it is none (RSS 2.0), and so is the name of an RSS 1.0 item and an
    Atom id that is an address. Last come the place of a content that is not in the feed (RFC 4287, 4.1.3.2) and of the
    comments.
    """
    named = [(one, text_of(one)) for one in item.iterchildren("{*}origLink")]
    links = [one for one in children(item, "link", "atom:link") if is_alternate(one)]
    links.sort(key=lambda one: "html" not in one.get("type", "html"))
    named += [(one, one.get("href") or text_of(one)) for one in links]
    named += [(one, text_of(one)) for one in children(item, "guid") if _is_permalink(one)]
    for element, address in named:
        if target := _absolute(_base_of(element, url), (address or "").strip()):
            yield target
    about = next((value for name, value in item.attrib.items() if name_of(name) == "rdf:about"), None)
    for name in (about, *map(text_of, children(item, "atom:id", "id"))):
        if name and is_web_address(name):
            yield name.partition("#")[0]
    elsewhere = [(one, one.get("src")) for one in children(item, "atom:content", "content")]
    elsewhere += [(one, text_of(one)) for one in children(item, "comments")]
    for element, address in elsewhere:
        if target := _absolute(_base_of(element, url), (address or "").strip()):
            yield target.partition("#")[0]


def is_alternate(link: Element) -> bool:
    """Whether a feed's link leads to what an entry is about, its relation by name or by address (RFC 4287, 4.2.7.2)."""
    return link.get("rel", "alternate").rpartition("/")[2] == "alternate"


def _is_permalink(guid: Element) -> bool:
    """Whether an item's guid is its address: as it says, else if it is one."""
    stated = guid.get("isPermaLink", "").strip().casefold()
    return stated == "true" or (stated != "false" and is_web_address(text_of(guid) or ""))


def _base_of(element: Element, url: str) -> str:
    """What an element's relative addresses are relative to: the `xml:base` around it, in a document from `url`."""
    return join_address(url, element.base or "") or url


def _is_of_item(link: Element) -> bool:
    return any(name_of(one.tag).rpartition(":")[2] in FEED_RECORDS for one in link.iterancestors())
