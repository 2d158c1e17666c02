"""Text and safe HTML of an element: what a reader sees of it, in the shape in which it was written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache

import nh3
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from lxml.html import HtmlElement

from .characters import clean_text
from .privacy import holds_avatar_hash, holds_mail, public_address
from .urls import absolute_url

DROPPED = frozenset(
    "annotation audio button canvas datalist embed head iframe input link meta noscript object script select style svg"
    " template textarea title video".split()
)
"""Elements whose content is no text of the body."""

PARAGRAPHS = frozenset(
    "address blockquote details dl fieldset figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split(),
)
"""Blocks set off by a blank line."""

LINES = frozenset(
    "article aside caption center dd div dt figcaption footer form header legend li main nav option section summary"
    " tbody tfoot thead tr".split()
)
"""Blocks that begin on a line of their own."""

LISTS = frozenset({"ol", "ul"})
CELLS = frozenset({"td", "th"})

MOST_MARKS = 12
"""Quotes and list items nested deeper get no further marks, so that no line grows with the depth of its page."""

INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
EMOTICON = re.compile(r"emoji|smil(?:ey|ie)|emoticon", re.I)


def text_of(element: HtmlElement) -> str:
    """The text of an element, its tail left out; '' if it has none.

    Paragraphs are separated by a blank line, `<br>` breaks a line, quotes are led by '> ' and list items by '- ' or
    their number, `<pre>` keeps its lines, the cells of a table's row are separated by ' | ', a picture of an emoji is
    its alt text. Scripts, form fields and what is hidden inside the element are left out. The time it takes is linear
    in the size of the element, however deep it is.

    >>> from lxml.html import fragment_fromstring
    >>> print(text_of(fragment_fromstring("<div>in<em>line</em><blockquote><p>a<br>b</p></blockquote>c</div>")))
    inline
    <BLANKLINE>
    > a
    > b
    <BLANKLINE>
    c
    """
    page = _Page()
    skipped: HtmlElement | None = None
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node is not element and _is_unseen(node):
                skipped = node
                walk.skip_subtree()  # its end is still told
            else:
                page.open(node)
            continue
        if event == "end" and node is not skipped:
            page.close(node)
        if node is not element:
            page.write(node.tail)
    return clean_text("".join(page.out))


def _is_unseen(node: HtmlElement) -> bool:
    if node.tag in DROPPED or node.get("hidden") is not None:
        return True
    style = node.get("style")
    return style is not None and INVISIBLE.search(style) is not None


@dataclass(slots=True)
class _Page:
    """The text written so far, and what is owed before more of it."""

    out: list[str] = field(default_factory=list)
    gap: int = 0
    """Line ends owed: 1 begins a line, 2 leaves a blank one."""
    owed: str = ""
    """What goes before more text on this line: a blank, or the mark between two cells."""
    leads: list[str] = field(default_factory=lambda: [""])
    """What leads a line at each open quote and list item: '> ', or blanks below the item's mark."""
    lowest: int = 0
    """How many quotes and items the last line and the next have in common."""
    item: str | None = None
    """Lead of the next line where it begins a list item."""
    numbers: list[int | None] = field(default_factory=list)
    """Number of the next item of each open list; None for bullets."""
    preformatted: int = 0

    def open(self, node: HtmlElement) -> None:
        """Begin an element, its own text included."""
        tag, text = node.tag, node.text
        if tag in PARAGRAPHS or tag in LINES:
            self._owe(node)
            if tag == "blockquote":
                self._nest("> ")
            elif tag in LISTS:
                self.numbers.append(_whole_number(node.get("start"), 1) if tag == "ol" else None)
            elif tag == "li":
                self._open_item(node)
            elif tag == "pre":
                self.preformatted += 1
                text = text and text.removeprefix("\n")  # as HTML's own rules have it
        elif tag == "br":
            self._break_line()
        elif tag in CELLS and self.out and not self.gap:
            self.owed = " | "
        elif tag == "img":
            self._put(_emoticon(node))
        self.write(text)

    def close(self, node: HtmlElement) -> None:
        """End an element that open() began."""
        tag = node.tag
        if tag not in PARAGRAPHS and tag not in LINES:
            return
        if tag == "li":
            self.item = None  # an item without text has no mark
        if tag in {"li", "blockquote"}:
            self.leads.pop()
            self.lowest = min(self.lowest, len(self.leads) - 1)
        elif tag in LISTS:
            self.numbers.pop()
        elif tag == "pre":
            self.preformatted -= 1
        self._owe(node)

    def write(self, text: str | None) -> None:
        """Add text, its white space folded outside `<pre>`."""
        if not text:
            return
        if self.preformatted:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._break_line()
                self._put(line.expandtabs(4).rstrip("\r"))
            return
        if text[0].isspace():
            self.owed = self.owed or " "
        if words := text.split():
            self._put(" ".join(words))
            if text[-1].isspace():
                self.owed = " "

    def _open_item(self, node: HtmlElement) -> None:
        number = self.numbers[-1] if self.numbers else None
        if number is not None:
            number = _whole_number(node.get("value"), number)
            self.numbers[-1] = number + 1
        mark = "- " if number is None else f"{number}. "
        if len(self.leads) <= MOST_MARKS:
            self.item = self._lead() + mark
        self._nest(" " * len(mark))

    def _nest(self, mark: str) -> None:
        self.leads.append(self.leads[-1] + (mark if len(self.leads) <= MOST_MARKS else ""))

    def _lead(self) -> str:
        """What leads the next line."""
        return self.leads[-1] if self.item is None else self.item + self.leads[-1][len(self.item) :]

    def _owe(self, block: HtmlElement) -> None:
        # A list inside a list item is part of its paragraph.
        apart = block.tag in PARAGRAPHS and not (block.tag in LISTS and self.numbers)
        self.gap = max(self.gap, 2 if apart else 1)

    def _break_line(self) -> None:
        self.gap = self.gap + 1 if self.preformatted else min(self.gap + 1, 2)

    def _put(self, text: str) -> None:
        """Write text that has no line end, behind all that is owed."""
        if not text:
            return
        if self.gap and self.out:
            blank = self.leads[self.lowest].rstrip(" ")
            self.out.append("\n" + f"{blank}\n" * (self.gap - 1))
        if self.gap or not self.out:
            self.out.append(self._lead())
        else:
            self.out.append(self.owed)
        self.out.append(text)
        self.gap, self.owed, self.item, self.lowest = 0, "", None, len(self.leads) - 1


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text, re.A) else default


def _emoticon(image: HtmlElement) -> str:
    """What a picture says in place of a character: its alt if it holds no word, or if marked as an emoji."""
    alt = (image.get("alt") or "").strip()
    named = f"{image.get('class')} {image.get('src')}"
    return alt if not any(map(str.isalnum, alt)) or EMOTICON.search(named) else ""


TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img"
    " ins kbd li mark ol p pre q s samp small strike strong sub summary sup table tbody td tfoot th thead time tr tt u"
    " ul var".split()
)
TELLING_TAGS = TAGS - {"br", "div", "p"}
"""Those that say what text_of() does not."""
_TELLING_TAG = re.compile(r"<(?!/?(?:br|div|p)>)")
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "img": {"src", "alt"},
    "li": {"value"},
    "ol": {"start"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
LINKS = frozenset({"cite", "href", "src"})
PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f&<>\x7f-\xa0\ud800-\udfff\ufeff]*")
"""Markup that is nothing but text, and the same when it is cleaned."""
DEEPEST = 500
"""Levels kept as markup. nh3 takes time in the square of the depth: 0.1 s for 8,000 levels, minutes for 100,000."""


def sanitised_html(element: HtmlElement, base: str = "") -> str:
    """The content of an element as HTML that is safe to show, its own tag only if it is a list, a table or alike.

    Links and pictures keep http(s) addresses only, made absolute with `base` and freed of an archive's prefix, so
    neither scripts nor mail addresses nor avatars' hashes are stored, nor are titles that hold one; pictures keep their
    alt. What is hidden is left out as in text_of(). A body nested deeper than 500 levels is given as its text.

    >>> from lxml.html import fragment_fromstring
    >>> sanitised_html(fragment_fromstring('<p onclick="x()">a <a href="/b">b</a><script>c</script></p>'), "http://d.e/")
    '<p>a <a href="http://d.e/b">b</a></p>'
    """
    _, *inside = element.iter("*")
    if len(inside) >= DEEPEST and _depth(element) > DEEPEST:
        return html.escape(text_of(element), quote=False)
    if any(map(_is_unseen, inside)):
        element = deepcopy(element)
        for node in [*_outermost_unseen(element)]:
            node.drop_tree()

    if element.tag in PARAGRAPHS:  # a list, table or quote says something by its own tag
        markup = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    else:
        markup = html.escape(element.text or "", quote=False) + "".join(
            etree.tostring(child, encoding="unicode", method="html") for child in element
        )
    return (markup if PLAIN.fullmatch(markup) else _cleaner(base).clean(markup)).strip()


def html_beyond_text(element: HtmlElement, base: str = "") -> str | None:
    """The same as sanitised_html(), None where it says no more than text_of(): words, paragraphs and line breaks.

    >>> from lxml.html import fragment_fromstring
    >>> html_beyond_text(fragment_fromstring("<div><p>a<br>b</p><p>c</p></div>"))
    """
    if not any(node.tag in TELLING_TAGS for node in element.iter("*")):
        return None
    markup = sanitised_html(element, base)
    return markup if _TELLING_TAG.search(markup) else None  # it may have stood in what is hidden


def _depth(element: HtmlElement) -> int:
    """Levels of the deepest element inside it, its own counted."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


# All comments of a page have the same base, and a cleaner takes as long to be made as to clean one of them.
@lru_cache(maxsize=4)
def _cleaner(base: str) -> nh3.Cleaner:
    def address(_tag: str, name: str, value: str) -> str | None:
        if name not in LINKS:
            return None if holds_mail(value) or holds_avatar_hash(value) else value
        url = absolute_url(value, base)
        return url and public_address(url)

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=address,
        link_rel=None,
        clean_content_tags=set(DROPPED),
    )


def _outermost_unseen(element: HtmlElement) -> Iterator[HtmlElement]:
    walk = etree.iterwalk(element, events=("start",))
    for _, node in walk:
        if node is not element and _is_unseen(node):
            walk.skip_subtree()
            yield node
