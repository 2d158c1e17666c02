"""Exports as other programs, older versions and damage leave them: what each of these kinds must give."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pyarrow.parquet as pq
import pytest
from rejoinder.crawling import read_and_report
from rejoinder.pipelines.urls import post_id
from rejoinder.processes import Engine
from rejoinder.schemas import RAW
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.runs import parts

HOME = "http://demo.example.org"
WP = "http://wordpress.org/export/1.2/"


def read(tmp_path: Path, content: str | bytes, *, name: str = "export.xml", **options: Any) -> dict[str, list[Any]]:
    """The raw rows of an export."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    end = crawl_files(FileCrawl(sources=[str(path)], **options), tmp_path / "d")
    assert end.fatal is None
    found = {
        name: [row for part in parts(tmp_path / "d", name) for row in pq.ParquetFile(part).read().to_pylist()]
        for name in RAW
    }
    assert str(tmp_path) not in str([found["posts"], found["comments"], found["rejects"]])
    return found


def texts(found: dict[str, list[Any]]) -> list[str]:
    return [row["body_text"] for row in found["comments"]]


def reasons(found: dict[str, list[Any]]) -> list[tuple[str, str]]:
    return [(row["record"], row["reason"]) for row in found["rejects"]]


def told(found: dict[str, list[Any]]) -> list[str]:
    return [row["error"] for row in found["fetches"] if row["error"]]


# WordPress


def comment(number: int, text: str, *, date: str = "2012-01-03 03:04:05", **fields: str | None) -> str:
    values: dict[str, str | None] = {
        "id": str(number),
        "author": "Bo",
        "date": date,
        "date_gmt": date,
        "content": text,
        "approved": "1",
        "type": "comment",
        "parent": "0",
    }
    values |= fields
    inner = "".join(
        f"<wp:comment_{key}>{value}</wp:comment_{key}>" for key, value in values.items() if value is not None
    )
    return f"<wp:comment>{inner}</wp:comment>"


def item(number: int, *comments: str, link: str | None = "", **fields: str | None) -> str:
    values: dict[str, str | None] = {
        "post_id": str(number),
        "post_date": "2012-01-02 03:04:05",
        "post_date_gmt": "2012-01-02 03:04:05",
        "status": "publish",
        "post_type": "post",
    }
    values |= fields
    inner = "".join(f"<wp:{key}>{value}</wp:{key}>" for key, value in values.items() if value is not None)
    address = f"<link>{link or f'{HOME}/{number}/'}</link>" if link is not None else ""
    body = "<content:encoded><![CDATA[<a href='../other/'>Body</a>]]></content:encoded>"
    return f"<item><title>Post {number}</title>{address}{body}{inner}{''.join(comments)}</item>"


def wxr(*items: str, head: str = f"<link>{HOME}</link>", space: str = WP, declared: str = "UTF-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:wp="{space}"><channel>{head}{"".join(items)}</channel></rss>'
    )


@pytest.mark.parametrize("word", ["1", "approve", "approved", "Approved", "true", "publish", "visible", "ham", None])
def test_a_comment_is_approved_in_the_words_of_any_writer(tmp_path: Path, word: str | None) -> None:
    assert texts(read(tmp_path, wxr(item(1, comment(5, "Hi", approved=word))))) == ["Hi"]


@pytest.mark.parametrize(
    ("word", "reason"), [("0", "unapproved"), ("hold", "unapproved"), ("spam", "spam"), ("trash", "deleted")]
)
def test_a_comment_that_is_not_approved_is_accounted_for(tmp_path: Path, word: str, reason: str) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "secret", approved=word), comment(6, "Hi"))))
    assert texts(found) == ["Hi"]
    assert reasons(found) == [("comment", reason)]
    assert "secret" not in str(found)


@pytest.mark.parametrize(("kind", "status"), [("page", "publish"), ("podcast", "publish"), ("attachment", "inherit")])
def test_what_has_approved_comments_is_a_post(tmp_path: Path, kind: str, status: str) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "Hi"), post_type=kind, status=status), item(2, post_type=kind)))
    assert (texts(found), [row["native_id"] for row in found["posts"]]) == (["Hi"], ["1"])
    assert reasons(found) == [("post", "not_a_post")]


@pytest.mark.parametrize("status", ["publish", "Published", "public", "approved", "1"])
def test_a_post_is_published_in_the_words_of_any_writer(tmp_path: Path, status: str) -> None:
    assert texts(read(tmp_path, wxr(item(1, comment(5, "Hi"), status=status)))) == ["Hi"]


def test_what_a_writer_leaves_out_is_no_draft(tmp_path: Path) -> None:
    absent = dict.fromkeys(("post_id", "post_date", "status", "post_type"))
    found = read(tmp_path, wxr(item(1, comment(5, "Hi", type=None, parent=None), **absent), head=""))
    assert (texts(found), [row["url"] for row in found["posts"]]) == (["Hi"], [f"{HOME}/1/"])


def test_a_note_that_a_program_keeps_among_comments_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "paid by card", type="order_note"), comment(6, "Hi", type="review"))))
    assert (texts(found), reasons(found)) == (["Hi"], [("comment", "not_a_comment")])
    assert "paid" not in str(found)


def test_damage_publishes_no_draft(tmp_path: Path) -> None:
    draft = item(1, comment(5, "a"), status="draft").replace("</title>", "")
    cut = item(2, comment(6, "b"), status="draft").partition("<wp:status>")[0]
    found = read(tmp_path, wxr(draft, item(3, comment(7, "c"))).replace("</channel></rss>", cut))
    assert (texts(found), [row["native_id"] for row in found["posts"]]) == (["c"], ["3"])
    assert ("post", "damaged") in reasons(found)
    assert told(found)


def test_depth_and_parent_agree_in_any_order(tmp_path: Path) -> None:
    said = [comment(7, "c", parent="6"), comment(6, "b", parent="5"), comment(5, "a"), comment(8, "d", parent="99")]
    found = read(tmp_path, wxr(item(1, *said)))
    assert [(row["body_text"], row["depth"]) for row in found["comments"]] == [("c", 2), ("b", 1), ("a", 0), ("d", 1)]


def test_a_second_comment_with_a_repeated_id_is_kept(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "a"), comment(5, "b"), comment(5, "b"))))
    assert texts(found) == ["a", "b", "b"]
    assert len({row["comment_id"] for row in found["comments"]}) == 3


@pytest.mark.parametrize(
    ("link", "head", "url"),
    [
        ("/2012/1/one", f"<link>{HOME}</link>", f"{HOME}/2012/1/one"),
        ("/2012/1/one", f"<link>/</link><wp:base_blog_url>{HOME}</wp:base_blog_url>", f"{HOME}/2012/1/one"),
        ("demo.example.org/one/", f"<link>{HOME}</link>", f"{HOME}/one/"),
        ("demo.example.org/one/", "", f"{HOME}/one/"),
        ("//demo.example.org/one/", "", f"{HOME}/one/"),
        (f"  {HOME}/one/\n", "", f"{HOME}/one/"),
        (None, f"<link>{HOME}</link>", f"{HOME}/?p=1"),
        (f"{HOME}/", f"<link>{HOME}</link>", f"{HOME}/?p=1"),
        ("http://elsewhere.example.net/x/", f"<link>{HOME}</link>", f"{HOME}/?p=1"),
        ("/one/", f"<image><link>http://no.example.net/</link></image><link>{HOME}</link>", f"{HOME}/one/"),
        ("/one/", "<link>demo.example.org</link>", f"{HOME}/one/"),
        ("/one/", f"<a:link xmlns:a='http://www.w3.org/2005/Atom' href='/feed'/><link>{HOME}</link>", f"{HOME}/one/"),
    ],
)
def test_a_post_stands_where_its_link_leads_from_the_blog(
    tmp_path: Path, link: str | None, head: str, url: str
) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "Hi"), link=link), head=head))
    assert [row["url"] for row in found["posts"]] == [url]
    assert [row["permalink"] for row in found["comments"]] == [f"{url}#comment-5"]
    assert [row["post_id"] for row in found["comments"]] == [post_id(url)]


def test_without_any_address_a_post_and_its_comments_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "a"), link=None), item(2, link="/two/"), head=""))
    assert (found["posts"], found["comments"]) == ([], [])
    assert reasons(found) == [("post", "no_address"), ("comment", "no_address"), ("post", "no_address")]


def test_a_permalink_guid_is_an_address_where_nothing_else_is(tmp_path: Path) -> None:
    text = item(1, link=None).replace("<content", f"<guid isPermaLink='false'>{HOME}/?p=1</guid><content")
    assert [row["url"] for row in read(tmp_path, wxr(text, head=""))["posts"]] == [f"{HOME}/?p=1"]


def test_two_posts_with_one_link_stay_two(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "a"), link="/x/"), item(2, comment(5, "b"), link="/x/")))
    assert [row["url"] for row in found["posts"]] == [f"{HOME}/x/", f"{HOME}/?p=2"]
    assert len({row["comment_id"] for row in found["comments"]}) == 2
    no_home = read(tmp_path, wxr(*(item(n, comment(n, "a"), link=f"{HOME}/y/") for n in (1, 2)), head=""), name="b.xml")
    assert reasons(no_home) == [("post", "same_address"), ("comment", "same_address")]


def test_relative_links_lead_from_the_base_that_the_file_states(tmp_path: Path) -> None:
    text = wxr(item(1, comment(5, "Hi"), link="one/"), head="").replace("<rss", f"<rss xml:base='{HOME}/blog/'")
    assert [row["url"] for row in read(tmp_path, text)["posts"]] == [f"{HOME}/blog/one/"]


def test_a_file_that_forgot_its_namespaces_is_known_by_its_elements(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "Hi"))).replace(f' xmlns:wp="{WP}"', ""))
    assert texts(found) == ["Hi"]
    assert any("namespace" in error for error in told(found))


def test_relative_links_of_a_text_lead_from_its_own_post(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, link="/a/one/"), item(2, link="/b/two/")))
    assert [
        f'href="{HOME}/{place}/other/"' in row["body_html"] for row, place in zip(found["posts"], "ab", strict=True)
    ] == [
        True,
        True,
    ]


def test_a_site_leaves_other_blogs_out_on_purpose(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(item(1, comment(5, "a"))), sites=["http://other.example.net/"])
    assert (found["posts"], reasons(found)) == ([], [("post", "other_blog"), ("comment", "other_blog")])


@pytest.mark.parametrize("head", ["<pubDate>Mon, 02 Jan 2012 03:04:05 +0000</pubDate>", ""])
def test_no_date_is_thrown_away_against_one_that_the_file_states_of_itself(tmp_path: Path, head: str) -> None:
    path = tmp_path / "export.xml"
    text = wxr(
        item(1, comment(5, "a", date="2012-03-05 03:04:05"), comment(6, "b", date="2099-01-01 00:00:00")), head=head
    )
    path.write_text(f"{text}")
    found = read(tmp_path, text)
    assert [row["published_local"] for row in found["comments"]] == [datetime(2012, 3, 5, 3, 4, 5), None]
    if head:
        assert {row["fetched_at"].replace(tzinfo=None) for row in found["fetches"]} == {datetime(2012, 3, 5, 3, 4, 5)}


@pytest.mark.parametrize("stated", ["Fri, 31 Dec 9999 23:59:59 +0000", "Fri, 01 Jan 2038 00:00:00 +0000"])
def test_a_time_behind_the_change_of_the_file_is_not_when_it_was_made(tmp_path: Path, stated: str) -> None:
    comments = (comment(5, "a"), comment(6, "b", date="9999-12-31 23:59:59"))
    found = read(tmp_path, wxr(item(1, *comments), head=f"<pubDate>{stated}</pubDate>"))
    assert [row["published_local"] for row in found["comments"]] == [datetime(2012, 1, 3, 3, 4, 5), None]
    assert [row["reason"] for row in found["rejects"]] == ["after_fetch"]
    made = (tmp_path / "export.xml").stat().st_mtime
    assert {int(row["fetched_at"].timestamp()) for row in found["fetches"]} == {int(made)}


def test_the_time_of_an_export_is_what_its_generator_states(tmp_path: Path) -> None:
    head = (
        '<!-- generator="WordPress/2.9" created="2015-06-07 08:09"--><pubDate>Mon, 02 Jan 2012 03:04:05 +0000</pubDate>'
    )
    [fetch] = read(tmp_path, wxr(item(1, link=f"{HOME}/1/"), head=head))["fetches"]
    assert fetch["fetched_at"].replace(tzinfo=None) == datetime(2015, 6, 7, 8, 9)


def test_a_file_that_says_to_be_older_than_most_of_its_dates_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    path.write_text(wxr(item(1, comment(5, "a")), head=""))
    os.utime(path, (0, 0))
    crawl_files(FileCrawl(sources=[str(path)]), tmp_path / "d")
    rows = [row for part in parts(tmp_path / "d", "comments") for row in pq.ParquetFile(part).read().to_pylist()]
    assert [row["published_local"] for row in rows] == [datetime(2012, 1, 3, 3, 4, 5)]


@pytest.mark.parametrize("space", ["http://wordpress.org/export/1.0/", "https://wordpress.org/export/1.3/"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_any_version_prefix_and_encoding(tmp_path: Path, space: str, encoding: str) -> None:
    text = wxr(item(1, comment(5, "Hä")), space=space, declared=encoding)
    text = text.replace("wp:", "w:").replace("xmlns:wp", "xmlns:w")
    assert texts(read(tmp_path, text.encode(encoding))) == ["Hä"]


def test_a_gzip_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    text = wxr(*(item(number, comment(number, os.urandom(3000).hex())) for number in range(1, 60)))
    found = read(tmp_path, gzip.compress(text.encode())[:-20_000], name="export.xml.gz")
    assert 20 < len(found["posts"]) < 59
    gzip_faults = [error for error in told(found) if "gzip" in error]
    assert len(gzip_faults) == 1
    assert "times" not in gzip_faults[0]


# Blogger


def entry(number: int, kind: str, text: str = "Body", *more: str) -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><published>2012-01-02T03:04:05Z</published>{''.join(more)}"
        f"<category scheme='http://schemas.google.com/g/2005#kind' term='http://x#{kind}'/>{content(text)}</entry>"
    )


def content(text: str) -> str:
    return text if text.startswith("<content") else f"<content type='html'>{text}</content>"


def below(post: int, parent: int | None = None) -> str:
    related = f"<link rel='related' href='http://x/feeds/1/9/comments/default/{parent}'/>" if parent else ""
    return f"<thr:in-reply-to href='{HOME}/{post}.html' ref='tag:blogger.com,1999:blog-1.post-{post}'/>{related}"


def at(post: int) -> str:
    return f"<link rel='alternate' href='{HOME}/{post}.html'/>"


def blogger(*entries: str) -> str:
    spaces = {
        "xmlns": "http://www.w3.org/2005/Atom",
        "xmlns:thr": "http://purl.org/syndication/thread/1.0",
        "xmlns:gd": "http://schemas.google.com/g/2005",
        "xmlns:b": "http://schemas.google.com/blogger/2018",
    }
    declared = " ".join(f"{name}={quoteattr(uri)}" for name, uri in spaces.items())
    return f"<feed {declared}><id>tag:blogger.com,1999:blog-1.archive</id>{''.join(entries)}</feed>"


def test_entries_of_blogger_stand_in_any_order(tmp_path: Path) -> None:
    comments = (entry(102, "comment", "b", below(1, 101)), entry(101, "comment", "a", below(1)))
    found = read(tmp_path, blogger(*comments, entry(1, "post", "P", at(1))))
    assert [(row["body_text"], row["parent_id"], row["depth"]) for row in found["comments"]] == [
        ("b", f"{post_id(f'{HOME}/1.html')}:101", 1),
        ("a", None, 0),
    ]
    assert reasons(found) == []


def test_comments_on_pages_and_below_posts_that_the_file_lacks(tmp_path: Path) -> None:
    on_page = (entry(1, "page", "P", at(1)), entry(101, "comment", "a", below(1)), entry(2, "page", "Q", at(2)))
    orphan = entry(103, "comment", "c", "<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-9'/>")
    found = read(tmp_path, blogger(*on_page, entry(102, "comment", "b", below(3)), orphan))
    assert texts(found) == ["a", "b"]
    assert [row["post_id"] for row in found["comments"]] == [post_id(f"{HOME}/{number}.html") for number in (1, 3)]
    assert reasons(found) == [("post", "not_a_post"), ("comment", "no_post")]


def test_a_static_page_has_ids_of_its_own_kind(tmp_path: Path) -> None:
    rows = [entry(1, "page", "P", at(1)), entry(101, "comment", "a", below(1))]
    found = read(tmp_path, blogger(*rows).replace("post-1<", "page-1<").replace("post-1'", "page-1'"))
    assert ([row["native_id"] for row in found["posts"]], texts(found), reasons(found)) == (["1"], ["a"], [])


def test_an_entry_without_published_has_the_date_of_its_last_change(tmp_path: Path) -> None:
    rows = [entry(1, "post", "P", at(1)), entry(101, "comment", "a", below(1))]
    text = blogger(*rows).replace("published>", "updated>")
    assert [row["published_local"] for row in read(tmp_path, text)["comments"]] == [datetime(2012, 1, 2, 3, 4, 5)]


def test_titles_and_summaries_in_html(tmp_path: Path) -> None:
    title = "<title type='html'>R&amp;amp;D &lt;b&gt;now&lt;/b&gt;</title>"
    text = blogger(entry(1, "post", "P", at(1), title)).replace("content", "summary")
    assert [(row["title"], row["body_text"]) for row in read(tmp_path, text)["posts"]] == [("R&D now", "P")]


@pytest.mark.parametrize("path", ["/2012/one.html", "2012/one.html", f"{HOME}/2012/one.html"])
def test_the_file_of_a_newer_entry_stands_below_the_site(tmp_path: Path, path: str) -> None:
    text = blogger(entry(1, "post", "P", f"<b:filename>{path}</b:filename>"))
    assert [row["url"] for row in read(tmp_path, text, sites=[HOME])["posts"]] == [f"{HOME}/2012/one.html"]


@pytest.mark.parametrize(
    "mark", ["<gd:extendedProperty name='blogger.contentRemoved' value='true'/>", "<b:status>EMPTIED</b:status>"]
)
def test_a_removed_comment_is_removed_by_the_export_too(tmp_path: Path, mark: str) -> None:
    removed = entry(101, "comment", "This comment has been removed by the author.", below(1), mark)
    found = read(tmp_path, blogger(entry(1, "post", "P", at(1)), removed, entry(102, "comment", "b", below(1, 101))))
    assert [(row["state"], row["body_text"]) for row in found["comments"]] == [("removed", ""), ("visible", "b")]


def test_xhtml_and_a_base_in_blogger(tmp_path: Path) -> None:
    inner = "<div xmlns='http://www.w3.org/1999/xhtml'>One <b>two</b></div>"
    post = entry(1, "post", f"<content type='xhtml'>{inner}</content>", "<link rel='alternate' href='2012/one.html'/>")
    text = blogger(post).replace("<feed", f"<feed xml:base='{HOME}/blog/'")
    assert [(row["url"], row["body_text"]) for row in read(tmp_path, text)["posts"]] == [
        (f"{HOME}/blog/2012/one.html", "One two")
    ]


# Disqus


def thread(number: int, link: str, identifier: str = "", *, deleted: str = "false") -> str:
    return (
        f"<thread dsq:id='{number}'><id>{identifier}</id><link>{link}</link><isDeleted>{deleted}</isDeleted></thread>"
    )


def said(number: int, below: int, text: str, parent: int | None = None, **flags: str) -> str:
    answers = f"<parent dsq:id='{parent}'/>" if parent else ""
    marks = "".join(
        f"<{name}>{value}</{name}>" for name, value in ({"isDeleted": "false", "isSpam": "false"} | flags).items()
    )
    return (
        f"<post dsq:id='{number}'><message>{text}</message><createdAt>2012-01-02T03:04:05Z</createdAt>{marks}"
        f"<author><name>Bo</name></author><thread dsq:id='{below}'/>{answers}</post>"
    )


def disqus(*rows: str) -> str:
    return f"<disqus xmlns='http://disqus.com' xmlns:dsq='http://disqus.com/disqus-internals'>{''.join(rows)}</disqus>"


@pytest.mark.parametrize(
    ("link", "identifier", "url"),
    [
        ("", f"{HOME}/one/", f"{HOME}/one/"),
        ("", f"12 {HOME}/?p=12", f"{HOME}/?p=12"),
        ("demo.example.org/one/", "", f"{HOME}/one/"),
        ("", "demo.example.org/one/", f"{HOME}/one/"),
        ("/one/", "", None),
        ("", "12", None),
    ],
)
def test_a_thread_stands_where_its_link_or_its_identifier_says(
    tmp_path: Path, link: str, identifier: str, url: str | None
) -> None:
    found = read(tmp_path, disqus(said(5, 1, "a"), thread(1, link, identifier)))
    assert [row["post_id"] for row in found["comments"]] == ([post_id(url)] if url else [])
    assert reasons(found) == ([] if url else [("comment", "no_address")])


def test_a_relative_thread_is_on_the_site_that_all_others_are_on(tmp_path: Path) -> None:
    found = read(tmp_path, disqus(thread(1, "/one/"), thread(2, f"{HOME}/two/"), said(5, 1, "a"), said(6, 3, "b")))
    assert [row["post_id"] for row in found["comments"]] == [post_id(f"{HOME}/one/")]
    assert reasons(found) == [("comment", "no_post")]


@pytest.mark.parametrize("flags", [{"isDeleted": "True"}, {"isSpam": "1"}, {"isApproved": "False"}])
def test_a_flag_counts_in_any_spelling(tmp_path: Path, flags: dict[str, str]) -> None:
    found = read(tmp_path, disqus(thread(1, f"{HOME}/one/"), said(5, 1, "secret", None, **flags), said(6, 1, "a")))
    assert (texts(found), len(reasons(found))) == (["a"], 1)
    assert "secret" not in str(found)


def test_disqus_shows_a_notice_where_what_was_answered_is_gone(tmp_path: Path) -> None:
    gone = [said(5, 1, "x", isDeleted="true"), said(6, 1, "y", 5, isSpam="true"), said(8, 1, "z", 7, isSpam="true")]
    found = read(tmp_path, disqus(thread(1, f"{HOME}/one/"), *gone, said(7, 1, "b", 6)))
    assert [(row["state"], row["body_text"], row["author_name"], row["depth"]) for row in found["comments"]] == [
        ("removed", "", None, 0),
        ("removed", "", None, 1),
        ("visible", "b", "Bo", 2),
    ]
    assert reasons(found) == [("comment", "spam")]


# Movable Type

HEAD = ["TITLE: One", "STATUS: Publish", "BASENAME: one", "DATE: 01/31/2002 03:31:05 PM"]
BODY = ["-----", "BODY:", "First."]
SAID = ["-----", "COMMENT:", "AUTHOR: Bo", "DATE: 02/01/2002 04:02:07 AM", "Hi."]


def movable_type(tmp_path: Path, lines: Sequence[str], encoding: str = "utf-8") -> dict[str, list[Any]]:
    return read(tmp_path, "\n".join([*lines, ""]).encode(encoding), name="export.txt", sites=[f"{HOME}/"])


@pytest.mark.parametrize(
    "lines",
    [
        ["--------", "", *HEAD, *BODY, *SAID, "-----", "--------"],
        ["", "", *HEAD[:2], "", "", *HEAD[2:], "", *BODY, *SAID, "-----", "--------"],
        [*HEAD, *BODY, *SAID, "----- ", "--------  "],
        [*HEAD, "-----\t", "BODY: ", "First.", *SAID, "-----", "--------", "", "--------"],
        [*HEAD, "MOOD: glad", *BODY, *SAID, "-----", "--------"],
        [*HEAD, *BODY, *SAID[:2], "", SAID[2], "", SAID[3], "", SAID[4], "-----", "--------"],
        ["AUTHOR : Ann", *HEAD, *BODY[1:], *SAID, "-----", "--------"],
    ],
    ids=["leading dashes", "blank lines", "blanks behind", "tabs", "another field", "in a comment", "no border"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_white_space_of_a_hand_made_format_is_no_matter(tmp_path: Path, lines: list[str], end: str) -> None:
    text = end.join([*lines, *HEAD[:2], "BASENAME: two", HEAD[3], *BODY, "-----", "--------", ""])
    found = read(tmp_path, text, name="export.txt", sites=[f"{HOME}/"])
    assert [(row["url"], row["body_text"]) for row in found["posts"]] == [
        (f"{HOME}/2002/01/one.html", "First."),
        (f"{HOME}/2002/01/two.html", "First."),
    ]
    assert texts(found) == ["Hi."]
    assert told(found) == []


@pytest.mark.parametrize("dashes", ["-----", "--------"])
def test_dashes_within_a_text_belong_to_it(tmp_path: Path, dashes: str) -> None:
    more = [dashes, "Bo", "a signature", "", dashes, "NOTE: to", "-----", "PING", "end"]
    found = movable_type(tmp_path, [*HEAD, *BODY, *more, *SAID, *more, *SAID, "-----", "--------"])
    after = f"\n{dashes}\nBo\na signature\n\n{dashes}\nNOTE: to\n-----\nPING\nend"
    assert [row["body_text"] for row in found["posts"]] == [f"First.{after}"]
    assert texts(found) == [f"Hi.{after}", "Hi."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "euc-jp", "cp932", "iso2022_jp"])
def test_old_japanese_encodings(tmp_path: Path, encoding: str) -> None:
    lines = ["TITLE: 一つ", *HEAD[1:], "-----", "BODY:", "いい本文です。", *SAID, "-----", "--------"]
    found = movable_type(tmp_path, lines, encoding)
    assert [(row["title"], row["body_text"]) for row in found["posts"]] == [("一つ", "いい本文です。")]
    assert told(found) == []


def test_stray_bytes_of_a_text_export_are_told(tmp_path: Path) -> None:
    found = movable_type(tmp_path, [*HEAD, "-----", "BODY:", "L’été – déjà", *SAID, "-----", "--------"], "cp1252")
    assert [row["body_text"] for row in found["posts"]] == ["L’été – déjà"]
    assert any("line 7" in error for error in told(found))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("2014/01/05/120000", "/entry/2014/01/05/120000"),
        ("notes/one", "/notes/one"),
        ("one", "/2002/01/one.html"),
        ("one.php", "/2002/01/one.php"),
        (f"{HOME}/notes/one", "/notes/one"),
    ],
)
def test_a_base_name_with_slashes_is_a_path(tmp_path: Path, name: str, path: str) -> None:
    found = movable_type(tmp_path, [*HEAD[:2], f"BASENAME: {name}", HEAD[3], *BODY, "-----", "--------"])
    assert [row["url"] for row in found["posts"]] == [HOME + path]


def test_an_address_that_is_none_leaves_the_base_name(tmp_path: Path) -> None:
    found = movable_type(tmp_path, [*HEAD, "UNIQUE URL: http://[", *BODY, *SAID, "-----", "--------"])
    assert [row["url"] for row in found["posts"]] == [f"{HOME}/2002/01/one.html"]


@pytest.mark.parametrize("status", ["PUBLISH", "Release", "2", ""])
def test_an_entry_is_published_in_the_words_of_any_writer(tmp_path: Path, status: str) -> None:
    lines = [HEAD[0], f"STATUS: {status}", *HEAD[2:], *BODY, *SAID, "-----", "--------"]
    assert texts(movable_type(tmp_path, lines)) == ["Hi."]


def test_fields_of_other_writers_in_a_comment_are_no_text(tmp_path: Path) -> None:
    more = ["SECRET: 0", "PASS: x", "EMAIL: bo@example.com", "IP: 192.0.2.1"]
    hidden = [*SAID[:3], "SECRET: 1", SAID[3], "for Ann alone"]
    found = movable_type(tmp_path, [*HEAD, *BODY, *SAID[:3], *more, *SAID[3:], "NOTE: a", *hidden, "-----", "--------"])
    assert [(row["author_name"], row["body_text"]) for row in found["comments"]] == [("Bo", "Hi.\nNOTE: a")]
    assert reasons(found) == [("comment", "unapproved")]
    assert "192.0.2.1" not in str(found)


def test_the_end_of_a_run_sums_up_what_the_exports_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.xml"
    path.write_text(wxr(item(1, comment(5, "a"), comment(6, "b", approved="spam")), item(2, status="draft"), head=""))
    code = read_and_report([str(path)], tmp_path / "d", sites=(), since=None, jobs=1, engine=Engine(), build=True)
    lines = [line.split("\t")[1:] for line in capsys.readouterr().out.splitlines() if line.startswith(str(path))]
    assert lines == [
        ["post", "kept", "1"],
        ["post", "unpublished", "1"],
        ["comment", "kept", "1"],
        ["comment", "spam", "1"],
    ]
    assert code == 0
