"""Where a comment names another by its number, or as the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .texts import Text
from .vocabulary import vocabulary
from .words import ends_with_any

_DIGIT = re.compile(r"\d")
_AT_NUMBER = re.compile(r"[@＠]\s?#?$")
_AT_INSIDE = re.compile(r"\s[@＠]#?$")
_BEHIND_WORD = re.compile(r"\s?#?|\. ?#?| ?\(#?")
_HASH = re.compile(r"#\s?$")
_SIGN = re.compile(r"[@＠]?\s?#?\s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinal:
    """A number or phrase that means a comment. Offsets count characters of the body."""

    text: Text
    target: Text
    cue_start: int
    cue_end: int


def ordinals(texts: Sequence[Text], name_ends: Mapping[str, set[int]]) -> Iterator[Ordinal]:
    """The numbers and the 'commenters above' in a post's comments.

    '#1' of a list in the article is no comment's number: on pages that print no numbers only '@1' is read, where a line
    begins, and a bare '#1' counts only where a sentence begins or behind a name.

    Args:
        texts: the post and its comments in order of time.
        name_ends: the places behind names, by text_id.
    """
    comments = [text for text in texts if text.kind == "comment"]
    is_printed = any(text.number is not None for text in comments)
    numbered = _numbered(texts)
    above = _comments_above(comments)
    by_id = {text.text_id: text for text in comments}
    for text in comments:
        if numbered and _DIGIT.search(text.body):
            for place, word in enumerate(text.words):
                target = numbered.get(word)
                if target and target.seq < text.seq:
                    start = _number_start(text, place, is_printed, name_ends.get(text.text_id, set()))
                    if start is not None:
                        yield Ordinal(text=text, target=target, cue_start=start, cue_end=text.spans[place][1])
        before = above.get(text.text_id)
        if before is None or (before.person_id == text.person_id):
            continue
        target = by_id.get(text.parent_id or "") or before
        if target.seq < text.seq:
            for start, end in _previous(text):
                yield Ordinal(text=text, target=target, cue_start=start, cue_end=end)


def _numbered(texts: Sequence[Text]) -> dict[str, Text]:
    """The comments by their numbers: those that the page prints, else, without threads, those that browsers count."""
    comments = [text for text in texts if text.kind == "comment"]
    is_printed = any(text.number is not None for text in texts)
    if not is_printed and any(text.parent_id is not None for text in texts):
        return {}
    found: dict[str, Text] = {}
    # A page that counts each of its comment pages from 1 prints a number twice: then the first is meant.
    for text in sorted(comments, key=lambda text: text.position or 0):
        number = text.number if is_printed else (text.position or 0) + 1
        if number is not None:
            found.setdefault(str(number), text)
    return found


def _number_start(text: Text, place: int, is_printed: bool, name_ends: set[int]) -> int | None:
    """Where a cue begins whose number stands at a place; None if it means no comment."""
    lead = text.lead(place)
    start = text.spans[place][0]
    sign = _SIGN.search(lead)
    sign_start = start - len(sign[0]) if sign else start
    # '@3', '@ #3' where a line begins; 'the drummer @ 89' is no call.
    if (place == 0 or "\n" in lead) and _AT_NUMBER.search(lead):
        return sign_start
    if not is_printed:
        return None
    if _AT_INSIDE.search(lead):
        return sign_start
    if (
        place
        and _BEHIND_WORD.fullmatch(lead)
        and ends_with_any(text.words[max(0, place - 3) : place], vocabulary().numbered)
    ):
        return text.spans[place - 1][0]
    hashed = _HASH.search(lead)
    if hashed and (place == 0 or place in name_ends or _ends_sentence(lead[: hashed.start()])):
        return sign_start
    return None


def _ends_sentence(lead: str) -> bool:
    """Whether a sentence or line ends here, but for blanks."""
    bare = lead.rstrip()
    return "\n" in lead[len(bare) :] or bare.endswith((".", "!", "?"))


def _comments_above(comments: Sequence[Text]) -> dict[str, Text]:
    """The comment right above each, as the page is read."""
    in_page_order = sorted(comments, key=lambda text: text.position or 0)
    return {below.text_id: above for above, below in pairwise(in_page_order)}


def _previous(text: Text) -> Iterator[tuple[int, int]]:
    """Offsets of words like 'the commenter above'."""
    previous = vocabulary().previous
    if previous.keys().isdisjoint(text.words):
        return
    for place, word in enumerate(text.words):
        for phrase in previous.get(word, ()):
            first = place - phrase.index(word)
            if first >= 0 and tuple(text.words[first : first + len(phrase)]) == phrase:
                yield text.spans[first][0], text.spans[first + len(phrase) - 1][1]
