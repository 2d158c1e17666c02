"""What the program shows: tables drawn on a terminal, tab-separated lines where the output is piped."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
# Who reads a pipe wraps lines as they like; rich would do it at 80 columns.
out.soft_wrap = not out.is_terminal
err = Console(stderr=True, highlight=False)


def shown(value: object) -> str:
    """A cell as text; null is empty, and nothing that a page wrote can act on a terminal.

    >>> shown(None), shown(["mention", "quote"]), shown("a\\x1b[31mb")
    ('', 'mention, quote', 'a[31mb')
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        return f"{value:.3g}"
    return "".join(char for char in str(value) if char >= " " or char in "\t\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Draw rows under their column names; piped, the same as tab-separated lines without the title."""
    if not out.is_terminal:
        writer = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([shown(cell) for cell in row] for row in rows)
        return
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(escape(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    out.print(table)


def program() -> str:
    """How this user can call the program: by its name, or by the path where that is not on the search path."""
    called = sys.argv[0]
    is_ours = called.endswith("/rejoinder") and shutil.which("rejoinder") is None
    return called if is_ours else "rejoinder"


def complain(message: str) -> None:
    """Tell the user that something went wrong, on standard error."""
    err.print(Text(f"rejoinder: {message}"), soft_wrap=True)
