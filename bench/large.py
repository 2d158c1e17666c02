"""Whether build, check, report and release take ten times as long for ten times the comments, in the same memory.

    python bench/large.py [--keep FOLDER] [COMMENTS ...]         default: 100000 1000000

The data are those of bench/build.py, 50 comments a post. With --keep they and what is made of them stay, and data that
stand there are not written again; each command is run anew. The floor is DuckDB's COPY of the same raw rows. A line is
printed when its command has ended. Memory is the greatest of all processes of a command together. A night is one
thousandth more posts, new ones, at least one, that came after a build.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import click
from build import write_raw
from scale import COPY, Cost, command, cost_of, machine, script

COMMENTS_A_POST = 50
NIGHT = "build of a night"
RELEASE = """
name = "bench"
title = "Bench"
description = "Words that nobody said."
version = "1.0.0"
released = 2026-01-31
license = "CC0-1.0"
contact = "https://example.org/"
creators = [{ name = "Nobody" }]
[names]
mode = "pseudonyms"
key_file = "release.key"
"""


def commands(folder: Path) -> dict[str, list[str]]:
    """What is measured, in this order: each needs what those before it made."""
    data, settings = folder / "data", folder / "release.toml"
    settings.write_text(RELEASE)
    for made in ("report", "dataset"):
        shutil.rmtree(folder / made, ignore_errors=True)
    return {
        "COPY of raw/ alone": script(COPY, data),
        "build": command("build", data, "--full"),
        NIGHT: command("build", data),
        "check": command("check", data),
        "report": command("report", data, "--out", folder / "report"),
        "release": command("release", data, folder / "dataset", "--config", settings),
    }


def show_size(comments: int, folder: Path, before: dict[str, Cost]) -> dict[str, Cost]:
    """Measure one size, and print what each command took and what lies on disk in the end."""
    costs: dict[str, Cost] = {}
    data, posts = folder / "data", comments // COMMENTS_A_POST
    if not data.exists():
        written = folder / "written"
        shutil.rmtree(written, ignore_errors=True)
        write_raw(written, posts=posts, comments=COMMENTS_A_POST)
        written.rename(data)
    for name, arguments in commands(folder).items():
        if name == NIGHT:
            number = len(list((data / "raw/fetches").iterdir()))
            news = max(1, posts // 1000)
            write_raw(
                data, posts=news, comments=COMMENTS_A_POST, first=posts + number * news, crawl=f"night-{number:05d}"
            )
        cost = costs[name] = cost_of(arguments)
        growth = f"{cost.cpu_s / before[name].cpu_s:.1f} times" if name in before else ""
        cells = (f"{comments:,}", name, f"{cost.cpu_s:,.0f}", f"{cost.wall_s:,.0f}", growth, f"{cost.peak_mb:,.0f}")
        click.echo(f"| {' | '.join(cells)} |")
    tables = sum(path.stat().st_size for path in (data / "tables").glob("*.parquet"))
    database = (data / "rejoinder.duckdb").stat().st_size
    click.echo(f"\n{comments:,}: tables/ {tables:,} bytes, rejoinder.duckdb {database / tables:.2f} times as many\n")
    return costs


@click.command(help=__doc__)
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Folder of all that is made.")
@click.argument("comments", type=int, nargs=-1)
def main(keep: Path | None, comments: tuple[int, ...]) -> None:
    click.echo(f"{machine()}\n")
    click.echo("| comments | command | processor, s | clock, s | of the size before | memory, MB |")
    click.echo("| --- | --- | --- | --- | --- | --- |")
    before: dict[str, Cost] = {}
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory() as name:
        for size in comments or (100_000, 1_000_000):
            folder = Path(name, str(size))
            folder.mkdir(parents=True, exist_ok=True)
            before = show_size(size, folder, before)


if __name__ == "__main__":
    main()
