"""Text that is almost XML made well-formed, with all that it says.

A tokenizer with a stack of open elements, which knows no vocabulary but HTML's: its entities, its elements without end.
Only what a strict parser refused comes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import escape
from html.entities import html5

from .encoding import MARK, STRAY

Tell = Callable[[str, int], None]
"""Takes a kind of damage and the offset of its place in the text."""

_NAME = r"[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?"
_TAG = re.compile(rf"<({_NAME})", re.ASCII)
_ATTRIBUTE = re.compile(
    rf"""\s+({_NAME})(?:\s*=\s*("[^"<]*"|'[^'<]*'|(?:[^\s"'<>=`/]|/(?!>))+)|(?=[\s/>]))""", re.ASCII
)
_TAG_END = re.compile(r"\s*(/?)>")
_END_TAG = re.compile(rf"</({_NAME})\s*>", re.ASCII)
_AMPERSAND = re.compile(r"&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|([A-Za-z][\w.-]{0,31});)?", re.ASCII)
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\ud800-\udfff]")
_DECLARED_PREFIX = re.compile(r"xmlns:([\w.-]{1,100})")
_DOCTYPE_END = re.compile(r"[\[>]")
_SUBSET_END = re.compile(r"\]\s*>")
_WITHOUT_END = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "wbr"})
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})

CONVENTIONAL = {
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "thr": "http://purl.org/syndication/thread/1.0",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dsq": "http://disqus.com/disqus-internals",
    "app": "http://www.w3.org/2007/app",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
"""What a prefix means that nothing declares."""


@dataclass(slots=True)
class _Open:
    """An element that stands open."""

    name: str
    has_children: bool = False


class Repair:
    """One text made well-formed: `xml`, an element and nothing beside it; empty where the text has no element.

    Args:
        raw: UTF-8 with stray bytes; as `records` or `document` cut it, so that it begins with its element.
        prefixes: namespace prefixes that are declared around it.
        entities: what the document itself declares, as text.
        records: local names of elements that do not hold one another: a new one ends the one before it.
    """

    def __init__(
        self,
        raw: bytes,
        tell: Tell,
        *,
        prefixes: Collection[str] = (),
        entities: Mapping[str, str] | None = None,
        records: Collection[str] = (),
    ) -> None:
        self._tell = tell
        self._entities = entities or {}
        self._records = records
        self._pieces: list[str] = []
        self._stack: list[_Open] = []
        self._places: dict[str, list[int]] = {}
        self._endless: set[str] = set()
        self._root_ends_at = -1
        self.is_rebuilt = False
        """Whether start and end tags were matched by guessing: an element may stand inside another than it should."""
        self._text = self._without_forbidden(raw.decode("utf-8", STRAY))
        self._prefixes = {"xml", "xmlns", *prefixes, *_DECLARED_PREFIX.findall(self._text)}
        self._begun = {found[1] for found in _TAG.finditer(self._text)}
        self._ended = {found[1] for found in _END_TAG.finditer(self._text)}
        self._run()
        self.xml = "".join(self._pieces)

    def _run(self) -> None:
        position = 0
        while (at := self._text.find("<", position)) >= 0:
            self._add_text(position, at)
            position = self._markup(at)
            if self._root_ends_at >= 0 and not self._stack:
                break
        if self._stack:
            self._add_text(position, len(self._text))
            self._rebuilt("an element has no end", len(self._text))
            self._close_to(0)
        elif self._text[position:].strip():
            self._tell("text outside the document's one element is passed over", position)

    def _rebuilt(self, kind: str, at: int) -> None:
        self.is_rebuilt = True
        self._tell(kind, at)

    def _without_forbidden(self, text: str) -> str:
        if (at := text.find(MARK)) >= 0:
            self._tell("bytes that are no text of the file's encoding are read as Windows-1252", at)
            text = text.replace(MARK, "")
        if found := _FORBIDDEN.search(text):
            self._tell("control characters are left out", found.start())
            text = _FORBIDDEN.sub("", text)
        return text

    def _add_text(self, start: int, end: int) -> None:
        text = self._text[start:end]
        if self._stack:
            if (at := text.find("]]>")) >= 0:
                self._tell("a ']]>' ends nothing and is read as text", start + at)
                text = text.replace("]]>", "]]&gt;")
            self._pieces.append(self._escaped(text, start))
        elif text.strip():
            self._tell("text outside the document's one element is passed over", start)

    def _escaped(self, text: str, at: int) -> str:
        return _AMPERSAND.sub(lambda found: self._reference(found, at), text) if "&" in text else text

    def _reference(self, found: re.Match[str], at: int) -> str:
        """What stands for a character or entity reference, or for an ampersand that begins none."""
        decimal, hexadecimal, name = found.groups()
        if decimal or hexadecimal:
            if _is_allowed(int(decimal) if decimal else int(hexadecimal, 16)):
                return found[0]
            self._tell("control characters are left out", at + found.start())
            return ""
        if name in _PREDEFINED:
            return found[0]
        if name in self._entities:
            return escape(self._entities[name])
        if name and (character := html5.get(f"{name};")):
            self._tell("an entity that XML does not know is read as HTML's", at + found.start())
            return escape(character)
        self._tell("a bare ampersand is read as one", at + found.start())
        return f"&amp;{found[0][1:]}"

    def _markup(self, at: int) -> int:
        """Write what begins with the `<` there; gives where to go on."""
        if self._text.startswith("<!--", at):
            if (end := self._end_of("-->", at + 4)) >= 0:
                return end
        elif self._text.startswith("<![CDATA[", at):
            if (end := self._end_of("]]>", at + 9)) >= 0:
                self._pieces.append(escape(self._text[at + 9 : end - 3], quote=False) if self._stack else "")
                return end
            self._rebuilt("a CDATA section has no end", at)
            return at + 9
        elif self._text.startswith("<?", at):
            if (end := self._end_of("?>", at + 2)) >= 0:
                return end
        elif self._text.startswith("<!DOCTYPE", at):
            if "]" not in self._endless and (end := doctype_end(self._text, at)) >= 0:
                return end
            self._endless.add("]")
        elif found := _END_TAG.match(self._text, at):
            self._close(found[1], at)
            return found.end()
        elif (found := _TAG.match(self._text, at)) and (end := self._open(found[1], found.end())):
            return end
        if self._stack:
            self._tell("a '<' that begins nothing is read as one", at)
            self._pieces.append("&lt;")
        return at + 1

    def _end_of(self, mark: str, start: int) -> int:
        """Where the next such mark ends; -1 if there is none, which is searched for once only."""
        if mark in self._endless:
            return -1
        found = self._text.find(mark, start)
        if found < 0:
            self._endless.add(mark)
            return -1
        return found + len(mark)

    def _open(self, name: str, position: int) -> int | None:
        """Write a start tag whose name ends at `position`; None where it is none after all."""
        attributes: dict[str, str] = {}
        start = position
        while found := _ATTRIBUTE.match(self._text, position):
            value = found[2] or ""
            if value[:1] in ("'", '"'):
                value = value[1:-1]
            else:
                self._tell("an attribute has no quotes", position)
            if found[1] in attributes:
                self._tell("an attribute stands twice; the first is read", position)
            attributes.setdefault(found[1], self._escaped(value, position).replace('"', "&quot;"))
            position = found.end()
        end = _TAG_END.match(self._text, position)
        if end is None:
            return None
        if name.rpartition(":")[2] in self._records and (inside := self._innermost(name)) > 0:
            self._rebuilt("an element has no end", start)
            self._close_to(inside)
        for prefix in {part.partition(":")[0] for part in (name, *attributes) if ":" in part} - self._prefixes:
            self._tell(f"a namespace prefix is not declared ({prefix}:)", start)
            attributes[f"xmlns:{prefix}"] = CONVENTIONAL.get(prefix, f"urn:undeclared:{prefix}")
        is_empty = bool(end[1]) or (name.lower() in _WITHOUT_END and name not in self._ended)
        if self._stack:
            self._stack[-1].has_children = True
        elif self._root_ends_at < 0:
            self._root_ends_at = self._text.rfind(f"</{name}")
            self._root_ends_at = len(self._text) if self._root_ends_at < 0 else self._root_ends_at
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        self._pieces.append(f"<{name}{written}{'/' if is_empty else ''}>")
        if not is_empty:
            self._places.setdefault(name, []).append(len(self._stack))
            self._stack.append(_Open(name))
        return end.end()

    def _close(self, name: str, at: int) -> None:
        """Write what an end tag ends, which may be nothing, or another element than it names."""
        position = self._innermost(name)
        if position == 0 and at < self._root_ends_at:
            position = -1  # the document goes on behind it
        if position >= 0:
            if position < len(self._stack) - 1:
                self._rebuilt("an element has no end", at)
            self._close_to(position)
            return
        self._rebuilt("an end tag ends nothing", at)
        # Of an element that is nowhere begun: the innermost one's end, written wrong.
        if len(self._stack) > 1 and not self._stack[-1].has_children and name not in self._begun:
            self._close_to(len(self._stack) - 1)

    def _innermost(self, name: str) -> int:
        """Place in the stack of the innermost open element of a name; -1 if there is none."""
        places = self._places.get(name)
        return places[-1] if places else -1

    def _close_to(self, place: int) -> None:
        """Close the elements from the innermost one to that at `place`."""
        while len(self._stack) > place:
            name = self._stack.pop().name
            self._places[name].pop()
            self._pieces.append(f"</{name}>")


def _is_allowed(number: int) -> bool:
    """Whether XML may hold the character of a number."""
    return number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0xFFFF < number < 0x110000


def doctype_end(text: str, at: int) -> int:
    """Where a document type declaration that begins at `at` ends, its internal subset included; -1 if it does not."""
    found = _DOCTYPE_END.search(text, at)
    if found and found[0] == "[":
        found = _SUBSET_END.search(text, found.end())
    return found.end() if found else -1
