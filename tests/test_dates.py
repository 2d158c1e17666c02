"""Dates as pages write them. The tables in dates/ are the cases; an empty cell is None."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.dates.moments import PageClock, month_first_of, parse_date, zone_of
from rejoinder.dates.words import MONTHS, UNITS, fold
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
    names = MONTHS[lang].split(",")[when.month - 1].split() if lang in MONTHS else [""]
    month = choice.choice(names).removesuffix("!")
    text = pattern.format(d=when.day, m=when.month, month=month, y=when.year, h=when.hour, mi=when.minute)
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=LATER, lang=lang))
    assert parsed is not None, text
    assert parsed.local == when.replace(second=0, microsecond=0), text


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


@pytest.mark.parametrize(("table", "length"), [(MONTHS, 12), (UNITS, 7)])
def test_word_tables_are_whole_and_of_one_mind(table: dict[str, str], length: int) -> None:
    meanings: dict[str, set[int]] = {}
    for lang, text in table.items():
        groups = text.split(",")
        assert len(groups) == length, lang
        for place, group in enumerate(groups):
            for word in group.split():
                if not word.endswith("!"):
                    meanings.setdefault(fold(word), set()).add(place)
    assert not {word: places for word, places in meanings.items() if len(places) > 1}
