"""A page parsed once and indexed in one pass, so that every later question is a look-up in short lists.

libxml2 stops at a nesting of 2,048 elements, so no page makes a recursion or a climb to the root long.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
from lxml.html import HtmlElement

from ...addresses import split_address
from .encodings import utf8_of
from .words import COMMENT_STEMS, ELSEWHERE_STEMS, QUOTE_STEMS, Names, names_elsewhere, names_quotation, roles_of

if TYPE_CHECKING:
    from .align import Piece
    from .signs import Signs

# What XML forbids: libxml2 would end the text at a NUL, and lxml takes none of the others back into a tree.
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_NO_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")
_REFERENCE = re.compile(rb"&#(?:[xX]0*([0-9a-fA-F]*)|0*([0-9]*));?")
_CLOSED_PAGE = re.compile(rb"<(html|head|body)\b([^<>]*)/>", re.IGNORECASE)
"""An element around all others that is written as if it were empty ('<html lang="en"/>')."""
_MOST_LAYERS = 8
"""How often forbidden references are taken out: a page that still has some is made of nothing else, and loses all."""
# Every element the same class: lxml.html's own look-up asks Python for each and takes half of the indexing time.
_ELEMENT_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement)
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre "
    "section table td th tr ul".split()
)
_LEAST_TITLE = 10
"""Letters of a heading from which it may be what the page calls itself by: 'News' is any page's."""
EDGE = "\x1f"
"""Stands in `Document.all_text` where an inline element begins or ends: a blank to patterns, nothing to readers."""
_INLINE_TAGS = frozenset("a span button i b em strong li".split())
_MACHINE_DATES = ("datetime", "data-datetime", "data-date", "data-time", "data-timestamp", "data-utime")
_MACHINE_DATE_NAMES = frozenset(_MACHINE_DATES)
_SHORT_CONTROL = 30
"""Letters of a block that is named after quoting, up to which it is the control for it."""
_PAGE_TAGS = frozenset({"html", "body", "main"})
_EMPTY_PAGE = "<html><body></body></html>"


def _never(_: int) -> bool:
    return False


def folded(text: str | None) -> str:
    """The text with every run of white space as one blank, none at its ends."""
    return " ".join((text if text.isascii() else _with_blanks(text)).split()) if text else ""


def _with_blanks(text: str) -> str:
    """The text with blanks in place of characters of no width; as long as before."""
    return text.replace("\u200b", " ").replace("\ufeff", " ") if "\u200b" in text or "\ufeff" in text else text


def _folded_slice(text: str) -> str:
    """A part of `Document.all_text`, folded."""
    return " ".join(text.replace(EDGE, "").split())


def text_of(element: HtmlElement) -> str:
    """All text beneath the element, folded."""
    return folded("".join(element.itertext(etree.Element)))


def detach(element: HtmlElement) -> None:
    """Take the element out of its tree and leave the text behind it where it is."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
        element.tail = None
    parent.remove(element)


def parsed(html: str | bytes) -> HtmlElement:
    """The root element of a page in UTF-8, without comments; an empty page's where there is nothing to parse."""
    content = html.encode("utf-8", "replace") if isinstance(html, str) else html
    content = _without_forbidden(content).strip()
    # The slash means nothing to a browser; libxml2 would take the page to end there.
    content = _CLOSED_PAGE.sub(rb"<\1\2>", content)
    parser = etree.HTMLParser(recover=True, encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENT_CLASSES)
    root = etree.fromstring(content, parser=parser) if content else None
    return root if root is not None else etree.fromstring(_EMPTY_PAGE, parser=parser)


def _without_forbidden(content: bytes) -> bytes:
    """The page without the characters that XML forbids, written as they are or as references (`&#11;`, `&#xFFFE;`)."""
    content = content.translate(None, _CONTROL)
    if b"\xef\xbf" in content:
        content = _NO_CHARACTER.sub(b"", content)
    for _ in range(_MOST_LAYERS):
        kept = _REFERENCE.sub(_allowed_reference, content) if b"&#" in content else content
        if kept == content:
            return content
        content = kept  # what stood around a reference may be one now: '&&#1;#1;'
    return content.replace(b"&#", b"&amp;#")


def _allowed_reference(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 16) if reference[1] is not None else (reference[2], 10)
    if not digits:
        return b"" if b"0" in reference[0] else reference[0]  # a NUL, or no reference
    code = int(digits, base) if len(digits) < 8 else 0x110000
    is_forbidden = (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF)
    return b"" if is_forbidden or code > 0x10FFFF else reference[0]


class _PageText:
    """The text of a page while it is read: as it stands, and with each run of white space as one blank."""

    __slots__ = ("_is_parted", "folded_length", "folded_pieces", "length", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.folded_pieces: list[str] = []
        self.folded_length = 0
        self._is_parted = False
        """Whether a blank is owed before the next word."""

    def write_edge(self, tag: str) -> None:
        """Mark that an element begins or ends here."""
        if tag in _BLOCKS:
            self.pieces.append("\n")
            self._is_parted = True
        else:
            self.pieces.append(EDGE)
        self.length += 1

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)
        if not text.isascii():
            text = _with_blanks(text)
        words = text.split()
        if not words:
            self._is_parted = True
            return
        if self.folded_length and (self._is_parted or text[0].isspace()):
            self.folded_pieces.append(" ")
            self.folded_length += 1
        written = " ".join(words)
        self.folded_pieces.append(written)
        self.folded_length += len(written)
        self._is_parted = text[-1].isspace()


class Document:
    """A parsed page. Elements are named by their number in document order.

    `spans[i]` is the number behind the last element inside element i, so `range(i, spans[i])` is its subtree and
    containment is a comparison of numbers. Scripts, styles and client-side templates are not in the tree.
    """

    def __init__(self, html: str | bytes, url: str | None = None, encoding: str | None = None) -> None:
        self.url = url
        content = utf8_of(html, encoding)
        self.root = parsed(content)
        self.scripts = list(_taken_out(self.root))
        self.elements: list[HtmlElement] = list(self.root.iter())
        self.parents: list[int] = []
        self.spans: list[int] = [0] * len(self.elements)
        self.tags: list[str] = []
        self.classes: list[str] = []
        self.with_class: dict[str, list[int]] = defaultdict(list)
        self.with_id: dict[str, int] = {}
        self.with_tag: dict[str, list[int]] = defaultdict(list)
        self.with_itemprop: dict[str, list[int]] = {}
        self.itemprops: dict[int, str] = {}
        self.with_itemtype_comment: list[int] = []
        self.with_itemtype_review: list[int] = []
        self.all_text = ""
        self.text_starts: list[int] = []
        self.text_ends: list[int] = [0] * len(self.elements)
        # The same once more with each run of white space as one blank, so that an element's text is a part of it.
        self._folded = ""
        self._folded_starts: list[int] = []
        self._folded_ends: list[int] = [0] * len(self.elements)
        self._texts: dict[int, str] = {}
        self.marks = bytearray(len(self.elements))
        """What signs.py has read of each element's marks: blocks that stand in each other ask for the same ones."""
        self.signs: dict[tuple[int, ...], Signs] = {}
        """What signs.signs_of has read: several ways of finding comments ask for the same blocks."""
        self.pieces: dict[tuple[int, ...], list[Piece]] = {}
        """What align.row_pieces has read."""
        self._index(has_microdata=b"itemprop" in content or b"itemtype" in content)

    def _index(self, *, has_microdata: bool) -> None:
        parents, spans, tags, classes = self.parents, self.spans, self.tags, self.classes
        with_class, with_id, with_tag = self.with_class, self.with_id, self.with_tag
        starts, ends = self.text_starts, self.text_ends
        folded_starts, folded_ends = self._folded_starts, self._folded_ends
        # The path of open elements; a page without any nesting still has its root.
        path: list[HtmlElement] = []
        numbers: list[int] = []
        written = _PageText()
        for number, element in enumerate(self.elements):
            parent = element.getparent()
            while path and path[-1] is not parent:
                closed = numbers.pop()
                spans[closed], ends[closed], folded_ends[closed] = number, written.length, written.folded_length
                written.write_edge(tags[closed])
                if tail := path.pop().tail:
                    written.write(tail)
            parents.append(numbers[-1] if numbers else -1)
            path.append(element)
            numbers.append(number)
            tag = element.tag
            tags.append(tag)
            with_tag[tag].append(number)
            written.write_edge(tag)
            starts.append(written.length)
            folded_starts.append(written.folded_length)
            if text := element.text:
                written.write(text)
            get = element.get
            name = get("class")
            if name:
                with_class[name].append(number)
            classes.append(name or "")
            if anchor := get("id"):
                with_id.setdefault(anchor, number)
            if has_microdata:
                self._index_microdata(number, get("itemprop"), get("itemtype"))
        while numbers:
            closed = numbers.pop()
            spans[closed], ends[closed], folded_ends[closed] = len(self.elements), written.length, written.folded_length
            if tail := path.pop().tail:
                written.write(tail)
        self.all_text = _with_blanks("".join(written.pieces))
        text = self._folded = "".join(written.folded_pieces)
        # The blank that parts an element from what stands before it is written only with its first word.
        bounds = zip(folded_starts, folded_ends, strict=True)
        self._folded_starts = [start + (start < end and text[start] == " ") for start, end in bounds]

    def _index_microdata(self, number: int, prop: str | None, kind: str | None) -> None:
        if prop:
            self.with_itemprop.setdefault(prop, []).append(number)
            self.itemprops[number] = prop
        # An answer to a question is to its page what a comment is to a post; those of FAQs are by nobody.
        if kind and ("omment" in kind or kind.endswith("/Answer")):
            self.with_itemtype_comment.append(number)
        elif kind and "Review" in kind:
            self.with_itemtype_review.append(number)

    def tagged(self, *tags: str) -> list[int]:
        """Numbers of all elements with one of the tags, in document order."""
        return sorted(number for tag in tags for number in self.with_tag.get(tag, ()))

    def inside(self, number: int, outer: int) -> bool:
        """Whether element `number` is `outer` or stands inside it."""
        return outer <= number < self.spans[outer]

    def among(self, numbers: list[int], outer: int) -> list[int]:
        """Those of the numbers (ascending) that are `outer` or stand inside it."""
        return numbers[bisect_left(numbers, outer) : bisect_left(numbers, self.spans[outer])]

    def children(self, number: int) -> Iterator[int]:
        """The child elements, in document order."""
        child = number + 1
        while child < self.spans[number]:
            yield child
            child = self.spans[child]

    def ancestors(self, number: int) -> Iterator[int]:
        """The enclosing elements, nearest first."""
        number = self.parents[number]
        while number >= 0:
            yield number
            number = self.parents[number]

    def text(self, number: int) -> str:
        """All text beneath the element, folded."""
        text = self._texts.get(number)
        if text is None:
            text = self._folded[self._folded_starts[number] : self._folded_ends[number]]
            self._texts[number] = text
        return text

    def begins_block(self, number: int) -> bool:
        """Whether what stands before the element and what stands in it are words of different lines."""
        return self.tags[number] in _BLOCKS

    def text_between(self, start: int, end: int) -> str:
        """The text from where element `start` begins to where element `end` does, folded."""
        last = self.text_starts[end] if end < len(self.elements) else len(self.all_text)
        return _folded_slice(self.all_text[self.text_starts[start] : last])

    def letters(self, number: int) -> int:
        """How many characters `text` has, without making it: an element that was left open holds all the rest."""
        return self._folded_ends[number] - self._folded_starts[number]

    def letters_between(self, number: int, later: int) -> int:
        """Letters of the text, blanks and all, that stands between the beginnings of two elements."""
        return self.text_starts[later] - self.text_starts[number]

    def standing_at(self, place: int) -> int:
        """The innermost element around a place in `all_text`."""
        number = bisect_right(self.text_starts, place) - 1
        while self.text_ends[number] <= place and self.parents[number] >= 0:
            number = self.parents[number]
        return number

    def saying(self, text: str) -> Iterator[int]:
        """The innermost elements around the text, where it is written so in the source, in document order."""
        place = self.all_text.find(text) if text else -1
        while place >= 0:
            yield self.standing_at(place)
            place = self.all_text.find(text, place + len(text))

    def text_within(
        self,
        roots: Iterable[int],
        skips: Callable[[int], bool],
        stops: Callable[[int], bool] = _never,
        most: int | None = None,
    ) -> str:
        """The text beneath the roots in reading order, folded, without what `skips` names, up to what `stops` names.

        Of more than `most` letters the elements that bring the first so many.
        """
        pieces: list[str] = []
        letters = 0
        for root in roots:
            tails: list[tuple[int, str]] = []
            number = root
            while number < self.spans[root]:
                while tails and tails[-1][0] <= number:
                    pieces.append(tails.pop()[1])
                element = self.elements[number]
                if number != root:
                    if stops(number) and folded("".join(pieces)):
                        return folded("".join(pieces))
                    if element.tail or element.tag in _BLOCKS:
                        apart = " " if element.tag in _BLOCKS else ""
                        tails.append((self.spans[number], apart + (element.tail or "")))
                if number != root and skips(number):
                    number = self.spans[number]
                    continue
                # Blocks beside each other are words apart even where no blank stands between them.
                if element.tag in _BLOCKS:
                    pieces.append(" ")
                if element.text:
                    pieces.append(element.text)
                    letters += len(element.text)
                    if most is not None and letters > most:
                        return folded("".join(pieces))
                number += 1
            pieces.extend(tail for _, tail in reversed(tails))
            pieces.append(" ")
        return folded("".join(pieces))

    def text_without(self, roots: Iterable[int], others: Collection[int]) -> str:
        """The text beneath the roots in reading order, folded, without that of any `others` inside them."""
        skipped = sorted(others)
        pieces: list[str] = []
        for root in roots:
            start = self.text_starts[root]
            for number in skipped[bisect_right(skipped, root) :]:
                if number >= self.spans[root]:
                    break
                if self.text_starts[number] >= start:  # not inside the one before
                    pieces.append(self.all_text[start : self.text_starts[number]])
                    start = self.text_ends[number]
            pieces += self.all_text[start : self.text_ends[root]], " "
        return _folded_slice("".join(pieces))

    def mask(self, roots: Iterable[int]) -> bytearray:
        """Not 0 at the numbers of all elements in the subtrees of the roots."""
        found = bytearray(len(self.elements))
        for root in roots:
            if not found[root]:
                found[root : self.spans[root]] = b"\x01" * (self.spans[root] - root)
        return found

    @cached_property
    def elsewhere(self) -> bytearray:
        """Not 0 at elements of widgets, side bars, teasers and the like: what they hold belongs to other pages."""
        named = [
            number
            for name in self.class_names.holding(ELSEWHERE_STEMS)
            if names_elsewhere(name)
            for number in self.with_class[name]
        ]
        named += [self.with_id[anchor] for anchor in self.id_names.holding(ELSEWHERE_STEMS) if names_elsewhere(anchor)]
        return self.mask(n for n in named if self.tags[n] not in _PAGE_TAGS and not self._holds_post(n))

    @cached_property
    def hrefs(self) -> dict[int, str]:
        """Where the links lead that lead anywhere, as written; in document order."""
        return {n: href for n in self.with_tag.get("a", ()) if (href := self.elements[n].get("href"))}

    @cached_property
    def rels(self) -> dict[int, str]:
        """The `rel` of the links that have one, in document order."""
        return {n: rel for n in self.with_tag.get("a", ()) if (rel := self.elements[n].get("rel"))}

    @cached_property
    def titled(self) -> list[int]:
        """The elements that have a title, in document order."""
        return [n for n, element in enumerate(self.elements) if element.get("title")]

    @cached_property
    def machine_dates(self) -> dict[int, str]:
        """What elements state for machines of when something was, in document order."""
        found: dict[int, str] = {}
        for number, element in enumerate(self.elements):
            if not _MACHINE_DATE_NAMES.isdisjoint(element.keys()):
                values = (value for name in _MACHINE_DATES if (value := element.get(name)))
                found.update((number, value) for value in islice(values, 1))
        return found

    @cached_property
    def machine_dated(self) -> list[int]:
        """The elements of `machine_dates`, in document order."""
        return list(self.machine_dates)

    @cached_property
    def class_names(self) -> Names:
        """The keys of `with_class`."""
        return Names(self.with_class)

    @cached_property
    def id_names(self) -> Names:
        """The keys of `with_id`."""
        return Names(self.with_id)

    @cached_property
    def comment_classes(self) -> dict[str, list[int]]:
        """Those of `with_class` that may speak of comments: all that hold one of COMMENT_WORDS, and some more."""
        return {name: self.with_class[name] for name in self.class_names.holding(COMMENT_STEMS)}

    @cached_property
    def comment_ids(self) -> dict[str, int]:
        """Those of `with_id` that may speak of comments, in the same way."""
        return {anchor: self.with_id[anchor] for anchor in self.id_names.holding(COMMENT_STEMS)}

    @cached_property
    def in_form(self) -> bytearray:
        """Not 0 at elements of forms, other than one that some systems wrap around the whole page."""
        forms = self.with_tag.get("form", ())
        return self.mask(form for form in forms if 2 * (self.spans[form] - form) < len(self.elements))

    @cached_property
    def quoted(self) -> bytearray:
        """Not 0 at elements of quotations, with who is quoted: by tag, or by a name that ends in a word for one."""
        named = [
            number
            for name in self.class_names.holding(QUOTE_STEMS)
            if names_quotation(name)
            for number in self.with_class[name]
            if self.tags[number] not in _INLINE_TAGS and len(self.text(number)) > _SHORT_CONTROL
        ]
        tagged = (n for n in self.with_tag.get("blockquote", ()) if "body" not in roles_of(self.classes[n]))
        return self.mask(n for n in (*named, *tagged) if 2 * (self.spans[n] - n) < len(self.elements))

    @cached_property
    def in_review(self) -> bytearray:
        """Not 0 at elements of what schema.org calls a review."""
        return self.mask(self.with_itemtype_review)

    def _holds_post(self, number: int) -> bool:
        """Whether the post's own parts are inside: themes call the column beside a side bar by its name."""
        named = [self.with_id[name] for name in ("comments", "respond", "content", "main") if name in self.with_id]
        tagged = [n for tag in ("h1", "main", "textarea") for n in self.with_tag.get(tag, ())]
        is_most = 2 * (self.spans[number] - number) > len(self.elements)
        return is_most or any(self.inside(n, number) for n in (*named, *tagged, *self._own_heading))

    @cached_property
    def _own_heading(self) -> list[int]:
        """The first heading that the page's title begins or ends with, if any."""
        title = next((self.text(n) for n in self.with_tag.get("title", ())), "")
        headings = (n for n in self.tagged("h2", "h3") if _LEAST_TITLE <= self.letters(n) <= len(title))
        return list(islice((n for n in headings if title.startswith(text := self.text(n)) or title.endswith(text)), 1))

    @cached_property
    def meta(self) -> dict[str, list[str]]:
        """Contents of the <meta> elements by lower-case name or property, in page order."""
        found: dict[str, list[str]] = {}
        for number in self.with_tag.get("meta", ()):
            element = self.elements[number]
            name = element.get("property") or element.get("name")
            content = folded(element.get("content"))
            if name and content:
                found.setdefault(name.lower(), []).append(content)
        return found

    @cached_property
    def links(self) -> dict[str, str]:
        """First href of the <link> elements by lower-case rel word; what is no address is no link."""
        found: dict[str, str] = {}
        for number in self.with_tag.get("link", ()):
            element = self.elements[number]
            href = (element.get("href") or "").strip()
            if not href or split_address(href) is None:
                continue
            for rel in (element.get("rel") or "").lower().split():
                found.setdefault(rel, href)
        return found

    @cached_property
    def linked_data(self) -> list[dict[str, Any]]:
        """The JSON-LD objects of the page, graphs unfolded, in page order; those that are no JSON are left out."""
        found: list[dict[str, Any]] = []
        for script in self.scripts:
            if "ld+json" not in (script.get("type") or "").lower():
                continue
            try:
                # strict=False: line breaks inside strings, which many sites write.
                data = json.loads(_json_text(script.text or ""), strict=False)
            except (ValueError, RecursionError):
                continue
            found.extend(_objects(data))
        return found


def _taken_out(root: HtmlElement) -> Iterator[HtmlElement]:
    for element in list(root.iter("script", "style", "template")):
        detach(element)
        yield element


def _json_text(text: str) -> str:
    """Without the comment or CDATA marks that old templates put around a script."""
    text = text.strip()
    for opening, closing in (
        ("<!--", "-->"),
        ("//<![CDATA[", "//]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("<![CDATA[", "]]>"),
    ):
        if text.startswith(opening):
            text = text.removeprefix(opening).removesuffix(closing).strip()
    return text.rstrip(";")


def _objects(data: object) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD value with their @graph members, outermost first."""
    waiting = [data]  # the next one last
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            yield value
            if isinstance(graph := value.get("@graph"), list):
                waiting += reversed(graph)
