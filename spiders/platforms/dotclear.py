"""Dotclear: a list of terms, each a line of number, date and name, with the text behind it."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    """By the address under which Dotclear serves its plugins' files."""
    sources = [script.get("src") or "" for script in doc.scripts]
    sources += [doc.elements[n].get("href") or "" for n in doc.with_tag.get("link", ())]
    return any("?pf=" in source for source in sources)


PLATFORM = Platform(
    name="dotclear",
    description="Dotclear",
    verified="pages that Dotclear made, in a set of gold records",
    recognises=_recognised,
    items=(Mark(tags=frozenset({"dt", "li", "div"}), id=re.compile(r"c(\d+)")),),
    author=frozenset({"comment-author"}),
    body=frozenset({"comment-content"}),
    by_post_author=re.compile(r"(?:^|\s)me(?:\s|$)"),
)
