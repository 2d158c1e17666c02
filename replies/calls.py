"""Where a comment mentions somebody with '@' or calls, quotes, thanks or agrees with somebody by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from .names import Names
from .texts import AUTHOR, Text
from .uses import Use
from .vocabulary import vocabulary
from .words import begins_with_any, ends_with_any, is_capitalised

_AT = re.compile(r"[@＠]\s?$")
_AT_APART = re.compile(r"[^@＠][@＠]\s?$")
_ARROW = re.compile(r"-+>|=+>|→")
_APART = re.compile(r"[\s(（„“\"—–…,;!?，。、！？：]")
_COMMA_BEHIND = re.compile(r"\s?[,:;!，：！、；]|\s?[–—]|\s+-+\s|-+\s|\.\.|…")
_END_BEHIND = re.compile(r"\s?[.?!)。？！）]|\s*\n")
_LINE_BEHIND = re.compile(r"[,!]?\s*\n")
_CLAUSE_BEHIND = re.compile(r"[,:!]")
_CLAUSE_OR_DASH_BEHIND = re.compile(r"[,:!]|\s[-–—]{1,2}\s")
_COMMA_BEFORE = re.compile(r",\s+$")
_JOINED = re.compile(r"\s*[&/+]\s*")
_UNSPACED = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A place where somebody is called; several persons at one place are namesakes."""

    text: Text
    place: int
    person_id: str
    rank: int
    rule: str
    """The first of RULES that holds."""
    cue_start: int
    cue_end: int
    """Offsets in the body of the words that show it."""

    @property
    def evidence(self) -> Literal["mention", "address"]:
        return "mention" if self.rule in {"at", "sigil"} else "address"


@dataclass(kw_only=True)
class Signs:
    """What stands around a name. Of names that are called together, what is before the first and behind the last."""

    use: Use
    first: Use
    last: Use
    is_common_word: bool
    """Whether the texts of the post often write it small where nobody is called: 'Will, ...', 'Rose, ...'."""
    is_in_post: bool
    """Whether the post itself names it: whom it names is as likely to be meant as a commenter of that name."""
    name_words: set[str]
    spoken_of: set[str]
    """The forms by which the text has named somebody else before."""

    def __post_init__(self) -> None:
        self.lead, self.trail = self.first.lead, self.last.trail
        self.opening = self.first.opening
        self.before, self.behind = self.first.words_before, self.last.words_behind
        self.form, self.rank, self.is_written = self.use.form, self.use.rank, self.use.is_written_as_name

    @property
    def is_doubtful(self) -> bool:
        """Whether only what stands around it can tell that it is a name."""
        return self.is_common_word or self.form.text in vocabulary().doubtful

    @property
    def is_text_start(self) -> bool:
        return self.first.place == 0

    @property
    def is_line_start(self) -> bool:
        return self.is_text_start or "\n" in self.lead

    @cached_property
    def is_apart(self) -> bool:
        """In 'https://anna.example/' and 'tom@anna.example' the name is part of something else."""
        return self.is_text_start or not self.lead or bool(_APART.search(self.lead))

    @property
    def has_at(self) -> bool:
        at = _AT if self.is_text_start else _AT_APART
        return bool(at.search(self.lead) or _AT_APART.search(self.use.lead))

    @property
    def is_salutation(self) -> bool:
        """Whether nothing but greetings, titles and words of agreement stands before it."""
        return self.opening is not None and vocabulary().openings.issuperset(self.opening)

    @property
    def has_greeting(self) -> bool:
        return self.opening is not None and not vocabulary().greetings.isdisjoint(self.opening)

    @cached_property
    def has_comma_behind(self) -> bool:
        return bool(_COMMA_BEHIND.match(self.trail))

    @cached_property
    def has_end_behind(self) -> bool:
        return not self.trail or bool(_END_BEHIND.match(self.trail))

    @cached_property
    def stops(self) -> bool:
        return self.has_comma_behind or self.has_end_behind

    @property
    def is_closing(self) -> bool:
        words = vocabulary()
        return bool(self.before) and self.before[-1] in words.closings and self.before[-1] not in words.greetings

    @property
    def is_between_parts(self) -> bool:
        """'da gebe ich Anna recht'."""
        words = vocabulary()
        return not words.before_parts.isdisjoint(self.before[-3:]) and not words.after_parts.isdisjoint(self.behind)

    @property
    def has_other_name_behind(self) -> bool:
        """'Mark McDonald' is not Mark Diner, nor 'Tim Owens' Tim."""
        return (
            self.trail == " "
            and is_capitalised(self.last.word_behind)
            and self.behind[0] not in self.name_words
            # 'Petras Vorschlag'
            and self.after_length == 0
        )

    @property
    def has_other_name_before(self) -> bool:
        """'Brian Johnson' is not Johnson; but 'our reader “Johnson”' is."""
        return (
            self.lead == " "
            and not self.first.is_framed
            and is_capitalised(self.first.word_before)
            and (self.opening is None or len(self.opening) != 1)
            and self.before[-1] not in self.name_words
            and self.before[-1] not in vocabulary().titles
        )

    @property
    def before_length(self) -> int:
        return ends_with_any(self.before, vocabulary().befores)

    @property
    def after_length(self) -> int:
        return begins_with_any(self.behind, vocabulary().afters)


def _at(s: Signs) -> bool:
    return s.has_at


def _not_apart(s: Signs) -> bool:
    return not s.is_apart


def _own_signature(s: Signs) -> bool:
    """The writer's own first name under his text is no call of a namesake."""
    return s.use.is_own_name and not s.trail


def _sigil(s: Signs) -> bool:
    """'To Anna:', '--> Anna'."""
    sigils = vocabulary().sigils
    has_sigil = s.opening is not None and " ".join(s.opening) in sigils
    # 're: eric james' on a line of its own.
    is_headed = bool(s.before) and s.lead == ": " and s.before[-1] in sigils and _LINE_BEHIND.match(s.trail)
    has_arrow = bool(_ARROW.fullmatch(s.lead.rstrip().rpartition("\n")[2].strip()))
    return (has_sigil and ":" in s.trail) or bool(is_headed) or has_arrow


def _greeting(s: Signs) -> bool:
    """'Hi Anna', 'Thanks so much Anna'."""
    return (
        s.has_greeting
        and s.is_salutation
        and "\n" not in s.lead
        and (s.stops or (s.is_written and s.rank < 5))
        and not (s.has_other_name_behind and len(s.name_words) > 1)
        and (s.is_written or not s.form.is_phrase)
    )


def _phrase(s: Signs) -> bool:
    """'Guest, ...' is a call where a guest writes; 'Thanks, ...' is none."""
    is_called = s.is_text_start and s.has_comma_behind and s.rank == 1
    return s.form.is_phrase and not (is_called and s.form.text not in vocabulary().interjections)


def _spoken_of(s: Signs) -> bool:
    """'My brother Peter', 'a man called Peter', 'in Paris', 'since June': somebody or something else of that name."""
    is_others = is_other(s)
    if is_others:
        s.spoken_of.add(s.form.text)
    return is_others


def is_other(s: Signs) -> bool:
    """Whether the words before a name tell that it is somebody or something else of that name."""
    words = vocabulary()
    before = s.before[-len(s.opening) :] if s.opening else []
    if not before or s.lead != " " or s.first.is_framed or (s.opening is not None and len(s.opening) < len(before)):
        return False
    *_, possessive, noun = "", *before
    is_own = (noun in words.possessives and (len(noun) > 2 or noun == "my")) or (
        possessive in words.possessives and noun not in words.openings and noun not in words.opinions
    )
    # 'ma belle-sœur Cathy'
    is_own_by_two = len(before) >= 3 and before[-3] in words.possessives and s.use.text.lead(s.first.place - 1) == "-"
    is_place = noun in words.locatives and s.behind[:1] != ["s"]
    return is_own or is_own_by_two or is_place or noun in words.namings


def _opener(s: Signs) -> bool:
    """'Yes, Anna.'"""
    return s.is_written and s.is_salutation and bool(s.opening) and not s.is_closing and s.stops


def _before(s: Signs) -> bool:
    """'I agree with Anna'."""
    return (
        s.is_written
        and s.rank < 5
        and not s.use.is_own_name
        and not s.is_in_post
        and not s.has_other_name_behind
        and s.before_length > 0
    )


def _first_line(s: Signs) -> bool:
    """'Hey du Pain', 'You made my day Tom!': in a comment's first words any line or clause that ends with a name."""
    if s.rank == 5 or s.opening is None or s.use.place != len(s.opening) or s.has_other_name_before:
        return False
    length = len(s.opening)
    if 1 <= length <= 3 and _LINE_BEHIND.match(s.trail):
        return True
    is_governed = s.opening[-1:] != [] and s.opening[-1] in vocabulary().governing
    return 1 <= length <= 5 and s.is_written and s.stops and not is_governed


def _addressed(s: Signs) -> bool:
    """'William your argument is flawed'."""
    return (
        s.opening == []
        and s.rank <= 4
        and s.is_written
        and not s.is_doubtful
        and not s.use.is_own_name
        and s.trail == " "
        and begins_with_any(s.behind, vocabulary().addressing) > 0
    )


def _thanks(s: Signs) -> bool:
    """'Thanks for the link, Anna!'"""
    return (
        s.rank < 5
        and s.is_written
        and not s.has_other_name_before
        and bool(s.opening)
        and s.opening[0] in vocabulary().greetings
        and s.stops
        and not s.is_closing
    )


def _no_name(s: Signs) -> bool:
    """From here on nothing but the name itself tells that a name is meant."""
    return not s.is_written or s.use.is_own_name


def _start(s: Signs) -> bool:
    """'Anna, ...' at the beginning of a comment; where blanks set no words apart, one is as good as a comma."""
    unspaced = bool(_UNSPACED.search(s.form.text)) and s.trail[:1].isspace()
    is_called = s.is_text_start and (s.rank == 1 or not s.is_common_word)
    return is_called and (s.has_comma_behind or (s.has_end_behind and s.rank < 5) or unspaced)


def _small_start(s: Signs) -> bool:
    """'mary, no need to shout', where a whole text is written small."""
    return (
        s.is_text_start
        and not s.is_written
        and s.rank <= 3
        and not s.is_doubtful
        and not s.use.is_own_name
        and len(s.form.text) >= 3
        and bool(_CLAUSE_OR_DASH_BEHIND.match(s.trail))
        and s.use.text.body.islower()
    )


def _line_start(s: Signs) -> bool:
    return s.opening == [] and s.is_line_start and s.has_comma_behind and not s.is_common_word


def _sentence_start(s: Signs) -> bool:
    is_called = s.opening == [] and s.rank < 5 and not s.is_common_word
    return is_called and bool(_CLAUSE_OR_DASH_BEHIND.match(s.trail))


def _vocative(s: Signs) -> bool:
    """'You are right, Anna.'"""
    return (
        bool(_COMMA_BEFORE.search(s.lead))
        and s.rank < 5
        and not s.is_closing
        and (s.has_end_behind or (s.opening is not None and s.has_comma_behind))
        and "\n" not in s.lead
    )


def _spoken_to(s: Signs) -> bool:
    """'What do you think Emma?'; but 'Have you talked to Emma?' asks somebody else."""
    words = vocabulary()
    return (
        s.rank <= 4
        and s.has_end_behind
        and bool(s.opening)
        and not words.second_person.isdisjoint(s.opening)
        and s.opening[-1] not in words.governing
        and not s.is_closing
        and s.lead == " "
        and not s.has_other_name_before
        and not s.is_in_post
    )


def _somebody_else(s: Signs) -> bool:
    return s.has_other_name_behind or s.has_other_name_before or s.is_in_post or s.rank == 5


def _after(s: Signs) -> bool:
    """'as Anna said', 'Anna is right'."""
    return s.after_length > 0


def _between(s: Signs) -> bool:
    return s.is_between_parts


def _named(s: Signs) -> bool:
    """Only named, but by the whole name, or as the author; who else bears the name was ruled out above."""
    # 'Die Pendler sind die Dummen', 'el vecino Tomás'
    has_article = s.lead == " " and s.use.person_id != AUTHOR and not vocabulary().articles.isdisjoint(s.before[-2:])
    is_other = s.is_doubtful or s.form.text in s.spoken_of or has_article
    return len(s.form.text) >= 3 and not is_other and (s.rank <= 2 or (s.rank == 3 and s.use.person_id == AUTHOR))


RULES: tuple[tuple[str | None, Callable[[Signs], bool]], ...] = (
    ("at", _at),
    (None, _not_apart),
    (None, _own_signature),
    ("sigil", _sigil),
    (None, _spoken_of),
    ("greeting", _greeting),
    (None, _phrase),
    ("opener", _opener),
    ("before", _before),
    ("first_line", _first_line),
    ("thanks", _thanks),
    ("start", _small_start),
    (None, _no_name),
    ("start", _start),
    ("line_start", _line_start),
    ("addressed", _addressed),
    ("sentence_start", _sentence_start),
    ("vocative", _vocative),
    ("spoken_to", _spoken_to),
    (None, _somebody_else),
    ("after", _after),
    ("between", _between),
    ("named", _named),
)
"""In this order; the first that holds tells that somebody is called, or, without a word, that nobody is."""


def calls_of(uses: Sequence[Use], names: Names, post: Text | None) -> list[Call]:
    """Who is called where, from all uses of names in a post.

    Args:
        uses: those of each text together, in the order of the text.
    """
    common = _common_words(uses)
    post_words = set(post.words) if post else set()
    calls = []
    for _, in_text in groupby(uses, key=lambda use: use.text.text_id):
        spoken_of: set[str] = set()
        for chain in _chains(sorted(in_text, key=lambda use: (use.place, use.person_id))):
            for use in chain:
                signs = Signs(
                    use=use,
                    first=chain[0],
                    last=chain[-1],
                    is_common_word=use.form.text in common,
                    is_in_post=use.person_id != AUTHOR and use.form.text in post_words,
                    name_words=names.words_of(use.person_id),
                    spoken_of=spoken_of,
                )
                if rule := next((rule for rule, holds in RULES if holds(signs)), None):
                    calls.append(_call(signs, rule))
    return calls


def _common_words(uses: Sequence[Use]) -> set[str]:
    """Forms that this post's texts write small half as often as with a capital, and where nobody is called."""
    small: dict[str, int] = defaultdict(int)
    as_name: dict[str, int] = defaultdict(int)
    for use in uses:
        if use.is_written_as_name:
            as_name[use.form.text] += 1
        # Small where somebody is called ('tom, how?') tells nothing: some write everything so.
        elif use.opening != [] and not _CLAUSE_BEHIND.match(use.trail):
            small[use.form.text] += 1
    return {form for form, count in small.items() if 2 * count >= max(1, as_name[form])}


def _chains(uses: Sequence[Use]) -> Iterator[list[Use]]:
    """'Pearl & Mark, thanks', 'Hi Tom and Anna': names that stand together are called together, as are namesakes."""
    chain: list[Use] = []
    for use in uses:
        if chain and not _is_joined(chain[-1], use):
            yield chain
            chain = []
        chain.append(use)
    if chain:
        yield chain


def _is_joined(previous: Use, use: Use) -> bool:
    if use.place < previous.end:
        return True
    if use.place == previous.behind:
        return bool(_JOINED.fullmatch(use.lead)) or _is_listed(previous, use)
    return use.place == previous.behind + 1 and use.lead == " " and use.words_before[-1] in vocabulary().joints


def _is_listed(previous: Use, use: Use) -> bool:
    """'Anna, Ben - thanks': names between commas where a line or sentence begins, or behind '@'."""
    begins = previous.opening == [] or bool(_AT.search(previous.lead)) or previous.listed
    ends = bool(_COMMA_BEHIND.match(use.trail)) or bool(_END_BEHIND.match(use.trail)) or _is_followed_by_joint(use)
    use.listed = use.lead == ", " and begins and ends and use.is_written_as_name and use.rank < 5
    return use.listed


def _is_followed_by_joint(use: Use) -> bool:
    return use.trail == " " and not vocabulary().joints.isdisjoint(use.words_behind[:1])


def _call(signs: Signs, rule: str) -> Call:
    use, first = signs.use, signs.first
    start = use.cue_start
    if rule == "at":
        at = _AT.search(use.lead)
        start -= len(at[0]) if at else 0
    elif use.place > first.place:
        pass
    elif rule in {"greeting", "opener", "sigil"} and signs.opening:
        start = use.text.span(use.place - len(signs.opening))[0]
    elif rule == "before":
        start = use.text.span(use.place - signs.before_length)[0]
    end = use.text.span(signs.last.end + signs.after_length - 1)[1] if rule == "after" else use.cue_end
    return Call(
        text=use.text,
        place=use.place,
        person_id=use.person_id,
        rank=use.rank,
        rule=rule,
        cue_start=start,
        cue_end=end,
    )
