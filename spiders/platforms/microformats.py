"""Pages that mark their comments by microformats2 (h-cite, h-entry) or by schema.org's Comment."""

from __future__ import annotations

import re

from .platform import Mark, Platform

_CITE = re.compile(r"(?:^|\s)(?:(?:p|u)-comment|h-cite)(?=\s|$)")

MICROFORMATS = Platform(
    name="microformats2",
    description="any page that marks comments as h-cite or p-comment",
    verified="the standard's document; no real page yet",
    recognises=lambda doc: any(_CITE.search(name) for name in doc.class_names.holding(("comment", "cite"))),
    items=(Mark(classes=re.compile(r"(?:^|\s)(?:p|u)-comment(?=\s|$)")), Mark(classes=_CITE)),
    author=frozenset({"p-author"}),
    date=frozenset({"dt-published"}),
    body=frozenset({"e-content", "p-content"}),
)

SCHEMA_ORG = Platform(
    name="schema.org",
    description="any page that marks comments as schema.org's Comment",
    verified="the vocabulary's document; pages of real sites under other lines",
    recognises=lambda doc: bool(doc.with_itemtype_comment),
)
