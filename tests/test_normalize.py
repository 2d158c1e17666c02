"""A page's texts and elements as records: ids, names, links, parents, authors, dates."""

from __future__ import annotations

import doctest
import importlib
import pickle
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from lxml.html import HtmlElement, fragment_fromstring
from rejoinder.pipelines.normalize import clean_id, clean_name, normalize_page, person_url
from rejoinder.pipelines.urls import post_id
from rejoinder.schemas import (
    UNDATED,
    Comment,
    DateMention,
    Embed,
    PageComment,
    PagePost,
    PageReading,
    Post,
    Reject,
)

URL = "http://www.example.com/2012/01/a-post/"
NOW = datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
ID = post_id(URL)


def body(text: str) -> HtmlElement:
    return fragment_fromstring(f"<p>{text}</p>")


def records(
    *comments: PageComment, post: PagePost | None = None, url: str = URL, **context: Any
) -> tuple[list[Post], list[Comment], list[Reject]]:
    page = {name: context.pop(name) for name in ("zone", "comment_page", "embeds") if name in context}
    reading = PageReading(platform="generic", post=post, comments=list(comments), **page)
    return normalize_page(reading, url=url, fetch_id="f1", **({"fetched_at": NOW} | context))


def test_a_post_and_its_comment() -> None:
    post = PagePost(
        url="http://example.com/2012/01/a-post/?utm_source=x",
        native_id="12",
        title=" A\n post ",
        author_name="Ann Lee",
        author_url="/author/ann",
        published=DateMention(text="January 9, 2012", machine="2012-01-09T15:04:05+01:00"),
        modified=DateMention(machine="2012-01-10T15:04:05+01:00"),
        categories=["News", " News ", ""],
        tags=["b", "a"],
        lang="en-US",
        body=body("Text"),
        declared_comments=1,
        comments_open=False,
    )
    comment = PageComment(
        native_id="7",
        author_name="Bo says:",
        author_url="http://bo.example/",
        published=DateMention(text="January 9, 2012 at 3:30 pm"),
        body=body("Hi <a href='/x'>x</a>"),
        permalink="#comment-7",
        likes=2,
        depth=0,
    )
    posts, comments, rejects = records(comment, post=post, comment_page=2, embeds=[Embed(system="disqus")])
    assert posts == [
        Post(
            post_id=ID,
            site="example.com",
            url="http://www.example.com/2012/01/a-post/",
            canonical_url="https://example.com/2012/01/a-post",
            platform="generic",
            native_id="12",
            title="A post",
            author_name="Ann Lee",
            author_url="http://www.example.com/author/ann",
            published_raw="January 9, 2012",
            published_local=datetime(2012, 1, 9, 15, 4, 5),
            published_at=datetime(2012, 1, 9, 14, 4, 5, tzinfo=UTC),
            published_precision="second",
            modified_at=datetime(2012, 1, 10, 14, 4, 5, tzinfo=UTC),
            categories=["News"],
            tags=["b", "a"],
            lang="en-US",
            body_text="Text",
            body_html=None,
            declared_comments=1,
            comments_open=False,
            embeds=["disqus"],
            fetch_id="f1",
            fetched_at=NOW,
        )
    ]
    assert comments == [
        Comment(
            comment_id=f"{ID}:7",
            post_id=ID,
            native_id="7",
            comment_page=2,
            position=0,
            depth=0,
            author_name="Bo",
            author_url="http://bo.example/",
            published_raw="January 9, 2012 at 3:30 pm",
            published_local=datetime(2012, 1, 9, 15, 30),
            published_at=None,
            published_precision="minute",
            body_text="Hi x",
            body_html='<p>Hi <a href="http://www.example.com/x">x</a></p>',
            likes=2,
            permalink="http://www.example.com/2012/01/a-post/#comment-7",
            fetch_id="f1",
            fetched_at=NOW,
        )
    ]
    assert rejects == []
    assert pickle.loads(pickle.dumps((posts, comments))) == (posts, comments)


def test_an_empty_page_states_nothing() -> None:
    [post], comments, rejects = records(PageComment(), post=PagePost())
    unknown = {name for name, value in msgspec.to_builtins(post).items() if value is None}
    assert {"title", "author_name", "published_local", "body_text", "declared_comments", "comments_open"} <= unknown
    assert (comments[0].body_text, comments[0].body_html, comments[0].by_post_author) == ("", None, None)
    assert rejects == []


@pytest.mark.parametrize(
    ("named", "found_at", "address"),
    [
        (None, URL, URL),
        ("https://example.com/2012/01/a-post", URL, URL),
        ("/2012/01/other", URL, "https://example.com/2012/01/other"),
        ("http://example.com/", URL, URL),  # every page says that it is the front page
        ("http://example.com/", "http://example.com/?utm_source=x", "http://example.com/"),
        ("http://origin.example/story/7", URL, URL),  # a copy of another site's post has comments of its own
        # the same path on another host proves nothing: anybody can write that
        ("http://blog.example.com/2012/01/a-post", "http://blog.example.de/2012/01/a-post", "http://blog.example.de/2012/01/a-post"),
        ("mailto:x@example.com", URL, URL),
        ("http://[broken", URL, URL),
        ("http://example.com/a", "page.html", "http://example.com/a"),
        (None, "https://web.archive.org/web/2012/http://example.com/2012/01/a-post", URL),
    ],
)  # fmt: skip
def test_the_post_is_known_by_one_address(named: str | None, found_at: str, address: str) -> None:
    [post], _, _ = records(post=PagePost(url=named), url=found_at)
    assert post.post_id == post_id(address)


def test_comments_without_their_post_belong_to_the_post_that_their_source_names() -> None:
    posts, [comment], _ = records(PageComment(native_id="7"), url="https://example.com/wp-json/x", post_url=URL)
    assert (posts, comment.comment_id) == ([], f"{ID}:7")


def test_parents_by_number_and_by_place() -> None:
    _, comments, _ = records(
        PageComment(native_id="1", body=body("a")),
        PageComment(native_id="2", parent_native_id="1", parent_from="attribute", body=body("b")),
        PageComment(parent=1, parent_from="nesting", body=body("c")),
        PageComment(native_id="4", parent_native_id="99", parent_from="api", body=body("d")),
        PageComment(native_id="5", parent=77, parent_from="nesting", body=body("e")),
    )
    assert [(comment.parent_id, comment.parent_from) for comment in comments] == [
        (None, None),
        (f"{ID}:1", "attribute"),
        (f"{ID}:2", "nesting"),
        (f"{ID}:99", "api"),
        (None, None),
    ]


def test_a_comment_shown_twice_is_kept_once() -> None:
    twice = [PageComment(native_id="1", author_name="Ann", body=body("a")) for _ in range(2)]
    _, comments, rejects = records(*twice, PageComment(native_id="2", body=body("b")))
    assert [(comment.native_id, comment.position) for comment in comments] == [("1", 0), ("2", 1)]
    assert [(reject.reason, reject.record_id) for reject in rejects] == [("shown_twice", f"{ID}:1")]


def test_words_of_a_comment_without_text_are_told_of() -> None:
    _, comments, rejects = records(
        PageComment(native_id="1", body=body(""), missed_text="Ask ann@example.com about the second table"),
        PageComment(native_id="2", body=body("b"), missed_text=None),
    )
    assert [comment.body_text for comment in comments] == ["", "b"]
    assert [(reject.reason, reject.field, reject.record_id, reject.detail) for reject in rejects] == [
        ("text_not_found", "body_text", f"{ID}:1", "Ask  about the second table")
    ]


def test_a_number_that_all_comments_carry_names_none_of_them() -> None:
    _, comments, rejects = records(*(PageComment(native_id="0", body=body(text)) for text in "abc"))
    assert len({comment.comment_id for comment in comments}) == 3
    assert all(":h" in comment.comment_id for comment in comments)
    assert rejects == []


def test_comments_without_numbers_that_read_alike_are_all_kept() -> None:
    date = DateMention(text="January 9, 2012")
    begin = "x" * 120
    texts = ["+1", "+1", "+1", f"{begin} one", f"{begin} two"]
    _, comments, _ = records(*(PageComment(author_name="Ann", published=date, body=body(text)) for text in texts))
    assert len({comment.comment_id for comment in comments}) == 5
    first = comments[0].comment_id
    assert [comment.comment_id for comment in comments[:3]] == [first, f"{first}-2", f"{first}-3"]


def test_an_id_by_content_outlasts_a_relative_date() -> None:
    def seen(ago: str, fetched_at: datetime) -> str:
        comment = PageComment(author_name="Ann", published=DateMention(text=ago), body=body("a"))
        return records(comment, fetched_at=fetched_at)[1][0].comment_id

    assert seen("2 days ago", NOW) == seen("3 days ago", NOW.replace(day=2))


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        (PageComment(author_name="ann lee"), True),
        (PageComment(author_name="Cy Wu"), True),
        (PageComment(author_name="Ann"), None),
        (PageComment(author_name="Bo", author_url="http://example.com/author/ann/"), True),
        (PageComment(author_name="Ann Lee", by_post_author=False), False),
        (PageComment(author_name="Bo", by_post_author=True), True),
        (PageComment(author_name="Ann Lee", kind="pingback"), False),
        (PageComment(), None),
    ],
)
def test_whether_the_post_author_wrote_it(comment: PageComment, told: bool | None) -> None:
    post = PagePost(author_name="Ann Lee, Cy Wu", author_url="/author/ann")
    _, [record], _ = records(comment, post=post)
    assert record.by_post_author is told


def test_the_page_decides_how_its_dates_are_read() -> None:
    texts = ["3/4/2012 10:00", "13/4/2012 11:00", "14 April, 9:00"]
    post = PagePost(lang="en", published=DateMention(machine="2012-04-01T08:00:00+02:00"))
    _, comments, _ = records(
        *(PageComment(published=DateMention(text=text), body=body(text)) for text in texts), post=post, zone="+02:00"
    )
    assert [comment.published_local for comment in comments] == [
        datetime(2012, 4, 3, 10),
        datetime(2012, 4, 13, 11),
        datetime(2012, 4, 14, 9),
    ]
    assert comments[0].published_at == datetime(2012, 4, 3, 8, tzinfo=UTC)


def test_nobody_knows_when_an_undated_page_was_seen() -> None:
    dates = [DateMention(text="2 days ago"), DateMention(text="9 January 98"), DateMention(text="9 January 12")]
    _, comments, _ = records(*(PageComment(published=date) for date in dates), fetched_at=UNDATED)
    assert [comment.published_local for comment in comments] == [None, datetime(1998, 1, 9), datetime(2012, 1, 9)]
    assert comments[0].published_raw == "2 days ago"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ann Lee", "Ann Lee"),
        (" Ann\n\tLee\xa0says:", "Ann Lee"),
        ("Ann a dit :", "Ann"),
        ("Ann schreibt:", "Ann"),
        ("Mr. Dit", "Mr. Dit"),
        ("Says", "Says"),
        ("ann@example.com", "ann"),
        ("Ann Lee <ann.lee+x@mail.example.co.uk>", "Ann Lee"),
        ("@ann", "@ann"),
        ("Ann, ", "Ann"),
        ("192.0.2.7", None),
        ("2001:db8::7", None),
        ("A\u202enn", "Ann"),
        ("مريم", "مريم"),
        ("李明", "李明"),
        ("x" * 301, None),
        (" \u200b ", None),
        (":", None),
        (None, None),
    ],
)
def test_names(written: str | None, name: str | None) -> None:
    assert clean_name(written) == name


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("http://ann.example/", "http://ann.example/"),
        ("/author/ann", "http://www.example.com/author/ann"),
        ("mailto:ann@example.com", None),
        ("javascript:void(0)", None),
        ("https://gravatar.com/" + "0f" * 16, None),
        ("https://gravatar.com/annlee", "https://gravatar.com/annlee"),
        ("http://avatar.example/ann", "http://avatar.example/ann"),
    ],
)
def test_a_persons_page(href: str, url: str | None) -> None:
    assert person_url(href, URL) == url


@pytest.mark.parametrize(("written", "name"), [(" 47 11 ", "4711"), ("", None), (None, None), ("x" * 201, None)])
def test_native_ids(written: str | None, name: str | None) -> None:
    assert clean_id(written) == name


PURE = "characters normalize privacy text urls validate".split()
OF_DATES = "back find moments text words".split()
MODULES = [*(f"pipelines.{name}" for name in PURE), *(f"dates.{name}" for name in OF_DATES)]


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_run(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"rejoinder.{module}"))
    assert tried.failed == 0
    assert tried.attempted or module == "pipelines.validate"
