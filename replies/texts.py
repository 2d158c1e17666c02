"""What is read: the post and its comments, each with its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from .words import folded_sentences, words_of

AUTHOR = "@author"
"""person_id of the post and of its single author, named or not."""

Span = tuple[int, int]
"""Where words begin and end in a body."""


@dataclass(slots=True)
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

    _words: list[str] | None = field(init=False, default=None)
    _sentences: list[list[str]] = field(init=False)
    _lines: list[list[str]] = field(init=False)
    _long_words: frozenset[str] | None = field(init=False, default=None)
    _written: list[str] | None = field(init=False, default=None)
    """The words as the body writes them, but for small letters where these change no word's length."""
    _searched: str = field(init=False, default="")
    """The body, written as these."""
    _first_spans: list[Span] = field(init=False, default_factory=list)
    _last_spans: list[Span] = field(init=False, default_factory=list)
    """From the end."""

    @property
    def words(self) -> list[str]:
        """The body's words, folded; found when they are first asked for, because few texts of a day are compared."""
        if self._words is None:
            self._split()
        return cast("list[str]", self._words)

    @property
    def sentences(self) -> list[list[str]]:
        """The words of each sentence of the body; one ends at a line's end at the latest."""
        if self._words is None:
            self._split()
        return self._sentences

    @property
    def lines(self) -> list[list[str]]:
        """The words of each line of the body."""
        if self._words is None:
            self._split()
        return self._lines

    def _split(self) -> None:
        parts = folded_sentences(self.body)
        self._sentences = list(chain.from_iterable(parts))
        self._lines = [list(chain.from_iterable(line)) for line in parts]
        self._words = self._lines[0] if len(self._lines) == 1 else list(chain.from_iterable(self._lines))

    @property
    def long_words(self) -> frozenset[str]:
        """Words of seven letters and more, which are rarely there for grammar only."""
        if self._long_words is None:
            self._long_words = frozenset([word for word in self.words if len(word) >= 7])
        return self._long_words

    def span(self, place: int) -> Span:
        """Where in the body one of `words` begins and ends.

        Found only as far as is asked, from the nearer end: names stand first or last.
        """
        firsts, lasts = self._first_spans, self._last_spans
        if place < len(firsts):
            return firsts[place]
        behind = len(self.words) - 1 - place
        if behind < len(lasts):
            return lasts[behind]
        if self._written is None:
            is_ascii = self.body.isascii()
            self._written = self.words if is_ascii else words_of(self.body)
            self._searched = self.body.lower() if is_ascii else self.body
        body = self._searched
        # Between two words stands nothing that a word begins or ends with, so each is the next of its like.
        if place - len(firsts) <= behind - len(lasts):
            end = firsts[-1][1] if firsts else 0
            for word in self._written[len(firsts) : place + 1]:
                start = body.index(word, end)
                end = start + len(word)
                firsts.append((start, end))
            return firsts[place]
        start = lasts[-1][0] if lasts else len(body)
        for word in self._written[place : len(self._written) - len(lasts)][::-1]:
            end = start
            start = body.rindex(word, 0, end)
            lasts.append((start, start + len(word)))
        return lasts[behind]

    def lead(self, place: int) -> str:
        """What stands between the word before a place and the word there; behind the last word, all that follows it."""
        end = self.span(place)[0] if place < len(self.words) else len(self.body)
        return self.body[self.span(place - 1)[1] if place else 0 : end]

    def written(self, place: int) -> str:
        """A word as it is written."""
        start, end = self.span(place)
        return self.body[start:end]
