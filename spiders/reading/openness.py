"""Whether new comments are taken: by the forms that take them and by what the page says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from .document import EDGE, Document, folded
from .phrases import CLOSED_TEXT, CLOSED_WORDS, INVITING_TEXT, LOGIN_TEXT
from .section import Section
from .words import COMMENT_WORDS, words_of

_LONGEST_NOTICE = 160
"""Letters in a sentence that says so and hardly anything else."""
_SENTENCE_END = re.compile(r"[.!?。！？]\s|\n|\s[|·•]\s")
_FORM_LINK = re.compile(
    r"comment[-_/.]?(?:form|frame|editor|reply|g\b|add|new|post)|(?:add|new|post|write)[-_]?comm", re.IGNORECASE
)
"""Stands in the address of a form for a comment that has a page of its own."""


def comments_open(doc: Document, section: Section) -> bool | None:
    """True where a form takes new comments, False where a notice says that none are taken, else None.

    A notice where the comments stand says more than a form elsewhere: that may be of a gallery or for a message.
    """
    forms = [n for n in doc.with_tag.get("textarea", ()) if _is_comment_form(doc, section, n)]
    forms += [n for n in doc.with_tag.get("iframe", ()) if _is_framed_form(doc, n)]
    at_comments = [zone for zone in section.zones if any(doc.inside(item.start, zone) for item in section.items)]
    formless = [zone for zone in at_comments if not any(doc.inside(n, zone) for n in forms)]
    if forms and not formless:
        return True
    notices = list(_notices(doc, section))
    if any(doc.inside(n, zone) for zone in formless for n in notices):
        return False
    if forms:
        return True
    if notices:
        return False
    return True if _links_to_form(doc, section) else None


def _notices(doc: Document, section: Section) -> Iterator[int]:
    """The elements in which a sentence says that no comments are taken, outside the comments and other posts' parts."""
    text = doc.all_text
    lowered = text.lower()
    # Some capitals are longer in lower case; then places do not fit.
    if len(lowered) != len(text):
        lowered = text
    lang = (doc.root.get("lang") or "").lower()[:2]
    # Most pages need not be searched for the words of all languages.
    words = CLOSED_WORDS[lang] if lang in CLOSED_WORDS else chain.from_iterable(CLOSED_WORDS.values())
    for word in dict.fromkeys((*CLOSED_WORDS["en"], *words)):
        place = lowered.find(word)
        while place >= 0:
            number = doc.standing_at(place)
            if not (section.in_item[number] or doc.elsewhere[number]) and _is_notice(text, place):
                yield number
            place = lowered.find(word, place + len(word))


def _is_notice(text: str, place: int) -> bool:
    """Whether the sentence in which the place lies says that no comments are taken, and is about that alone."""
    before = text[max(place - _LONGEST_NOTICE, 0) : place]
    begin = max((found.end() for found in _SENTENCE_END.finditer(before)), default=0)
    behind = text[place : place + _LONGEST_NOTICE]
    end = _SENTENCE_END.search(behind)
    sentence = folded((before[begin:] + (behind[: end.start()] if end else behind)).replace(EDGE, ""))
    found = CLOSED_TEXT.search(sentence)
    return found is not None and len(sentence) - len(found[0]) <= _LONGEST_NOTICE // 2


def _is_framed_form(doc: Document, number: int) -> bool:
    frame = doc.elements[number]
    return "jetpack_remote_comment" in (frame.get("id") or "") or _FORM_LINK.search(frame.get("src") or "") is not None


def _links_to_form(doc: Document, section: Section) -> bool:
    """Whether a link invites to a form that stands on another page or is put here by a script."""
    links = ((n, href) for n, href in doc.hrefs.items() if not (doc.elsewhere[n] or section.in_item[n]))
    return any(
        _FORM_LINK.search(href) is not None
        and (INVITING_TEXT.match(doc.text(n)) is not None or "editor" in (doc.elements[n].get("id") or ""))
        for n, href in links
    )


def _is_comment_form(doc: Document, section: Section, number: int) -> bool:
    if section.in_item[number] or doc.elsewhere[number]:
        return False
    element = doc.elements[number]
    names = [element.get("name") or "", element.get("id") or "", doc.classes[number]]
    form = next((n for n in doc.ancestors(number) if doc.tags[n] == "form"), None)
    if form is not None:
        outer = doc.elements[form]
        names += [outer.get("id") or "", doc.classes[form], outer.get("action") or "", outer.get("name") or ""]
    if LOGIN_TEXT.search(folded(element.text)) or "disabled" in element.attrib:
        return False
    return not COMMENT_WORDS.isdisjoint(word for name in names for word in words_of(name)) or (
        form is not None and section.in_zone[number] > 0
    )
