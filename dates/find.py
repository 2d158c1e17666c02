"""Where a date stands in a text, in the languages that blogs are written in. What it means is for moments.py.

A text is first rewritten sign by sign: each word that dates are written with becomes one private character for its
kinds (a month, a weekday, a unit of time ...) and one filler for each further letter. So one small pattern reads all
languages, and what it finds stands at the same place in the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from .words import (
    ABOUT,
    AGO,
    BEFORE_TIME,
    DAYS,
    FILLERS,
    HALF_WORDS,
    HOURS,
    JALALI_WORDS,
    MONTH_WORDS,
    NOW,
    ONE,
    PAST_WORDS,
    UNIT_WORDS,
    UNSPACED,
    WEAK_MONTHS,
    WEEKDAY_WORDS,
    WORD,
    ZONES,
    Words,
    any_word,
    fold,
)

# -- words as signs ---------------------------------------------------------------------------------------------------

OTHER = "\ue000"
"""Stands for the first letter of a word that no date is written with."""
REST = "\uf8ff"
"""Stands for each further letter of a word."""
_DIGIT = re.compile(r"\d")
_NO_WORD = re.compile(r"[\d()]")
SHORTEST = 3
"""Letters of a weekday's name, or of a unit that says by itself that it has passed, from which on they are trusted."""


def _words_by_kind() -> dict[str, set[str]]:
    """The words of each kind as they are written, with '_' for a blank."""
    kinds = {
        "month": {*MONTH_WORDS.written(), *JALALI_WORDS.written()},
        "weak": {*WEAK_MONTHS.split()},
        "month before its number": {"tháng", "thg"},
        "weekday": {word for word in WEEKDAY_WORDS.written() if len(word) >= SHORTEST},
        "half": {*HALF_WORDS.written(), "a.m", "p.m", "π.μ", "μ.μ", "p.d", "m.d"},
        "hour": {*HOURS.split()},
        "at": {*BEFORE_TIME.split()},
        "filler": {*FILLERS.split()},
        "year": {*"г р ж թ год года".split()},
        "unit": {*UNIT_WORDS.written()},
        "passed unit": set[str](),
        "one": {*ONE.split()},
        "around": set[str](),
        "before": {"vor", "hace", "há", "fa", "il_y_a", "hai", "acum_de"},
        "behind": _phrases(", ".join(AGO.values())),
        "day": _phrases(", ".join(text.replace("!", "").replace(";", ",") for text in DAYS.values())),
        "about": _phrases(ABOUT),
        "now": _phrases(NOW),
        "zone": {name.upper() for name in ZONES if len(name) > 1},
    }
    for phrase in PAST_WORDS.written():
        before, has_number, behind = phrase.partition("#")
        unit, _, ago = behind.strip("_").partition("_")
        if not has_number:
            kinds["now"].add(phrase.partition("=")[2])
        elif before.strip("_") and not ago:
            kinds["before"].add(before.strip("_"))
            kinds["unit"].add(unit)
        elif ago:
            kinds["around"].add(before.strip("_"))
            kinds["behind"].add(ago)
            kinds["unit"].add(unit)
        elif len(unit) > SHORTEST:
            kinds["passed unit"].add(unit)
    return {
        kind: {word.rstrip(".") for word in words if word.strip(".") and not _NO_WORD.search(word)}
        for kind, words in kinds.items()
    }


def _phrases(text: str) -> set[str]:
    return {"_".join(phrase.split()) for phrase in text.split(",")}


_WORDS = _words_by_kind()


def _signs() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    """The sign of each folded word, the signs of each kind as a character class, and a pattern of the longer names."""
    kinds_of: dict[str, set[str]] = {}
    for kind, words in _WORDS.items():
        for word in words:
            kinds_of.setdefault(word if kind == "zone" else _bare(fold(word)), set()).add(kind)
    signs: dict[frozenset[str], str] = {}
    for kinds in kinds_of.values():
        signs.setdefault(frozenset(kinds), chr(ord(OTHER) + 1 + len(signs)))
    sign_of = {word: signs[frozenset(kinds)] for word, kinds in kinds_of.items()}
    classes: dict[str, str] = {}
    for kinds, sign in signs.items():
        for kind in kinds:
            classes[kind] = classes.get(kind, "") + sign
    all_words = {form for words in _WORDS.values() for word in words for form in (word.lower(), fold(word))}
    longer = {word for word in all_words if not WORD.fullmatch(word) and not UNSPACED.search(word)}
    names = re.compile(rf"(?<![^\W\d_]){any_word(sorted(longer))}(?![^\W\d_])")
    return sign_of, classes, names


def _bare(word: str) -> str:
    return re.sub(r"[\s_.]", "", word).replace("׳", "'").replace("’", "'")


_SIGN_OF, _CLASSES, _LONGER_NAMES = _signs()
_PLAIN_SIGNS = {"：": ":", "／": "/", "．": ".", "－": "-", "，": ",", "（": "(", "）": ")", "،": ","} | dict.fromkeys(
    "\u200e\u200f\u202a\u202b\u202c", " "
)
"""Other forms of the signs between numbers, and marks of direction."""
_FOREIGN_SIGN = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=1 << 14)
def _sign(word: str) -> str:
    """The signs of a word or name, as long as it is."""
    first = _SIGN_OF.get(word) if word.isupper() else None
    first = first or _SIGN_OF.get(_bare(fold(word)), OTHER)
    return first + REST * (len(word) - 1)


def _rewritten(text: str) -> str:
    """A text with signs for its words and digits of ours, each at its place."""
    if not text.isascii():
        text = _FOREIGN_SIGN.sub(_plain_sign, text)
    lower = text.lower()
    if len(lower) == len(text) and _LONGER_NAMES.search(lower):
        text = _LONGER_NAMES.sub(lambda found: _sign(found[0]), lower)
    return WORD.sub(_sign_of_match, text)


def _sign_of_match(found: re.Match[str]) -> str:
    word = found[0]
    return word if word[0] in _CLASS_SIGNS else _sign(word)


def _plain_sign(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found[0])) if found[0].isdecimal() else _PLAIN_SIGNS.get(found[0], found[0])


_CLASS_SIGNS = frozenset("".join(_CLASSES.values())) | {OTHER, REST}

# -- what a date is made of -------------------------------------------------------------------------------------------


def _word(*kinds: str, but: str = "") -> str:
    """A pattern of a word of one of the kinds."""
    signs = {sign for kind in kinds for sign in _CLASSES[kind]} - set(_CLASSES.get(but, ""))
    return f"[{''.join(sorted(signs))}]{REST}*"


_ANY_WORD = f"[{OTHER}-\uf8fe]{REST}*"
_MONTH = rf"{_word('month')}\.?"
_SURE_MONTH = rf"{_word('month', but='weak')}\.?"
_GAP = rf"(?:[\s,./'’׳،-]|{_word('filler')})"
_BEFORE_DAY = rf"(?:[\s,./-]|{_word('filler')}){{0,6}}"
"""Between a month and its day; with an apostrophe ('Aug ’18') it is a year."""
_ENDING = rf"(?:[ºª°]|\.|-?[{OTHER}-\uf8fe]{REST}{{0,2}}(?!{REST}))?"
"""Behind the number of a day: 9th, 1er, 9., 1-го."""
_DAY = rf"(?<![\d#])(?:0?[1-9]|[12]\d|3[01])(?!\d){_ENDING}"
_YEAR = r"(?<!\d)(?:1[3-9]|2[0-6])\d\d(?=\D|\d{1,2}:\d\d|$)"
_NO_YEAR = rf"(?!\d|\s?[:.]\d|\s?{_word('half', 'hour')}|{_GAP}{{1,6}}(?:{_YEAR}|{_SURE_MONTH}))"
"""Behind a year of two digits; where a year or a month follows, the digits were a day: '7 - April 11, 2021'."""
_SHORT_YEAR = rf"[\s,./-]{{0,3}}['’]?(?<!\d)\d\d{_NO_YEAR}"
_HALF = rf"(?:{_word('half')}\.?|上午|凌晨|早上|清晨|午前|오전|下午|晚上|傍晚|中午|午後|오후|아침|저녁|朝|昼|夕方)"
_MINUTES = r"\s?:\s?\d\d(?:\s?:\s?\d\d(?:[.,]\d{1,9})?)?"
_HOUR_WORD = _word("hour")
_EASTERN_CLOCK = r"\s?[時时点點시](?:\s?\d{1,2}\s?[分분])?(?:\s?\d{1,2}\s?[秒초])?"
_CLOCK = (
    rf"(?:{_HALF}\s?(?<!\d)\d{{1,2}}(?:{_EASTERN_CLOCK}|{_MINUTES}|\.\d\d)?"
    rf"|(?<!\d)\d{{1,2}}(?:{_EASTERN_CLOCK}|(?:{_MINUTES}|\s?{_HOUR_WORD}\s?\d\d(?!\d))(?:\s?{_HOUR_WORD}\.?)?(?:\s?{_HALF}|[{OTHER}-\uf8fe](?!{REST}))?"
    rf"|\.\d\d\s?{_HOUR_WORD}|\s?{_HALF}|\s?{_HOUR_WORD}))"
)
_CLOCK_BEHIND = rf"(?:{_CLOCK}|(?<!\d)\d{{1,2}}\.\d\d(?:\.\d\d)?(?!\d|[.,]\d|\s?[€$%])(?:\s?{_HALF})?)"
_GLUED_CLOCK = r"(?<=\d\d)\d{1,2}:\d\d(?::\d\d)?"
_ZONE = (
    rf"(?:\s?\(?{_word('zone')}(?:\s?[+-]\d{{1,2}}(?::?\d\d)?)?\)?|\s?[+-]\d\d:?\d\d(?!\d)"
    rf"|[{OTHER}-\uf8fe](?![{REST}\d]))?"
)
"""'CET', 'GMT+1', '+0100', 'Z'."""
_JOINT = rf"\.?(?:[\s,;|/·•–—()@-]|{_word('at', 'filler')}\.?|(?<=\d)[{OTHER}-\uf8fe](?=\d\d:)){{0,8}}"
_EASTERN_WEEKDAY = (
    r"(?:[(（]\s?(?:星期|周|週)?[一二三四五六日天月火水木金土월화수목금토일](?:曜日?|요일)?\s?[)）]"
    r"|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일)"
)
_EASTERN_DAY = (
    rf"(?:(?:明治|大正|昭和|平成|令和|民[國国])\s?)?(?:\d{{1,4}}|元)\s?[年년]\s?\d{{1,2}}\s?[月월]\s?\d{{1,2}}\s?[日号號일]?"
    rf"(?:\s?{_EASTERN_WEEKDAY})?"
    rf"|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月\s?\d{{1,2}}(?:日|号|號|{_ENDING})(?:\s?,?\s?\d{{4}})?"
)
_NUMBERED_DAY = (
    r"\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d\d(?=\d\d:)|\d{1,2}(?!\d))\.?"
    rf"|\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?(?:[./-]\s?(?:{_YEAR}|(?<!\d)\d\d(?!\d|[./-]\d|\s?:\d))|,\s?{_YEAR})\.?"
    r"|(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.(?=\s*\d{1,2}:\d\d)"
)
_NUMBERED_MONTH = rf"{_word('month before its number')}\.?\s?(?<!\d)\d{{1,2}}(?!\d)"
_DAY_THEN_MONTH = (
    rf"{_DAY}{_GAP}{{0,6}}(?:{_NUMBERED_MONTH}|{_MONTH}){_GAP}{{0,6}}{_YEAR}"
    rf"|{_DAY}{_GAP}{{0,6}}{_SURE_MONTH}{_SHORT_YEAR}"
    rf"|{_DAY}{_GAP}{{0,6}}(?:{_NUMBERED_MONTH}|{_SURE_MONTH})(?!{REST}|{_BEFORE_DAY}{_DAY}{_GAP}{{1,6}}{_YEAR})"
)
_MONTH_THEN_DAY = (
    rf"{_MONTH}{_BEFORE_DAY}{_DAY}(?:{_GAP}{{1,6}}{_YEAR}|,?\s{_CLOCK}{_ZONE}\s?,?\s?{_YEAR})"
    rf"|{_SURE_MONTH}{_BEFORE_DAY}{_DAY}(?!\s?{_SURE_MONTH})(?:,\s?['’]?(?<!\d)\d\d(?!\d|\s?[:.]\d)|\s?['’]\d\d(?!\d))?"
    rf"|{_MONTH}{_BEFORE_DAY}{_DAY}(?={_JOINT}{_CLOCK})"
)
_YEAR_FIRST = (
    rf"{_YEAR}{_GAP}{{1,6}}{_MONTH}{_GAP}{{1,6}}{_DAY}(?:\s?{_word('filler')}\.?)?"
    rf"|{_YEAR}{_GAP}{{1,6}}{_DAY}{_GAP}{{1,6}}{_MONTH}"
)
_AMOUNT = rf"(?:(?<!\d)\d{{1,4}}|{_word('one')})"
_COUNT = (
    rf"{_AMOUNT}\s?{_word('unit')}\.?(?:(?:[\s,]|{_ANY_WORD}\s){{1,3}}(?<!\d)\d{{1,4}}\s?{_word('unit')}\.?){{0,3}}"
)
_RELATIVE = (
    rf"{_word('before')}\.?\s?(?:{_word('about', 'at', 'filler')}\.?\s){{0,2}}{_COUNT}(?:\s{_word('behind')})?"
    rf"|(?:{_word('about', 'around')}\.?\s)?{_COUNT}\s?{_word('behind')}|\d{{1,4}}\s?{_word('passed unit')}"
    r"|\d+\s*(?:秒[钟鐘]?|分[钟鐘]?|[个個]?小[时時]|時間|天|日|[周週]間?|[个個]?星期|[个個かヶカヵケ]?月|年"
    r"|초|분|시간|일|주일?|개월|달|년)\s*(?:前|以前|전)"
)
_DAY_FROM_TODAY = rf"(?:{_word('day')}|昨天|今天|前天|今日|本日|昨日|一昨日|오늘|어제|그저께)"
_END = rf"(?=[^0-9{OTHER}-{REST}]*$)"
_DATE = re.compile(
    rf"(?<![0-9{OTHER}-{REST}])(?:{_RELATIVE}|"
    rf"(?:{_CLOCK}{_JOINT}(?:{_word('weekday')}\.?(?:[\s,]|{_word('at', 'filler')}){{1,4}})?"
    rf"|{_word('weekday')}\.?(?:[\s,]|{_word('at', 'filler')}){{1,4}}|{_EASTERN_WEEKDAY}\s?)?"
    rf"(?:{_EASTERN_DAY}|{_YEAR_FIRST}|{_NUMBERED_DAY}|{_DAY_THEN_MONTH}|{_MONTH_THEN_DAY})"
    rf"(?:\s?{_word('year')}\.?)?(?:\s?[,(]\s?{_word('weekday')}\)?)?"
    rf"(?:(?:{_JOINT}{_CLOCK_BEHIND}|{_GLUED_CLOCK}){_ZONE}(?:,?\s{_YEAR}(?![/.-]))?)?"
    rf"|(?:{_CLOCK}{_JOINT})?{_DAY_FROM_TODAY}(?:{_JOINT}{_CLOCK_BEHIND}{_ZONE}|{_END})"
    rf"|(?:{_word('now')}|刚刚|剛剛|たった今|방금){_END})"
)
_LONG = 2000
_LONG_WITHOUT_DIGIT = 120
"""Characters; a longer text without a digit speaks of yesterday, it is not dated so."""


def _first_words(*kinds: str) -> frozenset[str]:
    """The first word of each name of the kinds, with accents and without, in lower case."""
    names = {form for kind in kinds for name in _WORDS[kind] for form in (name.lower(), fold(name))}
    return frozenset(words[0] for name in names if (words := WORD.findall(name)))


_JOINERS = {0x200C: None, 0x200D: None}
_ASCII_WORD = re.compile(r"[a-z]+")
_MONTHS_AND_UNITS = _first_words("month", "month before its number", "unit", "passed unit")
_DAYS_AND_NOW = _first_words("day", "now")
_ONES, _UNITS = _first_words("one"), _first_words("unit")
_NUMBERS = re.compile(r"\d\W?[-/.／．－年년月월]\W?\d")
_EASTERN = re.compile(r"[月년前전]|昨天|今天|前天|今日|本日|昨日|오늘|어제|그저께|刚刚|剛剛|たった今|방금")
_PLACE = re.compile(r"(?s:.+)")


def _may_hold_date(text: str) -> bool:
    """Whether a text holds what no date is without. Most do not, and are spared the closer look."""
    has_digit = _DIGIT.search(text) is not None
    if not has_digit and len(text) > _LONG_WITHOUT_DIGIT:
        return False
    is_ascii = text.isascii()
    words = _ASCII_WORD.findall(text.lower()) if is_ascii else WORD.findall(text.lower().translate(_JOINERS))
    if has_digit:
        is_named = not _MONTHS_AND_UNITS.isdisjoint(words) or _NUMBERS.search(text) is not None
    else:
        is_named = not _ONES.isdisjoint(words) and not _UNITS.isdisjoint(words)
    return is_named or not _DAYS_AND_NOW.isdisjoint(words) or (not is_ascii and bool(_EASTERN.search(text)))


@lru_cache(maxsize=1 << 12)
def find_date(text: str) -> re.Match[str] | None:
    """The first date in the text, with its weekday, time of day and zone. Most texts hold none, which is quickly seen.

    >>> find_date("Posted on Fri 3 May 2019, 10:15 by Ada")[0]
    'Fri 3 May 2019, 10:15'
    >>> find_date("May I ask why?") is None
    True
    """
    if len(text) > _LONG:
        # Dates of comments and posts stand at either end of what is said.
        return find_date(text[: _LONG // 2]) or find_date(text[-_LONG // 2 :])
    return _found(text)


@lru_cache(maxsize=1 << 11)
def _found(text: str) -> re.Match[str] | None:
    # Kept, for each step of reading asks it of the short texts of a page anew.
    if not _may_hold_date(text):
        return None
    found = _DATE.search(_rewritten(text))
    return _PLACE.fullmatch(text, *found.span()) if found else None


def states_date(text: str) -> bool:
    """Whether a short text is a date and nothing else: a day, an age, a time of today, in any language.

    >>> states_date("on 3 May 2019 at 10:15"), states_date("6d"), states_date("3 May 2019 by Ada")
    (True, True, False)
    """
    return len(text) <= _LONGEST_DATE and _states_date(text)


# Kept for the same reason as what _found() finds.
@lru_cache(maxsize=1 << 11)
def _states_date(text: str) -> bool:
    if AGE_TEXT.match(text.strip()):
        return True
    found = find_date(text)
    if found is None:
        return False
    beside = _rewritten(text[: found.start()]) + " " + _rewritten(text[found.end() :])
    return _BESIDE.fullmatch(beside) is not None


def resembles_date(text: str) -> bool:
    """Whether a short text that is no date we know may be one in words of a language that we do not.

    True for a year of four digits beside a number, with a word or two: enough to hand over what an element shows that
    calls itself a date, not enough to call it so.

    >>> resembles_date("3 Whiringa-ā-nuku 2019"), resembles_date("2019"), resembles_date("12 comments")
    (True, False, False)
    """
    if len(text) > _LONGEST_DATE:
        return False
    return _UNKNOWN_DATE.fullmatch("".join(map(_plain, text))) is not None


def _plain(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


_LONGEST_DATE = 80
_BESIDE = re.compile(rf"(?:[^0-9{OTHER}-{REST}]|{_word('at', 'filler', 'weekday', 'about')})*")
_UNKNOWN_DATE = re.compile(
    r"\W*(?=.*(?<!\d)(?:1[3-9]|2[0-6])\d\d(?!\d))(?=(?:.*?\d+){2})(?:[^\W\d_]+\W+){0,2}\d{1,4}\W{0,3}"
    r"(?:[^\d]{1,30}|[./-])\d{1,4}(?!\d)(?:\D{1,20}\d{1,2}(?:[:.]\d\d){0,2}\D{0,12})?"
)


# -- for use inside other patterns ------------------------------------------------------------------------------------

_COMMON = "en de fr es pt it nl ca sv da no pl cs tr hu fi ro ru uk el".split()
"""Languages whose dates are found by the patterns below, which must be small; find_date() knows all."""


def _common(words: Words, *, shortest: int = 3) -> str:
    """A pattern of the words of the common languages, with their accents."""
    return any_word(
        sorted(
            {
                name
                for lang in _COMMON
                for group in words.groups.get(lang, ())
                for word in group
                if len(name := word.removesuffix("!").rstrip(".").lower()) >= shortest and WORD.fullmatch(name)
            }
        )
    )


_IN_MONTH = rf"(?<![^\W\d_]){_common(MONTH_WORDS)}(?![^\W\d_])\.?"
_IN_DAY = r"\d{1,2}(?:st|nd|rd|th|er|re|e|º|ª|°|\.)?"
_IN_HALF = (
    rf"(?:{any_word(sorted({word.lower() for word in _WORDS['half']}))}\.?(?![^\W\d_])"
    "|上午|凌晨|早上|清晨|午前|오전|下午|晚上|傍晚|中午|午後|오후)"
)
_IN_CLOCK = r"\d{1,2}\s?(?:[:.h]|uhr)\s?\d{2}(?:\s?:\d{2})?(?:\s?uhr)?(?:\s?[ap]\.?\s?m\b\.?)?"
_IN_AMOUNT = r"(?:\d{1,4}|an?|one|eine[mnrs]?|un[ae]?|um[a]?|een)"
_IN_UNIT = rf"{_common(UNIT_WORDS, shortest=2)}(?![^\W\d_])\.?"
_IN_EASTERN_DAY = (
    r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    r"|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月\s?\d{1,2}(?:st|nd|rd|th|日)?(?:\s?,?\s?\d{4})?"
)
_IN_NUMBERED_DAY = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}\s?[./-]\s?\d{1,2}(?:\s?[./-]\s?\d{2,4}|,\s?(?:19|20)\d\d)"
_IN_NAMED_DAY = (
    rf"{_IN_DAY}[\s/-]*(?:de\s+|of\s+|d[’'])?{_IN_MONTH}(?:[\s/-]*,?\s*(?:de\s+|del\s+)?(?:\d{{4}}|[’']?\d{{2}}\b))?"
    rf"|{_IN_MONTH}[\s/-]*{_IN_DAY}(?:[\s/-]*,?\s*\d{{4}})?|{_IN_MONTH}\s+\d{{4}}"
)
_IN_BEFORE_CLOCK = (
    r"(?:[\s,;|/·•–—()@-]|T(?=\d)|\b(?:at|um|à|a|las|alle|ore|om|kl|às|o|u|ás|godz|the|на|в|gegen|ca)\b\.?)*"
)
_IN_ABOUT = r"(?:(?:etwa|ca\.?|über|rund|fast|mehr als|environ|plus de|más de|cerca de|mais de)\s+)?"
_IN_COUNTED = (
    rf"{_IN_AMOUNT}\s+{_IN_UNIT}(?:\s?(?:,|,?\s(?:and|und|et|y|e|en|og|och|i))?\s+{_IN_AMOUNT}\s+{_IN_UNIT}){{0,3}}"
)
_IN_RELATIVE = (
    rf"(?:vor|il y a|hace|há|fa|för)\s+{_IN_ABOUT}{_IN_COUNTED}"
    rf"|{_IN_COUNTED}\s+(?:ago|atrás|fa|geleden|temu|sedan|siden|önce|назад)"
    r"|\d+\s*(?:秒|分钟|小时|天|周|个?月|年|分|時間|日)\s*(?:前|以前)"
)
_IN_DAY_FROM_TODAY = (
    r"(?:yesterday|today|gestern|heute|hier|aujourd['’]hui|ayer|hoy|ieri|oggi|вчера|сегодня|昨天|今天)\b"
)
# A dot alone would take the end of 'version 2.10' for a time.
_IN_CLOCK_FIRST = (
    r"(?:\d{1,2}(?:[:h]\d{2}(?::\d{2})?(?:\s?uhr)?|\.\d{2}\s?uhr)(?:\s?[ap]\.?\s?m\b\.?)?"
    r"\s*(?:,|-|–|·|\||on|am|le|el|il|op|den)?\s*)?"
)
# What every date begins with: a digit, a word behind which one comes, or a word of a relative date. So most words are
# passed without a look at the hundreds of names of months.
_IN_BEGINNING = (
    r"(?=\d|[^\W\d]{1,24}(?![^\W\d])\.?[\s/-]*\d|(?=[aefghiotuvyвс昨今])"
    r"(?:(?:vor|il|hace|há|fa|för|an?|one|eine[mnrs]?|un[ae]?|uma?|een)\s|yesterday|today|gestern|heute|hier|"
    r"aujourd|ayer|hoy|ieri|oggi|вчера|сегодня|昨天|今天))"
)
DATE_TEXT = re.compile(
    rf"(?<![A-Za-zÀ-ɏЀ-ӿ\d#]){_IN_BEGINNING}{_IN_CLOCK_FIRST}(?:(?:{_IN_EASTERN_DAY}|{_IN_NUMBERED_DAY}|{_IN_NAMED_DAY}|"
    rf"{_IN_DAY_FROM_TODAY})(?:{_IN_BEFORE_CLOCK}{_IN_CLOCK})?"
    rf"|{_IN_RELATIVE})",
    re.IGNORECASE,
)
"""A date or relative date, with the clock time behind or before it, as people and themes write it."""


@lru_cache(maxsize=1 << 11)
def without_dates(text: str) -> str:
    """A line with a blank for each date in it. Kept, for a line and the elements around it say the same.

    >>> without_dates("Ann on 3 May 2019 says")
    'Ann on   says'
    >>> without_dates("Ann 5 years, 6 months ago | vor 2 Tagen und 3 Stunden")
    'Ann   |  '
    """
    return DATE_TEXT.sub(" ", text)


CLOCK_TEXT = re.compile(
    rf"^\W*(?:{any_word(sorted(BEFORE_TIME.lower().split()))}\.?\s*)?(?:{_IN_CLOCK}(?:\s?{_IN_HALF})?"
    rf"|{_IN_HALF}\s?\d{{1,2}}"
    rf"(?:[:.時时点點시]\s?\d{{2}}[分분]?|[時时点點시])?|\d{{1,2}}\s?{_IN_HALF})\W*$",
    re.IGNORECASE,
)
"""Nothing but a time of day."""
_ALL_UNITS = _WORDS["unit"] | {fold(unit) for unit in _WORDS["unit"]} | {*"mo mos mth yr yrs hrs".split()}
AGE_TEXT = re.compile(
    rf"^(?:{any_word(sorted(_WORDS['about']))}\.?\s+)?(?:\d{{1,4}}|{any_word(sorted(_WORDS['one']))}\s)\s?"
    rf"(?:{any_word(sorted(unit.lower() for unit in _ALL_UNITS))}\.?"
    r"|秒[钟鐘]?|分[钟鐘]?|小[时時]|時間|天|日|[周週]間?|[个個かヶカ]?月|年"
    r"|초|분|시간|일|주|개월|년)$",
    re.IGNORECASE,
)
"""A time that has passed, without the word that says so ('2 years', '6d', '3 tygodnie')."""
