"""How the reply models grow: time, peak memory and rows over synthetic threads.

    python bench/replies.py [COMMENTS ...]          default: 10000 100000 1000000

Threads are made from long-tailed distributions, as blogs have them: words and writers by Zipf's law, posts with two
comments beside posts with a thousand, two thirds flat. One comment in three shows whom it answers: by a greeting, '@',
agreement, a quote or a number. Besides the sizes asked for, one post of 2,000 and one of 20,000 comments are built.
Each build runs in a process of its own, with two threads and DuckDB held to 3 GB. The time told is that of the models
in queries/replies/ and of table replies, as seconds of processor, which a busy machine changes less.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from time import process_time

from build import START, fetch_of, post_of
from rejoinder.pipelines.write import write_part
from rejoinder.queries import build
from rejoinder.schemas import RAW, Comment
from rejoinder.schemas.arrow import to_table

COMMENTS_A_PART = 50_000
SYLLABLES = [c + v for c in "bcdfghklmnprstvw" for v in ("a", "e", "i", "o", "u", "ai", "er", "on")]


class Writers:
    """Draws words, names and texts; the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.words = sorted({self._word(1, 4) for _ in range(30_000)})
        self.rng.shuffle(self.words)
        self.word_weights = zipf(len(self.words))
        first = [self._word(2, 3).capitalize() for _ in range(400)]
        last = [self._word(2, 4).capitalize() for _ in range(3000)]
        self.names = [
            self._word(2, 4) if self.rng.random() < 0.25 else f"{self.rng.choice(first)} {self.rng.choice(last)}"
            for _ in range(20_000)
        ]
        self.name_weights = zipf(len(self.names))

    def _word(self, least: int, most: int) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(least, most)))

    def name(self) -> str:
        return self.rng.choices(self.names, cum_weights=self.name_weights)[0]

    def sentences(self) -> list[str]:
        count = max(3, min(600, int(self.rng.lognormvariate(3.8, 0.9))))
        words = self.rng.choices(self.words, cum_weights=self.word_weights, k=count)
        return [" ".join(words[i : i + 12]).capitalize() + "." for i in range(0, count, 12)]

    def body(self, earlier: list[tuple[str, str]]) -> str:
        """A comment's text; a third answer one of the last comments, given as (name, text), by words."""
        own = " ".join(self.sentences())
        if not earlier or self.rng.random() > 0.34:
            return own
        name, text = earlier[-self.rng.randint(1, min(len(earlier), 30))]
        called = name.partition(" ")[0]
        start = self.rng.randrange(len(text) // 2 + 1)
        return self.rng.choice(
            [
                f"Hi {called},\n\n{own}",
                f"{called}, {own}",
                f"@{name} {own}",
                f"{own} I agree with {called} here.",
                f"> {text[start : start + 120].strip()}\n\n{own}",
                f"“{text[start : start + 80].strip()}” - {own}",
                f"#{self.rng.randint(1, len(earlier))} {own}",
            ]
        )


def zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def post_sizes(total: int, rng: random.Random) -> Iterator[int]:
    """Sizes of posts that add up to `total`: many with a few comments, few with very many."""
    while total > 0:
        size = min(total, 3000, int(rng.paretovariate(1.1) * 4))
        yield size
        total -= size


def thread(post_id: str, count: int, writers: Writers, *, numbered: bool) -> Iterator[Comment]:
    earlier: list[tuple[str, str]] = []
    nested = writers.rng.random() < 0.34
    for number in range(count):
        name, body = writers.name(), writers.body(earlier)
        answers = nested and number and writers.rng.random() < 0.5
        yield Comment(
            comment_id=f"{post_id}:{number}",
            post_id=post_id,
            native_id=str(number),
            position=number,
            number=number + 1 if numbered else None,
            parent_id=f"{post_id}:{writers.rng.randrange(number)}" if answers else None,
            parent_from="nesting" if answers else None,
            author_name=name,
            published_local=datetime(2013, 5, 2) + timedelta(minutes=number),
            published_precision="minute",
            body_text=body,
            fetch_id=post_id,
            fetched_at=START,
        )
        earlier = [*earlier[-29:], (name, body)]


def write_raw(data: Path, sizes: Iterator[int]) -> None:
    """Write posts with the numbers of comments given, in parts as a crawl leaves them."""
    writers = Writers()
    rows: dict[str, list] = {"fetches": [], "posts": [], "comments": []}
    part = 0

    def flush() -> None:
        for dataset, records in rows.items():
            folder = data / "raw" / dataset / "crawl=bench"
            folder.mkdir(parents=True, exist_ok=True)
            write_part(to_table(records, RAW[dataset]), folder / f"part-{part:05d}.parquet")
            records.clear()

    for number, size in enumerate(sizes):
        post_id = f"{number:016x}"
        rows["fetches"].append(fetch_of(post_id, size))
        body = " ".join(sentence for _ in range(8) for sentence in writers.sentences())
        post = post_of(post_id, size, writers.rng)
        rows["posts"].append(replace(post, author_name=writers.name(), body_text=body))
        rows["comments"].extend(thread(post_id, size, writers, numbered=number % 4 == 0))
        if len(rows["comments"]) >= COMMENTS_A_PART:
            flush()
            part += 1
    flush()


def build_once(data: Path) -> None:
    """Build and print the figures as JSON: rows, seconds of the reply models, peak memory in MB."""
    marks: list[tuple[str, float]] = []
    report = build(
        data, threads=2, memory_limit="3GB", progress=lambda name, _number, _of: marks.append((name, process_time()))
    )
    marks.append(("", process_time()))
    models = {
        name: after - before for (name, before), (_, after) in pairwise(marks) if name.startswith(("reply", "replies"))
    }
    figures = {
        "comments": report.rows["comments"],
        "replies": report.rows["replies"],
        "processor": sum(models.values()),
        "clock": sum(report.seconds[name] for name in models),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "slowest": sorted(models.items(), key=lambda item: -item[1])[:4],
    }
    print(json.dumps(figures))


def measured(sizes: Iterator[int]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        write_raw(Path(folder), sizes)
        command = [sys.executable, __file__, "--data", folder]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def show(label: str, figures: dict, before: dict | None) -> None:
    growth = ""
    if before:
        rows, seconds = (figures[key] / before[key] for key in ("comments", "processor"))
        growth = f"   {rows:.0f}x the comments in {seconds:.1f}x the time"
    print(
        f"{label:<22}{figures['replies']:>10,} replies {figures['processor']:7.1f} s of processor, "
        f"{figures['clock']:.1f} s by the clock, {figures['peak_mb']:,.0f} MB peak{growth}"
    )
    print(" " * 22, ", ".join(f"{name} {seconds:.1f} s" for name, seconds in figures["slowest"]), flush=True)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--data"]:
        build_once(Path(arguments[1]))
        return
    before = None
    for total in map(int, arguments or ["10000", "100000", "1000000"]):
        figures = measured(post_sizes(total, random.Random(2)))
        show(f"{total:,} comments", figures, before)
        before = figures
    before = None
    for total in (2_000, 20_000):
        figures = measured(iter([total]))
        show(f"one post of {total:,}", figures, before)
        before = figures


if __name__ == "__main__":
    main(sys.argv[1:])
