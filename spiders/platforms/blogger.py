"""Blogger: the list of terms of its older templates, and the threaded one, as served or as its script leaves it."""

from __future__ import annotations

import re

from ...schemas import PageReading
from ..reading.document import Document
from .platform import Mark, Platform

_NUMBER = re.compile(r"c(\d{8,})")


def _recognised(doc: Document) -> bool:
    if any("blogger" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    if "Blog1" in doc.with_id and "comments" in doc.with_id:
        return True
    return any(".blogger.com/" in (doc.elements[n].get("href") or "") for n in doc.with_tag.get("link", ()))


def _refine(doc: Document, reading: PageReading) -> None:
    """A link or a frame to Blogger's own form stands where a blog takes comments; others state no form at all."""
    if reading.post is None or reading.post.comments_open is not None:
        return
    frames = [doc.elements[n].get("id") or "" for n in doc.with_tag.get("iframe", ())]
    links = [doc.elements[n].get("href") or "" for n in doc.with_tag.get("a", ())]
    if "comment-editor" in frames or any(
        "/comment-iframe.g" in link or "/comment.g?" in link or "/comment/fullpage/post/" in link for link in links
    ):
        reading.post.comments_open = True


PLATFORM = Platform(
    name="blogger",
    description="Blogger (blogspot): flat and threaded comments",
    verified="pages of 4 real sites",
    recognises=_recognised,
    items=(
        Mark(tags=frozenset({"li"}), classes=re.compile(r"(?:^|\s)comment(?:\s|$)")),
        Mark(tags=frozenset({"dt"}), id=_NUMBER),
        Mark(tags=frozenset({"dt"}), classes=re.compile(r"(?:^|\s)comment-author(?:\s|$)")),
        Mark(id=_NUMBER),
    ),
    lists=(Mark(id=re.compile(r"comments-block|comment-holder|Blog\d+_comments-block-wrapper")),),
    author=frozenset({"user", "comment-author"}),
    date=frozenset({"datetime", "comment-timestamp"}),
    body=frozenset({"comment-content", "comment-body"}),
    drop=frozenset({"comment-actions", "avatar-image-container", "comment-replies", "item-control"}),
    by_post_author=re.compile(r"(?:^|\s)blog-author(?:\s|$)"),
    refine=_refine,
)
