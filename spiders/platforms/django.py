"""Blogs made with Django: django-contrib-comments and what builds on it (Mezzanine, Zinnia, comments-xtd)."""

from __future__ import annotations

import re

from ..reading.document import Document
from .platform import Mark, Platform


def _recognised(doc: Document) -> bool:
    """By the hidden fields that the comment form of django-contrib-comments always has."""
    names = {doc.elements[n].get("name") for n in doc.with_tag.get("input", ())}
    return "security_hash" in names


PLATFORM = Platform(
    name="django",
    description="Django's comments: contrib, Mezzanine, Zinnia, comments-xtd",
    verified="Mezzanine 6.1, Zinnia 0.20, django-comments-xtd 2.10 in `make engines`, known faults in docs/engines.md",
    recognises=_recognised,
    items=(
        Mark(tags=frozenset({"li", "div", "article"}), id=re.compile(r"comment-?(\d+)(?:-by-\S+)?")),
        Mark(tags=frozenset({"dt", "div", "li"}), id=re.compile(r"c(\d+)")),
    ),
    author=frozenset({"comment-author"}),
    date=frozenset({"published"}),
    body=frozenset({"comment-body", "comment-content"}),
    drop=frozenset({"comment-reply-link"}),
)
