"""What becomes of the comments of random exports and of the records of random archives; and what nothing tells of.

    python bench/account.py [--files 200]

Exports are those of tests/test_export_account.py, counted by its strict readers, which are none of ours; archives are
those of tests/test_archive_forms.py, which knows what it puts in.
"""

from __future__ import annotations

import random
import sys
from collections import Counter

import click
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.schemas.words import LEFT_OUT_REASONS
from served import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from test_archive_forms import FORMS, KINDS, account_of
from test_export_account import FORMATS, Posted, blogs, captures


def counts_of(name: str, files: int) -> Counter[str]:
    """The comments of so many random files of a format, by what became of them."""
    counts: Counter[str] = Counter()
    render, strict = FORMATS[name]

    @settings(max_examples=files, derandomize=True, deadline=None, database=None)
    @given(posts=blogs(), seed=st.integers(0, 1000))
    def count(posts: list[Posted], seed: int) -> None:
        text = render(posts, random.Random(seed))
        found = captures(text, name)
        rows = {one.comment_id: one.state for capture in found for one in capture.comments}
        reasons = [r.reason for capture in found for r in capture.rejects if r.record == "comment" and r.field is None]
        on_purpose = sum(reason in LEFT_OUT_REASONS for reason in reasons)
        counts.update(
            {
                "files": 1,
                "comments": sum(1 for _ in strict(text)),
                "rows": len(rows),
                "of them removed": sum(state == "removed" for state in rows.values()),
                "left out on purpose": on_purpose,
                "told as lost": len(reasons) - on_purpose,
            }
        )

    count()
    counts["unaccounted"] = counts["comments"] - sum(counts[n] for n in ("rows", "left out on purpose", "told as lost"))
    return counts


def records_of(form: str, files: int) -> Counter[str]:
    """The records of so many random archives of a form, by what became of them."""
    counts: Counter[str] = Counter()

    @settings(max_examples=files, derandomize=True, deadline=None, database=None)
    @given(kinds=KINDS)
    def count(kinds: list[str]) -> None:
        account = account_of(kinds, form)
        read = {"ok": "posts read whole", "cut_off": "read as far as they go"}
        counts.update({"files": 1, "records": sum(kind != "about" for kind in kinds)})
        for word, number in account.items():
            counts[read.get(word, "left out on purpose")] += number

    count()
    counts["unaccounted"] = 2 * counts["records"] + counts["files"] - counts.total()
    return counts


@click.command(help=__doc__)
@click.option("--files", default=200, show_default=True)
def main(files: int) -> None:
    for name in FORMATS:
        counts = counts_of(name, files)
        click.echo(f"{name}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))
    for form in FORMS:
        counts = records_of(form, files)
        click.echo(f"WARC and ARC, {form}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))


if __name__ == "__main__":
    main()
