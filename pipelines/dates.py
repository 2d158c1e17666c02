"""Dates: what a page states of a moment, as wall clock, as instant and as precise as it was stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from ..schemas import DateMention
from ..schemas.records import DatePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """A date as it was stated."""

    local: datetime
    """Wall clock, without zone; parts that were not stated are at their lowest."""
    instant: datetime | None
    """UTC; None where neither the date nor the site states an offset, or no time of day is stated."""
    precision: DatePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class PageClock:
    """How the dates of one page are to be read."""

    fetched_at: datetime
    """UTC; relative dates count from here, and nothing shown lies behind it."""
    lang: str | None = None
    """BCP 47 tag of the page."""
    zone: tzinfo | None = None
    """The site's zone where it is known."""
    month_first: bool | None = None
    """Whether 3/4 is March 4; None if the page does not decide it."""
    reference: datetime | None = None
    """Wall clock near which dates without a year lie: the post's own date."""


def parse_date(mention: DateMention, clock: PageClock) -> ParsedDate | None:
    if not mention.machine:
        return None
    try:
        d = datetime.fromisoformat(mention.machine)
    except ValueError:
        return None
    return ParsedDate(local=d.replace(tzinfo=None), instant=d.astimezone(UTC) if d.tzinfo else None, precision="second")


def month_first_of(mentions: list[DateMention], lang: str | None, fetched_at: datetime) -> bool | None:
    return None


def zone_of(name: str | None) -> tzinfo | None:
    return None
