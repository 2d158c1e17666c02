"""Whose address is whose: what a page, an API, a feed or an export says of itself counts inside its own blog only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rejoinder import extract
from rejoinder.pipelines.normalize import post_address
from rejoinder.pipelines.scopes import Scope
from rejoinder.pipelines.urls import canonical_url, post_id
from rejoinder.queries import build, check
from rejoinder.schemas import RAW, PagePost
from rejoinder.spiders.answers import Answer, Harvest, Reader
from rejoinder.spiders.frontier import Context, Task
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.runs import crawled, parts, rows
from support.sites import RedirectedStart, TwoBlogs, serve_site
from support.warcs import http, page, record, write_warc

ADA = ("https://blogs.test/ada/",)
HOST = ("https://blog.test/",)
MOVED = ("https://new.test/", "https://old.test/")


@pytest.mark.parametrize(
    ("named", "found_at", "homes", "key"),
    [
        # Spellings, and other addresses inside the blog that was asked for.
        ("https://www.blog.test/a-post/", "http://blog.test/a-post", HOST, "https://blog.test/a-post"),
        ("https://blog.test/2012/01/a-post/", "http://blog.test/?p=12", HOST, "https://blog.test/2012/01/a-post"),
        ("https://blogs.test/ada/2012/a-post/", "http://blogs.test/ada/?p=12", ADA, "https://blogs.test/ada/2012/a-post"),
        ("https://blog.test/b/", "https://blog.test/a/", HOST, "https://blog.test/b"),
        ("http://x.blogspot.com/2012/01/a.html", "http://x.blogspot.co.uk/2012/01/a.html", (), "https://x.blogspot.com/2012/01/a.html"),
        # The blog moved: its old address leads here.
        ("https://old.test/a/", "https://new.test/a/", MOVED, "https://old.test/a"),
        # Other hosts, under the same path or another.
        ("https://ada.test/2012/a/", "https://eve.test/2012/a/", ("https://eve.test/",), "https://eve.test/2012/a"),
        ("https://ada.test/2012/b/", "https://eve.test/2012/a/", ("https://eve.test/",), "https://eve.test/2012/a"),
        ("https://ada.test/2012/a/", "https://eve.test/2012/a/", (), "https://eve.test/2012/a"),
        ("https://blog.test:8080/a/", "https://blog.test/b/", HOST, "https://blog.test/b"),
        ("https://sub.blog.test/a/", "https://blog.test/a/", HOST, "https://blog.test/a"),
        ("http://user@blog.test/b/", "https://blog.test/a/", HOST, "https://blog.test/a"),
        # Other blogs of the same host.
        ("https://blogs.test/ada/2012/a/", "https://blogs.test/eve/2012/a/", ("https://blogs.test/eve/",), "https://blogs.test/eve/2012/a"),
        ("https://blogs.test/adam/a/", "https://blogs.test/ada/b/", ADA, "https://blogs.test/ada/b"),
        ("https://blogs.test/ada/2012/a/", "https://blogs.test/eve/2012/a/", ("https://blogs.test/",), "https://blogs.test/eve/2012/a"),
        ("https://e.test/ada/2012/01/a/", "https://e.test/eve/2012/01/a/", ("https://e.test/",), "https://e.test/eve/2012/01/a"),
        ("https://e.test/~ada/a/", "https://e.test/~eve/a/", ("https://e.test/",), "https://e.test/~eve/a"),
        ("https://e.test/ada/a/", "https://e.test/eve/a/", (), "https://e.test/eve/a"),
        ("https://e.test/a/", "https://e.test/eve/a/", (), "https://e.test/eve/a"),
        # The same host of which nobody named a blog, where nothing says that it has two.
        ("https://e.test/2012/01/a/", "https://e.test/?p=3", (), "https://e.test/2012/01/a"),
        ("https://e.test/2012/01/a/", "https://e.test/amp/2012/01/a/", (), "https://e.test/2012/01/a"),
        ("https://e.test/ada/a/", "https://e.test/ada/?p=3", (), "https://e.test/ada/a"),
        # Themes that call every page the front page.
        ("https://blogs.test/ada/", "https://blogs.test/ada/a/", ADA, "https://blogs.test/ada/a"),
    ],
)  # fmt: skip
def test_a_claim_counts_inside_the_blog(named: str, found_at: str, homes: tuple[str, ...], key: str) -> None:
    address = post_address(PagePost(url=named), found_at, [Scope.of(home) for home in homes])
    assert canonical_url(address.key) == key
    assert address.url == found_at
    believed = canonical_url(named) == key
    assert address.claimed == (None if believed or "@" in named else named)


@pytest.mark.parametrize("start", ["https://e.test/ada.b/", "https://e.test/ada/", "https://e.test/"])
def test_a_scope_is_that_of_its_own_front_page(start: str) -> None:
    scope = Scope.of(start)
    assert Scope.of(scope.home) == scope
    assert start in scope
    assert ("https://e.test/eve/" in scope) == (start == "https://e.test/")


# Live crawls


def what_is_ada(data: Path, home: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Posts and comments of Ada's blog, without what tells of the time."""
    ids = {post_id(f"{home}{path}") for path in TwoBlogs.PATHS}
    when = {"fetch_id", "fetched_at", "first_seen_at", "declared_at"}
    return tuple(
        [row for row in rows(data, name, without=when) if row["post_id"] in ids] for name in ("posts", "comments")
    )  # type: ignore[return-value]


@pytest.mark.parametrize("claim", ["canonical", "og:url", "json-ld", "next page"])
@pytest.mark.parametrize("other", ["path", "host"])
def test_another_blog_cannot_replace_posts_and_comments(tmp_path: Path, claim: str, other: str) -> None:
    with serve_site(TwoBlogs) as (url, _):
        origin = url.removesuffix("/andrea_dimaio/")
        ada = f"{origin}/ada/"
        # The same server under another name is another host.
        eve = (
            f"{origin if other == 'path' else origin.replace('127.0.0.1', 'localhost')}/eve-{claim.replace(' ', '-')}/"
        )
        crawled(ada, tmp_path)
        before = what_is_ada(tmp_path, ada)
        assert [len(some) for some in before] == [2, 4]
        crawled(eve, tmp_path)
    assert what_is_ada(tmp_path, ada) == before
    posts = {row["url"]: row for row in rows(tmp_path, "posts")}
    mine = [posts[f"{eve}{path}"] for path in TwoBlogs.PATHS]
    assert [row["post_id"] for row in mine] == [post_id(f"{eve}{path}") for path in TwoBlogs.PATHS]
    if claim in ("canonical", "og:url"):
        assert [row["claimed_url"] for row in mine] == [f"{ada}{path}" for path in TwoBlogs.PATHS]
    assert [result.check.name for result in check(tmp_path) if result.failed] == []


def test_what_another_host_calls_a_capture_is_none_of_the_blogs_pages(tmp_path: Path) -> None:
    with serve_site(TwoBlogs) as (url, visits):
        crawled(f"{url.removesuffix('/andrea_dimaio/')}/ada/", tmp_path)
    assert not [path for _, path in visits if "replay" in path]
    assert "Forged" not in {row["title"] for row in rows(tmp_path, "posts")}


def test_a_blog_that_moved_is_known_by_the_address_that_leads_to_it(tmp_path: Path) -> None:
    with serve_site(RedirectedStart) as (url, _):
        new = f"{url.removesuffix('/andrea_dimaio/')}/moved/"
        old = new.replace("/moved/", "/left/")
        crawled(old, tmp_path)
    assert {(row["url"], row["post_id"], row["claimed_url"]) for row in rows(tmp_path, "posts")} == {
        (f"{new}2012/01/09/one/", post_id(f"{old}2012/01/09/one/"), None)
    }
    assert [result.check.name for result in check(tmp_path) if result.failed] == []


def api_answer(home: str, *links: str) -> Harvest:
    """What the posts of a REST API give to the crawl of https://eve.test/."""
    url = f"{home}wp-json/wp/v2/posts?page=1"
    answer = Answer(
        url=url,
        status=200,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        content_type="application/json",
        charset=None,
        body=api_rows("posts", *links),
    )
    return Reader(Scope.of("https://eve.test/")).read(Task(url, "api", Context(way="api", rows="posts")), answer)


@pytest.mark.parametrize("home", ["https://eve.test/", "https://cms.test/"])
def test_a_row_of_the_api_that_claims_another_blogs_address_is_known_by_its_number(home: str) -> None:
    harvest = api_answer(home, "https://ada.test/2012/a/", "https://eve.test/2012/b/")
    assert [reading.post_url for reading in harvest.readings] == ["https://eve.test/?p=5", "https://eve.test/2012/b/"]
    [comments] = harvest.tasks
    assert {url for url, _ in comments.context.posts.values()} == {reading.post_url for reading in harvest.readings}


def test_an_api_of_which_all_posts_stand_elsewhere_is_no_way_in() -> None:
    harvest = api_answer("https://cms.test/", "https://ada.test/2012/a/", "https://www.test/2012/b/")
    assert (harvest.outcome, harvest.readings, harvest.tasks) == ("absent", [], [])
    assert "https://eve.test/" in (harvest.error or "")


# Archives


def read(data: Path, *sources: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """What a crawl of files recorded; fails where the crawl itself did."""
    end = crawl_files(FileCrawl(sources=[str(source) for source in sources], **options), data)
    assert end.fatal is None
    return {
        name: [row for part in parts(data, name) for row in pq.ParquetFile(part).read().to_pylist()] for name in RAW
    }


def claiming(html: bytes, url: str) -> bytes:
    return html.replace(b"<head>", f'<head><link rel="canonical" href="{url}">'.encode())


@pytest.mark.parametrize(
    ("ada", "eve"),
    [
        ("http://ada.test/2012/01/09/a/", "http://eve.test/2012/01/09/a/"),
        ("http://e.test/ada/2012/01/09/a/", "http://e.test/eve/2012/01/09/a/"),
        ("http://e.test/ada/a-post/", "http://e.test/eve/a-post/"),
    ],
)
@pytest.mark.parametrize("is_named", [False, True])
def test_in_an_archive_of_two_blogs_each_speaks_for_itself(tmp_path: Path, ada: str, eve: str, is_named: bool) -> None:
    source = write_warc(
        tmp_path / "a.warc",
        record(ada, http(page("Mine", [(1, "Ann", "True.")]))),
        record(eve, http(claiming(page("Hers", [(1, "Eve", "False.")]), ada)), date="2013-01-01T00:00:00Z"),
    )
    homes = [url.partition("2012")[0].removesuffix("a-post/") for url in (ada, eve)]
    raw = read(tmp_path / "d", source, sites=homes if is_named else ())
    assert {(row["post_id"], row["url"], row["title"], row["claimed_url"]) for row in raw["posts"]} == {
        (post_id(ada), ada, "Mine", None),
        (post_id(eve), eve, "Hers", ada),
    }
    assert {(row["comment_id"], row["body_text"]) for row in raw["comments"]} == {
        (f"{post_id(ada)}:1", "True."),
        (f"{post_id(eve)}:1", "False."),
    }
    build(tmp_path / "d")
    assert [result.check.name for result in check(tmp_path / "d") if result.failed] == []


def test_a_thread_that_two_blogs_embed_stays_with_both(tmp_path: Path) -> None:
    script = b'<section id="isso-thread"></section><script src="https://c.test/js/embed.min.js"></script>'
    counts = {"total_replies": 1, "hidden_replies": 0}
    comment = {"id": 8, "parent": None, "mode": 1, "author": "Ann", "text": "<p>By Isso.</p>", "created": 1326183600.0}
    heads = json.dumps({**counts, "replies": [{**comment, "total_replies": 0, "hidden_replies": 0, "replies": []}]})
    post = page("First").replace(b'<div id="comments"', script + b'<div id="none"')
    blogs = ["https://ada.test/2012/01/09/a/", "https://eve.test/2012/01/09/a/"]
    source = write_warc(
        tmp_path / "a.warc",
        record("https://c.test/?uri=%2F2012%2F01%2F09%2Fa%2F", http(heads.encode(), content_type="application/json")),
        *(record(url, http(post)) for url in blogs),
    )
    raw = read(tmp_path / "d", source)
    assert sorted((row["comment_id"], row["body_text"]) for row in raw["comments"]) == sorted(
        (f"{post_id(url)}:isso-8", "By Isso.") for url in blogs
    )
    assert len(raw["fetches"]) == 3


def api_rows(kind: str, *links: str) -> bytes:
    more = (
        {"title": {"rendered": "T"}, "author": 1} if kind == "posts" else {"post": 5, "author_name": "Eve", "parent": 0}
    )
    return json.dumps(
        [
            {"id": 5 + n, "link": link, "date": "2012-01-09T08:00:00", "content": {"rendered": "<p>Text.</p>"}, **more}
            for n, link in enumerate(links)
        ]
    ).encode()


@pytest.mark.parametrize("ada", ["https://ada.test/2012/01/09/a/", "https://e.test/ada/2012/01/09/a/"])
@pytest.mark.parametrize("is_named", [False, True])
def test_an_api_gives_posts_and_comments_of_its_own_blog(tmp_path: Path, ada: str, is_named: bool) -> None:
    eve = "https://e.test/eve/"
    own = f"{eve}2012/01/10/b/"
    rows_of = {"posts": api_rows("posts", ada, own), "comments": api_rows("comments", f"{ada}#comment-5")}
    source = write_warc(
        tmp_path / "a.warc",
        *(
            record(f"{eve}wp-json/wp/v2/{kind}?page=1", http(body, content_type="application/json"))
            for kind, body in rows_of.items()
        ),
    )
    raw = read(tmp_path / "d", source, sites=[eve] if is_named else ())
    assert {(row["post_id"], row["url"], row["claimed_url"]) for row in raw["posts"]} == {
        (post_id(f"{eve}?p=5"), f"{eve}?p=5", ada),
        (post_id(own), own, None),
    }
    assert [row["comment_id"] for row in raw["comments"]] == [f"{post_id(f'{eve}?p=5')}:5"]


def test_an_api_whose_comments_alone_were_kept_gives_none_to_other_blogs(tmp_path: Path) -> None:
    url = "https://e.test/eve/wp-json/wp/v2/comments?page=1"
    body = api_rows("comments", "https://ada.test/2012/01/09/a/#comment-5")
    source = write_warc(tmp_path / "a.warc", record(url, http(body, content_type="application/json")))
    raw = read(tmp_path / "d", source)
    assert [row["post_id"] for row in raw["comments"]] == [post_id("https://e.test/eve/?p=5")]


# Exports


def wxr(home: str | None, *links: str) -> str:
    """A WordPress export of posts with a comment each."""
    names = f"<link>{home}</link><wp:base_blog_url>{home}</wp:base_blog_url>" if home else ""
    items = "".join(
        f"<item><title>T</title><link>{link}</link><wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type>"
        "<wp:status>publish</wp:status><wp:post_date>2012-01-09 08:00:00</wp:post_date><wp:comment>"
        "<wp:comment_id>7</wp:comment_id><wp:comment_approved>1</wp:comment_approved>"
        "<wp:comment_content>Text.</wp:comment_content></wp:comment></item>"
        for number, link in enumerate(links, 1)
    )
    return f'<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>{names}{items}</channel></rss>'


EVE = "https://e.test/eve"
OWN = "https://www.e.test/eve/2012/own/"
FOREIGN = ["https://ada.test/2012/a/", "https://e.test/ada/2012/a/"]


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("sites", [(), (f"{EVE}/",), ("https://e.test/",)])
def test_an_export_speaks_for_the_blog_that_it_is_of(tmp_path: Path, foreign: str, sites: tuple[str, ...]) -> None:
    (tmp_path / "a.xml").write_text(wxr(EVE, OWN, foreign), "utf-8")
    raw = read(tmp_path / "d", tmp_path / "a.xml", sites=sites)
    ids = {OWN: post_id(OWN), foreign: post_id(f"{EVE}/?p=2")}
    assert {(row["post_id"], row["url"], row["claimed_url"]) for row in raw["posts"]} == {
        (ids[OWN], OWN, None),
        (ids[foreign], f"{EVE}/?p=2", foreign),
    }
    assert {row["comment_id"] for row in raw["comments"]} == {f"{one}:7" for one in ids.values()}


def test_an_export_that_names_no_blog_is_known_by_its_links(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(wxr(None, *FOREIGN), "utf-8")
    raw = read(tmp_path / "d", tmp_path / "a.xml")
    assert {(row["url"], row["claimed_url"]) for row in raw["posts"]} == {(link, None) for link in FOREIGN}


def test_links_of_an_export_are_read_from_the_blogs_front_page(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(wxr(EVE, "/eve/2012/own/"), "utf-8")
    raw = read(tmp_path / "d", tmp_path / "a.xml")
    assert [(row["url"], row["post_id"]) for row in raw["posts"]] == [(f"{EVE}/2012/own/", post_id(OWN))]


def test_a_blogger_export_tells_of_posts_that_stand_elsewhere(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "exports" / "blogger.xml").read_text("utf-8")
    head = "<link rel='alternate' type='text/html' href='http://eve.test/'/><entry>"
    (tmp_path / "a.xml").write_text(text.replace("<entry>", head, 1), "utf-8")
    raw = read(tmp_path / "d", tmp_path / "a.xml")
    assert (raw["posts"], raw["comments"]) == ([], [])
    told = [(row["record"], row["url"]) for row in raw["rejects"] if row["reason"] == "outside_blog"]
    url = "http://quay.example.org/2014/05/low-tide.html"
    assert told == [("post", url), ("comment", url), ("comment", url)]


def test_threads_of_a_disqus_export_stand_where_it_says(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "exports" / "disqus.xml").read_text("utf-8")
    link, own = "https://harbour.example.org/2014/05/06/low-tide/", "https://elsewhere.test/a/"
    other = text[text.index("<thread") : text.index("</thread>") + len("</thread>")].replace(link, own)
    (tmp_path / "a.xml").write_text(text.replace("<thread", f"{other}<thread", 1), "utf-8")
    raw = read(tmp_path / "d", tmp_path / "a.xml")
    assert {row["post_id"] for row in raw["comments"]} == {post_id(link)}
    assert [row["error"] for row in raw["fetches"] if row["outcome"] != "ok"] == []


# Single pages


@pytest.mark.parametrize(
    ("url", "claimed", "known_as"),
    [
        ("https://eve.test/2012/a/", "https://ada.test/2012/a/", "https://eve.test/2012/a/"),
        ("https://e.test/eve/a/", "https://e.test/ada/a/", "https://e.test/eve/a/"),
        # Without an address of its own, what the page says is all that is known, and nothing else is read with it.
        (None, None, "https://ada.test/2012/a/"),
    ],
)
def test_a_single_page_is_held_against_the_url_that_was_asked(
    url: str | None, claimed: str | None, known_as: str
) -> None:
    html = claiming(page("A", [(1, "Eve", "Text.")]), claimed or known_as)
    found = extract(html, url, replies=False)["post"]
    assert (found["post_id"], found["url"], found["claimed_url"]) == (post_id(known_as), known_as, claimed)


# Addresses that can be opened


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/index.php?/archives/3-x.html",
        "http://blog.test/?/2012/a&b",
        "http://blog.test/a;b/c+d%20e?q=1;2",
        "http://www.blog.test/A/?utm_source=x",
    ],
)
def test_the_address_that_answered_is_kept(tmp_path: Path, url: str) -> None:
    raw = read(tmp_path / "d", write_warc(tmp_path / "a.warc", record(url, http(page("A", [(1, "Ann", "One.")])))))
    assert [(row["url"], row["canonical_url"]) for row in raw["posts"]] == [(url, canonical_url(url))]
    [post] = [extract(page("A", [(1, "Ann", "One.")]), url, replies=False)["post"]]
    assert (post["url"], post["post_id"]) == (url, raw["posts"][0]["post_id"])
