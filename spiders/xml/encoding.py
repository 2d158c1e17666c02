"""Bytes of XML as UTF-8, whatever they are written in and whatever they say of that."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from ...schemas import Damages
from ..reading.encodings import codec_of

CHUNK = 256 * 1024
WHITE = b" \t\r\n"
"""What XML calls white space."""

MARK = "\uffff"
"""Stands before what was no text of the stated encoding; no XML may hold it, so whoever reads on meets it."""
STRAY = "rejoinder-stray"
"""The error handler that reads stray bytes as Windows-1252, as browsers would, each behind MARK."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""", re.I)
_DECLARED_WITHIN = 16 * 1024
"""Bytes; something may stand before the declaration."""
_SEVERAL_BYTES = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_ENOUGH = 8
"""Characters of several bytes of UTF-8, and nothing else outside ASCII, that no text of another such encoding holds."""
_MULTIBYTE = frozenset("gbk gb2312 gb18030 big5 big5hkscs shift_jis cp932 euc_jp euc_kr cp949".split())


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return MARK + error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _as_windows_1252)


def is_blank(text: bytes) -> bool:
    """Whether there is nothing but white space and byte order marks, which pieces of files bring along."""
    return not text.replace(codecs.BOM_UTF8, b"").strip(WHITE)


def encoding_of(head: bytes, damages: Damages | None = None) -> tuple[str, int]:
    """The encoding of a file that begins so, and how many bytes its byte order mark takes.

    A mark or the bytes' own form counts before what the file declares: UTF-16 shows its zeros, and text outside ASCII
    that is UTF-8 throughout is no other encoding by chance.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark)
    if (pair := head[:2]) and len(pair) == 2 and 0 in pair and pair != b"\0\0":
        return ("utf-16-be" if pair[0] == 0 else "utf-16-le"), 0
    found = _DECLARED.search(head[:_DECLARED_WITHIN])
    declared = found[1].decode("ascii", "replace") if found else "utf-8"
    name = _codec(declared)
    if name is None:
        _tell(damages, f"the file declares an encoding that is none: {declared}")
        return "utf-8", 0
    if name.startswith(("utf-16", "utf-32", "utf-8", "ascii")):
        return "utf-8", 0  # eight bits wide whatever is declared; ASCII is part of it
    if _is_utf8(head, at_least=_ENOUGH if name in _MULTIBYTE else 1):
        _tell(damages, f"the file declares {declared} and is UTF-8")
        return "utf-8", 0
    return name, 0


def _codec(label: str) -> str | None:
    """Python's name of a declared encoding, by what the label means on the web or else to Python; None for no such."""
    try:
        name = codecs.lookup(codec_of(label) or label).name
        "".encode(name)  # some codecs are none of text
    except (LookupError, TypeError, ValueError):
        return None
    return name


def _tell(damages: Damages | None, kind: str) -> None:
    if damages is not None:
        damages.add(kind, 1)


def _is_utf8(head: bytes, *, at_least: int) -> bool:
    """Whether what is outside ASCII is UTF-8, and so many characters at least; the last one may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return len(_SEVERAL_BYTES.findall(head)) >= at_least


def utf8_chunks(file: BinaryIO, damages: Damages) -> Iterator[bytes]:
    """A file as UTF-8, without a byte order mark. UTF-8 itself is handed on as it is, stray bytes included."""
    head = b""
    while len(head) < CHUNK and (chunk := file.read(CHUNK)):
        head += chunk
    name, skipped = encoding_of(head, damages)
    head = head[skipped:]
    if name == "utf-8":
        yield head
        while chunk := file.read(CHUNK):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(name)(errors=STRAY)
    chunk = head
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = file.read(CHUNK)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def as_utf8(body: bytes, damages: Damages) -> bytes:
    """A whole document as UTF-8, as `utf8_chunks` gives it."""
    name, skipped = encoding_of(body[:CHUNK], damages)
    body = body[skipped:]
    return body if name == "utf-8" else body.decode(name, STRAY).encode("utf-8", "replace")
