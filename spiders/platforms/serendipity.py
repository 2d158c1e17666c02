"""Serendipity (s9y): depth is told by an indentation in pixels or by a level class, never by nesting.

Three kinds of its templates are known here: names marked, names in a line with links (up to 1.0), and lists of items.
"""

from __future__ import annotations

import re

from ...schemas import PageReading
from ..reading.document import Document
from .platform import Mark, Platform

_ID = re.compile(r"serendipity_comment_(\d+)")
_SOURCE_LINE = re.compile(r"#[\d.]+\s+([^()]+?)(?:\s+(?:wrote|schrieb|meinte|a écrit|escribió|ha scritto))?\s*(?:\(|$)")


def _recognised(doc: Document) -> bool:
    if any("serendipity" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    return any(name.startswith("serendipity_comment") for name in doc.with_class)


def _refine(doc: Document, reading: PageReading) -> None:
    """Up to 1.0 number, name and links stand in one line without marks: '#1.1 Ann wrote (Link) (Reply)'."""
    names: dict[str, str] = {}
    for number in doc.with_class.get("serendipity_commentSource", ()):
        line = _SOURCE_LINE.match(doc.text(number))
        outer = (_ID.fullmatch(doc.elements[n].get("id") or "") for n in doc.ancestors(number))
        if line and (comment := next((found for found in outer if found), None)):
            names[comment[1]] = line[1]
    for comment in reading.comments:
        if comment.native_id in names:
            comment.author_name, comment.author_url = names[comment.native_id], None


PLATFORM = Platform(
    name="serendipity",
    description="Serendipity",
    verified="pages that Serendipity made, in a set of gold records",
    recognises=_recognised,
    items=(
        # The templates that print a list indent its items.
        Mark(tags=frozenset({"li"}), id=re.compile(r"c(\d+)")),
        Mark(classes=re.compile(r"(?:^|\s)serendipity_comment(?:\s|$)")),
    ),
    author=frozenset({"comment_source_author", "serendipity_comment_author"}),
    date=frozenset({"comment_source_date", "serendipity_commentFooter"}),
    body=frozenset({"serendipity_commentBody", "comment_content"}),
    drop=frozenset({"comment_source_ownreply", "comment_reply", "comment_source_trace"}),
    by_post_author=re.compile(r"(?:^|\s)serendipity_comment_author_self(?:\s|$)"),
    refine=_refine,
)
