"""The Gartner Blog Network: WordPress with a byline of its own, in three layouts named by when they were last seen.

    2009  by NAME | January 22, 2009 | 2 Comments                (or 'Comments Off')
    2016  by NAME  |  May 16, 2013  |  5 Comments                with 'Category: ... Tags: ...' below
    2023  Blog post / title / By NAME | January 03, 2023 | 0 Comments / categories

In the newest, comments show no date and the analyst's own no name line: they begin with their text.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...dates.find import find_date
from ...numerals import whole_number
from ...schemas import DateMention, PageReading
from ..reading.document import Document
from . import wordpress

_BYLINE = re.compile(
    r"^by\s(?P<name>[^|]{2,80}?) ?\| ?(?P<date>[^|]{6,30}?) ?\| ?"
    r"(?:(?P<count>\d+)\s+comments?|(?P<off>comments off)|no comments)$",
    re.IGNORECASE,
)
_NEAR = 20
"""Elements behind a heading among which its byline stands."""


def _byline(doc: Document) -> re.Match[str] | None:
    """The line below the post's title; None on pages of other makes."""
    for heading in doc.tagged("h1", "h2", "h3")[:12]:
        for number in range(heading, min(heading + _NEAR, len(doc.elements))):
            begins = (doc.elements[number].text or "").lstrip()[:2].lower()
            if begins == "by" and doc.spans[number] - number <= 6 and (found := _BYLINE.match(doc.text(number))):
                return found if find_date(found["date"]) else None
    return None


def _refine(doc: Document, reading: PageReading) -> None:
    """Take the post's fields from the byline and name the analyst's own comments."""
    byline, post = _byline(doc), reading.post
    if byline is None or post is None:
        return
    post.author_name = byline["name"]
    post.published = DateMention(text=byline["date"], machine=post.published.machine if post.published else None)
    post.declared_comments = whole_number(byline["count"]) or 0
    if byline["off"] and post.comments_open is None:
        post.comments_open = False
    for comment in reading.comments:
        if comment.author_name is None and comment.kind == "comment":
            comment.author_name, comment.by_post_author = post.author_name, True


PLATFORM = replace(
    wordpress.PLATFORM,
    name="gartner",
    description="the Gartner Blog Network in its three layouts of 2009, 2016 and 2023",
    verified="texts of archived pages, and pages made after them",
    recognises=lambda doc: _byline(doc) is not None,
    refine=_refine,
)
