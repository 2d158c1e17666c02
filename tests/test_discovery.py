"""What links and sitemaps and feeds tell of where posts are."""

from __future__ import annotations

import gzip

import pytest
from lxml import html
from rejoinder.pipelines.scopes import Scope
from rejoinder.schemas import UNDATED, Damages
from rejoinder.spiders.answers import Answer, Reader
from rejoinder.spiders.discovery import (
    feed_entries,
    looks_like_permalink,
    robots_sitemaps,
    site_links,
    sitemap_entries,
)
from rejoinder.spiders.frontier import Context, Task
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


ITEM = "<title>A</title>"
ONE, TWO = f"{HOME}2012/01/one/", f"{HOME}2012/01/two/"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (f"<guid>{ONE}</guid>", [ONE]),
        (f'<guid isPermaLink="true">{ONE}</guid>', [ONE]),
        (f'<guid isPermaLink="false">{ONE}</guid>', []),
        ('<guid isPermaLink="false">x:1</guid><link/>', []),
        (f"<link>{ONE}</link><guid>{TWO}</guid>", [ONE, TWO]),
        (f"<link>https://linked.example.net/</link><guid>{ONE}</guid>", ["https://linked.example.net/", ONE]),
        (f"<link>http://feeds.example.net/~r/1</link><f:origLink>{ONE}</f:origLink>",
         [ONE, "http://feeds.example.net/~r/1"]),
        (f"<link>\n  {ONE}\n</link>", [ONE]),
        (f"<link><![CDATA[{ONE}]]></link>", [ONE]),
        (f'<a:link rel="self" href="/x"/><a:link href="{ONE}"/>', [ONE]),
        ("<link>/2012/01/one/</link>", [ONE]),
        (f"<link></link><guid>{ONE}</guid>", [ONE]),
        ('<guid isPermaLink="False">1</guid>', []),
        ("<guid>1</guid>", []),
        ('<guid isPermaLink="true">/2012/01/one/</guid>', [ONE]),
        (f"<comments>{ONE}#comments</comments>", [ONE]),
    ],
)  # fmt: skip
def test_an_item_of_rss_names_its_post_in_all_ways(item: str, expected: list[str]) -> None:
    names = 'xmlns:f="http://rssnamespace.org/feedburner/ext/1.0" xmlns:a="http://www.w3.org/2005/Atom"'
    body = f'<rss version="2.0" {names}><channel><link>{HOME}</link><item>{ITEM}{item}</item></channel></rss>'
    entries, _ = feed_entries(body.encode(), f"{HOME}feed/")
    assert [address for entry in entries for address in (entry.url, *entry.others)] == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (f"<id>{ONE}</id>", [ONE]),
        ("<id>tag:blog.example.org,2012:1</id>", []),
        ('<link rel="related" href="/other/"/><link href="/2012/01/one/"/>', [ONE]),
        ('<link type="application/json" href="/one.json"/><link type="text/html" href="/2012/01/one/"/>',
         [ONE, f"{HOME}one.json"]),
        ('<link xml:base="/2012/01/" href="one/"/>', [ONE]),
        (f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{ONE}"/>', [ONE]),
        (f'<id>urn:x:1</id><content type="text/html" src="{ONE}"/>', [ONE]),
    ],
)  # fmt: skip
def test_an_entry_of_atom_names_its_post_in_all_ways(entry: str, expected: list[str]) -> None:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'
    entries, _ = feed_entries(body.encode(), f"{HOME}feed/")
    assert [address for entry in entries for address in (entry.url, *entry.others)] == expected


def test_addresses_are_relative_to_the_base_that_the_feed_names() -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{HOME}"><link rel="next" href="feed?page=2"/>
      <entry xml:base="2012/"><link href="01/one/"/></entry>
      <entry xml:base="http://["><link href="{TWO}"/></entry></feed>"""
    entries, following = feed_entries(body.encode(), "http://elsewhere.example.net/feed.xml")
    assert [entry.url for entry in entries] == [ONE, TWO]
    assert following == f"{HOME}feed?page=2"


def test_the_items_of_rss_1_are_known_by_their_names() -> None:
    body = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="{HOME}"/><item rdf:about="{ONE}"><title>A</title></item></rdf:RDF>"""
    assert [entry.url for entry in feed_entries(body.encode(), f"{HOME}index.rdf")[0]] == [ONE]


def test_archived_feeds_are_gone_through_backwards() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link rel="prev-archive" href="/feed/2011"/>
      <entry><link rel="next" href="/not/this"/><link href="/one/"/></entry></feed>"""
    assert feed_entries(body, f"{HOME}feed")[1] == f"{HOME}feed/2011"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{ONE}\n{TWO}\n", [ONE, TWO]),
        (f"\ufeff  {ONE}\r\n\r\n# all\r\n{TWO}", [ONE, TWO]),
        (f"<urlset><url><loc>{ONE}</loc></url></urlset>", [ONE]),
        (f'<urlset xmlns="http://sitemaps.example.net/0.9"><url><loc>{ONE}</loc></url></urlset>', [ONE]),
        (f'<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>{ONE}</s:loc></s:url></s:urlset>',
         [ONE]),
        ("<urlset><url><loc>/2012/01/one/</loc></url><url><loc>two/</loc></url></urlset>", [ONE, f"{HOME}two/"]),
        (f"\n\n <?xml version='1.0'?><urlset><url><loc>{ONE}?a=1&amp;b=2</loc></url></urlset>", [f"{ONE}?a=1&b=2"]),
        (f"{HOME}category/news/one/\n{HOME}author/ann/2012/one/\n{HOME}?s=20\n{HOME}feed/one/",
         [f"{HOME}category/news/one/", f"{HOME}author/ann/2012/one/", f"{HOME}?s=20", f"{HOME}feed/one/"]),
        (f"{HOME}category/news/\n{HOME}tag/x/\n{HOME}?s=word\n{HOME}feed/\n{ONE}feed/\n{ONE}trackback/\n{ONE}", [ONE]),
    ],
)  # fmt: skip
def test_a_sitemap_names_its_pages_in_all_forms(body: str, expected: list[str]) -> None:
    found = sitemap_entries(body.encode(), damages := Damages(), f"{HOME}sitemap.xml")
    assert ([entry.url for entry in found.pages], bool(damages)) == (expected, False)


def test_pages_and_sitemaps_in_one_file_are_told_apart() -> None:
    rows = f"<url><loc>{ONE}</loc></url><sitemap><loc>{HOME}more.xml</loc></sitemap>"
    for root in ("urlset", "sitemapindex"):
        found = sitemap_entries(f"<{root}>{rows}</{root}>".encode(), url=f"{HOME}sitemap.xml")
        assert ([one.url for one in found.pages], [one.url for one in found.sitemaps]) == ([ONE], [f"{HOME}more.xml"])


@pytest.mark.parametrize(
    "robots",
    [
        b"\xef\xbb\xbfSitemap: /a.xml\r\n",
        b"SITEMAP : /a.xml # posts",
        b"Sitemap:/a.xml\rx",
        b"Sitemap: <https://blog.example.org/a.xml>",
        b'Sitemap: "/a.xml"',
        b"Sitemap: blog.example.org/a.xml",
        b"Sitemap: https://blog.example.org/a.xml, https://blog.example.org/a.xml",
        "Sitemap: /a.xml".encode("utf-16"),
    ],
)
def test_a_sitemap_is_named_in_all_forms(robots: bytes) -> None:
    assert robots_sitemaps(robots, f"{HOME}robots.txt") == [f"{HOME}a.xml"]


RSS = f'<?xml version="1.0"?><rss version="2.0"><channel><item><guid>{ONE}</guid></item></channel></rss>'


@pytest.mark.parametrize(
    "body",
    [
        ONE.encode(),
        gzip.compress(ONE.encode()),
        RSS.encode(),
        gzip.compress(RSS.encode()),
        RSS.replace("<rss", "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'x.dtd'><rss").encode(),
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:link href="{ONE}"/></a:entry></a:feed>'.encode(),
        f"\n<br /><b>Warning</b>: x in <b>y.php</b>\n{RSS}".encode(),
        RSS.encode("utf-16"),
    ],
    ids=["text", "text in gzip", "RSS", "RSS in gzip", "document type", "prefix", "behind a warning", "UTF-16"],
)
def test_what_is_named_as_a_sitemap_leads_to_its_posts(body: bytes) -> None:
    answer = Answer(
        url=f"{HOME}map", status=200, fetched_at=UNDATED, content_type="application/x-gzip", charset=None, body=body
    )
    harvest = Reader(Scope.of(HOME)).read(Task(f"{HOME}map", "sitemap", Context(way="sitemap")), answer)
    assert harvest.outcome == "ok"
    assert [task.url for task in harvest.tasks if task.kind == "post"] == [ONE]


def test_of_the_addresses_of_an_item_the_blogs_own_counts() -> None:
    body = RSS.replace("<guid>", "<link>https://linked.example.net/</link><guid>").encode()
    answer = Answer(
        url=f"{HOME}feed/", status=200, fetched_at=UNDATED, content_type="text/xml", charset=None, body=body
    )
    harvest = Reader(Scope.of(HOME)).read(Task(f"{HOME}feed/", "feed", Context(way="feed")), answer)
    assert [task.url for task in harvest.tasks if task.kind == "post"] == [ONE]
