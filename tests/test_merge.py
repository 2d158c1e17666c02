"""`merge`: the folders' rows, each once, in a new folder that is whole or not there; the folders stay as they are."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rejoinder.demo import serve
from rejoinder.merging import merge
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import DataFolderBusy, DataFolderError, open_ledger, runs
from rejoinder.provenance import page_of_row
from rejoinder.queries import build, check
from rejoinder.schemas import RAW
from rejoinder.schemas.arrow import VERSION_KEY
from rejoinder.schemas.parts import counting, part_files, whole_parts
from rejoinder.schemas.seal import check_seal
from rejoinder.takedown import read_takedowns

from support.dying import dying_script
from support.nights import World, a_crawl, a_crawl_that_is_interrupted
from support.runs import contents, crawl_command, fetches, rows, run
from support.sites import TwoBlogs, serve_site


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A blog after three nights."""
    world = World(tmp_path / "a", 3)
    world.write("night-000", [world.publish() for _ in range(5)], is_end=True)
    for world.night in range(1, 3):
        a_crawl(world)
    return world


def copy_of(data: Path, name: str) -> Path:
    return Path(shutil.copytree(data, data.with_name(name)))


def rows_that_count(*folders: Path) -> dict[str, Counter[str]]:
    """Each raw row as JSON, as often as readers see it in all folders together, by dataset."""
    found: dict[str, Counter[str]] = {dataset: Counter() for dataset in RAW}
    for data in folders:
        for dataset, parts in whole_parts(data).items():
            found[dataset].update(
                json.dumps(row, default=str, sort_keys=True)
                for part in counting(parts)
                for row in pq.ParquetFile(data / part.path).read().to_pylist()
            )
    return found


def bytes_of(data: Path) -> dict[Path, bytes]:
    return {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def table_bytes(data: Path) -> dict[str, bytes]:
    build(data, full=True)
    return {path.name: path.read_bytes() for path in sorted((data / "tables").iterdir())}


def test_two_shards_are_what_one_crawl_of_both_blogs_gives(tmp_path: Path) -> None:
    one, two, both = tmp_path / "one", tmp_path / "two", tmp_path / "both"
    with serve() as url, serve_site(TwoBlogs) as (home, _):
        other = home.replace("/andrea_dimaio/", "/ada/")
        assert run(crawl_command(url, one)).returncode == 0
        assert run(crawl_command(other, two)).returncode == 0
        assert run([*crawl_command(url, both), other]).returncode == 0
    done = run([sys.executable, "-m", "rejoinder.cli", "merge", str(one), str(two), "--out", str(tmp_path / "c")])
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "c") == contents(both)
    assert len({row["site"] for row in rows(both, "posts")}) == 2
    assert rows_that_count(tmp_path / "c") == rows_that_count(one, two)
    assert not [result.check.name for result in check(tmp_path / "c") if result.failed]


def test_parts_are_carried_as_they_are_and_the_folders_stay(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "b", 4)
    other.fetches = 500
    other.write("other-000", [other.publish() for _ in range(3)], is_end=True)
    before = bytes_of(world.data), bytes_of(other.data)
    merge([world.data, other.data], tmp_path / "c")
    assert (bytes_of(world.data), bytes_of(other.data)) == before
    seals = {check_seal(part) for dataset in RAW for part in part_files(tmp_path / "c", dataset)}
    assert seals == {
        check_seal(part) for data in (world.data, other.data) for dataset in RAW for part in part_files(data, dataset)
    }
    assert [run.crawl_id for run in runs(tmp_path / "c")] == ["night-000", "night-001", "night-002", "other-000"]


def test_a_copy_adds_nothing(world: World, tmp_path: Path) -> None:
    tables = table_bytes(world.data)
    done = merge([world.data, copy_of(world.data, "b"), world.data], tmp_path / "c")
    assert rows_that_count(tmp_path / "c") == rows_that_count(world.data)
    assert table_bytes(tmp_path / "c") == tables
    assert done["fetches"].copies == done["fetches"].parts > 0


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("compacted", ["", "a", "b", "ab"])
def test_a_copy_that_went_on_adds_what_is_new(world: World, tmp_path: Path, compacted: str, is_turned: bool) -> None:
    data = {"a": world.data, "b": copy_of(world.data, "b")}
    world.data = data["b"]
    world.night = 3
    a_crawl(world)
    expected = rows_that_count(world.data)
    for name in compacted:
        compact(data[name])
    merge([data[name] for name in ("ba" if is_turned else "ab")], tmp_path / "c")
    assert rows_that_count(tmp_path / "c") == expected


def test_copies_that_went_on_apart_and_were_compacted_have_each_row_once(world: World, tmp_path: Path) -> None:
    """Neither's parts are the other's: rows stand in both, and a part is written anew without them."""
    first, second, whole = world.data, copy_of(world.data, "b"), copy_of(world.data, "whole")
    for world.night, world.data in ((3, first), (4, second)):
        before = bytes_of(world.data)
        a_crawl(world)
        for path, content in bytes_of(world.data).items():
            if path not in before and path.parts[0] == "raw":
                (whole / path).parent.mkdir(parents=True, exist_ok=True)
                (whole / path).write_bytes(content)
    expected, tables = rows_that_count(whole), table_bytes(whole)
    compact(first)
    compact(second)
    done = merge([first, second], tmp_path / "c")
    assert done["fetches"].doubled > 0
    assert rows_that_count(tmp_path / "c") == expected
    assert table_bytes(tmp_path / "c") == tables
    # What was merged is known where it is merged again, or put beside.
    merge([tmp_path / "c", second, first], tmp_path / "d")
    assert rows_that_count(tmp_path / "d") == expected
    compact(tmp_path / "d")
    assert rows_that_count(tmp_path / "d") == expected


def test_a_fetch_of_which_two_folders_tell_different_things_is_an_error_that_names_both_files(
    world: World, tmp_path: Path
) -> None:
    other = copy_of(world.data, "b")
    part = part_files(other, "comments")[0]
    table = pq.ParquetFile(part).read()
    texts = ["changed", *table["body_text"].to_pylist()[1:]]
    at = table.schema.get_field_index("body_text")
    pq.write_table(table.set_column(at, table.schema.field(at), [texts]), part)
    done = run([sys.executable, "-m", "rejoinder.cli", "merge", str(world.data), str(other), "--out", f"{tmp_path}/c"])
    assert done.returncode == 5
    assert str(part) in done.stderr
    assert str(world.data / part.relative_to(other)) in done.stderr
    assert table["fetch_id"][0].as_py() in done.stderr
    assert not (tmp_path / "c").exists()


def test_a_crawl_that_was_interrupted_goes_on_in_the_merged_folder(world: World, tmp_path: Path) -> None:
    world.night = 3
    a_crawl_that_is_interrupted(world)
    other = World(tmp_path / "b", 5)
    other.fetches = 500
    other.write("other-000", [other.publish()], is_end=True)
    merge([other.data, world.data], tmp_path / "c")
    ledger = open_ledger(tmp_path / "c", {"crawl": world.open_crawl})
    assert ledger.resumed
    assert len(list(ledger.committed())) > 0
    ledger.close()


def test_of_a_crawl_that_ended_in_one_copy_the_end_counts(world: World, tmp_path: Path) -> None:
    world.night = 3
    a_crawl_that_is_interrupted(world)
    other = copy_of(world.data, "b")
    world.write(world.open_crawl or "", world.stir(), is_end=True)
    expected = rows_that_count(world.data)
    merge([other, world.data], tmp_path / "c")
    assert all(run.finished_at for run in runs(tmp_path / "c"))
    assert rows_that_count(tmp_path / "c") == expected
    numbers = [part.name for part in part_files(tmp_path / "c", "fetches") if f"={world.open_crawl}" in str(part)]
    assert len(numbers) == len(set(numbers)) >= 2


def test_two_crawls_under_one_id_are_told(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "b", 3)
    ledger = open_ledger(other.data, {"crawl": "another"}, crawl_id="night-001")
    ledger.close()
    with pytest.raises(DataFolderError, match=r"a/crawls/night-001.json and .*b/crawls/night-001.json"):
        merge([world.data, other.data], tmp_path / "c")


def test_archives_are_carried_and_every_row_leads_to_its_page(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    pages: dict[str, bytes] = {}
    with serve() as url, serve_site(TwoBlogs) as (other, _):
        for folder, start in zip(folders, (url, other.replace("/andrea_dimaio/", "/ada/")), strict=True):
            assert run(crawl_command(start, folder, "--keep-archive", "--limit", "2")).returncode == 0
            # As of two copies of a folder that went on apart: the files have one name and not one content.
            [archive] = (folder / "archive").iterdir()
            archive.rename(archive.with_name("kept.warc.gz"))
            for part in part_files(folder, "fetches"):
                table = pq.ParquetFile(part).read()
                at = table.schema.get_field_index("archive_file")
                names = [name and "archive/kept.warc.gz" for name in table["archive_file"].to_pylist()]
                pq.write_table(table.set_column(at, table.schema.field(at), [names]), part)
            build(folder, full=True)
            for row in fetches(folder):
                if row["archive_file"]:
                    pages[row["fetch_id"]] = page_of_row(folder, row["fetch_id"])
    merge([*folders, copy_of(folders[1], "copy")], tmp_path / "c")
    assert len(list((tmp_path / "c").rglob("*.warc.gz"))) == 2
    assert {path.name for path in (tmp_path / "c").rglob("*.warc.gz")} == {"kept.warc.gz"}, "ids are made of the name"
    build(tmp_path / "c")
    assert {fetch_id: page_of_row(tmp_path / "c", fetch_id) for fetch_id in pages} == pages
    assert len(pages) == 10


def test_an_archive_that_a_killed_crawl_left_open_is_closed(world: World, tmp_path: Path) -> None:
    with serve() as url:
        assert run(crawl_command(url, tmp_path / "b", "--keep-archive", "--limit", "2")).returncode == 0
    [archive] = (tmp_path / "b" / "archive").iterdir()
    whole = archive.read_bytes()
    archive.with_name(archive.name + ".open").write_bytes(whole + whole[:50])
    archive.unlink()
    merge([world.data, tmp_path / "b"], tmp_path / "c")
    assert {path.name: path.read_bytes() for path in (tmp_path / "c" / "archive").iterdir()} == {archive.name: whole}


def test_what_is_taken_down_in_one_folder_is_in_all(world: World, tmp_path: Path) -> None:
    entry = '[[takedown]]\ndate = 2026-01-31\nreason = "asked"\ncomments = ["{}"]\n'
    nested = '\n[[takedown.persons]]\nname = "Ann Lee"\n'
    ids = [f"{number:016x}:{number}" for number in range(3)]
    other = copy_of(world.data, "b")
    (world.data / "takedown.toml").write_text(entry.format(ids[0]) + entry.format(ids[1]) + nested)
    salt = f'salt = "{"5" * 32}"\n'
    (other / "takedown.toml").write_text("# ours\n" + salt + entry.format(ids[2]) + "\n\n" + entry.format(ids[0]))
    merge([world.data, other], tmp_path / "c")
    joined = read_takedowns(tmp_path / "c")
    assert [each.comments for each in joined.entries] == [(each,) for each in ids]
    assert [person.name for person in joined.entries[1].persons] == ["Ann Lee"]
    assert joined.salt == "5" * 32


def test_takedowns_that_do_not_go_together_are_told(world: World, tmp_path: Path) -> None:
    other = copy_of(world.data, "b")
    (world.data / "takedown.toml").write_text('salt = "s"\n')
    (other / "takedown.toml").write_text('salt = "t"\n')
    with pytest.raises(DataFolderError, match=r"a/takedown.toml and .*b/takedown.toml"):
        merge([world.data, other], tmp_path / "c")
    assert not (tmp_path / "c").exists()
    (other / "takedown.toml").write_text("salt = \n")
    with pytest.raises(DataFolderError, match=r"b/takedown.toml"):
        merge([world.data, other], tmp_path / "c")


def test_parts_of_an_older_version_are_carried_and_newer_ones_refused(world: World, tmp_path: Path) -> None:
    other = copy_of(world.data, "b")
    for part in part_files(other, "comments"):
        pq.write_table(pq.ParquetFile(part).read().drop_columns(["permalink"]), part)
    with pytest.raises(DataFolderError, match="contradict"):
        merge([world.data, other], tmp_path / "c")
    shutil.rmtree(world.data)
    tables = table_bytes(other)
    merge([other], tmp_path / "c")
    assert table_bytes(tmp_path / "c") == tables
    part = part_files(other, "posts")[0]
    table = pq.ParquetFile(part).read()
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, VERSION_KEY.encode(): b"999"}), part)
    with pytest.raises(DataFolderError, match=f"{part} was written by a newer rejoinder"):
        merge([other], tmp_path / "d")


def test_a_folder_at_work_or_none_of_ours_is_told_and_what_is_there_is_not_overwritten(
    world: World, tmp_path: Path
) -> None:
    ledger = open_ledger(world.data, {"crawl": "another"})
    with pytest.raises(DataFolderBusy, match="process"):
        merge([world.data], tmp_path / "c")
    ledger.close()
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataFolderError, match="empty holds no raw data"):
        merge([world.data, tmp_path / "empty"], tmp_path / "c")
    with pytest.raises(DataFolderError, match="a is there already"):
        merge([world.data], world.data)
    merge([world.data], tmp_path / "empty")
    assert rows_that_count(tmp_path / "empty") == rows_that_count(world.data)


DIES = dying_script(
    "from rejoinder import merging",
    ("Path.unlink", "Path.replace", "Path.rename", "Path.mkdir", "os.fsync", "shutil.copyfile"),
    "merging.merge([Path(sys.argv[1]), Path(sys.argv[2])], Path(sys.argv[3]))",
)
"""A merge that dies before its so many-th change of the file system."""


def test_killed_between_any_two_steps_it_leaves_nothing_or_all(world: World, tmp_path: Path) -> None:
    draw = random.Random(1)
    other = copy_of(world.data, "b")
    world.night, world.data = 3, other
    a_crawl(world)
    compact(other)
    expected, steps, out = rows_that_count(other), 0, tmp_path / "c"
    while (died := run([sys.executable, "-c", DIES, str(tmp_path / "a"), str(other), str(out), str(steps)])).returncode:
        assert died.returncode == -signal.SIGKILL, died.stderr
        if out.exists():
            break
        steps += draw.randint(1, 25)
    assert rows_that_count(out) == expected
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "c"}
    assert rows_that_count(tmp_path / "a") != expected, "the copy went on"
