"""Movable Type's text export, which TypePad writes too: entries of `KEY: value` lines and sections between dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO

from ...schemas import CommentKind, DateMention, PageComment, PagePost, PageReading
from .xml import Problem, attempted, body_of

_ENTRY_END = "--------"
_SECTION_END = "-----"
_FIELD = re.compile(r"([A-Z][A-Z ]*): ?(.*)")
_COMMENT_FIELDS = frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME"})
LARGEST_ENTRY = 64 * 1024 * 1024


def recognises(head: str) -> bool:
    return (
        bool(re.match(r"\ufeff?(?:[A-Z][A-Z ]*: ?[^\n]*\r?\n)*?(?:TITLE|AUTHOR|STATUS): ", head)) and "\nDATE: " in head
    )


def readings(file: BinaryIO, *, site: str | None, problem: Problem) -> Iterator[PageReading]:
    """One reading for each published entry, in the order of the file.

    The format knows no ids and, in Movable Type's own files, no addresses: those are made of `site`, the date and the
    entry's base name, as Movable Type does unless told otherwise.
    """
    for lines in _entries(file, problem):
        sections = list(_sections(lines))
        if not sections:
            continue
        head = _fields(sections[0])[0]
        if head.get("STATUS", ["Publish"])[0].casefold() not in ("publish", "published"):
            continue
        url = _address(head, site)
        if url is None:
            problem(f"entry {head.get('TITLE', ['?'])[0]!r} has no address: name its blog with --site")
            continue
        if reading := attempted(partial(_reading, head, sections[1:], url), problem, what=f"entry {url}"):
            yield reading


def _entries(file: BinaryIO, problem: Problem) -> Iterator[list[str]]:
    """The lines of each entry."""
    lines: list[str] = []
    size = 0
    for raw in file:
        try:
            line = raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            line = raw.decode("cp1252", "replace").rstrip("\r\n")
        if line == _ENTRY_END:
            yield lines
            lines, size = [], 0
            continue
        size += len(line)
        if size > LARGEST_ENTRY:
            problem(f"an entry of more than {LARGEST_ENTRY} bytes; its end is missing")
            return
        lines.append(line)
    if any(line.strip() for line in lines):
        problem("the last entry has no end")
        yield lines


def _sections(lines: list[str]) -> Iterator[list[str]]:
    section: list[str] = []
    for line in lines:
        if line == _SECTION_END:
            yield section
            section = []
        else:
            section.append(line)
    if any(line.strip() for line in section):
        yield section


def _fields(lines: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The leading `KEY: value` lines, and the lines behind them."""
    fields: dict[str, list[str]] = {}
    for number, line in enumerate(lines):
        found = _FIELD.fullmatch(line)
        if not found:
            return fields, lines[number:]
        fields.setdefault(found[1], []).append(found[2].strip())
    return fields, []


def _reading(head: dict[str, list[str]], sections: list[list[str]], url: str) -> PageReading:
    texts: dict[str, str] = {}
    comments: list[PageComment] = []
    for section in sections:
        name, rest = section[0].rstrip(":").strip() if section else "", section[1:]
        if name in ("COMMENT", "PING"):
            comments.append(_comment(rest, "trackback" if name == "PING" else "comment"))
        else:
            texts[name] = "\n".join(rest).strip()
    body = "\n\n".join(text for text in (texts.get("BODY"), texts.get("EXTENDED BODY")) if text)
    post = PagePost(
        url=url,
        title=_first(head, "TITLE"),
        author_name=_first(head, "AUTHOR"),
        published=_date(_first(head, "DATE")),
        categories=[name for name in head.get("CATEGORY", head.get("PRIMARY CATEGORY", [])) if name],
        tags=[tag.strip(' "') for tag in (_first(head, "TAGS") or "").split(",") if tag.strip(' "')],
        body=body_of(body, breaks=_first(head, "CONVERT BREAKS") != "0"),
        comments_open={"1": True, "0": False, "2": False}.get(_first(head, "ALLOW COMMENTS") or ""),
    )
    return PageReading(platform="movabletype", post=post, post_url=url, comments=comments)


def _comment(lines: list[str], kind: CommentKind) -> PageComment:
    """A comment or trackback; its EMAIL and IP lines are passed over."""
    end = next((n for n, line in enumerate(lines) if not _is_comment_field(line)), len(lines))
    fields = _fields(lines[:end])[0]
    return PageComment(
        kind=kind,
        author_name=_first(fields, "AUTHOR") or _first(fields, "BLOG NAME"),
        author_url=_first(fields, "URL"),
        published=_date(_first(fields, "DATE")),
        body=body_of("\n".join(lines[end:])),
    )


def _is_comment_field(line: str) -> bool:
    found = _FIELD.fullmatch(line)
    return bool(found and found[1] in _COMMENT_FIELDS)


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return next((value for value in fields.get(name, []) if value), None)


def _date(text: str | None) -> DateMention | None:
    moment = _moment(text)
    return DateMention(text=text, machine=moment.isoformat() if moment else None) if text else None


def _moment(text: str | None) -> datetime | None:
    """Wall clock of '01/31/2002 03:31:05 PM', or without the half of the day on 24 hours; None for anything else."""
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S"):
        try:
            return datetime.strptime(text or "", form)
        except ValueError:
            continue
    return None


def _address(head: dict[str, list[str]], site: str | None) -> str | None:
    if url := _first(head, "UNIQUE URL"):
        return url
    moment, name = _moment(_first(head, "DATE")), _first(head, "BASENAME")
    if site is None or moment is None or name is None:
        return None
    return f"{site.rstrip('/')}/{moment:%Y/%m}/{name}.html"
