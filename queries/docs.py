"""Writes docs/queries.md: the example queries with what they give over a data folder.

rejoinder demo --out demo-data
python -m rejoinder.queries.docs demo-data
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import duckdb

from .models import ROOT
from .read import connect

PAGE = ROOT.parent / "docs" / "queries.md"

HEADER = re.compile(r"-- \w+: (?P<question>.+)\n(?P<remarks>(?:-- .+\n)*)\n")

INTRODUCTION = """# Queries

Questions to put to the tables, each a file in `queries/examples/`, with the answers that the demonstration's blog gives
(`rejoinder demo`). Written by `make docs`. Any of them runs over data of your own:

    rejoinder sql blog/ "$(cat queries/examples/who_answers_whom.sql)"

What the columns mean stands in [columns.md](columns.md).
"""


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """The text of docs/queries.md, as the tables of `connection` make it.

    Raises:
        ValueError: an example does not begin with its name and question.
    """
    return INTRODUCTION + "".join(_example(path, connection) for path in sorted((ROOT / "examples").glob("*.sql")))


def _example(path: Path, connection: duckdb.DuckDBPyConnection) -> str:
    sql = path.read_text("utf-8")
    header = HEADER.match(sql)
    if header is None:
        raise ValueError(f"{path} must begin with '-- {path.stem}: ' and its question")
    remarks = " ".join(line.removeprefix("-- ") for line in header["remarks"].splitlines())
    text = f"\n## {header['question']}\n"
    if remarks:
        text += f"\n{remarks}\n"
    result = connection.sql(sql)
    rows = ["| " + " | ".join(map(_cell, row)) + " |\n" for row in result.fetchall()]
    head = f"| {' | '.join(result.columns)} |\n|{' --- |' * len(result.columns)}\n"
    return f"{text}\n`{path.relative_to(ROOT.parent)}`\n\n```sql\n{sql[header.end() :]}```\n\n{head}{''.join(rows)}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value).replace("|", "\\|").replace("\n", " ")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} DATA")
    with connect(Path(sys.argv[1])) as connection:
        PAGE.write_text(page(connection), "utf-8")


if __name__ == "__main__":
    main()
