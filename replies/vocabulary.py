"""The words that salutations, agreement and citing are read with: a line more in phrases.csv teaches a phrase more."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from .words import fold, folded_words

FOLDER = Path(__file__).parent

NAMELESS = ("greeting", "opener", "filler", "title", "joint", "sigil", "everybody")
"""Kinds whose words may be somebody's name too, but then only a greeting or '@' tells."""
NEVER_LEARNED = ("greeting", "opener", "filler", "title", "closing", "everybody", "sigil")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Phrases and single words by kind, all folded."""

    titles: frozenset[str]
    closings: frozenset[str]
    joints: frozenset[str]
    sigils: frozenset[str]
    befores: frozenset[str]
    afters: frozenset[str]
    before_parts: frozenset[str]
    after_parts: frozenset[str]
    numbered: frozenset[str]
    """What a comment's number follows: 'comment', 'Kommentar Nr'."""
    counted: frozenset[str]
    """What a number of anything follows: 'no', 'Nr'."""
    before_numbers: frozenset[str]
    """Words before '#3' in a sentence that mean a comment: 'in', 'see'."""
    addressing: frozenset[str]
    """What is said to whoever was named right before: 'your', 'thanks'."""
    authors: frozenset[str]
    honorifics: frozenset[str]
    """Titles behind a name: 'Bey', 'san'."""
    possessives: frozenset[str]
    """What makes a person behind the next word somebody's own: 'my (brother Peter)'."""
    opinions: frozenset[str]
    """What is somebody's own and no person: 'in my opinion (Peter is right)'."""
    articles: frozenset[str]
    """Behind which stands a word and no name: 'the', 'die'."""
    answers: frozenset[str]
    """What somebody is thanked for who answered: 'answer', 'Antwort'."""
    namings: frozenset[str]
    """What tells how somebody is called who is spoken of: 'named', 'namens'."""
    locatives: frozenset[str]
    """What a name of a place or time follows: 'in', 'since'."""
    rankings: frozenset[str]
    """What follows a number of rank: '#1 fan', 'No. 2 in the'."""
    doubtful: frozenset[str]
    """Words that are names, too, and begin sentences as words: 'Will', 'May', 'Mark'."""
    interjections: frozenset[str]
    """Whole phrases that a comma may follow where a text begins: 'Hi, ...', 'Yes, ...'."""
    second_person: frozenset[str]
    """Words that speak to somebody: 'you', 'dein'."""
    governing: frozenset[str]
    """Words that a name behind them belongs to: 'with', 'and', 'von'."""
    greetings: frozenset[str]
    """Words of greetings, as all that follow."""
    openings: frozenset[str]
    nameless: frozenset[str]
    """Whole phrases of the kinds NAMELESS."""
    declining: frozenset[str]
    """Greetings of languages in which the name that follows has an ending of its own: 'Cześć Marku' to Marek."""
    never_learned: frozenset[str]
    previous: dict[str, list[tuple[str, ...]]]
    """Phrases for the comment above, by their longest word."""


@cache
def vocabulary() -> Vocabulary:
    phrases: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in _rows("phrases.csv"):
        phrases[row["kind"]].add(tuple(folded_words(row["phrase"])))

    def whole(*kinds: str) -> frozenset[str]:
        return frozenset(" ".join(words) for kind in kinds for words in phrases[kind])

    def single(*kinds: str) -> frozenset[str]:
        return frozenset(word for kind in kinds for words in phrases[kind] for word in words)

    previous: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for words in sorted(phrases["previous"]):
        previous[max(words, key=len)].append(words)
    return Vocabulary(
        titles=whole("title"),
        closings=whole("closing"),
        joints=whole("joint"),
        sigils=whole("sigil"),
        befores=whole("before"),
        afters=whole("after"),
        before_parts=whole("before_part"),
        after_parts=whole("after_part"),
        second_person=whole("second_person"),
        governing=whole("governing") | whole("joint") | whole("title"),
        honorifics=whole("honorific"),
        possessives=whole("possessive"),
        namings=whole("naming"),
        opinions=whole("opinion"),
        articles=whole("article"),
        answers=whole("answer"),
        locatives=whole("locative"),
        rankings=whole("ranking"),
        doubtful=whole("doubtful"),
        interjections=whole("greeting", "opener", "filler", "sigil"),
        numbered=whole("numbered"),
        counted=whole("counted"),
        before_numbers=whole("before_number"),
        addressing=whole("addressing"),
        authors=whole("author"),
        greetings=single("greeting"),
        openings=single("greeting", "opener", "filler", "title"),
        declining=single("declining"),
        nameless=whole(*NAMELESS),
        never_learned=single(*NEVER_LEARNED),
        previous=dict(previous),
    )


@cache
def endings(kind: Literal["case", "diminutive"]) -> tuple[tuple[str, str], ...]:
    """(ending of a name as somebody is called, ending of the name itself), folded.

    By case 'Anno' is Anna and 'Markiem' Marek; as diminutives 'Juanito' is Juan and 'Лидочка' Лида.
    """
    rows = (row for row in _rows("endings.csv") if row["kind"] == kind)
    return tuple(dict.fromkeys((fold(row["called"]), fold(row["named"])) for row in rows))


@cache
def nicknames() -> dict[str, list[str]]:
    """Other names for a first name, both ways: 'Bob' for Robert, 'Robert' for Bob."""
    pairs = [(row["name"], row["nickname"]) for row in _rows("nicknames.csv")]
    found: dict[str, list[str]] = defaultdict(list)
    for name, nickname in pairs:
        found[name].append(nickname)
        found[nickname].append(name)
    return dict(found)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
