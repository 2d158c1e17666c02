"""What takedowns cost a build, and how long a forgetting takes, over synthetic crawls.

    python bench/takedowns.py [COMMENTS ...]          default: 100000

One person of twenty, whose name is looked for in all texts, a pattern over all texts and one comment are taken down;
then they are forgotten, which builds the tables once more and searches every file.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from build import write_raw  # a neighbour: the benches are no package
from rejoinder.forgetting import forget
from rejoinder.queries import build

TAKEDOWN = """
[[takedown]]
date = 2026-01-31
reason = "asked for by the writer"
persons = [{ name = "Ann Ash" }]

[[takedown]]
date = 2026-01-31
reason = "a telephone number"
patterns = [{ matches = '\\+49 170 \\d+' }]
"""
COMMENTS_A_POST = 20


def main(sizes: list[int]) -> None:
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            write_raw(data, posts=size // COMMENTS_A_POST, comments=COMMENTS_A_POST)
            print(f"{size:,} comments")
            show("build", partial(build, data, full=True, threads=2))
            (data / "takedown.toml").write_text(TAKEDOWN, "utf-8")
            show("build with takedowns", partial(build, data, full=True, threads=2))
            show("forget", partial(forget, data))


def show(label: str, work: Callable[[], object]) -> None:
    """Do something and print how long it took."""
    began = perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {label:24}{perf_counter() - began:8.1f} s   peak so far {peak:7.0f} MB", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100_000])
