"""Ghost: its own comments are fetched by a script, so its pages show a post and at most the like of another system."""

from __future__ import annotations

from ..reading.document import Document
from .platform import Platform


def _recognised(doc: Document) -> bool:
    return any(generator.lower().startswith("ghost") for generator in doc.meta.get("generator", ()))


PLATFORM = Platform(
    name="ghost",
    description="Ghost",
    verified="Ghost 6.65 with its themes Source and Casper in `make engines`",
    recognises=_recognised,
    # By its helper {{body_class}}, which themes are checked for.
    page_kinds={
        "post-template": "post",
        "page-template": "other",
        "home-template": "listing",
        "tag-template": "listing",
        "author-template": "listing",
    },
)
