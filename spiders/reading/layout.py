"""Telling a page without comments from one whose comments can no longer be read."""

from __future__ import annotations

from ..platforms.platform import Platform
from .document import Document
from .errors import LayoutChanged

_LEAST_TEXT = 25
"""Letters of an entry that may be a comment with its name and date; 'Loading ...' and 'No comments yet.' are none."""


def require_readable(doc: Document, platform: Platform, declared: int | None) -> None:
    """For a page in which no comment was found.

    Raises:
        LayoutChanged: the page states comments, and the platform's own list of them stands there and is filled.
    """
    if not declared:
        return
    for mark in platform.lists:
        for number in mark.numbers(doc):
            entries = [child for child in doc.children(number) if doc.letters(child) >= _LEAST_TEXT]
            # One entry among many stated comments is more likely a notice why they are not shown.
            if len(entries) >= min(declared, 2) and not (doc.elsewhere[number] or doc.in_form[number]):
                raise LayoutChanged("comments", doc.url)
