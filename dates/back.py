"""Dates counted back from the moment of reading: '2 days ago', 'il y a un an', 'gestern', '3小时前'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .words import AGO, DAYS, NOW, ONE_WORDS, PAST_WORDS, UNIT_WORDS, UNITS, phrases

UNITS_IN = ((0, 1), (0, 60), (0, 3600), (0, 86_400), (0, 7 * 86_400), (1, 0), (12, 0))
"""Months and seconds in each unit, in the order of words.UNITS."""
DAY = 3
"""Place of the day in that order."""

OLDEST = 50
"""Years. Nothing on the web was written longer ago, whatever a text counts."""

TOKEN = re.compile(r"\d+|[^\W\d_]+")
SHORT = re.compile(r"(\d{1,3}) ?(s|min|h|d|w|mo|y|yr)")
"""How some sites print an age, with nothing around it: '2d', '3mo'."""


@dataclass(frozen=True, slots=True)
class Back:
    """A time counted back from the moment of reading."""

    months: int = 0
    seconds: int = 0
    whole_days: bool = False
    """Only days and longer units are counted, so a time of day beside them is that day's."""


def read_back(folded: str, lang: str) -> Back | None:
    """What a folded text counts back; None if it does not, or not in numbers ('a few days ago').

    >>> read_back("vor 2 tagen und 3 stunden", "de")
    Back(months=0, seconds=183600, whole_days=False)
    >>> read_back("yesterday at 5pm", "en")
    Back(months=0, seconds=86400, whole_days=True)
    """
    if said := _said(folded, lang):
        return said
    if _found(folded, _now()):
        return Back()
    for days, names in enumerate(_day_names(lang)):
        if _found(folded, names):
            return Back(seconds=days * 86_400, whole_days=True)
    if short := SHORT.fullmatch(folded):
        return _total([(int(short[1]), UNIT_WORDS.place(short[2], "en") or 0)])
    ago = _found(folded, _ago(lang))
    return _total(_counted(folded, ago, lang)) if ago else None


NUMBER = re.compile(r"\d+")
BESIDE = re.compile(r"[\s.,;:()·|–-]+")
"""What may stand in and around what is said without a change to it."""


def _said(folded: str, lang: str) -> Back | None:
    """What a text counts back that is nothing else, in the words that the CLDR has for it."""
    numbers = NUMBER.findall(folded)
    if len(numbers) > 1:
        return None
    found = _sayings(lang).get(BESIDE.sub("", NUMBER.sub("#", folded)))
    if found is None:
        return None
    unit, number = found
    return _total([(int(numbers[0]) if numbers else number, unit)])


@cache
def _sayings(lang: str) -> dict[str, tuple[int, int]]:
    """What is said of a time gone by, without blanks and '#' for the number -> place of the unit, number if not shown.

    In the page's language, and in any other where that means the same in all.
    """
    return {
        BESIDE.sub("", phrase.partition("=")[2] or phrase).replace("_", ""): (
            place,
            int(phrase.partition("=")[0]) if "=" in phrase else 1,
        )
        for phrase in PAST_WORDS.folded(lang)
        if (place := PAST_WORDS.place(phrase, lang)) is not None
    }


def _counted(folded: str, ago: str, lang: str) -> list[tuple[int, int]]:
    """Each number and the place of its unit; empty if a unit's number is not told."""
    tokens = TOKEN.findall(folded)
    counted = []
    for before, token in zip([ago, *tokens], tokens, strict=False):
        unit = _unit(token, ago, lang)
        has_number = before.isdecimal() or before in ONE_WORDS
        # Without a number short words are no units: the 'y' of 'il y a', the 'an' of 'about an hour'.
        if unit is None or (len(token) <= 2 and not has_number):
            continue
        if before.isdecimal():
            counted.append((int(before), unit))
        elif before in ONE_WORDS or ago.endswith(before):  # 'vor einer Stunde', 'час назад'
            counted.append((1, unit))
        elif unit == 0:  # 'a few seconds ago'
            counted.append((0, unit))
        else:
            return []
    return counted


def _unit(token: str, ago: str, lang: str) -> int | None:
    """The unit a word names in the page's language, in English, or in any if the page's is not one of ours."""
    # Chinese and Japanese write the unit and 'ago' as one word.
    for word in (token, token.removesuffix(ago)):
        for language in (lang, "en"):
            place = UNIT_WORDS.own_place(word, language)
            if place is not None:
                return place
    return None if lang in UNITS else UNIT_WORDS.place(token.removesuffix(ago), "")


def _total(counted: list[tuple[int, int]]) -> Back | None:
    if not counted:
        return None
    months = sum(number * UNITS_IN[unit][0] for number, unit in counted)
    seconds = sum(number * UNITS_IN[unit][1] for number, unit in counted)
    if months > OLDEST * 12 or seconds > OLDEST * 366 * 86_400:
        return None
    return Back(months, seconds, whole_days=all(unit >= DAY for _, unit in counted))


def _found(folded: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.search(folded)
    return found and found[0]


@cache
def _now() -> re.Pattern[str]:
    return _any_of(phrases(NOW))


@cache
def _ago(lang: str) -> re.Pattern[str]:
    """What makes a count a time gone by: in the page's language and in English, in all if that is not one of ours."""
    lists = [AGO[lang], AGO["en"]] if lang in AGO else [*AGO.values()]
    return _any_of([phrase for text in lists for phrase in phrases(text)])


@cache
def _day_names(lang: str) -> tuple[re.Pattern[str], ...]:
    """Names of today, yesterday and the day before, in the languages as for _ago()."""
    names: list[list[str]] = [[], [], []]
    for own in [lang, "en"] if lang in DAYS else DAYS:
        for back, group in enumerate(DAYS[own].split(";")):
            names[back] += [name.removesuffix("!") for name in phrases(group) if own == lang or not name.endswith("!")]
    return tuple(_any_of(group) for group in names)


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Finds the longest of some folded words. Chinese, Japanese and Korean do not space their words."""
    spaced = (
        rf"(?<![^\W\d_]){re.escape(word)}(?![^\W_])" if word[0] < "\u3000" else re.escape(word)
        for word in sorted(set(words), key=len, reverse=True)
    )
    return re.compile("|".join(spaced))
