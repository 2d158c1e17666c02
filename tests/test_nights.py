"""`build` night by night makes only what changed, and its tables are those of a full build, byte for byte."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rejoinder.pipelines.compact import compact
from rejoinder.pipelines.ledger import open_ledger
from rejoinder.pipelines.write import PartWriter
from rejoinder.queries import BuildError, BuildReport, build, check, connect
from rejoinder.queries.models import ROOT, Scope, models_for
from rejoinder.queries.news import OF_POSTS, PUBLISHED_AS, TARGETS, kept_models
from rejoinder.schemas import Capture, Link
from rejoinder.schemas.parts import part_files
from rejoinder.schemas.tables import TABLES

from support.nights import START, World, a_crawl
from support.runs import run


def table_bytes(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data / "tables").iterdir())}


def database_rows(data: Path) -> dict[str, list[tuple]]:
    with connect(data) as tables:
        return {name: tables.execute(f"from {name}").fetchall() for name in TABLES}


class Twins:
    """A folder built night by night, and one with the same raw data that is built in full each time."""

    def __init__(self, folder: Path) -> None:
        self.data, self.twin = folder / "data", folder / "twin"
        (self.data / "raw").mkdir(parents=True)
        self.twin.mkdir()
        (self.twin / "raw").symlink_to(self.data / "raw")

    def build(self) -> BuildReport:
        """Build both and hold them against each other; gives the report of the first."""
        report, whole = build(self.data), build(self.twin, full=True)
        assert report.rows == whole.rows
        assert report.uncommitted == whole.uncommitted
        found, expected = table_bytes(self.data), table_bytes(self.twin)
        assert [name for name in expected if found[name] != expected[name]] == []
        assert database_rows(self.data) == database_rows(self.twin)
        return report


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path)


CARRIED_ON = {
    "a_crawl",
    "an_archive",
    "a_crawl_that_is_interrupted",
    "a_crawl_that_goes_on_to_its_end",
    "a_compaction",
    "nothing",
}
"""What a build carries the tables on over; the rest it answers by a full one."""


@pytest.mark.parametrize("seed", range(3))
def test_tables_built_night_by_night_are_those_of_a_full_build(twins: Twins, seed: int) -> None:
    world = World(twins.data, seed)
    world.write("night-000", [world.publish() for _ in range(5)], is_end=True)
    twins.build()
    for _ in range(7):
        happened, report = world.live(), twins.build()
        if happened in CARRIED_ON:
            assert (happened, report.anew) == (happened, None)


def write(world: World, crawl_id: str, *captures: Capture) -> None:
    """Write a crawl, or the next part of one that goes on."""
    ledger = open_ledger(world.data, {"crawl": crawl_id}, crawl_id=crawl_id)
    writer = PartWriter(ledger, rows=1000, seconds=3600)
    for capture in captures:
        writer.add(capture)
    writer.flush()
    ledger.close()


def look(world: World, post_id: str, name: str, *, crawl_id: str, comments: int = 0, **told: Any) -> Capture:
    """A fetch of a post's page that shows the first so many of its comments; `told` are columns of the fetch."""
    post = world.posts[post_id]
    fetch = replace(world.fetch(post.url, crawl_id, post.site, posts=1, comments=comments), fetch_id=name, **told)
    seen = {"fetch_id": name, "fetched_at": fetch.fetched_at}
    shown = [replace(comment, **seen) for comment in world.sections[post_id][:comments]]
    return Capture(fetch=fetch, posts=[replace(post, declared_comments=comments, **seen)], comments=shown)


def test_a_further_page_that_fails_later_is_news_for_its_post(twins: Twins) -> None:
    """Nothing of the post comes with it: only the crawl tells that the two belong together."""
    world = World(twins.data, 0)
    post_id = world.publish()
    further = f"{world.posts[post_id].url}/comment-page-2"
    page = look(world, post_id, "f1", crawl_id="c", links=[Link(url=further, kind="comments")])
    write(world, "c", replace(page, posts=[replace(row, declared_comments=5) for row in page.posts]))
    twins.build()
    before = table_bytes(twins.data)
    failed = world.fetch(further, "c", world.posts[post_id].site)
    write(world, "c", Capture(fetch=replace(failed, page_kind="comments", outcome="http_error", status=500)))
    assert twins.build().news == 1
    assert table_bytes(twins.data)["run_completeness.parquet"] != before["run_completeness.parquet"]


def test_an_older_look_that_comes_later_is_news_for_what_was_seen_around_it(twins: Twins) -> None:
    """An address showed the same on two days, and something else between them, as an archive tells at last."""
    world = World(twins.data, 0)
    post_id = world.publish()
    for _ in range(2):
        world.comment(post_id)
    days = [START + timedelta(days=day) for day in range(1, 12)]
    again = look(world, post_id, "f2", crawl_id="c", via="warc", fetched_at=days[9], same_as="f1")
    elsewhere = f"{world.posts[post_id].url}/print"
    write(
        world,
        "c",
        look(world, post_id, "f1", crawl_id="c", comments=2, via="warc", fetched_at=days[0]),
        replace(again, posts=[]),
        look(world, post_id, "f3", crawl_id="c", comments=1, via="warc", fetched_at=days[4], request_url=elsewhere),
    )
    twins.build()
    between = look(world, post_id, "f4", crawl_id="d", via="warc", fetched_at=days[5], page_kind="other")
    write(world, "d", replace(between, posts=[]))
    assert twins.build().news == 1


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A folder that was built after its first two nights."""
    world = World(tmp_path / "data", 5)
    world.write("night-000", [world.publish() for _ in range(20)], is_end=True)
    world.night = 1
    a_crawl(world)
    assert build(world.data).anew == "no earlier build is remembered"
    return world


def test_a_night_makes_only_posts_with_news_and_the_first_build_all(world: World) -> None:
    again = build(world.data)
    assert (again.anew, again.news, again.seconds) == (None, 0, {})
    world.night = 2
    a_crawl(world)
    night = build(world.data)
    assert night.anew is None
    assert 0 < night.news < night.rows["posts"]
    assert build(world.data, full=True).anew == "asked for"
    told = run([sys.executable, "-m", "rejoinder.cli", "build", str(world.data), "--full", "-v"])
    assert told.stderr == "Made anew: everything: asked for.\n"
    told = run([sys.executable, "-m", "rejoinder.cli", "build", str(world.data), "-v"])
    assert told.stderr == "Made anew: 0 posts with news.\n"


def edit_a_table(data: Path) -> None:
    path = data / "tables" / "comments.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.slice(1), path)


def damage_a_table(data: Path) -> None:
    path = data / "tables" / "replies.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def put_a_table_of_another_day(data: Path) -> None:
    """A whole, sealed table, but none that belongs to the others."""
    shutil.copy(data / "tables" / "threads.parquet", data / "tables" / "completeness.parquet")


def remove_a_table(data: Path) -> None:
    (data / "tables" / "threads.parquet").unlink()


def remove_the_database(data: Path) -> None:
    (data / "rejoinder.duckdb").unlink()


def touch_the_database(data: Path) -> None:
    os.utime(data / "rejoinder.duckdb")


def remove_the_memory(data: Path) -> None:
    shutil.rmtree(data / ".built")


def damage_the_memory(data: Path) -> None:
    path = data / ".built" / "memory.json"
    path.write_bytes(path.read_bytes()[:100])


def damage_what_is_kept(data: Path) -> None:
    path = data / ".built" / "reply_writers.parquet"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (edit_a_table, "comments.parquet is not the one that was built"),
        (damage_a_table, "replies.parquet has changed"),
        (put_a_table_of_another_day, "completeness.parquet is not the one that was built"),
        (remove_a_table, "threads.parquet"),
        (remove_the_database, "rejoinder.duckdb is not the one that was built"),
        (touch_the_database, "rejoinder.duckdb is not the one that was built"),
        (remove_the_memory, "no earlier build is remembered"),
        (damage_the_memory, "cannot be read"),
        (damage_what_is_kept, "reply_writers.parquet"),
    ],
)
def test_tables_that_are_not_as_they_were_built_are_made_anew(
    world: World, spoil: Callable[[Path], None], reason: str
) -> None:
    before = table_bytes(world.data)
    spoil(world.data)
    assert reason in (build(world.data).anew or "")
    assert table_bytes(world.data) == before


def test_another_version_of_the_program_makes_all_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.queries.memory.program_digest", lambda: "another")
    assert "another version" in (build(world.data).anew or "")


def test_a_build_that_dies_among_its_tables_is_followed_by_a_full_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.night = 2
    a_crawl(world)
    whole = Path.replace
    steps = iter(range(4))

    def dies(path: Path, target: Path) -> Path:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return whole(path, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "replace", dies)
        build(world.data)
    assert "is not the one that was built" in (build(world.data).anew or "")
    after = table_bytes(world.data)
    build(world.data, full=True)
    assert table_bytes(world.data) == after


def test_merged_parts_are_no_news(world: World) -> None:
    compact(world.data)
    merged = build(world.data)
    assert (merged.anew, merged.news, merged.parts) == (None, 0, 3)
    world.night = 2
    a_crawl(world)
    night = build(world.data)
    assert night.anew is None
    assert night.news > 0


def test_what_was_merged_before_it_was_built_makes_all_anew(world: World) -> None:
    world.night = 2
    a_crawl(world)
    compact(world.data)
    assert "holds both what was built and what was not" in (build(world.data).anew or "")


def rot(part: Path) -> None:
    """Flip a bit as a failing disk does: no time of the file tells."""
    at = part.stat()
    content = bytearray(part.read_bytes())
    content[600] ^= 1
    part.write_bytes(content)
    os.utime(part, ns=(at.st_atime_ns, at.st_mtime_ns))


def test_bits_that_rot_are_seen_where_they_are_read_and_by_check_and_in_full(world: World) -> None:
    before = table_bytes(world.data)
    compact(world.data)
    build(world.data)
    [part] = part_files(world.data, "posts")
    rot(part)
    assert build(world.data).anew is None  # reads no part
    world.night = 2
    a_crawl(world)
    for reads in (build, check, lambda data: build(data, full=True)):
        with pytest.raises(BuildError) as error:
            reads(world.data)
        assert str(part) in str(error.value)
    assert table_bytes(world.data) == before


def test_what_is_taken_from_old_tables_tells_its_post() -> None:
    """Rows of posts without news are known by post_id."""
    made_in_part = {name for name, model in models_for(TARGETS).items() if model.scope is Scope.POST}
    for name in made_in_part & TABLES.keys():
        assert "post_id" in TABLES[name].row.__dataclass_fields__, name
    assert made_in_part >= {*kept_models()} - {"part_posts"}
    of_fetches = {name for name, model in models_for(TARGETS).items() if model.scope is Scope.FETCH}
    assert of_fetches <= TABLES.keys() | PUBLISHED_AS.keys()


def test_each_dataset_that_posts_are_made_of_brings_news() -> None:
    """A model of scope `post` that reads another dataset needs a line in news_posts.sql."""
    news = (ROOT / "news_posts.sql").read_text("utf-8")
    read = {name for model in models_for(TARGETS).values() if model.scope is Scope.POST for name in model.reads}
    for dataset in OF_POSTS:
        assert f"raw_{dataset}" not in read or f"fresh.raw_{dataset}" in news
    assert {name for name in read if name.startswith("raw_")} <= {f"raw_{dataset}" for dataset in OF_POSTS}
