"""WordPress: classic lists, nested divs, block themes, and what wordpress.com and Jetpack add to them."""

from __future__ import annotations

import re

from ...numerals import whole_number
from ...schemas import PageReading
from ..reading.document import Document
from .platform import Mark, Platform

_CLASS = re.compile(r"^(?=.*\sdepth-\d+(?:\s|$))(?:.*?\s)?(?:comment|pingback|trackback)(?=\s)", re.DOTALL)
_LIKE_COUNT = re.compile(r"comment-like-count-(\d+)")
_ID = re.compile(r"(?:li-|div-)?comment-(\d+)")


def _recognised(doc: Document) -> bool:
    if any("wordpress" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    if any("wp-content/" in (script.get("src") or "") for script in doc.scripts):
        return True
    return any("/wp-content/" in (doc.elements[n].get("href") or "") for n in doc.with_tag.get("link", ()))


def _refine(doc: Document, reading: PageReading) -> None:
    """wordpress.com says 'Liked by 3 people', and the number beside it in an attribute."""
    likes: dict[str, int] = {}
    for number in doc.with_class.get("view-likers", ()):
        count = doc.elements[number].get("data-like-count") or ""
        place = _LIKE_COUNT.fullmatch(doc.elements[doc.parents[number]].get("id") or "")
        if place and (liked := whole_number(count)) is not None:
            likes[place[1]] = liked
    for comment in reading.comments:
        if comment.likes is None and comment.native_id in likes:
            comment.likes = likes[comment.native_id]


PLATFORM = Platform(
    name="wordpress",
    description="WordPress and wordpress.com: classic and block themes, comment pages in either order",
    verified="WordPress 6.1 and 6.5 in `make engines`; pages of 133 real sites; 170 themes",
    recognises=_recognised,
    items=(Mark(id=_ID), Mark(classes=_CLASS), Mark(classes=re.compile(r"^(?:comment|pingback|trackback)\s"))),
    author=frozenset({"fn", "wp-block-comment-author-name"}),
    date=frozenset({"wp-block-comment-date"}),
    body=frozenset({"comment-content", "wp-block-comment-content"}),
    drop=frozenset(
        {"comment-likes", "comment-reply-link", "reply", "cs-rating", "sd-sharing-enabled", "comment-edit-link", "says"}
    ),
    lists=(
        Mark(
            tags=frozenset({"ol", "ul"}),
            classes=re.compile(r"(?:^|\s)(?:comment-?list|wp-block-comment-template|wc-thread-list)(?:\s|$)"),
        ),
    ),
    by_post_author=re.compile(r"(?:^|\s)(?:bypostauthor|wpd-blog-post_author|wc-blog-post_author)(?:\s|$)"),
    refine=_refine,
)
