"""How `build` grows: rows a second, time ratio and peak memory over synthetic crawls.

    python bench/build.py [COMMENTS ...]          default: 100000 1000000

Besides the sizes asked for, a single post of 20,000 comments is built as a random forest and as one chain, in which
each comment answers the one before. Each build runs in a process of its own, with two threads.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from time import perf_counter

from rejoinder.pipelines.write import write_part
from rejoinder.queries import build
from rejoinder.schemas import RAW, Comment, Fetch, Post
from rejoinder.schemas.arrow import to_table

POSTS_A_PART = 100
START = datetime(2026, 1, 1, tzinfo=UTC)
SYLLABLES = "ka lo mi ne tu ra so vi de pa gu ze bo fi ha".split()
WORDS = [first + second + third for first in SYLLABLES for second in SYLLABLES for third in SYLLABLES]
FREQUENCIES = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
"""As in real text: the second word half as often as the first, the third a third as often."""
NAMES = [f"{first} {last}" for first in ("Ann", "Bob", "Eve", "Joe", "Kim") for last in ("Ash", "Bell", "Cole", "Dunn")]


def text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, cum_weights=FREQUENCIES, k=words))


def fetch_of(post_id: str, comments: int, crawl: str = "bench") -> Fetch:
    return Fetch(
        fetch_id=post_id,
        crawl_id=crawl,
        start_url="https://blog.example.org/",
        via="live",
        request_url=f"https://blog.example.org/{post_id}",
        final_url=f"https://blog.example.org/{post_id}",
        status=200,
        fetched_at=START,
        content_type="text/html",
        body_bytes=50_000,
        body_sha256=None,
        page_kind="post",
        outcome="ok",
        posts=1,
        comments=comments,
    )


def post_of(post_id: str, comments: int, rng: random.Random) -> Post:
    return Post(
        post_id=post_id,
        site="blog.example.org",
        url=f"https://blog.example.org/{post_id}",
        platform="wordpress",
        title=f"Post {post_id}",
        author_name="Ann Ash",
        published_local=datetime(2013, 5, 1),
        published_precision="day",
        body_text=text(rng, 200),
        declared_comments=comments,
        fetch_id=post_id,
        fetched_at=START,
    )


def comments_of(post_id: str, count: int, rng: random.Random, *, chain: bool) -> Iterator[Comment]:
    """Comments with parents: each answers the one before (chain), or half of them any earlier one."""
    for number in range(count):
        parent = number - 1 if chain else rng.randrange(number) if number and rng.random() < 0.5 else -1
        body = text(rng, rng.randint(10, 60))
        if rng.random() < 0.1:
            body = f"@{rng.choice(NAMES).partition(' ')[0]} {body}"
        yield Comment(
            comment_id=f"{post_id}:{number}",
            post_id=post_id,
            native_id=str(number),
            position=number,
            parent_id=f"{post_id}:{parent}" if parent >= 0 else None,
            parent_from="nesting" if parent >= 0 else None,
            depth=0,
            author_name=rng.choice(NAMES),
            published_local=datetime(2013, 5, 2) + timedelta(minutes=number),
            published_precision="minute",
            body_text=body,
            body_html=f"<p>{body}</p>",
            fetch_id=post_id,
            fetched_at=START,
        )


def write_raw(
    data: Path, *, posts: int, comments: int, chain: bool = False, first: int = 0, crawl: str = "bench"
) -> None:
    """Write a crawl of `posts` posts from number `first` on with `comments` comments each, in parts as a crawl does."""
    rng = random.Random(1)
    for part in range(first, first + posts, POSTS_A_PART):
        ids = [f"{number:016x}" for number in range(part, min(part + POSTS_A_PART, first + posts))]
        rows = {
            "fetches": [fetch_of(post_id, comments, crawl) for post_id in ids],
            "posts": [post_of(post_id, comments, rng) for post_id in ids],
            "comments": [row for post_id in ids for row in comments_of(post_id, comments, rng, chain=chain)],
        }
        for dataset, records in rows.items():
            folder = data / "raw" / dataset / f"crawl={crawl}"
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"part-{part // POSTS_A_PART:05d}.parquet"
            write_part(to_table(records, RAW[dataset]), path)


def build_once(data: Path) -> None:
    """Build and print the figures as JSON: time by the clock, by the processor and by models, peak memory in MB."""
    started = perf_counter()
    report = build(data, threads=2)
    seconds = perf_counter() - started
    replies = sum(spent for name, spent in report.seconds.items() if name.startswith("repl"))
    slowest = sorted(report.seconds.items(), key=lambda item: -item[1])[:4]
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"comments": report.rows["comments"], "seconds": seconds, "replies": replies, "slowest": slowest}
    print(json.dumps(figures | {"cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}))


def measured(*, posts: int, comments: int, chain: bool = False) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        write_raw(Path(folder), posts=posts, comments=comments, chain=chain)
        command = [sys.executable, __file__, "--data", folder]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def show(label: str, figures: dict, before: dict | None = None) -> None:
    rate = figures["comments"] / figures["seconds"]
    line = f"{label:<28}{figures['seconds']:8.1f} s {rate:10,.0f} comments/s {figures['peak_mb']:8,.0f} MB peak"
    line += f" {figures['cpu']:8.1f} s of processors"
    if before:
        rows, cpu = (figures[key] / before[key] for key in ("comments", "cpu"))
        line += f"   {rows:.0f}x the comments for {cpu:.1f}x the processors' time"
    print(line)
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in figures["slowest"])
    print(f"{'':<28}reply models {figures['replies']:.1f} s; slowest: {slowest}")


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--data"]:
        build_once(Path(arguments[1]))
        return
    before = None
    for total in map(int, arguments or ["100000", "1000000"]):
        figures = measured(posts=total // 50, comments=50)
        show(f"{total:,} comments", figures, before)
        before = figures
    show("one post of 20,000, forest", measured(posts=1, comments=20_000))
    show("one post of 20,000, chain", measured(posts=1, comments=20_000, chain=True))


if __name__ == "__main__":
    main(sys.argv[1:])
