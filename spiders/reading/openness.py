"""Whether new comments are taken."""

from __future__ import annotations

from collections.abc import Iterator

from .document import Document, folded
from .phrases import CLOSED_STEMS, CLOSED_TEXT, LOGIN_TEXT
from .section import Section
from .words import COMMENT_WORDS, words_of

_LONGEST_NOTICE = 300
_SHORTEST_LINE, _LONGEST_LINE = 10, 60


def comments_open(doc: Document, section: Section) -> bool | None:
    """True where a form takes new comments, False where a notice says that none are taken, else None."""
    if any(_is_comment_form(doc, section, number) for number in doc.with_tag.get("textarea", ())):
        return True
    if any("jetpack_remote_comment" in (doc.elements[n].get("id") or "") for n in doc.with_tag.get("iframe", ())):
        return True
    for number in _notices(doc, section):
        text = doc.text(number)
        if text and len(text) <= _LONGEST_NOTICE and _says_that_closed(text):
            return False
    return False if _says_closed(doc, section) else None


def _says_closed(doc: Document, section: Section) -> bool:
    """Whether a line of its own, wherever it stands, says so and nothing else."""
    for number in doc.tagged("p", "h2", "h3", "h4", "h5", "strong", "em", "span", "div"):
        written = doc.elements[number].text
        if not written or len(written) <= _SHORTEST_LINE or written.isspace():
            continue
        text = folded(written)
        if (
            _SHORTEST_LINE < len(text) <= _LONGEST_LINE
            and _says_that_closed(text)
            and not doc.elsewhere[number]
            and not section.in_item[number]
        ):
            return True
    return False


def _says_that_closed(text: str) -> bool:
    lowered = text.lower()
    return any(stem in lowered for stem in CLOSED_STEMS) and CLOSED_TEXT.search(text) is not None


def _notices(doc: Document, section: Section) -> Iterator[int]:
    yield from (n for n in section.around(doc) if doc.spans[n] - n <= 8)
    for name, numbers in doc.comment_classes.items():
        if not COMMENT_WORDS.isdisjoint(words_of(name)):
            yield from (n for n in numbers if doc.spans[n] - n <= 8 and not section.in_item[n])


def _is_comment_form(doc: Document, section: Section, number: int) -> bool:
    if section.in_item[number] or doc.elsewhere[number]:
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
        form is not None and section.in_zone[number] > 0
    )
