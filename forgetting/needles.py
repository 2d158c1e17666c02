"""What is searched for once it should be gone: the words of texts, names and addresses, however they are written.

Texts stand in files as markup, as JSON, in capitals or with other quotes, so words are compared and nothing between
them. Of a long text any eight words in a row are looked for, for a file may hold a part of it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

RUN = 8
"""Words in a row by which a longer text is known."""
FEWEST = 4
"""Words of a text or address that can be looked for: fewer stand anywhere."""

WORD = re.compile(r"[^\W_]+")
ACCENT = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
QUOTED = re.compile(r"^[ \t]*>.*$", re.M)
TAG = re.compile(r"<[^<>]{0,2000}>")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrtbf/\"]")
NAMES = frozenset({"author_name", "name", "name_variants", "person_id"})
"""Columns that hold nothing but names: a name of one word is looked for there alone."""


def words_of(text: str) -> list[str]:
    """The words of a text without case and accents.

    >>> words_of("Ann-Lee said: ÉVA_B!")
    ['ann', 'lee', 'said', 'eva', 'b']
    """
    if not text.isascii():
        text = ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return WORD.findall(text.casefold())


def plain(markup: str) -> str:
    """What a page or an answer of a script says, roughly: without tags, entities and escapes.

    >>> plain('{"body": "caf\\\\u00e9 \\\\u003cb\\\\u003e&amp; <i>bar</i>"}')
    '{"body": "café  &  bar "}'
    """
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", markup)
    return html.unescape(TAG.sub(" ", text))


def readings(text: str) -> Iterator[str]:
    """A text as it stands, with what its markup holds, and as a reader is shown it."""
    yield text
    if (shown := plain(text)) != text:
        yield shown


@dataclass(slots=True)
class Needles:
    """Texts, names and addresses to look for."""

    texts: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    """Names of persons."""
    addresses: set[str] = field(default_factory=set)
    _runs: dict[tuple[str, str], dict[int, dict[str, str]]] = field(default_factory=dict)
    """The first two words -> number of words -> the words -> what they are of."""
    _single: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.texts or self.names or self.addresses)

    def prepare(self, *, without: Iterable[str] = ()) -> None:
        """Make ready to be looked for.

        Args:
            without: runs that others have written too.
        """
        self._runs, self._single = {}, {}
        left_out = {*without}
        for label, texts in (("text", self.texts), ("name", self.names), ("address", self.addresses)):
            for text in sorted(texts):
                for run in _runs_of(text, label):
                    if " ".join(run) not in left_out:
                        self._runs.setdefault((run[0], run[1]), {}).setdefault(len(run), {})[" ".join(run)] = label
        for name in self.names:
            if len(words := words_of(name)) == 1:
                self._single[words[0]] = "name"

    @property
    def too_short(self) -> int:
        """Texts that cannot be told from what anybody writes."""
        return sum(1 for text in self.texts if not list(_runs_of(text, "text")))

    def found_in(self, text: str, *, column: str | None = None) -> Iterator[tuple[str, str]]:
        """(what it is of, the words) of each run that a text holds."""
        words = words_of(text)
        if column in NAMES and len(words) == 1 and words[0] in self._single:
            yield "name", words[0]
        for at, pair in enumerate(pairwise(words)):
            if pair in self._runs:
                for length, known in self._runs[pair].items():
                    run = " ".join(words[at : at + length])
                    if run in known:
                        yield known[run], run

    def is_in(self, text: str) -> bool:
        return next(self.found_in(text), None) is not None


def _runs_of(text: str, label: str) -> Iterator[list[str]]:
    """The runs of words by which something is known; none for what is too short."""
    words = words_of(QUOTED.sub("", text) if label == "text" else text)
    fewest = {"text": FEWEST, "name": 2, "address": 3}[label]
    if len(words) >= fewest:
        length = min(len(words), RUN) if label == "text" else len(words)
        for at in range(len(words) - length + 1):
            yield words[at : at + length]
