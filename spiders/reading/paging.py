"""The pages of a comment section that is spread over several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ...addresses import join_address, path_of
from .document import Document
from .items import container_of
from .numbered import Address, address_of, numbered_pages
from .section import Section
from .words import COMMENT_WORDS, words_of

_PAGE_IN_URL = re.compile(r"(comment-page-|[?&](?:cpage|commentPage|comments?_?page)=|/comments/page/)(\d{1,5})")
_COMMENT_ANCHOR = re.compile(r"comment-\d+")
_BACK_WORDS = frozenset("previous prev older".split())
_ON_WORDS = frozenset("next newer".split())
_PAGER_WORDS = frozenset("pager pagination paginator pagenav paging pages".split())
_LISTS = frozenset("ol ul dl table tbody".split())
"""What holds comments and nothing else."""
_FORUM_WORDS = COMMENT_WORDS | {"forum", "forums"}
_MOST_PAGES = 1000
"""Pages up to which those between two linked ones are counted through: a link to page 99999 proves no such section."""


@dataclass(frozen=True, slots=True)
class CommentPages:
    """Where a page stands among those of its comment section."""

    here: int | None = None
    """Its number, from 1; None if the section is not paged or the links do not tell."""
    others: list[str] = field(default_factory=list)
    """URLs of all others that the links tell, in either direction."""
    post_url: str | None = None
    """The post's own URL, where that of this page is made from it by a number; None where it is the same."""


def comment_pages(doc: Document, section: Section, first: int | None = None) -> CommentPages:
    """The section's pages: by addresses that only comments have, by numbers in its pager, by links to the next.

    Args:
        first: what the platform numbers its first page with; None where the pager's labels have to tell.
    """
    named = _named_pages(doc)
    if named.here is not None or named.others:
        return named
    if not section.items:
        # What is numbered below a post without comments are posts.
        return CommentPages()
    return _numbered_pages(doc, section, first) or CommentPages(
        others=list(dict.fromkeys(_next_and_previous(doc, section)))
    )


# Addresses that only comments have


def _named_pages(doc: Document) -> CommentPages:
    """At a post's own URL a WordPress site shows the first or the last page: which of them, the links tell."""
    found: dict[int, str] = {}
    here: int | None = None
    back: int | None = None
    on: int | None = None
    for number in doc.with_tag.get("a", ()):
        href, _, fragment = (doc.elements[number].get("href") or "").strip().partition("#")
        match = _PAGE_IN_URL.search(href)
        if match is None or "replytocom" in href or not _same_post(doc, href):
            continue
        page = int(match[2])
        # A permalink names the page that its comment stands on; for one that stands here that is this page.
        if _COMMENT_ANCHOR.fullmatch(fragment) and fragment in doc.with_id:
            here = page
        found.setdefault(page, href)
        words = _direction_words(doc, number)
        if not words.isdisjoint(_BACK_WORDS):
            back = page
        elif not words.isdisjoint(_ON_WORDS):
            on = page
    own = _PAGE_IN_URL.search(doc.url or "")
    if own is None and not found:
        return CommentPages()
    current = int(own[2]) if own else here or _current_page(found, back, on)
    if not found:
        return CommentPages(current)
    template = found[max(found)]
    match = _PAGE_IN_URL.search(template)
    assert match is not None
    start, end = match.span(2)
    pages = [
        url
        for page in _counted_through(found, first=1, step=1)
        if page != current and (url := join_address(_own_url(doc), f"{template[:start]}{page}{template[end:]}"))
    ]
    return CommentPages(current, pages)


def _counted_through(known: Iterable[int], *, first: int, step: int) -> list[int]:
    """All numbers from the first to the last known one; of very many only the known, and of these the first."""
    numbers = sorted(known)
    whole = range(first, numbers[-1] + 1, step)
    return list(whole) if len(whole) <= _MOST_PAGES else numbers[:_MOST_PAGES]


def _current_page(found: dict[int, str], back: int | None, on: int | None) -> int | None:
    if back is not None:
        return back + 1
    if on is not None:
        return on - 1
    if 1 in found:
        return max(found) + 1
    return 1 if 2 in found else None


def _direction_words(doc: Document, number: int) -> set[str]:
    element = doc.elements[number]
    parent = doc.parents[number]
    return {
        *words_of(element.get("rel") or ""),
        *words_of(doc.classes[number]),
        *(words_of(doc.classes[parent]) if parent >= 0 else ()),
    }


def _own_url(doc: Document) -> str:
    """The page's own URL, as far as it is known."""
    return doc.url or doc.links.get("canonical") or ""


def _same_post(doc: Document, href: str) -> bool:
    """Whether a comment page belongs to this page's post."""
    own = _own_url(doc)
    if not own:
        return True

    def path(url: str) -> str:
        # TypePad's pages of comments stand in a folder beside the post's file.
        return re.sub(r"/(?:comment-page-|comments/page/)\d+", "", path_of(url)).rstrip("/").removesuffix(".html")

    there = join_address(own, href)
    return there is not None and path(there) == path(own)


# Numbers that pages of anything have, so only the section's own pager is asked


def _numbered_pages(doc: Document, section: Section, first: int | None) -> CommentPages | None:
    own = address_of(_own_url(doc), "")
    if own is None:
        return None
    canonical = address_of(doc.links.get("canonical") or "", own.url) or own
    bases = {own.base, canonical.base}
    links: list[tuple[Address, str]] = []
    for number in _pager_links(doc, section):
        href = (doc.elements[number].get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        address = address_of(href, own.url)
        if address is not None and address.base in bases:
            label = doc.text(number)
            # A link to the post itself is one to the first page only where a pager says so.
            if address.number is not None or label.isdecimal() or _points(doc, number):
                links.append((address, label))
    pages = numbered_pages(own, links, first)
    if pages is None:
        return None
    others = [pages.url_of(n) for n in _counted_through(pages.known, first=pages.first, step=pages.step)]
    here = pages.url_of(pages.here)
    return CommentPages(
        here=(pages.here - pages.first) // pages.step + 1,
        others=[url for url in others if url != here],
        post_url=canonical.base if own.parameter == pages.pattern.parameter else None,
    )


def _points(doc: Document, number: int) -> bool:
    return not _direction_words(doc, number).isdisjoint(_BACK_WORDS | _ON_WORDS | {"first"})


def _pager_links(doc: Document, section: Section) -> Iterator[int]:
    """Links in the section outside of its comments, in a pager behind their list, or to their anchor."""
    below = doc.mask(_pagers_below(doc, section))
    for number in doc.with_tag.get("a", ()):
        if section.in_item[number]:
            continue
        fragment = (doc.elements[number].get("href") or "").partition("#")[2]
        if section.in_zone[number] or below[number] or not _FORUM_WORDS.isdisjoint(words_of(fragment)):
            yield number


def _pagers_below(doc: Document, section: Section) -> Iterator[int]:
    """Blocks that are named pagers and stand behind the comments' list; a pager before it may be the article's."""
    container = container_of(doc, [section.items[0].start, section.items[-1].start])
    outer = doc.parents[container]
    if doc.tags[container] not in _LISTS or outer < 0:
        return
    for block in doc.children(outer):
        names = (doc.classes[block], doc.elements[block].get("id") or "")
        if block > container and any(not _PAGER_WORDS.isdisjoint(words_of(name)) for name in names):
            yield block


# Links to the next page that say nothing but that


def _next_and_previous(doc: Document, section: Section) -> Iterator[str]:
    """Links of the section that call themselves next or previous and lead below the post's own address."""
    own = address_of(_own_url(doc), "")
    if own is None:
        return
    below = own.url.partition("?")[0].rstrip("/") + "/"
    for number in section.around(doc):
        element = doc.elements[number]
        rel = words_of(element.get("rel") or "")
        if element.tag == "a" and not (_BACK_WORDS | _ON_WORDS).isdisjoint(rel):
            address = address_of(element.get("href") or "", own.url)
            if address is not None and address.url.startswith(below):
                yield address.url
