"""Why a page's comments are what they are: the groups that were weighed, and which place of their rows holds what."""

from __future__ import annotations

from collections.abc import Iterator

from .choose import SURE, candidates, find_comments
from .document import Document
from .items import Item
from .label import label_rows
from .page import platform_of
from .weigh import contributions

_SHOWN = 5
"""Groups that are shown, the likeliest first."""
_TELLING = 0.25
"""Weight from which a feature is named."""


def explain(html: str | bytes, url: str | None = None) -> Iterator[str]:
    """Lines of text: platform, groups with their scores and what made them, places of name and text."""
    doc = Document(html, url)
    platform = platform_of(doc)
    yield f"platform: {platform.name}"
    page, found = candidates(doc, platform)
    weighed = [(contributions(page, items, way), way, items) for way, items in found]
    weighed.sort(key=lambda one: -sum(one[0].values()))
    for parts, way, items in weighed[:_SHOWN]:
        total = sum(parts.values())
        verdict = "taken" if total > SURE and parts is weighed[0][0] else "likely" if total > SURE else "refused"
        yield f"{total:6.1f} {verdict}: {len(items)} rows found by {way}, the first {_shown(doc, items[0])}"
        telling = sorted(parts.items(), key=lambda pair: -abs(pair[1]))
        yield "       " + ", ".join(f"{name} {value:+.1f}" for name, value in telling if abs(value) >= _TELLING)
    rows = find_comments(doc, platform)
    yield f"rows in all: {len(rows)}"
    labels = label_rows(doc, rows)
    yield from labels.reasons
    if labels.body is not None:
        yield f"text: {'/'.join(labels.body)}"
    if labels.about:
        yield "dates and numbers: " + ", ".join("/".join(path) or "the row itself" for path in sorted(labels.about))
    if labels.constant_texts:
        yield "template: " + ", ".join(repr(text) for text in sorted(labels.constant_texts))


def _shown(doc: Document, item: Item) -> str:
    element = doc.elements[item.start]
    names = "".join(f' {name}="{element.get(name)}"' for name in ("id", "class") if element.get(name))
    return f"<{element.tag}{names}>" + (f" and {len(item.parts) - 1} behind it" if len(item.parts) > 1 else "")
