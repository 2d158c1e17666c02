"""A crawl of files: archives and exports into the same ledger and parts as a live crawl, without Scrapy's engine."""

from __future__ import annotations

import hashlib
import re
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from .. import settings
from ..objects.store import StoreError
from ..objects.urls import is_store_url
from ..pipelines.ledger import DataFolderBusy, DataFolderError, Ledger, committed_ids, committed_rows, open_ledger
from ..pipelines.write import PartWriter
from ..processes import Engine, EngineError
from ..queries.ranges import LEDGER_COLUMNS, IndexUnusable, Range, check_index, ranges_left
from ..schemas import Capture
from .archives import (
    Archive,
    ArchiveError,
    Base,
    Blogs,
    Collection,
    RangeCollection,
    Selection,
    find_archives,
    lacking_capture,
    open_archive,
    standing_for,
)
from .exports import Export, export_captures, format_of
from .guard import is_loopback
from .keep import starts_of
from .run import CrawlEnd, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCrawl:
    """What is read of which files."""

    sources: Sequence[str]
    """Files, folders and patterns, here or in a store; with `base` one index."""
    sites: Sequence[str] = ()
    """Start URLs of the blogs that are wanted; none for all that the files hold."""
    since: datetime | None = None
    """Posts before this wall-clock time are left out."""
    base: Path | None = None
    """Folder below which the archives are of which an index names the ranges to be read; None to read whole files."""
    jobs: int = 1
    engine: Engine | None = None
    """What the processes are of; None for those of this machine."""

    def command(self) -> dict[str, Any]:
        """What makes two crawls the same; the number of processes changes nothing."""
        return {
            "files": [source if is_store_url(source) else str(Path(source).absolute()) for source in self.sources],
            "sites": list(self.sites),
            "since": self.since.isoformat() if self.since else None,
        } | ({"base": str(self.base.absolute())} if self.base else {})


def is_file_source(source: str) -> bool:
    """Whether an argument of `rejoinder crawl` means files, here or in a store, and not a blog's URL.

    >>> is_file_source("warcs/*.warc.gz"), is_file_source("s3://bucket/warcs/"), is_file_source("https://example.org/")
    (True, True, False)
    """
    return "://" not in source or is_store_url(source)


_ADDRESS = re.compile(r"(?:localhost|\d+\.\d+\.\d+\.\d+|(?:[\w-]+\.)+[^\W\d_]{2,})(?::\d+)?(?:/.*)?", re.IGNORECASE)
_FILE = re.compile(r"\.(?:w?arc|wacz|gz|xml|txt|jsonl?|html?|zip|toml|cdx|tar|csv)", re.IGNORECASE)


def address_meant(source: str) -> str | None:
    """The URL that an argument most likely lacks only the scheme of; None for a file that is there, or may be meant.

    >>> address_meant("blog.example.org"), address_meant("localhost:8000/blog/"), address_meant("export.xml")
    ('https://blog.example.org/', 'http://localhost:8000/blog/', None)
    """
    if Path(source).exists() or not _ADDRESS.fullmatch(source):
        return None
    host, slash, path = source.partition("/")
    if not slash and _FILE.fullmatch(Path(host).suffix):
        return None
    scheme = "http" if is_loopback(host.partition(":")[0]) else "https"
    return f"{scheme}://{host}/{path}"


def crawl_files(
    crawl: FileCrawl, data: Path, show: Callable[[Tally], None] | None = None, *, lock: int | None = None
) -> CrawlEnd:
    """Read all sources into `data`. Records that are committed already, by whatever crawl, are passed over.

    Args:
        show: called after each page.
        lock: descriptor of the folder's lock, where the process that started this one holds it.
    """
    tally = Tally()
    try:
        archives, exports = found_files(crawl.sources, data) if crawl.base is None else no_files(crawl)
        crawl = replace(crawl, sites=crawl.sites or (kept_sites(archives) if not exports else ()))
        ledger = open_ledger(data, crawl.command(), crawl_id=crawl_id_of(crawl), lock=lock)
    except (ArchiveError, IndexUnusable, OSError) as error:
        return CrawlEnd(crawl_id=None, resumed=False, tally=tally, fatal=str(error), fault="source")
    except DataFolderError as error:
        fault = "busy" if isinstance(error, DataFolderBusy) else "folder"
        return CrawlEnd(crawl_id=None, resumed=False, tally=tally, fatal=str(error), fault=fault)
    end = CrawlEnd(crawl_id=ledger.crawl_id, resumed=ledger.resumed, tally=tally, fatal=None)
    try:
        done = frozenset(committed_ids(data, "fetches", "fetch_id"))
        end.resumed |= bool(done)
        tally.go_on(ledger)
        writer = PartWriter(ledger, rows=settings.PART_ROWS, seconds=settings.PART_SECONDS)
        try:
            for capture in _captures(crawl, archives, exports, ledger, done):
                writer.add(capture)
                tally.add(capture)
                if show:
                    show(tally)
        finally:
            # What was read stays read, even where the rest cannot be.
            writer.flush()
        ledger.finish("finished")
    except (EngineError, IndexUnusable, StoreError) as error:
        end.fatal, end.fault = str(error), "source"
    except DataFolderError as error:
        end.fatal, end.fault = str(error), "folder"
    except OSError as error:
        end.fault = "folder"
        end.fatal = (
            f"{error.filename or data}: {error.strerror or error}; "
            "mend that and run the same command again: it goes on from what is committed"
        )
    except KeyboardInterrupt as error:
        end.interrupted = signal.Signals(error.args[0]) if error.args else signal.SIGINT
    finally:
        ledger.close()
    return end


def found_files(sources: Sequence[str], data: Path) -> tuple[list[Archive], list[Export]]:
    """The files of all sources. What is no export is taken for an archive, whose reading tells if it is none.

    Raises:
        ArchiveError: a source names nothing.
        OSError: a file cannot be read.
    """
    archives: list[Archive] = []
    exports: list[Export] = []
    for source in sources:
        for name in find_archives(source):
            shown = standing_for(name, data)
            if Path(name).is_file() and (found := format_of(Path(name))):
                exports.append(Export(path=Path(name), shown=shown, source=source, format=found))
            else:
                with open_archive(name) as file:
                    starts = tuple(starts_of(file))
                archives.append(Archive(name=name, shown=shown, source=source, starts=starts))
    return archives, exports


def no_files(crawl: FileCrawl) -> tuple[list[Archive], list[Export]]:
    """That ranges are read and no file whole.

    Raises:
        IndexUnusable: the index that names them cannot be used.
        ArchiveError: there is no such folder.
    """
    check_index(Path(crawl.sources[0]))
    if crawl.base is None or not crawl.base.is_dir():
        raise ArchiveError(f"{crawl.base}: no such folder; give as --base the one below which the index names files")
    return [], []


def kept_sites(archives: Sequence[Archive]) -> list[str]:
    """The blogs that archives written by `--keep-archive` are of; none where one of them is not known to be such."""
    if not all(archive.starts for archive in archives):
        return []
    return list(dict.fromkeys(start for archive in archives for start in archive.starts))


def crawl_id_of(crawl: FileCrawl) -> str:
    """The same for the same command, whenever it is run: no clock may show in what files give."""
    command = msgspec.json.encode(crawl.command(), order="deterministic")
    return f"files-{hashlib.sha256(command).hexdigest()[:16]}"


def _captures(
    crawl: FileCrawl, archives: list[Archive], exports: list[Export], ledger: Ledger, done: frozenset[str]
) -> Iterator[Capture]:
    if crawl.base is not None:
        yield from _of_ranges(crawl, crawl.base, ledger, done)
    for export in exports:
        yield from export_captures(export, crawl_id=ledger.crawl_id, sites=crawl.sites, since=crawl.since, done=done)
    if not archives:
        return
    selection = _selection(crawl, ledger)
    collection = Collection(archives, selection, jobs=crawl.jobs, engine=crawl.engine, done=done)
    if done:
        remind(collection, ledger)
    yield from collection.captures()


def _selection(crawl: FileCrawl, ledger: Ledger) -> Selection:
    return Selection(
        crawl_id=ledger.crawl_id,
        blogs=Blogs.of(crawl.sites),
        since=crawl.since,
        page_maxsize=settings.PAGE_MAXSIZE,
    )


def remind(collection: Collection, ledger: Ledger) -> None:
    """Tell a collection what earlier processes read."""
    links = (link for row in ledger.committed() for link in row.links)
    collection.remember(committed_ids(ledger.data, "posts", "post_id"), links)


def _of_ranges(crawl: FileCrawl, folder: Path, ledger: Ledger, done: frozenset[str]) -> Iterator[Capture]:
    """What the ranges of an index give.

    Raises:
        IndexUnusable: it cannot be read.
    """
    index, selection = crawl.sources[0], _selection(crawl, ledger)
    base = Base.of_folder(folder, ledger.data)

    def every() -> Iterator[Range]:
        with ranges_left(Path(index), base.prefix, []) as ranges:
            yield from ranges

    with ranges_left(Path(index), base.prefix, committed_rows(ledger.data, "fetches", LEDGER_COLUMNS)) as left:
        if left.lacking and (capture := lacking_capture(left.lacking, index, selection)).fetch.fetch_id not in done:
            yield capture
        collection = RangeCollection(
            left, every, selection, base=base, index=index, jobs=crawl.jobs, engine=crawl.engine, done=done
        )
        if done:
            remind(collection, ledger)
        yield from collection.captures()
