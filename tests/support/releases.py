"""Data that a release has to decide about, and the settings of a release, for tests of what is published."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from rejoinder.pipelines.write import write_part
from rejoinder.queries import build
from rejoinder.release.config import Creator, FilterConfig, NamesConfig, ReleaseConfig
from rejoinder.schemas import RAW, Comment, Fetch, Post
from rejoinder.schemas.arrow import to_table

SEEN_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)

HOSTILE = (
    "a | b\n---\n# <script>alert('x')</script> [x](javascript:x) `c` ${d} *e* \x1b[31m\u202e: {f}, & @g \"h\" 'i' \\"
)
"""A title that is Markdown, HTML, YAML, a formula and a terminal's command at once."""


def post_of(number: int, **values: Any) -> Post:
    """The post of a number, read by a fetch of its own."""
    defaults: dict[str, Any] = {
        "post_id": f"{number:016x}",
        "site": "blog.example.org",
        "url": f"https://blog.example.org/{number}",
        "canonical_url": f"blog.example.org/{number}",
        "platform": "wordpress",
        "title": f"On wells {number}",
        "author_name": "Ines Maier",
        "published_local": datetime(2012, 5, number),
        "published_precision": "day",
        "body_text": f"The well of day {number} is deep.",
        "declared_comments": 0,
        "rights_robots": [],
        "rights_licenses": [],
        "fetch_id": f"f{number:015x}",
        "fetched_at": SEEN_AT,
    }
    return Post(**defaults | values)


def comment_of(post: Post, native: str, author: str | None, text: str, **values: Any) -> Comment:
    """A comment below a post, in the order of its number."""
    number = int(native) if native.isdigit() else 0
    defaults: dict[str, Any] = {
        "comment_id": f"{post.post_id}:{native}",
        "post_id": post.post_id,
        "native_id": native if native.isdigit() else None,
        "position": number,
        "author_name": author,
        "published_local": datetime(2012, 6, 1, 12, min(number, 59)),
        "published_precision": "minute",
        "body_text": text,
        "permalink": f"{post.url}#comment-{native}",
        "fetch_id": post.fetch_id,
        "fetched_at": SEEN_AT,
    }
    return Comment(**defaults | values)


def written_data(folder: Path, posts: Sequence[Post], comments: Sequence[Comment]) -> Path:
    """A data folder with these records as one crawl, and its tables."""
    fetches = [
        Fetch(
            fetch_id=post.fetch_id,
            crawl_id="first",
            start_url=f"https://{post.site}/",
            via="warc",
            request_url=post.url,
            final_url=post.url,
            status=200,
            fetched_at=post.fetched_at,
            content_type="text/html",
            body_bytes=1000,
            body_sha256=hashlib.sha256(post.url.encode()).hexdigest(),
            archive_file="/home/me/archives/blog.warc.gz",
            archive_offset=512,
            page_kind="post",
            outcome="ok",
        )
        for post in posts
    ]
    for dataset, records in {"fetches": fetches, "posts": posts, "comments": comments}.items():
        part = folder / "raw" / dataset / "crawl=first" / "part-00000.parquet"
        part.parent.mkdir(parents=True)
        write_part(to_table(records, RAW[dataset]), part)
    build(folder)
    return folder


def talk() -> tuple[list[Post], list[Comment]]:
    """Five posts of two blogs, one reserved, one that asks not to be indexed, with comments of every kind and state."""
    ours = post_of(1, declared_comments=6)
    reserved = post_of(2, rights_tdm=True, author_name=None)
    unlisted = post_of(3, rights_robots=["noindex", "noai"], published_local=None, published_precision=None)
    licensed = post_of(
        4,
        site="other.example",
        url="https://other.example/4",
        canonical_url="other.example/4",
        author_name="Ann Ash, Bob Bell",
        rights_licenses=["http://creativecommons.org/licenses/by/4.0/"],
    )
    hostile = post_of(5, title=HOSTILE, categories=["=1+1"], tags=["|"], rights_robots=None, rights_licenses=None)
    comments = [
        comment_of(ours, "1", "Peter Quast", "Hi Ines, which pump?"),
        comment_of(ours, "2", "Ines Maier", "Peter, a jet pump.", parent_id=f"{ours.post_id}:1", parent_from="nesting"),
        comment_of(ours, "3", "Peter Quast", "@Ines, thanks.", likes=2),
        comment_of(ours, "4", "Uwe Rahn", "What was said is gone.", state="removed", likes=3),
        comment_of(ours, "5", "Eva Late", "Nobody has approved this.", state="pending"),
        comment_of(ours, "6", "other.example", "[...] a well [...]", kind="pingback"),
        comment_of(ours, "h0123456789abcdef", "Karel Novák", "Moje studna je hluboká."),
        comment_of(reserved, "1", "Peter Quast", "Reserved?"),
        comment_of(licensed, "1", None, "Nobody wrote this."),
        comment_of(licensed, "2", "Bob Bell", "I did.", published_local=None, published_precision=None),
        comment_of(hostile, "1", "<b>|Eve`", "=cmd|' /C calc'!A0\n---\n# x"),
    ]
    return [ours, reserved, unlisted, licensed, hostile], comments


def settings(key_file: Path | None = None, **values: Any) -> ReleaseConfig:
    """Settings by which all is published, names as they are; `values` may be of [names] and [filter] too."""
    config = ReleaseConfig(
        name="wells",
        title="Talk about wells",
        description="Posts on wells, with what was said below them.",
        version="1.0.0",
        released=date(2026, 1, 31),
        license="CC-BY-4.0",
        creators=(Creator(name="A. Researcher"),),
        contact="data@example.org",
        names=NamesConfig(mode="keep", key_file=key_file),
        filter=FilterConfig(exclude_reserved=False),
    )
    top = {name: value for name, value in values.items() if hasattr(config, name)}
    names = {name: value for name, value in values.items() if hasattr(config.names, name)}
    chosen = {name: value for name, value in values.items() if hasattr(config.filter, name)}
    assert len(top) + len(names) + len(chosen) == len(values), values
    return replace(config, names=replace(config.names, **names), filter=replace(config.filter, **chosen), **top)


def released_rows(release: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of a release, as any DuckDB reads them."""
    with duckdb.connect() as anyone:
        anyone.execute("set TimeZone = 'UTC'")
        result = anyone.sql(f"from read_parquet('{release}/data/{table}.parquet')")
        return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def files(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def texts(folder: Path) -> Mapping[str, str]:
    """All that can be read in every file below a folder: of tables, which are packed, rows and metadata."""
    found = {name: content.decode("utf-8", "replace") for name, content in files(folder).items()}
    for path in folder.rglob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        found[path.relative_to(folder).as_posix()] += f"{rows.to_pylist()} {rows.schema.metadata}"
    return found
