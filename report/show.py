"""How values are shown to people: numbers in groups, dates as one says them, lengths of time by their largest unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from markupsafe import Markup

from ..addresses import is_web_address
from ..inert import inert_line

LONGEST_NAME = 80
LONGEST_TITLE = 160
LONGEST_WORD = 300
"""Of an id or address, as it is shown."""
LONGEST_ADDRESS = 2_000
"""Of an address that is a link; servers refuse longer ones, and a page of such links would have no end."""

MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere: to a page of the report, by its path from the report's root, or out of it."""

    text: str
    href: str | None
    is_outside: bool = False
    note: str | None = None
    """Shown behind it, smaller."""


def outside(text: str, address: str | None) -> Link:
    """A link to the web; bare text where the address is none that a browser should open."""
    is_one = address and len(address) <= LONGEST_ADDRESS and is_web_address(address)
    return Link(text, address if is_one else None, is_outside=True)


def number(value: float | None) -> str:
    """A number with its thousands apart by a thin blank, as no language takes it for something else.

    >>> number(1234567), number(-1234), number(2.5), number(None)
    ('1\u202f234\u202f567', '−1\u202f234', '2.5', '')
    """
    if value is None:
        return ""
    text = f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"
    return text.replace(",", "\u202f").replace("-", "−")


def percent(share: float | None) -> str:
    """A share as whole percents, but 0 and 100 only where it is none or all.

    >>> percent(0.897), percent(0.9999), percent(0.001), percent(1), percent(None)
    ('90\u202f%', '99\u202f%', '1\u202f%', '100\u202f%', '')
    """
    if share is None:
        return ""
    rounded = 0 if share == 0 else 100 if share == 1 else min(99, max(1, round(100 * share)))
    return f"{rounded}\u202f%"


def counted(count: int, one: str, many: str | None = None) -> str:
    """
    >>> counted(1, "reply", "replies"), counted(2000, "post")
    ('1 reply', '2\u202f000 posts')
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def duration(seconds: float | None) -> str:
    """A length of time by its largest unit.

    >>> duration(40), duration(5400), duration(90000), duration(86400 * 400), duration(-5), duration(None)
    ('under a minute', '1.5 hours', '25 hours', '13 months', 'before it', '')
    """
    if seconds is None:
        return ""
    if seconds < 0:
        return "before it"
    for unit, length, until in (
        ("minute", 60, 90),
        ("hour", 3600, 36),
        ("day", 86_400, 45),
        ("month", 2_629_800, 36),
        ("year", 31_557_600, 10**9),
    ):
        amount = seconds / length
        if amount < 1 and unit == "minute":
            return "under a minute"
        if amount < until:
            rounded = round(amount, 1) if amount < 10 and unit == "hour" else round(amount)
            return counted(int(rounded), unit) if rounded == int(rounded) else f"{rounded} {unit}s"
    return ""


def day(moment: date) -> str:
    """
    >>> day(datetime(2012, 1, 9))
    '9 January 2012'
    """
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def month(moment: date) -> str:
    """
    >>> month(datetime(2012, 1, 9))
    'January 2012'
    """
    return f"{MONTHS[moment.month - 1]} {moment.year}"


def instant(moment: datetime | None) -> Markup:
    """An instant in UTC, to the minute."""
    if moment is None:
        return Markup("")
    moment = moment.astimezone(UTC)
    shown = f"{day(moment)}, {moment:%H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{moment:%Y-%m-%dT%H:%M:%SZ}", shown)


def published(row: dict) -> Markup:
    """When a post or comment was published, as finely as its page says: a wall clock's time, or the page's own words.

    Args:
        row: published_raw, published_local, published_at and published_precision.
    """
    local: datetime | None = row["published_local"]
    zone = ""
    if local is None and row["published_at"] is not None:
        local, zone = row["published_at"].astimezone(UTC).replace(tzinfo=None), " UTC"
    if local is None:
        return Markup('<span class="undated">{}</span>').format(short(row["published_raw"], 40) or "undated")
    precision = row["published_precision"]
    if precision == "year":
        return Markup('<time datetime="{}">{}</time>').format(f"{local.year:04d}", local.year)
    if precision == "month":
        return Markup('<time datetime="{}">{}</time>').format(f"{local:%Y-%m}", month(local))
    shown = day(local)
    if precision in ("second", "minute"):
        shown += f", {local:%H:%M}{zone}"
    if precision == "relative":
        shown = f"about {shown}"
    return Markup('<time datetime="{}">{}</time>').format(f"{local:%Y-%m-%dT%H:%M}", shown)


def short(text: str | None, length: int) -> str:
    """A text in one line, without what acts on where it stands, cut behind so many characters.

    >>> short(" a\\n b" + "c" * 9, 6)
    'a bcc…'
    """
    line = inert_line(text or "")
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def sentence(text: str) -> str:
    """
    >>> sentence("no answer"), sentence("")
    ('No answer.', '')
    """
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def name_of(name: str | None) -> str:
    """A person's name as it is shown; those who gave none are told so."""
    return short(name, LONGEST_NAME) or "no name"


def title_of(post: dict) -> str:
    """A post's title; one without any is called by its address."""
    return short(post["title"] or post["url"] or post["post_id"], LONGEST_TITLE)


def anchor(prefix: str, *parts: str) -> str:
    """The same short name for the same thing in every report, safe in addresses whatever the page called it.

    >>> anchor("c", "67fd8338e25cff2e:4611")
    'c6cfc49de3b97'
    """
    return prefix + sha256("\n".join(parts).encode()).hexdigest()[:12]
