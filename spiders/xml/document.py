"""A whole document at once, as feeds and sitemaps are read; and the strict parser that all readers share."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import unescape

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs

from ...schemas import Damages
from .elements import Element
from .encoding import WHITE, as_utf8
from .repair import Repair, doctype_end

_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    load_dtd=False,
    no_network=True,
    huge_tree=True,
    remove_comments=True,
    remove_pis=True,
)
_DECLARATION = re.compile(rb"<\?xml\s")
_DOCTYPE = b"<!DOCTYPE"
HEAD = 64 * 1024
"""Bytes within which a document type declaration and the root are looked for."""
_ENTITY = re.compile(r"""<!ENTITY\s{1,9}([A-Za-z][\w.-]{0,31})\s{1,9}(?:"([^"<%]{0,200})"|'([^'<%]{0,200})')\s{0,9}>""")
_REFERS = re.compile(r"&(?!#)")


FEED_ROOTS = ("rss", "RDF", "feed")
FEED_RECORDS = ("item", "entry")
"""Of RSS in its versions and Atom."""


class NotXml(ValueError):
    """A text has no element that it should have."""


def strict(xml: bytes) -> Element | None:
    """The root of well-formed XML in UTF-8; None where it is not well-formed."""
    try:
        return etree.fromstring(xml, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def document(body: bytes, damages: Damages, *, roots: Collection[str], records: Collection[str] = ()) -> Element:
    """The root of a document that is well-formed or was made so. Entities are not resolved, except those of plain text.

    Args:
        roots: local names that it may have.
        records: local names of elements that do not hold one another.

    Raises:
        NotXml: it has no such root.
    """
    text = _from_root(as_utf8(body, damages), damages, roots)
    text, entities = without_doctype(text)
    root = strict(text)
    if root is None:

        def tell(kind: str, at: int) -> None:
            damages.add(kind, lambda: 1 + text[:at].count(b"\n"))

        repair = Repair(text, tell, entities=entities, records=records)
        damages.is_torn |= repair.is_rebuilt
        root = strict(repair.xml.encode())
    if root is None or etree.QName(root).localname not in roots:
        raise NotXml("no XML" if root is None else f"<{etree.QName(root).localname}>")
    return root


def _from_root(text: bytes, damages: Damages, roots: Collection[str]) -> bytes:
    """The text without what stands before its declaration or root: white space, a warning that a server printed."""
    names = b"|".join(name.encode() for name in roots)
    declared = _DECLARATION.search(text[:HEAD])
    root = re.search(rb"<(?:[\w.-]{1,50}:)?(?:" + names + rb")[\s>]", text[:HEAD])
    start = min((found.start() for found in (declared, root) if found), default=0)
    before = text[:start]
    if before.strip(WHITE) and not _is_prologue(before):
        damages.add("text before the document is passed over", 1)
    elif declared is None:
        start = 0
    return text[start:].strip(WHITE)


def _is_prologue(text: bytes) -> bool:
    """Whether only comments, instructions and a document type stand there, which are no damage."""
    return strict(text + b"<r/>") is not None or _DOCTYPE in text


def without_doctype(text: bytes) -> tuple[bytes, Mapping[str, str]]:
    """The text without its document type, of which only entities that stand for plain text are of use, and these.

    libxml2 does not see it: there is nothing that it could fetch or unfold.
    """
    at = text.find(_DOCTYPE, 0, HEAD)
    size, entities = doctype_of(text[at : at + HEAD]) if at >= 0 else (-1, {})
    if size < 0:
        return text, {}
    lines = b"\n" * text[at : at + size].count(b"\n")
    return text[:at] + lines + text[at + size :], entities


def doctype_of(text: bytes) -> tuple[int, dict[str, str]]:
    """The size in bytes of the document type that a text begins with, and its entities; -1 where it has no end."""
    declaration = text[:HEAD].decode("utf-8", "surrogateescape")
    end = doctype_end(declaration, len(_DOCTYPE))
    if end < 0:
        return -1, {}
    return len(declaration[:end].encode("utf-8", "surrogateescape")), entities_of(declaration[:end])


def entities_of(doctype: str) -> dict[str, str]:
    """The entities that a document type declares as plain text; not those made of others.

    >>> entities_of('<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY a "&b;&b;"><!ENTITY c SYSTEM "file:///etc/passwd">]>')
    {'nbsp': '\\xa0'}
    """
    values = {found[1]: found[2] or found[3] or "" for found in _ENTITY.finditer(doctype)}
    return {name: unescape(value) for name, value in values.items() if not _REFERS.search(value)}
