"""What stands in a parsed element, asked for by names of one spelling: prefixes are a file's own, namespaces count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
from lxml.html import HtmlElement

Element = HtmlElement
"""Stands for any element in signatures: lxml comes without stubs, and all its elements have the same methods."""

_NAMESPACES = (
    (re.compile(r"https?://(?:www\.)?wordpress\.org/(?:export/[\d.]+/)?excerpt"), "excerpt:"),
    (re.compile(r"https?://(?:www\.)?wordpress\.org/export"), "wp:"),
    (re.compile(r"https?://purl\.org/rss/1\.0/modules/content"), "content:"),
    (re.compile(r"https?://purl\.org/dc/(?:elements|terms)"), "dc:"),
    (re.compile(r"https?://(?:www\.w3\.org/2005/atom|purl\.org/atom/ns#)", re.I), "atom:"),
    (re.compile(r"https?://(?:www\.w3\.org/2007/app|purl\.org/atom/app#)"), "app:"),
    (re.compile(r"https?://purl\.org/syndication/thread"), "thr:"),
    (re.compile(r"https?://purl\.org/rss/1\.0/modules/slash"), "slash:"),
    (re.compile(r"https?://wellformedweb\.org/CommentAPI"), "wfw:"),
    (re.compile(r"https?://a9\.com/-/spec/opensearch"), "openSearch:"),
    (re.compile(r"https?://schemas\.google\.com/blogger/"), "blogger:"),
    (re.compile(r"https?://schemas\.google\.com/g/"), "gd:"),
    (re.compile(r"https?://rssnamespace\.org/feedburner"), "feedburner:"),
    (re.compile(r"https?://disqus\.com/disqus-internals"), "dsq:"),
    (re.compile(r"https?://(?:www\.)?w3\.org/1999/02/22-rdf"), "rdf:"),
    (re.compile(r"https?://www\.w3\.org/XML/1998"), "xml:"),
    # Elements of RSS in its versions, of Disqus and of sitemaps are those that other vocabularies are put into.
    (re.compile(r"https?://(?:purl\.org/(?:rss/1\.0/$|net/rss)|my\.netscape\.com|backend\.userland|blogs\.law)"), ""),
    (re.compile(r"https?://(?:disqus\.com|www\.sitemaps\.org|www\.google\.com/schemas/sitemap/0)"), ""),
)
"""Namespace, whatever its version -> the prefix that it has in our names."""


@lru_cache(maxsize=2048)
def name_of(tag: object) -> str:
    """An element's name with the prefix of its namespace here; with a `?` for one that is not known.

    >>> name_of("{http://wordpress.org/export/1.0/}status"), name_of("title"), name_of("{urn:x}title")
    ('wp:status', 'title', '?:title')
    """
    if not isinstance(tag, str):
        return ""  # a comment or a processing instruction
    if not tag.startswith("{"):
        return tag
    space, _, local = tag[1:].rpartition("}")
    return next((prefix + local for known, prefix in _NAMESPACES if known.match(space)), f"?:{local}")


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements of these names, in the order of the file."""
    return (child for child in element if name_of(child.tag) in names)


def child(element: Element, *names: str) -> Element | None:
    """The first child element of one of these names."""
    return next(children(element, *names), None)


def text_of(element: Element | None) -> str | None:
    """All text of an element, without the space around it; None if there is none."""
    if element is None:
        return None
    text = element.text if len(element) == 0 else "".join(element.itertext(with_tail=False))
    return (text or "").strip() or None


def texts_of(element: Element) -> dict[str, str]:
    """The texts of an element's children by name: of several with one name the first that is not empty."""
    texts: dict[str, str] = {}
    for one in element:
        name = name_of(one.tag)
        if name in texts:
            continue
        text = (one.text or "").strip() if len(one) == 0 else text_of(one)
        if text:
            texts[name] = text
    return texts


def content_of(element: Element | None) -> str | None:
    """The HTML that an element holds: as its text, or as elements (Atom's `xhtml`, or what nobody escaped)."""
    if element is None:
        return None
    if element.get("type") in ("text", "text/plain"):
        return escape(text_of(element) or "", quote=False) or None
    if len(element) == 0:
        return element.text
    # Texts between elements are text there, and HTML where the element itself holds it escaped.
    before = element.text or ""
    is_xhtml = element.get("type") in ("xhtml", "application/xhtml+xml")
    return (escape(before, quote=False) if is_xhtml else before) + "".join(map(_as_html, element))


def _as_html(element: Element) -> str:
    for inner in element.iter("*"):
        inner.tag = etree.QName(inner).localname
    etree.cleanup_namespaces(element)
    return etree.tostring(element, encoding="unicode", method="html")
