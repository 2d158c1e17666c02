"""When an export was made: no file states it for certain, and its newest date is a lower bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

from ...schemas import Damages
from ..xml.encoding import utf8_chunks

_RECORDS = re.compile(r"<(?:[\w.-]{1,50}:)?(?:item|entry|thread|post)[\s>]")
_STATED = re.compile(
    r"<(?:[\w.-]{1,50}:)?(?:pubDate|lastBuildDate|updated)>\s{0,50}([^<]{1,60})<|\screated=[\"']([^\"'<>]{1,40})[\"']"
)
_DATED = re.compile(
    rb">(?:<!\[CDATA\[)?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d)"
)
"""A time of day that an element of any name begins with."""
_LONGEST = 60
_CLOCK_ERROR = timedelta(days=1)


def exported_at(path: Path, head: str, opened: Callable[[Path], BinaryIO]) -> datetime:
    """When an export was made, in UTC: as it states before its records, else when the file was last changed.

    What it states may be older than what it holds (WordPress 2 wrote when the last post was changed): it is never
    earlier than the newest date of any record. Dates behind the file's own change are no dates of records, but planned
    or wrong, unless most are: then the file's time is. The same holds for what it states.
    """
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    latest = changed + _CLOCK_ERROR
    with opened(path) as file:
        newest = next(_newest(_dates(file), latest), changed)
    stated = max((moment for moment in _stated(head) if moment <= max(newest, latest)), default=changed)
    return max(stated, newest)


def _stated(head: str) -> Iterator[datetime]:
    """The times that a file states of itself before its first record."""
    before = _RECORDS.split(head, maxsplit=1)[0]
    for element, attribute in _STATED.findall(before):
        if moment := _moment((element or attribute).strip()):
            yield moment


def _newest(dates: Iterator[str], latest: datetime) -> Iterator[datetime]:
    """The newest of the dates until `latest`, or of all where most are later; none where there is none."""
    until, behind = datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    counts = [0, 0]
    last: tuple[str, datetime | None] = ("", None)
    for text in dates:
        if text != last[0]:
            last = text, _moment(text)
        moment = last[1]
        if moment is None:
            continue
        if moment <= latest:
            counts[0] += 1
            until = max(until, moment)
        else:
            counts[1] += 1
            behind = max(behind, moment)
    if any(counts):
        yield until if counts[0] >= counts[1] else behind


def _dates(file: BinaryIO) -> Iterator[str]:
    tail = b""
    for chunk in utf8_chunks(file, Damages()):
        text = tail + chunk
        end = 0
        for found in _DATED.finditer(text):
            yield found[1].decode("ascii")
            end = found.end()
        tail = text[max(end, len(text) - _LONGEST) :]


def _moment(text: str) -> datetime | None:
    """A time in UTC, where it states no zone too; None for what is none.

    >>> _moment("Tue, 05 May 2020 10:00:00 +0000").isoformat(), _moment("2008-10-22 14:50").isoformat()
    ('2020-05-05T10:00:00+00:00', '2008-10-22T14:50:00+00:00')
    """
    try:
        moment = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
