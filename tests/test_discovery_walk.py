"""From a start page to all posts of small blogs of many makes: the reader and the frontier, without any network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from rejoinder.pipelines.scopes import Scope
from rejoinder.spiders.answers import Answer, Reader
from rejoinder.spiders.frontier import Frontier

BLOG = "https://blog.example.org"
SEEN = datetime(2026, 1, 1, tzinfo=UTC)
Pages = dict[str, str]
"""Path -> what the blog answers; HTML, or XML where it begins with `<?xml`."""


def walk(pages: Pages) -> dict[str, tuple[str, str]]:
    """Crawl the blog from its front page: path -> page kind and outcome of everything that was asked for."""
    reader, frontier = Reader(Scope.of(f"{BLOG}/")), Frontier()
    asked: dict[str, tuple[str, str]] = {}
    for task in reader.start_tasks(f"{BLOG}/"):
        frontier.add(task)
    while frontier.flying == 0:
        for task in list(frontier.take()):
            path = task.url.removeprefix(BLOG)
            body = pages.get(path)
            is_xml = body is not None and body.startswith("<?xml")
            answer = Answer(
                url=task.url,
                status=404 if body is None else 200,
                fetched_at=SEEN,
                content_type="application/xml" if is_xml else "text/html",
                charset="utf-8",
                body=(body or "Not found").encode(),
            )
            harvest = reader.read(task, answer)
            asked[path] = harvest.kind, harvest.outcome
            for further in harvest.tasks:
                frontier.add(further)
            frontier.finish(task, sum(reading.post is not None for reading in harvest.readings))
        if not frontier._waiting and not frontier.advance():
            break
    return asked


def posts(asked: dict[str, tuple[str, str]]) -> set[str]:
    return {path for path, (kind, _) in asked.items() if kind == "post"}


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>Seats</title>{head}</head><body>{body}</body></html>"


def note(n: int, more: str = "", head: str = "") -> str:
    text = f"Note {n} tells how often seats were counted, and by whom, and what came of it in the end."
    return page(f"<h1>Note {n}</h1><p>{n} March 2021</p><div class=text><p>{text}</p></div>{more}", head)


def notes(*numbers: int) -> Pages:
    return {f"/articles/note-{n}": note(n) for n in numbers}


def titles(*numbers: int, tag: str = "h2") -> str:
    return "".join(f'<{tag}><a href="/articles/note-{n}">Note {n}</a></{tag}>' for n in numbers)


def feed(*numbers: int) -> str:
    items = "".join(f"<item><link>{BLOG}/articles/note-{n}</link></item>" for n in numbers)
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


def linked_titles() -> Pages:
    """Textpattern's front page."""
    blocks = "".join(f"{titles(n)}<p>{n} March 2021</p><p>Note {n} tells how often.</p>" for n in (1, 2, 3, 4))
    return {"/": page(f"<h1>Blog</h1>{blocks}"), **notes(1, 2, 3, 4)}


def articles_with_headlines() -> Pages:
    blocks = "".join(
        f'<article itemscope itemtype="http://schema.org/Article"><h1>Note {n}</h1>'
        f'<time datetime="2021-03-0{n}">{n} March 2021</time><p>Note {n} tells how often.</p>'
        f"<a href='/articles/note-{n}'>Read more</a></article>"
        for n in (1, 2, 3, 4)
    )
    return {"/": page(blocks), **notes(1, 2, 3, 4)}


def sitemap_of_another_host() -> Pages:
    locs = "".join(f"<url><loc>http://example.com/articles/note-{n}</loc></url>" for n in (1, 2, 3, 4))
    sitemap = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>'
    return {
        "/sitemap.xml": sitemap,
        "/": page(f"<h1>Blog</h1>{titles(4, 3)}<a href='/?page=2'>Older</a>"),
        "/?page=2": page(f"<h1>Blog</h1>{titles(2, 1)}<a href='/?page=1'>Newer</a>"),
        "/?page=1": page(f"<h1>Blog</h1>{titles(4, 3)}"),
        **notes(1, 2, 3, 4),
    }


def feed_of_the_newest() -> Pages:
    """The rest stands on a page that no rel and no shape of its address tells apart."""
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    rows = "".join(f'<p><a href="/articles/note-{n}">Note {n}</a><br>Posted {n} March 2021</p>' for n in (4, 3, 2, 1))
    return {
        "/": page(f"<h1>Blog</h1>{titles(4, 3)}<p><a href='/all'>All notes</a></p>", head),
        "/rss": feed(4, 3),
        "/all": page(f"<h1>All notes</h1>{rows}"),
        **notes(1, 2, 3, 4),
    }


def neighbours_only() -> Pages:
    """Movable Type's posts lead to those before them; the front page has but the newest."""
    turn = '<p><a href="/articles/note-{}">&laquo; Before</a> | <a href="/">Main</a></p>'
    chained = {f"/articles/note-{n}": note(n, turn.format(n - 1) if n > 1 else "") for n in (1, 2, 3, 4)}
    return {"/": page(f"<h1>Blog</h1>{titles(4, 3)}"), **chained}


def monthly_archives() -> Pages:
    """Months under names of old engines, each with one post or two."""
    months = {f"/2021_0{n}.html": page(f"<h1>Month {n}</h1>{titles(2 * n - 1, 2 * n)}") for n in (1, 2)}
    links = "".join(f"<li><a href='{path}'>2021</a></li>" for path in months)
    return {"/": page(f"<h1>Blog</h1>{titles(4, 3)}<ul>{links}</ul>"), **months, **notes(1, 2, 3, 4)}


def recent_posts_in_the_side_bar() -> Pages:
    """What the side bar of the front page links to stands on the second page of the listing, too."""
    recent = "<aside><ul>" + "".join(f"<li><a href='/articles/note-{n}'>{n}</a></li>" for n in (2, 1)) + "</ul></aside>"
    return {
        "/": page(f"<h1>Blog</h1>{titles(4, 3)}<a rel=next href='/?page=2'>Older</a>{recent}"),
        "/?page=2": page(f"<h1>Blog</h1>{titles(2, 1)}"),
        **notes(1, 2, 3, 4),
    }


def feeds_linked_like_pages() -> Pages:
    return linked_titles() | {
        "/": page("<h1>Blog</h1><p><a href='/syndicate'>Follow</a> <a href='/log'>Log</a></p>"),
        "/syndicate": feed(4, 3),
        "/log": page(f"<h1>Log</h1>{titles(4, 3, 2, 1)}"),
    }


BLOGS: list[Callable[[], Pages]] = [
    linked_titles,
    articles_with_headlines,
    sitemap_of_another_host,
    feed_of_the_newest,
    neighbours_only,
    monthly_archives,
    recent_posts_in_the_side_bar,
    feeds_linked_like_pages,
]


@pytest.mark.parametrize("blog", BLOGS, ids=lambda blog: blog.__name__)
def test_every_post_is_found_and_no_other_page_taken_for_one(blog: Callable[[], Pages]) -> None:
    asked = walk(blog())
    assert posts(asked) == {f"/articles/note-{n}" for n in (1, 2, 3, 4)}
    assert {outcome for _, outcome in asked.values()} <= {"ok", "absent"}
