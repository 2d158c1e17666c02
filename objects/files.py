"""Archives in a store: which a source names, and their bytes by ranges, so that memory holds little of them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO, cast

from ..positioned import Positioned
from .store import NoSuchObject, OtherVersion, Store, StoreError
from .urls import StoreUrl

BUFFER = 256 * 1024
"""Bytes asked for at once: a slice of an archive takes few requests, and little beyond it is read in vain."""
WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class _Opened:
    """An object as it was when this process first looked at it."""

    store: Store
    size: int
    e_tag: str | None
    head: bytes
    """Its beginning, which is looked at for each slice of it."""


@lru_cache(maxsize=16)
def _opened(root: str, key: str) -> _Opened:
    store = store_of(root)
    seen = store.head(key)
    if seen is None:
        raise NoSuchObject(f"{root}/{key}: there is no such object")
    if not seen.size:
        return _Opened(store, 0, seen.e_tag, b"")
    head, seen = store.read(key, 0, BUFFER, seen.e_tag)
    return _Opened(store, seen.size, seen.e_tag, head)


@lru_cache(maxsize=16)
def store_of(root: str) -> Store:
    """The bucket 's3://bucket', opened once in a process."""
    return Store(StoreUrl.of(root))


class ObjectFile(Positioned):
    """An object as a file to read and seek in; all of it is one version, or an error.

    Raises:
        StoreError: from the beginning and from each reading.
    """

    def __init__(self, url: StoreUrl) -> None:
        self._url, self._object = url, _opened(url.root, url.key)
        super().__init__(str(url), self._object.size)

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        start = self._position
        end = min(start + len(buffer), self._size)
        if start >= end:
            return 0
        content = self._object.head[start:end] or self._read(start, end)
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def _read(self, start: int, end: int) -> bytes:
        try:
            return self._object.store.read(self._url.key, start, end, self._object.e_tag)[0]
        except OtherVersion as error:
            raise StoreError(f"{self.name} has changed while it was read; read it anew into another --out") from error


def open_object(url: str) -> BinaryIO:
    """An object, open at its start.

    Raises:
        StoreError: it cannot be read.
    """
    return cast("BinaryIO", io.BufferedReader(ObjectFile(StoreUrl.of(url)), BUFFER))


def find_objects(url: str, suffixes: tuple[str, ...]) -> list[str]:
    """The objects that an address names, sorted: itself, those below it, or those of a pattern, with these suffixes.

    Raises:
        StoreError: the store does not tell.
    """
    place = StoreUrl.of(url)
    store = store_of(place.root)
    if WILD.search(place.key):
        fixed = WILD.split(place.key, maxsplit=1)[0].rpartition("/")[0]
        pattern = _pattern(place.key)
        keys = [seen.key for seen in store.below(fixed) if pattern.fullmatch(seen.key)]
    elif place.key and not url.endswith("/") and store.head(place.key):
        return [str(place)]
    else:
        keys = [seen.key for seen in store.below(place.key) if seen.key.lower().endswith(suffixes)]
    return sorted(f"{place.root}/{key}" for key in keys)


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of keys, whose wildcards mean what they do in names of files.

    >>> [bool(_pattern("a/**/*.gz").fullmatch(key)) for key in ("a/x.gz", "a/b/c/x.gz", "b/x.gz")]
    [True, True, False]
    """
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])", text)
    return re.compile(
        "".join(
            words.get(piece)
            or (piece.replace("[!", "[^", 1) if piece.startswith("[") and number % 2 else re.escape(piece))
            for number, piece in enumerate(pieces)
        )
    )
