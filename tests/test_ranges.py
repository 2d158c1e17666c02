"""Crawls of the records that an index names: the tables of the whole archives, and every bad range told."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from rejoinder.cli import main
from rejoinder.processes import Engine
from rejoinder.provenance import page_of_row
from rejoinder.queries import build
from rejoinder.spiders.offline import FileCrawl, crawl_files
from rejoinder.spiders.run import CrawlEnd, exit_code
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from support.indexes import SCHEMA, index_of, write_index
from support.range_server import RangeServer, serving
from support.runs import ROOT, contents, fetches, parts, run, start, wait_for_fetches
from support.warcs import compressed, http, info, page, record, write_warc

HOME = "http://blog.example.org/"
OF_THE_CRAWL = {"crawl_id", "start_url", "archive_file"}
NAME = "crawl-data/CC-MAIN-2012-10/segments/1/warc/CC-MAIN-1.warc.gz"
OTHER = "crawl-data/CC-MAIN-2012-10/segments/2/warc/CC MAIN 2+50%25é.warc.gz"


def url_of(number: int) -> str:
    return f"{HOME}2012/01/09/post-{number}/"


def post(number: int, text: str = "Text", **more: Any) -> bytes:
    """The record of a post with one comment."""
    return record(url_of(number), http(page(f"Post {number}", [(number, "Ann", f"{text} {number}.")], **more)))


def archives(folder: Path, posts: int = 6) -> Path:
    """Two archives of one blog, with what cannot be understood alone: comment pages, comments by API, a revisit."""
    first: list[bytes] = [info()]
    second: list[bytes] = [info()]
    for number in range(posts):
        url = url_of(number)
        asked = record(url, b"GET / HTTP/1.1\r\n\r\n", kind="request")
        more = f'<a class="page-numbers" href="{url}comment-page-1/">1</a>'
        first += [asked, post(number, more=more, stated=2)]
        further = page(f"Post {number}", [(number + 1000, "Bo", f"More {number}.")], stated=2)
        second.append(record(f"{url}comment-page-1/", http(further)))
    moment = '"date_gmt":"2012-01-01T00:00:00"'
    rows = '[{"id":7,"link":"%s",' + moment + ',"title":{"rendered":"P"},"content":{"rendered":"<p>x</p>"}}]'
    answers = '[{"id":70,"post":7,"author_name":"Cy",' + moment + ',"content":{"rendered":"<p>By API</p>"}}]'
    api = f"{HOME}wp-json/wp/v2"
    json = "application/json"
    second.append(record(f"{api}/comments?post=7", http(answers.encode(), content_type=json)))
    first.append(record(f"{api}/posts?page=1", http((rows % url_of(77)).encode(), content_type=json)))
    unchanged = {"WARC-Refers-To-Target-URI": url_of(0), "WARC-Refers-To-Date": "2012-03-01T10:00:00Z"}
    revisit = record(url_of(0), b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit", date="2014-01-01T00:00:00Z", more=unchanged)
    first.insert(1, revisit)
    for name, records in ((NAME, first), (OTHER, second)):
        (folder / name).parent.mkdir(parents=True)
        write_warc(folder / name, *records)
    return folder


def crawled(data: Path, index: Path, base: Path, **options: Any) -> CrawlEnd:
    """A crawl of ranges of files, which must come to its end."""
    end = crawl_files(FileCrawl(sources=[str(index)], base=base, **options), data)
    assert end.fatal is None, end.fatal
    return end


def command(index: Path, base: object, data: Path, *options: str) -> list[str]:
    crawl = [sys.executable, "-m", "rejoinder.cli", "crawl", "--ranges", str(index), "--base", str(base)]
    return [*crawl, "--out", str(data), *options]


def ledger(data: Path) -> dict[tuple[str, int | None], str]:
    """(file name, offset) -> outcome of the ranges."""
    rows = fetches(data)
    named = [(row["archive_file"] or row["request_url"]).rpartition("/")[2] for row in rows]
    return {(name, row["archive_offset"]): row["outcome"] for name, row in zip(named, rows, strict=True)}


def raw(data: Path, *, without: set[str]) -> dict[str, list[dict[str, Any]]]:
    """The raw rows but those that tell of what was left out, sorted."""
    found: dict[str, list[dict[str, Any]]] = {}
    for dataset in ("fetches", "posts", "comments", "rejects"):
        rows = [row for part in parts(data, dataset) for row in pq.ParquetFile(part).read().to_pylist()]
        rows = [{name: value for name, value in row.items() if name not in without} for row in rows]
        found[dataset] = sorted((row for row in rows if row.get("outcome") != "left_out"), key=repr)
    return found


def test_the_ranges_of_all_records_give_what_whole_archives_give(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    rows = index_of(folder)
    random.Random(1).shuffle(rows)
    crawl_files(FileCrawl(sources=[str(folder)]), tmp_path / "whole")
    crawled(tmp_path / "ranges", write_index(tmp_path / "index.parquet", rows), folder)
    own = OF_THE_CRAWL - {"archive_file"}
    assert raw(tmp_path / "ranges", without=own) == raw(tmp_path / "whole", without=own)
    assert len(raw(tmp_path / "whole", without=own)["comments"]) == 14
    for data in ("ranges", "whole"):
        build(tmp_path / data)
    assert contents(tmp_path / "ranges") == contents(tmp_path / "whole")


@pytest.mark.parametrize("engine", ["processes", "dask"])
def test_processes_read_ranges_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    monkeypatch.setattr("rejoinder.spiders.archives.ranges.BATCH", 2)
    folder = archives(tmp_path / "cc")
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    crawled(tmp_path / "one", index, folder)
    crawled(tmp_path / "two", index, folder, jobs=2, engine=Engine.of(engine))
    datasets = ("fetches", "posts", "comments")
    one, two = ([part.read_bytes() for name in datasets for part in parts(tmp_path / n, name)] for n in ("one", "two"))
    assert one == two


def test_a_server_gives_what_the_files_give(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    rows = [row for row in index_of(folder) if row["fetch_time"].year == 2012]  # what a revisit found is not kept
    index = write_index(tmp_path / "index.parquet", rows)
    crawled(tmp_path / "files", index, folder)
    with serving(RangeServer(folder, refusals=1)) as server:
        done = run(command(index, server.url, tmp_path / "server"))
        assert done.returncode == 0, done.stderr + done.stdout
        asked = len(server.asked)
        again = run(command(index, server.url, tmp_path / "server"))
        assert (again.returncode, len(server.asked)) == (0, asked)
        row = next(row for row in fetches(tmp_path / "server") if row["request_url"] == url_of(3))
        source = [sys.executable, "-m", "rejoinder.cli", "source", str(tmp_path / "server"), row["fetch_id"]]
        assert "Text 3." in run(source).stdout
    assert raw(tmp_path / "server", without=OF_THE_CRAWL) == raw(tmp_path / "files", without=OF_THE_CRAWL)
    named = {(row["archive_file"], row["archive_offset"]) for row in fetches(tmp_path / "server")}
    assert named == {(server.url + quote(row["warc_filename"]), row["warc_record_offset"]) for row in rows}
    # Neighbours were asked for together, with the requests that stand between them.
    assert asked < len(rows) / 2


def test_source_prints_the_record_of_a_range(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    crawled(tmp_path / "d", write_index(tmp_path / "index.parquet", index_of(folder)[1:3]), folder)
    build(tmp_path / "d")
    row = min(fetches(tmp_path / "d"), key=lambda row: row["request_url"])
    assert (row["archive_file"], row["request_url"]) == (str(folder / NAME), url_of(0))
    assert b"Text 0." in page_of_row(tmp_path / "d", row["fetch_id"])


def bad(tmp_path: Path) -> tuple[Path, Path, dict[tuple[str, int | None], str]]:
    """Archives, an index with every kind of bad range between good ones, and what must become of each."""
    folder = tmp_path / "cc"
    folder.mkdir()
    asked = record(url_of(1), b"GET / HTTP/1.1\r\n\r\n", kind="request")
    image = record(f"{HOME}a.png", http(b"\x89PNG", content_type="image/png"))
    pieces = compressed([post(1), asked, image, post(2), post(3), post(4)])
    (folder / "a.warc.gz").write_bytes(b"".join(pieces))
    starts = [sum(map(len, pieces[:number])) for number in range(len(pieces) + 1)]
    (folder / "plain.warc").write_bytes(post(5) + post(6))
    sizes = dict(zip(starts, map(len, pieces), strict=False))
    expected = {
        (starts[0], sizes[starts[0]]): "ok",
        (starts[1], sizes[starts[1]]): "left_out",
        (starts[2], sizes[starts[2]]): "left_out",
        (starts[3], sizes[starts[3]] - 4): "cut_off",
        (starts[3] + 7, 200): "malformed",
        (starts[4], sizes[starts[4]] + 10_000): "ok",
        (starts[5], 12): "malformed",
        (starts[6] + 50_000, 10): "http_error",
        (starts[4] + 1, 0): "malformed",
        (starts[4] + 2, -5): "malformed",
        (starts[4] + 3, 2_000_000_000): "too_large",
        (-3, 10): "malformed",
    }
    named = [("a.warc.gz", at, length) for at, length in expected]
    outcomes = {("a.warc.gz", at if at >= 0 else None): outcome for (at, _), outcome in expected.items()}
    named += [("plain.warc", 0, len(post(5))), ("plain.warc", len(post(5)), len(post(6))), ("plain.warc", 99, 500)]
    outcomes |= {("plain.warc", 0): "ok", ("plain.warc", len(post(5))): "ok", ("plain.warc", 99): "malformed"}
    named.append(("gone.warc.gz", 5, 10))
    outcomes["gone.warc.gz", 5] = "http_error"
    secret = tmp_path / "secret.warc.gz"
    write_warc(secret, post(9, text="Secret"))
    for number, name in enumerate(("../secret.warc.gz", str(secret), f"file://{secret}", "x/../../secret.warc.gz")):
        named.append((name, 0, secret.stat().st_size + number))
    outcomes["secret.warc.gz", None] = "unsafe_address"
    rows: list[dict[str, Any]] = [
        {"warc_filename": name, "warc_record_offset": at, "warc_record_length": length} for name, at, length in named
    ]
    rows += [{"warc_filename": None, "warc_record_offset": 0, "warc_record_length": 5}, {"warc_filename": "a.warc.gz"}]
    outcomes["index.parquet", None] = "malformed"
    return folder, write_index(tmp_path / "index.parquet", rows), outcomes


def shown(data: Path) -> set[str]:
    """The texts of all comments."""
    return {row["body_text"] for part in parts(data, "comments") for row in pq.ParquetFile(part).read().to_pylist()}


GOOD = {f"Text {number}." for number in (1, 2, 3, 5, 6)}


def test_a_bad_range_of_a_file_has_its_word_and_costs_no_other(tmp_path: Path) -> None:
    folder, index, expected = bad(tmp_path)
    end = crawled(tmp_path / "d", index, folder)
    assert exit_code(end) == 3
    beyond = next(place for place, outcome in expected.items() if outcome == "http_error" and place[0] == "a.warc.gz")
    expected |= {beyond: "malformed", ("gone.warc.gz", 5): "network_error"}
    assert ledger(tmp_path / "d") == expected
    assert shown(tmp_path / "d") == GOOD
    told = [row["error"] for row in fetches(tmp_path / "d") if row["request_url"].endswith("index.parquet")]
    assert told == ["2 rows of the index without file, offset or length"]
    before = fetches(tmp_path / "d")
    crawled(tmp_path / "d", index, folder)
    assert fetches(tmp_path / "d") == before


def test_a_bad_range_of_a_server_has_its_word_and_costs_no_other(tmp_path: Path) -> None:
    folder, index, expected = bad(tmp_path)
    with serving(RangeServer(folder)) as server:
        done = run(command(index, server.url, tmp_path / "d", "--no-build"))
        asked = len(server.asked)
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 0
    assert done.returncode == 3, done.stderr + done.stdout
    assert ledger(tmp_path / "d") == expected
    assert shown(tmp_path / "d") == GOOD
    assert len(server.asked) == asked
    assert not [name for name, _ in server.asked if "secret" in name]


def test_a_server_with_faults_is_told_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "cc"
    folder.mkdir()
    faults = {
        "whole.warc.gz": ("whole", "http_error"),
        "other.warc.gz": ("other range", "malformed"),
        "mute.warc.gz": ("no word of it", "malformed"),
        "longer.warc.gz": ("longer", "too_large"),
        "forbidden.warc.gz": ("forbidden", "http_error"),
        "packed.warc.gz": ("packed", "ok"),
        "good.warc.gz": (None, "ok"),
    }
    for number, name in enumerate(faults):
        write_warc(folder / name, info(), post(number))
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    given = {name: fault for name, (fault, _) in faults.items() if fault}
    with serving(RangeServer(folder, faults=given)) as server:  # type: ignore[arg-type]
        done = run(command(index, server.url, tmp_path / "d", "--no-build"))
    assert done.returncode == 3
    by_file = {name: outcome for (name, _), outcome in ledger(tmp_path / "d").items()}
    assert by_file == {name: outcome for name, (_, outcome) in faults.items()}
    # What the sockets between the two hold, and nothing near a file.
    assert server.sent < 32 * 1024 * 1024


def test_a_server_that_gives_few_bytes_is_asked_for_each_record(tmp_path: Path) -> None:
    folder = tmp_path / "cc"
    folder.mkdir()
    write_warc(folder / "a.warc.gz", *map(post, range(5)))
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    with serving(RangeServer(folder, faults={"a.warc.gz": "short"})) as server:
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 0
    assert len(shown(tmp_path / "d")) == 5
    assert len(server.asked) == 1 + 4  # the first answer has one record, and the beginning of another


def test_a_server_that_gives_no_ranges_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cc"
    folder.mkdir()
    for number in range(100):
        write_warc(folder / f"{number}.warc.gz", info(), post(number))
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    faults = {f"{number}.warc.gz": "whole" for number in range(100)}
    with serving(RangeServer(folder, faults=faults)) as server:  # type: ignore[arg-type]
        done = run(command(index, server.url, tmp_path / "d", "--no-build"))
        assert done.returncode == 3
        assert "bound_reached" in ledger(tmp_path / "d").values()
        assert len(server.asked) < 60  # twelve, and those that were on their way
        server.faults.clear()
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 0
    assert len(shown(tmp_path / "d")) == 100


def test_a_server_that_asks_for_long_patience_is_asked_again_by_the_same_command(tmp_path: Path) -> None:
    folder = tmp_path / "cc"
    folder.mkdir()
    write_warc(folder / "a.warc.gz", info(), post(1))
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    with serving(RangeServer(folder, refusals=1, retry_after="86400")) as server:
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 3
        assert set(ledger(tmp_path / "d").values()) == {"bound_reached"}
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 0
    assert shown(tmp_path / "d") == {"Text 1."}


def test_source_says_why_a_server_does_not_give_a_record(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    index = write_index(tmp_path / "index.parquet", index_of(folder)[1:3])
    with serving(RangeServer(folder)) as server:
        run(command(index, server.url, tmp_path / "d"))
        (folder / NAME).unlink()
        source = [sys.executable, "-m", "rejoinder.cli", "source", str(tmp_path / "d")]
        done = run([*source, fetches(tmp_path / "d")[0]["fetch_id"]])
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{server.url}{NAME} at byte" in done.stderr
    assert "HTTP status 404" in done.stderr


def test_robots_txt_is_obeyed(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    with serving(RangeServer(folder, robots="User-agent: *\nDisallow: /cc/\n")) as server:
        run(command(index, server.url, tmp_path / "d", "--no-build"))
    assert set(ledger(tmp_path / "d").values()) == {"robots"}
    assert server.asked == []


def test_a_killed_crawl_of_a_server_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "cc"
    folder.mkdir()
    for number in range(6):
        write_warc(folder / f"{number}.warc.gz", info(), post(number))
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    crawled(tmp_path / "whole", index, folder)
    with serving(RangeServer(folder, hold_after=3)) as server:
        crawl = start(command(index, server.url, tmp_path / "d", "--no-build"))
        wait_for_fetches(tmp_path / "d", 3, crawl)
        crawl.kill()
        crawl.wait()
        server.hold_after = None
        before = len(server.asked)
        assert run(command(index, server.url, tmp_path / "d", "--no-build")).returncode == 0
    assert len(server.asked) - before == 3
    assert raw(tmp_path / "d", without=OF_THE_CRAWL) == raw(tmp_path / "whole", without=OF_THE_CRAWL)


def test_a_killed_crawl_of_files_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = archives(tmp_path / "cc")
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    crawled(tmp_path / "whole", index, folder)

    class Killed(BaseException):
        """What a kill does to this process: nothing behind it runs, but for the parts that were written."""

    def kill(tally: Any) -> None:
        if tally.fetches == 9:
            monkeypatch.setattr("rejoinder.pipelines.write.PartWriter.flush", lambda self: None)
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("rejoinder.settings.PART_ROWS", 5)
        with pytest.raises(Killed):
            crawl_files(FileCrawl(sources=[str(index)], base=folder), tmp_path / "d", kill)
    monkeypatch.undo()
    assert 0 < len(fetches(tmp_path / "d")) < 9
    crawled(tmp_path / "d", index, folder)
    assert raw(tmp_path / "d", without=set()) == raw(tmp_path / "whole", without=set())


def test_only_the_blogs_that_are_asked_for(tmp_path: Path) -> None:
    write_warc(tmp_path / "a.warc.gz", info(), post(1), record("http://b.example.org/p/", http(page("B", []))))
    index = write_index(tmp_path / "index.parquet", index_of(tmp_path))
    crawled(tmp_path / "d", index, tmp_path, sites=[HOME])
    assert [(row["outcome"], row["error"]) for row in fetches(tmp_path / "d")] == [
        ("ok", None),
        ("left_out", "other_blog: 1 record"),
    ]


def test_records_that_warcio_wrote(tmp_path: Path) -> None:
    with (tmp_path / "w.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("w.warc.gz", {"software": "warcio"}))
        for number in (1, 2):
            body = page(f"Post {number}", [(number, "Ann", f"Text {number}.")])
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            answer = writer.create_warc_record(url_of(number), "response", payload=BytesIO(body), http_headers=head)
            writer.write_request_response_pair(
                writer.create_warc_record(
                    url_of(number), "request", http_headers=StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
                ),
                answer,
            )
    rows = index_of(tmp_path)
    crawled(tmp_path / "d", write_index(tmp_path / "index.parquet", rows[1:]), tmp_path)
    assert shown(tmp_path / "d") == {"Text 2."}


WARC_COLUMNS = ("warc_filename", "warc_record_offset", "warc_record_length")


def as_cdxj(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """As the fields of a CDXJ line, where numbers are texts."""
    names = ("filename", "offset", "length")
    return pa.table({new: [str(row[old]) for row in rows] for new, old in zip(names, WARC_COLUMNS, strict=True)})


@pytest.mark.parametrize("form", ["duckdb", "wide", "cdxj", "folder", "twice"])
def test_indexes_of_many_writers(tmp_path: Path, form: str) -> None:
    folder = archives(tmp_path / "cc")
    rows = index_of(folder)
    true = write_index(tmp_path / "true.parquet", rows)
    index = tmp_path / "an [index] of 50%.parquet"
    columns = ", ".join(WARC_COLUMNS)
    match form:
        case "duckdb":
            query = f"select url, {columns} from '{true}' order by hash(url)"
            duckdb.execute(f"copy ({query}) to '{index}' (format parquet, row_group_size 2048, compression zstd)")
        case "wide":
            duckdb.execute(
                f"copy (select * replace (warc_record_offset::bigint as warc_record_offset,"
                f" warc_record_length::hugeint as warc_record_length) from '{true}') to '{index}'"
            )
        case "cdxj":
            pq.write_table(as_cdxj(rows), index)
        case "folder":
            for number in (0, 1):  # as Athena's UNLOAD names them: without an ending
                write_index(index / f"2024_{number}", rows[number::2])
            for name in ("_SUCCESS", ".2024_0.crc"):  # as Spark tells that it is done
                (index / name).touch()
        case "twice":
            write_index(index, rows * 3)
    crawled(tmp_path / "true", true, folder)
    crawled(tmp_path / "d", index, folder)
    assert raw(tmp_path / "d", without=OF_THE_CRAWL) == raw(tmp_path / "true", without=OF_THE_CRAWL)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"url,warc_filename\n", "no Parquet file"),
        (b"", "no Parquet file"),
        (pa.table({"url": ["x"], "warc_filename": ["y"]}), "warc_record_offset"),
        (SCHEMA.empty_table(), "no rows"),
    ],
)
@pytest.mark.parametrize("base", ["folder", "server"])
def test_an_index_that_is_none_is_named(tmp_path: Path, content: bytes | pa.Table, told: str, base: str) -> None:
    index = tmp_path / "index.parquet"
    if isinstance(content, bytes):
        index.write_bytes(content)
    else:
        pq.write_table(content, index)
    where = str(tmp_path) if base == "folder" else "http://127.0.0.1:9/"
    done = CliRunner().invoke(main, ["crawl", "--ranges", str(index), "--base", where, "--out", str(tmp_path / "d")])
    assert done.exit_code == 1
    assert told in done.stderr.replace("\n", " ")
    assert str(index) in done.stderr.replace("\n", "")
    assert not list((tmp_path / "d").glob("crawls/*"))


def test_a_folder_without_an_index_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "_SUCCESS").touch()
    done = CliRunner().invoke(main, ["crawl", "--ranges", str(tmp_path / "index"), "--out", str(tmp_path / "d")])
    assert done.exit_code == 1
    assert "no Parquet file is in it" in done.stderr.replace("\n", " ")


def test_an_index_with_damage_inside_is_named(tmp_path: Path) -> None:
    folder = archives(tmp_path / "cc")
    index = write_index(tmp_path / "index.parquet", index_of(folder))
    content = bytearray(index.read_bytes())
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    content[4:footer] = bytes(footer - 4)
    index.write_bytes(content)
    with serving(RangeServer(folder)) as server:
        for base in (folder, server.url):
            done = run(command(index, base, tmp_path / "d"))
            assert done.returncode == 1
            assert f"{index}: the index cannot be read" in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--base", "/no/such/folder"], "no such folder"),
        (["--limit", "3"], "--limit"),
        (["--engine", "dask"], "--engine dask"),
        (["http://a.example.org/"], "goes alone"),
        (["--shard", "1/2"], "goes alone"),
    ],
)
def test_what_does_not_go_with_ranges(tmp_path: Path, arguments: list[str], told: str) -> None:
    write_warc(tmp_path / "a.warc.gz", post(1))
    index = write_index(tmp_path / "index.parquet", index_of(tmp_path))
    done = CliRunner().invoke(main, ["crawl", "--ranges", str(index), "--out", str(tmp_path / "d"), *arguments])
    assert done.exit_code in (1, 2)
    assert told in done.stderr.replace("\n", " ")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("base", "told"), [("https://data.example.org/", "needs a contact"), ("s3://commoncrawl/", "no http(s) URL")]
)
def test_a_server_that_must_not_be_asked(tmp_path: Path, base: str, told: str) -> None:
    write_warc(tmp_path / "a.warc.gz", post(1))
    done = run(command(write_index(tmp_path / "index.parquet", index_of(tmp_path)), base, tmp_path / "d"))
    assert done.returncode == 2
    assert told in done.stderr


def in_index(url: str, **more: Any) -> dict[str, Any]:
    """A row of Common Crawl's index as a page of a post has it, where `more` says nothing else."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return {
        "url": url,
        "url_host_name": host,
        "url_host_registered_domain": ".".join(host.split(".")[-2:]),
        "url_path": parts.path,
        "url_query": parts.query or None,
        "fetch_time": datetime(2024, 2, 21),
        "fetch_status": 200,
        "content_mime_type": "text/html",
        "content_mime_detected": "text/html",
        "content_languages": "eng",
        "warc_filename": "crawl-data/a.warc.gz",
        "warc_record_offset": 5,
        "warc_record_length": 10,
        **more,
    }


def test_the_query_of_the_documents_picks_pages_of_blogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "scale.md").read_text()
    query = text.partition("<!-- query: run by tests/test_ranges.py -->")[2].partition("<!-- end of query -->")[0]
    wanted = [
        in_index("https://ada.wordpress.com/2012/01/09/a-post/"),
        in_index("https://ada.wordpress.com/2012/01/09/a-post/comment-page-2/", content_languages=None),
        in_index("https://bea.blogspot.com/2012/01/a-post.html", content_languages="fra,deu"),
        in_index("https://cy.wordpress.com/?p=17"),
        in_index("https://blog.example.org/about-everything/", content_mime_detected="application/xhtml+xml"),
    ]
    others = [
        in_index("https://shop.example.net/2012/01/09/a-post/"),
        in_index("https://ada.wordpress.com/about/"),
        in_index("https://ada.wordpress.com/2012/01/10/lost/", fetch_status=404),
        in_index("https://ada.wordpress.com/2012/01/10/a.pdf", content_mime_detected="application/pdf"),
        in_index("https://ada.wordpress.com/2012/01/11/long/", content_truncated="length"),
        in_index("https://ada.wordpress.com/2012/01/12/russe/", content_languages="rus,fra"),
        in_index("https://ada.wordpress.com/2012/01/09/a-post/?replytocom=5"),
        in_index("https://blog.example.org/2012/01/09/a-post/?share=twitter"),
    ]
    part = tmp_path / "cc-index/crawl=CC-MAIN-2024-10/subset=warc/part-00000.c000.gz.parquet"
    write_index(part, [*wanted, *others])
    (tmp_path / "hosts.csv").write_text("host\nblog.example.org\n")
    monkeypatch.chdir(tmp_path)
    duckdb.execute(query)
    rows = pq.read_table(tmp_path / "index.parquet")
    assert sorted(rows["url"].to_pylist()) == sorted(row["url"] for row in wanted)
    assert rows.schema.field("warc_record_offset").type == pa.int32()
    # The three columns that a crawl needs are there: it reads the index, and the files are what lacks.
    crawled(tmp_path / "d", tmp_path / "index.parquet", tmp_path)
    assert ledger(tmp_path / "d") == {("a.warc.gz", 5): "network_error"}
