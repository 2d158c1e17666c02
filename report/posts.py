"""The lists of posts: all of them by blog and year, and those most discussed."""

from __future__ import annotations

import duckdb

from .lists import Cell, Column, Listing, TableRow, page_name, write_listing
from .show import Link, anchor, number, outside, published, short, title_of
from .site import Site
from .tables import Row, rows
from .threads import Where

POSTS = """
    select
        posts.post_id,
        posts.site,
        posts.title,
        posts.url,
        posts.author_name,
        posts.published_raw,
        posts.published_local,
        posts.published_at,
        posts.published_precision,
        coalesce(threads.comments, completeness.found_comments, 0) as comments,
        completeness.stated_comments,
        threads.persons,
        threads.author_lag_s

    from posts

    left join completeness
        on posts.post_id = completeness.post_id

    left join threads
        on posts.post_id = threads.post_id
"""

BY_TIME = f"{POSTS} order by posts.site, posts.published_local desc nulls last, posts.post_id"
BY_COMMENTS = f"""
    {POSTS}
    where coalesce(threads.comments, completeness.found_comments, 0) > 0
    order by comments desc, posts.site, posts.published_local desc nulls last, posts.post_id
    limit 1000
"""


def site_anchor(site: str) -> str:
    """Where a blog begins in the list of posts."""
    return anchor("b", site)


def thread_link(where: Where, post: Row) -> Link:
    """A post by its title: to its page, or to the web where it has none in this report."""
    page = where.threads.get(post["post_id"])
    return Link(title_of(post), page) if page else outside(title_of(post), post["url"])


def write_posts(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    """Write the lists of all posts: by blog and year, and those with the most comments."""
    columns = [Column("Post"), Column("Author"), Column("Published"), Column("Comments", True), Column("Stated", True)]

    def told(post: Row, place: str | None = None) -> TableRow:
        cells: list[Cell] = [
            thread_link(where, post),
            short(post["author_name"], 80),
            published(post),
            number(post["comments"]),
            number(post["stated_comments"]),
        ]
        return TableRow(cells, place)

    groups: list[tuple[str, str, str, list[TableRow]]] = []
    anchors: set[str] = set()
    for post in rows(tables, BY_TIME):
        year = str(post["published_local"].year) if post["published_local"] else "undated"
        name = short(post["site"], 100)
        if not groups or groups[-1][:2] != (name, year):
            groups.append((name, year, post["site"], []))
        groups[-1][3].append(told(post))
    pages: list[list[dict]] = [[]]
    room = 1_000
    index: dict[str, list[Link]] = {}
    seen_years: set[str] = set()
    for name, year, of_site, group in groups:
        for first in range(0, len(group), 1_000):
            piece = group[first : first + 1_000]
            if len(piece) > room and pages[-1]:
                pages.append([])
                room = 1_000
            room -= len(piece)
            own = f"{site_anchor(of_site)}-{year}"
            years = [f"y{year}"] if year not in seen_years else []
            seen_years.add(year)
            heads = [site_anchor(of_site)] if site_anchor(of_site) not in anchors else []
            anchors.update(heads)
            if not first:
                index.setdefault(name, []).append(Link(year, f"{page_name('posts', len(pages))}#{own}"))
            pages[-1].append(
                {
                    "site": name,
                    "year": year,
                    "anchor": own if not first else f"{own}-{first}",
                    "more": [*heads, *years],
                    "listing": Listing(f"{name}, {year}", columns, piece, is_caption_hidden=True, has_heads=True),
                }
            )
    for place, sections in enumerate(pages, 1):
        others = ((str(each), page_name("posts", each)) for each in range(1, len(pages) + 1))
        parts = [Link(name, None if name == str(place) else path) for name, path in others]
        site.write(
            page_name("posts", place),
            "posts.html",
            title="Threads",
            section="threads",
            sections=sections,
            index=index if place == 1 else {},
            parts=parts if len(parts) > 1 else [],
        )
    most = [told(post) for post in rows(tables, BY_COMMENTS)]
    write_listing(
        site,
        "most-discussed",
        Listing("Most discussed", columns, most, is_caption_hidden=True, has_heads=True),
        section="threads",
        title="Most discussed posts",
        about="Posts by their number of comments, the most first." if most else "No post has comments.",
    )
