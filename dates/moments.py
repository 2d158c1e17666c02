"""Dates: the moment that a page states, as wall clock, as instant, and as precise as it was stated.

A page may state a date twice: as text, and in a machine-readable twin. The text says what the clock on the site's wall
showed; the twin, where it has an offset, which instant that was. A date that can be read in two ways is None unless the
twin, the rest of the page or its language decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..addresses import path_of
from ..schemas import DateMention
from ..schemas.records import DatePrecision
from .back import Back
from .calendars import BUDDHIST_AHEAD, from_jalali
from .text import Day, Reading, offset_minutes, read_text
from .words import base_language


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """A date as it was stated."""

    local: datetime
    """Wall clock, without zone; what was not stated is at its lowest."""
    instant: datetime | None
    """UTC; None where no offset is stated or known, or no time of day is."""
    precision: DatePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class PageClock:
    """How the dates of one page are to be read."""

    fetched_at: datetime | None
    """UTC; relative dates count from here, and nothing shown lies behind it. None if it is not known."""
    lang: str | None = None
    """BCP 47 tag of the page."""
    zone: tzinfo | None = None
    """The site's zone; None if it is not known."""
    month_first: bool | None = None
    """Whether 3/4 is March 4; None if the page does not decide it."""
    reference: datetime | None = None
    """Wall clock behind which the next date without a year lies: the post's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One of the two ways in which a page states a date."""

    local: datetime
    precision: DatePrecision
    instant: datetime | None = None
    half_stated: bool = True
    """False where '3:04' might be in the afternoon as well."""


DAY = timedelta(days=1)
FARTHEST = timedelta(hours=14)
"""Largest difference of a clock on earth to UTC, and of two neighbours' offsets from the same instant."""
QUARTER = timedelta(minutes=15)
"""All offsets are whole multiples of it."""

TIMED = frozenset({"second", "minute"})


# Kept, for each step of reading asks it of the dates of a page anew.
@lru_cache(maxsize=1 << 11)
def parse_date(mention: DateMention, clock: PageClock) -> ParsedDate | None:
    """The moment that a mention states; None if it states none, or one that could be read in two ways.

    >>> now = datetime(2026, 11, 1, tzinfo=UTC)
    >>> parse_date(DateMention(text="9. Januar 2012 um 15:04 Uhr"), PageClock(fetched_at=now, lang="de")).local
    datetime.datetime(2012, 1, 9, 15, 4)
    >>> parse_date(DateMention(text="3/4/2012"), PageClock(fetched_at=now)) is None
    True
    """
    twin = _machine(mention, clock)
    shown = _shown(mention.text, clock, twin)
    if shown is None:
        return _known(twin, clock) if twin else None
    return _united(shown, twin, clock) if twin else _known(shown, clock)


def zone_of(name: str | None) -> tzinfo | None:
    """The zone of an IANA name or of an offset like '+02:00'; None if it is neither.

    >>> zone_of("+05:30")
    datetime.timezone(datetime.timedelta(seconds=19800))
    >>> zone_of("Mars/Olympus") is None
    True
    """
    if not name:
        return None
    if re.fullmatch(r"[+-]\d{1,2}(?::?\d\d)?", name, re.A):
        minutes = offset_minutes(name)
        return None if minutes is None else timezone(timedelta(minutes=minutes))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no such file, a folder of them, or no relative path at all
        return None


# -- the machine-readable twin ----------------------------------------------------------------------------------------

EPOCH = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?", re.A)
NO_DATE_BEFORE = 1971
"""Year. What lies earlier is a machine's way of saying that there is no date: 0000-00-00, 0001-01-01, epoch 0."""


def _machine(mention: DateMention, clock: PageClock) -> Stated | None:
    stated = _machine_value(mention.machine, clock)
    utc = _machine_value(mention.machine_utc, clock)
    if utc is None:
        return stated
    instant = utc.instant or utc.local.replace(tzinfo=UTC)
    return replace(stated or utc, instant=instant)


def _machine_value(text: str | None, clock: PageClock) -> Stated | None:
    value = (text or "").strip()
    if not value:
        return None
    if epoch := EPOCH.fullmatch(value):
        instant = datetime.fromtimestamp(int(epoch[1]), UTC)
        return Stated(local=_wall(instant, clock.zone), precision="second", instant=instant)
    if re.fullmatch(r"(?:19|20)\d\d", value, re.A):
        return Stated(local=datetime(int(value), 1, 1), precision="year")
    stated = _iso(value) or _resolved(read_text(value, clock.lang), clock, None)
    is_date = stated and stated.precision != "relative" and stated.local.year >= NO_DATE_BEFORE
    return stated if is_date else None


def _iso(value: str) -> Stated | None:
    try:
        moment = datetime.fromisoformat(value).replace(microsecond=0)
    except ValueError:
        return None
    precision = "day" if len(value) <= 10 else "second" if value.count(":") >= 2 or "T" in value[8:9] else "minute"
    if moment.tzinfo is None:
        return Stated(local=moment, precision=precision)
    return Stated(local=moment.replace(tzinfo=None), precision=precision, instant=_utc(moment))


def _utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # the first or last hours of the calendar
        return None


# -- the text ---------------------------------------------------------------------------------------------------------


def _shown(text: str | None, clock: PageClock, twin: Stated | None) -> Stated | None:
    return _resolved(read_text(text, clock.lang), clock, twin) if text else None


def _resolved(reading: Reading | None, clock: PageClock, twin: Stated | None) -> Stated | None:
    """What a reading states once its day is decided; None if it cannot be."""
    if reading is None:
        return None
    if reading.back:
        return _counted_back(reading.back, reading, clock.fetched_at, clock.zone) if clock.fetched_at else None
    day = _day(reading, clock, twin)
    if day is None:
        return None
    whole = reading.days[0].day is not None
    if reading.time is None or not whole:
        return Stated(local=datetime(day.year, day.month, day.day), precision="day" if whole else "month")
    time = reading.time
    local = datetime(day.year, day.month, day.day, time.hour, time.minute, time.second or 0)
    instant = None
    if reading.offset is not None:
        instant = _utc(local.replace(tzinfo=timezone(timedelta(minutes=reading.offset))))
    precision = "minute" if time.second is None else "second"
    return Stated(local=local, precision=precision, instant=instant, half_stated=time.half_stated)


def _day(reading: Reading, clock: PageClock, twin: Stated | None) -> date | None:
    """The one day that a reading can mean; None if there is none, or more than one."""
    orders = [list(_completed(stated, clock, twin)) for stated in reading.days]
    if reading.dotted and not clock.month_first and base_language(clock.lang) != "en":
        orders = [order for order in orders if order][:1]
    days = [day for order in orders for day in order]
    if reading.weekday is not None:
        days = [day for day in days if day.weekday() == reading.weekday]
    if twin:
        near = [day for day in days if abs(day - twin.local.date()) <= DAY]
        days = near or days
    if clock.fetched_at:
        days = [day for day in days if day - DAY <= clock.fetched_at.date()] or days
    if clock.month_first is None and clock.reference and reading.numeric:
        # No comment is older than its post.
        days = [day for day in days if day >= clock.reference.date() - DAY] or days
    days = list(dict.fromkeys(days))
    if len(days) == 2 and reading.numeric and clock.month_first is not None:
        return days[1] if clock.month_first else days[0]
    return days[0] if len(days) == 1 else None


def _completed(stated: Day, clock: PageClock, twin: Stated | None) -> Iterable[date]:
    """The days of the calendar that a stated day can be: none if it is not in the calendar."""
    if stated.year is None:
        return _without_year(stated, clock, twin)
    if stated.year >= 100:
        years = [stated.year]
    elif stated.calendar == "gregorian":
        years = [stated.year + (2000 if 2000 + stated.year <= _latest_year(clock) else 1900)]
    else:
        # Two digits of a year that may be counted in two ways: only one of them lies in the days of the web.
        years = [stated.year + century for century in (1300, 1400, 2500)]
    days = [day for year in years if (day := _calendar(year, stated))]
    if stated.year < 100 and stated.calendar != "gregorian":
        ours = _calendar(2000 + stated.year, replace(stated, calendar="gregorian"))
        days = [day for day in [*days, ours] if day and NO_BLOG_BEFORE <= day.year <= _latest_year(clock)]
    return days


NO_BLOG_BEFORE = 1994
"""Year. An earlier one of two digits is counted from elsewhere."""


def _latest_year(clock: PageClock) -> int:
    """Last year that a year of two digits can mean."""
    return clock.fetched_at.year + 1 if clock.fetched_at else 2069


def _without_year(stated: Day, clock: PageClock, twin: Stated | None) -> Iterable[date]:
    if twin:
        years = range(twin.local.year - 1, twin.local.year + 2)
        days = [day for year in years if (day := _calendar(year, stated))]
        return [day for day in days if abs(day - twin.local.date()) <= DAY]
    if clock.reference is None:
        return []
    first = clock.reference.date() - DAY
    days = [day for year in (first.year, first.year + 1) if (day := _calendar(year, stated)) and day >= first]
    return days[:1]


def _calendar(year: int, stated: Day) -> date | None:
    if stated.calendar == "jalali":
        return from_jalali(year, stated.month, stated.day or 1)
    if stated.calendar == "buddhist":
        year -= BUDDHIST_AHEAD
    try:
        return date(year, stated.month, stated.day or 1)
    except ValueError:
        return None


def _counted_back(back: Back, reading: Reading, now: datetime, zone: tzinfo | None) -> Stated:
    then = _months_earlier(now.replace(microsecond=0), back.months) - timedelta(seconds=back.seconds)
    local = _wall(then, zone)
    if reading.time is None:
        return Stated(local=local, precision="relative", instant=then)
    time = reading.time
    local = local.replace(hour=time.hour, minute=time.minute, second=time.second or 0, microsecond=0)
    return Stated(local=local, precision="relative", instant=_instant_of(local, zone))


def _months_earlier(moment: datetime, months: int) -> datetime:
    """The same day some months before, or the last of that month if it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 0, -1):
        if _calendar(year, Day(year, month + 1, day)):
            return moment.replace(year=year, month=month + 1, day=day)
    return moment


# -- both together ----------------------------------------------------------------------------------------------------


def _united(shown: Stated, twin: Stated, clock: PageClock) -> ParsedDate:
    """The wall clock of the text and the instant of its twin, as far as they are about the same moment."""
    if shown.precision == "relative":
        return _known(twin, clock)
    if shown.precision not in TIMED:
        return _coarse_text(shown, twin, clock)
    if twin.precision not in TIMED:
        return _known(shown, clock)
    minute = twin.local.replace(second=0)
    wall = shown.local.replace(second=0)
    # Without 'pm' the later half of the day is the second guess.
    halves = [timedelta(0)] if shown.half_stated or wall.hour >= 12 else [timedelta(0), DAY / 2]
    for half in halves:
        apart = wall + half - minute
        if not apart:
            return _known(replace(twin, instant=twin.instant or shown.instant), clock, keep_wall=True)
    for half in halves:
        apart = wall + half - minute
        if abs(apart) <= FARTHEST and not apart % QUARTER:
            seconds = shown.local.second or twin.local.second
            local = (shown.local + half).replace(second=seconds)
            return _known(replace(twin, local=local, instant=twin.instant or shown.instant), clock, keep_wall=True)
    return _known(shown, clock)


def _coarse_text(shown: Stated, twin: Stated, clock: PageClock) -> ParsedDate:
    """A text without a time of day beside its twin."""
    same_day = _includes(shown, twin.local)
    if twin.precision not in TIMED:
        return _known(twin if same_day and shown.precision != "day" else shown, clock)
    if same_day:
        if not (twin.local.hour or twin.local.minute or twin.local.second):
            return _known(Stated(local=twin.local, precision="day"), clock)
        return _known(twin, clock, keep_wall=True)
    if twin.instant and clock.zone and _includes(shown, _wall(twin.instant, clock.zone)):
        return _known(replace(twin, local=_wall(twin.instant, clock.zone)), clock, keep_wall=True)
    if twin.instant and abs(twin.local - shown.local - DAY / 2) <= DAY / 2 + FARTHEST:
        # The twin is in another zone than the text: the hour on the wall is not known, the instant is.
        return ParsedDate(local=shown.local, instant=twin.instant, precision=shown.precision)
    return _known(shown, clock)


def _includes(shown: Stated, moment: datetime) -> bool:
    """Whether a moment lies in the day, month or year shown."""
    parts = {"day": 3, "month": 2, "year": 1}[shown.precision]
    return shown.local.timetuple()[:parts] == moment.timetuple()[:parts]


def _known(stated: Stated, clock: PageClock, *, keep_wall: bool = False) -> ParsedDate:
    """A stated date with what the site's zone adds to it.

    Args:
        keep_wall: the wall clock was shown; otherwise an instant stated in UTC is shown as the site's clock had it.
    """
    local, precision = stated.local, stated.precision
    if precision in TIMED and not keep_wall and stated.instant and clock.zone and local == _wall(stated.instant, None):
        local = _wall(stated.instant, clock.zone)
    instant = stated.instant
    if instant is None and precision in TIMED:
        instant = _instant_of(local, clock.zone)
    return ParsedDate(local=local, instant=instant, precision=precision)


def _wall(instant: datetime, zone: tzinfo | None) -> datetime:
    """What a clock in the zone showed, in UTC if it is not known; whole seconds."""
    return instant.astimezone(zone or UTC).replace(tzinfo=None, microsecond=0)


def _instant_of(local: datetime, zone: tzinfo | None) -> datetime | None:
    return None if zone is None else _utc(local.replace(tzinfo=zone))


# -- day or month first -----------------------------------------------------------------------------------------------

IN_NUMBERS = re.compile(r"\d[./-] ?\d{1,2}[./-] ?\d")
MONTH_FIRST_REGIONS = frozenset({"us", "ph", "pr", "gu", "um", "fm", "pw", "bz"})
UNDECIDED_REGIONS = frozenset({"", "ca", "001", "150"})
"""Regions in which English dates are written both ways."""


def month_first_of(
    mentions: Iterable[DateMention],
    lang: str | None,
    fetched_at: datetime | None,
    *,
    posted: DateMention | None = None,
    url: str | None = None,
) -> bool | None:
    """Whether a page writes the month before the day, as all of its dates together show; None if they leave it open.

    What a date itself shows (13/1, its twin, its weekday, one reading in the future, the day in the post's address)
    goes before what the dates show together: on a page of comments they are sorted in the right reading, and none lies
    before its post. Last come what the page's language usually does, and in which reading comments follow soon; what
    contradicts itself decides nothing.

    Args:
        posted: the post's own date, which is one of the page's dates too.
        url: the post's address, which may hold its day ('/2011/10/04/').
    """
    clock = PageClock(fetched_at=fetched_at, lang=lang)
    addressed = day_of_address(url)
    earliest = _posted_day(posted, clock) or (addressed.first if addressed else None)
    readings: list[tuple[date, date]] = []
    votes: set[bool] = set()
    dotted = False
    for mention in [*mentions, *([posted] if posted else [])]:
        pair = _two_readings(mention, clock)
        if pair is None:
            continue
        day_first, month_first, decided, is_dotted = pair
        dotted = dotted or is_dotted
        if mention is posted and addressed and addressed.is_day and decided is None:
            near = [day for day in (day_first, month_first) if day and abs(day - addressed.first) <= DAY]
            decided = near[0] if len(near) == 1 else None
        if decided:
            votes.add(decided == month_first)
        elif day_first and month_first:
            readings.append((day_first, month_first))
    if votes:
        return votes.pop() if len(votes) == 1 else None
    together = {way for way in (False, True) if _only_way(readings, earliest, way)}
    together |= _steady_month(readings)
    sorted_ways = [_is_sorted([pair[way] for pair in readings]) for way in (0, 1)]
    if len(readings) >= 3 and sorted_ways[0] != sorted_ways[1]:
        together.add(sorted_ways[1])
    if together:
        return together.pop() if len(together) == 1 else None
    if base_language(lang) != "en":
        usual = _usual_order(lang)
        return _soon_after(readings, earliest) if usual is None else usual
    # Many a theme calls itself English in any country; with dots its dates are as often German ones.
    soon = _soon_after(readings, earliest)
    return soon if soon is not None or dotted else _usual_order(lang)


MANY_DAYS = 3


def _steady_month(readings: list[tuple[date, date]]) -> set[bool]:
    """The order in which all dates lie in one month, where the other would have them on one day of many months."""
    different = {day_first for day_first, month_first in readings if day_first != month_first}
    if len(different) < MANY_DAYS:
        return set()
    one_month = len({(day.year, day.month) for day in different}) == 1
    one_day = len({(day.year, day.day) for day in different}) == 1
    return {False} if one_month else {True} if one_day else set()


SOON, LATE = timedelta(days=31), timedelta(days=62)


def _soon_after(readings: list[tuple[date, date]], earliest: date | None) -> bool | None:
    """The order in which a page's first comments follow their post within a month, where the other leaves two empty."""
    if earliest is None or len(set(readings)) < 2:
        return None
    day_first, month_first = (min(pair[way] for pair in readings) - earliest for way in (0, 1))
    if min(day_first, month_first) > SOON or max(day_first, month_first) < LATE:
        return None
    return month_first < day_first


def _two_readings(mention: DateMention, clock: PageClock) -> tuple[date | None, date | None, date | None, bool] | None:
    """The day of a date in numbers with the day first, with the month first, the one it must be, if any; dotted."""
    if not mention.text or not IN_NUMBERS.search(mention.text):
        return None
    reading = read_text(mention.text, clock.lang)
    if reading is None or not reading.numeric:
        return None
    day_first, *others = (_day(replace(reading, days=(day,)), clock, None) for day in reading.days)
    if not others:
        return day_first, day_first, None, reading.dotted
    # The dots alone decide nothing here: the clock has no order yet.
    decided = _day(replace(reading, dotted=False), clock, _machine(mention, clock))
    return day_first, others[0], decided, reading.dotted


def _only_way(readings: list[tuple[date, date]], earliest: date | None, way: bool) -> bool:
    """Whether some of the dates lie before the post unless they are read in this way."""
    return earliest is not None and any(
        pair[way] >= earliest - DAY and pair[not way] < earliest - DAY for pair in readings
    )


def _posted_day(posted: DateMention | None, clock: PageClock) -> date | None:
    """The day of a post whose date is stated beyond doubt."""
    stated = posted and parse_date(posted, clock)
    return stated.local.date() if stated and stated.precision in {"day", *TIMED} else None


@dataclass(frozen=True, slots=True)
class AddressDay:
    """When a post's address says that it appeared."""

    first: date
    """That day, or the first of the month if the address has no day."""
    is_day: bool


DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?=[/_-]|$)", re.A)


def day_of_address(url: str | None) -> AddressDay | None:
    """The day or month in an address; None if it holds none.

    >>> day_of_address("https://blog.example.org/2011/10/04/one/").first
    datetime.date(2011, 10, 4)
    >>> day_of_address("https://blog.example.org/posts/2011/") is None
    True
    """
    found = DAY_IN_PATH.search(path_of(url or ""))
    day = found and _calendar(int(found[1]), Day(int(found[1]), int(found[2]), int(found[3] or 1)))
    return AddressDay(first=day, is_day=bool(found and found[3])) if day else None


def _is_sorted(days: list[date]) -> bool:
    return days in (sorted(days), sorted(days, reverse=True))


def _usual_order(lang: str | None) -> bool | None:
    base = base_language(lang)
    if not base:
        return None
    if base not in {"en", "es", "fil"}:
        return False
    region = (lang or "").replace("_", "-").lower().rpartition("-")[2]
    region = "" if region == base else region
    if region in MONTH_FIRST_REGIONS or base == "fil":
        return True if base != "es" or region == "pr" else None
    return None if base == "en" and region in UNDECIDED_REGIONS else False
