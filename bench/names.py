"""How well names are hidden, over the pages with gold records.

    python bench/names.py [CORPUS] [--show misses|doubtful|all|edges] [--half even|odd]   default: ../shared/corpus

The gold tells by which words a comment calls whom (evidence 'mention' and 'address', `cue`), so of these names it is
known whether they are replaced, and by whose pseudonym. Which replaced words are no names it does not tell. Counted as
doubtful are words that stand in no such cue, in no whole name of a writer, and are no word of any writer's name or are
written small and by no bearer so, or stand in the gold's traps; --show doubtful prints them for a reader to judge.

Last, replies are read again from the texts as published: how many of those that names showed are found again.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
from gold import CORPUS, GoldPage, as_annotated, gold_pages
from rejoinder.queries.pages import fetches_of, replies_of, tables_of
from rejoinder.release.config import NamesConfig
from rejoinder.release.hide import Hidden, Replaced, hide, persons_of
from rejoinder.release.pseudonyms import Pseudonyms
from rejoinder.release.sections import Section
from rejoinder.replies.vocabulary import vocabulary
from rejoinder.replies.words import fold, word_spans, words_of
from rejoinder.schemas import Comment, Post

KEY = Pseudonyms(bytes(32))
TABLES = {"posts", "comments", "replies", "persons"}
BY_NAME = {"mention", "address"}
CUT = re.compile(r"\s*(?:\.\.\.|…|\|)\s*")
"""What stands in a gold cue for words left out."""


@dataclass(slots=True)
class Read:
    """A page, its section and what became of it."""

    page: GoldPage
    section: Section
    hidden: Hidden
    seconds: float

    def replaced(self, row_id: str, column: str) -> list[Replaced]:
        return [place for place in self.hidden.replaced if (place.row_id, place.column) == (row_id, column)]


def read_pages(corpus: Path) -> Iterator[Read]:
    """All pages that have who answers whom, hidden as a release does."""
    pages = {page.name: _named_by_page(page) for page in map(as_annotated, gold_pages(corpus))}
    posts = [post for page in pages.values() for post in page.page.posts]
    comments = [comment for page in pages.values() for comment in page.page.comments]
    records = {"fetches": fetches_of(posts, comments), "posts": posts, "comments": comments}
    with tables_of(records, TABLES) as connection:
        rows = rows_of(connection, "from persons order by site, person_id")
        persons = {site: persons_of(site, of_site) for site, of_site in groupby(rows, lambda row: row["site"])}
        for section in sections_of(connection):
            site = section.post["site"]
            began = process_time()
            hidden = hide(section, persons.get(site) or persons_of(site, []), NamesConfig(), KEY)
            yield Read(pages[section.post["post_id"]], section, hidden, process_time() - began)


def _named_by_page(page: GoldPage) -> GoldPage:
    """Several pages may show one post: each gets ids of its own."""

    def own(comment_id: str | None) -> str | None:
        return f"{page.name}:{comment_id.partition(':')[2]}" if comment_id else None

    posts = [replace(page.page.posts[0], post_id=page.name)]
    comments = [
        replace(
            comment,
            post_id=page.name,
            comment_id=own(comment.comment_id) or "",
            parent_id=own(comment.parent_id),
        )
        for comment in page.page.comments
    ]
    return replace(page, page=replace(page.page, posts=posts, comments=comments))


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return connection.sql(query).to_arrow_table().to_pylist()


def sections_of(connection: duckdb.DuckDBPyConnection) -> Iterator[Section]:
    by_post = {row["post_id"]: Section(row) for row in rows_of(connection, "from posts order by post_id")}
    for row in rows_of(connection, "from comments order by post_id, position"):
        by_post[row["post_id"]].comments.append(row)
    for row in rows_of(connection, "from replies order by comment_id, target_id"):
        by_post[row["post_id"]].replies.append(row)
    yield from by_post.values()


@dataclass(slots=True)
class Counts:
    """What is counted over pages."""

    names: int = 0
    """Names in cues of the gold."""
    replaced: int = 0
    own: int = 0
    """Of the replaced: by the pseudonym of whom the gold says."""
    words: int = 0
    replaced_words: int = 0
    doubtful: int = 0
    edges: int = 0
    """Replies that names show."""
    again: int = 0
    """Of these, as they are found in what is published."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def __str__(self) -> str:
        return (
            f"names replaced {_share(self.replaced, self.names)}, by the own pseudonym "
            f"{_share(self.own, self.replaced)}; of {self.words} words {self.replaced_words} replaced, {self.doubtful} "
            f"in doubt ({1000 * self.doubtful / max(1, self.words):.2f} in 1,000); "
            f"replies again {_share(self.again, self.edges)}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.4f}" if whole else "-"


def name_words_in(cue: str, name: str | None) -> list[tuple[int, int]]:
    """Which words of a cue are the name: those it has or begins like, else the last that no greeting holds."""
    known = [fold(word) for word in words_of(name or "")]
    spans = list(word_spans(cue))
    words = [fold(cue[start:end]) for start, end in spans]

    def is_alike(word: str, part: str) -> bool:
        return word == part or (len(word) >= 3 and part.startswith(word)) or word[:4] == part[:4]

    alike = [
        span
        for span, word in zip(spans, words, strict=True)
        if any(is_alike(word, part) for part in known) or (len(word) > 3 and word == "".join(known))
    ]
    plain = vocabulary().openings | vocabulary().never_learned
    others = [s for s, word in zip(spans, words, strict=True) if word not in plain and not cue[s[0]].islower()]
    return alike or others[-1:]


def cues_of(read: Read) -> Iterator[tuple[dict[str, Any], str, int, str | None, str | None]]:
    """(comment, words of its cue, where they stand, name of whom they call, his pseudonym) of the gold's calls."""
    gold, section = read.page.gold, read.hidden.section
    number = {int(row["comment_id"].rpartition("-")[2]): place for place, row in enumerate(read.section.comments)}
    for edge in gold.get("edges", ()):
        if not edge.get("cue") or BY_NAME.isdisjoint(edge["evidence"]) or edge["from"] not in number:
            continue
        row = read.section.comments[number[edge["from"]]]
        is_post = edge["to"] in {"post", "post_author"}
        name = gold["post"]["author"] if is_post else gold["comments"][edge["to"]]["author"]
        own = section.post if is_post else section.comments[number[edge["to"]]]
        for part in CUT.split(edge["cue"]):
            start = row["body_text"].find(part)
            if start >= 0:
                yield row, part, start, name, own["author_name"]


def measured(read: Read, show: str | None) -> Counts:
    counts = Counts()
    cued: dict[str, list[tuple[int, int]]] = {}
    for row, cue, start, name, own in cues_of(read):
        cued.setdefault(row["comment_id"], []).append((start, start + len(cue)))
        spans = [(start + first, start + last) for first, last in name_words_in(cue, name)]
        places = read.replaced(row["comment_id"], "body_text")
        over = [next((p for p in places if p.start <= a and b <= p.start + len(p.was)), None) for a, b in spans]
        if not spans:
            continue
        is_own = own is None or all(place and place.now == own for place in over)
        counts += Counts(names=1, replaced=all(over), own=all(over) and is_own)
        if show == "misses" and not (all(over) and is_own):
            told = "OTHER" if all(over) else "MISS"
            print(told, read.page.name, repr(name), repr(cue), [(p.was, p.now) for p in over if p], own, sep="  ")
    counts += _words(read, cued, show)
    return counts


def _words(read: Read, cued: dict[str, list[tuple[int, int]]], show: str | None) -> Counts:
    gold = read.page.gold
    names = [name for name in [gold["post"]["author"], *(row["author"] for row in gold["comments"])] if name]
    whole = {_key(name) for name in names}
    written: dict[str, set[str]] = {}
    for word in (word for name in names for word in words_of(name)):
        written.setdefault(fold(word), set()).add(word)
    traps = {fold(word) for trap in gold.get("traps", ()) for word in words_of(str(trap))}
    counts = Counts()
    for row in [read.section.post, *read.section.comments]:
        row_id = row.get("comment_id") or row["post_id"]
        for column in ("title", "body_text"):
            text = row.get(column) or ""
            counts.words += len(words_of(text))
            for place in read.replaced(row_id, column):
                if place.kind != "name":
                    continue
                end = place.start + len(place.was)
                is_called = any(first < end and place.start < last for first, last in cued.get(row_id, ()))
                for word in words_of(place.was):
                    own = written.get(fold(word), set())
                    is_name = word in own or (own and not word[:1].islower())
                    is_told = is_called or _key(place.was) in whole
                    is_doubtful = not is_told and (not is_name or fold(word) in traps)
                    counts += Counts(replaced_words=1, doubtful=is_doubtful)
                    if show == "all" or (show == "doubtful" and is_doubtful):
                        around = f"{text[max(0, place.start - 50) : place.start]}[[{place.was}]]{text[end : end + 40]}"
                        print(f"{read.page.name} {'called' if is_told else '':<7}{word:<16}{around!r}")
    return counts


def _key(name: str) -> tuple[str, ...]:
    return tuple(map(fold, words_of(name)))


def read_again(reads: Sequence[Read], show: str | None) -> Iterator[Counts]:
    """Of the replies that names show, how many are found in the texts as published; page by page."""
    before = replies_of([(read.page.page.posts, read.page.page.comments) for read in reads])
    after = replies_of([as_published(read) for read in reads])
    for read, given, found in zip(reads, before, after, strict=True):
        pairs = [
            {(r.comment_id, r.target_id) for r in rows if not BY_NAME.isdisjoint(r.evidence)} for rows in (given, found)
        ]
        if show == "edges" and pairs[0] != pairs[1]:
            print("EDGES", read.page.name, "lost", sorted(pairs[0] - pairs[1]), "new", sorted(pairs[1] - pairs[0]))
        yield Counts(edges=len(pairs[0]), again=len(pairs[0] & pairs[1]))


def as_published(read: Read) -> tuple[list[Post], list[Comment]]:
    """The records of a page with the names and texts of its release; ids as they were, so that rows can be compared."""
    section = read.hidden.section
    now = {given["comment_id"]: row for given, row in zip(read.section.comments, section.comments, strict=True)}
    columns = ("title", "author_name", "body_text")
    posts = [replace(post, **{column: section.post[column] for column in columns}) for post in read.page.page.posts]
    comments = [
        replace(
            comment,
            author_name=now[comment.comment_id]["author_name"],
            body_text=now[comment.comment_id]["body_text"],
            author_url=None,
        )
        for comment in read.page.page.comments
    ]
    return posts, comments


def main(arguments: Sequence[str]) -> None:
    options = dict(pairwise(arguments))
    show, half = options.get("--show"), options.get("--half")
    corpus = Path(arguments[0]) if arguments and not arguments[0].startswith("--") else CORPUS
    reads = [read for read in read_pages(corpus) if half in {None, read.page.half}]
    if not reads:
        print("skipped: no gold pages (they are not part of the repository)")
        return
    counts: dict[str, Counts] = {}
    for read, again in zip(reads, read_again(reads, show), strict=True):
        found = measured(read, show) + again
        for group in ("all", read.page.half, read.page.part):
            counts[group] = counts.get(group, Counts()) + found
    for group, found in counts.items():
        print(f"{group:<10}{found}")
    kinds = sum((read.hidden.counts for read in reads), Counter())
    comments = sum(len(read.section.comments) for read in reads)
    seconds = sum(read.seconds for read in reads)
    print(
        f"{len(reads)} pages, {comments} comments, {1e6 * seconds / comments:.0f} us a comment; by kind: {dict(kinds)}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
