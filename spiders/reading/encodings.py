"""In which encoding a page is written: one decision for live pages, archives and files.

Labels mean what the WHATWG's Encoding Standard says (webencodings has its table; Python knows neither all of them nor
the meaning that pages give them), and declarations weigh as browsers weigh them, but for two things that make browsers
show nonsense: bytes that a declaration does not fit, and the ISO-8859-1 that web servers send for pages of any kind.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import webencodings
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - compiled, without stubs
from w3lib.encoding import read_bom, resolve_encoding, to_unicode

HEAD = 16 * 1024
"""Bytes in which a page's own declaration is looked for: the standard says 1,024, browsers read on."""
FALLBACK = "cp1252"
MOST_MISFITS = 0.1
"""Share of a text's characters beyond ASCII that may be none at all in its encoding."""
_XML = re.compile(rb"""\s*<\?xml\s[^>]{0,500}?\bencoding\s*=\s*["']([\w.:-]{1,40})""")
_IN_CONTENT = re.compile(r"""charset\s*=\s*["']?\s*([^\s"';,]{1,40})""", re.IGNORECASE)
_UTF_16 = {"utf-16-le": re.compile(rb"(?:\s\0){0,50}<\0"), "utf-16-be": re.compile(rb"(?:\0\s){0,50}\0<")}
_JAPANESE_SHIFT = (b"\x1b$B", b"\x1b$@")


def utf8_of(html: str | bytes, header: str | None) -> bytes:
    """The page in UTF-8. Never fails: bytes that fit nothing become U+FFFD.

    Bytes that are UTF-8 with letters beyond ASCII are taken for that whatever is declared, because text in other
    encodings is never so by chance, and saved pages often keep a stale declaration; a last letter may be cut off.

    Args:
        header: the charset of the HTTP header, as sent; None if it names none.
    """
    if isinstance(html, str):
        # A lone surrogate cannot be encoded.
        return html.encode("utf-8", "replace")
    # ASCII may still be another charset's: UTF-16 holds NULs, the Japanese ones shift by ESC.
    if not html.isascii() or (b"\0" not in html and b"\x1b" not in html):
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(html).removeprefix("\ufeff").encode()
        except UnicodeDecodeError:
            pass
    return _decoded(html, header).encode("utf-8", "replace")


def codec_of(label: str) -> str | None:
    """Python's name of the encoding that a label means to browsers; None for a label that means none.

    >>> codec_of("ISO-8859-8-I"), codec_of("ascii"), codec_of("x-sjis"), codec_of("utf-7")
    ('iso8859-8', 'cp1252', 'cp932', None)
    """
    found = webencodings.lookup(label.strip("\"' "))
    if found is None or found.name == "replacement":
        # What browsers do not read any more for what scripts may hide in it, and names that only Python knows.
        return resolve_encoding(label)
    if found.name == "gbk":
        return "gb18030"  # its decoder, by the standard
    return "x-user-defined" if found.name == "x-user-defined" else found.codec_info.name


def declared_in(html: bytes) -> str | None:
    """The codec that the page declares for itself, in a meta element or as XML; None if it declares none that is known.

    A page that can be read as ASCII is not UTF-16, whatever it says.

    >>> declared_in(b"<!-- <meta charset=big5> --><meta http-equiv=Content-Type content='text/html; charset=KOI8-R'>")
    'koi8-r'
    >>> declared_in(b"<meta charset=utf-16>"), declared_in(b"<meta charset=x-user-defined>")
    ('utf-8', 'cp1252')
    """
    for label in _labels(html[:HEAD]):
        if codec := codec_of(label):
            return "utf-8" if codec.startswith("utf-16") else FALLBACK if codec == "x-user-defined" else codec
    return None


def _labels(head: bytes) -> Iterator[str]:
    if found := _XML.match(head):
        yield found[1].decode()
    content = head.replace(b"\0", b"").strip()
    parser = etree.HTMLParser(encoding="iso-8859-1", remove_comments=True, remove_pis=True)
    root = etree.fromstring(content, parser) if content else None
    for meta in root.iter("meta") if root is not None else ():
        stated = meta.get("content") or ""
        in_content = _IN_CONTENT.search(stated) if "content" in (meta.get("http-equiv") or "").lower() else None
        if label := meta.get("charset") or (in_content and in_content[1]):
            yield label


def _decoded(html: bytes, header: str | None) -> str:
    mark, bom = read_bom(html)
    if mark is not None and bom is not None:
        return to_unicode(html[len(bom) :], mark)
    for codec, beginning in _UTF_16.items():
        if beginning.match(html):
            return to_unicode(html, codec)
    sent = codec_of(header) if header else None
    own = declared_in(html)
    if own is None and sent is None and any(shift in html for shift in _JAPANESE_SHIFT):
        own = "iso2022_jp"
    # A server's default says nothing against what the page says.
    order = [own, sent] if sent == FALLBACK else [sent, own]
    texts = [_in_codec(html, codec) for codec in dict.fromkeys(order) if codec]
    misfits = [_misfit(text) for text in texts]
    for text, misfit in zip(texts, misfits, strict=True):
        if misfit <= MOST_MISFITS:
            return text
    # Where nothing fits well, what fits best; a page of whose letters most are none is in none of these.
    best = min(misfits, default=1)
    return texts[misfits.index(best)] if best <= 0.5 else _in_codec(html, FALLBACK)


def _misfit(text: str) -> float:
    """The share of a text's characters beyond ASCII that bytes did not fit for."""
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\N{REPLACEMENT CHARACTER}") / beyond_ascii if beyond_ascii else 0


def _in_codec(html: bytes, codec: str) -> str:
    if codec == "x-user-defined":
        return webencodings.decode(html, codec)[0]
    return to_unicode(html, codec)
