"""Archives crawled by the real functions: what is in them is recorded, whatever their form, order and damage."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import brotli
import pyarrow.parquet as pq
import pytest
from rejoinder.demo import serve
from rejoinder.pipelines.urls import post_id
from rejoinder.provenance import NoSource, page_of_row
from rejoinder.queries import build
from rejoinder.schemas import RAW
from rejoinder.spiders.offline import FileCrawl, crawl_files

from support.runs import contents, crawl_command, fetches, parts, rows, run, start
from support.warcs import compressed, http, info, page, record, write_wacz, write_warc

POST = "http://blog.example.org/2012/01/09/first/"
SECOND = "http://blog.example.org/2012/01/10/second/"
API = "http://blog.example.org/wp-json/wp/v2"
HOME = b'<html><body><h2 class="entry-title"><a href="/2012/01/11/third/">Third</a></h2></body></html>'
MORE = f'<a class="page-numbers" href="{POST}comment-page-1/">1</a>'


def crawled(data: Path, *sources: Path, **options: Any) -> dict[str, list[dict[str, Any]]]:
    """What a crawl of files recorded, the posts and comments by id and time; fails where the crawl itself did."""
    end = crawl_files(FileCrawl(sources=[str(source) for source in sources], **options), data)
    assert end.fatal is None
    raw = {name: [row for part in parts(data, name) for row in pq.ParquetFile(part).read().to_pylist()] for name in RAW}
    for name in ("posts", "comments"):
        raw[name].sort(key=lambda row: (row.get("comment_id", row["post_id"]), row["fetched_at"]))
    return raw


def built(data: Path, *sources: Path, **options: Any) -> dict[str, str]:
    """Crawl and build; the digest of each table's file."""
    crawled(data, *sources, **options)
    build(data)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (data / "tables").glob("*.parquet")}


def command(*arguments: object) -> list[str]:
    """`rejoinder crawl` of files."""
    return [sys.executable, "-m", "rejoinder.cli", "crawl", *map(str, arguments)]


def texts(tables: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Native id -> text of the comments."""
    return {row["native_id"]: row["body_text"] for row in tables["comments"]}


def test_a_post_with_its_comment_pages_in_any_order(tmp_path: Path) -> None:
    records = [
        info(),
        record(f"{POST}comment-page-1/", http(page("First", [(1, "Ann", "One."), (2, "Bo", "Two.")], stated=3))),
        record(POST, http(page("First", [(3, "Cy", "Three.")], more=MORE, stated=3))),
        record("http://blog.example.org/", http(HOME)),
        record("http://blog.example.org/a.png", http(b"\x89PNG", content_type="image/png")),
    ]
    forward = crawled(tmp_path / "a", write_warc(tmp_path / "a.warc.gz", *records))
    backward = crawled(tmp_path / "b", write_warc(tmp_path / "b.warc", *reversed(records)))
    build(tmp_path / "b")
    assert [row["reason"] for row in rows(tmp_path / "b", "completeness")] == ["complete"]
    for tables in (forward, backward):
        assert texts(tables) == {"1": "One.", "2": "Two.", "3": "Three."}
        assert [(row["url"], row["title"]) for row in tables["posts"]] == [(POST, "First")]
        assert sorted((row["page_kind"], row["outcome"], row["error"]) for row in tables["fetches"]) == [
            ("comments", "ok", None),
            ("listing", "ok", None),
            ("other", "left_out", "media: 1 record"),
            ("post", "ok", None),
        ]


def test_a_comment_page_whose_post_was_not_archived_gives_the_post(tmp_path: Path) -> None:
    body = http(page("First", [(1, "Ann", "One.")]))
    tables = crawled(tmp_path / "d", write_warc(tmp_path / "a.warc", record(f"{POST}comment-page-1/", body)))
    assert [row["post_id"] for row in tables["posts"]] == [post_id(POST)]
    assert texts(tables) == {"1": "One."}


def test_two_captures_are_two_observations_and_the_newer_one_shows(tmp_path: Path) -> None:
    older = record(POST, http(page("First", [(1, "Ann", "As written."), (2, "Bo", "Gone later.")])))
    newer = record(POST, http(page("First", [(1, "Ann", "As edited.")])), date="2013-05-01T00:00:00Z")
    tables = crawled(tmp_path / "d", write_warc(tmp_path / "a.warc", newer, older))
    assert [(row["native_id"], row["body_text"], row["fetched_at"].year) for row in tables["comments"]] == [
        ("1", "As written.", 2012),
        ("1", "As edited.", 2013),
        ("2", "Gone later.", 2012),
    ]


@pytest.mark.parametrize("by", ["WARC-Payload-Digest", "WARC-Refers-To-Target-URI"])
def test_a_revisit_shows_what_was_found_unchanged(tmp_path: Path, by: str) -> None:
    digest = {"WARC-Payload-Digest": "sha1:SAME"}
    whole = record(POST, http(page("First", [(1, "Ann", "One.")])), more=digest)
    names = digest if by in digest else {by: POST, "WARC-Refers-To-Date": "2012-03-01T10:00:00Z"}
    again = record(POST, b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit", date="2014-01-01T00:00:00Z", more=names)
    # The revisit stands in a file of its own that is read first.
    files = [write_warc(tmp_path / "a.warc.gz", again), write_warc(tmp_path / "b.warc.gz", whole)]
    tables = crawled(tmp_path / "d", *files)
    assert [row["fetched_at"].year for row in tables["comments"]] == [2012, 2014]
    revisit = max(tables["fetches"], key=lambda row: row["fetched_at"])
    assert revisit["archive_file"].endswith("b.warc.gz")
    build(tmp_path / "d")
    assert b"One." in page_of_row(tmp_path / "d", revisit["fetch_id"])


def test_a_revisit_of_what_no_archive_holds_is_told(tmp_path: Path) -> None:
    lost = record(POST, b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit", more={"WARC-Payload-Digest": "sha1:ELSEWHERE"})
    tables = crawled(tmp_path / "d", write_warc(tmp_path / "a.warc", lost))
    assert [row["outcome"] for row in tables["fetches"]] == ["empty"]


def in_one_chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    ("block", "outcome"),
    [
        (http(gzip.compress(page("First", [(1, "Ann", "One.")])), Content_Encoding="gzip"), "ok"),
        # As some archives store it: decoded, with the header of the encoded body.
        (http(page("First", [(1, "Ann", "One.")]), Content_Encoding="gzip"), "ok"),
        (
            http(
                b"%x\r\n%s\r\n0\r\n\r\n" % (len(p := page("First", [(1, "A", "One.")])), p), Transfer_Encoding="chunked"
            ),
            "ok",
        ),
        (http(page("First", [(1, "Ann", "One.")]), Transfer_Encoding="chunked"), "ok"),
        (http(b"\xef\xbb\xbf" + page("First", [(1, "Ann", "One.")]), Content_Encoding="gzip"), "ok"),
        (http(brotli.compress(page("First", [(1, "Ann", "One.")])), Content_Encoding="br"), "ok"),
        (http(gzip.compress(page("First", [(1, "Ann", "One.")]))), "ok"),
        (http(gzip.compress(gzip.compress(page("First", [(1, "Ann", "One.")]))), Content_Encoding="gzip"), "ok"),
        (http(gzip.compress(page("First", [(1, "Ann", "One.")]), 0)[:-30], Content_Encoding="gzip"), "cut_off"),
        (http(brotli.compress(page("First", [(1, "Ann", "One.")]))[:-5], Content_Encoding="br"), "cut_off"),
        (http(gzip.compress(page("First", [(1, "Ann", "One.")]), 0)[:-30]), "cut_off"),
        (http(page("First", [(1, "Ann", "One.")]), Content_Length="9999"), "cut_off"),
        (http(in_one_chunk(page("First", [(1, "Ann", "One.")]))[:-7], Transfer_Encoding="chunked"), "cut_off"),
        (b"SSH-2.0-OpenSSH", "malformed"),
    ],
    ids=[
        "gzip",
        "gzip in name only",
        "chunked",
        "chunked in name only",
        "text with a mark in name gzip",
        "brotli",
        "gzip without a word",
        "gzip twice",
        "gzip cut off",
        "brotli cut off",
        "gzip without a word cut off",
        "shorter than stated",
        "last chunk lacking",
        "no HTTP",
    ],
)
def test_bodies_are_decoded_as_their_headers_say(tmp_path: Path, block: bytes, outcome: str) -> None:
    tables = crawled(tmp_path / "d", write_warc(tmp_path / "a.warc.gz", record(POST, block)))
    assert [row["outcome"] for row in tables["fetches"]] == [outcome]
    assert texts(tables) == ({} if outcome == "malformed" else {"1": "One."})


def test_pages_of_many_hosts_and_of_one_of_them(tmp_path: Path) -> None:
    other = "http://elsewhere.example.net/2012/01/01/other/"
    both = write_warc(
        tmp_path / "a.warc",
        record(POST, http(page("First", [(1, "Ann", "One.")]))),
        record(other, http(page("Other", [(7, "Di", "Seven.")]))),
    )
    assert {row["site"] for row in crawled(tmp_path / "all", both)["posts"]} == {
        "blog.example.org",
        "elsewhere.example.net",
    }
    one = crawled(tmp_path / "one", both, sites=["https://www.blog.example.org/"])
    assert texts(one) == {"1": "One."}


def test_of_a_host_with_several_blogs_each_post_tells_its_own(tmp_path: Path) -> None:
    blogs = "http://blogs.example.com/"
    source = write_warc(
        tmp_path / "a.warc",
        *(record(f"{blogs}{name}/2012/01/09/a-post/", http(page("A post"))) for name in ("ada", "bea")),
    )
    assert {row["site"] for row in crawled(tmp_path / "host", source, sites=[blogs])["posts"]} == {
        "blogs.example.com/ada",
        "blogs.example.com/bea",
    }
    one = crawled(tmp_path / "one", source, sites=[f"{blogs}ada/"])
    assert [row["site"] for row in one["posts"]] == ["blogs.example.com/ada"]


def test_comments_by_api_find_their_posts_in_other_records(tmp_path: Path) -> None:
    posts = (
        b'[{"id": 5, "link": "http://blog.example.org/2012/01/09/first/", "author": 2, "date": "2012-01-09T08:00:00",'
        b' "title": {"rendered": "First"}, "content": {"rendered": "<p>Text.</p>"}}]'
    )
    comments = (
        b'[{"id": 1, "post": 5, "parent": 0, "author": 2, "author_name": "Ann", "date": "2012-01-10T08:00:00",'
        b' "content": {"rendered": "<p>One.</p>"}, "link": "http://blog.example.org/2012/01/09/first/#comment-1"},'
        b' {"id": 2, "post": 6, "parent": 0, "author": 0, "author_name": "Bo", "date": "2012-01-10T08:00:00",'
        b' "content": {"rendered": "<p>Two.</p>"}, "link": "http://blog.example.org/2012/01/10/second/#comment-2"}]'
    )
    listing = {"content_type": "application/json"}
    tables = crawled(
        tmp_path / "d",
        write_warc(
            tmp_path / "a.warc",
            record(f"{API}/comments?per_page=100&page=1&post=5", http(comments, **listing)),
            record(f"{API}/posts?per_page=100&page=1", http(posts, **listing)),
        ),
    )
    # Post 6 is known by its comment's link alone; who wrote post 5 only its own row tells.
    assert {(row["native_id"], row["post_id"], row["by_post_author"]) for row in tables["comments"]} == {
        ("1", post_id(POST), True),
        ("2", post_id(SECOND), None),
    }


@pytest.mark.parametrize("sites", [(), ("http://blog.example.org/",)])
def test_comments_of_an_embedded_system_stand_on_its_own_host(tmp_path: Path, sites: tuple[str, ...]) -> None:
    script = b'<section id="isso-thread"></section><script src="https://c.example.net/js/embed.min.js"></script>'
    comment = {"id": 8, "parent": None, "mode": 1, "author": "Ann", "text": "<p>By Isso.</p>", "created": 1326183600.0}
    counts = {"total_replies": 0, "hidden_replies": 0}
    heads = json.dumps({**counts, "total_replies": 1, "replies": [{**comment, **counts, "replies": []}]}).encode()
    post = page("First").replace(b'<div id="comments"', script + b'<div id="none"')
    asked = "https://c.example.net/?uri=%2F2012%2F01%2F09%2Ffirst%2F"
    source = write_warc(
        tmp_path / "a.warc.gz",
        record(asked, http(heads, content_type="application/json")),
        record("https://c.example.net/?uri=%2Fother%2F", http(heads, content_type="application/json")),
        record(POST, http(post)),
    )
    tables = crawled(tmp_path / "d", source, sites=sites)
    assert [(row["post_id"], row["body_text"]) for row in tables["comments"]] == [(post_id(POST), "By Isso.")]
    assert asked in [row["request_url"] for row in tables["fetches"]]


def test_damage_stands_in_the_ledger_with_file_and_offset(tmp_path: Path) -> None:
    pieces = compressed(
        [info(), record(POST, http(page("First", [(1, "Ann", "One.")]))), record(SECOND, http(page("S")))]
    )
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join([pieces[0], pieces[1], b"\0" * 60, pieces[2][:-8]]))
    end = crawl_files(FileCrawl(sources=[str(path)]), tmp_path / "d")
    assert (end.tally.posts, end.tally.failures) == (2, 2)
    broken = [row for row in fetches(tmp_path / "d") if row["outcome"] in ("malformed", "cut_off")]
    start_of_gap = sum(map(len, pieces[:2]))
    assert [(row["archive_offset"], row["archive_file"]) for row in broken] == [
        (start_of_gap, str(path)),
        (start_of_gap + 60, str(path)),
    ]


@pytest.mark.parametrize("content", [b"", b"<html>no archive</html>", gzip.compress(b"no archive", mtime=0)])
def test_what_is_no_archive_is_told_and_ends_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.warc.gz").write_bytes(content)
    good = write_warc(tmp_path / "good.warc.gz", record(POST, http(page("First", [(1, "Ann", "One.")]))))
    done = run(
        [
            sys.executable,
            "-m",
            "rejoinder.cli",
            "crawl",
            str(tmp_path / "bad.warc.gz"),
            str(good),
            "--out",
            str(tmp_path / "d"),
        ]
    )
    assert done.returncode == 3, done.stderr
    assert "bad.warc.gz" in done.stdout
    assert texts({"comments": rows(tmp_path / "d", "comments")}) == {"1": "One."}


def test_the_command_names_a_source_that_is_not_there(tmp_path: Path) -> None:
    done = run(command(tmp_path / "no*.warc", "--out", tmp_path / "d"))
    assert done.returncode == 1
    assert "no*.warc" in done.stderr


def many(folder: Path) -> Path:
    """Two archives and a WACZ with some hundred records, one of which holds a WARC file, and damage in one."""
    folder.mkdir()
    records = [info()]
    for number in range(60):
        url = f"http://blog.example.org/2012/01/09/post-{number}/"
        more = f'<a class="page-numbers" href="{url}comment-page-1/">1</a>'
        records.append(
            record(url, http(page(f"Post {number}", [(number * 2, "Ann", f"Text {number}.")], more=more, stated=2)))
        )
        second = page(f"Post {number}", [(number * 2 + 1, "Bo", f"More {number}.")], stated=2)
        records.append(record(f"{url}comment-page-1/", http(second)))
    inner = b"".join(compressed([record(SECOND, http(page("Not seen", [(999, "X", "Inner.")])))]))
    records.insert(
        30, record("http://blog.example.org/file.warc.gz", http(inner, content_type="application/octet-stream"))
    )
    records.insert(
        31, record("http://blog.example.org/file.warc", http(b"".join(records[:3]), content_type="text/x-warc"))
    )
    pieces = compressed(records)
    pieces[50] = pieces[50][:-20] + b"\1" * 20
    (folder / "a.warc.gz").write_bytes(b"".join(pieces))
    write_warc(folder / "b.warc", *records[:40])
    write_wacz(folder / "c.wacz", data=b"".join(compressed(records[40:80])))
    return folder


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Slices of so few bytes that records of all kinds lie across their borders.
    monkeypatch.setattr("rejoinder.spiders.archives.collection.SLICE_BYTES", 3000)
    monkeypatch.setattr("rejoinder.spiders.archives.collection.BATCH", 7)
    source = many(tmp_path / "warcs")
    one = built(tmp_path / "one", source)
    assert built(tmp_path / "two", source, jobs=2) == one
    assert len(rows(tmp_path / "one", "posts")) == 60
    assert "Inner." not in {row["body_text"] for row in rows(tmp_path / "one", "comments")}
    monkeypatch.setattr("rejoinder.spiders.archives.collection.SLICE_BYTES", 10**9)
    assert built(tmp_path / "whole", source) == one


def test_the_same_archive_again_adds_nothing(tmp_path: Path) -> None:
    source = many(tmp_path / "warcs")
    first = crawled(tmp_path / "d", source)
    assert crawled(tmp_path / "d", source) == first
    ids = [row["fetch_id"] for row in first["fetches"]]
    assert len(ids) == len(set(ids))


def test_a_killed_crawl_of_archives_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = many(tmp_path / "warcs")
    whole = built(tmp_path / "whole", source)
    taken = 0

    class Stop(BaseException):
        """What a kill does to this process: nothing behind it runs, but for the parts that were written."""

    def stop(_: object) -> None:
        nonlocal taken
        taken += 1
        if taken == 70:
            raise Stop

    monkeypatch.setattr("rejoinder.settings.PART_ROWS", 25)
    monkeypatch.setattr("rejoinder.pipelines.write.PartWriter.flush", flush_unless(lambda: taken >= 70))
    with pytest.raises(Stop):
        crawl_files(FileCrawl(sources=[str(source)]), tmp_path / "killed", stop)
    monkeypatch.undo()
    assert 0 < len(fetches(tmp_path / "killed")) < 70
    assert built(tmp_path / "killed", source) == whole


def flush_unless(dead):
    from rejoinder.pipelines.write import PartWriter

    flush = PartWriter.flush
    return lambda self: None if dead() else flush(self)


def test_a_kept_archive_gives_the_tables_of_its_crawl(tmp_path: Path) -> None:
    with serve() as url:
        live = run(crawl_command(url, tmp_path / "live", "--keep-archive"))
    assert live.returncode == 0, live.stderr
    archives = sorted((tmp_path / "live/archive").iterdir())
    assert [path.name.endswith("-00000.warc.gz") for path in archives] == [True]
    checked = run([sys.executable, "-m", "warcio.cli", "check", "-v", *map(str, archives)])
    assert checked.returncode == 0, checked.stdout
    built(tmp_path / "again", tmp_path / "live/archive")
    assert contents(tmp_path / "again") == contents(tmp_path / "live")
    for table in ("posts", "comments"):
        row = rows(tmp_path / "live", table)[-1]
        body = page_of_row(tmp_path / "live", row[f"{table[:-1]}_id"])
        [fetch] = [one for one in fetches(tmp_path / "live") if one["fetch_id"] == row["fetch_id"]]
        assert hashlib.sha256(body).hexdigest() == fetch["body_sha256"]


def test_a_kept_archive_survives_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve() as url:
        keeping = crawl_command(url, data, "--keep-archive")
        crawl = start(keeping)
        while sum(path.stat().st_size for path in data.glob("archive/*")) < 3000:
            assert crawl.poll() is None
        crawl.kill()
        crawl.wait()
        [left] = (data / "archive").iterdir()
        # A kill in the middle of a record.
        left.write_bytes(left.read_bytes() + compressed([info()])[0][:40])
        assert run(keeping).returncode == 0
    names = sorted(path.name for path in (data / "archive").iterdir())
    assert len(names) == 2
    assert not [name for name in names if name.endswith(".open")]
    built(tmp_path / "again", data / "archive")
    assert contents(tmp_path / "again") == contents(data)


def test_rows_without_an_archive_say_so(tmp_path: Path) -> None:
    with serve() as url:
        assert run(crawl_command(url, tmp_path / "live")).returncode == 0
    with pytest.raises(NoSource, match="--keep-archive"):
        page_of_row(tmp_path / "live", rows(tmp_path / "live", "posts")[0]["post_id"])
    with pytest.raises(NoSource, match="no post"):
        page_of_row(tmp_path / "live", "nothing")


def test_posts_that_only_links_tell_of_are_shown(tmp_path: Path) -> None:
    archive = write_warc(
        tmp_path / "a.warc",
        record("http://blog.example.org/", http(HOME)),
        record(POST, http(page("First", [(1, "Ann", "One.")]))),
    )
    done = run(command(archive, "--out", tmp_path / "d"))
    assert "1 posts are known from links only" in done.stdout
    assert "https://blog.example.org/2012/01/11/third" in done.stdout
