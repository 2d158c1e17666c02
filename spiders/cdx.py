"""The index of a web archive (CDX server API): which queries ask for a blog, what they answer, which captures to take.

Spoken by the Wayback Machine, pywb, Arquivo.pt and others; the dialects differ in the form of their rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from ..addresses import host_of, split_address
from ..pipelines.urls import ONE_BLOG_TWO_SPELLINGS, bare_host, canonical_page
from .archives.pages import is_candidate, listing_folder
from .guard import is_loopback

WAYBACK = "https://web.archive.org/web"
ROWS = 50_000
"""Rows of one answer; what lies behind them is asked for with the resume key that the answer ends with."""

Captures = Literal["first", "last", "all", "yearly"]


class NotCdx(ValueError):
    """An answer asked for as index rows is none."""


@dataclass(frozen=True, slots=True, order=True)
class CaptureRow:
    """One capture of the index."""

    timestamp: str
    """14 digits, UTC."""
    url: str
    digest: str

    @property
    def year(self) -> str:
        return self.timestamp[:4]


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """What one query of the index gave."""

    rows: list[CaptureRow]
    """Captures of pages that answered 200, and of pages found unchanged since."""
    resume_key: str | None = None
    """Asks for what lies behind the last row; None at the end."""


def cdx_url(archive: str) -> str:
    """Where an archive's index is asked, from the address below which its captures stand.

    >>> cdx_url("https://web.archive.org/web/"), cdx_url("http://127.0.0.1:8080/blog")
    ('https://web.archive.org/cdx/search/cdx', 'http://127.0.0.1:8080/blog/cdx')
    """
    root = archive.rstrip("/")
    if host_of(root) == "web.archive.org":
        return "https://web.archive.org/cdx/search/cdx"
    return f"{root}/cdx"


def capture_url(archive: str, row: CaptureRow) -> str:
    """The capture as it was archived, without the archive's own banner and links (`id_`)."""
    return f"{archive.rstrip('/')}/{row.timestamp}id_/{row.url}"


def spellings(start: str) -> list[str]:
    """The prefixes under which an index may hold a blog: with and without `www.`, and a path's two spellings.

    Schemes make no difference: indexes sort both under one key.

    >>> spellings("https://blog.example.org/ada/")
    ['blog.example.org/ada/', 'www.blog.example.org/ada/']
    """
    parts = split_address(start)
    if parts is None:
        raise ValueError(f"{start!r} is no URL")
    host = bare_host(parts.netloc)
    paths = [parts.path or "/"]
    if host in ONE_BLOG_TWO_SPELLINGS:
        blog, slash, rest = parts.path.removeprefix("/").partition("/")
        names = dict.fromkeys((blog.replace("_", "-"), blog.replace("-", "_")))
        paths = [f"/{name}{slash}{rest}" for name in names]
    hosts = [host] if is_loopback(parts.hostname or "") else [host, f"www.{host}"]
    return [host + path for host in hosts for path in paths]


def queries(archive: str, start: str, *, since: str | None, until: str | None) -> list[str]:
    """The first queries of a blog: each spelling by resume key, then page by page.

    Both, because an index can hold captures that only one of the two gives.

    Args:
        since, until: 4 to 14 digits of a timestamp, both inclusive; None for no bound.
    """
    found = []
    for prefix in spellings(start):
        # Regular expressions at the Wayback Machine; elsewhere texts that no row contains, so they leave nothing out.
        query: list[tuple[str, str | int]] = [
            ("url", prefix),
            ("matchType", "prefix"),
            ("output", "json"),
            ("filter", "!mimetype:(image|video|audio|font)/.*"),
            ("filter", "!statuscode:[345].."),
        ]
        query += [(name, value) for name, value in (("from", since), ("to", until)) if value]
        found.append(f"{cdx_url(archive)}?{urlencode([*query, ('limit', ROWS), ('showResumeKey', 'true')])}")
        found.append(f"{cdx_url(archive)}?{urlencode([*query, ('page', 0)])}")
    return found


def following(url: str, answer: IndexAnswer) -> str | None:
    """The query for what lies behind an answer; None where it was the last.

    A query page by page ends with its first empty page: not every archive tells how many there are.
    """
    if page := re.search(r"(?<=[?&]page=)\d{1,9}", url):
        return url[: page.start()] + str(int(page[0]) + 1) + url[page.end() :] if answer.rows else None
    if answer.resume_key is None:
        return None
    base = re.sub(r"&resumeKey=[^&]*", "", url)
    return f"{base}&{urlencode({'resumeKey': answer.resume_key})}"


def read_index(body: bytes) -> IndexAnswer:
    """The rows of an index answer in any of its forms: one JSON array, JSON lines, or lines of blank-separated fields.

    Raises:
        NotCdx: it is none of them, such as a page that says why not.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return IndexAnswer([])
    if text.startswith("["):
        return _from_array(text)
    rows: list[CaptureRow] = []
    for line in text.splitlines():
        if not line.strip():
            break  # a resume key follows, which only the array form is asked for
        if row := _of_fields(_fields_of(line)):
            rows.append(row)
    return IndexAnswer(rows)


def _from_array(text: str) -> IndexAnswer:
    try:
        header, *lines = msgspec.json.decode(text, type=list[list[str | None]]) or [[]]
    except msgspec.DecodeError as error:
        raise NotCdx(f"no index rows: {error}") from error
    rows: list[CaptureRow] = []
    key = None
    for number, line in enumerate(lines):
        if not line:  # an empty row parts the resume key from the others
            key = next(iter(lines[number + 1]), None) if number + 1 < len(lines) else None
            break
        if row := _of_fields(dict(zip(map(str, header), line, strict=False))):
            rows.append(row)
    return IndexAnswer(rows, key)


def _fields_of(line: str) -> dict[str, Any]:
    """The named fields of one line: an object, 'key timestamp object', or the seven classic columns."""
    start = line.find("{")
    if start >= 0:
        try:
            fields = msgspec.json.decode(line[start:], type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise NotCdx(f"no index row: {line[:80]!r}") from error
        named = line[:start].split()
        return {"timestamp": named[1], **fields} if len(named) > 1 else fields
    columns = line.split()
    if len(columns) < 6 or not columns[1].isdigit():
        raise NotCdx(f"no index row: {line[:80]!r}")
    return dict(zip(("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"), columns, strict=False))


def _of_fields(fields: dict[str, Any]) -> CaptureRow | None:
    """The capture of a row; None if it is none of a page that came or was found unchanged."""
    timestamp, url = str(fields.get("timestamp") or ""), fields.get("original") or fields.get("url")
    status = str(fields.get("statuscode") or fields.get("status") or "-")
    media = str(fields.get("mimetype") or fields.get("mime") or "")
    if not timestamp.isdigit() or not isinstance(url, str) or status not in ("200", "-"):
        return None
    if media not in ("-", "", "unk") and "html" not in media and "revisit" not in media:
        return None
    return CaptureRow(timestamp, url, str(fields.get("digest") or ""))


def chosen(rows: Iterable[CaptureRow], captures: Captures) -> Iterator[CaptureRow]:
    """The captures to take of every page that may show a post or its comments, page by page, oldest first.

    Args:
        captures: 'first' or 'last' of each page, 'all' that differ, or 'yearly' the last of each year.
    """
    pages: dict[str, list[CaptureRow]] = {}
    found_rows = sorted(set(rows))
    # An index that holds older pages of a listing tells what is listed beside it: not every `/tag/...` is a listing.
    listings = {folder for row in found_rows if (folder := listing_folder(row.url, shows_older=True))}
    for row in found_rows:
        if is_candidate(row.url, listings):
            pages.setdefault(canonical_page(row.url), []).append(row)
    for page in sorted(pages):
        found = pages[page]
        match captures:
            case "first":
                yield found[0]
            case "last":
                yield found[-1]
            case "yearly":
                yield from {row.year: row for row in found}.values()
            case "all":
                # The first of each content: later ones with the same digest show the same.
                yield from sorted({row.digest or row.timestamp: row for row in reversed(found)}.values())
