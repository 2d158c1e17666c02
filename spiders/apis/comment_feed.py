"""The feed of one post's comments, as WordPress and Blogger give it: what is left where pages show too few of them.

WordPress' holds the ten newest, newest first, and begins each reply with 'In reply to NAME.'; Blogger's holds all of
them, page by page. Both give the ids that their pages have. No feed tells a pingback from a comment, but WordPress'
pingbacks are cut out of the other page, between '[...]' marks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlunsplit

from lxml.html import HtmlElement
from w3lib.url import add_or_replace_parameter, add_or_replace_parameters

from ...addresses import join_address, path_of, split_address
from ...numerals import whole_number
from ...schemas import Damages, DateMention, PageComment, PageReading
from ..reading.document import Document, folded, text_of
from ..xml import FEED_RECORDS, FEED_ROOTS, Element, NotXml, child, children, content_of, document
from ..xml import text_of as xml_text_of
from .json_values import MalformedAnswer, fragment, plain
from .reply_prefix import ANCHOR, take_reply_prefix

NAME = "feed"

_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_BLOGGER = re.compile(r"/feeds/\d+/comments/(?:default|full)/?$")
_ALL_OF_BLOGGER = {"orderby": "published", "reverse": "false", "max-results": "500"}

_BLOGGER_ENTRY = re.compile(r"^tag:blogger\.com,1999:blog-\d+\.post-(\d+)$")
_BLOGGER_PARENT = re.compile(r"/comments/default/(\d+)(?:\?|$)")

_EXCERPT_MARKS = ("[...]", "[…]")


def find_comment_feed(doc: Document) -> str | None:
    """Address of the feed that holds the comments of the page's post alone, all that it can give at once.

    A site's other feeds are linked beside it: it is the one below the post's own address, or the one that names it.
    """
    own = doc.url or doc.links.get("canonical")
    if own is None:
        return None
    for number in doc.with_tag.get("link", ()):
        element = doc.elements[number]
        href = (element.get("href") or "").strip()
        if (element.get("type") or "").lower() not in _TYPES or "alternate" not in (element.get("rel") or "").split():
            continue
        url = join_address(own, href)
        if url is None:
            continue
        if _BLOGGER.search(path_of(url)):
            return add_or_replace_parameters(url, _ALL_OF_BLOGGER)
        if _is_below(url, own):
            return _as_atom(url)
    return None


def _as_atom(url: str) -> str:
    """WordPress' feed as Atom, which tells a commenter's page and the parent; feeds of other makes as they are.

    >>> _as_atom("https://blog.example.org/2012/a-slug/feed/"), _as_atom("https://blog.example.org/?feed=rss2&p=7")
    ('https://blog.example.org/2012/a-slug/feed/atom/', 'https://blog.example.org/?feed=atom&p=7')
    """
    parts = split_address(url)
    if parts is None:
        return url
    if parts.path.endswith(("/feed", "/feed/")):
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/atom/"))
    if parse_qs(parts.query).get("feed") == ["rss2"]:
        return add_or_replace_parameter(url, "feed", "atom")
    return url


def _is_below(feed: str, post: str) -> bool:
    """Whether a feed's address is the post's with something added.

    >>> _is_below("https://blog.example.org/2012/a-slug/feed/", "https://blog.example.org/2012/a-slug/")
    True
    >>> _is_below("https://blog.example.org/?feed=rss2&p=7", "https://blog.example.org/?p=7")
    True
    >>> _is_below("https://blog.example.org/feed/", "https://blog.example.org/")
    False
    """
    inner, outer = split_address(feed), split_address(post)
    if inner is None or outer is None or inner.hostname != outer.hostname:
        return False
    path = outer.path.removesuffix(".html").rstrip("/")
    if path:
        return inner.path.startswith(f"{path}/")
    query = parse_qs(outer.query)
    return bool(query) and query.items() <= parse_qs(inner.query).items()


def read_comment_feed(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of an RSS or Atom feed, oldest first.

    Raises:
        MalformedAnswer: it is neither.
    """
    damages = Damages()
    try:
        root = document(body, damages, roots=FEED_ROOTS, records=FEED_RECORDS)
    except NotXml as error:
        raise MalformedAnswer(f"neither RSS nor Atom: {error}") from error
    rows = list(root.iter("{*}item", "{*}entry"))
    names = {name for row in rows if (name := _author_name(row))}
    entries = [_read_entry(row, names) for row in rows]
    if not _BLOGGER.search(path_of(url)):
        entries.reverse()
    _find_parents_by_name(entries)
    total = folded(next((found.text for found in root.iter("{*}totalResults")), None))
    following = next((link.get("href") for link in root.iterchildren("{*}link") if link.get("rel") == "next"), None)
    next_page = join_address(url, following) if following else None
    return PageReading(
        platform=NAME,
        post_url=post_url,
        comments=[entry.comment for entry in entries],
        next_pages=[next_page] if next_page else [],
        stated_total=whole_number(total),
        damages=damages,
    )


@dataclass(slots=True)
class _Entry:
    comment: PageComment
    answers: str | None
    """Name of whom it answers, where the feed tells no more of the parent than that."""


def _read_entry(entry: Element, names: Collection[str]) -> _Entry:
    links = {
        link.get("rel", "alternate"): link.get("href") or folded(link.text) for link in children(entry, *_both("link"))
    }
    addresses = [_text(entry, "guid") or "", _text(entry, *_both("id")) or "", *links.values()]
    answered = [reply.get("ref") or "" for reply in entry.iterchildren("{*}in-reply-to")]
    published = _text(entry, "pubDate", *_both("published"), "issued", "dc:date", *_both("updated"), "modified")
    properties = {found.get("name") for found in entry.iterchildren("{*}extendedProperty")}
    is_removed = "blogger.contentRemoved" in properties
    body = _body(entry)
    linked, name = take_reply_prefix(body, names) if body is not None else (None, None)
    parent = _first_match(ANCHOR, answered) or _first_match(_BLOGGER_PARENT, [links.get("related") or ""]) or linked
    comment = PageComment(
        native_id=_first_match(ANCHOR, addresses) or _first_match(_BLOGGER_ENTRY, addresses),
        kind="pingback" if body is not None and _is_excerpt(body) else "comment",
        parent_native_id=parent,
        parent_from="feed" if parent else None,
        author_name=_author_name(entry),
        author_url=_of_author(entry, "uri"),
        published=DateMention(machine=published) if published else None,
        body=None if is_removed else body,
        permalink=links.get("alternate"),
        state="removed" if is_removed else "visible",
    )
    return _Entry(comment, name if parent is None else None)


def _author_name(entry: Element) -> str | None:
    # RSS has a mail address in its own <author>.
    return plain(_of_author(entry, "name") or _text(entry, "dc:creator", "creator"))


def _of_author(entry: Element, name: str) -> str | None:
    author = child(entry, *_both("author"))
    return None if author is None else _text(author, *_both(name))


def _both(name: str) -> tuple[str, str]:
    """Atom's name of an element, and the same without the namespace, as some feeds have it."""
    return f"atom:{name}", name


def _text(entry: Element, *names: str) -> str | None:
    """The text of the first of these children that has one, on one line."""
    return next((text for name in names if (text := folded(xml_text_of(child(entry, name))))), None)


def _first_match(pattern: re.Pattern[str], texts: list[str]) -> str | None:
    return next((found[1] for text in texts if (found := pattern.search(text))), None)


def _body(entry: Element) -> HtmlElement | None:
    """The text as HTML: the whole of it, or else the summary."""
    names = ("content:encoded", *_both("content"), "description", *_both("summary"))
    found = next((one for name in names if (one := child(entry, name)) is not None), None)
    return None if found is None else fragment(content_of(found) or "")


def _is_excerpt(body: HtmlElement) -> bool:
    text = text_of(body)
    return text.startswith(_EXCERPT_MARKS) and text.endswith(_EXCERPT_MARKS)


def _find_parents_by_name(entries: list[_Entry]) -> None:
    """Name the parent where exactly one earlier comment of the feed is by the person that is answered."""
    for position, entry in enumerate(entries):
        if entry.answers is None:
            continue
        earlier = [other.comment for other in entries[:position] if other.comment.author_name == entry.answers]
        if len(earlier) == 1 and earlier[0].native_id:
            entry.comment.parent_native_id, entry.comment.parent_from = earlier[0].native_id, "feed"
