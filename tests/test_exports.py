"""Exports: recognised by content, published records only, parents kept, e-mail and IP addresses nowhere."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.urls import post_id
from rejoinder.schemas import RAW
from rejoinder.spiders.exports import format_of
from rejoinder.spiders.exports import wxr as wordpress
from rejoinder.spiders.exports.account import Account
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.runs import parts

FOLDER = Path(__file__).parent / "exports"
HARBOUR = "https://harbour.example.org/2014/05/06/low-tide/"
SECRETS = (b"@mail.example.net", b"iris@harbour", b"noreply@", b"203.0.113.")
KINDS = {
    "wordpress.xml": "WordPress (WXR)",
    "disqus.xml": "Disqus",
    "blogger.xml": "Blogger",
    "movabletype.txt": "Movable Type",
}


def crawled(data: Path, *sources: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """What a crawl of exports recorded; fails where the crawl itself did."""
    end = crawl_files(FileCrawl(sources=[str(source) for source in sources], **options), data)
    assert end.fatal is None
    return {
        name: [row for part in parts(data, name) for row in pq.ParquetFile(part).read().to_pylist()] for name in RAW
    }


def comments(raw: dict[str, list[dict[str, Any]]]) -> list[tuple[Any, ...]]:
    """Of each comment: id, parent, kind, depth, author, text."""
    columns = ("comment_id", "parent_id", "kind", "depth", "author_name", "body_text")
    return [tuple(row[name] for name in columns) for row in raw["comments"]]


@pytest.mark.parametrize("name", KINDS)
def test_formats_are_known_by_their_content(name: str, tmp_path: Path) -> None:
    for path in (tmp_path / "export", tmp_path / "export.gz"):
        content = (FOLDER / name).read_bytes()
        path.write_bytes(gzip.compress(content) if path.suffix else content)
        found = format_of(path)
        assert found is not None
        assert found.name == KINDS[name]


@pytest.mark.parametrize(
    "content", [b"", b"<rss><channel/></rss>", b"WARC/1.0\r\n", b"TITLE without a colon", b"\x1f\x8b\x08cut"]
)
def test_other_files_are_no_exports(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert format_of(tmp_path / "file") is None


@pytest.mark.parametrize("name", KINDS)
def test_no_mail_or_ip_address_is_written(name: str, tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / name, sites=["https://harbour.example.org/"] if name.endswith("txt") else ())
    assert raw["comments"]
    written = str(raw).encode()
    assert [secret for secret in SECRETS if secret in written] == []
    assert all(secret in b"".join(p.read_bytes() for p in FOLDER.iterdir()) for secret in SECRETS)


def test_wordpress_gives_the_ids_and_values_of_its_api(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "wordpress.xml")
    post = post_id(HARBOUR)
    assert comments(raw) == [
        (f"{post}:41", None, "comment", 0, "Bo", "Who raised them?"),
        (f"{post}:42", f"{post}:41", "comment", 1, "Iris Lund", "The council did."),
        (f"{post}:45", None, "pingback", 0, "Tide tables, again", "[…] as the harbour master wrote […]"),
    ]
    assert [row["by_post_author"] for row in raw["comments"]] == [False, True, False]
    [row] = raw["posts"]
    assert (row["native_id"], row["title"], row["author_name"]) == ("12", "Low tide & high prices", "Iris Lund")
    assert (row["categories"], row["tags"], row["comments_open"]) == (["Tides"], ["Fees"], False)
    assert row["body_text"] == "The gauge stands at four.\n\nNobody is surprised,\nnobody is glad."
    assert row["published_at"].isoformat() == "2014-05-06T07:30:00+00:00"
    assert row["published_local"].isoformat() == "2014-05-06T09:30:00"
    assert row["fetched_at"].isoformat() == "2024-04-02T10:00:00+00:00"


def test_disqus_gives_comments_under_the_pages_that_embed_it(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "disqus.xml")
    post = post_id(HARBOUR)
    assert comments(raw) == [
        (f"{post}:disqus-31", None, "comment", 0, "Bo", "Who raised them?"),
        (f"{post}:disqus-32", f"{post}:disqus-31", "comment", 1, "Iris Lund", "The council did."),
    ]
    assert [row["parent_from"] for row in raw["comments"]] == [None, "export"]
    assert raw["posts"] == []


def test_blogger_gives_comments_by_the_numbers_of_its_pages(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "blogger.xml")
    post = post_id("http://quay.example.org/2014/05/low-tide.html")
    assert comments(raw) == [
        (f"{post}:600", None, "comment", 0, "Bo", "Who raised them?"),
        (f"{post}:601", f"{post}:600", "comment", 1, "Iris Lund", "The council did."),
    ]
    assert [(row["native_id"], row["tags"], row["body_text"]) for row in raw["posts"]] == [
        ("500", ["tides"], "The gauge stands at four.\nNobody is surprised.")
    ]


def test_movable_type_entries_stand_where_the_blog_has_them(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "movabletype.txt", sites=["https://harbour.example.org/"])
    assert [(row["url"], row["title"], row["body_text"]) for row in raw["posts"]] == [
        (
            "https://harbour.example.org/2014/05/low_tide.html",
            "Low tide",
            "The gauge stands at four.\n\nNobody is surprised.\n\nAnd below the fold: nobody is glad.",
        ),
        ("https://harbour.example.org/elsewhere/high.html", "High tide", "Marked up."),
    ]
    assert raw["posts"][0]["categories"] == ["Tides", "Fees"]
    assert raw["posts"][0]["tags"] == ["harbour dues", "gauge"]
    assert [(row["kind"], row["author_name"], row["body_text"]) for row in raw["comments"]] == [
        ("comment", "Bo", "Who raised them?\nURL: is what I would write."),
        ("trackback", "Tide tables", "As the harbour master wrote"),
    ]
    assert [row["published_local"].isoformat() for row in raw["comments"]] == [
        "2014-05-06T11:00:00",
        "2014-05-08T08:00:00",
    ]


def test_movable_type_without_the_blogs_address_says_what_it_needs(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "movabletype.txt")
    assert [row["title"] for row in raw["posts"]] == ["High tide"]
    [problem] = [row["error"] for row in raw["fetches"] if row["outcome"] == "malformed"]
    assert "--site" in problem
    assert [(row["record"], row["reason"]) for row in raw["rejects"] if row["reason"] != "unpublished"] == [
        ("post", "no_address"),
        ("comment", "no_address"),
        ("comment", "no_address"),
    ]


@pytest.mark.parametrize(
    ("spoil", "posts", "word"),
    [
        (lambda text: text.replace(b"<title>Half", b"<title>Half & half"), 1, "ampersand"),
        (lambda text: text.replace(b"Nobody is surprised", b"Nobody is surpris\xe9d"), 1, "Windows-1252"),
        (lambda text: text + b"<rss><channel><item/></channel></rss>", 1, "line"),
        (lambda text: text[: text.index(b"<title>Half")], 1, ""),
        (lambda text: text.replace(b"Nobody", b"No\x0bbody"), 1, "control"),
        (lambda text: text.replace(b'encoding="UTF-8"', b'encoding="klingon"'), 1, "klingon"),
    ],
    ids=["bare ampersand", "wrong encoding", "two roots", "cut off", "control character", "no such encoding"],
)
def test_a_damaged_export_gives_what_is_whole_and_says_what_is_not(
    tmp_path: Path, spoil: Callable[[bytes], bytes], posts: int, word: str
) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(spoil((FOLDER / "wordpress.xml").read_bytes()))
    raw = crawled(tmp_path / "d", path)
    assert len(raw["posts"]) == posts
    assert len(raw["comments"]) == 3
    problems = [row["error"] for row in raw["fetches"] if row["outcome"] == "malformed"]
    assert any(word in problem and "export.xml" in problem for problem in problems), problems


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    text = (FOLDER / "wordpress.xml").read_text("utf-8")
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    )
    text = text.replace("<rss ", f"{bomb}<rss ", 1).replace("<title>About</title>", "<title>&b;&x;</title>")
    text = text.replace("<wp:post_type>page</wp:post_type>", "<wp:post_type>post</wp:post_type>")
    (tmp_path / "export.xml").write_text(text, "utf-8")
    titles = [row["title"] for row in crawled(tmp_path / "d", tmp_path / "export.xml")["posts"]]
    assert titles == ["Low tide & high prices", "&b;&x;"]


def test_since_leaves_older_posts_and_their_comments_out(tmp_path: Path) -> None:
    raw = crawled(tmp_path / "d", FOLDER / "blogger.xml", since=datetime(2014, 6, 1))
    assert (raw["posts"], raw["comments"]) == ([], [])


def test_the_same_export_again_adds_nothing_wherever_it_stands(tmp_path: Path) -> None:
    first = crawled(tmp_path / "d", FOLDER / "wordpress.xml")
    (tmp_path / "moved.xml").write_bytes((FOLDER / "wordpress.xml").read_bytes())
    assert crawled(tmp_path / "d", tmp_path / "moved.xml") == first


class Endless:
    """A WordPress export of so many items, made as it is read."""

    def __init__(self, items: int) -> None:
        text = (FOLDER / "wordpress.xml").read_bytes()
        start, end = text.index(b"\t<item>"), text.index(b"</item>") + len(b"</item>")
        filler = b"<wp:postmeta>" + b"x" * 20_000 + b"</wp:postmeta></item>"
        item = text[start:end].replace(b"</item>", filler)
        self._pieces: Iterator[bytes] = itertools.chain([text[:start]], itertools.repeat(item, items), [text[end:]])

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def test_memory_does_not_grow_with_the_export() -> None:
    peaks = []
    for items in (100, 1500):
        tracemalloc.start()
        found = sum(1 for _ in wordpress.readings(Endless(items), site=None, account=Account()))  # type: ignore[arg-type]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found == items
    assert peaks[1] < 1.5 * peaks[0] + 1_000_000
