"""A data folder in a store and its mirror on this machine: what is pulled, what is pushed, and what may be cleared.

    CACHE/s3-bucket-blogs-1a2b3c4d5e6f7a8b/data/blogs/   the data folder, as every command knows it
                                           state.json    which manifest it is of, and which files are as listed there
                                           lock          held while something works on it
                                           aside/TIME/   what was never pushed, where another machine had gone on

A file counts as unchanged where its size and time are those that it was pulled or pushed with.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from ..clock import Clock, system_clock
from ..schemas.seal import DamagedFile, check_seal
from ..whole import whole_file, write_whole
from .manifest import NAME, Dropped, Manifest, Stored, is_ours, key_of, manifest_of, new_push
from .store import CHUNK, SINGLE, NoSuchObject, OtherVersion, Shorter, Store, StoreError
from .urls import StoreUrl

GRACE = timedelta(days=1)
"""How long an object stays that no manifest lists any more: for who reads by an older one."""
MARGIN = timedelta(minutes=10)
"""How much older than the manifest what is cleared has to be, whatever the clocks of a store's machines say."""
AT_ONCE = 8
"""Objects read or put side by side."""
TABLES, DATABASE, BUILT = "tables/", "rejoinder.duckdb", ".built/"
"""What a build makes: pushed together, under one push."""
OF_THIS_MACHINE = re.compile(r"(?:^|/)(?:\.lock|\.build\.lock)$|\.(?:tmp|open)$|^\.build/")
"""Locks, what is not whole yet, and a build's work."""
WRITTEN_LAST = re.compile(r"^(?:sources[^/]*\.json$|crawls/|raw/runs/|raw/fetches/)")
"""What tells of other files that they are written."""
SEALED = re.compile(r"^(?:raw|tables|\.built)/.*\.parquet$")

Scope = Callable[[str], bool]
"""Whether a path below the data folder is meant."""
Given = TypeVar("Given")
Made = TypeVar("Made")


class MirrorError(Exception):
    """The mirror cannot be used, or pushed; the message names the file and says what to do."""


class Overtaken(Exception):
    """Another machine has pushed meanwhile; the message says what became of this one's work."""


class State(msgspec.Struct, kw_only=True):
    """state.json."""

    e_tag: str | None = None
    """Of the manifest in the store; None where there was none."""
    manifest: Manifest = Manifest()
    pushed: str = ""
    """The last push from here."""
    known: dict[str, tuple[int, int]] = {}
    """Path -> size and time of each file here that is as the manifest lists it."""


@dataclass(slots=True)
class Local:
    """A file of the mirror as a push finds it."""

    path: str
    size: int
    modified_ns: int
    content: bytes | None = None
    """Of a file that another may take the place of at any time."""


@dataclass(slots=True)
class Pulled:
    """What a pull did."""

    files: int = 0
    aside: Path | None = None
    """Where files went that were never pushed, and that no longer fit."""


def everything(path: str) -> bool:
    """The scope of all files."""
    return True


def is_ledger(path: str) -> bool:
    """The scope of what crawls write, and that is whole at any moment of a crawl."""
    return (
        path.startswith(("raw/", "crawls/", "archive/"))
        or re.fullmatch(r"sources(-\d+-of-\d+)?\.json", path) is not None
    )


def is_built(path: str) -> bool:
    """The scope of what a build makes."""
    return path.startswith((TABLES, BUILT)) or path == DATABASE


def _but_built(path: str, scope: Scope) -> bool:
    return scope(path) and not is_built(path)


@dataclass(slots=True)
class Mirror:
    """The mirror of one data folder in a store. One process works on it at a time."""

    url: StoreUrl
    folder: Path
    """Of the mirror, with the data folder in it."""
    store: Store
    now: Clock = system_clock
    margin: timedelta = MARGIN
    state: State = field(default_factory=State)
    _one: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, url: StoreUrl, cache: Path) -> Mirror:
        """The mirror below a cache folder, made if need be.

        Raises:
            MirrorError: it cannot be made, or its state is damaged.
            NoLibrary: what opens stores is not installed.
            StoreError: the store cannot be opened.
        """
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT") or ""
        digest = hashlib.sha256(f"{endpoint} {url}".encode()).hexdigest()[:16]
        name = _plain(f"{url.scheme}-{url.bucket}-{url.key}")
        mirror = cls(url, cache.expanduser().absolute() / f"{name}-{digest}", Store(url))
        try:
            mirror.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            mirror.data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MirrorError(f"{error.filename or mirror.folder} cannot be made: {error.strerror}") from error
        return mirror

    @property
    def data(self) -> Path:
        """The data folder, named as its prefix is."""
        return self.folder / "data" / _plain(self.url.key.rpartition("/")[2] or self.url.bucket)

    # Pull

    def pull(self, wanted: Scope = everything) -> Pulled:
        """Make the mirror what the manifest lists; what was changed here and never pushed stays, if nobody else pushed.

        Args:
            wanted: which files are needed; others are not read, and not kept where they are out of date.

        Raises:
            StoreError: the store cannot be read.
            MirrorError: an object is not what the manifest says, or the mirror cannot be written.
        """
        pulled = Pulled()
        self.state = self._read_state()
        found = self._manifest()
        manifest, e_tag = found or (Manifest(), None)
        if found is None and self.state.manifest.push:
            raise MirrorError(
                f"{self.url} holds no {NAME} any more, and {self.folder} is a mirror of what it held; move that folder "
                "away to begin anew, or give another prefix"
            )
        listed = {each.path: each for each in manifest.files}
        with self._named():
            changed = self._changed(listed)
            if changed and manifest.push != self.state.manifest.push:
                pulled.aside = self._set_aside(changed)
            for path, one in self._listed().items():
                if path in self.state.known and listed.get(path) != one:
                    (self.data / path).unlink(missing_ok=True)
                    del self.state.known[path]
            self.state.manifest, self.state.e_tag = manifest, e_tag
            self._save()
            missing = [each for path, each in listed.items() if wanted(path) and not (self.data / path).exists()]
            try:
                self._side_by_side(self._download, missing)
            finally:
                self._save()
        pulled.files = len(missing)
        return pulled

    def _manifest(self) -> tuple[Manifest, str | None] | None:
        """The manifest in the store and its e-tag; None where there is none."""
        key = (self.url / NAME).key
        try:
            content, seen = self.store.read(key, 0, CHUNK)
            while len(content) < seen.size:
                content += self.store.read(key, len(content), len(content) + CHUNK, seen.e_tag)[0]
        except NoSuchObject:
            return None
        return manifest_of(content, self.url), seen.e_tag

    def _download(self, one: Stored) -> None:
        """Have a file here as it is listed."""
        path, key = self.data / one.path, (self.url / one.key).key
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with whole_file(path) as file:
                with suppress(Shorter):
                    while file.tell() < one.size:
                        content, _ = self.store.read(key, file.tell(), min(file.tell() + CHUNK, one.size))
                        digest.update(content)
                        file.write(content)
                if digest.hexdigest() != one.sha256:
                    raise MirrorError(
                        f"{self.url / one.key} is not what {self.url / NAME} lists: its SHA-256 is another; put a "
                        "whole copy in its place"
                    )
        except NoSuchObject as error:
            raise MirrorError(
                f"{self.url / one.key} is gone, though {self.url / NAME} lists it; put a copy in its place, or run the "
                "command again if another machine has pushed meanwhile"
            ) from error
        os.utime(path, ns=(one.modified_ns, one.modified_ns))
        self.state.known[one.path] = _stat(path)

    def _changed(self, listed: dict[str, Stored]) -> list[str]:
        """Files here that were changed or made since the last pull or push. What is as listed becomes known."""
        base, changed = self._listed(), []
        for path in self._paths():
            if self.state.known.get(path) == _stat(self.data / path):
                continue
            self.state.known.pop(path, None)
            candidates = [one for one in (listed.get(path), base.get(path)) if one]
            if any(one.size == (self.data / path).stat().st_size for one in candidates):
                digest = _sha256(self.data / path)
                if one := next((one for one in candidates if one.sha256 == digest), None):
                    os.utime(self.data / path, ns=(one.modified_ns, one.modified_ns))
                    self.state.known[path] = _stat(self.data / path)
                    continue
            changed.append(path)
        return changed

    def _set_aside(self, paths: Iterable[str]) -> Path:
        """Move files out of the data folder that were never pushed, where another machine has gone on."""
        aside = self.folder / "aside" / f"{self.now():%Y%m%dT%H%M%S%fZ}"
        for path in paths:
            if is_built(path):  # made from the rest
                (self.data / path).unlink()
                continue
            (aside / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(self.data / path, aside / path)
        return aside

    # Push

    def others_at_work(self) -> Manifest | None:
        """The manifest, where a crawl of another machine is at work there; else None.

        Raises:
            StoreError: the store does not tell.
            MirrorError: the mirror's state is damaged.
        """
        found = self._manifest()
        if found is None or found[0].at_work_until is None or found[0].push == self._read_state().pushed:
            return None
        return found[0] if found[0].at_work_until > self.now() else None

    def push(self, *, scope: Scope = everything, until: datetime | None = None) -> bool:
        """Put what has changed here, then the manifest that lists it; tells whether there was anything.

        Args:
            scope: what is looked at; the rest stays as the manifest lists it.
            until: till when others should take us to be at work there; then the manifest is put in any case.

        Raises:
            Overtaken: another machine has pushed since the last pull or push; nothing of its work is lost.
            StoreError: the store does not take it; what it holds is what it was.
            MirrorError: a file here is damaged, or cannot be read.
        """
        with self._one, self._named():
            if scope(DATABASE) and not self._built_is_whole():
                scope = partial(_but_built, scope=scope)
            files, base, push = self._snapshot(scope), self._listed(), new_push(self.url, self.now())
            gone = {path for path in base if scope(path) and path in self.state.known and path not in files}
            news = [each for path, each in files.items() if self.state.known.get(path) != (each.size, each.modified_ns)]
            if not (news or gone or until or self.state.manifest.at_work_until):
                return False
            made = self._put(news, base, push)
            gone |= {each.path for each in news} - made.keys()
            if any(is_built(path) and one.key == key_of(path, push) for path, one in made.items()):
                # Readers find the tables of one build in one folder.
                fresh = {path: one for path, one in made.items() if one.key == key_of(path, push)}
                made |= self._put([each for path, each in files.items() if is_built(path)], fresh, push)
            listed = {path: one for path, one in base.items() if path not in gone} | made
            manifest = self._next_manifest(push, listed, until)
            self.state.e_tag = self._commit(manifest)
            self.state.manifest, self.state.pushed = manifest, push
            self.state.known = {path: known for path, known in self.state.known.items() if path not in gone}
            self.state.known |= {path: (one.size, one.modified_ns) for path, one in made.items()}
            self._save()
            return True

    def clear(self, *, at_once: bool = False) -> None:
        """Delete what no push lists any more: what one before the last listed, and what killed ones left.

        Who is pushing now has begun with this manifest, or fails: so an object that is older than it, and is not
        listed in it, is listed by nobody later on.

        Args:
            at_once: leave nothing to who reads by an older manifest.

        Raises:
            StoreError: it cannot be done; the next time will do.
        """
        manifest = self.state.manifest
        dropped = [(self.url / one.key).key for one in manifest.dropped]
        if at_once:
            self.store.delete(dropped)
        needed = {*dropped, *((self.url / one.key).key for one in manifest.files)}
        seen = list(self.store.below(self.url.key))
        at = next((each.modified for each in seen if each.key == (self.url / NAME).key), None)
        self.store.delete(
            [
                each.key
                for each in seen
                if at and each.modified < at - self.margin and is_ours(each.key, self.url) and each.key not in needed
            ]
        )

    def _snapshot(self, scope: Scope) -> dict[str, Local]:
        """The files here, in the reverse order of their writing.

        So a crawl that goes on meanwhile may have written more by the end, but no row of `fetches` is seen without the
        records of its page, and no end of a run without its last part.
        """
        found: dict[str, Local] = {}
        for path in filter(scope, self._paths()):
            at = self.data / path
            try:
                if path.startswith(("raw/", "archive/")) or is_built(path):
                    found[path] = Local(path, *_stat(at))
                else:
                    size, modified_ns = _stat(at)
                    content = at.read_bytes() if size <= SINGLE else None
                    found[path] = Local(path, size if content is None else len(content), modified_ns, content)
            except FileNotFoundError:  # a crawl that has ended takes away what it noted
                continue
        return found

    def _built_is_whole(self) -> bool:
        """Whether the tables are those of one build, as after one that was not killed."""
        if all(self.state.known.get(path) == _stat(self.data / path) for path in self._paths() if is_built(path)):
            return True
        from ..queries.memory import tables_are_whole  # noqa: PLC0415 - loads DuckDB

        return tables_are_whole(self.data)

    def _put(self, files: Iterable[Local], listed: Mapping[str, Stored], push: str) -> dict[str, Stored]:
        """Put files whose content is not the one that is listed; gives those that are there."""
        entries = self._side_by_side(lambda each: self._entry(each, listed.get(each.path), push), files)
        return {one.path: one for one in entries if one}

    def _entry(self, each: Local, before: Stored | None, push: str) -> Stored | None:
        """Put a file, if its content is not the one that is listed; None where it is gone by now."""
        at = self.data / each.path
        try:
            if SEALED.match(each.path):
                check_seal(at)
            digest = hashlib.sha256(each.content).hexdigest() if each.content is not None else _sha256(at)
            if before and (before.size, before.sha256) == (each.size, digest):
                return msgspec.structs.replace(before, modified_ns=each.modified_ns)
            key = key_of(each.path, push)
            with at.open("rb") as file:
                whole = each.content if each.content is not None else file.read() if each.size <= SINGLE else file
                self.store.put((self.url / key).key, whole)
        except FileNotFoundError:
            return None
        except DamagedFile as error:
            raise MirrorError(
                f"{error}, so it is not pushed; delete it and run the same command again, which pulls what was pushed"
            ) from error
        return Stored(path=each.path, key=key, size=each.size, sha256=digest, modified_ns=each.modified_ns)

    def _next_manifest(self, push: str, listed: Mapping[str, Stored], until: datetime | None) -> Manifest:
        now, before = self.now(), self.state.manifest
        keys = {one.key for one in listed.values()}
        tables = next((one.key for path, one in listed.items() if path.startswith(TABLES)), None)
        return Manifest(
            push=push,
            pushed_at=now,
            at_work_until=until,
            tables=tables.rpartition("/")[0] + "/" if tables else None,
            database=listed[DATABASE].key if DATABASE in listed else None,
            files=[listed[path] for path in sorted(listed)],
            dropped=[
                *(each for each in before.dropped if now - each.at < GRACE),
                *(Dropped(key=one.key, at=now) for one in before.files if one.key not in keys),
            ],
        )

    def _commit(self, manifest: Manifest) -> str | None:
        """Put the manifest in the place of the one that was read; gives its e-tag.

        Raises:
            Overtaken: another stands there.
            StoreError: it cannot be put, and does not stand there.
        """
        key, content = (self.url / NAME).key, manifest.encoded()
        try:
            e_tag = self.store.put_if(key, content, self.state.e_tag)
        except StoreError as error:
            # The answer to a try may have been lost when the put was done.
            found = self._manifest()
            if found and found[0].push == manifest.push:
                return found[1]
            if isinstance(error, OtherVersion):
                raise Overtaken(
                    f"another machine has pushed to {self.url} meanwhile, which stands; what was done here and not "
                    f"pushed is in {self.folder}, and the next command sets it aside"
                ) from error
            raise
        if self.state.e_tag is None:
            self._see_that_conditions_count(key, content)
        return e_tag

    def _see_that_conditions_count(self, key: str, content: bytes) -> None:
        """Try to make once more what has just been made, which a store has to refuse: else two writers lose data."""
        try:
            self.store.put_if(key, content, None)
        except OtherVersion:
            return
        raise StoreError(
            f"{self.url}: this store does not heed conditional puts (If-None-Match), so two machines could overwrite "
            "each other; use a store that does"
        )

    # What is here

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what this machine's file system refuses into an error that names the file."""
        try:
            yield
        except StoreError:
            raise
        except OSError as error:
            raise MirrorError(f"{error.filename or self.folder}: {error.strerror}; make room or mend that") from error

    def _listed(self) -> dict[str, Stored]:
        return {one.path: one for one in self.state.manifest.files}

    def _paths(self) -> Iterator[str]:
        """The files of the data folder, but those of this machine alone; looked for in the reverse order of writing.

        The names of each kind are asked for when those of the kinds before have been taken.
        """
        yield from sorted(path.name for path in self.data.glob("sources*.json") if path.is_file())
        for folder in ("crawls", "raw/runs", "raw/fetches"):
            yield from _below(self.data, folder)
        yield from (path for path in _below(self.data, "") if not WRITTEN_LAST.match(path))

    def _side_by_side(self, does: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            futures = [pool.submit(does, each) for each in given]
            try:
                return [future.result() for future in futures]
            finally:
                for future in futures:
                    future.cancel()

    def _read_state(self) -> State:
        path = self.folder / "state.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.MsgspecError) as error:
            raise MirrorError(f"{path} is damaged ({error}); delete it and run the same command again") from error

    def _save(self) -> None:
        write_whole(self.folder / "state.json", msgspec.json.encode(self.state))


def _below(data: Path, place: str) -> Iterator[str]:
    """The files below a place in the data folder, by their paths there."""
    for folder, _, names in os.walk(data / place):
        for name in names:
            path = (Path(folder) / name).relative_to(data).as_posix()
            if not OF_THIS_MACHINE.search(path):
                yield path


def _plain(name: str) -> str:
    """A name of a folder that every program takes."""
    return re.sub(r"[^\w.-]+", "-", name)[:60].strip("-.") or "data"


def _stat(path: Path) -> tuple[int, int]:
    at = path.stat()
    return at.st_size, at.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
