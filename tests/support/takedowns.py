"""A data folder with one conversation in it, of which something is to be taken down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from rejoinder.pipelines.ledger import open_ledger
from rejoinder.pipelines.urls import post_id
from rejoinder.pipelines.write import PartWriter
from rejoinder.schemas import Capture, Comment, Fetch, Post, Reject

from support.nights import START, World

SITE = "blog.example.org"
SECRET = "unforgettable words about the neighbours dog in the garden"
"""Stands in a comment of Ann Lee's, and nowhere else."""


@dataclass(slots=True)
class Section:
    """One post with three comments, as one crawl has seen it."""

    data: Path
    world: World
    post: str
    url: str

    @property
    def ann(self) -> str:
        return f"{self.post}:1"

    @property
    def bob(self) -> str:
        return f"{self.post}:2"

    @property
    def kim(self) -> str:
        return f"{self.post}:3"

    def write(self, crawl_id: str, *captures: Capture) -> None:
        """Write what a crawl of that name saw."""
        ledger = open_ledger(self.data, {"crawl": crawl_id}, crawl_id=crawl_id)
        writer = PartWriter(ledger, rows=1000, seconds=3600)
        for capture in captures:
            writer.add(capture)
        writer.flush()
        ledger.finish("finished")
        ledger.close()


def one_section(data: Path, *, author: str = "Ines Hall") -> Section:
    """Ann Lee says something, edits it, and is answered by Bob, whom the page puts below her, and by Kim."""
    url = f"https://{SITE}/dogs"
    section = Section(data, World(data, 0), post_id(url), url)
    section_data(section, "first", text="an earlier text of hers, quite another", author=author)
    section_data(section, "second", text=SECRET, author=author)
    return section


def section_data(
    section: Section,
    crawl_id: str,
    *,
    text: str = SECRET,
    author: str = "Ines Hall",
    number: int = 1,
    kim: str = "Ann Lee: I agree with you. Ann Lee, ann-lee!",
    fetch: Fetch | None = None,
) -> None:
    """Let a crawl see the section, with a text of Ann's under a number, and one of Kim's."""
    by = fetch or section.world.fetch(section.url, crawl_id, SITE, posts=1, comments=3)
    seen = {"fetch_id": by.fetch_id, "fetched_at": by.fetched_at}
    post = Post(
        post_id=section.post,
        site=SITE,
        url=section.url,
        canonical_url=section.url,
        claimed_url="https://elsewhere.example.org/dogs",
        platform="wordpress",
        title="Dogs in gardens",
        author_name=author,
        author_url=f"https://{SITE}/author/ines",
        published_raw="1 January 2025",
        published_local=datetime(2025, 1, 1),
        published_precision="day",
        categories=["dogs"],
        tags=["gardens"],
        body_text="Of dogs that live in gardens much has been said.",
        body_html="<p>Of dogs that live in gardens much has been said.</p>",
        declared_comments=3,
        **seen,
    )
    ann = Comment(
        comment_id=f"{section.post}:{number}",
        post_id=section.post,
        native_id=str(number),
        position=0,
        depth=0,
        author_name="Ann Lee",
        author_url="https://ann.example.net/",
        by_post_author=False,
        published_raw="2 January 2025 at 10:00",
        published_local=datetime(2025, 1, 2, 10),
        published_precision="minute",
        body_text=text,
        body_html=f'<p>{text} <a href="https://ann.example.net/dog">her dog</a></p>',
        likes=3,
        permalink=f"{section.url}#comment-{number}",
        **seen,
    )
    answer = replace(
        ann,
        comment_id=section.bob,
        native_id="2",
        position=1,
        depth=1,
        parent_id=ann.comment_id,
        parent_from="nesting",
        author_name="Bob Bell",
        author_url=None,
        published_raw="2 January 2025 at 11:00",
        published_local=datetime(2025, 1, 2, 11),
        body_text="@Ann Lee: Kim is right.",
        body_html=None,
        likes=None,
        permalink=f"{section.url}#comment-2",
    )
    third = replace(
        answer,
        comment_id=section.kim,
        native_id="3",
        position=2,
        depth=0,
        parent_id=None,
        parent_from=None,
        author_name="Kim",
        published_raw="2 January 2025 at 12:00",
        published_local=datetime(2025, 1, 2, 12),
        body_text=kim,
        permalink=None,
    )
    lost = Reject(
        **seen,
        record="comment",
        record_id=f"{section.post}:9",
        url=section.url,
        reason="bad_value",
        detail=None,
        content='{"author_name":"Ann Lee","body_text":"lost words of hers"}',
    )
    section.write(crawl_id, Capture(fetch=by, posts=[post], comments=[ann, answer, third], rejects=[lost]))


def write_toml(data: Path, entry: str, *, salt: str | None = None) -> None:
    """Write a takedown.toml with one entry."""
    head = f'salt = "{salt}"\n' if salt else ""
    text = f'{head}[[takedown]]\ndate = 2026-01-31\nreason = "asked for by the writer"\n{entry}\n'
    (data / "takedown.toml").write_text(text, "utf-8")


def everything(data: Path, *, raw: bool) -> str:
    """All that the Parquet files below a folder tell, as one text."""
    files = [path for path in data.rglob("*.parquet") if raw or "raw" not in path.relative_to(data).parts]
    assert files
    return "\n".join(str(pq.ParquetFile(path).read().to_pylist()) for path in sorted(files))


__all__ = ["SECRET", "START", "Section", "everything", "one_section", "section_data", "write_toml"]
