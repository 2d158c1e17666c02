"""Where a comment names another by its number, or as the one before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .texts import Text
from .vocabulary import vocabulary
from .words import begins_with_any, ends_with_any

_DIGIT = re.compile(r"\d")
_DIGITS = b"0123456789"
_AT_NUMBER = re.compile(r"[@＠]\s?#?$")
_AT_INSIDE = re.compile(r"\s[@＠]#?$")
_BEHIND_WORD = re.compile(r"\s?#?|\. ?#?| ?\(#?")
_HASH = re.compile(r"#\s?$")
_SIGN = re.compile(r"(?:[@＠]\s?)?#?\s?$")

Numbering = Mapping[str, Text]
"""The comments by their numbers, as they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinal:
    """A number or phrase that means a comment. Offsets count characters of the body."""

    text: Text
    target: Text
    cue_start: int
    cue_end: int


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in a comment that may be another's."""

    text: Text
    number: str
    start: int
    end: int
    doubt: Literal[0, 1, 2, 3]
    """0: '@3' and 'comment 3'; 1: '#3' where a sentence begins; 2: 'no. 3' and 'in #3', which count anything; 3:
    'Number 3', which does so more often."""


def ordinals(
    texts: Sequence[Text], name_ends: Mapping[str, set[int]], called: Mapping[str, Collection[str]]
) -> Iterator[Ordinal]:
    """The numbers and the 'commenters above' in a post's comments.

    Args:
        texts: the post and its comments in order of time.
        name_ends: the places behind names, by text_id.
        called: the persons that a text calls, by text_id.
    """
    comments = [text for text in texts if text.kind == "comment"]
    numbers = [number for text in comments for number in _numbers_in(text, name_ends.get(text.text_id, set()))]
    if numbers:
        numbering = _numbering(texts, numbers, called)
        for number in numbers:
            target = numbering.get(number.number)
            if target and target.seq < number.text.seq:
                yield Ordinal(text=number.text, target=target, cue_start=number.start, cue_end=number.end)
    yield from _previous_comments(comments)


def _numbering(texts: Sequence[Text], numbers: list[_Number], called: Mapping[str, Collection[str]]) -> Numbering:
    """The numbers that the page prints, else the way of counting under which most of `numbers` make sense.

    Browsers number a list without threads though its page holds no numbers, and readers count by themselves: from
    either end, pingbacks counted or not.
    """
    written = [text for text in texts if text.kind != "post"]
    in_page_order = sorted(written, key=lambda text: text.position or 0)
    printed: dict[str, Text] = {}
    for text in in_page_order:
        # A page that counts each of its comment pages from 1 prints a number twice: then the first is meant.
        if text.number is not None:
            printed.setdefault(str(text.number), text)
    post = texts[0] if texts[0].kind == "post" else None
    listed = set(post.words) if post else set()
    # '#1' of a list in the article is no comment's number.
    numbers[:] = [n for n in numbers if n.doubt < (2 if printed else 1) or n.number not in listed]
    if printed:
        return printed
    numbers[:] = [n for n in numbers if n.doubt < 3]
    if any(text.parent_id is not None for text in written):
        return {}
    talk = [text for text in in_page_order if text.kind == "comment"]
    ways = [
        {str(count): text for count, text in enumerate(counted, 1)}
        for counted in (talk, in_page_order, talk[::-1], in_page_order[::-1])
    ]

    def sense(numbering: Numbering) -> int:
        meant = [(number.text, target) for number in numbers if (target := numbering.get(number.number))]
        possible = [(text, target) for text, target in meant if target.seq < text.seq]
        fitting = sum(target.person_id in called.get(text.text_id, ()) for text, target in possible)
        return len(possible) + fitting

    best = max(ways, key=sense)
    # Most of them must be numbers of comments, or none is.
    return best if 2 * sense(best) > len(numbers) else {}


def _holds_digit(body: str) -> bool:
    # A pattern looks at each character, for ten times as long.
    return len(body.encode().translate(None, _DIGITS)) < len(body) if body.isascii() else bool(_DIGIT.search(body))


def _numbers_in(text: Text, name_ends: set[int]) -> Iterator[_Number]:
    if not _holds_digit(text.body):
        return
    has_number = False
    for place, word in enumerate(text.words):
        # No page has ten thousand comments that somebody counts.
        if word.isdecimal() and len(word) <= 4:
            found = _number_start(text, place, name_ends, has_number)
            if found:
                has_number = True
                start, doubt = found
                yield _Number(text, word, start, text.span(place)[1], doubt)


def _number_start(
    text: Text, place: int, name_ends: set[int], has_number: bool
) -> tuple[int, Literal[0, 1, 2, 3]] | None:
    """Where a cue begins whose number stands at a place, and its doubt; None if it means no comment.

    Args:
        has_number: whether the text has named another comment by its number: '#1 is wrong and #2 is right'.
    """
    lead = text.lead(place)
    start = text.span(place)[0]
    sign = _SIGN.search(lead)
    sign_start = start - len(sign[0]) if sign else start
    # '@3', '@ #3' where a line begins; 'the drummer @ 89' is no call.
    if (place == 0 or "\n" in lead) and _AT_NUMBER.search(lead):
        return sign_start, 0
    if _AT_INSIDE.search(lead):
        return sign_start, 1
    before = text.words[max(0, place - 3) : place]
    words = vocabulary()
    if place and _BEHIND_WORD.fullmatch(lead):
        if ends_with_any(before, words.numbered):
            return text.span(place - 1)[0], 0
        counted = ends_with_any(before, words.counted)
        # 'No 4 of my loaves' is no number, 'Number 4' is.
        if counted and (not lead.isspace() or len(before[-1]) > 3) and _is_reference(text, place - counted, place):
            return text.span(place - 1)[0], 3 if lead.isspace() else 2
    hashed = _HASH.search(lead)
    if hashed is None or begins_with_any(text.words[place + 1 : place + 4], words.rankings):
        return None
    if place == 0 or place in name_ends or _ends_sentence(lead[: hashed.start()]):
        return sign_start, 1
    is_joined = has_number and bool(before) and before[-1] in words.joints
    if lead[: hashed.start()] == " " and (is_joined or ends_with_any(before, words.before_numbers)):
        return sign_start, 2
    return None


def _is_reference(text: Text, start: int, place: int) -> bool:
    """Whether 'Nr. 3' means something said: not 'Kind Nr. 3', nor 'No. 3 in the league'.

    Args:
        start: place of the word 'Nr'.
        place: that of the number.
    """
    words = vocabulary()
    lead = text.lead(start)
    begins = (
        start == 0 or _ends_sentence(lead) or ends_with_any(text.words[max(0, start - 3) : start], words.before_numbers)
    )
    return bool(begins) and not begins_with_any(text.words[place + 1 : place + 4], words.rankings)


def _ends_sentence(lead: str) -> bool:
    """Whether a sentence or line ends here, but for blanks."""
    bare = lead.rstrip()
    return "\n" in lead[len(bare) :] or bare.endswith((".", "!", "?"))


def _previous_comments(comments: Sequence[Text]) -> Iterator[Ordinal]:
    """Words like 'the commenter above': the parent that the page states, else the comment right above."""
    by_id = {text.text_id: text for text in comments}
    longest_words = frozenset(vocabulary().previous)
    in_page_order = sorted(comments, key=lambda text: text.position or 0)
    for above, text in pairwise(in_page_order):
        if longest_words.isdisjoint(text.words) or above.person_id == text.person_id:
            continue
        target = by_id.get(text.parent_id or "", above)
        if target.seq < text.seq:
            for start, end in _previous(text):
                yield Ordinal(text=text, target=target, cue_start=start, cue_end=end)


def _previous(text: Text) -> Iterator[tuple[int, int]]:
    """Offsets of words like 'the commenter above'."""
    previous = vocabulary().previous
    for place, word in enumerate(text.words):
        for phrase in previous.get(word, ()):
            first = place - phrase.index(word)
            if first >= 0 and tuple(text.words[first : first + len(phrase)]) == phrase:
                yield text.span(first)[0], text.span(first + len(phrase) - 1)[1]
