"""What is read: the post and its comments, each with its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .words import folded_words, words_of

AUTHOR = "@author"
"""person_id of the post and of its single author, named or not."""


@dataclass
class Text:
    """The post (seq 0) or one of its comments (seq 1, 2, ... in order of time), as the model reply_texts gives it."""

    text_id: str
    post_id: str
    kind: str
    """'post', 'comment', 'pingback' or 'trackback'; the last two answer nobody and are answered by nobody."""
    seq: int
    position: int | None
    """Reading order in the post; None for the post."""
    parent_id: str | None
    """text_id of the comment answered, as the page states it and where it is seen."""
    thread_id: str | None
    person_id: str | None
    """AUTHOR or the folded name; None where no name is shown. One name is one person."""
    author_name: str | None
    author_url: str | None
    body: str
    """Of a post with its title."""
    number: int | None = None
    """The number that the page prints beside a comment."""
    native_id: str | None = None
    url: str | None = None
    """The post's address, or the comment's permalink."""
    html: str | None = None
    """Markup of a body that holds links; None for others."""

    words: list[str] = field(init=False)
    """The body's words, folded."""

    def __post_init__(self) -> None:
        self.words = folded_words(self.body)
        self._written: list[str] = []
        self._spans: list[tuple[int, int]] = []

    @cached_property
    def long_words(self) -> frozenset[str]:
        """Words of seven letters and more, which are rarely there for grammar only."""
        return frozenset(word for word in self.words if len(word) >= 7)

    def span(self, place: int) -> tuple[int, int]:
        """Where in the body one of `words` begins and ends; found only as far as is asked, for names stand first."""
        spans = self._spans
        if len(spans) <= place:
            written = self._written = self._written or words_of(self.body)
            end = spans[-1][1] if spans else 0
            # Between two words stands nothing that a word begins with, so each is the first of its like.
            for word in written[len(spans) : place + 1]:
                start = self.body.index(word, end)
                end = start + len(word)
                spans.append((start, end))
        return spans[place]

    def lead(self, place: int) -> str:
        """What stands between the word before a place and the word there; behind the last word, all that follows it."""
        end = self.span(place)[0] if place < len(self.words) else len(self.body)
        return self.body[self.span(place - 1)[1] if place else 0 : end]

    def written(self, place: int) -> str:
        """A word as it is written."""
        self._written = self._written or words_of(self.body)
        return self._written[place]
