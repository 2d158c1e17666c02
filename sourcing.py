"""`rejoinder crawl sources.toml`: one command after the other into one folder, and the tables once at the end.

DATA/sources.json holds what is done while a sources file is not gone through: the same command goes on behind it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from .console import complain, complain_of_unmatched, out, print_table
from .crawling import BUILD_PATIENCE_S, Fate, show_completeness
from .exits import MEANINGS, Exit, exit_of_several, exit_of_signal
from .queries import BuildBusy, BuildError, connect
from .queries import build as build_tables
from .spiders.sources import BlogSource

PROGRESS = "sources.json"
ENDS_ALL = {Exit.BAD_FOLDER, Exit.BUSY, Exit.INTERRUPTED, Exit.TERMINATED}
"""How one blog's crawl may end so that no other is begun: the folder and the signal are theirs too."""


def crawl_sources(
    blogs: Sequence[BlogSource], folder: Path, data: Path, *, live: Sequence[str], files: Sequence[str], build: bool
) -> Exit:
    """Crawl all blogs, build the tables, show how complete they are and how each blog ended; gives the exit code.

    A blog that ends badly ends no other one.

    Args:
        folder: where the sources file stands: its file names are relative to that.
        live: options of the command line for blogs that are asked over the network; the file's own count more.
        files: those for blogs that are read from files.
    """
    progress = data / PROGRESS
    done = msgspec.json.decode(progress.read_bytes(), type=list[list[str]]) if progress.exists() else []
    fates: dict[str, Fate] = {}
    end: Exit | None = None
    for group in grouped(blogs):
        names = ", ".join(blog.name for blog in group)
        arguments = [*group[0].options(), *(part for blog in group for part in blog.arguments(folder))]
        if arguments in done:
            out.print(f"{names}: done already")
            continue
        out.print(f"{names} ...")
        given = files if group[0].files else live
        command = [sys.executable, "-m", f"{__package__}.cli", "crawl", *given, *arguments]
        code, found = _crawl([*command, "--out", str(data), "--no-build"], group)
        fates |= found
        if code in ENDS_ALL:
            end = Exit(code)
            complain(f"{names}: ended with exit code {code}, {MEANINGS[end]}; the same command goes on from here")
            break
        done.append(arguments)
        _save(progress, done)
    else:
        progress.unlink(missing_ok=True)
    if end in (Exit.INTERRUPTED, Exit.TERMINATED):
        build = False
    built = _build_and_show(data) if build and _has_data(data) else Exit.DONE
    _show_fates(blogs, fates)
    return end or built or exit_of_several(fate.code for fate in fates.values())


def _crawl(command: Sequence[str], group: Sequence[BlogSource]) -> tuple[int, dict[str, Fate]]:
    """Run one command to its end; gives its exit code and the fate of each blog, by its name."""
    with tempfile.TemporaryDirectory(prefix="rejoinder-") as scratch:
        told = Path(scratch) / "fates.json"
        # In a process group of its own, so that Ctrl-C reaches it once: by way of us.
        with subprocess.Popen([*command, "--fates", str(told)], process_group=0) as child, _signals_to(child):
            code = child.wait()
        by_url = msgspec.json.decode(told.read_bytes(), type=dict[str, Fate]) if told.exists() else {}
    if code < 0:  # killed by a signal
        code = exit_of_signal(-code) if -code in (signal.SIGINT, signal.SIGTERM) else Exit.UNREADABLE
    whole = by_url.get("", Fate(code=code, why=f"the command ended with exit code {code}; see the log"))
    return code, {blog.name: by_url.get(blog.url or "", whole) for blog in group}


@contextmanager
def _signals_to(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Hand SIGINT and SIGTERM on to a command, and go on waiting for it."""

    def hand_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    before = {number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _has_data(data: Path) -> bool:
    return (data / "raw").is_dir()


def _save(path: Path, done: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(msgspec.json.encode(done))
    temporary.replace(path)


def _build_and_show(data: Path) -> Exit:
    try:
        complain_of_unmatched(data, build_tables(data, patience=BUILD_PATIENCE_S).unmatched)
        with connect(data) as tables:
            show_completeness(tables)
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
