"""Ghost: its own comments are fetched by a script, so its pages show a post and at most the like of another system."""

from __future__ import annotations

from ..reading.document import Document
from .platform import Platform


def _recognised(doc: Document) -> bool:
    return any(generator.lower().startswith("ghost") for generator in doc.meta.get("generator", ()))


PLATFORM = Platform(
    name="ghost", description="Ghost", verified="no real page yet; its API as its documents say", recognises=_recognised
)
