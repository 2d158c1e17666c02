"""Archives as old and careless writers made them: what a record holds is read, in whatever form it stands."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tempfile
import time
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.exits import Exit
from rejoinder.provenance import NoSource, page_of_row
from rejoinder.queries import build
from rejoinder.schemas import RAW, UNDATED
from rejoinder.spiders.archives import open_archive
from rejoinder.spiders.archives.files import find_archives
from rejoinder.spiders.archives.heads import moment_of
from rejoinder.spiders.archives.warc import Record, Records, read_record
from rejoinder.spiders.offline import FileCrawl, crawl_files
from rejoinder.spiders.run import exit_code
from warcio.archiveiterator import ArchiveIterator

from support.runs import parts, run
from support.warcs import DATE, arc_head, arc_record, compressed, http, info, offsets, page, record, write_warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

POST = "http://blog.example.org/2012/01/09/first/"
PAGE = page("First", [(1, "Ann", "One."), (2, "Bo", "Two.")])
BOTH = {"1": "One.", "2": "Two."}
Tables = dict[str, list[dict[str, Any]]]


def crawled(folder: Path, name: str, content: bytes, exit_: Exit | None = Exit.DONE, **options: Any) -> Tables:
    """The raw rows that an archive of this content gives, by name of their dataset."""
    path = folder / name
    path.write_bytes(content)
    end = crawl_files(FileCrawl(sources=[str(path)], **options), folder / "data")
    assert end.fatal is None
    assert exit_ is None or exit_code(end) == exit_
    found = {
        name: [row for part in parts(folder / "data", name) for row in pq.read_table(part).to_pylist()] for name in RAW
    }
    assert {row["fetch_id"] for name in ("posts", "comments") for row in found[name]} <= {
        row["fetch_id"] for row in found["fetches"]
    }
    return found


def texts(tables: Tables) -> dict[str, str]:
    return {row["native_id"]: row["body_text"] for row in tables["comments"]}


def told(tables: Tables) -> list[tuple[str, str]]:
    """Outcome and error of each fetch, sorted."""
    return sorted((row["outcome"], row["error"] or "") for row in tables["fetches"])


def with_head(head: bytes, block: bytes) -> bytes:
    """A record whose head is written by hand; %d in it is the length of its block."""
    return head.replace(b"%d", b"%d" % len(block)) + block + b"\r\n\r\n"


HEAD = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {POST}\r\nWARC-Date: {DATE}\r\nContent-Length: %d\r\n\r\n"
FOLDED = HEAD.replace("URI: ", "URI:\r\n  ").replace("Length: ", "Length:\r\n\t")


@pytest.mark.parametrize(
    "head",
    [
        FOLDED,
        HEAD.replace("\r\n", "\n"),
        HEAD.replace("WARC/1.0", "warc/1.0"),
        HEAD.replace("WARC/1.0", "WARC/0.18"),
        HEAD.replace("WARC/1.0", "WARC/1.1").replace("WARC-Type", "warc-type"),
        HEAD.replace("WARC-Type: ", "WARC-Type :"),
        HEAD.replace(POST, f"<{POST}>"),
    ],
    ids=["folded", "LF only", "lower case", "draft", "other case of names", "blank before the colon", "in brackets"],
)
@pytest.mark.parametrize("form", ["plain", "gzip", "one piece"])
def test_a_record_is_read_whatever_its_head_looks_like(tmp_path: Path, head: str, form: str) -> None:
    records = [
        info(),
        with_head(head.encode(), http(PAGE)),
        record(f"{POST}x.png", http(b"x", content_type="image/png")),
    ]
    content = b"".join(compressed(records) if form == "gzip" else records)
    content = gzip.compress(content, mtime=0) if form == "one piece" else content
    tables = crawled(tmp_path, "a.warc" if form == "plain" else "a.warc.gz", content)
    assert texts(tables) == BOTH
    assert told(tables) == [("left_out", "media: 1 record"), ("ok", "")]


BEHIND = PAGE.replace(b"</article>", b"\r\n\r\n</article>", 1)


@pytest.mark.parametrize(
    "block",
    [
        http(BEHIND).replace(b"\r\n", b"\n", 3),
        b"\r\n" + http(PAGE),
        b"HTTP/1.1 100 Continue\r\n\r\n" + http(PAGE),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\n\n" + http(PAGE),
        b"HTTP/1.0 200 Connection established\r\nProxy-Agent: x\r\n\r\n" + http(PAGE),
        http(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"),
        http(PAGE).replace(b"Content-Type: ", b"Content-Type:\r\n "),
        http(PAGE).replace(b"HTTP/1.1 200 OK", b"http/1.0 200 ok"),
        http(PAGE).replace(b"HTTP/1.1 200 OK", b"ICY 200 OK"),
        http(PAGE).replace(b"HTTP/1.1 200 OK", b"HTTP 200"),
        http(PAGE).partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\r") + b"\r\r" + PAGE,
        http(PAGE).partition(b"\r\n\r\n")[0].replace(b"\r\n", b"\r\r\n") + b"\r\r\n\r\r\n" + PAGE,
        http(PAGE).partition(b"\r\n\r\n")[0] + b"\r\n" + BEHIND,
        http(PAGE).replace(b"\r\nContent-Type", b"\r\nnothing that is a field\r\nContent-Type"),
    ],
    ids=[
        "LF",
        "empty line before",
        "100",
        "103 and 102",
        "proxy",
        "HTTP/2",
        "folded",
        "lower case",
        "ICY",
        "no version",
        "CR",
        "CR CR LF",
        "no empty line",
        "junk in the head",
    ],
)
def test_an_answer_is_read_whatever_its_head_looks_like(tmp_path: Path, block: bytes) -> None:
    tables = crawled(tmp_path, "a.warc", record(POST, block))
    assert texts(tables) == BOTH
    assert [(row["title"], row["body_text"] is None) for row in tables["posts"]] == [("First", False)]
    assert [(row["outcome"], row["status"], row["content_type"]) for row in tables["fetches"]] == [
        ("ok", 200, "text/html")
    ]


def test_an_interim_answer_that_nothing_follows_is_told(tmp_path: Path) -> None:
    tables = crawled(tmp_path, "a.warc", record(POST, b"HTTP/1.1 100 Continue\r\n\r\n"), Exit.NO_POST)
    assert told(tables) == [("http_error", "HTTP status 100")]


# What is not whole


CUT = PAGE.index(b"Two.")
LONG = record(POST, http(PAGE))


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.warc", LONG[: LONG.index(b"Two.")], "but the file ends after"),
        ("a.warc.gz", gzip.compress(LONG, 0)[: LONG.index(b"Two.")], "the file ends within a compressed record"),
        ("a.warc.gz", gzip.compress(LONG)[:-4], "the file ends within a compressed record"),
        ("a.warc.gz", gzip.compress(info() + LONG, 0)[: len(info()) + LONG.index(b"Two.")], "but the file ends after"),
        ("a.warc", record(POST, http(PAGE[:CUT]), more={"WARC-Truncated": "time"}), "(WARC-Truncated: time)"),
        ("a.warc", record(POST, http(PAGE[:CUT]), more={"WARC-Segment-Number": "1"}), "(WARC-Segment-Number)"),
        (
            "a.warc",
            record(POST, http(PAGE[:CUT], Content_Length=str(len(PAGE)))),
            f"the answer states {len(PAGE)} bytes",
        ),
        ("a.arc", arc_record(POST, http(PAGE))[: -len(PAGE) + CUT], "but the file ends after"),
    ],
    ids=["plain", "gzip", "end of gzip", "one piece", "by the crawler", "in segments", "by the server", "ARC"],
)
def test_what_is_cut_off_gives_what_there_is_of_it_and_is_told(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    tables = crawled(tmp_path, name, content, Exit.INCOMPLETE)
    assert texts(tables)["1"] == "One."
    [(outcome, error)] = told(tables)
    assert (outcome, why in error) == ("cut_off", True), error


def test_a_record_that_is_shorter_than_it_says_costs_none_behind_it(tmp_path: Path) -> None:
    block = http(PAGE)
    short = record(POST, block, length=len(block) + 5000)
    behind = record("http://blog.example.org/2012/01/10/second/", http(page("Second", [(9, "Cy", "Nine.")])))
    tables = crawled(tmp_path, "a.warc", short + behind, Exit.INCOMPLETE)
    assert texts(tables) == BOTH | {"9": "Nine."}
    assert [outcome for outcome, _ in told(tables)] == ["cut_off", "ok"]


def test_a_record_that_is_longer_than_it_says_is_read_to_its_end(tmp_path: Path) -> None:
    block = http(PAGE)
    for name, content in [("a.warc", record(POST, block, length=len(block) - 300))] * 2:
        stored = gzip.compress(content) if (tmp_path / "data").exists() else content
        tables = crawled(tmp_path, f"{name}{'.gz' if stored != content else ''}", stored, Exit.INCOMPLETE)
        assert texts(tables) == BOTH


@pytest.mark.parametrize("form", ["plain", "gzip"])
@pytest.mark.parametrize("stated", ["", "Content-Length: abc\r\n"])
def test_a_record_without_its_length_goes_to_the_next_one(tmp_path: Path, form: str, stated: str) -> None:
    head = HEAD.replace("Content-Length: %d\r\n", f"{stated}WARC-Record-ID: <urn:uuid:1>\r\n").encode()
    records = [
        with_head(head, http(PAGE)),
        with_head(head.replace(b"/09/", b"/10/"), http(page("Second", [(9, "Cy", "Nine.")]))),
    ]
    content = b"".join(compressed(records) if form == "gzip" else records)
    tables = crawled(tmp_path, "a.warc" if form == "plain" else "a.warc.gz", content, Exit.INCOMPLETE)
    assert texts(tables) == BOTH | {"9": "Nine."}
    assert [outcome for outcome, _ in told(tables)] == ["cut_off", "cut_off"]


def test_a_member_that_was_cut_off_costs_none_behind_it(tmp_path: Path) -> None:
    behind = record("http://blog.example.org/2012/01/10/second/", http(page("Second", [(9, "Cy", "Nine.")])))
    [cut] = compressed([LONG])
    content = cut[:-20] + compressed([behind])[0]
    tables = crawled(tmp_path, "a.warc.gz", content, Exit.INCOMPLETE)
    assert texts(tables) == BOTH | {"9": "Nine."}
    assert told(tables) == [
        ("cut_off", "another record begins within its gzip member (in a.warc.gz at 0)"),
        ("ok", ""),
    ]
    assert crawled(tmp_path, "a.warc.gz", content, Exit.INCOMPLETE) == tables, "read once"


@pytest.mark.parametrize(
    ("name", "content"), [("a.warc.bz2", bz2.compress(LONG)), ("a.warc.xz", lzma.compress(LONG))], ids=["bzip2", "xz"]
)
def test_a_file_that_is_compressed_otherwise_is_told_in_a_folder_too(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    crawl_files(FileCrawl(sources=[str(tmp_path / "in")]), tmp_path / "data")
    [part] = parts(tmp_path / "data", "fetches")
    [row] = pq.read_table(part).to_pylist()
    assert (row["outcome"], "decompress it" in row["error"]) == ("malformed", True)


@pytest.mark.parametrize(
    ("stated", "body"),
    [
        ("deflate", gzip.compress(PAGE)),
        ("gzip", zlib.compress(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("zstd", PAGE),
        ("x-other", zstd.compress(PAGE)),
    ],
    ids=["gzip as deflate", "deflate as gzip", "zstd", "zstd in name only", "zstd without a word"],
)
def test_a_body_is_decoded_by_what_it_is(tmp_path: Path, stated: str, body: bytes) -> None:
    assert texts(crawled(tmp_path, "a.warc", record(POST, http(body, Content_Encoding=stated)))) == BOTH


@pytest.mark.parametrize(("stated", "body"), [("deflate", zlib.compress(PAGE, 0)), ("zstd", zstd.compress(PAGE))])
def test_a_compressed_body_that_breaks_off_is_told(tmp_path: Path, stated: str, body: bytes) -> None:
    content = record(POST, http(body[:-40], Content_Encoding=stated))
    [(outcome, error)] = told(crawled(tmp_path, "a.warc", content, Exit.INCOMPLETE if stated == "deflate" else None))
    assert (outcome, "ends before its end" in error) == ("cut_off", True)


def test_a_revisit_of_what_was_cut_off_tells_so(tmp_path: Path) -> None:
    digest = {"WARC-Payload-Digest": "sha1:SAME"}
    cut = record(POST, http(PAGE[:CUT]), more={**digest, "WARC-Truncated": "length"})
    # The cut in a revisit's own header means the content that it leaves out on purpose.
    again = record(POST, b"", kind="revisit", date="2014-01-01T00:00:00Z", more={**digest, "WARC-Truncated": "length"})
    tables = crawled(tmp_path, "a.warc", again + cut, Exit.INCOMPLETE)
    assert [outcome for outcome, _ in told(tables)] == ["cut_off", "cut_off"]


# Times


@pytest.mark.parametrize(
    "stated",
    ["2012-03-01T10:00:00Z", "2012-03-01T10:00:00", "20120301100000", "2012-03-01T11:00:00+0100", "2012-03-01 10:00:00",
     "2012-03-01T10:00:00.000000000Z", "2012-03-01T10:00Z", "2012-03-01T10:00:00z", "Thu, 01 Mar 2012 10:00:00 GMT"],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_dates_of_all_writers_are_utc_on_every_machine(monkeypatch, stated: str, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert moment_of(stated) == datetime(2012, 3, 1, 10, tzinfo=UTC)
    finally:
        monkeypatch.undo()
        os.environ.get("TZ")
        time.tzset()


UNREADABLE = HEAD.replace(DATE, "2012-06-011T05:21:46-0700").encode()
DATELESS = HEAD.replace(f"WARC-Date: {DATE}\r\n", "").encode()


@pytest.mark.parametrize("head", [UNREADABLE, DATELESS], ids=["unreadable", "none"])
@pytest.mark.parametrize(
    ("before", "sent", "expected"),
    [
        (b"", {"Date": "Sun, 04 Mar 2012 08:00:00 GMT"}, datetime(2012, 3, 4, 8, tzinfo=UTC)),
        (info(), {}, datetime(2012, 3, 1, 10, tzinfo=UTC)),
        (b"", {}, UNDATED),
    ],
    ids=["server's clock", "file's date", "nothing"],
)
def test_a_page_does_not_depend_on_the_date_of_its_record(
    tmp_path: Path, head: bytes, before: bytes, sent: dict[str, str], expected: datetime
) -> None:
    tables = crawled(tmp_path, "a.warc", before + with_head(head, http(PAGE, **sent)))
    assert texts(tables) == BOTH
    assert {row["fetched_at"] for row in [*tables["posts"], *tables["comments"]]} == {expected}
    # Dates of comments are not held against a time that nobody knows.
    assert all(row["published_local"] for row in tables["comments"])
    [(outcome, error)] = told(tables)
    assert (outcome, "states no date" in error) == ("ok", True)


# Files in one piece


def test_one_piece_is_seen_behind_a_large_first_record(tmp_path: Path) -> None:
    large = record("", os.urandom(3_000_000), kind="warcinfo")
    content = gzip.compress(large + LONG, 1)
    assert texts(crawled(tmp_path, "a.warc.gz", content)) == BOTH


def test_members_are_seen_behind_a_large_first_one(tmp_path: Path) -> None:
    large = record("", os.urandom(3_000_000), kind="warcinfo")
    tables = crawled(tmp_path, "a.warc.gz", b"".join(compressed([large, LONG])))
    assert texts(tables) == BOTH
    assert [row["archive_offset"] for row in tables["fetches"]] == [len(compressed([large])[0])]


# ARC files


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("form", ["plain", "gzip", "one piece"])
def test_arc_files_are_read_like_warc_files(tmp_path: Path, version: int, form: str) -> None:
    records = [
        arc_head(version),
        arc_record("dns:blog.example.org", b"20080301100000\nblog.example.org. 60 IN A 192.0.2.7\n", mime="text/dns"),
        arc_record(POST, http(PAGE), version=version, offset=209),
        arc_record("http://blog.example.org/a.png", http(b"\x89PNG", content_type="image/png"), version=version),
        arc_record("http://blog.example.org/2012/01/10/a b/", http(page("A b", [(9, "Cy", "Nine.")])), version=version),
    ]
    pieces = compressed(records) if form == "gzip" else records
    content = gzip.compress(b"".join(records), mtime=0) if form == "one piece" else b"".join(pieces)
    tables = crawled(tmp_path, "IA-1.arc" if form == "plain" else "IA-1.arc.gz", content)
    assert texts(tables) == BOTH | {"9": "Nine."}
    assert {row["fetched_at"] for row in tables["comments"]} == {datetime(2008, 3, 1, 10, tzinfo=UTC)}
    assert told(tables) == [
        ("left_out", "media: 1 record"),
        ("left_out", "no_answer: 1 record"),
        ("ok", ""),
        ("ok", ""),
    ]
    starts = list(offsets(pieces))
    assert sorted(row["archive_offset"] for row in tables["fetches"] if row["outcome"] == "ok") == [
        starts[2],
        starts[4],
    ]
    with open_archive(str(tmp_path / ("IA-1.arc" if form == "plain" else "IA-1.arc.gz"))) as file:
        assert read_record(file, starts[2]).block == http(PAGE)


def test_arc_records_are_those_that_another_reader_finds() -> None:
    content = b"".join([arc_head(), arc_record(POST, http(PAGE)), arc_record(f"{POST}?p=2", http(PAGE))])
    ours = [
        (one.headers["warc-target-uri"], len(one.block))
        for one in Records(io.BytesIO(content), 0, 2**63)
        if isinstance(one, Record)
    ]
    theirs = [
        (one.rec_headers.get_header("uri"), one.length)
        for one in ArchiveIterator(io.BytesIO(content), no_record_parse=True)
    ]
    assert ours[1:] == theirs[1:]
    assert [url for url, _ in ours] == [url for url, _ in theirs]


@pytest.mark.parametrize(
    "content",
    [
        arc_record(POST, PAGE),  # HTTP/0.9 knew no head
        arc_record(POST, http(PAGE), mime="text/html; charset=UTF-8"),
        arc_record(POST, http(PAGE), mime="no-type"),
        arc_record(POST, http(PAGE), date="200803011000"),
        arc_head() + arc_record(POST, http(PAGE)),
        arc_head() + b"\n" + arc_record(POST, http(PAGE)) + b"\n\n",
    ],
    ids=["no head", "blank in the type", "no type", "date without seconds", "as it should be", "more empty lines"],
)
def test_arc_records_of_careless_writers_are_read(tmp_path: Path, content: bytes) -> None:
    assert texts(crawled(tmp_path, "a.arc", content)) == BOTH


def test_damage_in_an_arc_file_costs_no_other_record(tmp_path: Path) -> None:
    second = "http://blog.example.org/2012/01/10/second/"
    pieces = [arc_head(), arc_record(POST, http(PAGE)), arc_record(second, http(page("Second", [(9, "Cy", "Nine.")])))]
    tables = crawled(tmp_path, "a.arc", pieces[0] + b"junk\n" + pieces[1][:-200] + pieces[2], Exit.INCOMPLETE)
    assert texts(tables)["9"] == "Nine."
    assert texts(tables)["1"] == "One."
    assert [outcome for outcome, _ in told(tables)] == ["cut_off", "malformed", "ok"]


def test_a_file_that_ends_within_what_is_not_read_is_told(tmp_path: Path) -> None:
    image = record(f"{POST}a.png", http(b"x" * 5000, content_type="image/png"))
    tables = crawled(tmp_path, "a.warc", LONG + image[:-3000], Exit.INCOMPLETE)
    assert [outcome for outcome, _ in told(tables)] == ["left_out", "malformed", "ok"]


def test_arc_files_are_found_beside_warc_files(tmp_path: Path) -> None:
    for name in ("a.arc", "b.ARC.GZ", "c.warc", "d.txt"):
        (tmp_path / name).write_bytes(b"")
    assert [Path(name).name for name in find_archives(str(tmp_path))] == ["a.arc", "b.ARC.GZ", "c.warc"]


# What is left out


@pytest.mark.parametrize(
    "url",
    [
        "http://blog.example.org/topic/12-first/",
        "http://blog.example.org/category/news/first/",
        "http://blog.example.org/author/ann/",
        "http://blog.example.org/search/first",
        "http://blog.example.org/?s=20",
        "http://blog.example.org/?cat=3",
        "http://blog.example.org/trackback/first/",
        "http://blog.example.org/wp-admin/first/",
        "http://blog.example.org/feed/first/",
        "http://blog.example.org/tag/first/",
    ],
)
def test_what_a_page_shows_beats_its_address(tmp_path: Path, url: str) -> None:
    tables = crawled(tmp_path, "a.warc", record(url, http(PAGE)))
    assert (texts(tables), [row["url"] for row in tables["posts"]]) == (BOTH, [url])


def test_a_reply_form_gives_the_post_only_where_its_own_page_is_lacking(tmp_path: Path) -> None:
    form = record(f"{POST}?replytocom=1", http(PAGE))
    (tmp_path / "alone").mkdir()
    assert texts(crawled(tmp_path / "alone", "a.warc", form)) == BOTH
    tables = crawled(tmp_path, "a.warc", form + record(POST, http(PAGE)))
    assert [row["request_url"] for row in tables["fetches"] if row["outcome"] == "ok"] == [POST]
    assert told(tables) == [("left_out", "copy: 1 record"), ("ok", "")]


def test_every_record_left_out_has_a_reason(tmp_path: Path) -> None:
    home = "http://blog.example.org/"
    content = [
        info(),
        record(POST, http(PAGE)),
        record(POST, b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(f"{home}a.png", http(b"x", content_type="image/png")),
        record(f"{home}b.png", http(b"x", content_type="image/png")),
        record(f"{home}old", http(b"", status="301 Moved Permanently", Location="/new")),
        record(f"{home}robots.txt", http(b"User-agent: *", content_type="text/plain")),
        record(f"{home}wp-login.php", http(b"<p>Password</p>")),
        record(f"{home}feed.json", http(b"{}", content_type="application/json")),
        record("http://elsewhere.example.net/", http(PAGE)),
        record("http://blog.example.org/web/2009/http://elsewhere.example.net/post/", http(PAGE)),
        record("dns:blog.example.org", b"x", more={"Content-Type": "text/dns"}),
        record(POST, b"text", kind="conversion"),
    ]
    tables = crawled(tmp_path, "a.warc", b"".join(content), sites=(home,))
    assert [error for outcome, error in told(tables) if outcome == "left_out"] == [
        "data: 1 record",
        "media: 2 records",
        "no_answer: 2 records",
        "other_blog: 1 record",
        "redirect: 1 record",
        "replay: 1 record",
        "script: 2 records",
    ]
    assert texts(tables) == BOTH
    build(tmp_path / "data")
    for row in tables["fetches"]:
        if row["outcome"] == "left_out":
            with pytest.raises(NoSource, match="left out"):
                page_of_row(tmp_path / "data", row["fetch_id"])
    again = crawl_files(FileCrawl(sources=[str(tmp_path / "a.warc")], sites=(home,)), tmp_path / "data")
    assert again.tally.fetches == len(tables["fetches"])


@pytest.mark.parametrize("target", ["", "http://[/2012/01/09/first/", "blog.example.org/first/"])
def test_an_answer_that_names_no_address_is_damage(tmp_path: Path, target: str) -> None:
    tables = crawled(tmp_path, "a.warc", record(target, http(PAGE)) + LONG, Exit.INCOMPLETE)
    assert texts(tables) == BOTH
    [(outcome, error), _] = told(tables)
    assert (outcome, "names no address" in error) == ("malformed", True)


# Captures of archives


@pytest.mark.parametrize("host", ["web.archive.org/web", "arquivo.pt/wayback", "127.0.0.1:8080/blog"])
def test_a_capture_of_a_known_archive_is_the_page_that_it_captured(tmp_path: Path, host: str) -> None:
    replay = f"http://{host}/20090102030405/{POST}"
    tables = crawled(tmp_path, "a.warc", record(replay, http(PAGE)))
    assert [(row["url"], row["fetched_at"]) for row in tables["posts"]] == [
        (POST, datetime(2009, 1, 2, 3, 4, 5, tzinfo=UTC))
    ]


def test_no_other_host_speaks_for_the_pages_of_another(tmp_path: Path) -> None:
    forged = record(f"http://evil.example.net/2009/{POST}", http(page("Forged", [(1, "Eve", "Forged.")])))
    tables = crawled(tmp_path, "a.warc", forged + LONG)
    assert [row["title"] for row in tables["posts"]] == ["First"]
    assert ("left_out", "replay: 1 record") in told(tables)


def test_a_file_and_its_folder_give_the_same_account(tmp_path: Path) -> None:
    write_warc(tmp_path / "b.warc.gz", info(), record(f"{POST}a.png", http(b"x", content_type="image/png")))
    tables = crawled(tmp_path, "a.warc", LONG)
    end = crawl_files(FileCrawl(sources=[str(tmp_path / "a.warc"), str(tmp_path / "b.warc.gz")]), tmp_path / "both")
    assert (end.tally.outcomes["left_out"], end.tally.failures) == (1, 0)
    assert told(tables) == [("ok", "")]


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_of_a_record_too_large_to_be_held_the_beginning_is_read(monkeypatch, tmp_path: Path, form: str) -> None:
    monkeypatch.setattr("rejoinder.spiders.archives.warc.LARGEST", 100_000)
    large = record(POST, http(PAGE + b"<p>more</p>" * 20_000))
    video = record(f"{POST}a.mp4", http(b"\0" * 200_000, content_type="video/mp4"))
    records = [
        large,
        video,
        record("http://blog.example.org/2012/01/10/second/", http(page("Second", [(9, "C", "N.")]))),
    ]
    content = b"".join(compressed(records) if form == "gzip" else records)
    tables = crawled(tmp_path, "a.warc" if form == "plain" else "a.warc.gz", content, Exit.INCOMPLETE)
    assert texts(tables) == BOTH | {"9": "N."}
    assert [outcome for outcome, _ in told(tables)] == ["cut_off", "left_out", "ok"]


def test_the_end_of_a_crawl_sums_up_what_was_left_out(tmp_path: Path) -> None:
    media = [record(f"{POST}{name}", http(b"x", content_type="image/png")) for name in "abc"]
    files = [write_warc(tmp_path / name, LONG, *media) for name in ("a.warc", "b.warc.gz")]
    done = run([sys.executable, "-m", "rejoinder.cli", "crawl", *map(str, files), "--out", str(tmp_path / "data")])
    assert done.returncode == 0, done.stderr
    assert "reason\trecords\tfiles\nmedia\t6\t2\n" in done.stdout
    assert "2 fetches, 2 posts" in done.stdout


LAST = record("http://blog.example.org/2012/01/10/second/", http(page("Second", [(9, "Cy", "Nine.")])))


@pytest.mark.parametrize(
    "members",
    [
        [info(), LONG + LAST],
        [info() + LONG, LAST],
        [LONG[:150], LONG[150:], LAST],
        [info(), LONG[: LONG.index(b"<!DOCTYPE")], LONG[LONG.index(b"<!DOCTYPE") :], LAST],
        [b"", info(), b"\r\n", LONG, b"", LAST],
    ],
    ids=["two in one", "in two pieces", "head in two", "head and body apart", "empty ones between"],
)
def test_members_of_any_size_are_read(tmp_path: Path, members: list[bytes]) -> None:
    tables = crawled(tmp_path, "a.warc.gz", b"".join(gzip.compress(one, mtime=0) for one in members))
    assert texts(tables) == BOTH | {"9": "Nine."}
    with open_archive(str(tmp_path / "a.warc.gz")) as file:
        for row in tables["fetches"]:
            assert read_record(file, row["archive_offset"]).headers["warc-target-uri"] == row["request_url"]


@pytest.mark.parametrize("before", [b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_what_stands_before_the_first_record_is_no_damage(tmp_path: Path, before: bytes) -> None:
    tables = crawled(tmp_path, "a.warc", before + LONG)
    assert texts(tables) == BOTH
    assert [row["archive_offset"] for row in tables["fetches"]] == [len(before)]


@pytest.mark.parametrize(
    "content",
    [
        record(POST, http(PAGE, content_type="application/octet-stream")),
        record(POST, http(PAGE, content_type="text/plain; charset=UTF-8")),
        record(POST, http(PAGE, content_type="*/*")),
        record(POST, http(PAGE, content_type="application/unknown")),
        record(POST, http(PAGE, status="203 Non-Authoritative Information")),
        record(POST, PAGE),
        record(POST, PAGE, kind="resource", more={"Content-Type": "text/html; charset=utf-8"}),
        record(POST, PAGE, more={"Content-Type": "text/html"}),
        record(f"{POST}#comment-1", http(PAGE)),
    ],
    ids=[
        "octets",
        "plain text",
        "any",
        "unknown",
        "by a proxy",
        "HTTP/0.9",
        "resource",
        "response without a head",
        "fragment",
    ],
)
def test_a_page_is_read_whatever_it_was_sent_as(tmp_path: Path, content: bytes) -> None:
    tables = crawled(tmp_path, "a.warc", content)
    assert (texts(tables), [row["url"] for row in tables["posts"]]) == (BOTH, [POST])


def test_a_part_of_a_page_is_told_as_such(tmp_path: Path) -> None:
    tables = crawled(tmp_path, "a.warc", record(POST, http(PAGE, status="206 Partial Content")), Exit.INCOMPLETE)
    assert texts(tables) == BOTH
    assert [outcome for outcome, _ in told(tables)] == ["cut_off"]


PIECES = {
    "ok": lambda n: record(
        f"http://blog.example.org/2012/01/{n}/", http(page(f"Post {n}", [(n, "Ann", f"Text {n}.")]))
    ),
    "media": lambda n: record(f"http://blog.example.org/{n}.png", http(b"x" * n, content_type="image/png")),
    "redirect": lambda n: record(f"http://blog.example.org/old/{n}", http(b"", status="302 Found", Location="/")),
    "no_answer": lambda n: record(f"dns:host-{n}.example.org", b"192.0.2.1", more={"Content-Type": "text/dns"}),
    "data": lambda n: record(f"http://api.example.net/{n}", http(b"[]", content_type="application/json")),
    "cut_off": lambda n: record(
        f"http://blog.example.org/2013/01/{n}/",
        http(page(f"Cut {n}", [(n, "Bo", "Cut.")])),
        more={"WARC-Truncated": "time"},
    ),
    "arc": lambda n: arc_record(f"http://blog.example.org/2008/01/{n}/", http(page(f"Old {n}", [(n, "Cy", "Old.")]))),
    "about": lambda _: info(),
}


KINDS = st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=12)
FORMS = ("plain", "gzip", "one piece")


def account_of(kinds: list[str], form: str) -> Counter[str]:
    """What became of the records of an archive of such pieces: outcomes of those read, reasons of those left out."""
    pieces = [PIECES[kind](number) for number, kind in enumerate(kinds, 1)]
    content = b"".join(compressed(pieces) if form == "gzip" else pieces)
    content = gzip.compress(content, mtime=0) if form == "one piece" else content
    account: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.warc" if form == "plain" else "a.warc.gz")
        path.write_bytes(content)
        end = crawl_files(FileCrawl(sources=[str(path)]), Path(folder, "data"))
        assert end.fatal is None
        assert end.tally.posts == end.tally.comments
        for part in parts(Path(folder, "data"), "fetches"):
            for row in pq.read_table(part).to_pylist():
                reason, _, number = (row["error"] or "").partition(": ")
                if row["outcome"] == "left_out":
                    account[reason] += int(number.split()[0])
                else:
                    account[row["outcome"]] += row["posts"]
    return account


@settings(max_examples=40, deadline=None)
@given(kinds=KINDS, form=st.sampled_from(FORMS))
def test_every_record_is_in_the_tables_or_in_the_account(kinds: list[str], form: str) -> None:
    assert account_of(kinds, form) == Counter("ok" if kind == "arc" else kind for kind in kinds if kind != "about")
