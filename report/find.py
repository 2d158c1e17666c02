"""The page to find posts and persons: what it looks through lies in scripts, which pages from disk may load."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from ..inert import inert_json
from .show import name_of, short, title_of
from .site import LARGEST, Site
from .tables import rows
from .threads import Where

CHUNK = LARGEST // 2
"""Bytes of a script, about."""
MOST_PERSONS = 20_000

POSTS = """
    select
        posts.post_id,
        posts.site,
        posts.title,
        posts.url,
        posts.author_name,
        posts.published_local,
        shown_posts.comments

    from shown_posts

    inner join posts
        on shown_posts.post_id = posts.post_id

    order by shown_posts.place
"""


def write_find(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    """Write the page, and the scripts with what can be found."""
    posts = rows(tables, POSTS)
    sites = sorted({each["site"] for each in posts})
    places = {of_site: place for place, of_site in enumerate(sites)}
    found: list[list[Any]] = [
        [
            "p",
            title_of(each),
            where.threads.get(each["post_id"]),
            places[each["site"]],
            each["published_local"].year if each["published_local"] else 0,
            each["comments"],
            short(each["author_name"], 80),
        ]
        for each in posts
    ]
    people = rows(tables, "from people order by comments + posts_written desc, place limit $most", most=MOST_PERSONS)
    found += [
        [
            "n",
            name_of(each["name"]),
            page,
            places[each["site"]],
            [each["first_at"].year, each["last_at"].year] if each["first_at"] else 0,
            each["comments"],
            " ".join(short(name, 80) for name in (each["name_variants"] or [])[1:6]),
        ]
        for each in people
        if (page := where.persons.get((each["site"], each["person_id"]))) and each["site"] in places
    ]
    chunks = list(_chunks(found))
    for number, chunk in enumerate(chunks):
        lines = ",\n".join(chunk)
        site.write_bytes(f"search-{number:02d}.js", f"rejoinderFound([\n{lines}\n]);\n".encode())
    years = sorted({each["published_local"].year for each in posts if each["published_local"]}, reverse=True)
    site.write(
        "find.html",
        "find.html",
        title="Find",
        section="find",
        sites=[short(each, 80) for each in sites],
        years=years,
        chunks=len(chunks),
        posts=len(posts),
        persons=len(found) - len(posts),
    )


def _chunks(found: Sequence[list[Any]]) -> Iterator[list[str]]:
    """Rows as JSON, in pieces of about CHUNK bytes."""
    chunk: list[str] = []
    size = 0
    for each in found:
        line = inert_json(json.dumps(each, ensure_ascii=False, separators=(",", ":")))
        # A script of its own holds no markup, but nothing that looks like some shall lie about either.
        line = line.replace("<", "\\u003c")
        if chunk and size + len(line.encode()) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line.encode()) + 2
    if chunk:
        yield chunk
