"""A text of a page as HTML: paragraphs and quotes as it has them, and the words marked that show an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from ..inert import inert
from ..queries.changes import word_steps

LONGEST = 20_000
"""Characters of a text that are shown; the rest is in the tables."""
DEEPEST_QUOTE = 6
"""Quotes within quotes below that stand at its level."""

QUOTED = re.compile(r"(?:> ?)*")
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that show an answer, and what is told of them."""

    start: int
    end: int
    """Offsets in the text, as in table replies."""
    label: str
    """id of the element that tells why."""
    why: Markup
    """What it tells: phrasing content."""


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    quotes: int


def text_html(text: str, cues: Sequence[Cue] = ()) -> Markup:
    """Paragraphs, line breaks and quotes of a body_text.

    The first piece of each cue is a link to the element that explains it, which stands beside it.

    >>> print(text_html("> Is it?\\n\\nYes, <Anna>.\\nIt is.", [Cue(15, 21, "w1", Markup("answers <b>Anna</b>"))]))
    <blockquote><p>Is it?</p></blockquote>
    <p>Yes, <mark><a class="cue" href="#w1" aria-describedby="w1">&lt;Anna&gt;</a></mark><span class="why" id="w1" \
role="note">answers <b>Anna</b></span>.<br>It is.</p>
    """
    marker = _Marker(text, _joined(cues, min(len(text), LONGEST)))
    blocks = (_block(marker, quotes, list(lines)) for quotes, lines in groupby(_lines(text), key=lambda it: it.quotes))
    told = [block for block in blocks if block]
    if len(text) > LONGEST:
        told.append(
            Markup('<p class="note">Cut here: {} more characters are in the tables.</p>').format(len(text) - LONGEST)
        )
    return Markup("\n").join(told)


def _lines(text: str) -> Iterator[_Line]:
    """The lines of a text, as far as it is shown, with their level of quotes; their marks are left out."""
    start, quotes = 0, 0
    for line in text[:LONGEST].split("\n"):
        lead = QUOTED.match(line)
        assert lead  # it matches the empty text
        if line.strip():
            quotes = min(lead[0].count(">"), DEEPEST_QUOTE)
            yield _Line(start + lead.end(), start + len(line), quotes)
        else:
            yield _Line(start, start, quotes)
        start += len(line) + 1


def _block(marker: _Marker, quotes: int, lines: list[_Line]) -> Markup:
    paragraphs = []
    for is_blank, group in groupby(lines, key=lambda line: line.start == line.end):
        if not is_blank:
            paragraphs.append(Markup("<p>{}</p>").format(Markup("<br>").join(map(marker.line, group))))
    if not paragraphs:
        return Markup("")
    return Markup("<blockquote>" * quotes) + Markup("\n").join(paragraphs) + Markup("</blockquote>" * quotes)


def _joined(cues: Sequence[Cue], length: int) -> list[Cue]:
    """Cues that do not overlap, in their order: of two that do the first is cut where the second begins.

    Those of the same words become one, which tells what both tell.
    """
    found: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: (cue.start, -cue.end)):
        if not 0 <= cue.start < min(cue.end, length):
            continue
        if found and found[-1].start == cue.start:
            last = found[-1]
            found[-1] = Cue(last.start, max(last.end, cue.end), last.label, last.why + Markup("; ") + cue.why)
            continue
        if found and found[-1].end > cue.start:
            found[-1] = Cue(found[-1].start, cue.start, found[-1].label, found[-1].why)
        found.append(cue)
    return found


class _Marker:
    """Writes one line after another of a text, with the cues that lie in it."""

    def __init__(self, text: str, cues: list[Cue]) -> None:
        self.text = text
        self.cues = cues
        self.next = 0
        self.told: set[str] = set()

    def line(self, line: _Line) -> Markup:
        out: list[Markup] = []
        at = line.start
        while self.next < len(self.cues) and self.cues[self.next].start < line.end:
            cue = self.cues[self.next]
            start, end = max(cue.start, at), min(cue.end, line.end)
            if end > start:
                out += [self._plain(at, start), self._mark(cue, start, end)]
                at = end
            if cue.end > line.end:
                break
            self.next += 1
        out.append(self._plain(at, line.end))
        return Markup("").join(out)

    def _plain(self, start: int, end: int) -> Markup:
        return escape(inert(self.text[start:end]))

    def _mark(self, cue: Cue, start: int, end: int) -> Markup:
        words = self._plain(start, end)
        if cue.label in self.told or not words.strip():
            return Markup("<mark>{}</mark>").format(words)
        self.told.add(cue.label)
        return Markup(
            '<mark><a class="cue" href="#{0}" aria-describedby="{0}">{1}</a></mark>'
            '<span class="why" id="{0}" role="note">{2}</span>'
        ).format(cue.label, words, cue.why)


def differing_html(text: str, other: str | None, tag: str) -> Markup:
    """A text with the words in a tag that another version of it has not; its lines are kept by the style sheet.

    >>> print(differing_html("It takes two.", "It takes three.", "del"))
    It takes <del>two.</del>
    """
    words = list(WORD.finditer(text[:LONGEST]))
    if other is None or not words:
        return escape(inert(text[:LONGEST]))
    _, _, steps = word_steps([word[0] for word in words], other[:LONGEST].split())
    out: list[Markup] = []
    at = 0
    for step, first, last, _, _ in steps:
        if step != "equal" and last > first:
            start, end = words[first].start(), words[last - 1].end()
            changed = Markup(f"<{tag}>{{}}</{tag}>").format(inert(text[start:end]))
            out += [escape(inert(text[at:start])), changed]
            at = end
    out.append(escape(inert(text[at : len(text[:LONGEST])])))
    return Markup("").join(out)
