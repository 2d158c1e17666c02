"""What `manifest.json` of a data folder in a store holds, and which objects beside it are ours.

PREFIX/manifest.json                                       which files the folder has; the one object that is replaced
PREFIX/raw/comments/crawl=ID/PUSH/part-00000.parquet       each file, under the push that wrote it
PREFIX/tables/PUSH/posts.parquet
PREFIX/PUSH/rejoinder.duckdb
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from typing import Annotated

import msgspec

from .store import StoreError
from .urls import StoreUrl

NAME = "manifest.json"
VERSION = 1


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the folder."""

    path: str
    """Below the data folder."""
    key: str
    """Below the prefix."""
    size: int
    sha256: str
    modified_ns: int
    """Time of the file, by which a build knows what it has read."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """An object that an earlier manifest listed, and that its readers may still need."""

    key: str
    at: datetime


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a data folder as one push left them."""

    version: Annotated[int, msgspec.Meta(ge=1)] = VERSION
    push: str = ""
    """The push that wrote this."""
    pushed_at: datetime | None = None
    at_work_until: datetime | None = None
    """Where a crawl pushes at intervals: until when nobody else should begin to write; null at its end."""
    tables: str | None = None
    """Where the tables lie, below the prefix and with a slash at the end; null before the first build."""
    database: str | None = None
    """The key of rejoinder.duckdb below the prefix; null before the first build."""
    files: list[Stored] = []
    """In the order of their paths."""
    dropped: list[Dropped] = []

    def encoded(self) -> bytes:
        return msgspec.json.encode(self)


def manifest_of(content: bytes, url: StoreUrl) -> Manifest:
    """Read a manifest.

    Raises:
        StoreError: it is none, or of a newer version.
    """
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version > VERSION:
            raise StoreError(f"{url / NAME} was written by a newer rejoinder (version {version}); install that version")
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise StoreError(
            f"{url / NAME} is no manifest of rejoinder ({error}), so {url} is no data folder; give another prefix"
        ) from error
    if wrong := [one.path for one in manifest.files if not (_is_below(one.path) and _is_below(one.key))]:
        raise StoreError(f"{url / NAME} lists {wrong[0]!r}, which is no file of a data folder")
    return manifest


def _is_below(path: str) -> bool:
    """Whether a path leads to a file below a folder, and nowhere else."""
    return not any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in path.split("/"))


class _Version(msgspec.Struct):
    version: int


def new_push(url: StoreUrl, now: datetime) -> str:
    """A name for a push that no other has: when it began, the folder's mark, and chance."""
    return f"{now:%Y%m%dT%H%M%SZ}-{_mark(url)}-{secrets.token_hex(4)}"


def key_of(path: str, push: str) -> str:
    """Where a push puts a file, below the prefix.

    >>> key_of("tables/posts.parquet", "PUSH"), key_of("takedown.toml", "PUSH")
    ('tables/PUSH/posts.parquet', 'PUSH/takedown.toml')
    """
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{push}/{name}"


def is_ours(key: str, url: StoreUrl) -> bool:
    """Whether a push of this very prefix wrote an object: not one of a folder above or below it, nor anybody else."""
    return re.search(rf"(?:^|/)\d{{8}}T\d{{6}}Z-{_mark(url)}-[0-9a-f]{{8}}/[^/]+$", key) is not None


def _mark(url: StoreUrl) -> str:
    return hashlib.sha256(url.key.encode()).hexdigest()[:8]
