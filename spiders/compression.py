"""Bodies that come compressed: whole, or not at all."""

from __future__ import annotations

import gzip
import zlib

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

GZIP = {b"gzip", b"x-gzip"}


class DamagedBody(IgnoreRequest):
    """A compressed body cannot be decoded, or not to its end."""


class WholeCompressionMiddleware(HttpCompressionMiddleware):
    """Refuses a gzip body that was cut short.

    Scrapy gives as much of it as there is, and the comments behind the cut would be missing without a word.
    """

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        try:
            decoded = HttpCompressionMiddleware._decode(body, encoding, max_size)
        except (EOFError, OSError, zlib.error) as error:
            raise DamagedBody(f"the {encoding.decode()} body cannot be decoded: {error}") from error
        if encoding in GZIP and is_cut_short(body, len(decoded)):
            raise DamagedBody(f"the gzip body of {len(body)} bytes ends before its end")
        return decoded


def decoded_body(body: bytes, encodings: list[bytes], max_size: int) -> bytes:
    """A body as its Content-Encoding headers tell to decode it, the last one first; an unknown encoding ends that.

    Archives keep headers of bodies that they stored decoded, so what reads as text is taken for that.

    Raises:
        DamagedBody: it cannot be decoded, or not to its end.
    """
    if body.lstrip()[:1] in (b"<", b"{", b"["):
        return body
    for encoding in WholeCompressionMiddleware._split_encodings(encodings)[0]:
        body = WholeCompressionMiddleware._decode(body, encoding, max_size)
    return body


def is_cut_short(body: bytes, decoded_bytes: int) -> bool:
    """Whether a gzip body, of which so many bytes could be decoded, lacks its end.

    >>> whole = gzip.compress(b"a page")
    >>> is_cut_short(whole, 6), is_cut_short(whole[:-5], 6)
    (False, True)
    >>> is_cut_short(whole + whole, 12), is_cut_short(whole + b"?", 6)
    (False, False)
    """
    # RFC 1952: the last four bytes are the length of the content. They tell it for all but the rare bodies of several
    # parts or with something behind them, which are decoded once more.
    if int.from_bytes(body[-4:], "little") == decoded_bytes % 2**32:
        return False
    try:
        gzip.decompress(body)
    except EOFError:
        return True
    except (gzip.BadGzipFile, zlib.error):
        return False
    return False
