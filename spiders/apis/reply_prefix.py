"""'In reply to NAME.', with which WordPress begins a reply in its feeds."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.html import HtmlElement

from ..reading.document import detach, folded, text_of

ANCHOR = re.compile(r"#comment-(\d+)$")
"""A comment's place on its page; group 1 is its native id."""

# 'In reply to %s.' in WordPress' translations, as far as the name comes last.
_IN_REPLY_TO = re.compile(
    r"(?:in reply to|(?:als )?antwort auf|en réponse à|en respuesta a|en resposta a|em resposta a|in risposta a"
    r"|(?:in|als) antwoord op|som svar (?:till?|på)|w odpowiedzi (?:na|do)|v odpovědi na|(?:în|ca) răspuns la"
    r"|в ответ на|у відповідь на|回复给?|回覆)\s*",
    re.IGNORECASE,
)
_LONGEST = 120
"""Characters of the prefix."""
_FULL_STOPS = (".", "。")


def take_reply_prefix(body: HtmlElement, names: Collection[str]) -> tuple[str | None, str | None]:
    """Take 'In reply to NAME.' off a body; give the parent's native id, by its link, and the name.

    Both are None where the body has no such beginning, the id where its beginning has no link. Without a link the name
    must be among `names`, those of the feed's commenters: 'In reply to your question.' is a commenter's own text.
    """
    first = next(iter(body), None)
    if first is not None and first.tag == "p" and not folded(body.text):
        return _take_paragraph(first, names)
    if first is not None and first.tag == "a" and _IN_REPLY_TO.fullmatch(folded(body.text) + " "):
        return _take_link(body, first)
    return None, _take_line(body, names)


def _take_paragraph(paragraph: HtmlElement, names: Collection[str]) -> tuple[str | None, str | None]:
    link = next(iter(paragraph), None)
    parent, name = _number(link), _name_in(text_of(paragraph))
    if name is None or (parent is None and name not in names):
        return None, None
    detach(paragraph)
    return parent, name


def _take_link(body: HtmlElement, link: HtmlElement) -> tuple[str | None, str | None]:
    parent, behind = _number(link), link.tail or ""
    if parent is None or not behind.startswith(_FULL_STOPS):
        return None, None
    body.text, link.tail = None, behind[1:].lstrip()
    detach(link)
    return parent, text_of(link) or None


def _take_line(body: HtmlElement, names: Collection[str]) -> str | None:
    line, _, rest = (body.text or "").lstrip().partition("\n\n")
    name = _name_in(folded(line))
    if name not in names:
        return None
    body.text = rest
    return name


def _name_in(text: str) -> str | None:
    """The name in a text that is a prefix and nothing else.

    >>> _name_in("Als Antwort auf Dr. Lee.")
    'Dr. Lee'
    >>> _name_in("In reply to your question: no") is None
    True
    """
    words = _IN_REPLY_TO.match(text)
    if words is None or len(text) > _LONGEST or not text.endswith(_FULL_STOPS):
        return None
    return text[words.end() : -1].strip() or None


def _number(link: HtmlElement | None) -> str | None:
    found = ANCHOR.search(link.get("href") or "") if link is not None else None
    return found[1] if found else None
