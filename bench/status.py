"""How long `rejoinder status` takes over many blogs and nights: python bench/status.py [blogs] [nights]"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from rejoinder.console import out
from rejoinder.monitoring import write_metrics
from rejoinder.pipelines.write import write_part
from rejoinder.queries import build, status_of
from rejoinder.schemas import RAW, Comment, Fetch, Link, Post, RunAccount
from rejoinder.schemas.arrow import to_table

START = datetime(2026, 1, 1, 2, tzinfo=UTC)
POSTS, COMMENTS, REQUESTS = 20, 3, 15
"""Posts of a blog, comments of a post, requests of a blog and night; each night one post is seen anew."""


def night_of(blogs: int, night: int) -> dict[str, list]:
    """What a crawl of all blogs writes in one night; in the first it sees all posts."""
    at, crawl_id = START + night * timedelta(days=1), f"night-{night:04d}"
    rows: dict[str, list] = {dataset: [] for dataset in RAW}
    for blog in range(blogs):
        home = f"https://blog{blog}.example.org/"
        shown = range(POSTS) if night == 0 else [night % POSTS]
        asked = [f"{home}posts/{number}" for number in shown]
        asked += [home, *(f"{home}feed/{number}" for number in range(1, REQUESTS - len(shown)))]
        for request, url in enumerate(asked):
            fetch_id = f"{night:04x}{blog:06x}{request:06x}"
            rows["fetches"].append(
                Fetch(
                    fetch_id=fetch_id,
                    crawl_id=crawl_id,
                    start_url=home,
                    via="live",
                    request_url=url,
                    final_url=url,
                    status=200,
                    fetched_at=at,
                    content_type="text/html",
                    body_bytes=30_000,
                    body_sha256=None,
                    page_kind="post" if request < len(shown) else "feed",
                    outcome="ok",
                    posts=int(request < len(shown)),
                    links=[Link(url=f"{home}posts/{post}", kind="post") for post in range(POSTS)]
                    if url == home
                    else [],
                )
            )
            if request >= len(shown):
                continue
            post_id = f"{blog:08x}{shown[request]:08x}"
            rows["posts"].append(
                Post(
                    post_id=post_id,
                    site=f"blog{blog}.example.org",
                    url=url,
                    platform="wordpress",
                    published_at=START - timedelta(days=7 * shown[request]),
                    published_precision="minute",
                    declared_comments=COMMENTS,
                    fetch_id=fetch_id,
                    fetched_at=at,
                )
            )
            rows["comments"] += [
                Comment(
                    comment_id=f"{post_id}:{number}",
                    post_id=post_id,
                    position=number,
                    body_text="Thanks, that is good to know.",
                    fetch_id=fetch_id,
                    fetched_at=at,
                )
                for number in range(COMMENTS)
            ]
    rows["runs"].append(
        RunAccount(
            crawl_id=crawl_id,
            starts=[f"https://blog{blog}.example.org/" for blog in range(blogs)],
            via="live",
            command="{}",
            version="0.1.0",
            started_at=at,
            ended_at=at + timedelta(hours=1),
            is_resumed=False,
            ended="finished",
            exit_code=0,
            error=None,
            requests=len(rows["fetches"]),
            body_bytes=0,
            posts=len(rows["posts"]),
            comments=len(rows["comments"]),
            free_bytes=10**12,
            robots=[],
        )
    )
    return rows


def main(blogs: int = 500, nights: int = 60) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        for night in range(nights):
            for dataset, rows in night_of(blogs, night).items():
                if rows:
                    part = data / "raw" / dataset / f"crawl=night-{night:04d}" / "part-00000.parquet"
                    part.parent.mkdir(parents=True)
                    write_part(to_table(rows, RAW[dataset]), part)
        started = perf_counter()
        report = build(data)
        out.print(f"{blogs} blogs, {nights} nights, {report.rows['fetches']:,} fetches: built in {_since(started)}")
        slow = sorted(report.seconds.items(), key=lambda item: -item[1])
        out.print(f"  of that runs {report.seconds['runs']:.2f} s, first_shown {report.seconds['first_shown']:.2f} s;")
        out.print(f"  slowest: {', '.join(f'{name} {seconds:.1f} s' for name, seconds in slow[:4])}")
        now = START + nights * timedelta(days=1)
        for time in ("first", "second"):
            started = perf_counter()
            status = status_of(data, now)
            out.print(f"status, {time} time: {_since(started)}, {len(status.blogs)} blogs, {status.needs_person=}")
        started = perf_counter()
        write_metrics(data / "rejoinder.prom", status)
        out.print(f"metrics: {_since(started)}, {(data / 'rejoinder.prom').stat().st_size:,} bytes")


def _since(started: float) -> str:
    return f"{perf_counter() - started:.2f} s"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
