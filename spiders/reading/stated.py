"""What a page states about its post for machines, and where on it the post may speak of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .document import Document, folded
from .section import Section

_ARTICLE_TYPES = frozenset(
    "Article BlogPosting NewsArticle Report ReportageNewsArticle TechArticle ScholarlyArticle OpinionNewsArticle "
    "AnalysisNewsArticle LiveBlogPosting SocialMediaPosting Recipe PodcastEpisode ReviewNewsArticle".split()
)


@dataclass(slots=True)
class PostPage:
    """What the readers of a post's fields share."""

    doc: Document
    section: Section
    article: dict[str, Any]
    """The JSON-LD object that describes the post; empty if there is none."""
    titled: int | None = None
    """The heading that shows the post's title; None if none does."""

    def is_of_post(self, number: int) -> bool:
        """Whether what stands there may be about the post: not in a comment, a form, a widget or a review."""
        doc, section = self.doc, self.section
        return not (
            section.in_zone[number]
            or section.in_item[number]
            or doc.elsewhere[number]
            or doc.in_form[number]
            or doc.in_review[number]
        )

    def distance(self, number: int) -> int:
        """Elements between the title and this one; from the beginning of the page where no title is shown."""
        return abs(number - self.titled) if self.titled is not None else number

    def near_title(self, before: int, behind: int) -> range:
        """The elements around the title; empty where no title is shown."""
        if self.titled is None:
            return range(0)
        return range(max(self.titled - before, 0), min(self.titled + behind, len(self.doc.elements)))


def article_data(doc: Document) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article; empty if there is none."""
    for data in doc.linked_data:
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and kind in _ARTICLE_TYPES for kind in kinds):
            return data
    return {}


def first_of(values: dict[str, list[str]], names: Iterable[str]) -> str | None:
    """The first value of the first of the names that has one."""
    return next((values[name][0] for name in names if values.get(name)), None)


def unique(texts: Iterable[str | None]) -> list[str]:
    """The texts without repetitions and empty ones, in order."""
    return list(dict.fromkeys(text for text in texts if text))


def text_value(value: object) -> str | None:
    """A JSON value that is a text, folded; None for others and for empty ones."""
    return folded(value) or None if isinstance(value, str) else None
