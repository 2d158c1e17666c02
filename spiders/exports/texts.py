"""Texts as authors typed them, in the form that pages are read into."""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

from ...addresses import is_web_address
from ...pipelines.urls import absolute_url
from ...schemas import PageComment
from ..reading.document import parsed

_WITHOUT_SCHEME = re.compile(r"(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}(?::\d{1,5})?/", re.IGNORECASE)
_YES = frozenset({"1", "true", "yes", "y", "t", "on"})
_SHOWN = _YES | frozenset(
    "approve approved accepted publish published public live visible active online ok ham".split()
)
_BLOCK = re.compile(r"<(?:p|div|ul|ol|blockquote|pre|table|h[1-6])[\s>]|<!-- wp:", re.IGNORECASE)


def says_yes(text: str | None) -> bool:
    """Whether a flag is set, as any writer spells it."""
    return (text or "").strip().casefold() in _YES


def says_shown(text: str) -> bool:
    """Whether a word for the state of a post or comment means that everybody may see it, in any writer's words.

    >>> says_shown("Published"), says_shown("1"), says_shown("hold")
    (True, True, False)
    """
    return text.strip().casefold() in _SHOWN


def body_of(html: str | None, *, breaks: bool = True) -> HtmlElement | None:
    """A text as its blog shows it; None if there is none.

    Args:
        breaks: empty lines part paragraphs and line breaks count, as in what people type; not where paragraphs are
            marked up.
    """
    if html is None or not html.strip():
        return None
    if breaks and not _BLOCK.search(html):
        paragraphs = re.split(r"\n\s*\n", html.replace("\r\n", "\n").replace("\r", "\n").strip())
        html = "".join(f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in paragraphs)
    body = parsed(f"<html><body>{html}</body></html>").find("body")
    if body is not None:
        body.tag = "div"
    return body


def set_depths(comments: list[PageComment]) -> None:
    """Give each comment of a post its depth by the parents' ids, in whatever order they stand.

    A parent that is not among them (unapproved, deleted) is a level too, as in the tables; so is one whose id several
    bear. None answers itself.
    """
    bearers = Counter(comment.native_id for comment in comments)
    by_id = {one.native_id: one for one in comments if one.native_id and bearers[one.native_id] == 1}
    parents = {
        id(one): one.parent_native_id
        for one in comments
        if one.parent_native_id and by_id.get(one.parent_native_id) is not one
    }
    for comment in comments:
        chain: dict[int, PageComment] = {}
        current: PageComment | None = comment
        while current is not None and current.depth is None and id(current) not in chain:
            chain[id(current)] = current
            current = by_id.get(parents.get(id(current)) or "")
        depth = current.depth if current is not None else None
        for one in reversed(chain.values()):
            depth = depth + 1 if depth is not None else int(id(one) in parents)
            one.depth = depth


def stated_address(text: str | None, base: str) -> str | None:
    """The address that an export gives for a post, from the blog's own where it is relative; None if it is none.

    >>> stated_address("/2012/1/one", "http://blog.example.org"), stated_address("blog.example.org/two/", "")
    ('http://blog.example.org/2012/1/one', 'http://blog.example.org/two/')
    >>> stated_address("/2012/1/one", "") is None
    True
    """
    text = (text or "").strip()
    if text.startswith("//"):
        text = f"http:{text}"
    elif _WITHOUT_SCHEME.match(text):
        text = f"http://{text}"
    if not base and not is_web_address(text):
        return None
    address = absolute_url(text, base)
    return address if address and is_web_address(address) else None
