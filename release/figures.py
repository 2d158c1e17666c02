"""What a release holds, counted from its files: the card and the metadata state no figure that is not from here."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..queries.database import open_database, plain_folder, quoted
from ..queries.models import ROOT as QUERIES
from ..schemas.release import RELEASE_TABLES

FOLDER = "data"
"""Where the tables of a release stand below it."""

Rows = list[tuple[Any, ...]]

MEASURED = QUERIES / "replies" / "reply_confidence_counts.csv"

SITES = """
    select
        posts.site,
        count(*) as posts,
        sum(coalesce(counts.comments, 0))::bigint as comments,
        min(posts.published_local) as first_post,
        max(posts.published_local) as last_post

    from posts

    left join (select post_id, count(*) as comments from comments group by post_id) as counts
        using (post_id)

    group by posts.site

    order by posts.site
"""
COLLECTED = """
    select via, page_kind, count(*), min(fetched_at), max(fetched_at), count(distinct archive_file)
    from provenance group by via, page_kind order by via, page_kind
"""
LANGUAGES = """
    select lang, count(*) from comments where lang is not null group by lang order by count(*) desc, lang
"""
STATES = "select state, fate, count(*) from comments group by state, fate order by state, fate"
KINDS = "select kind, count(*) from comments group by kind order by kind"
COMPLETENESS = """
    select
        reason,
        count(*) as posts,
        sum(stated_comments)::bigint as stated,
        sum(found_comments)::bigint as found,
        sum(found_pingbacks)::bigint as pingbacks,
        sum(found_gone)::bigint as gone

    from completeness

    group by reason

    order by posts desc, reason
"""
WHOLE = (
    "select count(*) filter (where is_complete), count(*) filter (where not is_complete), count(*) from completeness"
)
EVIDENCE = """
    select array_to_string(evidence, '+') as signs, count(*) filter (where is_primary), count(*), avg(confidence)
    from replies group by signs order by count(*) desc, signs
"""
PARENTS = """
    select parent_from, count(*) from comments where parent_id is not null group by parent_from order by parent_from
"""
GAPS = """
    select
        count(*) filter (where published_local is null) as undated,
        count(*) filter (where published_local is not null and published_at is null) as without_zone,
        count(*) filter (where author_id is null) as nameless,
        count(*) filter (where parent_seen = false) as parent_unseen

    from comments
"""
RIGHTS = """
    select
        count(*) filter (where rights_tdm) as reserved,
        count(*) filter (where rights_tdm = false) as free,
        count(*) filter (where list_has_any(coalesce(rights_robots, []), ['noai'])) as noai,
        count(*) filter (where list_has_any(coalesce(rights_robots, []), ['noindex', 'none'])) as noindex,
        count(*) filter (where rights_robots is null) as unknown

    from posts
"""
LICENSES = """
    select license, count(*) from (select unnest(rights_licenses) as license from posts)
    group by license order by count(*) desc, license
"""
YEARS = """
    select year(published_local) as year, count(*) from comments
    where published_local is not null group by year order by year
"""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table of a release as a file."""

    name: str
    path: str
    """Below the release."""
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a release; rows of tuples are as their query at the head of this file says."""

    files: dict[str, TableFile]
    sites: Rows
    collected: Rows
    languages: Rows
    states: Rows
    kinds: Rows
    completeness: Rows
    whole: tuple[int, int, int]
    """Posts of which all comments were found, of which some are missing, and all."""
    evidence: Rows
    parents: Rows
    gaps: dict[str, int]
    rights: dict[str, int]
    licenses: Rows
    years: Rows

    @property
    def rows(self) -> dict[str, int]:
        return {name: file.rows for name, file in self.files.items()}

    @property
    def size(self) -> int:
        """Bytes of all tables."""
        return sum(file.size for file in self.files.values())

    @property
    def vias(self) -> list[str]:
        return sorted({via for via, *_ in self.collected})

    @property
    def fetched(self) -> tuple[datetime, datetime]:
        """When the oldest and the newest page was fetched."""
        return min(row[3] for row in self.collected), max(row[4] for row in self.collected)


def figures_of(release: Path, files: dict[str, TableFile], threads: int | None = None) -> Figures:
    """Count what stands in the tables of a release."""
    with plain_folder(release) as folder, open_database(threads=threads) as connection:
        for name in RELEASE_TABLES:
            path = quoted(str(folder / FOLDER / f"{name}.parquet"))
            connection.execute(f"create view {name} as from read_parquet({path})").fetchall()

        def rows(query: str) -> Rows:
            return connection.execute(query).fetchall()

        def counts(query: str) -> dict[str, int]:
            result = connection.sql(query)
            return dict(zip(result.columns, result.fetchall()[0], strict=True))

        [whole] = rows(WHOLE)
        return Figures(
            files=files,
            sites=rows(SITES),
            collected=rows(COLLECTED),
            languages=rows(LANGUAGES),
            states=rows(STATES),
            kinds=rows(KINDS),
            completeness=rows(COMPLETENESS),
            whole=whole,
            evidence=rows(EVIDENCE),
            parents=rows(PARENTS),
            gaps=counts(GAPS),
            rights=counts(RIGHTS),
            licenses=rows(LICENSES),
            years=rows(YEARS),
        )


def measured_signs() -> dict[str, tuple[int, int]]:
    """Signs of an answer, joined by '+' -> how many of how many were right where people had read who answers whom."""
    with MEASURED.open(encoding="utf-8", newline="") as file:
        return {row["evidence"]: (int(row["right_answers"]), int(row["answers"])) for row in csv.DictReader(file)}
