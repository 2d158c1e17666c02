"""Pages with gold records, read and paired: what the scripts that measure replies share. Not a script of its own."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from rejoinder.extraction import Extracted, extract_page, read_source
from rejoinder.schemas import UNDATED, Comment, Post

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

Edge = tuple[int, int | str]
"""From a gold comment, by index, to another or to 'post'."""


@dataclass(slots=True)
class GoldPage:
    """A page as extracted and as a careful reader sees it."""

    name: str
    part: str
    """'corpus', or the name of one of its sets."""
    page: Extracted
    gold: dict
    index_of: dict[str, int]
    """comment_id -> index of the gold comment with the same text; comments without one are left out."""

    @property
    def half(self) -> str:
        return "odd" if int(self.name[:2], 16) % 2 else "even"

    @property
    def site(self) -> str:
        """The page's host, or the page itself where its address is not known."""
        return urlsplit(self.gold["url"] or "").hostname or self.name

    @property
    def edges(self) -> dict[Edge, set[str]]:
        """Who answers whom in the gold, each with its evidence words."""
        edges: dict[Edge, set[str]] = {}
        for edge in self.gold.get("edges", ()):
            target = "post" if edge["to"] in {"post", "post_author"} else edge["to"]
            edges.setdefault((edge["from"], target), set()).update(edge["evidence"])
        return edges


def gold_pages(corpus: Path) -> Iterator[GoldPage]:
    """The pages of a corpus, if it is here, and of its sets whose gold tells who answers whom, in order of name."""
    if not (corpus / "score.py").is_file():
        return
    yield from _pages_of("corpus", corpus, scorer_of(corpus))
    for folder in sorted((corpus / "sets").glob("*/")):
        yield from _pages_of(folder.name, folder, scorer_of(corpus))


def _pages_of(part: str, folder: Path, scorer: ModuleType) -> Iterator[GoldPage]:
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text("utf-8"))
        if "edges" not in gold:
            continue
        name = f"{path.stem}.html.gz"
        page = extract_page(name, read_source(str(folder / "pages" / name)))
        texts = [[comment["text"] for comment in gold["comments"]], [comment.body_text for comment in page.comments]]
        pairs = scorer.pair(*([scorer.fingerprint(text) for text in side] for side in texts))
        index_of = {page.comments[found].comment_id: index for index, found in pairs.items()}
        yield GoldPage(path.stem, part, page, gold, index_of)


def as_annotated(page: GoldPage) -> GoldPage:
    """The same page with the gold's own comments and post author, so that what extraction misses does not count.

    What the gold does not tell (printed numbers, links, the post's text) stays as extracted.
    """
    extracted = {
        page.index_of[comment.comment_id]: comment
        for comment in page.page.comments
        if comment.comment_id in page.index_of
    }
    post = page.page.posts[0] if page.page.posts else _post(page)
    told = page.gold["post"]
    post = replace(post, title=told.get("title") or post.title, author_name=told.get("author") or post.author_name)
    ids = [f"{post.post_id}:gold-{index}" for index in range(len(page.gold["comments"]))]
    comments = []
    for index, row in enumerate(page.gold["comments"]):
        comment = extracted.get(index) or Comment(
            comment_id="",
            post_id="",
            native_id=row["id"],
            position=0,
            body_text="",
            fetch_id="gold",
            fetched_at=UNDATED,
        )
        comments.append(
            replace(
                comment,
                comment_id=ids[index],
                post_id=post.post_id,
                position=index,
                kind=row["kind"],
                parent_id=None if row["parent"] is None else ids[row["parent"]],
                parent_from=None if row["parent"] is None else comment.parent_from or "nesting",
                author_name=row["author"],
                by_post_author=row["by_post_author"],
                published_local=datetime.fromisoformat(row["date"]).replace(tzinfo=None) if row["date"] else None,
                body_text=row["text"],
            )
        )
    annotated = replace(page.page, posts=[post], comments=comments)
    return replace(page, page=annotated, index_of={comment_id: index for index, comment_id in enumerate(ids)})


def _post(page: GoldPage) -> Post:
    url = page.gold["url"] or "https://page.invalid/"
    return Post(post_id=page.name, site="page", url=url, platform="generic", fetch_id="gold", fetched_at=UNDATED)


@cache
def scorer_of(corpus: Path) -> ModuleType:
    """The corpus' own score.py, whose pairing of comments counts."""
    spec = importlib.util.spec_from_file_location("score", corpus / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_time(comments: list[Comment]) -> list[Comment]:
    """Comments in the order in which they were written, as far as all have dates; else as they stand on the page."""
    dates = [comment.published_local for comment in comments]
    if None in dates:
        return list(comments)
    return sorted(comments, key=lambda comment: (comment.published_local, comment.position))
