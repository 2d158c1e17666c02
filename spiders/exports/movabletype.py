"""Movable Type's text export, which TypePad, Squarespace and Hatena write too.

Entries of `KEY: value` lines and of sections, between lines of dashes. Texts may hold such lines themselves: only one
that is followed by a section's name, or by an entry's head, parts anything.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import BinaryIO

from ...addresses import is_web_address
from ...schemas import CommentKind, DateMention, PageComment, PagePost, PageReading
from ..xml.encoding import MARK, STRAY, encoding_of
from .account import Account
from .texts import body_of, says_shown, says_yes, stated_address

_ENTRY_END = "--------"
_SECTION_END = "-----"
_FIELD = re.compile(r"([A-Z][A-Z ]*?) ?: ?(.*)")
_ALWAYS = frozenset({"TITLE", "AUTHOR", "STATUS"})
"""Fields of which each head has one at least, beside its date."""
_COMMENT_FIELDS = frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE", "TITLE", "BLOG NAME"})
"""Those of Movable Type. Other writers have more among them (FC2: SECRET, PASS)."""
_SECTIONS = frozenset({"BODY", "EXTENDED BODY", "EXCERPT", "KEYWORDS", "COMMENT", "PING"})
_RELEASED = frozenset({"2", "release"})
"""What Movable Type calls 'Publish' within."""
_PATH_OF_HATENA = re.compile(r"\d{4}/\d\d/\d\d/\d{6}")
_FILE_NAME = re.compile(r"\.(?:s?html?|php)$", re.IGNORECASE)
_KANA = re.compile(r"[\u3041-\u30ff]")
_SAMPLE = 256 * 1024
"""Bytes by which a file's encoding is told."""
LARGEST_ENTRY = 64 * 1024 * 1024
_LONGEST_HEAD = 200
"""Lines; behind a line of eight dashes a head is looked for in so many."""


def recognises(head: str) -> bool:
    lines = [line.strip() for line in head.splitlines()]
    fields = [line for line in lines if line and line.strip("-\ufeff")]
    before_text = fields[: next((n for n, line in enumerate(fields) if not _FIELD.match(line)), len(fields))]
    names = {found[1] for line in before_text if (found := _FIELD.match(line))}
    return "DATE" in names and not names.isdisjoint(_ALWAYS) and _SECTION_END in lines


def homes(file: BinaryIO) -> list[str]:
    """None: the format has no place for it."""
    return []


def readings(file: BinaryIO, *, site: str | None, account: Account) -> Iterator[PageReading]:
    """One reading for each published entry, in the order of the file.

    The format knows no ids and, in Movable Type's own files, no addresses: those are made of `site`, the date and the
    entry's base name, as Movable Type does unless told otherwise.
    """
    for number, lines in enumerate(_entries(_lines(file, account), account), 1):
        name = f"entry {number}"
        within = partial(_comments_in, lines)
        if reading := account.attempt(partial(_reading, lines, site, name, account), "post", name, within):
            yield reading


def _lines(file: BinaryIO, account: Account) -> Iterator[str]:
    """The lines without their ends, in whatever encoding and with whatever ends of lines they are written."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=_encoding_of(sample), errors=STRAY)
    for number, line in enumerate(text, 1):
        if MARK in line:
            account.damages.add("bytes that are no text of the file's encoding are read as Windows-1252", number)
        yield line.rstrip("\n").replace(MARK, "").lstrip("\ufeff")


def _encoding_of(sample: bytes) -> str:
    """The encoding of a text that does not declare it: UTF-8, else a Japanese one in which it holds kana.

    The libraries that guess encodings take Japanese EUC for Korean, in short texts at least.
    """
    if b"\x1b$" in sample and _is_in(sample, "iso2022_jp"):
        return "iso2022_jp"  # which is ASCII but for its escapes
    name, _ = encoding_of(sample)
    if name != "utf-8" or _is_in(sample, name):
        return name
    for other in ("euc_jp", "cp932"):
        if _is_in(sample, other):
            foreign = [letter for letter in sample.decode(other, "ignore") if not letter.isascii()]
            if len(_KANA.findall("".join(foreign))) * 8 >= len(foreign) > 0:
                return other
    return name


def _is_in(sample: bytes, name: str) -> bool:
    """Whether bytes, the last of which may be cut off, are text of an encoding."""
    try:
        codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _entries(lines: Iterator[str], account: Account) -> Iterator[list[str]]:
    """The lines of each entry. A line of eight dashes within a text belongs to it."""
    ahead: deque[str] = deque()
    entry: list[str] = []
    size = 0
    while (line := ahead.popleft() if ahead else next(lines, None)) is not None:
        if line.rstrip() == _ENTRY_END and _begins_entry(lines, ahead):
            if any(one.strip() for one in entry):
                yield entry
            entry, size = [], 0
            continue
        size += len(line) + 1
        if size > LARGEST_ENTRY:
            account.leave(
                "post", "damaged", detail=f"an entry of more than {LARGEST_ENTRY} characters; its end is missing"
            )
            return
        entry.append(line)
    if any(line.strip() for line in entry):
        account.damages.add("the last entry has no end", 1)
        yield entry


def _begins_entry(lines: Iterator[str], ahead: deque[str]) -> bool:
    """Whether an entry's head, or nothing, follows; what had to be read to see it is put into `ahead`."""
    names: set[str] = set()
    position = 0
    while position < _LONGEST_HEAD:
        if position == len(ahead):
            if (line := next(lines, None)) is None:
                return not names or "DATE" in names or "TITLE" in names
            ahead.append(line)
        line = ahead[position].strip()
        position += 1
        found = _FIELD.fullmatch(line)
        if not line or (not names and not line.strip("-")):
            continue
        if line == _SECTION_END or _section_name(line):
            return not names.isdisjoint(_ALWAYS)
        if found is None:
            return False
        names.add(found[1])
    return False


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The parts of an entry with their names, first its head, which has none."""
    name, section = "", list[str]()
    position = 0
    while position < len(lines):
        following = _next_written(lines, position + 1)
        is_border = lines[position].rstrip() == _SECTION_END
        begun = _section_name(lines[following]) if is_border and following < len(lines) else None
        if begun is None and not name and (begun := _section_name(lines[position])):
            following = position  # the head ends without a border
        if begun:
            yield name, section
            name, section, position = begun, [], following + 1
        elif is_border and following >= len(lines):
            break
        else:
            section.append(lines[position])
            position += 1
    yield name, section


def _next_written(lines: list[str], position: int) -> int:
    """Place of the next line that is not blank; the number of lines if there is none."""
    while position < len(lines) and not lines[position].strip():
        position += 1
    return position


def _section_name(line: str) -> str | None:
    name, colon, rest = line.strip().partition(":")
    return name if colon and not rest and name in _SECTIONS else None


def _fields(
    lines: list[str], names: frozenset[str] | None = None, last: str | None = None
) -> tuple[dict[str, list[str]], list[str]]:
    """The leading `KEY: value` lines, and the lines behind them.

    Args:
        names: those that a field has by itself; others are fields where `last` follows them. None for any.
        last: the field behind which a blank line ends them; else they go on behind blank lines.
    """
    fields: dict[str, list[str]] = {}
    position = 0
    while position < len(lines):
        following = _next_written(lines, position)
        found = _FIELD.fullmatch(lines[following].strip()) if following < len(lines) else None
        is_parted = following > position and last in fields
        if found is None or is_parted or (last and found[1] in fields):
            break
        if names and found[1] not in names and not _is_among_fields(lines[following:], last):
            break
        fields.setdefault(found[1], []).append(found[2].strip())
        position = following + 1
    return fields, lines[position:]


def _is_among_fields(lines: list[str], last: str | None) -> bool:
    """Whether a field of that name follows, with nothing but fields before it."""
    for line in filter(str.strip, lines):
        found = _FIELD.fullmatch(line.strip())
        if found is None:
            return False
        if found[1] == last:
            return True
    return False


def _reading(lines: list[str], site: str | None, name: str, account: Account) -> PageReading | None:
    """An entry with its comments; None for one that is left out with all of them."""
    (_, first), *sections = _sections(lines)
    head, rest = _fields(first)
    if left := next((line for line in rest if line.strip()), None):
        account.damages.add(f"a line in the head of an entry is no field: {left.strip()[:40]!r}", 1)
        head |= {key: value for key, value in _scattered(rest).items() if key not in head}
    texts: dict[str, str] = {}
    comments: list[PageComment] = []
    for section, inside in sections:
        if section in ("COMMENT", "PING"):
            fields, text = _fields(inside, _COMMENT_FIELDS, last="DATE")
            if why := _why_not_shown(fields):
                account.leave("comment", why[0], detail=why[1])
            else:
                comments.append(_comment(fields, text, "trackback" if section == "PING" else "comment"))
        else:
            texts[section] = "\n".join(filter(None, [texts.get(section), "\n".join(inside).strip()]))
    status = _first(head, "STATUS") or "Publish"
    if not says_shown(status) and status.casefold() not in _RELEASED:
        account.leave("post", "unpublished", native_id=name, detail=status)
        account.leave_comments(comments, "unpublished", detail=status)
        return None
    url = _address(head, site)
    if url is None and site is None:
        account.hints["entries have no address: name their blog with --site"] = None
    body = "\n\n".join(text for text in (texts.get("BODY"), texts.get("EXTENDED BODY")) if text)
    post = PagePost(
        url=url,
        title=_first(head, "TITLE"),
        author_name=_first(head, "AUTHOR"),
        published=_date(_first(head, "DATE")),
        categories=[one for one in head.get("CATEGORY", head.get("PRIMARY CATEGORY", [])) if one],
        tags=[tag.strip(' "') for tag in (_first(head, "TAGS") or "").split(",") if tag.strip(' "')],
        body=body_of(body, breaks=_first(head, "CONVERT BREAKS") != "0"),
        comments_open={"1": True, "0": False, "2": False}.get(_first(head, "ALLOW COMMENTS") or ""),
    )
    return PageReading(platform="movabletype", post=post, post_url=url, comments=comments)


def _comments_in(lines: list[str]) -> list[None]:
    """One for each comment of an entry: they have no ids."""
    return [None for line in lines if _section_name(line) in ("COMMENT", "PING")]


def _scattered(lines: list[str]) -> dict[str, list[str]]:
    """The fields of a head that has other lines among them."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if found := _FIELD.fullmatch(line.strip()):
            fields.setdefault(found[1], []).append(found[2].strip())
    return fields


def _why_not_shown(fields: dict[str, list[str]]) -> tuple[str, str] | None:
    """Why a comment is not shown, with its own word for that; None if it is, as all are that do not say."""
    if says_yes(_first(fields, "SECRET")):  # FC2's, for the blog's author alone
        return "unapproved", "SECRET"
    status = _first(fields, "STATUS")
    return None if status is None or says_shown(status) else ("unapproved", status)


def _comment(fields: dict[str, list[str]], text: list[str], kind: CommentKind) -> PageComment:
    """A comment or trackback; its EMAIL and IP lines are passed over."""
    return PageComment(
        kind=kind,
        author_name=_first(fields, "AUTHOR") or _first(fields, "BLOG NAME"),
        author_url=_first(fields, "URL"),
        published=_date(_first(fields, "DATE")),
        body=body_of("\n".join(text)),
    )


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return next((value for value in fields.get(name, []) if value), None)


def _date(text: str | None) -> DateMention | None:
    moment = _moment(text)
    return DateMention(text=text, machine=moment.isoformat() if moment else None) if text else None


def _moment(text: str | None) -> datetime | None:
    """Wall clock of '01/31/2002 03:31:05 PM', or without the half of the day on 24 hours; None for anything else."""
    for form in ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M"):
        try:
            return datetime.strptime(text or "", form)
        except ValueError:
            continue
    return None


def _address(head: dict[str, list[str]], site: str | None) -> str | None:
    """Where an entry stands: as it states; else where its writer puts such entries.

    A base name with slashes is a path already; Hatena has those of its own below `/entry/`. With a file's ending it is
    that file's name.
    """
    if (url := _first(head, "UNIQUE URL")) and stated_address(url, site or ""):
        return url
    moment, name = _moment(_first(head, "DATE")), (_first(head, "BASENAME") or "").strip("/")
    if is_web_address(name):
        return name
    if site is None or not name:
        return None
    home = site.rstrip("/")
    if _PATH_OF_HATENA.fullmatch(name):
        return f"{home}/entry/{name}"
    if "/" in name:
        return f"{home}/{name}"
    file = name if _FILE_NAME.search(name) else f"{name}.html"
    return f"{home}/{moment:%Y/%m}/{file}" if moment else None
