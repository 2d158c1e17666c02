"""WordPress: classic lists, nested divs, block themes, and what wordpress.com and Jetpack add to them."""

from __future__ import annotations

import re

from .document import Document
from .platform import Mark, Platform

_CLASS = re.compile(r"(?:^|\s)(?:comment|pingback|trackback)(?=\s).*\sdepth-\d+(?:\s|$)")
_ID = re.compile(r"(?:li-|div-)?comment-(\d+)")


def _recognised(doc: Document) -> bool:
    if any("wordpress" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    if any("wp-content/" in (script.get("src") or "") for script in doc.scripts):
        return True
    return any("/wp-content/" in (doc.elements[n].get("href") or "") for n in doc.with_tag.get("link", ()))


PLATFORM = Platform(
    name="wordpress",
    description="WordPress and wordpress.com: classic and block themes, comment pages in either order",
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
)
