"""An object store as we use it: reads by ranges, puts that create or replace one known version, lists, deletes.

The library is obstore, the Python side of Rust's object_store: it has the conditional puts that a manifest needs, which
pyarrow's S3FileSystem lacks; it retries, and one name opens S3, Google's and Azure's stores. Credentials and endpoint
it takes from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL, AWS_ALLOW_HTTP).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from .urls import StoreUrl

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ObjectStore, RetryConfig

RETRIES = 12
"""Of a request that the store answers by 5xx, or not at all: over about 20 seconds, as waits are drawn, or a minute."""
SINGLE = 8 * 1024 * 1024
"""Bytes of the largest object that is put by one request, which may ask that there be none of its name: the library
gives a request 30 seconds, and options of ours for its client would take the place of those of the environment."""
CHUNK = 8 * 1024 * 1024
"""Bytes asked for at once, of a whole object."""
TRIES = 3
"""For an answer whose body breaks off, which the library does not ask for again."""


class StoreError(OSError):
    """A store refuses something, or does not answer; the message names the address and says what to do."""


class NoSuchObject(StoreError):
    """There is nothing at an address."""


class OtherVersion(StoreError):
    """An object is not the one that it was, or there is one where there was none."""


class Shorter(StoreError):
    """An object ends before what was asked for begins."""


class NoLibrary(Exception):
    """What opens stores is not installed; the message says how it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An object as the store tells of it."""

    key: str
    """In the bucket."""
    size: int
    e_tag: str | None
    modified: datetime


class Store:
    """A bucket. Keys are those in the bucket; may be used by several threads.

    Raises:
        NoLibrary: from the beginning.
        StoreError: from each method.
    """

    def __init__(self, url: StoreUrl) -> None:
        try:
            import obstore  # noqa: PLC0415 - an extra
            from obstore.store import from_url  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise NoLibrary(f"{url.scheme}:// needs the package obstore: pip install 'rejoinder[objects]'") from error
        self.root = url.root
        self._library = obstore
        retries: RetryConfig = {
            "max_retries": RETRIES,
            "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=10), "base": 3},
            "retry_timeout": timedelta(minutes=3),
        }
        with self._told(""):
            self._store: ObjectStore = from_url(  # pyright: ignore[reportCallIssue] - its overloads take literal schemes
                url.root,
                retry_config=retries,
            )

    def read(self, key: str, start: int, end: int, e_tag: str | None = None) -> tuple[bytes, Seen]:
        """Bytes [start, end) of an object, fewer where it ends before; not of an empty one.

        Args:
            e_tag: of the version that is wanted; None for any.

        Raises:
            NoSuchObject: there is none.
            OtherVersion: it is another version by now.
            Shorter: it ends before `start`, or is empty.
        """
        options: dict[str, Any] = {"range": (start, end)}
        if e_tag:
            options["if_match"] = e_tag
        for left in reversed(range(TRIES)):
            with self._told(key):
                found = self._library.get(self._store, key, options=options)  # pyright: ignore[reportArgumentType] - of these keys
                seen = self._seen(found.meta)
            with self._told(key, is_last=not left):
                content = bytes(found.bytes())
                if len(content) == min(end, seen.size) - start:
                    return content, seen
        raise StoreError(f"{self.root}/{key}: the store gives less than it says; try again later")

    def head(self, key: str) -> Seen | None:
        """What the store tells of an object; None where there is none."""
        try:
            with self._told(key):
                return self._seen(self._library.head(self._store, key))
        except NoSuchObject:
            return None

    def put(self, key: str, content: bytes | IO[bytes]) -> None:
        """Put an object under a key that nobody else has: larger ones in several requests, which ask for no condition.

        An object is there whole or not at all.
        """
        if not isinstance(content, bytes):
            with self._told(key):
                self._library.put(self._store, key, content, use_multipart=True)
            return
        try:
            self.put_if(key, content, None)
        except OtherVersion:
            # The answer to an earlier try was lost: what stands there is what was put.
            seen = self.head(key)
            if seen is None or seen.size != len(content):
                raise

    def put_if(self, key: str, content: bytes, e_tag: str | None) -> str:
        """Put an object in place of one version of it, or where there is none (None); gives its e-tag.

        Raises:
            OtherVersion: there is another, which may be what an earlier try of this put has made.
        """
        with self._told(key):
            mode: Any = {"e_tag": e_tag} if e_tag else "create"
            made = self._library.put(self._store, key, content, mode=mode, use_multipart=False)["e_tag"]
            if made:
                return made
        raise StoreError(f"{self.root}/{key}: the store gives no e-tags, by which two writers are told apart")

    def below(self, prefix: str) -> Iterator[Seen]:
        """All objects whose keys begin with these parts, in the order of their keys."""
        with self._told(prefix):
            for some in self._library.list(self._store, prefix or None):
                yield from map(self._seen, some)

    def delete(self, keys: Sequence[str]) -> None:
        """Delete objects, if they are there."""
        for start in range(0, len(keys), 1000):
            with self._told(keys[start]):
                self._library.delete(self._store, keys[start : start + 1000])

    @staticmethod
    def _seen(meta: ObjectMeta) -> Seen:
        return Seen(meta["path"], meta["size"], meta["e_tag"], meta["last_modified"])

    @contextmanager
    def _told(self, key: str, *, is_last: bool = True) -> Iterator[None]:
        """Turn what the library raises into one sentence.

        Args:
            is_last: False to pass over what may be had at the next try.
        """
        at = f"{self.root}/{key}".rstrip("/")
        errors = self._library.exceptions
        try:
            yield
        except FileNotFoundError as error:
            code, _ = _answer(error)
            if code == "NoSuchBucket":
                raise StoreError(f"{self.root}: there is no such bucket; make it, or mend the address") from error
            raise NoSuchObject(f"{at}: there is no such object") from error
        except (errors.PreconditionError, errors.AlreadyExistsError) as error:
            raise OtherVersion(f"{at} has changed meanwhile; run the same command again") from error
        except (errors.PermissionDeniedError, errors.UnauthenticatedError) as error:
            code, said = _answer(error)
            raise StoreError(
                f"{at}: the store refuses access ({code or 'no reason given'}{': ' + said if said else ''}); see "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, and what they may do there"
            ) from error
        except (errors.BaseError, OSError, ValueError) as error:
            if _answer(error)[0] == "InvalidRange":
                raise Shorter(f"{at} is shorter than it was, or empty") from error
            if is_last or isinstance(error, ValueError):
                raise StoreError(f"{at}: {_reason(error, self.root)}") from error


def _answer(error: Exception) -> tuple[str, str]:
    """Code and message of a store's own answer in an error; empty where there is none."""
    text = str(error)
    code, said = (re.search(rf"<{name}>([^<]*)</{name}>", text) for name in ("Code", "Message"))
    return code[1] if code else "", said[1].rstrip(".") if said else ""


def _reason(error: Exception, root: str) -> str:
    """What went wrong, without the library's own account of it."""
    code, said = _answer(error)
    text = str(error)
    if code == "NoSuchBucket":
        return f"there is no such bucket as {root}; make it, or mend the address"
    if code:
        return f"the store says {code}{': ' + said if said else ''}; try again later, or mend what it names"
    if "169.254.169.254" in text or "Missing AccessKeyId" in text or "Missing SecretAccessKey" in text:
        return "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_SKIP_SIGNATURE=true"
    if "builder error" in text:
        return "AWS_ENDPOINT_URL cannot be used: an http:// one needs AWS_ALLOW_HTTP=true"
    status = re.search(r"status code: (\d{3}[\w ]*)", text)
    if status:
        return f"the store answers {status[1].strip()}, also when asked again; try again later"
    why = text.partition("\n")[0].rpartition(" - ")[2].strip() or type(error).__name__
    return f"the store does not answer ({why}); see AWS_ENDPOINT_URL and the network, then try again"
