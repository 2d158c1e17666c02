"""What the program shows: tables drawn on a terminal, tab-separated lines where the output is piped."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from .inert import csv_line, inert

if TYPE_CHECKING:
    from .forgetting import Forgetting


class PlainConsole(Console):
    """A console for texts that pages wrote: none of them is markup, and none acts on the terminal.

    Lines are wrapped on a terminal only: what is piped is for programs, which count lines.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, markup=False, emoji=False, **options)

    def print(self, *objects: Any, soft_wrap: bool | None = None, **options: Any) -> None:
        """Print as rich does."""
        super().print(*objects, soft_wrap=not self.is_terminal if soft_wrap is None else soft_wrap, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What rich is about to show, which all passes through here, progress lines included."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(inert(segment.text), segment.style)


WIDEST = 40
"""Characters of a column that is not the last, where a row is to take one line."""

out = PlainConsole()
err = PlainConsole(stderr=True)


called: dict[Path, str] = {}
"""How the user calls a folder that is the mirror of one in a store."""


def name_of(data: Path) -> str:
    """A data folder as the user gave it."""
    return called.get(data, str(data))


def _as_called(message: str) -> str:
    """A message that names folders as the user gave them; files in them are named where they are."""
    for data, name in called.items():
        message = re.sub(rf"(?<!\S){re.escape(str(data))}(?![\w/.-])", lambda _, name=name: name, message)
    return message


def shown(value: object) -> str:
    """A cell of a drawn table: null is empty, numbers are short.

    >>> shown(None), shown(["mention", "quote"]), shown(1234567.891), shown(0.91666), shown(2.5e-9)
    ('', 'mention, quote', '1234567.891', '0.917', '2.5e-09')
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        is_usual = value == 0 or 1e-3 <= abs(value) < 1e15
        return f"{value:.3f}".rstrip("0").rstrip(".") if is_usual else f"{value:.3g}"
    return str(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, one_line: bool = False) -> None:
    """Draw rows under their column names; piped, the same as tab-separated lines without the title.

    Args:
        one_line: draw each row on one line, cut where it is longer than the terminal is wide.
    """
    if not out.is_terminal:
        sys.stdout.write(csv_line(columns, delimiter="\t"))
        for row in rows:
            sys.stdout.write(csv_line(map(_whole, row), delimiter="\t"))
        return
    drawn = [[Text(inert(shown(cell))) for cell in row] for row in rows]
    widths = _widths([Text(column) for column in columns], drawn, out.width) if one_line else [None] * len(columns)
    table = Table(title=Text(title), title_justify="left", title_style="bold")
    for column, width in zip(columns, widths, strict=True):
        overflow = "ellipsis" if one_line else "fold"
        table.add_column(Text(column), overflow=overflow, no_wrap=one_line, max_width=width)
    for row in drawn:
        table.add_row(*row)
    out.print(table)


def _widths(columns: Sequence[Text], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """How wide each column may be so that rows take one line each: the last has what the others leave."""
    longest = [max(cell.cell_len for cell in cells) for cells in zip(columns, *rows, strict=True)]
    others = [min(each, WIDEST) for each in longest[:-1]]
    return [*others, max(len(columns[-1]), width - sum(others) - 3 * len(columns) - 1)]


def _whole(cell: object) -> object:
    """A cell with all its digits; a list as its items."""
    if isinstance(cell, list | tuple):
        return ", ".join(str(_whole(item)) for item in cell if item is not None)
    return cell


def print_page(body: bytes) -> None:
    """Print a page as it is, or on a terminal so that it cannot act there."""
    if out.is_terminal:
        out.print(Text(body.decode("utf-8", "replace")), soft_wrap=True)
    else:
        sys.stdout.buffer.write(body)


def program() -> str:
    """How this user can call the program: by its name, or by the path where that is not on the search path."""
    called = sys.argv[0]
    is_ours = called.endswith("/rejoinder") and shutil.which("rejoinder") is None
    return called if is_ours else "rejoinder"


def complain(message: str) -> None:
    """Tell the user that something went wrong, on standard error."""
    err.print(Text(f"rejoinder: {_as_called(message)}"), soft_wrap=True)


def complain_of_unmatched(data: Path, places: Sequence[str]) -> None:
    """Tell what takedown.toml names and no record is: it may be misspelled, or not have been crawled yet."""
    if places:
        complain(f"{data / 'takedown.toml'} names what is not in the data: {'; '.join(places)}")


def show_forgotten(data: Path, done: Forgetting, *, dry_run: bool) -> None:
    """What `rejoinder forget` took out, what it leaves to a person, and whether anything is still found."""
    rows = [
        (f"raw/{dataset}", "records made tombstones, or rid of a name", count)
        for dataset, count in done.records.items()
    ]
    rows += [(name, "archived pages taken out", count) for name, count in done.pages.items()]
    rows += [(name, "lines taken out", count) for name, count in done.lines.items()]
    print_table(f"{'Would go' if dry_run else 'Gone'} from {data}", ["where", "what", "number"], rows)
    print_table("Others' rows that hold words of it, which stay", ["id", "words"], done.quotes)
    for name in done.outside:
        complain(f"{name} lies outside {data} and holds it too; it was left as it is")
    for why in done.kept:
        complain(f"{why}: remove it, or take the pages out yourself")
    if done.patterns:
        complain(f"the patterns in {data / 'takedown.toml'} stay as they are, for later crawls")
    if dry_run:
        return
    if done.too_short:
        complain(f"{done.too_short} texts of less than four words are gone, and too short to be looked for")
    if done.left:
        print_table("Still found", ["file", "where", "what", "words"], [astuple(each) for each in done.left])
        complain(f"searched {done.searched} files, and found something left: remove it and run rejoinder forget again")
    else:
        out.print(f"Searched {done.searched} files below {data}, nothing left.", soft_wrap=True)
