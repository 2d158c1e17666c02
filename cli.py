"""The command `rejoinder`. Thin: options in, one call into a room, its result shown.

Heavy imports wait for the command that needs them, so that `--help` answers at once.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

import click

from . import __version__
from .exits import MEANINGS, Exit, exit_of_signal
from .inert import inert
from .objects.urls import is_store_url
from .objects.use import Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .export import Form
    from .export.network import NetworkKind
    from .objects.hand import Hand
    from .processes import Engine
    from .release.config import NameMode


class Folder(click.ParamType):
    """A data folder, here or as the address in a store that it is until its command begins."""

    name = "path"

    def __init__(self, use: Use | None) -> None:
        self.use = use
        """None for a folder that can only be on this machine."""

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | StoredFolder:
        if not (isinstance(value, str) and is_store_url(value)):
            return Path(value)
        if self.use is None:
            self.fail(inert(f"{value} is in a store, and this has to be a folder of this machine"), param, ctx)
        return StoredFolder(value, self.use)


@dataclass(frozen=True, slots=True)
class StoredFolder:
    """A data folder in a store."""

    url: str
    use: Use


HERE = Folder(None)
TABLES, PAGES, RAW = Folder(Use.TABLES), Folder(Use.PAGES), Folder(Use.RAW)
READS, CHANGES = Folder(Use.READS), Folder(Use.CHANGES)
CONTACT = click.option(
    "--contact", envvar="REJOINDER_CONTACT", help="E-mail address or page where site owners reach you."
)
METRICS = click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what `status` tells in Prometheus' text format, for the node exporter's textfile collector.",
)


class EngineType(click.ParamType):
    """What does the work, as Engine.of() reads it."""

    name = "engine"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Engine:
        from .processes import Engine, EngineError

        try:
            return value if isinstance(value, Engine) else Engine.of(str(value))
        except EngineError as error:
            self.fail(str(error), param, ctx)


ENGINE = click.option(
    "--engine",
    type=EngineType(),
    default="processes",
    show_default=True,
    metavar="NAME",
    help="processes (of this machine), dask (workers started here) or dask://HOST:PORT (those of a scheduler).",
)


class Failure(click.ClickException):
    """An error shown as one line, with an exit code of ours."""

    def __init__(self, message: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # pyright: ignore[reportAttributeAccessIssue] - click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        from .console import complain

        complain(self.message)


@contextmanager
def failures(codes: Mapping[type[Exception], Exit], *, writing: Path | None = None) -> Iterator[None]:
    """End the command with an error's own words, and the code for its kind, where one comes.

    Args:
        codes: the first kind that an error is of counts.
        writing: what an OSError is about that names no file.
    """
    try:
        yield
    except tuple(codes) as error:
        kind, code = next((kind, code) for kind, code in codes.items() if isinstance(error, kind))
        told = str(error)
        if kind is OSError and isinstance(error, OSError):
            told = f"{error.filename or writing} cannot be written: {error.strerror}"
        if code is Exit.USAGE:
            raise click.UsageError(inert(told)) from error
        raise Failure(told, code) from error


class Shard(click.ParamType):
    """'I/N' as (I, N)."""

    name = "I/N"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        number, slash, count = value.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            self.fail(f"{value!r} is no share such as 1/4, the first of four", param, ctx)
        return int(number), int(count)


class FolderCommand(click.Command):
    """A command that is given data folders: of those in stores it works on the mirrors, which are pushed at its end."""

    def invoke(self, ctx: click.Context) -> object:
        with ExitStack() as stack:
            hands: dict[str, Hand] = {}

            def at_hand(value: object) -> object:
                if isinstance(value, tuple):
                    return tuple(map(at_hand, value))
                if not isinstance(value, StoredFolder):
                    return value
                if value.url not in hands:
                    hands[value.url] = stack.enter_context(_stored(value, ctx))
                return hands[value.url].data

            ctx.params = {name: at_hand(value) for name, value in ctx.params.items()}
            try:
                result = super().invoke(ctx)
            except (SystemExit, click.ClickException, KeyboardInterrupt) as end:
                # What was interrupted may not be whole: the next command goes on with it.
                if not isinstance(end, KeyboardInterrupt) or any(hand.overtaken for hand in hands.values()):
                    _push(hands)
                raise
            _push(hands)
            return result


@contextmanager
def _stored(folder: StoredFolder, ctx: click.Context) -> Iterator[Hand]:
    from .console import called, complain
    from .objects.hand import Busy, at_hand, cache_folder
    from .objects.mirror import MirrorError
    from .objects.store import NoLibrary, StoreError
    from .objects.urls import BadStoreUrl

    cache = ctx.find_root().params["cache"] or cache_folder()
    with ExitStack() as stack:
        with failures(
            {
                BadStoreUrl: Exit.USAGE,
                NoLibrary: Exit.UNREADABLE,
                Busy: Exit.BUSY,
                StoreError: Exit.BAD_FOLDER,
                MirrorError: Exit.BAD_FOLDER,
            }
        ):
            hand = stack.enter_context(at_hand(folder.url, folder.use, cache, complain))
        called[hand.data] = str(hand.mirror.url)
        yield hand


def _push(hands: Mapping[str, Hand]) -> None:
    from .objects.hand import NotCleared
    from .objects.mirror import MirrorError, Overtaken
    from .objects.store import StoreError

    for hand in hands.values():
        with failures(
            {
                Overtaken: Exit.BUSY,
                NotCleared: Exit.CHECK_FAILED,
                StoreError: Exit.BAD_FOLDER,
                MirrorError: Exit.BAD_FOLDER,
            }
        ):
            hand.done()


class Commands(click.Group):
    """The commands; each may be ended by SIGINT and SIGTERM, and says so by its exit code."""

    command_class = FolderCommand

    def invoke(self, ctx: click.Context) -> object:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _interrupt)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            click.echo("rejoinder: interrupted", err=True)
            ctx.exit(exit_of_signal(error.args[0] if error.args else signal.SIGINT))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(number)


EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())


@click.group(
    cls=Commands,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="rejoinder")
@click.option(
    "--cache",
    envvar="REJOINDER_CACHE",
    type=HERE,
    metavar="FOLDER",
    help="Where mirrors of data folders in stores are kept.  [default: ~/.cache/rejoinder]",
)
def main(*, cache: Path | None) -> None:
    """Crawl blogs with their comment sections into tables of posts, comments and replies.

    A data folder may also be in an object store, as s3://bucket/prefix; docs/objects.md tells how.

    \b
    Examples:
      rejoinder demo                                                   see it work, on this machine alone
      rejoinder crawl https://blog.example.org/ --out blog/ --contact me@example.org
      rejoinder sql blog/ "select author_name, count(*) from comments group by all order by 2 desc"
      rejoinder check blog/
      rejoinder extract page.html
    """


@main.command()
@click.argument("sources", nargs=-1, metavar="URL|FILE...")
@click.option("--out", type=Folder(Use.CRAWLS), default=Path("crawl"), show_default=True, help="Data folder.")
@click.option(
    "--via",
    type=click.Choice(["auto", "api", "html", "wayback"]),
    default="auto",
    show_default=True,
    help="REST API, HTML pages, the API where it is open, or a web archive.",
)
@click.option("--archive-url", default="", metavar="URL", help="wayback: another archive than the Wayback Machine.")
@click.option(
    "--captures",
    type=click.Choice(["first", "last", "all", "yearly"]),
    default="last",
    show_default=True,
    help="wayback: which captures of each page.",
)
@click.option(
    "--from", "from_date", default="", metavar="DIGITS", help="wayback: captures from then, such as 2012 or 201207."
)
@click.option("--to", "to_date", default="", metavar="DIGITS", help="wayback: captures until then.")
@click.option("--limit", type=click.IntRange(min=1), help="Posts of each blog at most.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out posts published before this date.")
@CONTACT
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests to a host, at least.")
@click.option(
    "--max-pages",
    type=click.IntRange(min=1),
    help="Requests of each blog at most; then the crawl ends.  [default: 100000]",
)
@click.option(
    "--max-minutes",
    type=click.FloatRange(min=0, min_open=True),
    help="Time of this run at most; the same command goes on from there.  [default: 1440]",
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    help="Requests of each blog after which no further post is begun; what is left is next in line.",
)
@click.option("--fresh", is_flag=True, help="Read everything, and begin anew where the same command was interrupted.")
@click.option("--keep-archive", is_flag=True, help="Keep all that is asked and answered as WARC files below --out.")
@click.option("--site", "sites", multiple=True, metavar="URL", help="Files: only this blog of those in them.")
@click.option(
    "--ranges",
    type=click.Path(exists=True, path_type=Path),
    metavar="INDEX",
    help="Instead of URL or FILE: read the records of archives that a Parquet index names, and nothing else of them.",
)
@click.option(
    "--base", metavar="URL|FOLDER", help="--ranges: where the archives are.  [default: Common Crawl's server]"
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes: that crawl the blogs of a sources file, a host in one of them; that read files.",
)
@click.option(
    "--shard",
    type=Shard(),
    metavar="I/N",
    help="Sources file: only the I-th of N shares of its hosts, as for N machines.",
)
@ENGINE
@click.option("--no-build", is_flag=True, help="Leave the tables for a later 'rejoinder build'.")
@click.option("--log", "log_file", type=click.Path(dir_okay=False), help="Write the log to the end of this file.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Log as text, or as one JSON object a line.",
)
@METRICS
@click.option("-v", "--verbose", count=True, help="Log to the terminal: -v warnings and steps, -vv everything.")
@click.option("--worker", "is_worker", is_flag=True, hidden=True, help="Started by the crawl of a sources file.")
def crawl(
    sources: tuple[str, ...],
    out: Path,
    *,
    no_build: bool,
    sites: tuple[str, ...],
    jobs: int,
    shard: tuple[int, int] | None,
    engine: Engine,
    ranges: Path | None,
    base: str | None,
    archive_url: str,
    captures: str,
    from_date: str,
    to_date: str,
    metrics: Path | None,
    is_worker: bool,
    **options: Any,
) -> None:
    """Crawl blogs from their start URLs, or read them from web archives in files, and build the tables.

    The same command again goes on where it was interrupted or killed. After a crawl that ended it costs what has
    changed: sitemaps, feeds, listings and the API tell what is new, and posts of which nothing tells are looked at in
    turn. What it sees is added to the folder. robots.txt is obeyed. Hosts other than this machine need a --contact.

    \b
    Examples:
      rejoinder crawl https://blog.example.org/ --contact me@example.org
      rejoinder crawl https://blog.example.org/ --out blog/ --limit 20 --since 2024-01-01 --contact me@example.org
      rejoinder crawl https://blog.example.org/ --via wayback --captures yearly --contact me@example.org
      rejoinder crawl warcs/ --site https://blog.example.org/ --out blog/ --jobs 2
      rejoinder crawl sources.toml --out blogs/ --jobs 2 --contact me@example.org
      rejoinder crawl warcs/ --out blogs/ --engine dask://10.0.0.1:8786
      rejoinder crawl --ranges index.parquet --out blogs/ --contact me@example.org
      rejoinder crawl s3://bucket/warcs/ --out s3://bucket/blogs
    """
    from .crawling import ArchiveChoice, crawl_and_report, read_and_report
    from .spiders.offline import address_meant, is_file_source
    from .spiders.sources import is_sources_file

    if ranges or base or not sources:
        if sources or shard or not ranges:
            told = "give a URL, a file, or --ranges with its --base; an index names all that is read, so it goes alone"
            raise click.UsageError(told)
        code = _crawl_ranges(ranges, base, out, sites=sites, jobs=jobs, engine=engine, build=not no_build, **options)
        sys.exit(_with_metrics(code, out, metrics))
    if any(map(is_sources_file, sources)):
        told = {"--site": sites, "--archive-url": archive_url, "--from": from_date, "--to": to_date}
        told |= {f"--{name}": options[name] for name in ("limit", "since")}
        if refused := [name for name, value in told.items() if value] or sources[1:]:
            raise click.UsageError(f"a sources file goes alone and tells this for each blog: {', '.join(refused)}")
        code = _crawl_sources_file(
            Path(sources[0]), out, build=not no_build, jobs=jobs, engine=engine, shard=shard, **options
        )
        sys.exit(_with_metrics(code, out, metrics))

    if shard:
        raise click.UsageError("--shard goes with a sources file, whose hosts it shares out")
    if is_worker:
        from .workers import Worker

        options["worker"] = Worker()
    files = [source for source in sources if is_file_source(source)]
    if meant := [(source, url) for source in files if (url := address_meant(source))]:
        told = "; ".join(f"{source} is no file: for the blog on the web give {url}" for source, url in meant)
        raise click.UsageError(told)
    if not files:
        if engine.name != "processes":
            raise click.UsageError(f"--engine {engine.name}: for files; a live crawl is shared by host, see --jobs")
        archive = ArchiveChoice(archive_url=archive_url, captures=captures, from_date=from_date, to_date=to_date)
        code = crawl_and_report(sources, out, build=not no_build, archive=archive, **options)
        sys.exit(_with_metrics(code, out, metrics))
    if len(files) < len(sources):
        raise click.UsageError("give URLs or files, not both: a second command with the same --out adds to the folder")
    _check_for_files(sites, options, ("limit", "max_pages", "max_minutes", "budget", "fresh", "keep_archive"))
    common = {
        name: options[name] for name in ("since", "log_file", "log_format", "verbose", "worker") if name in options
    }
    code = read_and_report(sources, out, sites=sites, jobs=jobs, engine=engine, build=not no_build, **common)
    sys.exit(_with_metrics(code, out, metrics))


def _check_for_files(sites: Sequence[str], options: dict[str, Any], others: Sequence[str]) -> None:
    """Refuse what is wrong on the command line of a crawl of archives.

    Args:
        others: the options of other crawls.
    """
    from .addresses import is_web_address

    if given := [f"--{name.replace('_', '-')}" for name in others if options[name]]:
        raise click.UsageError(f"{', '.join(given)}: for live crawls only; files are read whole, and once")
    if wrong := [site for site in sites if not is_web_address(site)]:
        raise click.UsageError(inert(f"--site {wrong[0]} is no http(s) URL"))


def _crawl_ranges(
    index: Path,
    base: str | None,
    out: Path,
    *,
    sites: Sequence[str],
    jobs: int,
    engine: Engine,
    build: bool,
    **options: Any,
) -> int:
    from .crawling import ranges_and_report, read_and_report
    from .spiders.offline import is_file_source
    from .spiders.ranges import COMMON_CRAWL

    _check_for_files(sites, options, ("limit", "max_pages", "budget", "fresh", "keep_archive"))
    common: dict[str, Any] = {name: options[name] for name in ("since", "log_file", "log_format", "verbose")}
    common |= {"sites": sites, "jobs": jobs, "build": build}
    if base and is_file_source(base) and not is_store_url(base):
        return read_and_report([str(index)], out, base=Path(base), engine=engine, **common)
    if engine.name != "processes":
        raise click.UsageError(f"--engine {engine.name}: for a folder as --base; what a server gives is read here")
    live = {name: options[name] for name in ("contact", "delay", "max_minutes")}
    return ranges_and_report(index, base or COMMON_CRAWL, out, **common, **live)


def _with_metrics(code: int, data: Path, metrics: Path | None) -> int:
    """Write the metrics of a crawl that has ended, if they are wanted; gives its exit code."""
    if metrics:
        from .monitoring import MetricsError, write_crawl_metrics

        with failures({MetricsError: Exit.UNREADABLE}):
            write_crawl_metrics(metrics, data, code)
    return code


def _crawl_sources_file(
    path: Path,
    out: Path,
    *,
    build: bool,
    jobs: int,
    shard: tuple[int, int] | None,
    engine: Engine,
    contact: str | None,
    delay: float | None,
    max_pages: int | None,
    max_minutes: float | None,
    budget: int | None,
    fresh: bool,
    keep_archive: bool,
    log_file: str | None,
    log_format: str,
    verbose: int,
    **_: Any,
) -> int:
    from .sourcing import crawl_sources
    from .spiders.sources import SourcesError, read_sources

    with failures({SourcesError: Exit.USAGE}):
        blogs = read_sources(path)
    given = {"--contact": contact, "--delay": delay, "--max-pages": max_pages, "--max-minutes": max_minutes}
    given |= {"--budget": budget}
    live = [part for name, value in given.items() if value is not None for part in (name, str(value))]
    log = [
        *(["--log", str(Path(log_file).absolute())] if log_file else []),
        "--log-format",
        log_format,
        *["-v"] * verbose,
    ]
    live += [*(["--fresh"] if fresh else []), *(["--keep-archive"] if keep_archive else []), *log]
    of_files = ["--jobs", str(jobs), "--engine", str(engine), *log]
    return crawl_sources(blogs, path.parent, out, live=live, files=of_files, jobs=jobs, shard=shard, build=build)


@main.command()
@click.argument("data", type=CHANGES)
@click.option("--full", is_flag=True, help="Make everything anew and see all raw data whole; the tables are the same.")
@click.option("--threads", type=click.IntRange(min=1), help="Default: one for each core.")
@click.option("--memory", "memory_limit", metavar="SIZE", help="Memory for DuckDB.  [default: 2GB]")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that read texts.")
@ENGINE
@click.option("-v", "--verbose", is_flag=True, help="Tell what was made anew, and why.")
def build(
    data: Path,
    *,
    full: bool,
    threads: int | None,
    memory_limit: str | None,
    jobs: int,
    engine: Engine,
    verbose: bool,
) -> None:
    """Build the tables of DATA from its raw data; posts without news keep their rows.

    \b
    Examples:
      rejoinder build blog/
      rejoinder build blog/ --jobs 4
      rejoinder build blog/ --engine dask://10.0.0.1:8786
    """
    from .console import complain_of_unmatched, err, name_of, print_table
    from .processes import EngineError, spread
    from .queries import BuildBusy, BuildError
    from .queries import build as build_tables

    codes = {EngineError: Exit.UNREADABLE, BuildBusy: Exit.BUSY, BuildError: Exit.BAD_FOLDER}
    with failures(codes), spread(jobs, engine) as over:
        report = build_tables(data, full=full, threads=threads, memory_limit=memory_limit, over=over)
    if verbose:
        told = f"everything: {report.anew}" if report.anew else f"{report.news} posts with news"
        err.print(f"Made anew: {told}.", soft_wrap=True)
    print_table(f"Tables of {name_of(data)}", ["table", "rows"], report.rows.items())
    complain_of_unmatched(data, report.unmatched)


@main.command()
@click.argument("data", type=CHANGES)
def compact(data: Path) -> None:
    """Merge the many small files of DATA/raw into few, without changing a row; may be killed and run again.

    Files of a crawl that was interrupted and may go on are left alone.

    \b
    Example:
      rejoinder compact blog/
    """
    from .console import complain, name_of, print_table
    from .pipelines.compact import compact as compact_raw
    from .pipelines.ledger import DataFolderBusy, DataFolderError

    with failures({DataFolderBusy: Exit.BUSY, DataFolderError: Exit.BAD_FOLDER}):
        done = compact_raw(data)
    counts = ["parts_before", "parts_after", "bytes_before", "bytes_after", "merged", "copies", "unfinished"]
    print_table(
        f"Parts of {name_of(data)}",
        ["dataset", *counts],
        [(dataset, *(getattr(each, name) for name in counts)) for dataset, each in done.items()],
    )
    for each in done.values():
        for path in each.foreign:
            complain(f"{path} has columns that this version does not know; it is left as it is")


@main.command()
@click.argument("folders", nargs=-1, required=True, type=READS, metavar="DATA...")
@click.option("--out", type=CHANGES, required=True, help="Data folder to make; it must not be there yet.")
@click.option("--no-build", is_flag=True, help="Leave the tables for a later 'rejoinder build'.")
def merge(folders: tuple[Path, ...], out: Path, *, no_build: bool) -> None:
    """Join data folders, as of crawls on several machines, into a new one, and build its tables.

    Every observation is there once, with the ids that it had; archives and takedowns are carried along. The folders
    stay as they are. A merge that is killed leaves nothing at --out; run it again.

    \b
    Example:
      rejoinder merge shard-1/ shard-2/ --out blogs/
    """
    from .console import name_of, print_table
    from .merging import merge as merge_folders
    from .pipelines.ledger import DataFolderBusy, DataFolderError
    from .queries import BuildBusy, BuildError
    from .queries import build as build_tables

    with failures(
        {DataFolderBusy: Exit.BUSY, BuildBusy: Exit.BUSY, DataFolderError: Exit.BAD_FOLDER, BuildError: Exit.BAD_FOLDER}
    ):
        done = merge_folders(folders, out)
        if not no_build:
            build_tables(out)
    counts = ["parts", "rows", "copies", "doubled"]
    print_table(
        f"Parts of {name_of(out)}",
        ["dataset", *counts],
        [(dataset, *(getattr(each, name) for name in counts)) for dataset, each in done.items()],
    )


@main.command()
@click.argument("data", type=Folder(Use.FORGETS))
@click.option("--dry-run", is_flag=True, help="Only tell what would be taken out.")
@click.option(
    "--keep-names",
    is_flag=True,
    help="Leave names in takedown.toml, so that later crawls' texts lose them too; else their hashes stand there.",
)
def forget(data: Path, *, dry_run: bool, keep_names: bool) -> None:
    """Take out of DATA for good what its takedown.toml names, and search all files for what is left.

    Raw data, kept archives, tables and logs below DATA are rewritten; it may be killed and run again. Exit code 6 if
    something is still found. docs/takedowns.md tells what stays.

    \b
    Examples:
      rejoinder forget blog/ --dry-run
      rejoinder forget blog/
    """
    from .console import show_forgotten
    from .forgetting import forget as forget_all
    from .pipelines.ledger import DataFolderBusy, DataFolderError
    from .queries import BuildBusy, BuildError
    from .takedown import TakedownError

    with failures(
        {
            DataFolderBusy: Exit.BUSY,
            BuildBusy: Exit.BUSY,
            DataFolderError: Exit.BAD_FOLDER,
            BuildError: Exit.BAD_FOLDER,
            TakedownError: Exit.BAD_FOLDER,
        }
    ):
        done = forget_all(data, keep_names=keep_names, dry_run=dry_run)
    show_forgotten(data, done, dry_run=dry_run)
    if done.left or done.kept:
        sys.exit(Exit.CHECK_FAILED)


@main.command()
@click.argument("release", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=Folder(Use.CRAWLS), required=True, help="Data folder for what is fetched.")
@click.option("--warc", "files", multiple=True, metavar="FILE", help="Read the pages from WARC files; several times.")
@click.option(
    "--via", type=click.Choice(["live", "wayback"]), default="live", show_default=True, help="The web, or an archive."
)
@click.option("--archive-url", default="", metavar="URL", help="wayback: another archive than the Wayback Machine.")
@click.option(
    "--captures",
    type=click.Choice(["first", "last", "all", "yearly"]),
    default="all",
    show_default=True,
    help="wayback: which captures of each page; with all of them the released text is found if any holds it.",
)
@click.option("--from", "from_date", default="", metavar="DIGITS", help="wayback: captures from then.")
@click.option("--to", "to_date", default="", metavar="DIGITS", help="wayback: captures until then.")
@CONTACT
@click.option("--delay", type=click.FloatRange(min=0), help="Seconds between requests to a host, at least.")
@click.option("--log", "log_file", type=click.Path(dir_okay=False), help="Write the log to the end of this file.")
def rehydrate(
    release: Path,
    out: Path,
    *,
    files: tuple[str, ...],
    via: str,
    archive_url: str,
    captures: str,
    from_date: str,
    to_date: str,
    contact: str | None,
    delay: float | None,
    log_file: str | None,
) -> None:
    """Fetch the pages of a RELEASE without texts, fill these in, and tell what is gone or has changed since.

    The release's tables with texts are written below OUT/rehydrated. Exit code 3 if not every text is the one that was
    released.

    \b
    Examples:
      rejoinder rehydrate release/ --out blog/ --contact me@example.org
      rejoinder rehydrate release/ --out blog/ --via wayback --contact me@example.org
      rejoinder rehydrate release/ --out blog/ --warc 'warcs/*.warc.gz'
    """
    from .crawling import ArchiveChoice
    from .queries import BuildBusy, BuildError
    from .rehydrating import rehydrate as fetch_and_fill
    from .release.rehydrate import RehydrateError, read_release

    if files and via != "live":
        raise click.UsageError("--warc reads files, so --via does not go with it")
    choice = ArchiveChoice(archive_url=archive_url, captures=captures, from_date=from_date, to_date=to_date)
    archive = choice if via == "wayback" else None
    with failures(
        {RehydrateError: Exit.UNREADABLE, BuildBusy: Exit.BUSY, BuildError: Exit.BAD_FOLDER, OSError: Exit.BAD_FOLDER},
        writing=out,
    ):
        found = read_release(release)
        code = fetch_and_fill(found, out, files=files, archive=archive, contact=contact, delay=delay, log_file=log_file)
    sys.exit(code)


@main.command()
@click.argument("data", type=RAW)
def check(data: Path) -> None:
    """Run the checks of queries/checks over built tables; exit code 6 if one finds an error.

    \b
    Example:
      rejoinder check blog/
    """
    from .console import name_of, print_table
    from .queries import BuildError
    from .queries import check as run_checks

    with failures({BuildError: Exit.BAD_FOLDER}):
        results = run_checks(data)
    print_table(
        f"Checks of {name_of(data)}",
        ["check", "level", "rows", "what it finds"],
        [(r.check.name, r.check.severity, r.rows.num_rows, r.check.about) for r in results],
    )
    if any(result.failed for result in results):
        sys.exit(Exit.CHECK_FAILED)


@main.command()
@click.argument("release", type=HERE)
@click.option("--against", "data", type=RAW, required=True, metavar="DATA", help="The data it was made from.")
@click.option(
    "--names",
    "mode",
    type=click.Choice(["keep", "pseudonyms", "drop"]),
    help="How persons may be called in it; default: as it says of itself, else by pseudonyms.",
)
@click.option(
    "--keep-post-authors/--no-post-authors",
    default=None,
    help="Whether whoever writes posts may be called by name; default: as it says of itself.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The key of its pseudonyms, which may stand in no file.",
)
@click.option(
    "--allow",
    multiple=True,
    metavar="TEXT",
    help="What is published on purpose, besides its creators, contact and sources in datapackage.json.",
)
def audit(
    release: Path,
    data: Path,
    mode: NameMode | None,
    *,
    keep_post_authors: bool | None,
    key_file: Path | None,
    allow: tuple[str, ...],
) -> None:
    """Look through all files of a release for names, addresses and hashes of persons; exit code 6 if one is found.

    It knows the names from DATA and looks by other means than those by which `release` takes them out. 'finding' is
    what may not be there; 'look' is a word that may be a name, which a person has to look at. Its makers and its blogs
    are taken as its datapackage.json names them.

    \b
    Example:
      rejoinder audit blog-release/ --against blog/
    """
    from .console import print_table
    from .queries import BuildError
    from .release.audit import AuditError, declared
    from .release.audit import audit as findings_of
    from .release.config import NamesConfig

    try:
        with failures({BuildError: Exit.BAD_FOLDER, AuditError: Exit.UNREADABLE}):
            key = key_file.read_bytes() if key_file else None
            own, told = declared(release)
            names = NamesConfig(
                mode=mode or own.mode,
                keep_post_authors=own.keep_post_authors if keep_post_authors is None else keep_post_authors,
            )
            found = findings_of(release, data, names=names, key=key, allowed=[*told, *allow])
    except OSError as error:
        raise Failure(f"{error.filename or release} cannot be read: {error.strerror}", Exit.UNREADABLE) from error
    print_table(
        f"Audit of {release}",
        ["level", "file", "row", "column", "kind", "what", "context"],
        [(f.level, f.file, f.row_id, f.column, f.kind, f.what, f.context) for f in found],
    )
    if any(finding.level == "finding" for finding in found):
        sys.exit(Exit.CHECK_FAILED)


@main.command()
@click.argument("data", type=RAW)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; docs/columns.md tells its names.")
@click.option(
    "--sources",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Only the blogs of this sources file, those that were never crawled included.",
)
@click.option("--all", "show_all", is_flag=True, help="Show all blogs, not a screen of them.")
@METRICS
@click.option("--now", type=click.DateTime(["%Y-%m-%dT%H:%M:%S"]), hidden=True, help="Another time than now, in UTC.")
def status(
    data: Path, *, as_json: bool, sources: Path | None, show_all: bool, metrics: Path | None, now: datetime | None
) -> None:
    """Tell how each blog fares by the built tables, the worst first; exit code 7 if something needs a person.

    \b
    Examples:
      rejoinder status blogs/
      rejoinder status blogs/ --sources sources.toml --json | jq '.blogs[] | select(.alarms != [])'
      rejoinder status blogs/ --metrics /var/lib/prometheus/node-exporter/rejoinder.prom
    """
    from .monitoring import MetricsError, show_status, write_metrics
    from .queries import BuildError, status_of
    from .spiders.sources import SourcesError, read_sources

    at = now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    with failures({SourcesError: Exit.USAGE, BuildError: Exit.BAD_FOLDER, MetricsError: Exit.UNREADABLE}):
        asked = {blog.url: blog.name for blog in read_sources(sources) if blog.url} if sources else None
        found = status_of(data, at, asked)
        if metrics:
            write_metrics(metrics, found)
    show_status(found, as_json=as_json, show_all=show_all)
    if found.needs_person:
        sys.exit(Exit.NEEDS_ATTENTION)


# A query may begin with a comment, '-- who answers whom'.
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("data", type=TABLES)
@click.argument("query", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), help="Default: table; csv when piped.")
def sql(data: Path, query: str | None, form: str | None) -> None:
    """Run a query over built tables, or read queries from a prompt; the database is opened for reading only.

    \b
    Examples:
      rejoinder sql blog/ "select title, declared_comments from posts order by 2 desc limit 5"
      rejoinder sql blog/ "from comments" --format csv > comments.csv
      rejoinder sql blog/
    """
    from .prompt import print_result, prompt
    from .queries import BuildError, connect

    if query and query.startswith("-") and "\n" not in query:
        raise click.NoSuchOption(query)
    with failures({BuildError: Exit.BAD_FOLDER}):
        connection = connect(data)
    with connection:
        if query is None:
            prompt(connection, form)
        elif error := print_result(connection, query, form):
            raise Failure(error, Exit.UNREADABLE)


@main.command()
@click.argument("data", type=TABLES)
@click.option(
    "--since", metavar="DATE|CRAWL", help="What was seen first then or later.  [default: when the newest crawl began]"
)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), help="Default: table; csv when piped.")
def diff(data: Path, since: str | None, form: str | None) -> None:
    """Print what is new, edited, removed or back again: posts and comments, with the words that changed.

    In `difference` words that went stand as [-word-], new ones as {+word+}; csv and json have both texts whole. What
    changed did so between `after_at`, when it was last seen as before, and `seen_at`.

    \b
    Examples:
      rejoinder diff blog/
      rejoinder diff blog/ --since 2026-01-31 --format csv > changes.csv
    """
    from .console import out
    from .prompt import print_result
    from .queries import BuildError, readable
    from .queries.changes import SHORT, NoSuchTime, bind_changes
    from .queries.read import connect_beside

    form = form or ("table" if out.is_terminal else "csv")
    with failures({BuildError: Exit.BAD_FOLDER}):
        connection = connect_beside(data)
    with connection, failures({BuildError: Exit.BAD_FOLDER}):
        try:
            with readable(data):
                bind_changes(connection, since)
        except NoSuchTime as error:
            raise click.UsageError(inert(f"--since {error}")) from error
        if error := print_result(connection, SHORT if form == "table" else "from changes", form):
            raise Failure(error, Exit.UNREADABLE)


@main.command()
@click.argument("data", type=PAGES)
@click.argument("row_id")
@CONTACT
def source(data: Path, row_id: str, *, contact: str | None) -> None:
    """Print the archived page that a row was read from; ROW_ID is a post_id, comment_id or fetch_id.

    A record that 'crawl --ranges' had from a server is asked for again there.

    \b
    Example:
      rejoinder source blog/ 3f1c0a9be2d47781:4712 > page.html
    """
    from .console import print_page
    from .provenance import NoSource, page_of_row
    from .queries import BuildError

    with failures({BuildError: Exit.BAD_FOLDER, NoSource: Exit.UNREADABLE}):
        print_page(page_of_row(data, row_id, contact=contact))


@main.command()
@click.argument("data", type=READS)
@click.option(
    "--to",
    "form",
    type=click.Choice(["convokit", "graphml", "gexf", "csv", "jsonl", "bagit"]),
    required=True,
    help="A ConvoKit corpus, a network, all tables as CSV or JSON Lines, or a bag for an archive.",
)
@click.option("--out", type=HERE, help="File (graphml, gexf) or folder to write.  [default: by the name of DATA, here]")
@click.option(
    "--network",
    type=click.Choice(["comments", "persons"]),
    default="comments",
    show_default=True,
    help="graphml, gexf, csv: nodes are posts and comments, or who wrote them.",
)
def export(data: Path, form: Form, out: Path | None, network: NetworkKind) -> None:
    """Write the tables of a data folder, or of a release, in the forms of other programs.

    csv has a file a table, nodes.csv and edges.csv for Gephi, and an apostrophe in front of what a spreadsheet would
    calculate; bagit has raw data, tables and archives with a checksum each.

    \b
    Examples:
      rejoinder export blog/ --to graphml --out blog.graphml
      rejoinder export blog/ --to gexf --network persons
      rejoinder export blog/ --to convokit --out corpus/
    """
    from .console import out as console
    from .export import AlreadyThere, default_out, export
    from .queries import BuildBusy, BuildError

    out = out or default_out(data, form)
    with failures(
        {AlreadyThere: Exit.USAGE, BuildBusy: Exit.BUSY, BuildError: Exit.BAD_FOLDER, OSError: Exit.UNREADABLE},
        writing=out,
    ):
        written = export(data, out, form, network)
    console.print(f"{out}: " + ", ".join(f"{count} {what}" for what, count in written.items()))


@main.command()
@click.argument("data", type=RAW, required=False)
@click.argument("out", type=HERE, required=False)
@click.option(
    "--config",
    "settings",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("release.toml"),
    show_default=True,
    metavar="FILE",
    help="What is published, and how.",
)
@click.option(
    "--previous",
    type=HERE,
    metavar="FOLDER",
    help="An older release to tell the changes from.  [default: the one at OUT]",
)
@click.option(
    "--init",
    type=click.Path(path_type=Path, dir_okay=False),
    is_flag=False,
    flag_value=Path("release.toml"),
    metavar="[FILE]",
    help="Write a commented release.toml to begin with, and nothing else.",
)
def release(data: Path | None, out: Path | None, *, settings: Path, previous: Path | None, init: Path | None) -> None:
    """Write the tables of DATA to OUT as a dataset for others: without names, with what it takes to load and cite it.

    OUT is new or an older release, which is replaced in one step once the new one is whole and its audit has found
    nothing; what the audit finds is written beside OUT. The same data, settings and key give the same bytes.

    \b
    Examples:
      rejoinder release --init
      rejoinder release blog/ dataset/ --config release.toml
      rejoinder release blog/ dataset-2/ --previous dataset/
    """
    from .queries import BuildBusy, BuildError
    from .release.audit import AuditError
    from .release.config import ConfigError, read_config, write_template
    from .release.place import PlaceBusy, PlaceError
    from .release.report import release_and_report
    from .release.write import NothingToPublish

    with failures(
        {
            ConfigError: Exit.USAGE,
            NothingToPublish: Exit.NO_POST,
            BuildBusy: Exit.BUSY,
            PlaceBusy: Exit.BUSY,
            BuildError: Exit.BAD_FOLDER,
            PlaceError: Exit.BAD_FOLDER,
            AuditError: Exit.UNREADABLE,
        }
    ):
        if init:
            write_template(init)
            click.echo(f"{init} is written: fill it in, then: rejoinder release DATA OUT --config {init}", err=True)
            return
        if data is None or out is None:
            raise click.UsageError("give DATA and OUT, or --init for a release.toml to begin with")
        code = release_and_report(data, out, read_config(settings), previous=previous)
    sys.exit(code)


@main.command()
@click.argument("data", type=RAW)
@click.option("--out", type=HERE, help="Folder to write; an older report is replaced.  [default: by the name of DATA]")
@click.option(
    "--comments",
    type=click.IntRange(min=1),
    default=100_000,
    show_default=True,
    help="Comments shown below their posts at most; of more data a random sample of posts is shown.",
)
def report(data: Path, out: Path | None, comments: int) -> None:
    """Write pages to look at: what was collected, how far it can be trusted, and who talks with whom.

    They open from disk and from any web server, and need no network. DATA is a data folder or a release. Needs
    packages of its own: pip install 'rejoinder[report]'

    \b
    Example:
      rejoinder report blog/ --out report/
    """
    from .console import out as console
    from .queries import BuildBusy, BuildError

    try:
        from .report import NotAReport, default_out, write_report
    except ModuleNotFoundError as error:
        message = f"the report needs the package {error.name}: pip install 'rejoinder[report]'"
        raise Failure(message, Exit.UNREADABLE) from error

    out = out or default_out(data)
    with failures(
        {NotAReport: Exit.USAGE, BuildBusy: Exit.BUSY, BuildError: Exit.BAD_FOLDER, OSError: Exit.UNREADABLE},
        writing=out,
    ):
        written = write_report(data, out, most_comments=comments)
    console.print(f"{written.first_page}: {written.files} files, {written.bytes_written / 1e6:.1f} MB", soft_wrap=True)


@main.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--url", help="Where the page stands on the web (for one page); ids depend on it.")
@click.option(
    "--fetched-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="UTC time the pages were seen, for dates like '2 days ago'.",
)
@click.option("--no-replies", is_flag=True, help="Leave out who answers whom.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option("--explain", is_flag=True, help="Instead tell why blocks were taken for comments, or were not.")
@click.option("-v", "--verbose", is_flag=True, help="Where this program fails to read a page, show its traceback.")
def extract(
    pages: tuple[str, ...],
    url: str | None,
    fetched_at: datetime | None,
    *,
    no_replies: bool,
    jobs: int,
    verbose: bool,
    explain: bool,
) -> None:
    """Print what saved pages hold, one JSON object a page: post, comments, replies. No network.

    PAGE is an HTML file, also gzipped; '-' is standard input.

    \b
    Examples:
      rejoinder extract page.html | jq .comments
      rejoinder extract pages/*.html.gz > pages.jsonl
      curl -s https://blog.example.org/post/ | rejoinder extract - --url https://blog.example.org/post/
      rejoinder extract page.html --explain
    """
    from .addresses import is_web_address
    from .extraction import explain_pages, print_pages
    from .processes import EngineError

    if url and len(pages) > 1:
        raise click.UsageError("--url goes with one page")
    if url and not is_web_address(url):
        raise click.UsageError(f"--url {url} is no http(s) URL")
    with failures({EngineError: Exit.UNREADABLE}):
        if explain:
            failed = explain_pages(pages, url=url)
        else:
            failed = print_pages(
                pages, url=url, fetched_at=fetched_at, replies=not no_replies, jobs=jobs, tracebacks=verbose
            )
    if failed:
        sys.exit(Exit.UNREADABLE)


@main.command()
@click.option("--out", type=HERE, help="Keep the data in this folder; default: a temporary one.")
def demo(out: Path | None) -> None:
    """Serve a small blog on this machine, crawl it and show the tables.

    \b
    Example:
      rejoinder demo --out demo/
    """
    from .demo.run import run_demo

    sys.exit(run_demo(out))


if __name__ == "__main__":
    main()
