"""What a page states about its post for machines, and where on it the post may speak of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...addresses import host_of, path_of
from .document import Document, folded
from .phrases import SECTION_TEXT
from .section import Section
from .words import COMMENT_WORDS, DATE_OR_META_WORDS, roles_of, words_of

_ARTICLE_TYPES = frozenset(
    "Article BlogPosting NewsArticle Report ReportageNewsArticle TechArticle ScholarlyArticle OpinionNewsArticle "
    "AnalysisNewsArticle LiveBlogPosting SocialMediaPosting Recipe PodcastEpisode ReviewNewsArticle".split()
)
_HOME = re.compile(r"(?:https?:)?//[^/?#]+/?(?:(?:index|default)\.\w+)?\??|\.?/(?:index\.\w+\??)?", re.IGNORECASE)
_LONGEST_LINE = 500
"""Letters in a line about the post; some tell at length where it is filed and how to answer."""
_LONGEST_NAME = 300
"""Letters of a link by which a page may call its site."""
_LINE_SIZE = 16
"""Elements in such a line."""
_BREAKS = frozenset("br hr img h1 h2 h3 h4 div p ul".split())
"""Behind these a text begins a line."""
_BARS = ("|", "·", "•", "—", "–")
_TO_COMMENTS = ("#comments", "#comment", "#respond")
_PLAIN = str.maketrans("‘’‚‛`´“”„‟«»–—―‐‑", "'" * 6 + '"' * 6 + "-" * 5)
"""Signs that are set in one way in a heading and in another in what the page calls itself."""
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_NOTE_ROLES = frozenset({"date", "meta", "author"})
_HEAD_TEXT = 600
"""Letters before the first comment among which its section begins; a form may stand there."""
_POST_TEXT = 120
"""Letters before the head of a section from which they are the post's: a notice above the comments is shorter."""


@dataclass(slots=True)
class PostPage:
    """What the readers of a post's fields share."""

    doc: Document
    section: Section
    article: dict[str, Any]
    """The JSON-LD object that describes the post; empty if there is none."""
    in_section: bytearray
    """As `section_mask` gives it."""
    address: str | None
    """The post's own, as `own_address` finds it."""
    sites: frozenset[str]
    """What the page calls its site, plain."""
    titled: int | None = None
    """The heading that shows the post's title; None if none does."""

    def is_of_post(self, number: int) -> bool:
        """Whether what stands there may be about the post: not in a comment, a form, a widget or a review."""
        doc = self.doc
        return not (
            self.in_section[number]
            or self.section.in_item[number]
            or doc.elsewhere[number]
            or doc.in_form[number]
            or doc.in_review[number]
        )

    def distance(self, number: int) -> int:
        """Elements between the title and this one; from the beginning of the page where no title is shown."""
        return abs(number - self.titled) if self.titled is not None else number

    def near_title(self, before: int, behind: int) -> range:
        """The elements around the title; empty where no title is shown."""
        if self.titled is None:
            return range(0)
        return range(max(self.titled - before, 0), min(self.titled + behind, len(self.doc.elements)))

    def near_end(self, before: int) -> range:
        """The last elements before the comments; empty where no section stands behind the title."""
        end = self.in_section.find(1, self.titled or 0)
        return range(max(end - before, self.titled or 0), end) if end > 0 else range(0)

    def lines_at(self, number: int) -> Iterator[str]:
        """What may be a line about the post at an element: all in it if it is small, else what it begins with.

        The text behind it too, where that begins a line.
        """
        doc, element = self.doc, self.doc.elements[number]
        if doc.spans[number] - number <= _LINE_SIZE:
            line = doc.text(number)
            if len(line) <= _LONGEST_LINE:
                yield line
        elif element.text and len(element.text) <= _LONGEST_LINE:
            yield folded(element.text)
        if element.tail and len(element.tail) <= _LONGEST_LINE:
            behind = folded(element.tail)
            if element.tag in _BREAKS or behind[:1] in _BARS:
                yield behind


_DIALOGS = frozenset({"modal", "modal-dialog"})
"""What class libraries call a dialog."""


def section_mask(doc: Document, section: Section) -> bytearray:
    """Not 0 at the elements of the section, without a post that stands in the same block as its comments or form.

    Nor does the post stand in a dialog, which opens over the page ('Are you sure?').
    """
    mask = section.in_zone
    dialogs = [
        n
        for name in doc.class_names.holding(_DIALOGS)
        if not _DIALOGS.isdisjoint(name.split())
        for n in doc.with_class[name]
    ]
    if dialogs:
        mask = bytearray(mask)
        for dialog in (n for n in dialogs if not mask[n]):
            mask[dialog : doc.spans[dialog]] = b"\1" * (doc.spans[dialog] - dialog)
    notes = [zone for zone in section.zones if _is_note(doc, section, zone)]
    if notes:
        mask = bytearray(mask)
        for zone in notes:
            mask[zone : doc.spans[zone]] = bytes(doc.spans[zone] - zone)
    starts = sorted([*(item.start for item in section.items), *doc.with_tag.get("textarea", ())])
    for zone in section.zones:
        first = next((n for n in starts if zone < n < doc.spans[zone]), None)
        if first is None or doc.letters_between(zone, first) < _POST_TEXT:
            continue
        near = (n for n in range(zone + 1, first) if doc.letters_between(n, first) <= _HEAD_TEXT)
        head = next((n for n in near if _begins_section(doc, n)), first)
        if doc.letters_between(zone, head) >= _POST_TEXT:
            mask = bytearray(mask)
            mask[zone:head] = bytes(head - zone)
    return mask


def _is_note(doc: Document, section: Section, zone: int) -> bool:
    """Whether what is named after comments is a line about the post: its date or author, its count of them."""
    inner = range(zone, doc.spans[zone])
    name = doc.classes[zone]
    if len(inner) > _LINE_SIZE or (not _NOTE_ROLES & roles_of(name) and DATE_OR_META_WORDS.isdisjoint(words_of(name))):
        return False
    return not any(section.in_item[n] or doc.tags[n] in ("textarea", *_HEADINGS) for n in inner)


def _begins_section(doc: Document, number: int) -> bool:
    """Whether the element is named after comments, or is a heading that speaks of them."""
    element = doc.elements[number]
    if element.tag == "a" and element.get("href"):
        return False
    names = (doc.classes[number], element.get("id") or "", element.get("name") or "")
    if any(name and not COMMENT_WORDS.isdisjoint(words_of(name)) for name in names):
        # Notes about a post count its comments too.
        return doc.spans[number] - number > 1 or element.tag in ("a", *_HEADINGS)
    return element.tag in _HEADINGS and SECTION_TEXT.match(doc.text(number)) is not None


def site_names(doc: Document, address: str | None) -> frozenset[str]:
    """What the page calls its site: in its data, its links to the first page, the host's name; plain."""
    names = [first_of(doc.meta, ("og:site_name",)), first_of(doc.meta, ("application-name",))]
    names.append(host_of(address or "").removeprefix("www."))
    for number, href in doc.hrefs.items():
        # Most addresses are longer than those of first pages. A link that was left open holds the rest of the page.
        if href.count("/") < 4 and doc.letters(number) <= _LONGEST_NAME and leads_to_root(href):
            names.append(doc.text(number))
            names += [doc.elements[n].get("alt") for n in range(number, doc.spans[number])]
    return frozenset(plain(folded(name)) for name in names if name)


def leads_to_root(href: str) -> bool:
    return _HOME.fullmatch(href.strip()) is not None


def own_address(doc: Document) -> str | None:
    """The address of the post: as the page states it, else where its only link to its comments leads, else None."""
    stated = doc.links.get("canonical") or doc.url or first_of(doc.meta, ("og:url",))
    if stated is not None:
        return stated
    links = (href for href in doc.hrefs.values() if href.endswith(_TO_COMMENTS) and "replytocom" not in href)
    linked = {href.partition("#")[0] for href in links} - {""}
    # Written with and without the host it is one.
    return max(linked, key=len) if len({path_of(href) for href in linked}) == 1 else None


def plain(text: str) -> str:
    """In lower case, with the plainest quotes and dashes.

    >>> plain("Tim’s – plan")
    "tim's - plan"
    """
    return text.lower().translate(_PLAIN)


def article_data(doc: Document) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article; empty if there is none."""
    for data in doc.linked_data:
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and kind in _ARTICLE_TYPES for kind in kinds):
            return data
    return {}


def first_of(values: dict[str, list[str]], names: Iterable[str]) -> str | None:
    """The first value of the first of the names that has one."""
    return next((values[name][0] for name in names if values.get(name)), None)


def unique(texts: Iterable[str | None]) -> list[str]:
    """The texts without repetitions and empty ones, in order."""
    return list(dict.fromkeys(text for text in texts if text))


def text_value(value: object) -> str | None:
    """A JSON value that is a text, folded; None for others and for empty ones."""
    return folded(value) or None if isinstance(value, str) else None
