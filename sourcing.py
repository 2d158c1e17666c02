"""`rejoinder crawl sources.toml`: one command after the other into one folder, and the tables once at the end.

DATA/sources.json holds what is done while a sources file is not done whole: the same command goes on behind it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .console import complain, out
from .crawling import show_completeness
from .exits import Exit
from .queries import BuildError, connect
from .queries import build as build_tables
from .spiders.sources import BlogSource

PROGRESS = "sources.json"
GOES_ON = {Exit.DONE, Exit.INCOMPLETE, Exit.NO_POST}
"""How one blog's crawl may end without ending that of the others."""


def crawl_sources(
    blogs: Sequence[BlogSource], folder: Path, data: Path, *, live: Sequence[str], files: Sequence[str], build: bool
) -> Exit:
    """Crawl all blogs, build the tables, show how complete they are; gives the exit code of the worst of them.

    Args:
        folder: where the sources file stands: its file names are relative to that.
        live: options of the command line for blogs that are asked over the network.
        files: those for blogs that are read from files.
    """
    progress = data / PROGRESS
    done = msgspec.json.decode(progress.read_bytes(), type=list[list[str]]) if progress.exists() else []
    ends: set[int] = set()
    for group in grouped(blogs):
        names = [blog.name for blog in group]
        arguments = [*group[0].options(), *(part for blog in group for part in blog.arguments(folder))]
        if arguments in done:
            out.print(f"{', '.join(names)}: done already")
            continue
        out.print(f"{', '.join(names)} ...")
        command = [sys.executable, "-m", f"{__package__}.cli", "crawl", *arguments, "--out", str(data), "--no-build"]
        try:
            code = subprocess.run([*command, *(files if group[0].files else live)], check=False).returncode
        except KeyboardInterrupt:
            return Exit.INTERRUPTED
        if code not in GOES_ON:
            complain(f"{', '.join(names)}: ended with exit code {code}; the same command goes on from here")
            return Exit(code) if code in set(Exit) else Exit.UNREADABLE
        ends.add(code)
        done.append(arguments)
        _save(progress, done)
    progress.unlink(missing_ok=True)
    if build and not _build_and_show(data):
        return Exit.BAD_FOLDER
    if ends == {Exit.NO_POST}:
        return Exit.NO_POST
    return Exit.DONE if ends <= {Exit.DONE} else Exit.INCOMPLETE


def _save(path: Path, done: list[list[str]]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(msgspec.json.encode(done))
    temporary.replace(path)


def _build_and_show(data: Path) -> bool:
    try:
        build_tables(data)
        with connect(data) as tables:
            show_completeness(tables)
    except BuildError as error:
        complain(str(error))
        return False
    return True


def grouped(blogs: Sequence[BlogSource]) -> list[list[BlogSource]]:
    """Blogs of one way in with the same options, which one command crawls side by side, in the order of the file."""
    groups: dict[tuple[str, ...], list[BlogSource]] = {}
    for blog in blogs:
        groups.setdefault((*blog.options(), "files" if blog.files else "urls"), []).append(blog)
    return list(groups.values())
