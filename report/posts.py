"""The lists of posts: all of them by blog and year, and those most discussed."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

import duckdb

from . import lists
from .lists import Column, Listing, TableRow, page_name, parts_of_list, write_listing
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


def thread_link(where: Where, post: Row) -> Link:
    """A post by its title: to its page, or to the web where it has none in this report."""
    page = where.threads.get(post["post_id"])
    return Link(title_of(post), page) if page else outside(title_of(post), post["url"])


@dataclass(slots=True)
class PostLists:
    """Where in the list of posts a blog begins, and each of its years."""

    blogs: dict[str, str] = field(default_factory=dict)
    """posts.site -> page and anchor."""
    index: dict[str, list[Link]] = field(default_factory=dict)
    """The same for each of its years, the newest first."""


COLUMNS = (
    Column("Post"),
    Column("Author"),
    Column("Published"),
    Column("Comments", True),
    Column("Stated", True),
)


def write_posts(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> PostLists:
    """Write the lists of all posts: by blog and year, and those with the most comments."""
    found = PostLists()
    pages: list[list[dict]] = [[]]
    room = lists.ROWS_A_PAGE
    for (of_site, year), posts in groupby(rows(tables, BY_TIME), key=_blog_and_year):
        whole = Listing(f"{of_site}, {year}", COLUMNS, [_told(post, where) for post in posts], True, True)
        for number_of_piece, piece in enumerate(lists.in_pages(whole)):
            if len(piece.rows) > room and pages[-1]:
                pages.append([])
                room = lists.ROWS_A_PAGE
            room -= len(piece.rows)
            own = f"{anchor('b', of_site)}-{year}" + (f"-{number_of_piece}" if number_of_piece else "")
            pages[-1].append({"site": short(of_site, 100), "year": year, "anchor": own, "listing": piece})
            if not number_of_piece:
                href = f"{page_name('posts', len(pages))}#{own}"
                found.blogs.setdefault(of_site, href)
                found.index.setdefault(short(of_site, 100), []).append(Link(year, href))
    for place, sections in enumerate(pages, 1):
        site.write(
            page_name("posts", place),
            "posts.html",
            title="Threads",
            section="threads",
            sections=sections,
            index=found.index if place == 1 else {},
            parts=parts_of_list("posts", len(pages), place),
        )
    _write_most_discussed(site, tables, where)
    return found


def _write_most_discussed(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    most = [_told(post, where) for post in rows(tables, BY_COMMENTS)]
    write_listing(
        site,
        "most-discussed",
        Listing("Most discussed", COLUMNS, most, is_caption_hidden=True, has_heads=True),
        section="threads",
        title="Most discussed posts",
        about="Posts by their number of comments, the most first." if most else "No post has comments.",
    )


def _blog_and_year(post: Row) -> tuple[str, str]:
    return post["site"], str(post["published_local"].year) if post["published_local"] else "undated"


def _told(post: Row, where: Where) -> TableRow:
    cells = [thread_link(where, post), short(post["author_name"], 80), published(post)]
    return TableRow([*cells, number(post["comments"]), number(post["stated_comments"])])
