"""Dates as pages write them. The tables in dates/ are the cases; an empty cell is None."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from babel.dates import format_date, format_time, get_datetime_format
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.dates import cldr
from rejoinder.dates.find import AGE_TEXT, CLOCK_TEXT, find_date, resembles_date, states_date
from rejoinder.dates.from_cldr import LOCALES, cldr_version, source
from rejoinder.dates.moments import PageClock, month_first_of, parse_date, zone_of
from rejoinder.dates.words import MONTH_WORDS, UNIT_WORDS, Words, folded_word
from rejoinder.schemas import DateMention

TABLES = Path(__file__).parent / "dates"
LATER = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
SAME_DAY = datetime(2012, 1, 9, 12, 30, tzinfo=UTC)


def cases(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("case", cases("texts.csv"), ids=lambda case: f"{case['lang']}: {case['text']}")
def test_a_text_states_its_moment_or_none(case: dict[str, str]) -> None:
    parsed = parse_date(DateMention(text=case["text"]), PageClock(fetched_at=LATER, lang=case["lang"] or None))
    assert (parsed and parsed.local) == moment(case["local"])
    assert (parsed and parsed.precision) == (case["precision"] or None)
    assert parsed is None or parsed.instant is None, "no zone is known"


@pytest.mark.parametrize("case", cases("world.csv"), ids=lambda case: f"{case['lang']}: {case['text']}")
def test_dates_of_the_world_are_found_whole_and_read(case: dict[str, str]) -> None:
    text, lang = case["text"], case["lang"] or None
    found = find_date(f"Ada | {text} | 12 replies")
    assert found is not None
    assert found[0] == text
    assert states_date(text)
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang=lang))
    assert (parsed and parsed.local) == moment(case["local"])
    assert (parsed and parsed.precision) == (case["precision"] or None)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("#7 - April 11, 2021, 12:52 p.m.", "April 11, 2021, 12:52 p.m."),
        ("7 - April 11, 2021", "April 11, 2021"),
        ("11 Apr 11 Apr 12:52 p.m.", "11 Apr"),
        ("11 Apr 11, 12:52 p.m.", "11 Apr 11, 12:52 p.m."),
    ],
)
def test_the_number_beside_a_date_is_no_day_and_a_day_no_year(text: str, date: str) -> None:
    found = find_date(text)
    assert found is not None
    assert found[0] == date


@pytest.mark.parametrize("case", cases("ages.csv"), ids=lambda case: f"{case['lang']}: {case['text']}")
def test_ages_of_the_world_are_found_and_counted_back(case: dict[str, str]) -> None:
    text = case["text"]
    assert states_date(text)
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=SAME_DAY, lang=case["lang"] or None))
    assert parsed is not None
    assert (parsed.local, parsed.precision) == (moment(case["local"]), "relative")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May I ask why?",
        "12 comments",
        "version 2.10.3",
        "192.168.10.20",
        "Yesterday was a good day, I think",
        "Mehr dazu hier im Blog",
        "for 3 days now",
        "3 comments earlier",
        "5 pro 10",
        "10 out of 12",
        "1 / 2",
        "4009-20-4009",
        "https://example.org/2022/11/48962.jpg",
        "$3.50 on 4/5",
    ],
)
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert find_date(text) is None
    assert not states_date(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Posted by Jan 5 May 2009 at 10:15 am | Reply", "5 May 2009 at 10:15 am"),
        ("Ann on Thursday, 3 March 2009", "Thursday, 3 March 2009"),
        ("Comment by Ada — 2009-03-05 @ 10:15 pm", "2009-03-05 @ 10:15 pm"),
        ("NAME on Mar 5, 2009at 10:15 says:", "Mar 5, 2009at 10:15"),
        ("last edited 5 March 2012 by Ada", "5 March 2012"),
        ("Publicado hace 3 días por Ada", "hace 3 días"),
    ],
)
def test_a_date_is_found_among_other_words(text: str, found: str) -> None:
    match = find_date(text)
    assert match is not None
    assert match[0] == found
    assert text[match.start() : match.end()] == found
    assert not states_date(text)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Monday, 10 January 2012", "en"),  # it was a Tuesday
        ("Montag, 10.1.2012", "de"),
        ("last edited 5 March 2012", "en"),
        ("Zuletzt bearbeitet: 5.3.2012", "de"),
        ("3 January 2012 or 4 February 2013", "en"),
        ("3 Whiringa-ā-nuku 2019", "mi"),
        ("30 Esfand 1390", "fa"),
    ],
)
def test_a_date_that_contradicts_itself_or_is_not_understood_is_none(text: str, lang: str) -> None:
    assert parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang=lang)) is None


@pytest.mark.parametrize("text", ["6d", "3h", "2 years", "3 tygodnie", "5 Min.", "an hour", "über 3 Jahre", "3天"])
def test_an_age_without_ago_is_one_if_nothing_else_stands_there(text: str) -> None:
    assert AGE_TEXT.match(text)
    assert not AGE_TEXT.match(f"{text} more")
    assert find_date(f"for {text} now") is None


@pytest.mark.parametrize(
    "text", ["at 10:15", "下午3:04", "오후 3:04", "kl. 15.04", "3:04 pm", "στις 3:04 μμ", "lúc 3:04 chiều", "10h24"]
)
def test_a_time_of_day_alone_is_a_clock(text: str) -> None:
    assert CLOCK_TEXT.match(text)
    assert not CLOCK_TEXT.match(f"{text} Ada")


@pytest.mark.parametrize(
    ("text", "resembles"),
    [("3 Whiringa-ā-nuku 2019", True), ("2019 foo 3, 10:15", True), ("2019", False), ("12 comments", False)],
)
def test_a_date_in_unknown_words_resembles_one(text: str, resembles: bool) -> None:
    assert resembles_date(text) is resembles


@pytest.mark.parametrize("case", cases("relative.csv"), ids=lambda case: f"{case['lang']}: {case['text']}")
def test_a_relative_date_counts_from_the_fetch_and_says_so(case: dict[str, str]) -> None:
    parsed = parse_date(DateMention(text=case["text"]), PageClock(fetched_at=SAME_DAY, lang=case["lang"]))
    assert parsed is not None
    assert (parsed.local, parsed.precision) == (moment(case["local"]), "relative")


@pytest.mark.parametrize("case", cases("twins.csv"), ids=lambda case: case["what"])
def test_text_and_twin_agree_on_wall_clock_and_instant(case: dict[str, str]) -> None:
    mention = DateMention(text=case["text"] or None, machine=case["machine"], machine_utc=case["machine_utc"] or None)
    parsed = parse_date(mention, PageClock(fetched_at=LATER, lang="en", zone=zone_of(case["zone"])))
    assert (parsed and parsed.local) == moment(case["local"])
    assert (parsed and parsed.precision) == (case["precision"] or None)
    instant = moment(case["instant"])
    assert (parsed and parsed.instant) == (instant and instant.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "reference", "local"),
    [
        ("9 Jan", datetime(2011, 12, 20), datetime(2012, 1, 9)),
        ("9 Jan", datetime(2012, 1, 9, 15), datetime(2012, 1, 9)),
        ("Jan 9, 3:04 pm", datetime(2012, 1, 2), datetime(2012, 1, 9, 15, 4)),
        ("9.1. 15:04", datetime(2012, 1, 2), datetime(2012, 1, 9, 15, 4)),
        ("29 Feb", datetime(2011, 12, 20), datetime(2012, 2, 29)),
        ("29 Feb", datetime(2012, 12, 20), None),
    ],
)
def test_a_missing_year_is_the_next_after_the_post(text: str, reference: datetime, local: datetime | None) -> None:
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang="en", reference=reference))
    assert (parsed and parsed.local) == local


@pytest.mark.parametrize(
    ("texts", "lang", "month_first"),
    [
        (["3/4/2012"], "en-US", True),
        (["3/4/2012"], "en_US", True),
        (["3/4/2012"], "en-GB", False),
        (["3/4/2012"], "fr", False),
        (["3/4/2012"], "es-MX", False),
        (["3/4/2012"], "en", None),
        (["3/4/2012"], "en-CA", None),
        (["3/4/2012"], None, None),
        (["3/4/2012", "13/4/2012"], "en-US", False),
        (["3/4/2012", "4/13/2012"], "de", True),
        (["13/1/2012", "1/13/2012"], "en-GB", None),
        # The fetch was on November 1, 2026: December 1 has not been.
        (["1/12/2026"], "en", True),
        # Sorted only if read so.
        (["3/4/2012", "4/4/2012", "2/5/2012"], None, False),
        (["4/3/2012", "4/4/2012", "5/2/2012"], None, True),
        (["5/2/2012", "4/4/2012", "4/3/2012"], None, True),
    ],
)
def test_the_page_decides_between_month_and_day(texts: list[str], lang: str | None, month_first: bool | None) -> None:
    assert month_first_of([DateMention(text=text) for text in texts], lang, LATER) is month_first


@pytest.mark.parametrize(
    ("posted", "url", "comments", "lang", "month_first"),
    [
        # The address has the post's day: its own date can be read in one way only.
        ("04/10/2011", "https://blog.example.org/2011/10/04/one/", ["05/10/2011"], "en", False),
        ("10/04/2011", "https://blog.example.org/2011/10/04/one/", ["10/05/2011"], "de", True),
        # No comment is older than its post.
        (None, "https://blog.example.org/2011/10/04/one/", ["10/05/2011"], "en", True),
        (None, "https://blog.example.org/2011/10/one.html", ["05/10/2011"], "en", False),
        ("October 4, 2011", None, ["10/05/2011"], "en", True),
        ("2011-10-04", "https://blog.example.org/one/", ["05/10/2011"], "en-US", False),
        # Both readings are possible, and the language leaves it open.
        (None, "https://blog.example.org/2011/01/04/one/", ["05/10/2011"], "en", None),
        (None, "https://blog.example.org/2011/03/02/one/", ["1/4/2011", "2/4/2011", "1/5/2011"], "en", False),
        # The first comments follow within a month, or not before the third.
        (None, "https://blog.example.org/2011/02/06/one/", ["09/02/2011", "10/02/2011"], "en-US", False),
        (None, "https://blog.example.org/2011/02/06/one/", ["02/09/2011", "02/10/2011"], "en-GB", True),
        (None, "https://blog.example.org/2011/02/06/one/", ["02.09.2011", "02.10.2011"], "en", True),
        (None, "https://blog.example.org/2011/02/06/one/", ["02.09.2011", "02.10.2011"], "de", False),
        # Order and address contradict each other.
        (None, "https://blog.example.org/2011/03/02/one/", ["1/4/2011", "1/5/2011", "2/3/2011"], "en", None),
        # Comments of a few days lie in one month; nobody comments on the second of month after month.
        (None, None, ["08/02/2024", "09/02/2024", "10/02/2024"], "en-US", False),
        (None, None, ["02/08/2024", "02/10/2024", "02/09/2024"], "en-GB", True),
        ("2.6.24", None, ["2.8.24", "2.9.24"], "en-US", True),
        ("6.2.24", None, ["8.2.24", "9.2.24"], "en-US", False),
        # Dots on an English page alone leave it open.
        (None, None, ["9.2.24"], "en-US", None),
        (None, None, ["9.2.24"], "de", False),
        # A year alone decides nothing.
        (None, "https://blog.example.org/archive/2011/", ["05/10/2011"], "en", None),
    ],
)
def test_post_and_address_decide_between_month_and_day(
    posted: str | None, url: str | None, comments: list[str], lang: str, month_first: bool | None
) -> None:
    mentions = [DateMention(text=text) for text in comments]
    post = DateMention(text=posted) if posted else None
    assert month_first_of(mentions, lang, LATER, posted=post, url=url) is month_first


def test_a_twin_decides_for_the_whole_page() -> None:
    mentions = [DateMention(text="3/4/2012"), DateMention(text="5/6/2012", machine="2012-05-06T10:00:00Z")]
    assert month_first_of(mentions, "de", LATER) is True


@pytest.mark.parametrize(("month_first", "day"), [(True, datetime(2012, 3, 4)), (False, datetime(2012, 4, 3))])
def test_the_decision_is_used(month_first: bool, day: datetime) -> None:
    parsed = parse_date(DateMention(text="3/4/12"), PageClock(fetched_at=LATER, month_first=month_first))
    assert parsed is not None
    assert parsed.local == day


@pytest.mark.parametrize("name", ["America", "../../etc/passwd", "/etc/localtime", "+99:00", "nonsense", "", None])
def test_what_is_no_zone_is_none(name: str | None) -> None:
    assert zone_of(name) is None


USUAL = {
    "{d}. {month} {y}, {h}:{mi:02d}": "bs cs da de et fi hr is lb no sk sl",
    "{d} {month} {y} {h}:{mi:02d}": "ar be bg cy da el en fr ga he id it mk nl pl ro ru sq sr sv tr uk",
    "{d} de {month} de {y} {h}:{mi:02d}": "ca es gl pt",
    "{y}. {month} {d}. {h}:{mi:02d}": "hu",
    "{y} m. {month} {d} d. {h}:{mi:02d}": "lt",
    "{y}. gada {d}. {month}, {h}:{mi:02d}": "lv",
    "{y}ko {month} {d}a, {h}:{mi:02d}": "eu",
    "{d} ta’ {month} {y} {h}:{mi:02d}": "mt",
    "{month} {d}, {y} at {h}:{mi:02d}": "en id tr",
    "{y}年{m}月{d}日 {h}:{mi:02d}": "zh ja",
    "{y}년 {m}월 {d}일 {h}:{mi:02d}": "ko",
}
"""How the languages usually write a moment."""


@given(
    st.sampled_from([(pattern, lang) for pattern, langs in USUAL.items() for lang in langs.split()]),
    st.datetimes(datetime(1995, 1, 1), datetime(2026, 10, 1)),
    st.randoms(use_true_random=False),
)
def test_a_rendered_moment_reads_back(usual: tuple[str, str], when: datetime, choice) -> None:
    pattern, lang = usual
    names = MONTH_WORDS.groups[lang][when.month - 1] or [""]
    month = choice.choice(names).removesuffix("!").replace("_", " ")
    text = pattern.format(d=when.day, m=when.month, month=month, y=when.year, h=when.hour, mi=when.minute)
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang=lang))
    assert parsed is not None, text
    assert parsed.local == when.replace(second=0, microsecond=0), text


def test_the_words_of_the_cldr_are_as_the_script_writes_them() -> None:
    written = Path(cldr.__file__).read_text("utf-8")
    if f"CLDR {cldr_version()} as" not in written:
        pytest.skip("another version of the CLDR is installed than the one that cldr.py was written from")
    assert source() == written


CLDR_LOCALES = sorted({locale.partition("_")[0] for locale in LOCALES})


@given(
    st.sampled_from(CLDR_LOCALES),
    st.sampled_from(["short", "medium", "long", "full"]),
    st.booleans(),
    st.datetimes(datetime(1995, 1, 1), datetime(2026, 10, 1)),
)
@settings(deadline=None)
def test_a_date_as_the_cldr_writes_it_is_read_right_or_not_at_all(
    locale: str, width: Literal["short", "medium", "long", "full"], timed: bool, when: datetime
) -> None:
    if timed:
        pattern = str(get_datetime_format(width, locale=locale)).replace("'", "")
        text = pattern.format(format_time(when, "short", locale=locale), format_date(when, width, locale=locale))
    else:
        text = format_date(when, width, locale=locale)
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang=locale))
    assert parsed is None or parsed.local.date() == when.date(), text
    if parsed and parsed.precision == "minute":
        assert parsed.local == when.replace(second=0, microsecond=0), text
    if width in {"long", "full"} and parsed:
        found = find_date(text)
        assert found is not None, text


PIECES = st.sampled_from(
    "January 9 2012 15:04 pm am vor 3 Stunden ago 年 月 日 / . - T Z +01:00 GMT 00 99999 24:00 today 昨天 ² ፩ ٣".split()
)


@given(
    st.one_of(
        st.text(max_size=40), st.lists(PIECES, max_size=9).map(" ".join), st.lists(PIECES, max_size=9).map("".join)
    ),
    st.sampled_from([None, "en", "de", "zh", "hu", "no-such"]),
)
def test_no_text_makes_it_fail_or_reach_behind_the_calendar(text: str, lang: str | None) -> None:
    for mention in (DateMention(text=text), DateMention(machine=text), DateMention(text=text, machine=text)):
        parsed = parse_date(mention, PageClock(fetched_at=LATER, lang=lang, zone=zone_of("Asia/Tokyo")))
        assert (
            parsed is None
            or parsed.instant is None
            or abs(parsed.instant.replace(tzinfo=None) - parsed.local) <= timedelta(days=1)
        )


@pytest.mark.parametrize("machine", ["9999-12-31T23:00:00Z", "9999-12-31T00:30:00"])
@pytest.mark.parametrize("text", ["December 31, 9999 12:30", "31.12.9999, 11:59"])
def test_a_text_and_its_twin_at_the_end_of_the_calendar_do_not_make_it_fail(text: str, machine: str) -> None:
    parsed = parse_date(DateMention(text=text, machine=machine), PageClock(fetched_at=LATER))
    assert parsed is not None
    assert parsed.local.date() == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("words", "length", "unlike"),
    [
        # Croatian has Slavic names of its own for the months, one apart from those of its neighbours.
        (MONTH_WORDS, 12, {"lip", "lis", "listopad", "listopada", "srp", "mar", "maa"}),
        (UNIT_WORDS, 7, {"година", "години", "год"}),
    ],
)
def test_word_tables_are_whole_and_of_one_mind(words: Words, length: int, unlike: set[str]) -> None:
    meanings: dict[str, set[int]] = {}
    for lang, groups in words.groups.items():
        assert len(groups) == length, lang
        for place, group in enumerate(groups):
            for word in group:
                meanings.setdefault(folded_word(word), set()).add(place)
    assert {word for word, places in meanings.items() if len(places) > 1} <= unlike
