"""Crawls by the real command, and what its tables hold, in the terms of a site's truth."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

REJOINDER = Path(sys.executable).with_name("rejoinder")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """A data folder that `rejoinder crawl` filled."""

    data: Path
    exit_code: int
    output: str

    def table(self, name: str) -> list[Row]:
        """The rows of a tidy table; instants in UTC."""
        return [in_utc(row) for row in pq.read_table(self.data / "tables" / f"{name}.parquet").to_pylist()]

    def everything(self) -> str:
        """All that stands in the folder's Parquet files, raw and tidy."""
        parts = sorted(self.data.rglob("*.parquet"))
        return "\n".join(repr(pq.ParquetFile(part).read().to_pylist()) for part in parts)

    def posts(self) -> dict[int, Row]:
        """Rows of posts by the numbers that the site gives them."""
        return {int(row["native_id"]): row for row in self.table("posts")}

    def comments(self) -> dict[int, Row]:
        """Rows of comments by the numbers that the site gives them."""
        return {number: row for row in self.table("comments") if (number := number_of(row["comment_id"])) is not None}

    def completeness(self) -> dict[int, Row]:
        """Rows of completeness by the post's number."""
        numbers = {row["post_id"]: number for number, row in self.posts().items()}
        return {numbers[row["post_id"]]: row for row in self.table("completeness")}


def crawl(*sources: str | Path, data: Path, options: tuple[str, ...] = ()) -> Crawl:
    """Run `rejoinder crawl` over the sources, without pauses between its requests.

    Raises:
        RuntimeError: no tables came of it; the message holds what it said.
    """
    exit_code, output = rejoinder(
        "crawl", *sources, "--out", data, "--log", data.with_suffix(".log"), "--delay", "0", *options
    )
    if not (data / "tables").exists():
        raise RuntimeError(f"rejoinder crawl ended with {exit_code}:\n{output}")
    return Crawl(data=data, exit_code=exit_code, output=output)


def check(data: Path) -> tuple[int, str]:
    """Run `rejoinder check`; its exit code and what it said."""
    return rejoinder("check", data)


def rejoinder(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [REJOINDER, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def number_of(comment_id: str | None) -> int | None:
    """The number at the end of a comment_id: the site's own; None for None.

    >>> number_of("3f1c0a9be2d47781:4712"), number_of("3f1c0a9be2d47781:isso-12")
    (4712, 12)
    """
    return None if comment_id is None else int(re.sub(r".*\D", "", comment_id))


def in_utc(row: Row) -> Row:
    return {
        name: value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value
        for name, value in row.items()
    }
