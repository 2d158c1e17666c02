"""The pages of a comment section that is spread over several."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from .document import Document
from .words import words_of

_PAGE_IN_URL = re.compile(r"(comment-page-|[?&](?:cpage|commentPage|comments?_?page)=|/comments/page/)(\d{1,5})")
_COMMENT_ANCHOR = re.compile(r"comment-\d+")
_BACK_WORDS = frozenset("previous prev older".split())
_ON_WORDS = frozenset("next newer".split())


def comment_pages(doc: Document) -> tuple[int | None, list[str]]:
    """The number of this page among the section's pages and the URLs of all others that its links tell.

    At a post's own URL a WordPress site shows the first or the last page: which of them, the links tell.
    """
    found: dict[int, str] = {}
    here: int | None = None
    back: int | None = None
    on: int | None = None
    for number in doc.with_tag.get("a", ()):
        href = (doc.elements[number].get("href") or "").strip()
        match = _PAGE_IN_URL.search(href)
        if match is None or "replytocom" in href:
            continue
        if not _same_post(doc, href):
            continue
        page = int(match[2])
        # A permalink names the page that its comment stands on; for one that stands here that is this page.
        fragment = href.partition("#")[2]
        if _COMMENT_ANCHOR.fullmatch(fragment) and fragment in doc.with_id:
            here = page
        found.setdefault(page, href.partition("#")[0])
        words = _direction_words(doc, number)
        if not words.isdisjoint(_BACK_WORDS):
            back = page
        elif not words.isdisjoint(_ON_WORDS):
            on = page
    own = _PAGE_IN_URL.search(doc.url or "")
    if own is None and not found:
        return None, []
    current = int(own[2]) if own else here or _current_page(found, back, on)
    template = found[max(found)] if found else None
    if template is None:
        return current, []
    match = _PAGE_IN_URL.search(template)
    assert match is not None
    last = max(found)
    pages = [
        urljoin(doc.url or "", f"{template[: match.start(2)]}{page}{template[match.end(2) :]}")
        for page in range(1, last + 1)
        if page != current
    ]
    return current, pages


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


def _same_post(doc: Document, href: str) -> bool:
    """Whether a comment page belongs to this page's post."""
    own = doc.url or doc.links.get("canonical")
    if own is None:
        return True

    def path(url: str) -> str:
        return re.sub(r"/(?:comment-page-|comments/page/)\d+", "", urlsplit(url).path).rstrip("/")

    return path(urljoin(own, href)) == path(own)
