"""How well names are hidden, over the pages with gold records.

    python bench/names.py [CORPUS] [--show misses|doubtful|all] [--half even|odd]     default: ../shared/corpus

The gold tells by which words a comment calls whom (evidence 'mention' and 'address', `cue`), so of these names it is known
whether they are replaced, and by whose pseudonym. Which replaced words are no names it does not tell: counted as doubtful
are those that stand in no such cue and are no word of any writer's name, or are one but begin with a small letter where its
bearer writes it with a capital, or stand in the gold's traps; --show doubtful prints them for a reader to judge.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from time import process_time
from typing import Any

import duckdb
from gold import CORPUS, GoldPage, as_annotated, gold_pages
from rejoinder.queries.pages import fetches_of, tables_of
from rejoinder.release.config import NamesConfig
from rejoinder.release.hide import Hidden, Replaced, hide, persons_of
from rejoinder.release.pseudonyms import Pseudonyms
from rejoinder.release.sections import Section
from rejoinder.replies.vocabulary import vocabulary
from rejoinder.replies.words import fold, word_spans, words_of

KEY = Pseudonyms(bytes(32))
TABLES = {"posts", "comments", "replies", "persons"}


@dataclass(slots=True)
class Read:
    """A page, its section and what became of it."""

    page: GoldPage
    section: Section
    hidden: Hidden
    seconds: float


def read_pages(corpus: Path) -> Iterator[Read]:
    pages = {}
    for page in map(as_annotated, gold_pages(corpus)):
        post = replace(page.page.posts[0], post_id=page.name)
        comments = [
            replace(
                comment,
                post_id=page.name,
                comment_id=f"{page.name}:{comment.comment_id.partition(':')[2]}",
                parent_id=f"{page.name}:{comment.parent_id.partition(':')[2]}" if comment.parent_id else None,
            )
            for comment in page.page.comments
        ]
        pages[page.name] = replace(page, page=replace(page.page, posts=[post], comments=comments))
    posts = [post for page in pages.values() for post in page.page.posts]
    comments = [comment for page in pages.values() for comment in page.page.comments]
    records = {"fetches": fetches_of(posts, comments), "posts": posts, "comments": comments}
    with tables_of(records, TABLES) as connection:
        persons = {
            site: persons_of(site, rows)
            for site, rows in groupby(rows_of(connection, "from persons order by site, person_id"), lambda r: r["site"])
        }
        for section in sections_of(connection):
            site = persons.get(section.post["site"]) or persons_of(section.post["site"], [])
            began = process_time()
            hidden = hide(section, site, NamesConfig(), KEY)
            yield Read(pages[section.post["post_id"]], section, hidden, process_time() - began)


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    return connection.sql(query).to_arrow_table().to_pylist()


def sections_of(connection: duckdb.DuckDBPyConnection) -> Iterator[Section]:
    by_post: dict[str, Section] = {r["post_id"]: Section(r) for r in rows_of(connection, "from posts order by post_id")}
    for row in rows_of(connection, "from comments order by post_id, position"):
        by_post[row["post_id"]].comments.append(row)
    for row in rows_of(connection, "from replies order by comment_id, target_id"):
        by_post[row["post_id"]].replies.append(row)
    yield from by_post.values()


def name_words_in(cue: str, name: str | None) -> list[tuple[int, int]]:
    """Which words of a cue are the name: those that a name has or begins like, else those that no greeting holds."""
    known = [fold(word) for word in words_of(name or "")]
    spans = list(word_spans(cue))
    words = [fold(cue[start:end]) for start, end in spans]
    alike = [
        span
        for span, word in zip(spans, words, strict=True)
        if any(
            word == part or (len(word) >= 3 and part.startswith(word)) or word[:4] == part[:4] != "" for part in known
        )
        or (len(word) > 3 and word == "".join(known))
    ]
    if alike:
        return alike
    plain = vocabulary().openings | vocabulary().never_learned
    unknown = [
        span for span, word in zip(spans, words, strict=True) if word not in plain and not cue[span[0]].islower()
    ]
    return unknown[-1:]


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

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def __str__(self) -> str:
        def share(part: int, whole: int) -> str:
            return f"{part}/{whole} = {part / whole:.4f}" if whole else "-"

        return (
            f"names replaced {share(self.replaced, self.names)}; by the own pseudonym {share(self.own, self.replaced)}; "
            f"{self.words} words, {self.replaced_words} replaced, doubtful {self.doubtful} "
            f"({1000 * self.doubtful / max(1, self.words):.2f} in 1,000 words)"
        )


def measured(read: Read, show: str | None) -> Counts:
    counts = Counts()
    gold = read.page.gold
    comments = {int(row["comment_id"].rpartition("-")[2]): row for row in read.section.comments}
    at: dict[tuple[str, str], list[Replaced]] = {}
    for place in read.hidden.replaced:
        at.setdefault((place.row_id, place.column), []).append(place)
    now_names = {
        row["comment_id"]: now["author_name"]
        for row, now in zip(read.section.comments, read.hidden.section.comments, strict=True)
    }
    cued: dict[str, list[tuple[int, int]]] = {}
    for edge in gold.get("edges", ()):
        row = comments.get(edge["from"])
        cue = edge.get("cue")
        if row is None or not cue or not {"mention", "address"} & set(edge["evidence"]):
            continue
        is_post = edge["to"] in {"post", "post_author"}
        name = gold["post"]["author"] if is_post else gold["comments"][edge["to"]]["author"]
        own = read.hidden.section.post["author_name"] if is_post else now_names[comments[edge["to"]]["comment_id"]]
        for part in re.split(r"\s*(?:\.\.\.|…|\|)\s*", cue):
            start = row["body_text"].find(part)
            if start < 0:
                continue
            cued.setdefault(row["comment_id"], []).append((start, start + len(part)))
            spans = [(start + a, start + b) for a, b in name_words_in(part, name)]
            if not spans:
                continue
            counts.names += 1
            places = at.get((row["comment_id"], "body_text"), [])
            over = [next((p for p in places if p.start <= a and b <= p.start + len(p.was)), None) for a, b in spans]
            if all(over):
                counts.replaced += 1
                if own is None or all(p and p.now == own for p in over):
                    counts.own += 1
                elif show == "misses":
                    print(
                        f"OTHER {read.page.name} {edge['from']}->{edge['to']} {name!r} cue {part!r}: {[(p.was, p.now) for p in over if p]} own {own}"
                    )
            elif show == "misses":
                print(
                    f"MISS  {read.page.name} {edge['from']}->{edge['to']} {name!r} cue {part!r}: {row['body_text'][max(0, start - 60) : start + 80]!r}"
                )
    written: dict[str, set[str]] = {}
    for name in [gold["post"]["author"], *(c["author"] for c in gold["comments"])]:
        for word in words_of(name or ""):
            written.setdefault(fold(word), set()).add(word)
    traps = {fold(word) for trap in gold.get("traps", ()) for word in words_of(str(trap))}
    for row in [read.section.post, *read.section.comments]:
        row_id = row.get("comment_id") or row["post_id"]
        for column in ("title", "body_text"):
            text = row.get(column) or ""
            counts.words += len(words_of(text))
            for place in at.get((row_id, column), ()):
                if place.kind != "name":
                    continue
                end = place.start + len(place.was)
                in_cue = any(a < end and place.start < b for a, b in cued.get(row_id, ()))
                for word in words_of(place.was):
                    counts.replaced_words += 1
                    is_name = word in written.get(fold(word), ()) or (fold(word) in written and not word[:1].islower())
                    is_doubtful = not in_cue and (not is_name or fold(word) in traps)
                    counts.doubtful += is_doubtful
                    if show == "all" or (show == "doubtful" and is_doubtful):
                        around = (
                            text[max(0, place.start - 50) : place.start] + "⟦" + place.was + "⟧" + text[end : end + 40]
                        )
                        print(f"{read.page.name} {'cue ' if in_cue else '    '}{word:<16} {around!r}")
    return counts


def main(arguments: Sequence[str]) -> None:
    show = arguments[arguments.index("--show") + 1] if "--show" in arguments else None
    half = arguments[arguments.index("--half") + 1] if "--half" in arguments else None
    paths = [
        word
        for word, before in zip(arguments, ["", *arguments], strict=False)
        if not word.startswith("--") and not before.startswith("--")
    ]
    reads = list(read_pages(Path(paths[0]) if paths else CORPUS))
    if not reads:
        print("skipped: no gold pages (they are not part of the repository)")
        return
    total: Counter[str] = Counter()
    counts: dict[str, Counts] = {}
    for read in reads:
        if half and read.page.half != half:
            continue
        found = measured(read, show)
        for group in ("all", read.page.half, read.page.part):
            counts[group] = counts.get(group, Counts()) + found
        total += read.hidden.counts
    for group, found in counts.items():
        print(f"{group:<10}{found}")
    comments = sum(len(read.section.comments) for read in reads)
    seconds = sum(read.seconds for read in reads)
    print(
        f"{len(reads)} pages, {comments} comments, {1e6 * seconds / comments:.0f} us a comment; places by kind: {dict(total)}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
