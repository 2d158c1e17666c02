"""Whether a page is a post's own, a listing of posts, or something else: the one judgement of every way in.

What the page shows decides, not the words of its address. A listing is several blocks alike, each under a title that
leads to a page of its own; a post's own page shows comments, a form for them, or a text that belongs to no such block.
Where a page says itself what it is (WordPress' classes, og:type), that is believed before its shape.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from ...addresses import host_of, join_address, path_of
from ...dates.find import find_date
from ...pipelines.urls import canonical_url
from ...schemas import PageReading
from ...schemas.page import PageIs
from .document import Document
from .items import Item
from .phrases import CONTROL_TEXT
from .section import Section
from .words import leads_to_person

_SINGLE = frozenset({"single", "single-post"})
_NO_POST = re.compile(r"page-id-\d+|error404")
_LISTINGS = frozenset({"home", "blog", "archive", "search", "paged"})
"""Body classes of WordPress' core (get_body_class); a page of its own may stand at the front ('home page')."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_CLASS = re.compile(r"title|titel|headline|header", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_MONTH = re.compile(r"[^\W\d]+\.? (?:19|20)\d\d")
_NO_TITLE = re.compile(r"\W*\d{0,3}\W*")
"""A sign or the number of a message."""
_LEAST_ENTRIES = 2
_LEAST_COMMENT_PAGES = 2
_ROW_TAGS = frozenset({"li", "p", "tr", "dt", "dd", "div"})
_ROW_STEPS = 3
_FEW_WORDS = 100
"""Letters that may say what a listing lists."""
_ENOUGH_TEXT = 250
"""Letters outside all entries from which a page has a text of its own."""


@dataclass(frozen=True, slots=True)
class _Title:
    """A title that is a link to another page of the site."""

    number: int
    url: str
    """Absolute, as written."""
    target: str
    """The one spelling of that."""


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What tells a post's own page from a listing. Read before the bodies are cut out of the tree."""

    body_classes: frozenset[str]
    says_article: bool
    """By og:type."""
    entries: tuple[str, ...]
    """Where titles in blocks alike lead: absolute URLs, each once; none where there is but one such title."""
    entry_text: int
    """Letters in these blocks."""
    own_text: int
    """Letters of the page's text that stand in no such block."""
    is_dated_apart: bool
    """Whether that text has a heading and a date of its own, and holds no entry."""
    leads_on: str | None
    """Where the title of the page's text leads, as on a listing of one post; None if to no other page."""
    comment_pages: int
    """Different pages of the site that the comments' own anchors lead to."""


def page_kind(signs: PageSigns, reading: PageReading, said: Mapping[str, PageIs]) -> PageIs:
    """The judgement, from the signs and from what was read of the page's post and comments.

    `said` are the classes of <body> by which the page's platform says it (Platform.page_kinds).
    """
    for name in sorted(signs.body_classes & said.keys()):
        return said[name]
    if signs.body_classes & _SINGLE:
        return "post"
    if "wordpress" in reading.platform:
        if any(_NO_POST.fullmatch(name) for name in signs.body_classes):
            return "other"
        if signs.body_classes & _LISTINGS and (signs.entries or signs.leads_on or not reading.comments):
            return "listing"
    if reading.comments:
        return "post" if signs.comment_pages < _LEAST_COMMENT_PAGES else "listing"
    post = reading.post
    if post is None:
        return "other"
    if signs.says_article or (post.comments_open and signs.own_text):
        return "post"
    if signs.leads_on or (
        signs.entries and not signs.is_dated_apart and signs.own_text < max(_ENOUGH_TEXT, signs.entry_text)
    ):
        return "listing"
    # A date that the address alone tells, as a month's does, is no sign of a post.
    shows_date = signs.is_dated_apart or signs.own_text >= _ENOUGH_TEXT
    stated = post.published or post.modified
    is_dated = stated is not None and (stated.text is not None or shows_date)
    return "post" if is_dated else "other"


def page_signs(doc: Document, section: Section, items: list[Item], body: int | None) -> PageSigns:
    """The signs of a page whose comments and whose longest text are found already."""
    links = _Links(doc)
    groups = list(_groups_of_titles(doc, section, links))
    titles = max(groups, key=len, default=[])
    entries = {title.target: title.url for title in titles}
    if len(entries) < _LEAST_ENTRIES:
        titles, entries = [], {}
    blocks = _blocks(doc, [title.number for title in titles])
    bodies = doc.with_tag.get("body", ())
    return PageSigns(
        body_classes=frozenset(doc.classes[bodies[0]].lower().split() if bodies else ()),
        says_article="article" in doc.meta.get("og:type", ()),
        entries=tuple(entries.values()),
        entry_text=sum(len(doc.text_between(block.start, block.stop)) for block in blocks),
        own_text=_letters_outside(doc, body, blocks),
        is_dated_apart=_is_dated_apart(doc, body, blocks),
        leads_on=_leads_on(doc, links, body, groups),
        comment_pages=len(_comment_pages(doc, links, items)),
    )


class _Links:
    """Where a page's links lead, in the one spelling of each address."""

    def __init__(self, doc: Document) -> None:
        base = next((doc.elements[n].get("href") for n in doc.with_tag.get("base", ())), None) or ""
        canonical = doc.links.get("canonical")
        here = doc.url or canonical or ""
        self._base = join_address(here, base) or here
        self._host = host_of(self._base).removeprefix("www.")
        self.knows_itself = bool(doc.url or canonical)
        stated = (join_address(self._base, url) for url in (doc.url, canonical) if url)
        self._own = {canonical_url(url) for url in stated if url}

    def target(self, href: str | None) -> tuple[str, str] | None:
        """The other page of this site that a link leads to, as written and in its one spelling.

        None for links elsewhere, to this page, to the site's front page and to no page.
        """
        if not href or href.startswith(("#", "javascript:", "mailto:")):
            return None
        absolute = join_address(self._base, href.strip())
        if absolute is None or host_of(absolute).removeprefix("www.") != self._host:
            return None
        address = canonical_url(absolute)
        is_front = path_of(address) in ("", "/") and "?" not in address
        return None if address in self._own or is_front else (absolute.partition("#")[0], address)


def _groups_of_titles(doc: Document, section: Section, links: _Links) -> Iterator[list[_Title]]:
    """Titles that lead to other pages, in groups of the same tag and classes, in document order."""
    around = doc.mask(n for n in doc.tagged("nav", "aside", "footer") if not _holds_headline(doc, n))
    groups: dict[tuple[str, str], list[_Title]] = defaultdict(list)
    masks = (around, doc.elsewhere, section.in_zone, section.in_item)
    anchors = [n for n in doc.hrefs if not any(mask[n] for mask in masks)]
    for number, anchor in _linked_titles(doc, anchors):
        if _is_of_person(doc, anchor) or _is_term(doc, anchor):
            continue
        if target := links.target(doc.elements[anchor].get("href")):
            key = (doc.tags[number], _DIGITS.sub("0", doc.classes[number]))
            groups[key].append(_Title(number, *target))
    if not any(len(group) >= _LEAST_ENTRIES for group in groups.values()):
        for number, anchor in _articles(doc):
            target = links.target(doc.hrefs[anchor])
            if target and not (around[number] or doc.elsewhere[number] or section.in_item[number]):
                groups["article", _DIGITS.sub("0", doc.classes[number])].append(_Title(number, *target))
    yield from groups.values()


def _articles(doc: Document) -> Iterator[tuple[int, int]]:
    """What the markup calls articles and that hold no other, under whatever headings: (the article, its first link)."""
    typed = (n for n in doc.tagged("div", "section") if (doc.elements[n].get("itemtype") or "").endswith("Posting"))
    found = sorted({*doc.with_tag.get("article", ()), *typed})
    for number in found:
        if any(other != number and doc.inside(other, number) for other in found):
            continue
        for anchor in range(number, doc.spans[number]):
            if anchor in doc.hrefs and not _is_of_person(doc, anchor) and not _is_term(doc, anchor):
                yield number, anchor
                break


def teasers(doc: Document, section: Section) -> list[int]:
    """Articles side by side that each show another post of the site under its linked title, as below 'Read more'.

    An article with an <h1> is the page's own, one inside another article a part of that.
    """
    found = [n for n in doc.with_tag.get("article", ()) if not (section.in_zone[n] or section.in_item[n])]
    if len(found) < _LEAST_ENTRIES:
        return []
    links = _Links(doc)
    by_parent: dict[int, list[int]] = defaultdict(list)
    end = 0
    for number, following in zip(found, [*found[1:], len(doc.elements)], strict=True):
        is_inside, has_inside = number < end, following < doc.spans[number]
        end = max(end, doc.spans[number])
        if is_inside or has_inside or _holds_headline(doc, number):
            continue
        anchors = [n for n in range(number, doc.spans[number]) if n in doc.hrefs and not _is_of_person(doc, n)]
        if any(links.target(doc.hrefs[n]) for _, n in _linked_titles(doc, anchors)):
            by_parent[doc.parents[number]].append(number)
    return [number for group in by_parent.values() if len(group) >= _LEAST_ENTRIES for number in group]


def _is_term(doc: Document, anchor: int) -> bool:
    """Whether a link leads to a tag or a category."""
    return not {"tag", "category"}.isdisjoint(doc.rels.get(anchor, "").lower().split())


def _is_of_person(doc: Document, anchor: int) -> bool:
    """Whether a link leads to a person's page; by-lines stand in headings, too."""
    href = doc.hrefs[anchor]
    return "author" in doc.rels.get(anchor, "") or "profile" in href or leads_to_person(href)


def _holds_headline(doc: Document, number: int) -> bool:
    return bool(doc.among(doc.with_tag.get("h1", []), number))


def _linked_titles(doc: Document, anchors: list[int]) -> Iterator[tuple[int, int]]:
    """Headings, elements or links named as titles, rows with a date, whose text is a link's: (the title, the link)."""
    seen: set[int] = set()
    for anchor in anchors:
        text = doc.text(anchor)
        # A day or a month above a text leads to what else was written then, '[edit]' or '#3' to that text itself.
        if (
            not text
            or CONTROL_TEXT.fullmatch(text)
            or _MONTH.fullmatch(text)
            or ((date := find_date(text)) and 2 * len(date[0]) > len(text))
        ):
            continue
        title = _title_of(doc, anchor, text)
        if title is not None and title not in seen:
            seen.add(title)
            yield title, anchor


def _title_of(doc: Document, anchor: int, text: str) -> int | None:
    for outer in doc.ancestors(anchor):
        if doc.letters(outer) > 2 * len(text) + 20:
            break
        if doc.tags[outer] in _HEADINGS:
            return outer
        if _is_named_title(doc.classes[outer]) and doc.tags[outer] not in ("body", "header"):
            return outer
    inner = next((n for n in range(anchor + 1, doc.spans[anchor]) if doc.tags[n] in _HEADINGS), None)
    if inner is not None:
        return inner
    is_named = _is_named_title(doc.classes[anchor]) or "bookmark" in doc.rels.get(anchor, "").lower().split()
    return anchor if is_named or _is_in_dated_row(doc, anchor, text) else None


# Kept: links of one block are in the same few elements.
@lru_cache(maxsize=1 << 10)
def _is_named_title(name: str) -> bool:
    return _TITLE_CLASS.search(name) is not None


def _is_in_dated_row(doc: Document, anchor: int, text: str) -> bool:
    """Whether a link stands in a block with a date beside it and hardly more, as in an archive of titles."""
    if find_date(text):
        return False
    for outer in islice(doc.ancestors(anchor), _ROW_STEPS):
        row = doc.text(outer)
        if len(row) > len(text) + _FEW_WORDS:
            return False
        if doc.tags[outer] in _ROW_TAGS and find_date(row):
            hrefs = {doc.hrefs[n].partition("#")[0] for n in range(outer, doc.spans[outer]) if n in doc.hrefs}
            return len(hrefs) == 1
    return False


def _blocks(doc: Document, titles: list[int]) -> list[range]:
    """The elements of each entry: its own block, or all from its title to the next where no block parts them."""
    if not titles:
        return []
    tops = [_top(doc, title, titles) for title in titles]
    blocks: list[range] = []
    for place, (title, top) in enumerate(zip(titles, tops, strict=True)):
        if doc.text(top) != doc.text(title):
            blocks.append(range(top, doc.spans[top]))
            continue
        parent = doc.parents[top]
        end = tops[place + 1] if place + 1 < len(tops) and doc.inside(tops[place + 1], parent) else doc.spans[parent]
        blocks.append(range(top, end))
    return blocks


def _top(doc: Document, title: int, titles: list[int]) -> int:
    """The outermost element around a title that holds no other of the titles."""
    top = title
    for outer in doc.ancestors(title):
        if any(other != title and doc.inside(other, outer) for other in titles):
            break
        top = outer
    return top


def _letters_outside(doc: Document, body: int | None, blocks: list[range]) -> int:
    """Letters of the page's text that belong to no entry; 0 where the page has no text."""
    if body is None or any(body in block for block in blocks):
        return 0
    inside = sum(len(doc.text_between(block.start, block.stop)) for block in blocks if doc.inside(block.start, body))
    return max(doc.letters(body) - inside, 0)


def _is_dated_apart(doc: Document, body: int | None, blocks: list[range]) -> bool:
    if body is None or any(body in block or doc.inside(block.start, body) for block in blocks):
        return False
    headings = [n for n in doc.tagged(*_HEADINGS) if n < body and doc.letters(n) and not any(n in b for b in blocks)]
    return bool(headings) and find_date(doc.text_between(headings[-1], doc.spans[body])) is not None


def _leads_on(doc: Document, links: _Links, body: int | None, groups: list[list[_Title]]) -> str | None:
    """Where the title of the page's text leads, if to another page.

    A few words may stand before it ('Posts of March 2012') where the same page is linked again ('Read more').
    """
    if body is None or not links.knows_itself:
        return None
    linked = {title.number: title for group in groups for title in group}
    titles = sorted({*linked, *(n for n in doc.tagged(*_HEADINGS) if doc.letters(n))})
    first = next((n for n in titles if doc.inside(n, body)), None)
    words = len(doc.text_between(body, first)) if first is not None else 0
    if first in linked and 0 < words <= _FEW_WORDS:
        again = sum(links.target(href) == (linked[first].url, linked[first].target) for href in doc.hrefs.values())
        return linked[first].url if again > 1 else None
    above = first if first is not None and not words else max((n for n in titles if n < body), default=None)
    return linked[above].url if above in linked and not _calls_itself(doc, doc.text(above)) else None


def _calls_itself(doc: Document, title: str) -> bool:
    """Whether the window's title begins with a title: the page is that post, wherever its title leads."""
    return any(doc.text(n).lower().startswith(title.lower()) for n in doc.with_tag.get("title", ())[:1])


def _comment_pages(doc: Document, links: _Links, items: list[Item]) -> set[str]:
    """The paths of the pages that links to single comments lead to, but for pages that are one comment's own."""
    found: set[str] = set()
    for item in items:
        for number in item.own(doc):
            page, _, anchor = (doc.elements[number].get("href") or "").partition("#")
            native = _DIGITS.search(anchor)
            if native and native[0] not in page and (target := links.target(page)):
                found.add(path_of(target[1]))
    return found
