"""The links of bodies: what hostile markup and addresses give, and what never stands in the table."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder import bodies
from rejoinder.addresses import is_web_address
from rejoinder.pipelines.privacy import holds_avatar_hash, holds_mail
from rejoinder.queries import links
from rejoinder.queries.links import comment_names, links_in

BASE = "https://blog.example.org/a/"


@pytest.mark.parametrize("module", [bodies, links], ids=lambda module: module.__name__)
def test_examples_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "href",
    [
        "", " ", "javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "vbscript:x",
        "data:text/html,x", "mailto:ann@example.org", "tel:+15550100", "ftp://example.org/", "file:///etc/passwd",
        "about:blank", "http://", "http://[", "https://[::1", "//[", "http://host:port/", "http://a\u2100b/",
        "https://ann:secret@example.org/", "https:ann@example.org", "https://example.org/u/ann@example.org",
        "https://example.org/u/ann%40example.org", "https://secure.gravatar.com/avatar/" + "0f" * 16,
    ],
)  # fmt: skip
def test_what_leads_to_no_host_or_holds_a_person_is_no_link(href: str) -> None:
    assert [*links_in(f'<a href="{href}">words</a>', BASE)] == []


def test_links_are_told_in_their_order_whatever_the_markup() -> None:
    html = '<p><a href="/1">one<a href="/2">two</p></div><table><a href="/3"><tr><td><a href=/4>four</a></table>'
    urls = [url for url, _ in links_in(html, BASE)]
    assert [url.rpartition("/")[2] for url in urls] == sorted(url.rpartition("/")[2] for url in urls)
    assert {"https://blog.example.org/1", "https://blog.example.org/2", "https://blog.example.org/4"} <= {*urls}


def test_a_body_as_deep_as_bodies_get_is_read() -> None:
    assert [*links_in("<i>" * 500 + '<a href="/b">b</a>', BASE)] == [("https://blog.example.org/b", "b")]


@given(st.text(), st.text())
def test_any_address_and_words_give_a_web_address_without_a_person(href: str, words: str) -> None:
    for url, text in links_in(f'<a href="{href}">{words}</a>', BASE):
        assert is_web_address(url)
        assert not holds_mail(url)
        assert not holds_avatar_hash(url)
        assert text is None or (text and not holds_mail(text))


@pytest.mark.parametrize("fragment", ["fn7", "_ftn7", "section-7", "toc_7", "more-7", "chapter7"])
def test_a_number_of_something_else_is_no_comment(fragment: str) -> None:
    assert comment_names(f"{BASE}#{fragment}") == [fragment]


@pytest.mark.parametrize("fragment", ["comment-7", "li-comment-7", "div-comment-7", "c7", "c-7", "comment7"])
def test_a_number_of_a_comment_is_one(fragment: str) -> None:
    assert "7" in comment_names(f"{BASE}#{fragment}")
