"""Crawls into a store and from one: killed at any moment, by two machines, through faults; who reads the result."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pyarrow.fs import S3FileSystem
from rejoinder.objects.manifest import NAME
from rejoinder.objects.mirror import Mirror
from rejoinder.objects.urls import StoreUrl
from rejoinder.provenance import NoSource, page_of_row
from rejoinder.queries import build

from support.nights import World
from support.runs import contents, fetches, parts, rows, run, spider_command, start
from support.sites import WatchedHandler, serve_site
from support.stores import KEY_ID, SECRET, StoreProxy, cuts_off, drops, first, refuses, serve_store
from support.warcs import http, info, page, record, write_wacz, write_warc

POST = "http://blog.example.org/2012/01/09/first/"
SECOND = "http://blog.example.org/2012/01/10/second/"


@pytest.fixture(scope="module")
def server() -> Iterator[StoreProxy]:
    with serve_store() as proxy:
        yield proxy


@pytest.fixture
def proxy(server: StoreProxy, monkeypatch: pytest.MonkeyPatch) -> StoreProxy:
    """The store, without faults."""
    return server.calm(monkeypatch, REJOINDER_PUSH_SECONDS="0.3")


@pytest.fixture
def url(proxy: StoreProxy) -> str:
    return f"{proxy.make_bucket()}/blogs"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sources file with two blogs that are crawled one after the other."""
    with serve_site(WatchedHandler) as (home, _):
        folder = tmp_path_factory.mktemp("sources")
        other = home.replace("127.0.0.1", "localhost")
        text = f'[[blog]]\nname = "One"\nurl = "{home}"\n\n[[blog]]\nname = "Two"\nurl = "{other}"\nlimit = 3\n'
        (folder / "sources.toml").write_text(text)
        yield folder / "sources.toml"


@pytest.fixture(scope="module")
def expected(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """What an undisturbed crawl into a local folder finds."""
    data = tmp_path_factory.mktemp("expected")
    done = run(command("crawl", sources, "--out", data))
    assert done.returncode == 0, done.stderr
    return contents(data)


def command(*arguments: object, cache: Path | None = None) -> list[str]:
    """`rejoinder ...`, with its mirrors below a folder."""
    options = ["--cache", str(cache)] if cache else []
    return [sys.executable, "-m", "rejoinder.cli", *options, *map(str, arguments)]


def mirror_of(url: str, cache: Path) -> Mirror:
    """What the store holds, as a machine with an empty cache gets it."""
    mirror = Mirror.of(StoreUrl.of(url), cache)
    mirror.pull()
    return mirror


def table_bytes(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "tables").iterdir()}


# Killed


@pytest.mark.parametrize(
    "moment",
    [
        [(NAME, 0)],
        [(NAME, 2)],
        [("raw/fetches/", 0)],
        [("raw/fetches/", 1)],
        [("/tables/", 9)],
        [("/tables/", 0), (NAME, 0)],
    ],
    ids=["at first", "soon", "first ledger", "second ledger", "among tables", "last manifest"],
)
def test_a_machine_that_is_gone_costs_what_was_not_pushed_and_another_goes_on(
    proxy: StoreProxy, sources: Path, expected: dict, tmp_path: Path, moment: list[tuple[str, int]]
) -> None:
    url, process = f"{proxy.make_bucket()}/blogs", []

    def wait_for_the_next() -> None:
        if not moment:
            process[0].kill()  # the store does what it is asked all the same
        else:
            path, passed = moment.pop(0)
            proxy.befall(first(wait_for_the_next), "PUT", path, passed=passed)

    moment = [*moment]
    wait_for_the_next()
    process.append(start(command("crawl", sources, "--out", url, cache=tmp_path / "gone")))
    process[0].communicate(timeout=300)
    assert process[0].returncode == -signal.SIGKILL
    proxy.rules.clear()
    pushed = {row["fetch_id"] for row in fetches(mirror_of(url, tmp_path / "seen").data)}
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "next"))
    assert done.returncode == 0, done.stderr
    found = mirror_of(url, tmp_path / "last").data
    assert contents(found) == expected
    after = [row["fetch_id"] for row in fetches(found)]
    assert pushed <= {*after}
    assert len(after) == len(set(after))
    tables = table_bytes(found)
    build(found, full=True)
    assert table_bytes(found) == tables


def test_a_crawl_through_faults_is_the_crawl_without(
    proxy: StoreProxy, url: str, sources: Path, expected: dict, tmp_path: Path
) -> None:
    for fault in (refuses(500, "InternalError"), refuses(503, "SlowDown"), drops):
        for passed in (0, 5, 11, 40, 41):
            proxy.befall(fault, passed=passed)
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "one"))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert contents(mirror_of(url, tmp_path / "other").data) == expected


def test_a_store_that_fails_for_a_while_holds_no_crawl_up(
    proxy: StoreProxy, url: str, sources: Path, expected: dict, tmp_path: Path
) -> None:
    """A push at an interval that fails is told and made up for."""
    proxy.befall(refuses(403, "AccessDenied"), "PUT", "crawls/", times=1)
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "one"))
    assert done.returncode == 0, done.stderr
    assert "the crawl goes on, and so do tries to push" in done.stderr
    assert contents(mirror_of(url, tmp_path / "other").data) == expected


def test_a_last_push_that_fails_is_told_and_the_next_command_makes_up_for_it(
    proxy: StoreProxy, url: str, sources: Path, expected: dict, tmp_path: Path
) -> None:
    proxy.befall(refuses(403, "AccessDenied"), "PUT", "/tables/", times=1000)
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "one"))
    assert done.returncode == 5
    assert f"rejoinder build {url}" in done.stderr
    proxy.rules.clear()
    assert run(command("build", url, cache=tmp_path / "one")).returncode == 0
    assert contents(mirror_of(url, tmp_path / "other").data) == expected


def test_a_kept_archive_that_went_with_its_machine_is_not_taken_for_a_later_one(sources: Path, tmp_path: Path) -> None:
    """Rows that were pushed name the file that was open there: offsets in another of that name lead elsewhere."""
    home, data = sources.read_text().split('"')[3], tmp_path / "data"
    going = spider_command(home, data, PART_ROWS=1, KEEP_ARCHIVE=True, DOWNLOAD_DELAY=0.3, CONCURRENT_REQUESTS=1)
    process = start(going)
    while len(parts(data, "fetches")) < 6 and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    gone = {row["archive_file"] for row in fetches(data)}
    shutil.rmtree(data / "archive")
    assert run(going).returncode == 0
    build(data)
    written = {f"archive/{path.name}" for path in (data / "archive").iterdir()}
    assert written
    assert not written & gone
    for row in rows(data, "fetches"):
        if row["archive_file"] in gone:
            with pytest.raises(NoSource, match="cannot be read"):
                page_of_row(data, row["fetch_id"])
        elif row["archive_file"]:
            page_of_row(data, row["fetch_id"])


# Two machines


def test_a_crawl_into_whose_folder_another_machine_pushes_ends_and_loses_nothing(
    proxy: StoreProxy, url: str, sources: Path, expected: dict, tmp_path: Path
) -> None:
    def pushes() -> None:
        other = mirror_of(url, tmp_path / "other")
        world = World(other.data, 5)
        world.write("night-000", [world.publish() for _ in range(3)], is_end=True)
        other.push()

    proxy.befall(first(pushes), "PUT", "raw/fetches/")
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "one"))
    assert done.returncode == 8, done.stderr
    assert "another machine has pushed" in done.stderr
    assert list((mirror_of(url, tmp_path / "seen").data / "raw/posts").glob("crawl=night-000/*"))
    done = run(command("crawl", sources, "--out", url, cache=tmp_path / "one"))
    assert done.returncode == 0, done.stderr
    assert "was never pushed from here" in done.stderr
    found = contents(mirror_of(url, tmp_path / "last").data)
    assert [row for row in found["posts"] if "example.org" not in row["site"]] == expected["posts"]
    assert len(found["posts"]) == len(expected["posts"]) + 3


def test_shards_of_one_bucket_are_joined_there(
    proxy: StoreProxy, url: str, sources: Path, expected: dict, tmp_path: Path
) -> None:
    shards = []
    for shard in ("1/2", "2/2"):
        shards.append(f"{url}/shard-{shard[0]}")
        done = run(command("crawl", sources, "--out", shards[-1], "--shard", shard, "--no-build", cache=tmp_path / "a"))
        assert done.returncode == 0, done.stderr
    done = run(command("merge", *shards, "--out", f"{url}/all", cache=tmp_path / "b"))
    assert done.returncode == 0, done.stderr
    assert contents(mirror_of(f"{url}/all", tmp_path / "last").data) == expected
    again = run(command("merge", *shards, "--out", f"{url}/all", cache=tmp_path / "c"))
    assert again.returncode == 5
    assert f"{url}/all is there already" in again.stderr


# What is told


def test_no_credentials_are_in_any_file_object_or_output(
    proxy: StoreProxy, url: str, sources: Path, tmp_path: Path
) -> None:
    log = tmp_path / "crawl.log"
    options = ("--log", log, "-vv", "--keep-archive")
    done = run(command("crawl", sources, "--out", url, *options, cache=tmp_path / "one"))
    assert done.returncode == 0, done.stderr
    assert log.stat().st_size
    told = [done.stdout.encode(), done.stderr.encode()]
    told += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    told += [proxy.get(f"{StoreUrl.of(url).root}/{key}") for key in proxy.keys(url)]
    assert len(told) > 70
    for secret in (SECRET.encode(), KEY_ID.encode()):
        assert not [content for content in told if secret in content]
    # What was kept is found again from another machine.
    [row, *_] = rows(mirror_of(url, tmp_path / "other").data, "posts")
    page = run(command("source", url, row["post_id"], cache=tmp_path / "third"))
    assert page.returncode == 0, page.stderr
    assert row["title"] in page.stdout


# Who reads it


@pytest.fixture
def published(proxy: StoreProxy, url: str, tmp_path: Path) -> tuple[str, int]:
    """A folder in the store with tables, and how many posts it has."""
    mirror = mirror_of(url, tmp_path / "publisher")
    world = World(mirror.data, 4)
    world.write("night-000", [world.publish() for _ in range(6)], is_end=True)
    build(mirror.data)
    mirror.push()
    return url, len(rows(mirror.data, "posts"))


def test_pyarrow_reads_tables_and_raw_parts_from_the_store(proxy: StoreProxy, published: tuple[str, int]) -> None:
    url, posts = published
    place = url.removeprefix("s3://")
    s3 = S3FileSystem(
        access_key=KEY_ID,
        secret_key=SECRET,
        endpoint_override=f"127.0.0.1:{proxy.port}",
        scheme="http",
        region="us-east-1",
    )
    with s3.open_input_stream(f"{place}/{NAME}") as file:
        manifest = json.loads(file.read())
    assert pq.read_table(f"{place}/{manifest['tables']}posts.parquet", filesystem=s3).num_rows == posts
    listed = [f"{place}/{file['key']}" for file in manifest["files"] if file["path"].startswith("raw/posts/")]
    assert ds.dataset(listed, filesystem=s3).count_rows() == posts


READ_TABLES = """
    set variable tables = (select tables from read_json('{url}/manifest.json'));
    select count(*) from read_parquet('{url}/' || getvariable('tables') || 'posts.parquet')
"""
READ_RAW = """
    set variable parts = (
        select list('{url}/' || file.key)
        from (select unnest(files) as file from read_json('{url}/manifest.json', maximum_object_size = 1073741824))
        where file.path like 'raw/posts/%'
    );
    select count(*) from read_parquet(getvariable('parts'))
"""


def counts_of(connection: duckdb.DuckDBPyConnection, url: str) -> list[int]:
    return [connection.execute(query.format(url=url)).fetchall()[0][0] for query in (READ_TABLES, READ_RAW)]


def test_duckdb_reads_the_store_by_httpfs(proxy: StoreProxy, published: tuple[str, int]) -> None:
    url, posts = published
    with duckdb.connect() as connection:
        try:
            connection.execute("load httpfs")
        except duckdb.Error as error:
            pytest.skip(f"DuckDB's extension httpfs is not on this machine: {str(error).splitlines()[0]}")
        connection.execute(
            f"create secret (type s3, key_id '{KEY_ID}', secret '{SECRET}', endpoint '127.0.0.1:{proxy.port}',"
            " url_style 'path', use_ssl false, region 'us-east-1')"
        )
        assert counts_of(connection, url) == [posts, posts]
        database = json.loads(proxy.get(f"{url}/{NAME}"))["database"]
        connection.execute(f"attach '{url}/{database}' as blogs (read_only)")
        assert connection.execute("select count(*) from blogs.posts").fetchall() == [(posts,)]


def test_duckdb_reads_the_store_by_obstore(proxy: StoreProxy, published: tuple[str, int]) -> None:
    from obstore.fsspec import FsspecStore

    url, posts = published
    with duckdb.connect() as connection:
        connection.register_filesystem(FsspecStore("s3"))
        assert counts_of(connection, url) == [posts, posts]


# Archives


def warcs_in(url: str, folder: Path, proxy: StoreProxy) -> None:
    """Archives of several forms, here and in the store; one of more bytes than are asked for at once."""
    folder.mkdir()
    filling = [
        record(f"http://blog.example.org/{n}.png", http(os.urandom(90_000), content_type="image/png"))
        for n in range(20)
    ]
    write_warc(folder / "a.warc.gz", info(), *filling, record(POST, http(page("First", [(1, "Ann", "One.")]))))
    second = record(SECOND, http(page("Second", [(2, "Bo", "Two."), (3, "Cy", "Three.")])))
    packed = write_warc(folder / "b.warc.gz", info(), second).read_bytes()
    (folder / "b.warc.gz").unlink()
    write_wacz(folder / "b.wacz", b=packed)
    for path in folder.iterdir():
        proxy.put(f"{url}/{path.name}", path.read_bytes())


def raw_rows(data: Path) -> list[list[dict]]:
    """Rows of the raw data, but for where the archives stood and which crawl it was."""
    of_the_place = ("crawl_id", "archive_file", "start_url")
    return [
        sorted(
            (
                {name: value for name, value in row.items() if name not in of_the_place}
                | ({"request_url": Path(row["request_url"]).name} if row.get("outcome") == "left_out" else {})
                for part in parts(data, dataset)
                for row in pq.ParquetFile(part).read().to_pylist()
            ),
            key=str,
        )
        for dataset in ("fetches", "posts", "comments", "rejects")
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_archives_in_a_store_give_what_local_ones_give(proxy: StoreProxy, url: str, tmp_path: Path, jobs: int) -> None:
    warcs_in(f"{url}/warcs", tmp_path / "warcs", proxy)
    assert run(command("crawl", tmp_path / "warcs", "--out", tmp_path / "local")).returncode == 0
    for fault in (refuses(500, "InternalError"), drops, cuts_off):
        for passed in (1, 4):
            proxy.befall(fault, "GET", "/warcs/", passed=passed)
    done = run(command("crawl", f"{url}/warcs/", "--out", tmp_path / "data", "--jobs", jobs))
    assert done.returncode == 0, done.stderr
    assert not [rule for rule in proxy.rules if rule.times]
    assert raw_rows(tmp_path / "data") == raw_rows(tmp_path / "local")
    named = {row["archive_file"] for row in fetches(tmp_path / "data")}
    assert named == {f"{url}/warcs/a.warc.gz", f"{url}/warcs/b.wacz/archive/b.warc.gz"}
    for row in rows(tmp_path / "data", "posts"):
        page_of = run(command("source", tmp_path / "data", row["post_id"]))
        assert page_of.returncode == 0, page_of.stderr
        assert f'<h1 class="entry-title">{row["title"]}</h1>' in page_of.stdout
    # The same command again reads nothing twice.
    before = len(fetches(tmp_path / "data"))
    assert run(command("crawl", f"{url}/warcs/", "--out", tmp_path / "data")).returncode == 0
    assert len(fetches(tmp_path / "data")) == before


def test_an_archive_that_changes_while_it_is_read_is_told(proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    warcs_in(f"{url}/warcs", tmp_path / "warcs", proxy)
    changed = os.urandom(3_000_000)
    proxy.befall(first(lambda: proxy.put(f"{url}/warcs/a.warc.gz", changed)), "GET", "a.warc.gz", passed=3)
    done = run(command("crawl", f"{url}/warcs/a.warc.gz", "--out", tmp_path / "data"))
    assert done.returncode == 1
    assert f"{url}/warcs/a.warc.gz has changed while it was read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("s3://no-such-bucket-here/x.warc.gz", "no such bucket"),
        ("{url}/nothing/", "no such file, folder or pattern"),
        ("{url}/export.xml", "only archives"),
    ],
)
def test_a_source_that_is_none_is_told(proxy: StoreProxy, url: str, tmp_path: Path, source: str, said: str) -> None:
    proxy.put(f"{url}/export.xml", b"<rss/>")
    done = run(command("crawl", source.format(url=url), "--out", tmp_path / "data"))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sources_file_names_archives_in_a_store(proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    warcs_in(f"{url}/warcs", tmp_path / "warcs", proxy)
    (tmp_path / "sources.toml").write_text(f'[[blog]]\nname = "Dead"\nfiles = ["{url}/warcs/*.warc.gz"]\n')
    done = run(command("crawl", tmp_path / "sources.toml", "--out", f"{url}/data", cache=tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    assert [row["title"] for row in rows(mirror_of(f"{url}/data", tmp_path / "other").data, "posts")] == ["First"]
