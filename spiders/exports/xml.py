"""XML exports element by element: what is read is let go, what is broken is passed over and told."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
from lxml.html import HtmlElement

from ..reading.document import parsed

Element = HtmlElement
"""Stands for any element in signatures: lxml comes without stubs, and all its elements have the same methods."""
Problem = Callable[[str], None]
"""Takes what is wrong with a file, in words."""

CHUNK = 256 * 1024
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""", re.I)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,32};)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
# The longest text that could go on beyond a chunk and change its meaning: '<![CDATA[' or an entity.
_HELD_BACK = 40


class CleanStream:
    """An export as UTF-8 that libxml2 reads without loss: stray bytes, control characters and bare ampersands mended.

    Left to itself the parser drops the text around them or ends the file there.
    """

    def __init__(self, file: BinaryIO, problem: Problem) -> None:
        self._file = file
        self._problem = problem
        head = file.read(CHUNK)
        found = _DECLARED.search(head[:1024])
        self._declared = _known_encoding(found[1].decode("ascii") if found else "utf-8", problem)
        self._decoder = codecs.getincrementaldecoder(self._declared)(errors="rejoinder-cp1252")
        self._raw: bytes = head
        self._text = ""
        self._in_cdata = False
        self._told: set[str] = set()
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        """Some bytes of the cleaned file; none at its end."""
        raw, self._raw = self._raw or self._file.read(CHUNK), b""
        decoded = self._decoder.decode(raw, final=not raw)
        if "\udfff" in decoded:  # the error handler's mark
            self._tell(f"bytes near {self._position} are no {self._declared}; read as Windows-1252")
            decoded = decoded.replace("\udfff", "")
        self._position += len(raw)
        text = self._text + decoded
        cut = len(text) - _HELD_BACK if raw else len(text)
        cut = max(cut, 0)
        ready, self._text = text[:cut], text[cut:]
        if not ready and raw:
            return self.read(size)
        return self._cleaned(ready).encode("utf-8", "replace")

    def _cleaned(self, text: str) -> str:
        pieces: list[str] = []
        position = 0
        for mark in [*_CDATA.finditer(text), None]:
            piece = text[position : mark.start() if mark else len(text)]
            pieces.append(piece if self._in_cdata else self._escaped(piece))
            if mark:
                self._in_cdata = mark[0] != "]]>"
                pieces.append(mark[0])
                position = mark.end()
        joined = "".join(pieces)
        cleaned = _CONTROL.sub("", joined)
        if len(cleaned) != len(joined):
            self._tell(f"control characters near byte {self._position} left out")
        return cleaned

    def _escaped(self, text: str) -> str:
        escaped = _BARE_AMPERSAND.sub("&amp;", text)
        if len(escaped) != len(text):
            self._tell(f"a bare ampersand near byte {self._position} is read as one")
        return escaped

    def _tell(self, message: str) -> None:
        """Once for each kind of problem: a file in a wrong encoding has them on every line."""
        kind = re.sub(r"\d+", "", message)
        if kind not in self._told:
            self._told.add(kind)
            self._problem(message)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Decode what does not fit the declared encoding as Windows-1252, marked, as browsers would."""
    assert isinstance(error, UnicodeDecodeError)
    stray = error.object[error.start : error.end].decode("cp1252", "replace")
    return "\udfff" + stray, error.end


codecs.register_error("rejoinder-cp1252", _as_cp1252)


def _known_encoding(name: str, problem: Problem) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        problem(f"the file declares an encoding that is none: {name}")
        return "utf-8"


def elements(file: BinaryIO, *names: str, problem: Problem) -> Iterator[Element]:
    """The elements with one of the local names, each once it is whole; it is emptied when the next one is asked for.

    What the parser had to pass over is told to `problem`.
    """
    context = etree.iterparse(
        cast("BinaryIO", CleanStream(file, problem)),
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        encoding="utf-8",
        recover=True,
        huge_tree=True,
        resolve_entities=False,
        no_network=True,
    )
    try:
        for _, element in context:
            parent = element.getparent()
            if parent is not None and etree.QName(parent).localname in names:
                continue  # a part of an element that is given whole
            yield element
            element.clear(keep_tail=False)
            # The emptied elements before it would still add up to the whole file.
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        problem(f"cannot be read to its end: {error}")
        return
    if (errors := context.error_log) and (last := errors.last_error) is not None:
        problem(f"line {last.line}: {last.message.strip()}")


def text_in(element: Element, name: str) -> str | None:
    """The text of the first child with a local name; None if there is none or it is empty."""
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    text = (child.text or "").strip() if child is not None else ""
    return text or None


def body_of(html: str | None, *, breaks: bool = True) -> HtmlElement | None:
    """A text as its blog shows it; None if there is none.

    Args:
        breaks: empty lines part paragraphs and line breaks count, as in what people type; not where paragraphs are
            marked up.
    """
    if html is None or not html.strip():
        return None
    if breaks and not re.search(r"<(?:p|div|ul|ol|blockquote|pre|table|h[1-6])[\s>]|<!-- wp:", html, re.I):
        paragraphs = re.split(r"\n\s*\n", html.replace("\r\n", "\n").replace("\r", "\n").strip())
        html = "".join(f"<p>{part.strip().replace(chr(10), '<br>')}</p>" for part in paragraphs)
    body = parsed(f"<html><body>{html}</body></html>").find("body")
    if body is not None:
        body.tag = "div"
    return body
