"""`rejoinder crawl sources.toml`: many blogs into one folder by several processes, and the tables once at the end.

Blogs are dealt out by host, so that no host is asked by two processes at once: each lot of hosts is crawled by one
process after the other, blogs with the same options side by side. Each process is a crawl of its own, with a crawl_id
and so with raw parts of its own; all of them write under one lock of the folder (workers.py).

DATA/sources.json holds what is done while a sources file is not gone through: the same command goes on behind it.
"""

from __future__ import annotations

import hashlib
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import msgspec

from .addresses import host_of
from .console import complain, complain_of_unmatched, out, print_table
from .crawling import BUILD_PATIENCE_S, print_shortfalls, progress, show_completeness
from .exits import MEANINGS, Exit, exit_of_several, exit_of_signal
from .pipelines.ledger import DataFolderBusy, DataFolderError, named, only_writer
from .queries import BuildBusy, BuildError, connect, shortfall_tables
from .queries import build as build_tables
from .spiders.cdx import WAYBACK
from .spiders.keep import FOLDER as ARCHIVE
from .spiders.keep import close_leftovers
from .spiders.sources import BlogSource
from .whole import write_whole
from .workers import Count, Fate, Order, Workers

PROGRESS = "sources.json"
ENDS_ALL = {Exit.BAD_FOLDER, Exit.BUSY, Exit.INTERRUPTED, Exit.TERMINATED}
"""How one blog's crawl may end so that no other is begun: the folder and the signal are theirs too."""
LOCK_PATIENCE_S = 5.0
"""How long the processes of a crawl that was killed may take until they have seen that."""
TRIES = 3
"""How often a process is started that is killed by somebody else: it goes on from what is committed."""


class Done(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """DATA/sources.json."""

    lots: int
    """Into how many lots the hosts were dealt out: those who go on deal them out in the same way."""
    done: list[list[str]]
    """Arguments of the commands that have had their turn."""


def crawl_sources(
    blogs: Sequence[BlogSource],
    folder: Path,
    data: Path,
    *,
    live: Sequence[str],
    files: Sequence[str],
    jobs: int = 1,
    shard: tuple[int, int] | None = None,
    build: bool,
) -> Exit:
    """Crawl all blogs, build the tables, show how complete they are and how each blog ended; gives the exit code.

    A blog that ends badly ends no other one.

    Args:
        folder: where the sources file stands: its file names are relative to that.
        live: options of the command line for blogs that are asked over the network; the file's own count more.
        files: those for blogs that are read from files.
        jobs: processes at a time.
        shard: (I, N), to crawl only the I-th of N shares of the hosts.
    """
    blogs = [blog for blog in blogs if shard is None or share_of(key_of(blog), shard[1]) == shard[0]]
    if not blogs:
        out.print("No host of the sources file falls to this shard.")
        return Exit.DONE
    try:
        with named(data):
            data.mkdir(parents=True, exist_ok=True)
        with named(data), only_writer(data, LOCK_PATIENCE_S) as lock:
            close_leftovers(data / ARCHIVE)
            workers = Workers(lock)
            crawl = _SourcesCrawl(folder, data, workers, live=live, files=files, jobs=jobs, shard=shard)
            with workers.ended_by_signals(), progress() as show:
                crawl.run(blogs, show)
    except DataFolderError as error:
        complain(str(error))
        return Exit.BUSY if isinstance(error, DataFolderBusy) else Exit.BAD_FOLDER
    built = Exit.DONE
    if (data / "raw").is_dir() and not workers.ended_by:
        built = _build_and_show(data, crawl.crawl_ids, build=build)
    _show_fates(blogs, crawl.fates)
    return crawl.end or built or exit_of_several(fate.code for fate in crawl.fates.values())


@dataclass(slots=True)
class _SourcesCrawl:
    """One run through a sources file."""

    folder: Path
    data: Path
    workers: Workers
    live: Sequence[str] = field(kw_only=True)
    files: Sequence[str] = field(kw_only=True)
    jobs: int = field(kw_only=True)
    shard: tuple[int, int] | None = field(kw_only=True)
    fates: dict[str, Fate] = field(default_factory=dict)
    """By name of the blog."""
    crawl_ids: list[str] = field(default_factory=list)
    end: Exit | None = None
    """How a blog's crawl ended that ended all."""
    _told: Lock = field(default_factory=Lock)

    def run(self, blogs: Sequence[BlogSource], show: Callable[[Count], None] | None) -> None:
        """Crawl the blogs that are asked over the network, so many lots at a time, then those that are read from files.

        Files are read one blog after the other, each by all processes.
        """
        progress = self._progress
        done = _read(progress) or Done(lots=self.jobs, done=[])
        _save(progress, done)
        lots = dealt([blog for blog in blogs if not blog.files], done.lots)

        def crawl_lot(number: int) -> None:
            label = f"process {number + 1} of {len(lots)}"
            for group in grouped(lots[number]):
                self._crawl(group, label, self.live, done, show)

        with ThreadPoolExecutor(self.jobs) as pool:
            for future in [pool.submit(crawl_lot, number) for number in range(len(lots))]:
                future.result()
        for group in grouped([blog for blog in blogs if blog.files]):
            self._crawl(group, "files", self.files, done, show)
        if self.workers.ended_by:
            self.end = exit_of_signal(self.workers.ended_by)
        if self.end is None:
            progress.unlink(missing_ok=True)

    @property
    def _progress(self) -> Path:
        if self.shard is None:
            return self.data / PROGRESS
        return self.data / PROGRESS.replace(".", f"-{self.shard[0]}-of-{self.shard[1]}.")

    def _crawl(
        self,
        group: Sequence[BlogSource],
        label: str,
        given: Sequence[str],
        done: Done,
        show: Callable[[Count], None] | None,
    ) -> None:
        """Crawl blogs by one command, if they have not had their turn and nothing has ended all."""
        names = ", ".join(blog.name for blog in group)
        arguments = [*group[0].options(), *(part for blog in group for part in blog.arguments(self.folder))]
        if self.end is not None or self.workers.ended_by:
            return
        if arguments in done.done:
            out.print(f"{names}: done already")
            return
        out.print(f"{names} ...")
        command = [sys.executable, "-m", f"{__package__}.cli", "crawl", *given, *arguments]
        urls = {blog.url or "": blog.name for blog in group}
        readers = 2 if self.jobs == 1 else 1
        order = Order(lock=self.workers.lock.fileno(), label=label, readers=readers, names=urls)
        code, end = 0, None
        for _ in range(TRIES):
            code, end = self.workers.run([*command, "--out", str(self.data)], order, show or (lambda _: None))
            if code != -signal.SIGKILL or self.workers.ended_by:
                break
            complain(f"{names}: the process was killed; another one goes on from what is committed")
        code = self._exit_of(code)
        whole = Fate(code=code, why=f"the command ended with exit code {code}; see the log")
        fates = end.fates if end else {}
        whole = fates.get("", whole)
        if code in ENDS_ALL:  # by our word: all workers get the same signal
            whole = msgspec.structs.replace(whole, code=code)
        with self._told:
            if end and end.crawl_id:
                self.crawl_ids.append(end.crawl_id)
            self.fates |= {blog.name: fates.get(blog.url or "", whole) for blog in group}
            if code in ENDS_ALL:
                if self.end is None:
                    told = whole.why or MEANINGS[Exit(code)]
                    complain(f"{names}: ended with exit code {code}, {told}; the same command goes on from here")
                self.end = Exit(code)
            else:
                done.done.append(arguments)
                _save(self._progress, done)

    def _exit_of(self, code: int) -> int:
        """The exit code of a worker as its blogs' fate."""
        if self.workers.ended_by and (code < 0 or code in (Exit.INTERRUPTED, Exit.TERMINATED)):
            return exit_of_signal(self.workers.ended_by)
        if code < 0:  # killed by a signal
            return exit_of_signal(-code) if -code in (signal.SIGINT, signal.SIGTERM) else Exit.UNREADABLE
        return code


def _read(progress: Path) -> Done | None:
    """What is done of a run that was ended before its end; None where there is none."""
    try:
        return msgspec.json.decode(progress.read_bytes(), type=Done)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise DataFolderError(f"{progress} is damaged ({error}); move it away to begin with the first blog") from error


def _save(progress: Path, done: Done) -> None:
    write_whole(progress, msgspec.json.encode(done))


def _build_and_show(data: Path, crawl_ids: Sequence[str], *, build: bool) -> Exit:
    try:
        if build:
            complain_of_unmatched(data, build_tables(data, patience=BUILD_PATIENCE_S).unmatched)
        with connect(data) if build else shortfall_tables(data) as tables:
            if build:
                show_completeness(tables)
            print_shortfalls(tables, crawl_ids)
    except BuildBusy as error:
        complain(f"the crawls are done and all that they gave is safe in {data / 'raw'}, but {error}")
        return Exit.BUSY
    except BuildError as error:
        complain(str(error))
        return Exit.BAD_FOLDER
    return Exit.DONE


def _show_fates(blogs: Sequence[BlogSource], fates: dict[str, Fate]) -> None:
    rows = []
    for blog in blogs:
        if fate := fates.get(blog.name):
            meaning = MEANINGS[Exit(fate.code)] if fate.code in set(Exit) else "ended badly"
            rows.append((blog.name, fate.code, meaning, fate.posts, fate.comments, fate.why))
        else:
            rows.append((blog.name, None, "not crawled in this run", None, None, None))
    print_table("Blogs", ["blog", "exit", "meaning", "posts", "comments", "why"], rows)


def grouped(blogs: Sequence[BlogSource]) -> list[list[BlogSource]]:
    """Blogs that one command crawls side by side, in the order of the file: of one way in, with the same options.

    Blogs that are read from files stand alone, for what files hold does not tell which entry of the sources file it is.
    """
    groups: dict[tuple[str, ...], list[BlogSource]] = {}
    for blog in blogs:
        alone = ("files", blog.name) if blog.files else ()
        groups.setdefault((*blog.options(), *alone), []).append(blog)
    return list(groups.values())


def key_of(blog: BlogSource) -> str:
    """What only one process may ask: the host of a blog, or of the archive that it is read from.

    Blogs that are read from files ask nobody; those of one URL stay together.

    >>> key_of(BlogSource(name="Ada", url="https://www.example.org/ada/"))
    'example.org'
    >>> key_of(BlogSource(name="Ada", url="https://example.org/ada/", via="wayback"))
    'web.archive.org'
    """
    asked = (blog.archive_url or WAYBACK) if blog.via == "wayback" and not blog.files else blog.url
    return host_of(asked).removeprefix("www.") if asked else blog.name


def dealt(blogs: Sequence[BlogSource], lots: int) -> list[list[BlogSource]]:
    """Blogs in at most so many lots, those of one host in one: about as many in each, in the order of the file."""
    counts = Counter(map(key_of, blogs))
    sizes = [0] * min(lots, len(counts))
    lot_of: dict[str, int] = {}
    for key, count in counts.most_common():
        lot_of[key] = sizes.index(min(sizes))
        sizes[lot_of[key]] += count
    return [[blog for blog in blogs if lot_of[key_of(blog)] == lot] for lot in range(len(sizes))]


def share_of(key: str, shares: int) -> int:
    """Which of so many shares a host falls to, from 1.

    It stays where it is when other hosts come and go; with one share more, only what falls to that one moves
    (rendezvous hashing: the share with the highest hash has it).
    """
    return max(range(1, shares + 1), key=lambda share: hashlib.sha256(f"{share} {key}".encode()).digest())
