"""What a page says about its comment section as a whole: the stated count, open or closed, further pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from .document import Document, folded
from .items import Item
from .vocabulary import CLOSED_TEXT, COMMENT_WORDS, COUNT_TEXT, LOGIN_TEXT, NONE_YET_TEXT, ONE_TEXT, words_of

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SECTION_WORDS = frozenset("comments kommentare commentaires comentarios commenti reacties respond disqus".split())
_SECTION_IDS = frozenset("comment comments respond disqus_thread commentlist kommentare reagir talk_community".split())
_FRAGMENTS = frozenset("comments comment respond commentlist kommentare disqus_thread".split())
_COUNTER_WORDS = frozenset("count counter counts number num total".split())
_SHORT = 120


@dataclass(slots=True)
class Section:
    """Where the page's comments and their form stand."""

    items: list[Item]
    zones: list[int]
    """Outermost elements of the section, in document order; empty if the page has none."""

    def holds(self, doc: Document, number: int) -> bool:
        """Whether the element belongs to the section."""
        return any(doc.inside(number, zone) for zone in self.zones)

    def in_item(self, doc: Document, number: int) -> bool:
        """Whether the element belongs to one of the comments."""
        return any(doc.inside(number, part) for item in self.items for part in item.parts)

    def around(self, doc: Document) -> Iterator[int]:
        """The section's elements outside all comments."""
        starts = sorted(part for item in self.items for part in item.parts)
        for zone in self.zones:
            yield zone
            inside = [n for n in starts if doc.inside(n, zone)]
            yield from doc.own(zone, inside)


def find_section(doc: Document, items: list[Item]) -> Section:
    """The section by its comments, by its names and by its form."""
    found = [n for n in _named(doc) if not doc.is_elsewhere(n)]
    if items and (around := _around_items(doc, items)) is not None:
        found.append(around)
    starts = {part for item in items for part in item.parts}
    zones: list[int] = []
    for number in sorted(set(found)):
        in_item = number in starts or any(outer in starts for outer in doc.ancestors(number))
        if not in_item and not (zones and doc.inside(number, zones[-1])):
            zones.append(number)
    return Section(items, zones)


def _named(doc: Document) -> Iterator[int]:
    for anchor, number in doc.with_id.items():
        if anchor.lower() in _SECTION_IDS or not _SECTION_WORDS.isdisjoint(words_of(anchor)[:1]):
            yield number
    for name, numbers in doc.with_class.items():
        if any(not _SECTION_WORDS.isdisjoint(words_of(token)) for token in name.split()):
            yield from (n for n in numbers if doc.elements[n].tag in ("div", "section", "aside", "ol", "ul", "article"))


def _around_items(doc: Document, items: list[Item]) -> int | None:
    """The block that holds all comments and their heading; None where it holds the post, too."""
    first, last = items[0].start, items[-1].start
    outer = first
    for outer in doc.ancestors(first):
        if doc.inside(last, outer):
            break
    headline = doc.with_tag.get("h1", ())
    if doc.elements[outer].tag in ("body", "html") or any(doc.inside(n, outer) for n in headline):
        return None
    for wider in doc.ancestors(outer):
        if doc.elements[wider].tag in ("body", "html") or any(doc.inside(n, wider) for n in headline):
            break
        words = {*words_of(doc.classes[wider]), *words_of(doc.elements[wider].get("id") or "")}
        if words.isdisjoint(COMMENT_WORDS):
            break
        outer = wider
    return outer


def declared_comments(doc: Document, section: Section) -> int | None:
    """The number of comments that the page states for its post; None if it states none."""
    ranked: list[tuple[int, int, int]] = []
    for number in _count_places(doc, section):
        count = _count_in(doc.text(number), is_counter=not _COUNTER_WORDS.isdisjoint(words_of(doc.classes[number])))
        if count is None:
            continue
        rank = _rank_of_place(doc, section, number)
        if rank is not None:
            ranked.append((rank, number, count))
    ranked += [(-1, number, count) for number, count in _marked_counts(doc)]
    counts = (_whole_number(data.get("commentCount")) for data in doc.linked_data)
    ranked += [(2, 0, count) for count in counts if count is not None][:1]
    if not ranked:
        return None
    best = min(ranked)
    # Counters of unknown place are the post's if they agree; those of teasers do not.
    is_vague = best[0] == 3 and len({count for rank, _, count in ranked if rank == 3}) > 1
    return None if is_vague else best[2]


def _count_places(doc: Document, section: Section) -> list[int]:
    places = set(doc.tagged(*_HEADINGS))
    for name, numbers in doc.with_class.items():
        if not COMMENT_WORDS.isdisjoint(words_of(name)):
            places.update(numbers)
    for anchor, number in doc.with_id.items():
        if not COMMENT_WORDS.isdisjoint(words_of(anchor)):
            places.add(number)
    places.update(n for n in doc.with_tag.get("a", ()) if _own_fragment(doc, n))
    starts = [part for item in section.items for part in item.parts]
    places.update(n for n in section.around(doc) if doc.spans[n] - n <= 4)
    return [
        n
        for n in sorted(places)
        if doc.spans[n] - n <= 16 and not any(doc.inside(n, s) for s in starts) and not doc.is_elsewhere(n)
    ]


def _own_fragment(doc: Document, number: int) -> str | None:
    """The fragment of a link to this very page; None for other links and for pages whose URL is not known."""
    href = (doc.elements[number].get("href") or "").strip()
    before, mark, fragment = href.partition("#")
    if not mark or fragment.lower() not in _FRAGMENTS:
        return None
    if not before:
        return fragment
    return fragment if same_page(doc, before) else None


def same_page(doc: Document, href: str) -> bool:
    """Whether the link leads to the page's own path, as far as the page says what that is."""
    own = doc.links.get("canonical") or doc.url
    if own is None:
        return False
    return urlsplit(urljoin(doc.url or own, href)).path.rstrip("/") == urlsplit(own).path.rstrip("/")


def _rank_of_place(doc: Document, section: Section, number: int) -> int | None:
    if section.holds(doc, number):
        return 0
    if doc.elements[number].tag in _HEADINGS:
        return 0 if _right_before(doc, section, number) else None
    fragment_links = [n for n in range(number, doc.spans[number]) if doc.elements[n].tag == "a"]
    outer_links = [n for n in doc.ancestors(number) if doc.elements[n].tag == "a"]
    links = [*fragment_links, *outer_links]
    if any(_own_fragment(doc, n) for n in links):
        return 1
    return None if links else 3


def _right_before(doc: Document, section: Section, number: int) -> bool:
    """Whether the element stands directly before the section, as a heading of it would."""
    after = doc.spans[number]
    return any(after <= zone <= after + 3 for zone in section.zones) or any(
        after <= item.start <= after + 12 for item in section.items[:1]
    )


def _count_in(text: str, *, is_counter: bool) -> int | None:
    """The count that a text states; a bare number is one where the element is named a counter."""
    if not text or len(text) > _SHORT:
        return None
    if is_counter and (digits := re.fullmatch(r"\(?(\d{1,3}(?:[.,' ]\d{3})*|\d{1,7})\)?", text)):
        return int(re.sub(r"\D", "", digits[1]))
    if found := COUNT_TEXT.search(text):
        digits = re.sub(r"\D", "", found[1] or found[2])
        return int(digits) if len(digits) < 8 else None
    if ONE_TEXT.match(text):
        return 1
    return 0 if NONE_YET_TEXT.match(text) else None


def _marked_counts(doc: Document) -> Iterator[tuple[int, int]]:
    """Counts in microdata, each with its place."""
    for prop in ("commentCount", "interactionCount", "userInteractionCount"):
        for number in doc.with_itemprop.get(prop, ()):
            element = doc.elements[number]
            text = element.get("content") or doc.text(number)
            about = text if prop == "interactionCount" else _interaction_kind(doc, number)
            if (prop == "commentCount" or "comment" in about.lower()) and (found := re.search(r"\d+", text)):
                yield number, int(found[0][:8])


def _interaction_kind(doc: Document, number: int) -> str:
    """What is counted in an InteractionCounter."""
    kinds = (n for n in doc.children(doc.parents[number]) if doc.elements[n].get("itemprop") == "interactionType")
    return next((doc.elements[n].get("content") or doc.elements[n].get("href") or "" for n in kinds), "")


def _whole_number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 9:
        return int(value)
    return None


def comments_open(doc: Document, section: Section) -> bool | None:
    """True where a form takes new comments, False where a notice says that none are taken, else None."""
    if any(_is_comment_form(doc, section, number) for number in doc.with_tag.get("textarea", ())):
        return True
    for number in _notices(doc, section):
        text = doc.text(number)
        if text and len(text) <= 300 and CLOSED_TEXT.search(text):
            return False
    return False if _says_closed(doc, section) else None


def _says_closed(doc: Document, section: Section) -> bool:
    """Whether a line of its own, wherever it stands, says so and nothing else."""
    for number in doc.tagged("p", "h2", "h3", "h4", "h5", "strong", "em", "span", "div"):
        text = folded(doc.elements[number].text)
        if 10 < len(text) <= 60 and CLOSED_TEXT.search(text) and not doc.is_elsewhere(number) and not section.in_item(doc, number):
            return True
    return False


def _notices(doc: Document, section: Section) -> Iterator[int]:
    yield from (n for n in section.around(doc) if doc.spans[n] - n <= 8)
    for name, numbers in doc.with_class.items():
        words = words_of(name)
        if not COMMENT_WORDS.isdisjoint(words) or "nocomments" in words:
            yield from (n for n in numbers if doc.spans[n] - n <= 8 and not section.in_item(doc, n))


def _is_comment_form(doc: Document, section: Section, number: int) -> bool:
    if section.in_item(doc, number) or doc.is_elsewhere(number):
        return False
    element = doc.elements[number]
    names = [element.get("name") or "", element.get("id") or "", doc.classes[number]]
    form = next((n for n in doc.ancestors(number) if doc.elements[n].tag == "form"), None)
    if form is not None:
        outer = doc.elements[form]
        names += [outer.get("id") or "", doc.classes[form], outer.get("action") or "", outer.get("name") or ""]
    if LOGIN_TEXT.search(folded(element.text)) or "disabled" in element.attrib:
        return False
    return not COMMENT_WORDS.isdisjoint(word for name in names for word in words_of(name)) or (
        form is not None and section.holds(doc, number)
    )


_PAGE_IN_URL = re.compile(r"(comment-page-|[?&](?:cpage|commentPage|comments?_?page)=|/comments/page/)(\d{1,5})")
_BACK_WORDS = frozenset("previous prev older".split())
_ON_WORDS = frozenset("next newer".split())


def comment_pages(doc: Document) -> tuple[int | None, list[str]]:
    """The number of this page among the section's pages and the URLs of all others that its links tell.

    At a post's own URL a WordPress site shows the first or the last page: which of them, the links tell.
    """
    found: dict[int, str] = {}
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
        found.setdefault(page, href.partition("#")[0])
        words = _direction_words(doc, number)
        if not words.isdisjoint(_BACK_WORDS):
            back = page
        elif not words.isdisjoint(_ON_WORDS):
            on = page
    own = _PAGE_IN_URL.search(doc.url or "")
    if own is None and not found:
        return None, []
    current = int(own[2]) if own else _current_page(found, back, on)
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
