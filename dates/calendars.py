"""Days of other calendars as days of ours."""

from __future__ import annotations

from datetime import date, timedelta

BUDDHIST_AHEAD = 543
"""Years by which Thailand counts more."""

LEAP_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Years of 33 that have a day more, as the astronomical calendar of Iran had them from 1178 to 1633 (1799 to 2255)."""
CYCLE = 33
KNOWN_YEAR, KNOWN_DAY = 1375, date(1996, 3, 20)
"""A year and its first day."""
LONG_MONTHS = 6
"""Those of spring and summer, of 31 days; the others have 30, the last one 29 but in leap years."""


def from_jalali(year: int, month: int, day: int) -> date | None:
    """The day of a Persian date; None if that calendar has no such day.

    >>> from_jalali(1390, 10, 13), from_jalali(1391, 12, 30), from_jalali(1390, 12, 30)
    (datetime.date(2012, 1, 3), datetime.date(2013, 3, 20), None)
    """
    longest = 31 if month <= LONG_MONTHS else 30 if month < 12 or is_leap_jalali(year) else 29
    if not (1178 <= year <= 1633 and 1 <= month <= 12 and 1 <= day <= longest):
        return None
    before = 31 * min(month - 1, LONG_MONTHS) + 30 * max(month - 1 - LONG_MONTHS, 0)
    return _first_day(year) + timedelta(days=before + day - 1)


def is_leap_jalali(year: int) -> bool:
    """Whether a Persian year has 366 days.

    >>> [year for year in range(1370, 1410) if is_leap_jalali(year)]
    [1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408]
    """
    return year % CYCLE in LEAP_YEARS


def _first_day(year: int) -> date:
    between = range(min(year, KNOWN_YEAR), max(year, KNOWN_YEAR))
    days = 365 * len(between) + sum(map(is_leap_jalali, between))
    return KNOWN_DAY + timedelta(days=days if year >= KNOWN_YEAR else -days)
