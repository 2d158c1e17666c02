"""What pages, headers and sites reserve is recorded as they state it; nothing is decided by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rejoinder.demo.site import Page
from rejoinder.schemas.page import Rights
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.page import read_document
from rejoinder.spiders.reading.rights import MOST, directives_of
from rejoinder.spiders.tdmrep import NoRules, StatedRule, read_rules

from support.runs import crawled, rows
from support.sites import HOME, WatchedHandler, serve_site

URL = "https://blog.example.org/2019/05/a-post/"
POST = """
<html><head><title>A post</title>{head}</head><body><article><h1>A post</h1><p>Much is said here, and more than once,
about what stands in a post and what does not.</p>{foot}</article>{comments}</body></html>
"""
COMMENTS = """
<ol class="commentlist">
<li class="comment" id="comment-1"><cite class="fn">Ada</cite> <time>3 May 2019</time><p>Mine is free, see
 <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">here</a>.</p></li>
<li class="comment" id="comment-2"><cite class="fn">Bob</cite> <time>4 May 2019</time><p>So is mine, of course.</p></li>
</ol>
"""


def rights(head: str = "", foot: str = "", comments: str = "", headers: dict[str, list[str]] | None = None) -> Rights:
    page = POST.format(head=head, foot=foot, comments=comments)
    post = read_document(Document(page, URL), headers or {}).post
    assert post is not None
    assert post.rights is not None
    return post.rights


def test_a_page_that_states_nothing_reserves_nothing() -> None:
    assert rights() == Rights(robots=[], tdm_reserved=None, tdm_policy=None, licenses=[])


@pytest.mark.parametrize(
    ("head", "headers", "expected"),
    [
        ('<meta name="robots" content="noindex, NoArchive">', [], ["noindex", "noarchive"]),
        ('<meta name="ROBOTS" content="noai,noimageai">', [], ["noai", "noimageai"]),
        ('<meta name="googlebot" content="nosnippet">', [], ["googlebot: nosnippet"]),
        ('<meta name="robots" content="max-image-preview:large">', [], ["max-image-preview:large"]),
        ("", ["noindex", "otherbot: noarchive, nosnippet"], ["noindex", "otherbot: noarchive", "otherbot: nosnippet"]),
        ("", ["unavailable_after: 25 Jun 2030 15:00:00 PST"], ["unavailable_after:25 jun 2030 15:00:00 pst"]),
        ('<meta name="robots" content="noai">', ["noai", "none"], ["noai", "none"]),
        ('<meta name="robots" content="">', ["", ", ,", "<script>"], []),
    ],
)
def test_directives_for_robots(head: str, headers: list[str], expected: list[str]) -> None:
    assert rights(head, headers={"x-robots-tag": headers}).robots == expected


def test_directives_without_end_are_cut() -> None:
    endless = ",".join(f"no{letter * size}" for letter in "abcdefghij" for size in range(1, 30))
    assert len(directives_of(endless)) > MOST
    assert len(rights(headers={"x-robots-tag": [endless]}).robots) == MOST


@pytest.mark.parametrize(
    ("head", "headers", "expected"),
    [
        ('<meta name="tdm-reservation" content="1">', {}, (True, None)),
        (
            "",
            {"tdm-reservation": ["1"], "tdm-policy": ["/policy.json"]},
            (True, "https://blog.example.org/policy.json"),
        ),
        # The page goes before its headers.
        ('<meta name="tdm-reservation" content="0">', {"tdm-reservation": ["1"]}, (False, None)),
        ('<meta name="tdm-reservation" content="perhaps">', {"tdm-reservation": ["0"]}, (False, None)),
        ('<meta name="tdm-policy" content="https://p.example/">', {}, (None, None)),
        ("", {"tdm-reservation": ["1"], "tdm-policy": ["javascript:alert(1)"]}, (True, None)),
    ],
)
def test_reservations_of_mining(
    head: str, headers: dict[str, list[str]], expected: tuple[bool | None, str | None]
) -> None:
    found = rights(head, headers=headers)
    assert (found.tdm_reserved, found.tdm_policy) == expected


CC = "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize(
    ("head", "foot", "headers", "expected"),
    [
        (f'<link rel="license" href="{CC}">', "", [], [CC]),
        ("", f'<a rel="nofollow license" href="{CC}">CC</a>', [], [CC]),
        ("", f'<a href="{CC}">some rights reserved</a>', [], [CC]),
        ("", '<a rel="license" href="/licence">ours</a>', [], ["https://blog.example.org/licence"]),
        ('<meta name="DCTERMS.license" content="https://l.example/x">', "", [], ["https://l.example/x"]),
        ('<meta name="dc.rights" content="All rights reserved">', "", [], []),
        ("", "", [f'<{CC}>; rel="license", </style.css>; rel="preload"'], [CC]),
        ("", '<a rel="license" href="javascript:alert(1)">x</a><a rel="license">y</a>', [], []),
        ("", '<a href="https://example.org/creativecommons.org/licenses/">no licence</a>', [], []),
    ],
)
def test_licences(head: str, foot: str, headers: list[str], expected: list[str]) -> None:
    assert rights(head, foot, headers={"link": headers}).licenses == expected


def test_a_licence_of_linked_data_is_that_of_the_page_and_not_of_a_picture() -> None:
    data = [{"@type": "BlogPosting", "license": CC}, {"@type": "ImageObject", "license": "https://pictures.example/"}]
    assert rights(f'<script type="application/ld+json">{json.dumps(data)}</script>').licenses == [CC]


def test_a_comment_licenses_nothing() -> None:
    assert rights(comments=COMMENTS).licenses == []
    assert rights(foot=f'<a href="{CC}">CC</a>', comments=COMMENTS).licenses == [CC]


def test_rules_of_a_site() -> None:
    body = json.dumps(
        [
            {"location": "/a/", "tdm-reservation": 1, "tdm-policy": "/p.json"},
            {"location": "/b/*.html$", "tdm-reservation": "0", "tdm-policy": "file:///etc/passwd"},
            {"location": "", "tdm-reservation": 1},
            {"location": ["/"], "tdm-reservation": 1},
            {"location": "/c/", "tdm-reservation": 2},
            {"tdm-reservation": 1},
            "x",
            None,
        ]
    ).encode()
    assert read_rules(body, "https://blog.example.org/.well-known/tdmrep.json") == [
        StatedRule("/a/", True, "https://blog.example.org/p.json"),
        StatedRule("/b/*.html$", False, None),
    ]


@pytest.mark.parametrize("body", [b"<html>", b"", b"{}", b"[" * 100_000, b"\xff"])
def test_what_is_no_list_of_rules_is_told(body: bytes) -> None:
    with pytest.raises(NoRules):
        read_rules(body, URL)


class Reserving(WatchedHandler):
    """A blog whose site reserves mining for all its pages, and whose pages are not to be archived."""

    def changed(self, path: str) -> Page | None:
        if path == "/.well-known/tdmrep.json":
            rules = [{"location": HOME, "tdm-reservation": 1, "tdm-policy": "/policy.json"}]
            return Page(json.dumps(rules).encode(), "application/json")
        return None

    def end_headers(self) -> None:
        self.send_header("X-Robots-Tag", "noarchive")
        super().end_headers()


def test_a_crawl_records_what_is_reserved_and_reads_the_pages_all_the_same(tmp_path: Path) -> None:
    with serve_site(Reserving) as (url, _):
        crawled(url, tmp_path, via="html")
    posts = rows(tmp_path, "posts")
    assert posts
    policy = f"{url.removesuffix(HOME)}/policy.json"
    assert {(*post["rights_robots"], post["rights_tdm"], post["rights_tdm_policy"]) for post in posts} == {
        ("noarchive", True, policy)
    }
