"""The tables in the forms of others: network programs, ConvoKit, spreadsheets, JSON Lines, bags for archives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from .bag import write_bag
from .convokit import write_corpus
from .network import NetworkKind, write_gexf, write_graphml, write_lists
from .open import open_tables
from .tables import write_tables

Form = Literal["convokit", "graphml", "gexf", "csv", "jsonl", "bagit"]
FORMS: tuple[Form, ...] = get_args(Form)
FILES = frozenset({"graphml", "gexf"})
"""Forms that are one file; the others are folders."""


class AlreadyThere(Exception):
    """The folder to be written exists; the message says what to do."""


def default_out(folder: Path, form: Form) -> Path:
    """Where an export is written if nobody says where: beside the caller, by the folder's name.

    >>> str(default_out(Path("data/blog"), "graphml")), str(default_out(Path("data/blog"), "bagit"))
    ('blog.graphml', 'blog-bagit')
    """
    name = folder.resolve().name or "blog"
    return Path(f"{name}.{form}" if form in FILES else f"{name}-{form}")


def export(folder: Path, out: Path, form: Form, network: NetworkKind = "comments") -> dict[str, int]:
    """Write the tables of a data folder or of a release in another form; gives how much of what was written.

    A file that exists is replaced, a folder is not. Either is whole or not there.

    Args:
        network: of what graphml, gexf and csv draw edges: comments and posts, or the persons who write them.

    Raises:
        BuildError: there are no tables, or they cannot be read.
        BuildBusy: the tables are being made just now.
        AlreadyThere: `out` is a folder that exists.
        OSError: it cannot be written.
    """
    with _unfinished(out, form) as path:
        if form == "bagit":
            return write_bag(folder, path)
        with open_tables(folder) as tables:
            if form == "convokit":
                return write_corpus(tables, path, name=out.name)
            if form == "graphml":
                return write_graphml(tables, path, network)
            if form == "gexf":
                return write_gexf(tables, path, network)
            written = write_tables(tables, path, form)
            return written | (write_lists(tables, path, network) if form == "csv" else {})


@contextmanager
def _unfinished(out: Path, form: Form) -> Iterator[Path]:
    """A name beside `out` to write to, which becomes `out` if nothing fails and goes away if something does."""
    if form not in FILES and out.exists():
        raise AlreadyThere(f"{out} exists; remove it, or name another folder with --out")
    if form in FILES and out.is_dir():
        raise AlreadyThere(f"{out} is a folder; name a file with --out")
    path = out.with_name(f"{out.name}.tmp")
    _remove(path)
    try:
        if form not in FILES:
            path.mkdir()
        yield path
        path.replace(out)
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
