"""Fills a release without texts with what its pages say now, and tells what is gone or has changed since.

    DATA/raw, DATA/tables, ...          a data folder like any other: what was fetched
    DATA/rehydrated/NAME.parquet        the release's tables with its ids, the texts filled in, and `found`
    DATA/rehydrated/report.json         how many rows are what

A post is known by its post_id, a comment by its comment_id, else, within its post, by the hash of its text: ids that
are hashes of names are keyed anew in a release. A text is filled in whatever became of it; offsets of cues stay where
it is the same, letter by letter, for they count in that one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from ..addresses import split_address
from ..pipelines.write import write_part
from ..queries import BuildError
from .figures import FOLDER as TABLES_FOLDER
from .rows import text_digest
from .sections import Row

FOLDER = "rehydrated"
REPORT = "report.json"
NEEDED = {
    "posts": ("post_id", "site", "url", "body_sha256"),
    "comments": ("comment_id", "post_id", "body_sha256"),
    "replies": ("comment_id", "target_id", "cue", "cue_start", "cue_end"),
    "provenance": ("fetch_id", "request_url"),
}
"""Tables and columns without which nothing can be filled in."""

Found = Literal["same", "earlier", "changed", "gone", "withheld"]
MEANINGS: dict[Found, str] = {
    "same": "the text is the one that was released",
    "earlier": "the text that was released was read too, and another one has taken its place since",
    "changed": "the row is there with another text, which is filled in",
    "gone": "nothing was read that it could be",
    "withheld": "the release tells of no text, as of a comment that its site had removed",
}
"""The column `found`."""


class RehydrateError(Exception):
    """A release cannot be filled in; the message names the file and says what to do."""


@dataclass(slots=True)
class Report:
    """What became of the rows of a release."""

    posts: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    new_comments: int = 0
    """Comments of released posts that were read and that the release has not."""
    cues: int = 0
    """Cues that are words again."""

    @property
    def is_whole(self) -> bool:
        """Whether every text is the one that was released."""
        return not any(counts[word] for counts in (self.posts, self.comments) for word in ("changed", "gone"))


@dataclass(frozen=True, slots=True)
class Release:
    """The tables of a release by name."""

    folder: Path
    tables: Mapping[str, pa.Table]

    @property
    def pages(self) -> dict[str, list[str]]:
        """Start URL of each blog -> the addresses of its posts, sorted."""
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.tables["posts"].select(["site", "url"]).to_pylist():
            if row["url"] and (parts := split_address(row["url"])):
                path = row["site"].partition("/")[2]
                found[f"{parts.scheme}://{parts.netloc}/{path}{'/' if path else ''}"].add(row["url"])
        return {start: sorted(urls) for start, urls in sorted(found.items())}


def read_release(folder: Path) -> Release:
    """The tables of a release without texts.

    Raises:
        RehydrateError: it is none, or its tables lack what is needed.
    """
    place = folder / TABLES_FOLDER if (folder / TABLES_FOLDER).is_dir() else folder
    paths = {path.stem: path for path in sorted(place.glob("*.parquet"))}
    tables: dict[str, pa.Table] = {}
    for name, path in paths.items():
        try:
            with path.open("rb") as file:
                tables[name] = pq.ParquetFile(file).read()
        except (pa.ArrowException, OSError) as error:
            raise RehydrateError(f"{path} cannot be read ({error})") from error
    for name, columns in NEEDED.items():
        if name not in tables:
            raise RehydrateError(f"{place} has no {name}.parquet; is {folder} the folder of a release?")
        if lacking := [column for column in columns if column not in tables[name].column_names]:
            raise RehydrateError(f"{paths[name]} has no column {lacking[0]}")
    hashes = [value for name in ("posts", "comments") for value in tables[name]["body_sha256"].to_pylist()]
    if not any(hashes):
        raise RehydrateError(f'{folder} holds no hashes of texts, so it is no release with texts = "none"')
    if not any(tables["posts"]["url"].to_pylist()):
        raise RehydrateError(f"{folder} tells no addresses (addresses = false), so its pages cannot be found")
    return Release(folder, tables)


def fill(release: Release, data: Path) -> Report:
    """Write the release's tables with the texts that the built tables of `data` have.

    Raises:
        BuildError: the tables of `data` cannot be read.
        OSError: something cannot be written.
    """
    report = Report()
    read = {name: _built(data, name) for name in ("posts", "comments", "comment_versions", "post_versions")}
    posts = _filled_posts(release, read, report)
    comments = _filled_comments(release, read, report)
    filled = {
        "posts": (posts, ["title", "body_text", "found"]),
        "comments": (comments, ["body_text", "found"]),
        "replies": (_filled_replies(release, comments, report), ["cue", "cue_start", "cue_end"]),
    }
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    for name, table in release.tables.items():
        rows, columns = filled.get(name, ([], []))
        write_part(_with(table, rows, columns), folder / f"{name}.parquet")
    told = {"release": str(release.folder), "posts": dict(report.posts), "comments": dict(report.comments)}
    told |= {"new_comments": report.new_comments, "cues": report.cues, "meanings": MEANINGS}
    (folder / REPORT).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return report


def _built(data: Path, name: str) -> list[Row]:
    path = data / "tables" / f"{name}.parquet"
    columns = {
        "posts": ["post_id", "title", "body_text"],
        "comments": ["comment_id", "post_id", "body_text", "state"],
        "comment_versions": ["comment_id", "body_text"],
        "post_versions": ["post_id", "body_text"],
    }
    try:
        with path.open("rb") as file:
            return pq.ParquetFile(file).read(columns[name]).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BuildError(f"{path} cannot be read ({error}); make it with: rejoinder build {data}") from error


def _versions(rows: Iterable[Row], key: str) -> dict[str, dict[str, str]]:
    """Key -> digest -> text, of all texts that a record ever had."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["body_text"] is not None:
            found[row[key]][text_digest(row["body_text"]) or ""] = row["body_text"]
    return found


def _filled_posts(release: Release, read: Mapping[str, list[Row]], report: Report) -> list[Row]:
    now = {row["post_id"]: row for row in read["posts"]}
    versions = _versions(read["post_versions"], "post_id")
    filled = []
    for row in release.tables["posts"].to_pylist():
        there = now.get(row["post_id"], {})
        known = versions.get(row["post_id"], {})
        text, found = _compared(row["body_sha256"], there.get("body_text"), known)
        if row["body_sha256"] is None and not there:
            found = "gone"
        report.posts[found] += 1
        filled.append({"body_text": text, "title": there.get("title"), "found": found})
    return filled


def _filled_comments(release: Release, read: Mapping[str, list[Row]], report: Report) -> list[Row]:
    """The texts of the comments, in their order; an id that was keyed anew is found by its text."""
    now = {row["comment_id"]: row for row in read["comments"]}
    versions = _versions(read["comment_versions"], "comment_id")
    rows = release.tables["comments"].to_pylist()
    taken = {row["comment_id"] for row in rows} & now.keys()
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in read["comments"]:
        if row["comment_id"] not in taken:
            for digest in versions.get(row["comment_id"], {}):
                by_text[row["post_id"], digest].append(row["comment_id"])
    filled = []
    for row in rows:
        comment_id = row["comment_id"]
        if comment_id not in now and (others := by_text.get((row["post_id"], row["body_sha256"] or ""))):
            # Equal texts of one section are filled in alike, whichever is whose.
            comment_id = others.pop(0)
            taken.add(comment_id)
        there = now.get(comment_id, {})
        text, found = _compared(row["body_sha256"], there.get("body_text"), versions.get(comment_id, {}))
        report.comments[found] += 1
        filled.append({"comment_id": row["comment_id"], "body_text": text, "found": found})
    released = set(release.tables["posts"]["post_id"].to_pylist())
    report.new_comments = sum(
        1 for row in read["comments"] if row["post_id"] in released and row["comment_id"] not in taken
    )
    return filled


def _compared(digest: str | None, text: str | None, versions: Mapping[str, str]) -> tuple[str | None, Found]:
    """The text to fill in, and what it is beside the one that was released."""
    if digest is None:
        return None, "withheld"
    if text is not None and text_digest(text) == digest:
        return text, "same"
    if digest in versions:
        return versions[digest], "earlier"
    return (text, "changed") if text is not None else (None, "gone")


def _filled_replies(release: Release, comments: list[Row], report: Report) -> list[Row]:
    texts = {row["comment_id"]: row["body_text"] for row in comments if row["found"] in ("same", "earlier")}
    filled = []
    for row in release.tables["replies"].select(["comment_id", "cue_start", "cue_end"]).to_pylist():
        text = texts.get(row["comment_id"])
        start, end = row["cue_start"], row["cue_end"]
        if text is None or start is None or end is None:
            filled.append(dict.fromkeys(("cue", "cue_start", "cue_end")))
        else:
            filled.append({"cue": text[start:end], "cue_start": start, "cue_end": end})
            report.cues += 1
    return filled


def _with(table: pa.Table, rows: list[dict[str, Any]], columns: list[str]) -> pa.Table:
    """A table with columns of other values, in their place or behind all others."""
    for column in columns:
        values = [row[column] for row in rows]
        at = table.schema.get_field_index(column)
        kind = pa.string() if at < 0 or pa.types.is_null(table.schema.field(at).type) else table.schema.field(at).type
        made = pa.field(column, kind, nullable=column != "found"), pa.array(values, kind)
        table = table.append_column(*made) if at < 0 else table.set_column(at, *made)
    return table


assert MEANINGS.keys() == {*get_args(Found)}
