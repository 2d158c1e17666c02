"""Edge lists and the picture of a thread, over tables built from records as a crawl leaves them."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from io import StringIO
from pathlib import Path

import networkx as nx
import pyarrow.parquet as pq
import pytest
from rejoinder.queries import BuildError, build, connect
from rejoinder.queries.edges import COLUMNS, FORMATS, export_edges
from rejoinder.queries.picture import draw_thread
from rejoinder.schemas import RAW
from rejoinder.schemas.arrow import to_table
from rich.console import Console

from support.golden import given_records

GIVEN = Path(__file__).parent / "tables" / "threads" / "an_author_who_answers" / "given"

PICTURE = """\
Wells & pumps - Ines Maier
├── Peter [address: Hi Ines] Hi Ines, which pump?
│   └── Ines Maier [address, thread: Peter] also Uwe [address: Uwe] Peter, Uwe: a jet pump.
│       └── Peter [address: Thanks Ines] Thanks Ines, =1+1 is what it costs. [31m<b>
├── Uwe My well is deep.
└── (no name) Mine too.
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("data"), given_records(GIVEN))


def built(folder: Path, given: dict[str, list]) -> Path:
    """A data folder with tables made from records by dataset."""
    for dataset, records in given.items():
        part = folder / "raw" / dataset / "crawl=first" / "part-00000.parquet"
        part.parent.mkdir(parents=True)
        pq.write_table(to_table(records, RAW[dataset]), part)
    build(folder, threads=1)
    return folder


def test_networks_are_read_as_they_are(data: Path, tmp_path: Path) -> None:
    with connect(data) as tables:
        rows = tables.sql("select comment_id, target_id from replies").fetchall()
        nodes = tables.sql("select post_id from posts union all select comment_id from comments").fetchall()
    for edge_format in ("graphml", "gexf"):
        path = tmp_path / f"edges.{edge_format}"
        assert export_edges(data, path, edge_format) == len(rows)
        graph = nx.read_graphml(path) if edge_format == "graphml" else nx.read_gexf(path)
        assert graph.is_directed()
        assert sorted(graph.edges()) == sorted(rows)
        assert sorted(graph.nodes()) == sorted(node for (node,) in nodes)
        assert graph.nodes["p"]["kind"] == "post"
        assert graph.edges["p:3", "p:2"]["evidence"] == "address"
        assert 0 < graph.edges["p:3", "p:2"]["confidence"] < 1


def test_a_table_of_edges_has_the_columns_that_gephi_looks_for(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "edges.csv"
    count = export_edges(data, path, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == count
    assert ("p:4", "p:3", "Directed", "1", "Peter") in [
        (row["Source"], row["Target"], row["Type"], row["Weight"], row["source_name"]) for row in rows
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    edges = nx.from_edgelist([(row["Source"], row["Target"]) for row in rows], nx.DiGraph)
    assert nx.is_directed_acyclic_graph(edges)


def test_no_name_is_a_formula_in_a_table_of_edges(tmp_path: Path) -> None:
    records = given_records(GIVEN)
    names = itertools.cycle(["=cmd|' /C calc'!A0", "+1", "@Ann", "-2\x1b[31m", "Bo"])
    records["comments"] = [replace(comment, author_name=next(names)) for comment in records["comments"]]
    path = tmp_path / "edges.csv"
    export_edges(built(tmp_path / "data", records), path, "csv")
    with path.open(encoding="utf-8", newline="") as file:
        found = {row["source_name"] for row in csv.DictReader(file)}
    assert found == {"'=cmd|' /C calc'!A0", "'+1", "'@Ann", "'-2[31m", "Bo"}


@pytest.mark.parametrize("edge_format", FORMATS)
def test_without_tables_the_message_says_what_to_do(tmp_path: Path, edge_format: str) -> None:
    with pytest.raises(BuildError, match="rejoinder build"):
        export_edges(tmp_path, tmp_path / "edges", edge_format)
    assert list(tmp_path.iterdir()) == []


def test_a_thread_is_drawn_below_its_post(data: Path) -> None:
    drawn = StringIO()
    console = Console(file=drawn, width=100)
    with connect(data) as tables:
        console.print(draw_thread(tables, "p"))
        with pytest.raises(BuildError, match="no post has the id nobody"):
            draw_thread(tables, "nobody")
    assert [line.rstrip() for line in drawn.getvalue().splitlines()] == PICTURE.splitlines()
