"""The heads of archived records and of the HTTP answers in them: where they end, and what their fields say.

A WARC record begins with a version line and fields as HTTP has them (ISO 28500, section 4). An ARC record (Burner and
Kahle 1996, 'Arc File Format'; before 2009 most captures were kept so) begins with one line of fields parted by blanks:
five in version 1, ten in version 2. It is given the fields that a WARC record of the same would have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_HEAD = 64 * 1024
"""Bytes of a head; where none ends within so many, there is none."""

MARK = re.compile(
    rb"""WARC/\d
      | (?:https?://[^\s]{1,8000} | (?:^|(?<=\n))[a-z][a-z0-9+.-]{0,30}:[^\r\n]{1,8000}?)
        \ (?:[0-9a-f.:]{1,45}|-|unknown)\ (?:19|20)\d{10,12}[ ]""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a record begins: the version of WARC, or in an ARC file address, host and date, at the beginning of a line unless
what stands before it was cut off."""
LONGEST_MARK = 8100
HEAD_END = re.compile(rb"\r{0,2}\n\r{0,2}\n|\r\r(?!\n)")
"""The empty line behind a head, also of servers and writers that end their lines with LF or CR alone."""

_WARC = re.compile(rb"WARC/\d", re.IGNORECASE)
_FOLD = re.compile(rb"\r{0,2}[\r\n][ \t]+")
_LINE_END = re.compile(rb"[\r\n]+")
_MIME = "arc-content-type"
_ARC_HOST = re.compile(rb"[0-9a-f.:]{1,45}|-|unknown", re.IGNORECASE)
_ARC_DATE = re.compile(rb"(?:19|20)\d{10,12}")
_LEAST_ARC_FIELDS = 5

_PARTIAL_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d)?)?)?Z?")
_DIGITS = re.compile(r"\d{4,14}")
_UTC = re.compile(r" ?(?:z|utc|gmt)$", re.IGNORECASE)
_FIRST_MOMENT = "00000101000000"
EARLIEST_YEAR = 1990
"""Before there was a web, no clock was right."""


class Damaged(Exception):
    """A record that is not whole; the message says how."""


def record_head(content: bytes) -> tuple[dict[str, str], int]:
    """The fields of the record that the bytes begin with, by lower-case name, and the length of its head.

    Raises:
        Damaged: no record begins there, or its head does not end.
    """
    if _WARC.match(content):
        end = HEAD_END.search(content, 0, LONGEST_HEAD)
        if end is None:
            raise Damaged("the headers of the record do not end")
        pairs = fields_of(content[: end.start()].partition(b"\n")[2])
        return {name.decode("utf-8", "replace").lower(): value.decode("utf-8", "replace") for name, value in pairs}, (
            end.end()
        )
    line, newline, _ = content[:LONGEST_HEAD].partition(b"\n")
    fields = _arc_fields(line.rstrip(b"\r")) if newline else None
    if fields is None:
        raise Damaged("no WARC or ARC record")
    return fields, len(line) + 1


def fields_of(lines: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and value of each field of a head; a value that goes on in further lines is one line.

    >>> list(fields_of(b"Content-Type:\\r\\n  text/html;\\r\\n\\tcharset=utf-8\\r\\nServer: x"))
    [(b'Content-Type', b'text/html; charset=utf-8'), (b'Server', b'x')]
    """
    for line in _LINE_END.split(_FOLD.sub(b" ", lines)):
        name, colon, value = line.partition(b":")
        if colon:
            yield name.strip(), value.strip()


def is_headed(fields: dict[str, str]) -> bool:
    """Whether fields are those that every record has: what reads as a head by chance has not."""
    return "warc-type" in fields and not fields.keys().isdisjoint(("content-length", "warc-record-id"))


def _arc_fields(line: bytes) -> dict[str, str] | None:
    """The fields of an ARC record's line; None for any other line.

    Addresses and media types may hold blanks, so the capture's date and what stands before it are looked for.
    """
    parts = line.split(b" ")
    if len(parts) < _LEAST_ARC_FIELDS or not parts[-1].isdigit() or not MARK.match(line):
        return None
    for at in range(len(parts) - 3, 1, -1):
        if _ARC_DATE.fullmatch(parts[at]) and _ARC_HOST.fullmatch(parts[at - 1]):
            url = b" ".join(parts[: at - 1]).decode("utf-8", "replace")
            mime = parts[at + 1].decode("latin-1").partition(";")[0]
            return {
                "warc-type": "warcinfo" if url.startswith("filedesc:") else "response",
                "warc-target-uri": url,
                "warc-date": parts[at].decode(),
                "content-length": parts[-1].decode(),
                _MIME: mime if "/" in mime else "",
            }
    return None


def media_type_of(fields: dict[str, str]) -> str | None:
    """The media type that the record itself states for a block that holds no HTTP head.

    None where it says that it holds one, or nothing.
    """
    if _MIME in fields:
        return fields[_MIME]
    stated = fields.get("content-type", "")
    return stated if stated and not stated.lower().startswith("application/http") else None


def moment_of(stated: str) -> datetime | None:
    """The moment in UTC that an archive or a server states; None if none can be read.

    Without a zone it is UTC, as the standard says, whatever the machine's is. Old writers give digits alone, ARC files
    always; WARC 1.1 allows a part of a date.

    >>> [str(moment_of(text)) for text in ("2012-06-01T00:00:00", "20120601", "2012-06-01T02:00:00+0200")]
    ['2012-06-01 00:00:00+00:00', '2012-06-01 00:00:00+00:00', '2012-06-01 00:00:00+00:00']
    >>> str(moment_of("Fri, 01 Jun 2012 00:00:00 GMT")), moment_of("2012-06-011T05:21:46-0700")
    ('2012-06-01 00:00:00+00:00', None)
    """
    stated = stated.strip()
    if _PARTIAL_ISO.fullmatch(stated):
        stated = re.sub(r"\D", "", stated)
    try:
        if _DIGITS.fullmatch(stated):
            found = datetime.strptime(stated + _FIRST_MOMENT[len(stated) :], "%Y%m%d%H%M%S")
        elif stated[:4].isdigit():
            found = datetime.fromisoformat(_UTC.sub("+00:00", stated))
        else:
            found = parsedate_to_datetime(stated)
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= EARLIEST_YEAR else None
