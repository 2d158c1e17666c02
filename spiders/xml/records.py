"""A large file record by record, in the memory of its largest one; damage ends with the record that it stands in.

A record (`<item>`, `<entry>`) is cut out by its own tags, outside of CDATA and comments, and parsed by itself below the
start tags that stand open around it, which hold the namespaces. So nothing that is broken in one reaches another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs

from ...schemas import Damages
from .document import HEAD, doctype_of, strict
from .elements import Element
from .encoding import CHUNK, is_blank, utf8_chunks
from .repair import Repair

LARGEST = 64 * 1024 * 1024
"""Bytes of a record, or of a comment between two."""
_LONGEST_MARK = 200
_OUTSIDE = re.compile(rb"<!--|<!\[CDATA\[|<\?|<!DOCTYPE|<(/?)([A-Za-z_][\w.-]{0,80}(?::[\w.-]{1,80})?)(?=[\s/>])")
_REST_OF_TAG = re.compile(rb"""(?:[^>"'<]|"[^"<]*"|'[^'<]*')*>""")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_BEHIND_NAME = (b">", b" ", b"\t", b"\r", b"\n")
_DEEPEST = 50
_OF_WARNINGS = frozenset({b"br", b"b"})
"""Elements in which servers print their warnings before a document."""


@dataclass(frozen=True, slots=True)
class Record:
    """One element of a file."""

    element: Element
    line: int
    """Where it begins, from 1."""
    is_whole: bool
    """False where its tags were matched by guessing or its end is missing: what it lacks may have stood there."""


@dataclass(slots=True)
class _Window:
    """The part of a stream that is looked at: `text`, which is line `line` of the whole where it begins."""

    chunks: Iterator[bytes]
    text: bytes = b""
    line: int = 1
    is_end: bool = False
    missing: set[bytes] = field(default_factory=set)
    """Marks that are nowhere in the rest of the stream."""

    def more(self) -> bool:
        """Take in as much again as there is, at least a chunk; False at the end."""
        wanted, pieces = max(CHUNK, len(self.text)), [self.text]
        while wanted > 0 and not self.is_end:
            chunk = next(self.chunks, None)
            self.is_end = chunk is None
            pieces.append(chunk or b"")
            wanted -= len(pieces[-1])
        grown = sum(map(len, pieces[1:])) > 0
        self.text = b"".join(pieces)
        return grown

    def drop(self, size: int) -> None:
        """Let the first bytes go."""
        self.line += self.text.count(b"\n", 0, size)
        self.text = self.text[size:]

    def find(self, mark: bytes, start: int) -> int:
        """Where the next such mark ends, reading on as far as a record may go; -1 if there is none."""
        searched = start
        if mark in self.missing:
            return -1
        while (at := self.text.find(mark, searched)) < 0:
            searched = max(start, len(self.text) - len(mark) + 1)
            if len(self.text) - start > LARGEST:
                return -1
            if not self.more():
                self.missing.add(mark)
                return -1
        return at + len(mark)

    def search(self, pattern: re.Pattern[bytes], start: int) -> re.Match[bytes] | None:
        """The next match of a pattern of marks, reading on to where it can be cut by no border; None at the end."""
        while True:
            found = pattern.search(self.text, start)
            if found and (found.end() < len(self.text) - _LONGEST_MARK or self.is_end):
                return found
            if self.is_end:
                return None
            if found is None and len(self.text) - start > LARGEST:
                return None
            start = max(start, (found.start() if found else len(self.text) - _LONGEST_MARK))
            self.more()


@dataclass(slots=True)
class _Around:
    """The start tags that stand open around a record."""

    tags: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Name and whole start tag, outermost first."""
    before: bytes = b""
    behind: bytes = b""
    prefixes: set[str] = field(default_factory=set)

    def opened(self, name: bytes, tag: bytes) -> None:
        if len(self.tags) < _DEEPEST:
            self.tags.append((name, tag))
            self._write()

    def closed(self, name: bytes) -> bool:
        """Whether an element of the name stood open, which now is closed with all within."""
        places = [place for place, (opened, _) in enumerate(self.tags) if opened == name]
        if places:
            del self.tags[places[-1] :]
            self._write()
        return bool(places)

    def _write(self) -> None:
        written: list[str] = []
        self.prefixes = set()
        for name, tag in self.tags:
            made = Repair(tag + b"</" + name + b">", _passed_over, prefixes=self.prefixes).xml
            written.append(made.removesuffix(f"</{name.decode('ascii', 'replace')}>"))
            self.prefixes |= set(re.findall(r"xmlns:([\w.-]{1,100})", made))
        self.before = "".join(written).encode()
        self.behind = b"".join(b"</" + name + b">" for name, _ in reversed(self.tags))


def _passed_over(kind: str, at: int) -> None:
    """What is wrong with the start tags around the records costs nothing and was told where it counts."""


def records(file: BinaryIO, *names: str, damages: Damages) -> Iterator[Record]:
    """The elements of a stream that have one of the local names, in its order, each as it is asked for.

    Elements within a record are parts of it, whatever their names. Damage is told to `damages` in passing.
    """
    reader = _Reader(_Window(utf8_chunks(file, damages)), frozenset(names), damages)
    yield from reader.records()


def _local(name: bytes) -> str:
    """A name without its prefix."""
    return name.rpartition(b":")[2].decode("ascii", "replace")


class _Reader:
    """Reads one stream."""

    def __init__(self, window: _Window, names: frozenset[str], damages: Damages) -> None:
        self._window = window
        self._names = names
        self._damages = damages
        self._around = _Around()
        self._entities: dict[str, str] = {}
        self._had_root = False

    def records(self) -> Iterator[Record]:
        window = self._window
        window.more()
        while found := window.search(_OUTSIDE, 0):
            self._pass_text(found.start())
            window.drop(found.start())
            mark, name = found[0], found[2]
            if name is None:
                self._pass_special(mark)
            elif found[1]:
                self._pass_end(name, len(mark))
            elif (size := self._size_of_tag(len(mark))) is None:
                self._damages.add("a '<' that begins nothing", window.line)
                window.drop(1)
            elif _local(name) not in self._names:
                self._pass_start(name, size)
            else:
                self._had_root = True
                yield self._record(name, size)
        self._pass_text(len(window.text))
        if self._around.tags:
            self._damages.add("the file ends before its end", window.line + window.text.count(b"\n"))
        elif not self._had_root:
            self._damages.add("no XML", 1)

    def _pass_text(self, size: int) -> None:
        """Text between the records is none of them; where no element holds it, it does not belong to the document."""
        if not self._around.tags and not is_blank(self._window.text[:size]):
            self._damages.add("text outside the document is passed over", self._window.line)

    def _pass_special(self, mark: bytes) -> None:
        """Go behind a comment, an instruction, a CDATA section or a document type."""
        window = self._window
        if mark == b"<!DOCTYPE":
            if len(window.text) < HEAD:
                window.more()
            end, self._entities = doctype_of(window.text)
        else:
            end = window.find(_ENDS[mark], len(mark))
            if mark == b"<?" and window.text.startswith(b"<?xml"):
                self._begin_document()
            if mark == b"<!--" and b"<!--" in window.text[4:end] and self._holds_record(end):
                end = -1  # its own end is missing: what ends it is another's
        if end < 0:
            self._damages.add(f"{mark.decode()} without an end", window.line)
        window.drop(end if end > 0 else len(mark))

    def _begin_document(self) -> None:
        """A declaration begins a document, whatever stood before it."""
        if self._around.tags:
            self._damages.add("a document begins inside another", self._window.line)
        elif self._had_root:
            self._damages.add("a second document behind the end of the first", self._window.line)
        self._around = _Around()

    def _holds_record(self, end: int) -> bool:
        tags = _OUTSIDE.finditer(self._window.text, 0, end)
        return any(tag[2] and _local(tag[2]) in self._names for tag in tags)

    def _size_of_tag(self, start: int) -> int | None:
        """Length of the tag that the window begins with; None if it has no end."""
        while not (found := _REST_OF_TAG.match(self._window.text, start)):
            if len(self._window.text) > CHUNK or not self._window.more():
                return None
        return found.end()

    def _pass_start(self, name: bytes, size: int) -> None:
        tag = self._window.text[:size]
        if not self._around.tags:
            is_root = name not in _OF_WARNINGS
            if self._had_root and is_root:
                self._damages.add("a second document behind the end of the first", self._window.line)
            self._had_root |= is_root
        if not tag.endswith(b"/>"):
            self._around.opened(name, tag)
        self._window.drop(size)

    def _pass_end(self, name: bytes, size: int) -> None:
        if not self._around.closed(name):
            self._damages.add(f"an end tag </{name.decode('ascii', 'replace')}> ends nothing", self._window.line)
        end = self._window.find(b">", size)
        self._window.drop(end if end > 0 else size)

    def _record(self, name: bytes, size: int) -> Record:
        """The record that the window begins with, its start tag of such a size; the window goes on behind it."""
        window, line = self._window, self._window.line
        end = size if window.text[:size].endswith(b"/>") else self._end_of_record(name, size)
        raw = window.text[:end]
        element = self._parsed(raw)
        is_whole = element is not None
        if element is None:
            repair, damages = self._repaired(raw)
            early = re.search(rb"</" + re.escape(name) + rb"\s*>", raw)
            if repair.is_rebuilt and early and early.end() < end:
                # An open CDATA section or comment ran on into the next record.
                end = early.end()
                repair, damages = self._repaired(raw[:end])
            self._damages.include(damages, line - 1)
            element, is_whole = self._parsed(repair.xml.encode()), not repair.is_rebuilt
        if element is None:
            self._damages.add("a record cannot be read", line)
            element, is_whole = etree.Element(name.decode("ascii", "replace").replace(":", "_")), False
        window.drop(end)
        return Record(element, line, is_whole)

    def _end_of_record(self, name: bytes, position: int) -> int:
        """Where the record ends: behind its end tag, or before the next record, or where the file does."""
        window = self._window
        end = window.find(b"</" + name, position)
        if end > 0 and self._is_outside(name, position, end) and (end := window.find(b">", end)) > 0:
            return end
        marks = re.compile(rb"<!--|<!\[CDATA\[|<\?|<(/?)" + re.escape(name) + rb"(?=[\s/>])")
        while found := window.search(marks, position):
            if found[1] is None:
                end = window.find(_ENDS[found[0]], found.end())
                position = end if end > 0 else found.end()
            elif found[1]:
                end = window.find(b">", found.end())
                return end if end > 0 else len(window.text)
            else:
                return found.start()
            if position > LARGEST:
                break
        return min(len(window.text), LARGEST)

    def _is_outside(self, name: bytes, start: int, at: int) -> bool:
        """Whether an end tag at `at` surely is the record's own: what opened last before it is closed."""
        text = self._window.text
        is_open = any(text.rfind(mark, start, at) > text.rfind(end, start, at) for mark, end in _ENDS.items())
        return not is_open and text[at : at + 1] in _BEHIND_NAME and text.find(b"<" + name, start, at) < 0

    def _parsed(self, raw: bytes) -> Element | None:
        root = strict(self._around.before + raw + self._around.behind)
        if root is None:
            return None
        for _ in self._around.tags:
            root = root[-1]
        return root

    def _repaired(self, raw: bytes) -> tuple[Repair, Damages]:
        """The record made well-formed, and what was wrong in it, by its own lines."""
        damages = Damages()
        text = raw.decode("utf-8", "replace")

        def tell(kind: str, at: int) -> None:
            damages.add(kind, lambda: 1 + text.count("\n", 0, at))

        repair = Repair(raw, tell, prefixes=self._around.prefixes, entities=self._entities)
        damages.is_torn = repair.is_rebuilt
        return repair, damages
