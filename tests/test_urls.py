"""One spelling per post, whatever way led to it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rejoinder.pipelines.urls import absolute_url, canonical_url, comment_id, nth_id, post_id, site_of, without_archive

POST = "https://example.com/2012/01/a-post"


@pytest.mark.parametrize(
    "spelling",
    [
        "http://example.com/2012/01/a-post/",
        "https://www.example.com/2012/01/a-post",
        "HTTPS://WWW.EXAMPLE.COM:443/2012/01/a-post",
        "http://example.com:80/2012/01/a-post/#comment-7",
        "http://example.com./2012//01/./x/../a-post",
        "http://user:secret@example.com/2012/01/a-post",
        "http://example.com/2012/01/a%2Dpost?utm_source=feed&utm_medium=rss&fbclid=1&gclid=2",
        "http://example.com/2012/01/a-post/?replytocom=12#respond",
        "http://example.com/2012/01/a-post/comment-page-2/#comments",
        "http://example.com/2012/01/a-post?cpage=2",
        "http://example.com/2012/01/a-post?debut_forums=20#pagination_forums",
        "http://example.com/2012/01/a-post?m=1",
        "http://example.com/2012/01/a-post?showComment=1326117845#c123",
        "http://example.com/2012/01/a-post/comments/page/2/",
        "https://web.archive.org/web/20120109150405/http://example.com/2012/01/a-post/",
        "http://web.archive.org/web/2012id_/http:/example.com/2012/01/a-post/?utm_source=x",
        "http://localhost:8080/coll/20120109150405mp_/https://www.example.com/2012/01/a-post",
        "https://web.archive.org/web/2013/http://web.archive.org/web/2012/http://example.com/2012/01/a-post",
        " https://example.com/2012/01/a-post\n",
    ],
)
def test_spellings_of_one_post(spelling: str) -> None:
    assert canonical_url(spelling) == POST


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://example.com", "https://example.com/"),
        ("http://example.com/?p=12&lang=de#x", "https://example.com/?lang=de&p=12"),
        ("http://example.com/?lang=de&p=12", "https://example.com/?lang=de&p=12"),
        ("http://example.com/node/5?page=1", "https://example.com/node/5?page=1"),
        ("http://example.com/?debut_articles=10", "https://example.com/?debut_articles=10"),
        ("http://example.com/?m=201201", "https://example.com/?m=201201"),
        ("http://example.com:8080/a/", "https://example.com:8080/a"),
        ("http://quay.blogspot.co.uk/2012/a.html", "https://quay.blogspot.com/2012/a.html"),
        ("http://quay.blogspot.de/", "https://quay.blogspot.com/"),
        ("http://blogspot.de/", "https://blogspot.de/"),
        ("http://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("http://xn--bcher-kva.example/%c3%a9", "https://xn--bcher-kva.example/%C3%A9"),
        ("http://example.com/Case/Counts", "https://example.com/Case/Counts"),
        ("http://www.com/a", "https://www.com/a"),
        ("http://127.0.0.1:8000/a/", "https://127.0.0.1:8000/a"),
        ("http://[::1]:8000/a", "https://[::1]:8000/a"),
        (
            "http://blogs.gartner.com/mark_mcdonald/2009/01/02/a_b/",
            "https://blogs.gartner.com/mark-mcdonald/2009/01/02/a_b",
        ),
        ("http://example.com/mark_mcdonald/", "https://example.com/mark_mcdonald"),
        ("file:///tmp/page.html", "file:///tmp/page.html"),
        ("pages/page.html", "pages/page.html"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


STARTS = [
    "http://a.com",
    "https://www.a.com:443",
    "http://web.archive.org/web/2012id_/http:/",
    "http://a.com/comment-page-2/?",
]
ODD = st.text(alphabet="abc/._-~%2?&=#:@+ ü[]x1;,é*!$'\\\t\n")


@given(st.sampled_from([*STARTS, "http://blogs.gartner.com/", "http://a.com/?"]), st.one_of(ODD, st.text()))
@example("http://a.com", "\\;0")
@example("http://a.com", "é..")
@example("http://blogs.gartner.com/", ";[\\")
@example("https://www.www.a.com", "")
@example("http://a.com/?", "b&/a&a=2&a=1")
def test_canonical_form_is_stable(start: str, rest: str) -> None:
    once = canonical_url(start + rest)
    assert canonical_url(once) == once
    assert post_id(once) == post_id(start + rest)
    site_of(start + rest)
    absolute_url(rest, start)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("index.php?/archives/3-x.html", "index.php?/archives/4-x.html"),
        ("index.php?/archives/3-x.html", "index.php?archives/3-x.html"),
        ("?/a/b", "?/a/b/"),
        ("?/b&/a", "?/a&/b"),
        ("?p=12&p=13", "?p=13&p=12"),
        ("?p=12", "?p=13"),
        ("a;b", "a"),
        ("a;b", "a;c"),
        ("a+b", "a%20b"),
        ("?q=a+b", "?q=a%2Bb"),
        ("?q=a\\b", "?q=a/b"),
        ("?q=a%26b=c", "?q=a&b=c"),
        ("?q=%252F", "?q=%2F"),
        ("?q=%E9", "?q=%E8"),
        ("%E9", "%E8"),
        ("a%252Fb", "a%2Fb"),
        ("a%2Fb", "a/b"),
        ("a%3Fb", "a?b"),
        ("a%23b", "a"),
    ],
)
def test_different_pages_have_different_names(one: str, other: str) -> None:
    assert canonical_url(f"http://example.com/{one}") != canonical_url(f"http://example.com/{other}")


@pytest.mark.parametrize(
    ("url", "blog", "site"),
    [
        ("http://www.example.com/2012/01/post/", None, "example.com"),
        ("http://example.com:8080/2012/", None, "example.com:8080"),
        ("https://blogs.gartner.com/andrea_dimaio/2012/01/09/post/", None, "blogs.gartner.com/andrea-dimaio"),
        ("https://blogs.example.com/2012/01/post", None, "blogs.example.com"),
        ("https://blogs.example.com/post", None, "blogs.example.com"),
        ("https://example.com/~ann/post", None, "example.com/~ann"),
        ("https://example.com/@ann/post", None, "example.com/@ann"),
        (
            "https://example.com/analysts/ann/2012/post",
            "http://www.example.com/analysts/ann",
            "example.com/analysts/ann",
        ),
        ("https://example.com/analysts/anna/post", "https://example.com/analysts/ann/", "example.com"),
        ("https://example.com/post", "https://other.example/", "example.com"),
        ("pages/page.html", None, "pages/page.html"),
    ],
)
def test_site(url: str, blog: str | None, site: str) -> None:
    assert site_of(url, blog) == site


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("../about", "http://example.com/2012/about"),
        ("//other.example/x", "http://other.example/x"),
        ("http://web.archive.org/web/2012/http://ann.example/", "http://ann.example/"),
        ("mailto:ann@example.com", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("http://ann:secret@example.com/", None),
        ("http://[broken", None),
        ("  ", None),
        (None, None),
    ],
)
def test_links_lead_to_web_pages_or_nowhere(href: str | None, url: str | None) -> None:
    assert absolute_url(href, "http://example.com/2012/post/") == url


def test_a_path_with_a_year_and_a_url_is_not_an_archive() -> None:
    assert without_archive("http://example.com/2012/about-http") == "http://example.com/2012/about-http"


def test_ids_by_content_forget_layout_and_tell_persons_apart() -> None:
    one = comment_id("p", None, author="Ann Lee", published_raw="May 1", text="Hello,\n\nworld!")
    assert one == comment_id("p", None, author=" ann  lee", published_raw="May  1", text="Hello, world!")
    others = {
        comment_id("q", None, author="Ann Lee", published_raw="May 1", text="Hello, world!"),
        comment_id("p", None, author="Ann", published_raw="Lee May 1", text="Hello, world!"),
        comment_id("p", None, author="Ann Lee", published_raw="May 2", text="Hello, world!"),
        comment_id("p", None, author="Ann Lee", published_raw="May 1", text="Hello, word!"),
        nth_id(one, 2),
    }
    assert len({one, *others}) == 6
    assert one.startswith("p:h")
    assert comment_id("p", "4711") == "p:4711"
