"""Drupal 6 to 10: answers stand in div.indented behind what they answer."""

from __future__ import annotations

import re

from ...schemas import PageReading
from ..reading.document import Document
from .platform import Mark, Platform

_UNVERIFIED = re.compile(
    r"\s?\((?=[^()]{0,200}\)$)[^()]*(?:verif|überprüft|vérifié|registr|inscrit|gecontroleerd|efterprøvet|проверено|gast|guest"
    r"|visiteur|anonym)[^()]*\)$",
    re.IGNORECASE,
)
"""What Drupal prints behind the name of a visitor who is not logged in."""


def _recognised(doc: Document) -> bool:
    if any("drupal" in generator.lower() for generator in doc.meta.get("generator", ())):
        return True
    return any(
        "Drupal.settings" in (script.text or "")
        or "/drupal.js" in (script.get("src") or "")
        or "data-drupal-selector" in script.attrib
        for script in doc.scripts
    )


def _refine(_: Document, reading: PageReading) -> None:
    for comment in reading.comments:
        if comment.author_name:
            comment.author_name = _UNVERIFIED.sub("", comment.author_name) or None


PLATFORM = Platform(
    name="drupal",
    description="Drupal 6 to 10",
    verified="pages of 6 real sites",
    recognises=_recognised,
    items=(Mark(tags=frozenset({"div", "article", "li"}), classes=re.compile(r"(?:^|\s)(?:js-)?comment(?:\s|$)")),),
    author=frozenset({"username", "comment__author"}),
    date=frozenset({"comment__time"}),
    body=frozenset({"field-name-comment-body", "field--name-comment-body"}),
    drop=frozenset({"links", "new", "comment__new"}),
    by_post_author=re.compile(r"(?:^|\s)(?:comment-by-node-author|by-node-author)(?:\s|$)"),
    first_page=0,
    refine=_refine,
)
