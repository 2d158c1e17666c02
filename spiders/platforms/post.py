"""The post of a page: from what the page states for machines first, from its markup where that is silent."""

from __future__ import annotations

from ...schemas import DateMention, PagePost
from .document import Document


def read_post(doc: Document) -> PagePost:
    """The page's post; fields that it does not state are None."""
    title = doc.meta.get("og:title")
    dates = doc.meta.get("article:published_time")
    return PagePost(
        url=doc.links.get("canonical"),
        title=title[0] if title else None,
        published=DateMention(machine=dates[0]) if dates else None,
        lang=doc.root.get("lang"),
    )
