"""A date as text: what it states of day, time and offset, before anything is decided about it.

The text is first rewritten with signs instead of words (month names become 'M01' to 'M12', half-days 'AM' and 'PM',
words for the hour 'h'), whatever the language; then one short table of patterns reads all languages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from . import cldr
from .back import Back, read_back
from .words import (
    BASQUE_YEAR,
    FILLER_WORDS,
    HALF_WORDS,
    HOUR_WORDS,
    JALALI_WORDS,
    MONTH_WORDS,
    NIGHT_WORDS,
    NOON_WORDS,
    UNSPACED,
    UNSPACED_HALVES,
    UPDATED,
    WEEKDAY_WORDS,
    WORD,
    ZONES,
    any_word,
    base_language,
    fold,
    phrases,
)

LONGEST = 200
"""Characters; what has more around its date is a text, not a date."""


Calendar = Literal["gregorian", "buddhist", "jalali"]
"""What a year counts from. Buddhist years (Thailand) lie 543 later; the Persian year begins in March."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day as written; what is None was not stated."""

    year: int | None
    """Two digits as they were written, if there were but two."""
    month: int
    day: int | None
    calendar: Calendar = "gregorian"


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
    dotted: bool = False
    """The numbers are parted by dots. Outside of English pages nobody who writes so puts the month first."""
    weekday: int | None = None
    """0 for Monday; None if none is stated beside the day."""
    time: Time | None = None
    offset: int | None = None
    """Minutes east of Greenwich."""
    back: Back | None = None


# -- signs instead of words -------------------------------------------------------------------------------------------

MERIDIEM = re.compile(
    r"(?<![^\W\d_])(?:(?P<am>a\.? ?m|π\.? ?μ|p\.? ?d)|p\.? ?m|μ\.? ?μ|m\.? ?d)\.?(?![^\W\d_])"
    r"|(?<=[:.]\d\d)(?:(?P<a>a)|p)(?![^\W_])"
)
"""Latin, Greek and Albanian; '3:04p' too."""
CJK_MERIDIEM = re.compile(
    "|".join(f"(?P<{sign}>{fold(words).replace(' ', '|')})" for sign, words in UNSPACED_HALVES.items())
)
CJK_DIGITS = {sign: str(number) for number, sign in enumerate("〇一二三四五六七八九")} | {"零": "0"}
CJK_DATE = re.compile(
    r"([〇零一二三四五六七八九]{4})年((?:十[一二]?|[一二三四五六七八九]))月(三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])日?"
)
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}
"""Japan's and Taiwan's eras and the year before their first."""
ERA = re.compile(rf"({'|'.join(ERAS)}) ?(\d{{1,3}}|元) ?(?=年)")


REPUBLICAN = ("zh-tw", "zh-hant")
"""Where years of two and three digits are counted as Taiwan does."""
REPUBLICAN_YEAR = re.compile(r"(?<!\d)(\d{2,3})(?= ?年 ?\d)(?<!民國)(?<!民国)")


CJK_WEEKDAY = (
    r"\((?:星期|周|週)?[一二三四五六日天月火水木金土월화수목금토일](?:曜日?|요일)?\)"
    r"|(?:星期|周|週)[一二三四五六日天](?!前)|[月火水木金土日]曜日?|[월화수목금토일]요일"
)


def _clock(parts: re.Match[str]) -> str:
    """'3時4分5秒' as '3:04:05', without seconds where there are none."""
    hour, minute, second = parts.groups()
    return f" {hour}:{int(minute or 0):02d}" + (f":{int(second):02d} " if second else " ")


def _cjk_number(text: str) -> int:
    """A number up to 99 in Chinese signs.

    >>> _cjk_number("三"), _cjk_number("十二"), _cjk_number("二十"), _cjk_number("三十一")
    (3, 12, 20, 31)
    """
    tens, ten, ones = text.replace("元", "一").rpartition("十")
    return (10 * int(CJK_DIGITS.get(tens, "1")) if ten else 0) + int(CJK_DIGITS.get(ones, "0"))


def _cjk_day(parts: re.Match[str]) -> str:
    """'二〇一二年一月三日' as '2012 M01 3'."""
    year = "".join(CJK_DIGITS[sign] for sign in parts[1])
    return f"{year} M{_cjk_number(parts[2]):02d} {_cjk_number(parts[3])} "


CJK_PARTS = (
    (re.compile(CJK_WEEKDAY), " "),
    (ERA, lambda m: str(ERAS[m[1]] + (1 if m[2] == "元" else int(m[2])))),
    (re.compile(fold(r"(\d) ?[年년]")), r"\1 "),
    (CJK_DATE, _cjk_day),
    (re.compile(fold(r"(?<!\d)(\d{1,2}) ?[月월]")), lambda m: f" M{int(m[1]):02d} "),
    (re.compile(r"(十[一二]?|[元一二三四五六七八九])月"), lambda m: f" M{_cjk_number(m[1]):02d} "),
    (re.compile(fold(r"(\d) ?[日号號일]")), r"\1 "),
    (re.compile(fold(r"(\d{1,2}) ?[時时点點시](?: ?(\d{1,2}) ?[分분])?(?: ?(\d{1,2}) ?[秒초])?")), _clock),
)
NUMBERED_MONTH = re.compile(r"\b(?:th(?:an)?g\.? |th\.? ?)(\d{1,2})\b|\b(\d{1,2})-?р сар(?:ын)?\b")
"""Vietnamese and Mongolian."""
DOTTED_MONTH = re.compile(r"([MJ]\d\d) ?\.")
"""'3.Jan.2012', 'Jan. 3'."""
DEGREE = re.compile(r"(?<=\d)°")
"""How '1º' is often typed."""
GLUED = re.compile(r"((?<!\d)(?:19|20)\d\d|(?<!\d)\d{4}-\d\d-\d\d)(?=\d{1,2}[:h]\d\d)")
"""A day whose time of day follows without a blank."""


def marked(folded: str, lang: str) -> str:
    """A folded text with signs in place of its date words.

    >>> marked("9 de enero de 2012 a las 3:04 p. m.", "es")
    '9 M01 2012 a las 3:04 PM'
    """
    if not folded.isascii():
        folded = DEGREE.sub(" ", folded)
        folded = CJK_MERIDIEM.sub(lambda m: f" {m.lastgroup} ", folded)
        for part, instead in CJK_PARTS:
            folded = part.sub(instead, folded)
        folded = NUMBERED_MONTH.sub(lambda m: f"M{int(m[1] or m[2]):02d}", folded)
    else:
        folded = NUMBERED_MONTH.sub(lambda m: f"M{int(m[1] or m[2]):02d}", folded)
    names, signs = _names(lang)
    folded = names.sub(lambda m: signs[_bare(m[0])], folded)
    folded = MERIDIEM.sub(lambda m: _half_day(m, lang), GLUED.sub(r"\1 ", folded))
    signs_of_words = WORD.sub(lambda m: _sign(m[0], lang) or _ending(m, folded), folded)
    return " ".join(DOTTED_MONTH.sub(r"\1 ", signs_of_words).split())


@cache
def _names(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of the names that are no single words ('tháng một', 'ม.ค.'), and the sign of each without its gaps."""
    words = {*MONTH_WORDS.folded(lang), *WEEKDAY_WORDS.folded(lang), *HALF_WORDS.folded(lang), *FILLER_WORDS}
    names = {word: _sign(word, lang) for word in words if not WORD.fullmatch(word) and not UNSPACED.search(word)}
    # 'a.m.' is MERIDIEM's: without dots it is a preposition in German.
    named = {word: sign for word, sign in names.items() if sign and _bare(word) not in {"am", "pm"}}
    pattern = rf"(?<![^\W\d_]){any_word(sorted(named))}\.?(?![^\W\d_])"
    return re.compile(pattern), {_bare(word): sign for word, sign in named.items()}


def _bare(name: str) -> str:
    return re.sub(r"[\s_.]", "", name).replace("׳", "'").replace("’", "'")


@lru_cache(maxsize=4096)
def _sign(word: str, lang: str) -> str:
    """What stands for a word wherever it is; '' if its place decides."""
    if word[0].isupper():  # a sign already
        return word
    month = MONTH_WORDS.place(word, lang)
    if month is not None:
        return f" M{month + 1:02d} "
    month = JALALI_WORDS.place(word, lang)
    if month is not None:
        return f" J{month + 1:02d} "
    half = HALF_WORDS.own_place(word, lang)
    if half is None and (len(word) >= 5 or not word.isascii()):
        half = HALF_WORDS.place(word, lang)
    if half is not None and word not in {"am", "pm"}:
        return " NM " if word in NOON_WORDS else " OM " if word in NIGHT_WORDS else f" {'AP'[half]}M "
    if word in HOUR_WORDS:
        return "h"
    if word in ZONES:
        return f" {word}"
    if word in FILLER_WORDS:
        return " "
    if len(word) < 3 and word.isascii():
        return ""  # 'Th', 'mo', 'di'
    weekday = WEEKDAY_WORDS.own_place(word, lang)
    if weekday is None:
        weekday = WEEKDAY_WORDS.own_place(word, "en") if len(word) < 4 else WEEKDAY_WORDS.place(word, lang)
    return "" if weekday is None else f" W{'abcdefg'[weekday]} "


def _ending(match: re.Match[str], folded: str) -> str:
    """A blank for the endings of numbers (9th, 1er, 9-én, 2012ko) and for the T of ISO 8601; else the word."""
    before = folded[max(match.start() - 2, 0) : match.start()]
    is_ending = before[-1:].isdecimal() or (before[-1:] in {"-", ":"} and before[:1].isdecimal() and len(match[0]) <= 3)
    return " " if is_ending else match[0]


def _half_day(match: re.Match[str], lang: str) -> str:
    if match["am"] is None and match["a"] is None:
        return " PM "
    # German 'am' in front of a day, and Welsh in front of a time, is no forenoon: '12:04 am 9. Januar'.
    is_on = lang in {"de", "cy"} and re.match(r" ?\d", match.string[match.end() :])
    return match[0] if is_on else " AM "


# -- patterns ---------------------------------------------------------------------------------------------------------

GAP = r"[ .,،/'’׳·|-]{0,5}"
APART = r"[ .,،/'’׳·|-]{1,5}"
MONTH = r"(?P<kind>[MJ])(?P<m>\d\d)"
DAY_FIRST = r"(?<![\d:.h])(?P<d>\d{1,2})"
NO_TIME = r"(?! ?[:h]| [APNO]M(?! ?\d)|\d|[.]\d)"
"""Behind a number that is no hour and no part of a longer one."""
YEAR = r"(?<![\d:.])(?P<y>\d{4})(?!\d)"
SHORT_YEAR = rf"['’]?(?P<y>\d\d){NO_TIME}"

WITH_YEAR = tuple(
    map(
        re.compile,
        (
            r"(?<![\d:.])(?P<y>\d{4}) ?(?P<sep>[-/.]) ?(?P<m>\d{1,2}) ?(?P=sep) ?(?P<d>\d{1,2})(?!\d)"
            r"(?:\.(?=\d\d?:\d\d))?",
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
FIRST_DIGIT = re.compile(r"\d")
FOUR_DIGITS = re.compile(r"\d{4}")
LONE_YEAR = re.compile(r"(?<![\d:.])(?:19[89]\d|20\d\d)(?![\d:.])")

TIME = re.compile(
    r"(?:(?P<before>[APNO]M)[ .]{0,3})?(?<![\d.,:])(?P<hour>\d{1,2}) ?(?::|h\.?) ?(?P<minute>\d\d)"
    r"(?: ?[:m'] ?(?P<second>\d\d))?(?:[.,]\d+)?(?: ?(?P<after>[APNO]M))?(?![\d:])"
)
HOUR = re.compile(
    r"(?:(?P<before>[APNO]M)[ .]{0,3})?(?<![\d.,:])(?P<hour>\d{1,2}) ?(?=h|[APNO]M)h? ?(?P<after>[APNO]M)?(?![^\W_])"
    r"(?P<minute>)(?P<second>)"
)
DOTTED = re.compile(
    r"(?P<before>(?!))?(?<![\d.,:])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?:\.(?P<second>\d\d))?"
    r"(?: ?(?P<after>[APNO]M))?(?![\d.])"
)
OFFSET = re.compile(
    r" ?\(?(?:(?:gmt|utc) ?(?P<short>[+-]\d{1,2}(?::?\d\d)?)|(?P<plain>[+-]\d\d:?\d\d)(?!\d)|(?P<name>[a-z]+)\b)"
)


@cache
def _updated() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(p)}\b" if p.isascii() else re.escape(p) for p in phrases(UPDATED)))


BEFORE_DAY = re.compile(r"W([a-g])[ .,،()/-]{0,5}$")
BEHIND_DAY = re.compile(r"[ .,،(/-]{0,5}W([a-g])(?![a-z])")


def read_text(text: str, lang: str | None) -> Reading | None:
    """What a text states of a moment; None if it states none, or two of them."""
    return _read(text, lang) if len(text) <= LONGEST else None


@lru_cache(maxsize=1 << 11)
def _read(text: str, lang: str | None) -> Reading | None:
    # Kept, for the dates of a section are read to weigh it, to label it and to write them down.
    language = base_language(lang)
    folded = " ".join(fold(text).replace(BASQUE_YEAR, " ").replace("−", "-").replace("–", "-").split())
    if len(FOUR_DIGITS.findall(folded)) > 1:
        published = _updated().split(folded, maxsplit=1)[0]
        folded = published if FOUR_DIGITS.search(published) else folded
    elif (digit := FIRST_DIGIT.search(folded)) and _updated().search(folded, 0, digit.start()):
        return None  # the date of an edit alone
    if lang and lang.lower().replace("_", "-").startswith(REPUBLICAN):
        folded = REPUBLICAN_YEAR.sub(lambda m: str(ERAS["民國"] + int(m[1])), folded)
    language = _language_shown(text) or language
    signs = marked(folded, language)
    reading = _absolute(signs, WITH_YEAR, language)
    if reading is None and (back := read_back(folded, language)):
        time, offset, _ = _time(signs) if back.whole_days else (None, None, signs)
        return Reading(back=back, time=time, offset=offset)
    return reading or _absolute(signs, WITHOUT_YEAR, language) or _absolute(signs, WITHOUT_DAY, language)


THAI = re.compile(r"[\u0e00-\u0e7f]")
PERSIAN_DIGIT = re.compile(r"[\u06f0-\u06f9]")


def _language_shown(text: str) -> str | None:
    """The language of a text whose script or digits tell it; of those only that count years from elsewhere."""
    if text.isascii():
        return None
    return "th" if THAI.search(text) else "fa" if PERSIAN_DIGIT.search(text) else None


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
            days = tuple(replace(day, year=int(years[0])) for day in days)
        days = tuple(_in_calendar(day, lang, found) for day in days)
        beside = BEFORE_DAY.search(signs[: found.start()]) or BEHIND_DAY.match(signs[found.end() :])
        weekday = "abcdefg".index(beside[1]) if beside else None
        dotted = numeric and found.groupdict().get("sep") == "."
        return Reading(days=days, numeric=numeric, dotted=dotted, time=time, offset=offset, weekday=weekday)
    return None


BUDDHIST = frozenset({"th", "lo", "km"})
JALALI = frozenset({"fa", "ps", "ku"})
BUDDHIST_YEARS, JALALI_YEARS = range(2400, 2700), range(1250, 1500)
"""Years that are meant so where those languages are written; others are counted as everywhere."""


def _in_calendar(day: Day, lang: str, found: re.Match[str]) -> Day:
    if found.groupdict().get("kind") == "J":
        return replace(day, calendar="jalali")
    if day.year is None:
        return day
    if lang in BUDDHIST and (day.year in BUDDHIST_YEARS or day.year < 100):
        return replace(day, calendar="buddhist")
    if lang in JALALI and (day.year in JALALI_YEARS or (day.year < 100 and "a" in found.groupdict())):
        return replace(day, calendar="jalali")
    return day


YEAR_FIRST = frozenset(cldr.YEAR_FIRST.split())
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
    if year is None and b <= 12:  # '9.1.'
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
    half = found["after"] or found["before"]
    if half == "AM" and hour > 12:
        return None, None, rest
    if half and hour <= 12:
        hour = _hour_of(half, hour)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None, None, rest
    offset = _offset(rest[found.end() :])
    half_stated = bool(half) or hour > 12 or found["hour"].startswith("0")
    return Time(hour, minute, second, half_stated), offset, f"{rest[: found.start()]} ; {rest[found.end() :]}"


EVENING = 6
"""The first hour of those before midnight that are called the night."""


def _hour_of(half: str, hour: int) -> int:
    """The hour on a clock of 24."""
    if half == "NM":  # around noon: 11 lies before it, 1 behind
        return hour if hour >= 10 else hour + 12
    if half == "OM":  # around midnight: 11 lies before it, 1 behind
        return hour + 12 if EVENING <= hour < 12 else hour % 12
    return hour % 12 + (12 if half == "PM" else 0)


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
