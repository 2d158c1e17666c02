"""The index of a web archive: its dialects, what is asked for, and which captures are taken."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from rejoinder.spiders.archives.pages import capture_time
from rejoinder.spiders.cdx import (
    CaptureRow,
    IndexAnswer,
    NotCdx,
    capture_url,
    chosen,
    following,
    queries,
    read_index,
    spellings,
)

POST = "http://blog.example.org/2012/01/09/a-post/"
ROW = CaptureRow("20120301100000", POST, "AAAA")
HEADER = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
KEY = "org,example,blog)/2012/01/09/a-post"


def array(*rows: list[str], key: str | None = None) -> bytes:
    """An answer of the Wayback Machine."""
    return json.dumps([HEADER, *rows, *([[], [key]] if key else [])]).encode()


FIELDS = {"url": POST, "mime": "text/html", "status": "200", "digest": "AAAA"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (array([KEY, "20120301100000", POST, "text/html", "200", "AAAA", "900"]), IndexAnswer([ROW])),
        (array([KEY, "20120301100000", POST, "text/html", "200", "AAAA", "9"], key="o 1"), IndexAnswer([ROW], "o 1")),
        (json.dumps({"urlkey": KEY, "timestamp": "20120301100000", **FIELDS}).encode(), IndexAnswer([ROW])),
        (f"{KEY} 20120301100000 {json.dumps(FIELDS)}".encode(), IndexAnswer([ROW])),
        (f"{KEY} 20120301100000 {POST} text/html 200 AAAA 900".encode(), IndexAnswer([ROW])),
        (array([KEY, "20120301100000", POST, "warc/revisit", "-", "AAAA", "300"]), IndexAnswer([ROW])),
        (array([KEY, "20120301100000", POST, "text/html", "404", "AAAA", "900"]), IndexAnswer([])),
        (array([KEY, "20120301100000", POST, "image/png", "200", "AAAA", "900"]), IndexAnswer([])),
        (b"[]", IndexAnswer([])),
        (b"", IndexAnswer([])),
    ],
    ids=["array", "resume key", "JSON lines", "CDXJ", "classic", "revisit", "not found", "image", "no rows", "nothing"],
)
def test_rows_are_read_in_every_dialect(body: bytes, expected: IndexAnswer) -> None:
    assert read_index(body) == expected


@pytest.mark.parametrize(
    "body", [b"<!DOCTYPE html><h1>Too many requests</h1>", b"[1, 2", b'{"message": cut', b"org.archive.Blocked: no"]
)
def test_what_is_no_index_is_refused(body: bytes) -> None:
    with pytest.raises(NotCdx):
        read_index(body)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("https://www.blog.example.org/ada/", ["blog.example.org/ada/", "www.blog.example.org/ada/"]),
        ("http://127.0.0.1:8080/", ["127.0.0.1:8080/"]),
        (
            "http://blogs.gartner.com/mark_mcdonald/",
            [
                "blogs.gartner.com/mark-mcdonald/",
                "blogs.gartner.com/mark_mcdonald/",
                "www.blogs.gartner.com/mark-mcdonald/",
                "www.blogs.gartner.com/mark_mcdonald/",
            ],
        ),
    ],
)
def test_all_spellings_of_a_blog_are_asked_for(start: str, expected: list[str]) -> None:
    assert spellings(start) == expected
    asked = [
        parse_qs(urlsplit(query).query) for query in queries("https://a.example/web", start, since=None, until=None)
    ]
    assert [query["url"] for query in asked] == [[prefix] for prefix in expected for _ in range(2)]


def test_questions_carry_the_times_and_come_by_key_and_by_page() -> None:
    by_key, by_page = (
        parse_qs(urlsplit(query).query)
        for query in queries("http://127.0.0.1:1/blog", "http://127.0.0.1/x/", since="2008", until="2012")
    )
    assert (by_key["from"], by_key["to"], by_key["showResumeKey"]) == (["2008"], ["2012"], ["true"])
    assert by_page["page"] == ["0"]
    assert "showResumeKey" not in by_page


def test_questions_go_on_until_the_index_ends() -> None:
    url = "https://a.example/cdx?url=x&limit=5&showResumeKey=true"
    second = following(url, IndexAnswer([ROW], "org x+1"))
    assert second == f"{url}&resumeKey=org+x%2B1"
    assert following(second, IndexAnswer([ROW], "z")) == f"{url}&resumeKey=z"
    assert following(second, IndexAnswer([ROW])) is None
    assert following("https://a.example/cdx?url=x&page=9", IndexAnswer([ROW])) == "https://a.example/cdx?url=x&page=10"
    assert following("https://a.example/cdx?url=x&page=9", IndexAnswer([])) is None


@pytest.mark.parametrize(
    ("captures", "times"),
    [
        ("first", ["20110101000000"]),
        ("last", ["20130601000000"]),
        ("yearly", ["20110101000000", "20120701000000", "20130601000000"]),
        ("all", ["20110101000000", "20120101000000", "20130601000000"]),
    ],
)
def test_captures_are_chosen_page_by_page(captures, times: list[str]) -> None:
    rows = [
        CaptureRow("20110101000000", POST, "A"),
        CaptureRow("20120101000000", POST.replace("http:", "https:"), "B"),
        CaptureRow("20120701000000", POST.replace("blog.", "www.blog."), "B"),
        CaptureRow("20130601000000", POST.removesuffix("/"), "C"),
        CaptureRow("20130701000000", "http://blog.example.org/tag/data/", "D"),
        CaptureRow("20130701000000", "http://blog.example.org/tag/cloud/page/2/", "E"),
    ]
    assert [row.timestamp for row in chosen(rows, captures)] == times


@pytest.mark.parametrize("place", ["tag/data/", "search/a-post/", "category/a-post", "author/ann", "?s=20", "?cat=3"])
def test_what_looks_like_a_listing_is_left_out_where_the_index_shows_its_older_pages(place: str) -> None:
    home = "http://blog.example.org/"
    page = CaptureRow("20130701000000", f"{home}{place}", "A")
    older = f"{place}&paged=2" if "?" in place else f"{place.partition('/')[0]}/other/page/2/"
    assert [row.url for row in chosen([page], "last")] == [page.url]
    assert list(chosen([page, CaptureRow("20130701000000", f"{home}{older}", "B")], "last")) == []


def test_comment_pages_are_pages_of_their_own() -> None:
    rows = [ROW, CaptureRow("20120301100000", f"{POST}comment-page-1/", "B")]
    assert len(list(chosen(rows, "last"))) == 2


def test_captures_are_asked_for_as_they_were_archived() -> None:
    assert capture_url("https://web.archive.org/web/", ROW) == f"https://web.archive.org/web/20120301100000id_/{POST}"
    assert str(capture_time(f"http://127.0.0.1:1/blog/2012mp_/{POST}")) == "2012-01-01 00:00:00+00:00"
    assert capture_time(POST) is None
