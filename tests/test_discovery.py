"""What links and sitemaps and feeds tell of where posts are."""

from __future__ import annotations

import gzip

import pytest
from lxml import html
from rejoinder.schemas import Damages
from rejoinder.spiders.discovery import feed_entries, looks_like_permalink, site_links, sitemap_entries
from rejoinder.spiders.xml import NotXml

HOME = "https://blog.example.org/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://blog.example.org/2012/01/09/is-social-media-a-tool/", True),
        ("https://blog.example.org/2012/01/is-social-media-a-tool.html", True),
        ("https://blog.example.org/2012-01-09-slug", True),
        ("https://blog.example.org/?p=12", True),
        ("https://blog.example.org/archives/1234", True),
        ("https://blog.example.org/2012/01/", False),
        ("https://blog.example.org/2012/01/09/", False),
        ("https://blog.example.org/about/", False),
    ],
)
def test_a_permalink_is_told_by_its_shape(url: str, expected: bool) -> None:
    assert looks_like_permalink(url) is expected


def test_links_of_a_front_page_are_sorted_by_what_they_lead_to() -> None:
    page = html.document_fromstring("""
      <html><head>
        <link rel="https://api.w.org/" href="/wp-json/">
        <link rel="alternate" type="application/rss+xml" href="/feed/">
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      </head><body>
        <article><h2><a href="/a-post-without-date/">A</a></h2></article>
        <a rel="bookmark" href="/another/#more">B</a>
        <a href="/2024/05/shaped/">C</a> <a href="/2024/05/shaped/">C again</a>
        <a href="/2024/05/">May</a> <a href="/page/2/">Older</a> <a rel="next" href="/aelter?seite=2">Weiter</a>
        <a href="/about/">About</a> <a href="/tag/x/">x</a> <a href="/2024/05/shaped/?replytocom=3">Reply</a>
        <a href="mailto:a@example.org">Mail</a> <a href="http://[broken">?</a> <a href="javascript:void(0)">!</a>
      </body></html>""")
    links = site_links(page, HOME)
    assert links.api_root == f"{HOME}wp-json/"
    assert links.feeds == [f"{HOME}feed/"]
    assert links.posts == [f"{HOME}a-post-without-date/", f"{HOME}another/", f"{HOME}2024/05/shaped/"]
    assert links.archives == [f"{HOME}2024/05/"]
    assert links.older == [f"{HOME}page/2/", f"{HOME}aelter?seite=2"]
    assert links.others == [f"{HOME}about/"]


def test_a_sitemap_index_leads_to_sitemaps_that_may_hold_posts() -> None:
    body = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>https://blog.example.org/wp-sitemap-posts-post-1.xml</loc></sitemap>
      <sitemap><loc>https://blog.example.org/wp-sitemap-posts-page-1.xml</loc></sitemap>
      <sitemap><loc>https://blog.example.org/wp-sitemap-taxonomies-category-1.xml</loc></sitemap>
      <sitemap><loc>https://blog.example.org/wp-sitemap-users-1.xml</loc></sitemap></sitemapindex>"""
    found = sitemap_entries(body, damages := Damages())
    assert found.pages == []
    assert not damages
    assert [entry.url for entry in found.sitemaps] == ["https://blog.example.org/wp-sitemap-posts-post-1.xml"]


def test_a_sitemap_cut_off_in_the_middle_gives_what_is_whole() -> None:
    body = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url><loc> https://blog.example.org/one/ </loc><lastmod>2024-05-01</lastmod></url>
      <url><loc>https://blog.example.org/two/</loc></url><url><loc>https://blog.exam"""
    found = sitemap_entries(body, damages := Damages())
    assert [(entry.url, entry.date) for entry in found.pages][:2] == [
        ("https://blog.example.org/one/", "2024-05-01"),
        ("https://blog.example.org/two/", None),
    ]
    assert damages.is_torn


def test_entities_of_a_sitemap_are_not_expanded() -> None:
    bomb = b"""<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
      <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><urlset><url><loc>https://blog.example.org/&c;</loc></url></urlset>"""
    assert all(len(entry.url) < 100 for entry in sitemap_entries(bomb).pages)


@pytest.mark.parametrize("body", [b"<html><body>None</body></html>", b"plain", gzip.compress(b"<urlset/>", mtime=0)])
def test_what_is_no_sitemap_is_told(body: bytes) -> None:
    with pytest.raises(NotXml):
        sitemap_entries(body)


def test_rss_and_atom_give_their_posts_and_not_their_comments() -> None:
    rss = b"""<rss version="2.0"><channel><link>https://blog.example.org/</link>
      <item><link>https://blog.example.org/one/</link><pubDate>Wed, 01 May 2024 10:00:00 +0000</pubDate></item>
      </channel></rss>"""
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="/feed?page=2"/>
      <entry><link rel="replies" href="/one/comments"/><link rel="alternate" href="/one/"/>
      <published>2024-05-01T10:00:00Z</published></entry></feed>"""
    entries, following = feed_entries(rss, f"{HOME}feed/")
    assert [(e.url, e.date) for e in entries] == [(f"{HOME}one/", "Wed, 01 May 2024 10:00:00 +0000")]
    assert following is None
    entries, following = feed_entries(atom, f"{HOME}feed")
    assert [(e.url, e.date) for e in entries] == [(f"{HOME}one/", "2024-05-01T10:00:00Z")]
    assert following == f"{HOME}feed?page=2"


@pytest.mark.parametrize("body", [b"<html></html>", b"", b"{}"])
def test_what_is_no_feed_is_told(body: bytes) -> None:
    with pytest.raises(NotXml):
        feed_entries(body, HOME)
