"""A date as text: what it states of day, time and offset, before anything is decided about it.

The text is first rewritten with signs instead of words (month names become 'M01' to 'M12', half-days 'AM' and 'PM',
words for the hour 'h'), whatever the language; then one short table of patterns reads all languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from .back import Back, read_back
from .words import (
    AFTERNOON_WORDS,
    FILLER_WORDS,
    FORENOON_WORDS,
    HOUR_WORDS,
    MONTH_WORDS,
    UPDATED,
    ZONES,
    base_language,
    fold,
    phrases,
)

LONGEST = 200
"""Characters; what has more around its date is a text, not a date."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day as written; what is None was not stated."""

    year: int | None
    """Two digits as they were written, if there were but two."""
    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day on a clock of 24 hours."""

    hour: int
    minute: int
    second: int | None = None
    half_stated: bool = True
    """False where hours up to 12 might be meant in the afternoon as well: no 'am', 'pm' or leading zero tells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text states. Several `days` where the order of its numbers is open, none where it counts back."""

    days: tuple[Day, ...] = ()
    numeric: bool = False
    """The days are all numbers, day and month told apart by order."""
    time: Time | None = None
    offset: int | None = None
    """Minutes east of Greenwich."""
    back: Back | None = None


# -- signs instead of words -------------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W\d_]+")
MERIDIEM = re.compile(r"(?<![^\W\d_])(?:(?P<am>a\.? ?m|π\.? ?μ|p\.? ?d)|p\.? ?m|μ\.? ?μ|m\.? ?d)\.?(?![^\W\d_])")
"""Latin, Greek and Albanian."""
CJK_MERIDIEM = re.compile(r"(上午|凌晨|早上|清晨|午前|오전)|(下午|晚上|傍晚|中午|午後|오후)")
CJK_MONTHS = {name: number for number, name in enumerate("一 二 三 四 五 六 七 八 九 十 十一 十二".split(), 1)}


def _clock(parts: re.Match[str]) -> str:
    """'3時4分5秒' as '3:04:05', without seconds where there are none."""
    hour, minute, second = parts.groups()
    return f" {hour}:{int(minute or 0):02d}" + (f":{int(second):02d} " if second else " ")


CJK_PARTS = (
    (re.compile(fold(r"(\d) ?[年년]")), r"\1 "),
    (re.compile(fold(r"(?<!\d)(\d{1,2}) ?[月월]")), lambda m: f" M{int(m[1]):02d} "),
    (re.compile(r"(十[一二]|[一二三四五六七八九十])月"), lambda m: f" M{CJK_MONTHS[m[1]]:02d} "),
    (re.compile(fold(r"(\d) ?[日号號일]")), r"\1 "),
    (re.compile(fold(r"(\d{1,2}) ?[時时点點시](?: ?(\d{1,2}) ?[分분])?(?: ?(\d{1,2}) ?[秒초])?")), _clock),
)
VIETNAMESE_MONTH = re.compile(r"\bth(?:an)?g\.? (\d{1,2})\b")


def marked(folded: str, lang: str) -> str:
    """A folded text with signs in place of its date words.

    >>> marked("9 de enero de 2012 a las 3:04 p. m.", "es")
    '9 M01 2012 a las 3:04 PM'
    """

    if not folded.isascii():
        folded = CJK_MERIDIEM.sub(lambda m: " AM " if m[1] else " PM ", folded)
        for part, instead in CJK_PARTS:
            folded = part.sub(instead, folded)
    folded = VIETNAMESE_MONTH.sub(lambda m: f"M{int(m[1]):02d}", folded)
    folded = MERIDIEM.sub(lambda m: _half_day(m, lang), folded)
    return " ".join(WORD.sub(lambda m: _sign(m[0], lang) or _ending(m, folded), folded).split())


@lru_cache(maxsize=4096)
def _sign(word: str, lang: str) -> str:
    """What stands for a word wherever it is; '' if its place decides."""
    if word.isupper():  # a sign already
        return word
    month = MONTH_WORDS.place(word, lang)
    if month is not None:
        return f" M{month + 1:02d} "
    if word in HOUR_WORDS:
        return "h"
    if word in FORENOON_WORDS or word in AFTERNOON_WORDS:
        return " AM " if word in FORENOON_WORDS else " PM "
    if word in ZONES:
        return f" {word}"
    return " " if word in FILLER_WORDS else ""


def _ending(match: re.Match[str], folded: str) -> str:
    """A blank for the endings of numbers (9th, 1er, 9-én, 2012ko) and for the T of ISO 8601; else the word."""
    before = folded[max(match.start() - 2, 0) : match.start()]
    is_ending = before[-1:].isdecimal() or (before[-1:] in {"-", ":"} and before[:1].isdecimal() and len(match[0]) <= 3)
    return " " if is_ending else match[0]


def _half_day(match: re.Match[str], lang: str) -> str:
    if match["am"] is None:
        return " PM "
    # German 'am' in front of a day is no forenoon: '12:04 am 9. Januar'.
    is_on = lang == "de" and re.match(r" ?\d", match.string[match.end() :])
    return match[0] if is_on else " AM "


# -- patterns ---------------------------------------------------------------------------------------------------------

GAP = r"[ .,،/'’׳·|-]{0,5}"
APART = r"[ .,،/'’׳·|-]{1,5}"
MONTH = r"M(?P<m>\d\d)"
DAY_FIRST = r"(?<![\d:.h])(?P<d>\d{1,2})"
NO_TIME = r"(?! ?[:h]| [AP]M(?! ?\d)|\d|[.]\d)"
"""Behind a number that is no hour and no part of a longer one."""
YEAR = r"(?<![\d:.])(?P<y>\d{4})(?!\d)"
SHORT_YEAR = rf"['’]?(?P<y>\d\d){NO_TIME}"

WITH_YEAR = tuple(
    map(
        re.compile,
        (
            r"(?<![\d:.])(?P<y>\d{4}) ?(?P<sep>[-/.]) ?(?P<m>\d{1,2}) ?(?P=sep) ?(?P<d>\d{1,2})(?!\d)",
            rf"{DAY_FIRST}{GAP}{MONTH}{GAP}{YEAR}",
            rf"{MONTH}{GAP}(?P<d>\d{{1,2}}){APART}{YEAR}",
            rf"{YEAR}{GAP}{MONTH}{GAP}(?P<d>\d{{1,2}}){NO_TIME}",
            rf"{YEAR}{GAP}(?P<d>\d{{1,2}}){GAP}{MONTH}",
            r"(?<![\d:./-])(?P<a>\d{1,2}) ?(?P<sep>[-/.]) ?(?P<b>\d{1,2}) ?(?:(?P=sep)|,) ?(?P<y>\d{4})(?!\d)",
            r"(?<![\d:./-])(?P<a>\d{1,2}) ?(?P<sep>[-/.]) ?(?P<b>\d{1,2}) ?(?P=sep) ?(?P<y>\d\d?)(?![-/])" + NO_TIME,
            rf"{DAY_FIRST}{GAP}{MONTH}{GAP}{SHORT_YEAR}",
            rf"{MONTH}{GAP}(?P<d>\d{{1,2}}){APART}{SHORT_YEAR}",
        ),
    )
)
FULL_YEAR = WITH_YEAR[:6]
"""Those with a year of four digits, which no time of day looks like ('15.04.00')."""
WITHOUT_YEAR = tuple(
    map(
        re.compile,
        (
            rf"{DAY_FIRST}{GAP}{MONTH}",
            rf"{MONTH}{GAP}(?P<d>\d{{1,2}}){NO_TIME}",
            r"(?<![\d:./-])(?P<a>\d{1,2})(?P<sep>[.]) ?(?P<b>\d{1,2})[.](?!\d)",
        ),
    )
)
WITHOUT_DAY = tuple(
    map(
        re.compile,
        (
            rf"{MONTH}{GAP}{YEAR}",
            rf"{YEAR}{GAP}{MONTH}",
            r"(?<![\d:./-])(?P<y>\d{4})-(?P<m>\d{1,2})(?![\d:./-])",
        ),
    )
)
FOUR_DIGITS = re.compile(r"\d{4}")
LONE_YEAR = re.compile(r"(?<![\d:.])(?:19[89]\d|20\d\d)(?![\d:.])")

TIME = re.compile(
    r"(?:(?P<before>[AP]M) ?)?(?<![\d.,:])(?P<hour>\d{1,2}) ?[:h] ?(?P<minute>\d\d)"
    r"(?: ?[:m'] ?(?P<second>\d\d))?(?:[.,]\d+)?(?: ?(?P<after>[AP]M))?(?![\d:])"
)
HOUR = re.compile(
    r"(?:(?P<before>[AP]M) ?)?(?<![\d.,:])(?P<hour>\d{1,2}) ?(?:h|(?P<after>[AP]M))(?![^\W_])"
    r"(?P<minute>)(?P<second>)"
)
DOTTED = re.compile(
    r"(?P<before>(?!))?(?<![\d.,:])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?"
    r"(?: ?(?P<after>[AP]M))?(?![\d.])"
)
OFFSET = re.compile(
    r" ?\(?(?:(?:gmt|utc) ?(?P<short>[+-]\d{1,2}(?::?\d\d)?)|(?P<plain>[+-]\d\d:?\d\d)(?!\d)|(?P<name>[a-z]+)\b)"
)


@cache
def _updated() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(p)}\b" if p.isascii() else re.escape(p) for p in phrases(UPDATED)))


def read_text(text: str, lang: str | None) -> Reading | None:
    """What a text states of a moment; None if it states none, or two of them."""
    if len(text) > LONGEST:
        return None
    language = base_language(lang)
    folded = " ".join(fold(text).replace("−", "-").replace("–", "-").split())
    if len(FOUR_DIGITS.findall(folded)) > 1:
        published = _updated().split(folded, maxsplit=1)[0]
        folded = published if FOUR_DIGITS.search(published) else folded
    signs = marked(folded, language)
    reading = _absolute(signs, WITH_YEAR, language)
    if reading is None and (back := read_back(folded, language)):
        time, offset, _ = _time(signs) if back.whole_days else (None, None, signs)
        return Reading(back=back, time=time, offset=offset)
    return reading or _absolute(signs, WITHOUT_YEAR, language) or _absolute(signs, WITHOUT_DAY, language)


def _absolute(signs: str, patterns: tuple[re.Pattern[str], ...], lang: str) -> Reading | None:
    for pattern in patterns:
        found = pattern.search(signs)
        if found is None:
            continue
        rest = f"{signs[: found.start()]} ; {signs[found.end() :]}"
        if FOUR_DIGITS.search(rest) and any(other.search(rest) for other in FULL_YEAR):
            return None
        days, numeric = _days(found, lang)
        if not days:
            continue
        time, offset, rest = _time(rest)
        years = LONE_YEAR.findall(rest)
        if patterns is WITHOUT_YEAR and len(years) == 1:
            days = tuple(Day(int(years[0]), day.month, day.day) for day in days)
        return Reading(days=days, numeric=numeric, time=time, offset=offset)
    return None


YEAR_FIRST = frozenset({"eu", "hu", "ja", "ko", "lt", "sv", "zh"})
"""Languages that write 12-01-09 for January 9, 2012."""


def _days(found: re.Match[str], lang: str) -> tuple[tuple[Day, ...], bool]:
    part = found.groupdict()
    year = int(part["y"]) if part.get("y") else None
    if "a" not in part:
        return (Day(year, int(part["m"]), int(part["d"]) if part.get("d") else None),), False
    a, b = int(part["a"]), int(part["b"])
    if year is not None and year < 100 and (lang in YEAR_FIRST or a > 31):
        return (Day(a, b, year),), True
    if year is not None and len(part["y"]) == 1:
        return (), True
    day_first, month_first = Day(year, b, a), Day(year, a, b)
    # Nobody who separates by dots puts the month first, unless no other reading is left.
    if part["sep"] == "." and b <= 12:
        return (day_first,), True
    return (day_first, month_first) if a != b else (day_first,), True


def _time(rest: str) -> tuple[Time | None, int | None, str]:
    """Time of day and offset of what is left beside the day, and what is left beside these."""
    for pattern in (TIME, HOUR, DOTTED):
        if found := pattern.search(rest):
            break
    else:
        return None, None, rest
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    second = int(found["second"]) if found["second"] else None
    half = found["before"] or found["after"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "PM" else 0)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None, None, rest
    offset = _offset(rest[found.end() :])
    half_stated = bool(half) or hour > 12 or found["hour"].startswith("0")
    return Time(hour, minute, second, half_stated), offset, f"{rest[: found.start()]} ; {rest[found.end() :]}"


def _offset(behind: str) -> int | None:
    found = OFFSET.match(behind)
    if found is None:
        return None
    if found["name"]:
        return ZONES.get(found["name"])
    return offset_minutes(found["short"] or found["plain"])


def offset_minutes(text: str) -> int | None:
    """Minutes east of Greenwich of '+02:00', '-0530' or '+2'; None if no place on earth has such a clock.

    >>> offset_minutes("-0530"), offset_minutes("+2"), offset_minutes("+99:00")
    (-330, 120, None)
    """
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return None
    return (-1 if text[0] == "-" else 1) * (60 * hours + minutes)
