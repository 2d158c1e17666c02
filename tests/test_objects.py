"""A data folder in a store: what a push leaves, whatever goes wrong, and what becomes of a second writer."""

from __future__ import annotations

import doctest
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from rejoinder.cli import main
from rejoinder.objects import files, manifest, urls
from rejoinder.objects import store as store_room
from rejoinder.objects.files import ObjectFile, find_objects, open_object
from rejoinder.objects.hand import Busy, at_hand
from rejoinder.objects.manifest import NAME, is_ours, key_of, new_push
from rejoinder.objects.mirror import GRACE, Mirror, MirrorError, Overtaken, is_ledger
from rejoinder.objects.store import SINGLE, StoreError
from rejoinder.objects.urls import StoreUrl
from rejoinder.objects.use import Use
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import runs
from rejoinder.queries import build, connect
from rejoinder.schemas.parts import part_files
from rejoinder.spiders import keep, offline

from support.dying import dying_script
from support.nights import World
from support.stores import (
    SECRET,
    StoreProxy,
    cuts_off,
    drops,
    first,
    ignores,
    loses_the_answer,
    refuses,
    serve_store,
)

NO_TIME = timedelta(0)


@pytest.fixture(scope="module")
def server() -> Iterator[StoreProxy]:
    with serve_store() as proxy:
        yield proxy


@pytest.fixture
def proxy(server: StoreProxy, monkeypatch: pytest.MonkeyPatch) -> StoreProxy:
    """The store, without faults."""
    monkeypatch.setattr(store_room, "RETRIES", 3)
    return server.calm(monkeypatch)


@pytest.fixture
def url(proxy: StoreProxy) -> str:
    """Where the data folder is."""
    return f"{proxy.make_bucket()}/some/blogs"


def mirror_of(url: str, cache: Path) -> Mirror:
    """A machine's mirror, pulled."""
    mirror = Mirror.of(StoreUrl.of(url), cache)
    mirror.margin = NO_TIME
    mirror.pull()
    return mirror


def a_world(mirror: Mirror) -> World:
    """A blog after a night, with its tables, in a mirror."""
    world = World(mirror.data, 3)
    world.write("night-000", [world.publish() for _ in range(4)], is_end=True)
    build(mirror.data)
    return world


@pytest.fixture
def one(url: str, tmp_path: Path) -> Mirror:
    """The machine that has pushed."""
    mirror = mirror_of(url, tmp_path / "one")
    a_world(mirror)
    mirror.push()
    return mirror


def files_of(data: Path) -> dict[str, bytes]:
    """What a data folder holds, but its locks."""
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and path.name not in (".lock", ".build.lock")
    }


def another_night(mirror: Mirror, night: int = 1) -> None:
    world = World(mirror.data, 30 + night)
    world.fetches = 1000 * night
    world.write(f"night-{night:03}", [world.publish() for _ in range(4 + 2 * night)], is_end=True)


# What a push leaves


def test_another_machine_has_the_same_folder_and_builds_nothing_anew(one: Mirror, url: str, tmp_path: Path) -> None:
    other = mirror_of(url, tmp_path / "other")
    assert files_of(other.data) == files_of(one.data)
    report = build(other.data)
    assert (report.anew, report.news) == (None, 0)


def test_nothing_to_push_is_no_push(one: Mirror, proxy: StoreProxy) -> None:
    proxy.asked.clear()
    assert not one.push()
    assert not proxy.asked


def test_no_object_but_the_manifest_is_ever_written_again(one: Mirror, proxy: StoreProxy) -> None:
    for night in (1, 2):
        another_night(one, night)
        build(one.data)
        one.push()
    compact(one.data)
    one.push()
    puts = [asked for asked in proxy.asked if asked.method == "PUT" and "/some/" in asked.path]
    objects = [asked.path.partition("?")[0] for asked in puts if not asked.path.endswith(NAME)]
    assert len(objects) == len(set(objects)) > 50
    manifests = [asked for asked in puts if asked.path.endswith(NAME)]
    assert all({"if-match", "if-none-match"} & set(asked.headers) for asked in manifests)
    assert not [asked for asked in proxy.asked if "x-amz-copy-source" in asked.headers]


def test_tables_of_one_build_lie_in_one_folder(one: Mirror, proxy: StoreProxy, url: str) -> None:
    for night in (1, 2):
        another_night(one, night)
        build(one.data)
        one.push()
        found = json.loads(proxy.get(f"{url}/{NAME}"))
        tables = {file["key"] for file in found["files"] if file["path"].startswith("tables/")}
        assert tables == {found["tables"] + Path(key).name for key in tables}
        assert {"posts.parquet", "comments.parquet", "replies.parquet"} <= {Path(key).name for key in tables}


def test_a_reader_fetches_what_it_needs_and_no_more(one: Mirror, url: str, tmp_path: Path) -> None:
    with at_hand(url, Use.TABLES, tmp_path / "reader", print) as hand:
        assert not (hand.data / "raw").exists()
        with connect(hand.data) as tables:
            assert tables.execute("select count(*) from posts").fetchall() == [(4,)]
    another_night(one)
    build(one.data)
    one.push()
    with at_hand(url, Use.TABLES, tmp_path / "reader", print) as hand, connect(hand.data) as tables:
        assert tables.execute("select count(*) from posts").fetchall() == [(6,)]
    # Who writes with the same cache has all of it.
    with at_hand(url, Use.CHANGES, tmp_path / "reader", print) as hand:
        assert files_of(hand.data) == files_of(one.data)
        assert not hand.mirror.push()


def test_a_file_larger_than_one_request_is_pushed_whole(one: Mirror, url: str, tmp_path: Path) -> None:
    content = os.urandom(SINGLE + 1_000_000)
    (one.data / "notes.bin").write_bytes(content)
    (one.data / "empty").touch()
    one.push()
    other = mirror_of(url, tmp_path / "other")
    assert (other.data / "notes.bin").read_bytes() == content
    assert (other.data / "empty").read_bytes() == b""


def test_tables_of_a_killed_build_are_not_pushed(one: Mirror, url: str, tmp_path: Path) -> None:
    before = {path: content for path, content in files_of(one.data).items() if path.startswith("tables/")}
    another_night(one)
    (one.data / "tables/posts.parquet").write_bytes((one.data / "tables/comments.parquet").read_bytes())
    one.push()
    other = mirror_of(url, tmp_path / "other")
    assert before.items() <= files_of(other.data).items()
    assert list((other.data / "raw/fetches").glob("crawl=night-001/*"))


def test_what_a_crawl_writes_during_a_push_is_not_pushed_in_part(
    one: Mirror, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever folder is being looked through, a whole night is written meanwhile."""
    paths, nights = Mirror._paths, set()

    def paths_while_written(mirror: Mirror) -> Iterator[str]:
        for path in paths(mirror):
            folder = "/".join(path.split("/")[:2])
            if folder not in nights:
                nights.add(folder)
                another_night(one, len(nights))
            yield path

    with monkeypatch.context() as patched:
        patched.setattr(Mirror, "_paths", paths_while_written)
        one.push(scope=is_ledger, until=one.now() + timedelta(minutes=1))
    data = mirror_of(url, tmp_path / "other").data
    assert len(nights) > 5
    shown = {row["fetch_id"] for part in part_files(data, "posts") for row in pq.read_table(part).to_pylist()}
    listed = [row for part in part_files(data, "fetches") for row in pq.read_table(part).to_pylist()]
    assert {row["fetch_id"] for row in listed if row["posts"]} <= shown
    seen = {row["crawl_id"] for row in listed}
    assert {run.crawl_id for run in runs(data) if run.finished_at} <= seen


# Clearing


def test_what_is_no_longer_listed_stays_for_its_readers_and_goes_after_the_grace(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    old = set(proxy.keys(url))
    reader = Mirror.of(StoreUrl.of(url), tmp_path / "reader")
    reader.state.manifest = one.state.manifest
    another_night(one)
    build(one.data)
    one.push()
    one.clear()
    assert old <= set(proxy.keys(url))
    time.sleep(1.1)  # the store tells times by seconds
    now = one.now()
    one.now = lambda: now + GRACE
    another_night(one, 2)
    one.push()
    one.clear()
    listed = {(one.url / file.key).key for file in one.state.manifest.files} | {(one.url / NAME).key}
    listed |= {(one.url / each.key).key for each in one.state.manifest.dropped}
    assert set(proxy.keys(url)) == listed
    assert old - listed


def test_only_what_a_push_of_this_folder_wrote_is_cleared(one: Mirror, proxy: StoreProxy, url: str) -> None:
    below = StoreUrl.of(f"{url}/shard-1")
    theirs = [
        f"{url}/warcs/a.warc.gz",
        f"{url}/raw/comments/crawl=x/part-00000.parquet",
        str(below / key_of("raw/comments/crawl=x/part-00000.parquet", new_push(below, one.now()))),
    ]
    ours = str(one.url / key_of("raw/comments/crawl=x/part-00000.parquet", new_push(one.url, one.now())))
    for name in [*theirs, ours]:
        proxy.put(name, b"x")
    time.sleep(1.1)
    another_night(one)
    one.push()
    one.clear()
    keys = proxy.keys(url)
    assert {StoreUrl.of(name).key for name in theirs} <= {*keys}
    assert StoreUrl.of(ours).key not in keys
    assert is_ours(StoreUrl.of(ours).key, one.url)


def test_what_is_being_pushed_on_top_of_a_manifest_is_not_cleared(one: Mirror, proxy: StoreProxy, url: str) -> None:
    """Objects as young as the manifest are of who pushes now."""
    time.sleep(1.1)
    another_night(one)
    late = str(one.url / key_of("raw/comments/crawl=x/part-00000.parquet", new_push(one.url, one.now())))
    proxy.befall(first(lambda: proxy.put(late, b"x")), "GET", "list-type=2")
    one.push()
    one.clear()
    assert StoreUrl.of(late).key in proxy.keys(url)


# Two writers


def test_the_second_of_two_writers_fails_and_the_first_loses_nothing(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    two = mirror_of(url, tmp_path / "two")
    another_night(one, 1)
    another_night(two, 2)
    one.push()
    stands = proxy.get(f"{url}/{NAME}")
    with pytest.raises(Overtaken, match="another machine has pushed"):
        two.push()
    assert proxy.get(f"{url}/{NAME}") == stands
    assert files_of(mirror_of(url, tmp_path / "three").data) == files_of(one.data)
    # What the second has is not lost either.
    night = {path: content for path, content in files_of(two.data).items() if "night-002" in path}
    aside = two.pull().aside
    assert aside is not None
    assert files_of(aside) == night
    assert files_of(two.data) == files_of(one.data)
    assert mirror_of(url, tmp_path / "two").push() is False


def test_a_writer_that_comes_between_read_and_put_is_seen(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    two = mirror_of(url, tmp_path / "two")
    another_night(one, 1)
    another_night(two, 2)
    proxy.befall(first(two.push), "PUT", NAME)
    with pytest.raises(Overtaken):
        one.push()
    assert files_of(mirror_of(url, tmp_path / "three").data) == files_of(two.data)


def test_of_two_that_begin_a_folder_one_fails(proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    one, two = mirror_of(url, tmp_path / "one"), mirror_of(url, tmp_path / "two")
    a_world(one)
    another_night(two)
    one.push()
    with pytest.raises(Overtaken):
        two.push()


def test_a_second_process_of_this_machine_waits_or_is_refused(
    one: Mirror, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rejoinder.objects.hand.LOCK_PATIENCE_S", 0.1)
    with at_hand(url, Use.CHANGES, tmp_path / "two", print) as hand:
        another_night(hand.mirror)
        with pytest.raises(Busy, match="another process"), at_hand(url, Use.CHANGES, tmp_path / "two", print):
            pass
        # Who only reads sees the mirror as it is made, as beside a crawl into a local folder.
        with at_hand(url, Use.READS, tmp_path / "two", print) as beside:
            assert files_of(beside.data) == files_of(hand.data)


def test_while_a_crawl_is_at_work_no_other_machine_begins_to_write(
    one: Mirror, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rejoinder.objects.hand.LOCK_PATIENCE_S", 0.1)
    now = one.now()
    one.push(until=now + timedelta(minutes=3))
    for arguments in (["build", url], ["crawl", "http://127.0.0.1:9/", "--out", url]):
        done = CliRunner().invoke(main, ["--cache", str(tmp_path / "two"), *arguments])
        assert done.exit_code == 8
        assert f"a crawl of another machine is at work on {url}" in done.output
    assert CliRunner().invoke(main, ["--cache", str(tmp_path / "two"), "sql", url, "from posts"]).exit_code == 0
    # This machine goes on at once where its crawl was killed; others do when it has not pushed for a while.
    assert one.others_at_work() is None
    two = mirror_of(url, tmp_path / "two")
    assert two.others_at_work()
    two.now = lambda: now + timedelta(minutes=3, seconds=1)
    assert two.others_at_work() is None
    one.push()
    assert mirror_of(url, tmp_path / "three").others_at_work() is None


def test_a_store_that_does_not_heed_conditions_is_refused(proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    proxy.befall(ignores("if-none-match"), "PUT", NAME, times=99)
    mirror = mirror_of(url, tmp_path / "one")
    a_world(mirror)
    with pytest.raises(StoreError, match="does not heed conditional puts"):
        mirror.push()


# Faults of the store


@pytest.mark.parametrize(
    "fault",
    [refuses(500, "InternalError"), refuses(503, "SlowDown"), drops, loses_the_answer],
    ids=["500", "503", "drop", "lost"],
)
def test_a_push_goes_through_faults(one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path, fault) -> None:
    another_night(one)
    build(one.data)
    proxy.befall(fault, "PUT", "raw/", times=2)
    proxy.befall(fault, "PUT", "tables/", passed=1)
    if fault is not drops:
        proxy.befall(fault, "PUT", NAME)
    assert one.push()
    assert not [rule for rule in proxy.rules if rule.times]
    assert files_of(mirror_of(url, tmp_path / "other").data) == files_of(one.data)


def test_a_push_whose_answer_is_lost_and_on_which_another_machine_went_on_loses_nothing(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    def goes_on() -> None:
        two = mirror_of(url, tmp_path / "two")
        another_night(two, 2)
        two.push()

    another_night(one, 1)
    proxy.befall(loses_the_answer, "PUT", NAME)
    proxy.befall(first(goes_on), "GET", NAME)
    with pytest.raises(Overtaken):
        one.push()
    pulled = one.pull()
    assert pulled.aside is None, "what it pushed stands in the store"
    assert {path.parent.name for path in one.data.glob("raw/posts/*/*")} == {
        "crawl=night-000",
        "crawl=night-001",
        "crawl=night-002",
    }


@pytest.mark.parametrize(
    "fault",
    [refuses(500, "InternalError"), refuses(503, "SlowDown"), drops, cuts_off],
    ids=["500", "503", "drop", "cut"],
)
def test_a_pull_goes_through_faults(one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path, fault) -> None:
    proxy.befall(fault, "GET", NAME)
    proxy.befall(fault, "GET", "raw/", passed=1, times=2)
    assert files_of(mirror_of(url, tmp_path / "other").data) == files_of(one.data)
    assert not [rule for rule in proxy.rules if rule.times]


@pytest.mark.parametrize("content", [b"", b"PAR1 no longer", None], ids=["emptied", "shorter", "flipped"])
def test_an_object_that_is_not_as_it_was_pushed_is_named(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path, content: bytes | None
) -> None:
    [key] = [file.key for file in one.state.manifest.files if file.path.startswith("raw/posts/")]
    if content is None:
        whole = proxy.get(f"{url}/{key}")
        content = whole[:100] + bytes([whole[100] ^ 1]) + whole[101:]
    proxy.put(f"{url}/{key}", content)
    with pytest.raises(MirrorError, match=f"{url}/{key} is not what .* lists"):
        mirror_of(url, tmp_path / "other")
    assert not list((tmp_path / "other").rglob("raw/posts/*/*"))


def test_an_object_that_is_gone_is_named(one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    [key] = [file.key for file in one.state.manifest.files if file.path.startswith("raw/posts/")]
    one.store.delete([(one.url / key).key])
    with pytest.raises(MirrorError, match=f"{url}/{key} is gone"):
        mirror_of(url, tmp_path / "other")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (refuses(403, "AccessDenied"), "refuses access .AccessDenied: AccessDenied it is.; see AWS_ACCESS_KEY_ID"),
        (refuses(403, "InvalidAccessKeyId"), "refuses access .InvalidAccessKeyId"),
        (refuses(404, "NoSuchBucket"), "there is no such bucket"),
        (refuses(500, "InternalError"), "the store says InternalError"),
        (drops, "does not answer"),
    ],
    ids=["denied", "wrong key", "no bucket", "500", "drop"],
)
def test_what_stays_wrong_is_one_sentence_and_nothing_is_lost(
    one: Mirror, proxy: StoreProxy, tmp_path: Path, fault, said: str
) -> None:
    url = str(one.url)
    proxy.befall(fault, times=1000)
    arguments = ["--cache", str(tmp_path / "other"), "sql", url, "select 1"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 5
    before = proxy.get(f"{url}/{NAME}")
    another_night(one)
    with pytest.raises(StoreError, match=f"{StoreUrl.of(url).root}.*{said}") as raised:
        one.push()
    for text in (done.output, str(raised.value)):
        assert SECRET not in text
        assert "Traceback" not in text
        assert "\n" not in text.strip()
    assert proxy.get(f"{url}/{NAME}") == before
    proxy.rules.clear()
    assert one.push()
    assert files_of(mirror_of(url, tmp_path / "third").data) == files_of(one.data)


def test_a_network_that_is_gone_is_told(
    proxy: StoreProxy, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    done = CliRunner().invoke(main, ["--cache", str(tmp_path), "sql", url, "select 1"])
    assert done.exit_code == 5
    assert "does not answer" in done.output
    assert "AWS_ENDPOINT_URL" in done.output


# Kills


PUSHES = dying_script(
    "from datetime import timedelta\nfrom rejoinder.objects.mirror import Mirror\n"
    "from rejoinder.objects.store import Store\nfrom rejoinder.objects.urls import StoreUrl\n"
    "import rejoinder.objects.mirror as room",
    ["Store.put", "Store.put_if", "Store.delete", "room.write_whole"],
    "room.AT_ONCE = 1\nmirror = Mirror.of(StoreUrl.of(sys.argv[1]), Path(sys.argv[2]))\nmirror.margin = timedelta(0)\n"
    "mirror.pull()\nmirror.push()\nmirror.clear()",
)


def test_a_push_that_is_killed_leaves_the_old_or_the_new_state(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    old = files_of(one.data)
    another_night(one)
    new = files_of(one.data)
    seen, steps = [], 0
    while True:
        command = [sys.executable, "-c", PUSHES, url, str(tmp_path / "one"), str(steps)]
        code = subprocess.run(command, env=os.environ, capture_output=True, check=False, timeout=120).returncode
        other = mirror_of(url, tmp_path / f"other-{steps}")
        found = files_of(other.data)
        assert found in (old, new)
        seen.append(found == new)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        steps += 1
        # What it left is cleared by the next push that succeeds, of whichever machine.
    assert seen == sorted(seen), "a kill took back what was pushed"
    assert seen[-1] is True
    assert seen.count(False) > 4
    time.sleep(1.1)
    (one.data / "note").write_text("x")
    last = mirror_of(url, tmp_path / "one")
    last.push()
    last.clear()
    listed = {(one.url / file.key).key for file in mirror_of(url, tmp_path / "last").state.manifest.files}
    assert set(proxy.keys(url)) - listed == {(one.url / NAME).key}


PULLS = dying_script(
    "from rejoinder.objects.mirror import Mirror\nfrom rejoinder.objects.urls import StoreUrl\n"
    "import rejoinder.objects.mirror as room",
    ["Path.replace", "Path.unlink", "os.utime"],
    "room.AT_ONCE = 1\nmirror = Mirror.of(StoreUrl.of(sys.argv[1]), Path(sys.argv[2]))\nmirror.pull()",
)


def test_a_pull_that_is_killed_is_gone_on_with(one: Mirror, url: str, tmp_path: Path) -> None:
    cache = tmp_path / "two"
    two = mirror_of(url, cache)
    another_night(one)
    build(one.data)
    one.push()
    for steps in (0, 1, 2, 7, 20, 31):
        command = [sys.executable, "-c", PULLS, url, str(cache), str(steps)]
        code = subprocess.run(command, env=os.environ, capture_output=True, check=False, timeout=120).returncode
        assert code in (0, -signal.SIGKILL)
    pulled = two.pull()
    assert pulled.aside is None
    assert files_of(two.data) == files_of(one.data)
    assert not two.push()


# The mirror


def test_a_damaged_part_of_the_mirror_is_not_pushed(one: Mirror, proxy: StoreProxy, url: str) -> None:
    [part] = part_files(one.data, "posts")
    content = bytearray(part.read_bytes())
    content[100] ^= 1
    part.write_bytes(content)
    before = proxy.get(f"{url}/{NAME}")
    with pytest.raises(MirrorError, match=f"{part} has changed since it was written.*delete it"):
        one.push()
    assert proxy.get(f"{url}/{NAME}") == before
    part.unlink()
    assert one.pull().files == 1
    assert not one.push()


def test_a_mirror_without_its_state_is_looked_through_and_nothing_is_fetched(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    (one.folder / "state.json").unlink()
    proxy.asked.clear()
    assert mirror_of(url, tmp_path / "one").push() is False
    assert len(proxy.asked) == 1


def test_a_mirror_whose_store_was_emptied_is_kept(one: Mirror, proxy: StoreProxy, url: str) -> None:
    before = files_of(one.data)
    one.store.delete(proxy.keys(url))
    with pytest.raises(MirrorError, match=r"holds no manifest\.json any more"):
        one.pull()
    assert files_of(one.data) == before


@pytest.mark.parametrize("path", ["../../outside", "/etc/outside", "raw//x", "a/../../../b"])
def test_a_manifest_leads_nowhere_but_into_the_mirror(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path, path: str
) -> None:
    listing = json.loads(proxy.get(f"{url}/{NAME}"))
    listing["files"][0]["path"] = path
    proxy.put(f"{url}/{NAME}", json.dumps(listing).encode())
    with pytest.raises(StoreError, match="no file of a data folder"):
        mirror_of(url, tmp_path / "other")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"version": 2}', "newer rejoinder"),
        (b"[]", "no manifest of rejoinder"),
        (b"\xff", "no manifest of rejoinder"),
    ],
)
def test_a_manifest_of_something_else_is_told(
    proxy: StoreProxy, url: str, tmp_path: Path, content: bytes, said: str
) -> None:
    proxy.put(f"{url}/{NAME}", content)
    with pytest.raises(StoreError, match=said):
        mirror_of(url, tmp_path / "other")


# At the command line


@pytest.mark.parametrize("module", [urls, manifest, files, keep, offline], ids=lambda module: module.__name__)
def test_examples_in_docstrings_hold(module) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed


def test_without_its_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    for arguments in (
        ["sql", "s3://bucket/blogs", "select 1"],
        ["crawl", "s3://other/x.warc.gz", "--out", str(tmp_path)],
    ):
        done = CliRunner().invoke(main, ["--cache", str(tmp_path), *arguments])
        assert done.exit_code == 1
        assert "pip install 'rejoinder[objects]'" in done.output


@pytest.mark.parametrize("url", [f"s3://key:{SECRET}@bucket/x", f"s3://{SECRET}@bucket/x"])
def test_credentials_in_an_address_are_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    for arguments in (["sql", url, "select 1"], ["crawl", url, "--out", str(tmp_path / "x")]):
        done = CliRunner().invoke(main, ["--cache", str(tmp_path), *arguments])
        assert done.exit_code in (1, 2)
        assert SECRET not in done.output


@pytest.mark.parametrize("url", ["s3://", "s3:///x", "s3://bucket/a/../b", "s3://bucket/a//x"])
def test_an_address_that_is_none_is_told(tmp_path: Path, url: str) -> None:
    done = CliRunner().invoke(main, ["--cache", str(tmp_path), "sql", url, "select 1"])
    assert done.exit_code == 2


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "inf"])
def test_an_interval_that_is_none_is_told(
    proxy: StoreProxy, url: str, tmp_path: Path, monkeypatch, seconds: str
) -> None:
    monkeypatch.setenv("REJOINDER_PUSH_SECONDS", seconds)
    done = CliRunner().invoke(main, ["--cache", str(tmp_path), "crawl", "http://127.0.0.1:9/", "--out", url])
    assert done.exit_code == 5
    assert "give seconds, such as 60" in done.output


def test_a_folder_that_is_not_there_is_told(proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--cache", str(tmp_path), "sql", url, "select 1"])
    assert done.exit_code == 5
    assert f"{url} holds no data folder" in done.output


def take_down_a_post(data: Path) -> str:
    """Name a post in takedown.toml; gives its text."""
    with connect(data) as tables:
        [(post, text)] = tables.execute("select post_id, body_text from posts order by 1 limit 1").fetchall()
    (data / "takedown.toml").write_text(f'[[takedown]]\ndate = 2026-11-28\nreason = "asked"\nposts = ["{post}"]\n')
    return text


def test_forget_leaves_nothing_in_the_store(one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path) -> None:
    text = take_down_a_post(one.data)
    one.push()
    old = {(one.url / file.key).key for file in one.state.manifest.files if file.path.startswith("raw/posts/")}
    done = CliRunner().invoke(main, ["--cache", str(tmp_path / "two"), "forget", url])
    assert done.exit_code == 0, done.output
    assert not old & {*proxy.keys(url)}
    listed = mirror_of(url, tmp_path / "three")
    assert not any(text.encode() in content for content in files_of(listed.data).values())


def test_what_cannot_be_cleared_is_told_and_is_no_failed_push(
    one: Mirror, proxy: StoreProxy, url: str, tmp_path: Path
) -> None:
    arguments = ["--cache", str(tmp_path / "two")]
    another_night(one)
    take_down_a_post(one.data)
    one.push()
    proxy.befall(refuses(403, "AccessDenied"), "GET", "list-type=2")
    done = CliRunner().invoke(main, [*arguments, "build", url])
    assert done.exit_code == 0
    assert "All is pushed" in done.output
    with connect(mirror_of(url, tmp_path / "three").data) as tables:
        assert tables.execute("select count(*) from posts").fetchall() == [(6,)]
    proxy.befall(refuses(403, "AccessDenied"), "GET", "list-type=2")
    done = CliRunner().invoke(main, [*arguments, "forget", url])
    assert done.exit_code == 6
    assert "run the same command again" in done.output
    assert CliRunner().invoke(main, [*arguments, "forget", url]).exit_code == 0


# Archives


def test_an_object_is_read_by_ranges_of_one_version(proxy: StoreProxy, url: str) -> None:
    content = os.urandom(1_000_000)
    proxy.put(f"{url}/x.warc", content)
    with open_object(f"{url}/x.warc") as file:
        assert file.read(10) == content[:10]
        file.seek(500_000)
        assert file.read(400_000) == content[500_000:900_000]
        file.seek(-5, os.SEEK_END)
        assert file.read() == content[-5:]
        proxy.put(f"{url}/x.warc", os.urandom(1_000_000))
        file.seek(300_000)
        with pytest.raises(StoreError, match=f"{url}/x.warc has changed while it was read"):
            file.read(10)
    ranges = [asked.headers["range"] for asked in proxy.asked if "range" in asked.headers]
    sizes = [int(end) - int(start) for start, end in (one.removeprefix("bytes=").split("-") for one in ranges)]
    assert max(sizes) < 300_000


def test_an_address_names_an_object_a_folder_or_a_pattern(proxy: StoreProxy, url: str) -> None:
    for name in ("a.warc.gz", "b.txt", "deep/c.warc", "deep/D.ARC.GZ", "deeper/e.wacz"):
        proxy.put(f"{url}/{name}", b"x")
    suffixes = (".warc", ".warc.gz", ".arc.gz", ".wacz")

    def found(source: str) -> list[str]:
        return [name.removeprefix(f"{url}/") for name in find_objects(source, suffixes)]

    assert found(url) == found(f"{url}/") == ["a.warc.gz", "deep/D.ARC.GZ", "deep/c.warc", "deeper/e.wacz"]
    assert found(f"{url}/a.warc.gz") == ["a.warc.gz"]
    assert found(f"{url}/deep") == ["deep/D.ARC.GZ", "deep/c.warc"]
    assert found(f"{url}/*.gz") == ["a.warc.gz"]
    assert found(f"{url}/**/*.w[a]*") == ["a.warc.gz", "deep/c.warc", "deeper/e.wacz"]
    assert found(f"{url}/nothing") == []


def test_an_empty_object_is_an_empty_file(proxy: StoreProxy, url: str) -> None:
    proxy.put(f"{url}/x.warc", b"")
    with open_object(f"{url}/x.warc") as file:
        assert file.read() == b""
    assert ObjectFile(StoreUrl.of(f"{url}/x.warc")).seek(0, os.SEEK_END) == 0
