"""Every place where a comment, in its own words, uses a name of somebody of its post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .names import Bearer, Form, Names
from .texts import Span, Text
from .vocabulary import vocabulary
from .words import written_as_name

OPENING_MARKS = frozenset("\"“„‘‚«»'")
CLOSING_MARKS = frozenset("\"”“’‘»«'")

FAR = 10
"""Words looked at before a name."""
BEHIND = 4
"""Words looked at behind it."""

_SENTENCE_END = re.compile(r"[.!?…\n:;]")


class Use:
    """One place where a name stands, for one of the persons whom it may name. Offsets count characters of the body."""

    __slots__ = (
        "bearer", "behind", "cue_end", "cue_start", "end", "form", "is_framed", "is_own_name", "is_written_as_name",
        "lead", "listed", "opening", "place", "text", "trail", "words_before", "words_behind",
    )  # fmt: skip

    def __init__(self, text: Text, place: int, form: Form, bearer: Bearer) -> None:
        """
        Args:
            place: index of its first word among the text's words.
        """
        self.text = text
        self.place = place
        self.end = end = place + len(form.words)
        """Index behind its last word."""
        self.behind = behind = end + _is_titled(text, end)
        """Index of the first word that belongs neither to it nor to a title behind it: 'Mehmet Bey'."""
        self.form = form
        self.bearer = bearer
        self.is_own_name = any(other.person_id == text.person_id for other in form.bearers)
        """Whether the writer bears the same form."""
        self.listed = False
        """Whether it goes on with a list of names that are called together."""
        self.cue_start = text.span(place)[0]
        self.cue_end = text.span(end - 1)[1]
        lead, trail = text.lead(place), text.lead(behind)
        self.is_framed = lead[-1:] in OPENING_MARKS and trail[:1] in CLOSING_MARKS
        """Whether marks of quotation stand around the name alone: 'Hi "null", ...'."""
        self.lead = lead[:-1] if self.is_framed else lead
        """What stands between the word before and the name, but for marks around the name alone."""
        self.trail = trail[1:] if self.is_framed else trail
        """What stands between the name and the word behind it, but for marks around the name alone."""
        self.words_before = text.words[max(0, place - FAR) : place]
        self.words_behind = text.words[behind : behind + BEHIND]
        self.is_written_as_name = bearer.is_lower or written_as_name(text.body[self.cue_start])
        """With a capital, unless its owner writes it without."""
        self.opening = _opening(text, place)
        """The words of the sentence before the name; None if they are more than FAR."""

    def for_bearer(self, bearer: Bearer) -> Use:
        """The same place for another person of the same name."""
        other = Use.__new__(Use)
        for name in Use.__slots__:
            setattr(other, name, getattr(self, name))
        other.bearer = bearer
        other.is_written_as_name = bearer.is_lower or written_as_name(self.text.body[self.cue_start])
        return other

    @property
    def person_id(self) -> str:
        return self.bearer.person_id

    @property
    def rank(self) -> int:
        return self.bearer.rank

    @property
    def word_before(self) -> str:
        """As it is written; empty at the beginning of a text."""
        return self.text.written(self.place - 1) if self.place else ""

    @property
    def word_behind(self) -> str:
        return self.text.written(self.behind) if self.behind < len(self.text.words) else ""


def _is_titled(text: Text, end: int) -> bool:
    return end < len(text.words) and text.words[end] in vocabulary().honorifics and text.lead(end) == " "


def _opening(text: Text, place: int) -> list[str] | None:
    titles = vocabulary().titles
    start = text.span(place)[0]
    for first in range(place, max(-1, place - FAR - 1), -1):
        if first == 0:
            return text.words[:place]
        before, end = text.span(first - 1)
        lead = text.body[end:start]
        # The full stop of 'Dear Mr. Zhu' ends no sentence.
        if lead != " " and _SENTENCE_END.search(lead) and text.words[first - 1] not in titles:
            return text.words[first:place]
        start = before
    return None


def uses_in(text: Text, names: Names, quoted: Sequence[Span]) -> Iterator[Use]:
    """The uses in one comment in the order of the text, none of the writer himself and none inside of what it quotes.

    The longest form at a place counts, whoever it names: 'Anna K.' is not Anna. A word inside a longer name that began
    before is no name of its own.
    """
    for place, form in places_of_names(text, names):
        others = [bearer for bearer in form.bearers if bearer.person_id != text.person_id]
        if not others:
            continue
        use = Use(text, place, form, others[0])
        if use.is_framed or not any(start <= use.cue_start and use.cue_end <= stop for start, stop in quoted):
            yield use
            yield from map(use.for_bearer, others[1:])


def places_of_names(text: Text, names: Names) -> Iterator[tuple[int, Form]]:
    """Every form that stands in a text, with the index of its first word."""
    words = text.words
    # Of most texts no word begins a name.
    if names.first_words.isdisjoint(words):
        return
    reached = 0
    for place, word in enumerate(words):
        if word not in names.first_words:
            continue
        form = _longest(names.standing_at(words, place), text, place)
        if not form:
            continue
        end = place + len(form.words)
        is_within = place < reached
        reached = max(reached, end)
        if not is_within:
            yield place, form


def _longest(forms: Iterable[Form], text: Text, place: int) -> Form | None:
    """Of the forms that stand at a place, given the longest first, the first that is meant."""
    for form in forms:
        # 'Tim A.' is Tim Allen, and 'Tim a friend' is not.
        is_initial = len(form.words[-1]) == 1 and not any(bearer.is_lower for bearer in form.bearers)
        if not (len(form.words) > 1 and is_initial and text.written(place + len(form.words) - 1).islower()):
            return form
    return None
