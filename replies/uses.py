"""Every place where a comment, in its own words, uses a name of somebody of its post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from .names import Bearer, Form, Names
from .texts import Text
from .vocabulary import vocabulary
from .words import written_as_name

Span = tuple[int, int]

OPENING_MARKS = tuple("\"“„‘‚«»'")
CLOSING_MARKS = tuple("\"”“’‘»«'")

FAR = 6
"""Words looked at before a name."""
BEHIND = 4
"""Words looked at behind it."""

_SENTENCE_END = re.compile(r"[.!?…\n:;]")


@dataclass(kw_only=True)
class Use:
    """One place where a name stands, for one of the persons whom it may name. Offsets count characters of the body."""

    text: Text
    place: int
    """Index of its first word among the text's words."""
    end: int
    """Index behind its last word."""
    form: Form
    bearer: Bearer
    is_own_name: bool
    """Whether the writer bears the same form."""
    listed: bool = False
    """Whether it goes on with a list of names that are called together."""

    @property
    def person_id(self) -> str:
        return self.bearer.person_id

    @property
    def rank(self) -> int:
        return self.bearer.rank

    @cached_property
    def cue_start(self) -> int:
        return self.text.span(self.place)[0]

    @cached_property
    def cue_end(self) -> int:
        return self.text.span(self.end - 1)[1]

    @cached_property
    def is_framed(self) -> bool:
        """Whether marks of quotation stand around the name alone: 'Hi "null", ...'."""
        return self.text.lead(self.place)[-1:] in OPENING_MARKS and self.text.lead(self.end)[:1] in CLOSING_MARKS

    @cached_property
    def lead(self) -> str:
        """What stands between the word before and the name, but for marks around the name alone."""
        lead = self.text.lead(self.place)
        return lead[:-1] if self.is_framed else lead

    @cached_property
    def trail(self) -> str:
        """What stands between the name and the word behind it, but for marks around the name alone."""
        trail = self.text.lead(self.end)
        return trail[1:] if self.is_framed else trail

    @cached_property
    def words_before(self) -> list[str]:
        return self.text.words[max(0, self.place - FAR) : self.place]

    @cached_property
    def words_behind(self) -> list[str]:
        return self.text.words[self.end : self.end + BEHIND]

    @cached_property
    def word_before(self) -> str:
        """As it is written; empty at the beginning of a text."""
        return self.text.written(self.place - 1) if self.place else ""

    @cached_property
    def word_behind(self) -> str:
        return self.text.written(self.end) if self.end < len(self.text.words) else ""

    @cached_property
    def is_written_as_name(self) -> bool:
        """With a capital, unless its owner writes it without."""
        return self.bearer.is_lower or written_as_name(self.text.written(self.place))

    @cached_property
    def opening(self) -> list[str] | None:
        """The words of the sentence before the name; None if they are more than FAR."""
        titles = vocabulary().titles
        for length in range(min(self.place, FAR) + 1):
            first = self.place - length
            # The full stop of 'Dear Mr. Zhu' ends no sentence.
            if first == 0 or (_SENTENCE_END.search(self.text.lead(first)) and self.text.words[first - 1] not in titles):
                return self.text.words[first : self.place]
        return None


def uses_in(text: Text, names: Names, quoted: Sequence[Span]) -> Iterator[Use]:
    """The uses in one comment in the order of the text, none of the writer himself and none inside of what it quotes.

    The longest form at a place counts, whoever it names: 'Anna K.' is not Anna. A word inside a longer name that began
    before is no name of its own.
    """
    words = text.words
    # Of most texts no word begins a name.
    if names.forms.keys().isdisjoint(words):
        return
    reached = 0
    for place, word in enumerate(words):
        if word not in names.forms:
            continue
        forms = _longest(names.beginning_with(word), words, place)
        if not forms:
            continue
        end = place + len(forms[0].words)
        if place < reached:
            reached = max(reached, end)
            continue
        reached = end
        for form in forms:
            is_own_name = any(bearer.person_id == text.person_id for bearer in form.bearers)
            for bearer in form.bearers:
                if bearer.person_id != text.person_id:
                    use = Use(text=text, place=place, end=end, form=form, bearer=bearer, is_own_name=is_own_name)
                    is_quoted = any(start <= use.cue_start and use.cue_end <= stop for start, stop in quoted)
                    if use.is_framed or not is_quoted:
                        yield use


def _longest(forms: Sequence[Form], words: Sequence[str], place: int) -> list[Form]:
    """Of the forms that begin with a word, sorted the longest first, the longest that stands at its place."""
    for form in forms:
        length = len(form.words)
        if length == 1 or tuple(words[place : place + length]) == form.words:
            return [form]
    return []
