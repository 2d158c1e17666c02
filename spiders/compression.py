"""Bodies that come compressed: whole, or as far as they go and told."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

import brotli
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from scrapy import Spider
    from scrapy.http import Request, Response

GZIP = {b"gzip", b"x-gzip"}
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"
_MAGIC = {b"gzip": b"\x1f\x8b", b"x-gzip": b"\x1f\x8b", b"zstd": _ZSTD_FRAME}
_GZIP_MEMBER = b"\x1f\x8b\x08"
_PIECE = 1024 * 1024
MOST_LAYERS = 3
"""Gzip within gzip that is looked into; some servers compress what is compressed already."""


class DamagedBody(IgnoreRequest):
    """A compressed body cannot be decoded, or not to its end."""


class WholeCompressionMiddleware(HttpCompressionMiddleware):
    """Refuses a gzip body that was cut short.

    Scrapy gives as much of it as there is, and the comments behind the cut would be missing without a word.
    """

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        if b"Range" in request.headers:
            return response  # some bytes of a file: servers call a whole file that is compressed encoded
        return super().process_response(request, response)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        try:
            decoded = HttpCompressionMiddleware._decode(body, encoding, max_size)
        except (EOFError, OSError, zlib.error, brotli.error) as error:
            raise DamagedBody(f"the {encoding.decode()} body cannot be decoded: {error}") from error
        if encoding in GZIP and is_cut_short(body, len(decoded)):
            raise DamagedBody(f"the gzip body of {len(body)} bytes ends before its end")
        return decoded


def decoded_body(body: bytes, encodings: list[bytes], max_size: int) -> tuple[bytes, str | None]:
    """A body as its Content-Encoding headers tell to decode it, the last one first, and how it is not whole.

    An unknown encoding ends that. Archives keep headers of bodies that they stored decoded, so what does not begin as
    the encoding does is taken for such; servers mix up gzip and deflate; and what is gzip or Zstandard is decoded
    whether a header tells so or not.

    Raises:
        DamagedBody: it cannot be decoded.
    """
    faults: list[str] = []
    for stated in WholeCompressionMiddleware._split_encodings(encodings)[0]:
        encoding = _meant(stated, body)
        if body.startswith(_MAGIC.get(encoding, b"")) and not reads_as_text(body):
            body = _as_far_as_it_goes(body, encoding, max_size, faults)
    layers = 0
    while body.startswith((_GZIP_MEMBER, _ZSTD_FRAME)) and layers < MOST_LAYERS:
        encoding = b"gzip" if body.startswith(_GZIP_MEMBER) else b"zstd"
        body = _as_far_as_it_goes(body, encoding, max_size, faults)
        layers += 1
    return body, "; ".join(faults) or None


def _meant(encoding: bytes, body: bytes) -> bytes:
    """The encoding that a body has which is said to have this one.

    >>> _meant(b"deflate", gzip.compress(b"a")), _meant(b"gzip", zlib.compress(b"a")), _meant(b"gzip", b"a page")
    (b'gzip', b'deflate', b'gzip')
    """
    if encoding not in GZIP | {b"deflate"}:
        return encoding
    if body.startswith(_GZIP_MEMBER):
        return b"gzip"
    # RFC 1950, 2.2: deflate with a window of 32 KiB, as all writers have it, and a check of these two bytes.
    is_zlib = body[:1] == b"\x78" and int.from_bytes(body[:2], "big") % 31 == 0
    return b"deflate" if is_zlib else encoding


def _as_far_as_it_goes(body: bytes, encoding: bytes, max_size: int, faults: list[str]) -> bytes:
    try:
        decoded = HttpCompressionMiddleware._decode(body, encoding, max_size)
    except (EOFError, OSError, ValueError, zlib.error, brotli.error) as error:
        raise DamagedBody(f"the {encoding.decode()} body cannot be decoded: {error}") from error
    if is_cut_short(body, len(decoded)) if encoding in GZIP else not _is_finished(body, encoding):
        faults.append(f"the {encoding.decode()} body of {len(body)} bytes ends before its end")
    return decoded


def reads_as_text(body: bytes) -> bool:
    """Whether a body begins as markup or JSON, behind a byte order mark and blanks."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{", b"[")


def _is_finished(body: bytes, encoding: bytes) -> bool:
    """Whether a body of another encoding than gzip, which could be decoded, has its end."""
    if encoding == b"deflate":
        return _is_finished_deflate(body)
    if encoding == b"zstd":
        return _is_finished_zstd(body)
    if encoding != b"br":
        return True
    decompressor = brotli.Decompressor()
    piece = decompressor.process(body, output_buffer_limit=_PIECE)
    while piece and not decompressor.is_finished():
        piece = decompressor.process(b"", output_buffer_limit=_PIECE)
    return decompressor.is_finished()


def _is_finished_deflate(body: bytes) -> bool:
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):  # with the head of RFC 1950, and without it, as some servers send it
        decompressor = zlib.decompressobj(wbits=bits)
        try:
            decompressor.decompress(body, _PIECE)
            while decompressor.unconsumed_tail and not decompressor.eof:
                decompressor.decompress(decompressor.unconsumed_tail, _PIECE)
        except zlib.error:
            continue
        return decompressor.eof
    return False


def _is_finished_zstd(body: bytes) -> bool:
    """Whether the last of a body's frames has its end."""
    while body:
        decompressor = zstd.ZstdDecompressor()
        decompressor.decompress(body, _PIECE)
        while not decompressor.eof and not decompressor.needs_input:
            decompressor.decompress(b"", _PIECE)
        if not decompressor.eof:
            return False
        body = decompressor.unused_data
    return True


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


class Unpacked(io.RawIOBase):
    """The content of a gzip file as far as it can be unpacked: where that is cut off or damaged, it ends."""

    def __init__(self, file: BinaryIO, tell: Callable[[Exception], None] = lambda _: None) -> None:
        """
        Args:
            file: the gzip file; it is closed with this one.
            tell: called once, with what ended it before its end.
        """
        super().__init__()
        self._gzip = gzip.GzipFile(fileobj=file)
        self._file, self._tell = file, tell
        self._is_told = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._gzip.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._gzip.seek(offset, whence)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            return self._gzip.tell()

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        try:
            content = self._gzip.read1(len(view))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            if not self._is_told:
                self._is_told = True
                self._tell(error)
            return 0
        view[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self._file.close()
        super().close()
