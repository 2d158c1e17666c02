"""`build` night by night makes only what changed, and its tables are those of a full build, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from rejoinder.queries import BuildReport, build, connect
from rejoinder.schemas.tables import TABLES

from support.nights import World


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


@pytest.mark.parametrize("seed", range(6))
def test_tables_built_night_by_night_are_those_of_a_full_build(twins: Twins, seed: int) -> None:
    world = World(twins.data, seed)
    world.write("night-000", [world.publish() for _ in range(5)], is_end=True)
    twins.build()
    for _ in range(8):
        happened, report = world.live(), twins.build()
        if happened in CARRIED_ON:
            assert (happened, report.anew) == (happened, None)
