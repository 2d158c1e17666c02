"""A release as its user sees it: how far it is, what was published, what was kept out of it and what was found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..console import complain, err, print_table
from ..exits import Exit
from ..inert import csv_line
from .audit import Finding
from .choose import LEFT_OUT
from .config import ReleaseConfig
from .write import Progress as Shown
from .write import release

SHOWN_FINDINGS = 20


def release_and_report(data: Path, out: Path, config: ReleaseConfig, *, previous: Path | None = None) -> Exit:
    """Write a release and say what came of it; what `release` raises is left to the caller."""
    with _progress() as show:
        made = release(data, out, config, previous=previous, progress=show)
    if made.key_made:
        err.print(
            f"{config.names.key_file} is new: keep it, and keep it secret. Without it no later release has the same "
            "pseudonyms; whoever has it can tell who is behind them."
        )
    for reason, posts in sorted(made.kept.left_out_posts.items()):
        comments = made.kept.left_out_comments[reason]
        err.print(f"left out: {posts} posts with {comments} comments ({reason}: {LEFT_OUT[reason]})")
    doubtful = [finding for finding in made.findings if finding.level == "look"]
    if doubtful:
        what = (
            "place that may be a name or only a word"
            if len(doubtful) == 1
            else "places that may be names or only words"
        )
        err.print(f"the audit names {len(doubtful)} {what}: rejoinder audit {out} --against {data}")
    if made.refused:
        return _refuse(made.refused, out)
    _findings_of(out).unlink(missing_ok=True)  # those of an earlier try
    print_table(f"Tables of {out}", ["table", "rows"], made.rows.items())
    return Exit.DONE


def _findings_of(out: Path) -> Path:
    """Where what keeps a release from its place is told."""
    return out.with_name(f"{out.name}.findings.csv")


def _refuse(findings: list[Finding], out: Path) -> Exit:
    """Show what keeps a release from its place, and leave it all in a file."""
    path = _findings_of(out)
    columns = ("file", "row_id", "column", "kind", "what", "context")
    rows = [[getattr(finding, column) for column in columns] for finding in findings]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # it holds what must not be published
    with open(descriptor, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - of a descriptor
        file.writelines(map(csv_line, [columns, *rows]))
    print_table("What the audit found", columns, rows[:SHOWN_FINDINGS])
    complain(
        f"the audit found {len(findings)} places with what must not be published, so {out} is left as it was; "
        f"all of them, for your eyes: {path}"
    )
    return Exit.CHECK_FAILED


@contextmanager
def _progress() -> Iterator[Shown | None]:
    """Something to show how far a release is; None where nobody looks at a terminal."""
    if not err.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        line = bar.add_task("posts", total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)
