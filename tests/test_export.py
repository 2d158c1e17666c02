"""What other programs are given, and the picture of a thread, over tables built from records as a crawl leaves them."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Literal

import networkx as nx
import pyarrow.parquet as pq
import pytest
from rejoinder.export import FORMS, AlreadyThere, Form, export
from rejoinder.locks import BUILD, take
from rejoinder.queries import BuildBusy, BuildError, build, connect
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


HOSTILE = ["=cmd|' /C calc'!A0", "+1", "@Ann", "-2\x1b[31m", "]]></data><script>\x00\ufffe&\"'", "\u202eBo"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with names that would act somewhere."""
    records = given_records(GIVEN)
    names = itertools.cycle(HOSTILE)
    records["comments"] = [replace(comment, author_name=next(names)) for comment in records["comments"]]
    return built(tmp_path_factory.mktemp("hostile"), records)


@pytest.fixture
def release(data: Path, tmp_path: Path) -> Path:
    """A folder as releases are: Parquet files and no database, under a name that DuckDB would read as a pattern."""
    folder = tmp_path / "re[lea]se *"
    (folder / "data").mkdir(parents=True)
    for name in ("posts", "comments", "replies", "completeness", "persons"):
        shutil.copy(data / "tables" / f"{name}.parquet", folder / "data")
    return folder


def network_of(path: Path) -> nx.DiGraph:
    return nx.read_graphml(path) if path.suffix == ".graphml" else nx.read_gexf(path)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networks_are_read_as_they_are(data: Path, tmp_path: Path, form: Literal["graphml", "gexf"]) -> None:
    with connect(data) as tables:
        rows = tables.sql("select comment_id, target_id from replies").fetchall()
        nodes = tables.sql("select post_id from posts union all select comment_id from comments").fetchall()
    path = tmp_path / f"network.{form}"
    assert export(data, path, form) == {"nodes": len(nodes), "edges": len(rows)}
    graph = network_of(path)
    assert graph.is_directed()
    assert sorted(graph.edges()) == sorted(rows)
    assert sorted(graph.nodes()) == sorted(node for (node,) in nodes)
    assert graph.nodes["p"]["kind"] == "post"
    edge = graph.edges["p:3", "p:2"]
    assert (edge["evidence"], edge["source_name"]) == ("address", "Ines Maier")
    assert 0 < edge["confidence"] < 1
    assert edge["is_primary"] in (True, False)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_network_of_persons_counts_the_answers_of_one_to_another(
    data: Path, tmp_path: Path, form: Literal["graphml", "gexf"]
) -> None:
    path = tmp_path / f"persons.{form}"
    export(data, path, form, "persons")
    graph = network_of(path)
    assert sorted(attributes["label"] for _, attributes in graph.nodes(data=True)) == [
        "(no name)",
        "Ines Maier",
        "Peter",
        "Uwe",
    ]
    # Peter greets Ines and thanks her; she answers him once.
    assert graph.edges["blog.example.org peter", "blog.example.org ines maier"]["weight"] == 2
    assert graph.edges["blog.example.org ines maier", "blog.example.org peter"]["weight"] == 1
    assert graph.nodes["blog.example.org ines maier"]["is_author"] is True


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_names_that_are_markup_stay_names(hostile: Path, tmp_path: Path, form: Literal["graphml", "gexf"]) -> None:
    path = tmp_path / f"network.{form}"
    export(hostile, path, form)
    names = {attributes.get("author_name") for _, attributes in network_of(path).nodes(data=True)}
    assert "]]></data><script>&\"'" in names


def test_lists_have_the_columns_that_gephi_looks_for(data: Path, tmp_path: Path) -> None:
    export(data, tmp_path / "csv", "csv")
    edges, nodes = (rows_of(tmp_path / "csv" / name) for name in ("edges.csv", "nodes.csv"))
    assert list(edges[0])[:4] == ["Source", "Target", "Type", "Weight"]
    assert list(nodes[0])[:2] == ["Id", "Label"]
    assert ("p:4", "p:3", "Directed", "1", "Peter") in [
        (row["Source"], row["Target"], row["Type"], row["Weight"], row["source_name"]) for row in edges
    ]
    graph = nx.from_edgelist([(row["Source"], row["Target"]) for row in edges], create_using=nx.DiGraph)
    assert nx.is_directed_acyclic_graph(graph)
    assert graph.nodes() <= {row["Id"] for row in nodes}


def test_no_text_is_a_formula_in_any_csv(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path / "csv", "csv")
    written = sorted(path.name for path in (tmp_path / "csv").iterdir())
    assert {"comments.csv", "edges.csv", "nodes.csv", "persons.csv", "posts.csv"} <= set(written)
    for name in written:
        for row in rows_of(tmp_path / "csv" / name):
            assert not [
                cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t")) and not is_number(cell)
            ]
    names = {row["author_name"] for row in rows_of(tmp_path / "csv" / "comments.csv")}
    assert {"'=cmd|' /C calc'!A0", "'+1", "'@Ann", "'-2[31m"} <= names


def test_json_lines_hold_every_row_of_every_table(data: Path, tmp_path: Path) -> None:
    written = export(data, tmp_path / "jsonl", "jsonl")
    with connect(data) as tables:
        for name in ("posts", "comments", "replies", "persons", "fetches"):
            lines = (tmp_path / "jsonl" / f"{name}.jsonl").read_text("utf-8").splitlines()
            [(count,)] = tables.sql(f"select count(*) from {name}").fetchall()
            assert len(lines) == count == written[f"{name}.jsonl"]
        bodies = tables.sql("select body_text from comments order by comment_id").fetchall()
    rows = [json.loads(line) for line in (tmp_path / "jsonl" / "comments.jsonl").read_text("utf-8").splitlines()]
    assert sorted(row["body_text"] for row in rows) == sorted(body for (body,) in bodies)


@pytest.mark.parametrize("made_of", ["data", "release"])
def test_a_corpus_has_a_tree_a_post(made_of: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    written = export(request.getfixturevalue(made_of), corpus, "convokit")
    said = [json.loads(line) for line in (corpus / "utterances.jsonl").read_text("ascii").splitlines()]
    speakers = json.loads((corpus / "speakers.json").read_text("ascii"))
    conversations = json.loads((corpus / "conversations.json").read_text("ascii"))
    assert written == {"utterances": len(said), "speakers": len(speakers), "conversations": len(conversations)}
    answers = {each["id"]: each["reply-to"] for each in said}
    assert [each for each, target in answers.items() if target is None] == ["p", "q"]
    assert set(answers.values()) - {None} <= answers.keys()
    assert (answers["p:3"], answers["p:4"], answers["p:1"]) == ("p:1", "p:3", "p")
    assert {each["speaker"] for each in said} == speakers.keys()
    assert {each["conversation_id"] for each in said} == conversations.keys() == {"p", "q"}
    two = next(each for each in said if each["id"] == "p:3")
    assert [(target["target_id"], target["is_primary"]) for target in two["meta"]["targets"]] == [
        ("p:1", True),
        ("p:2", False),
    ]
    cue = two["meta"]["targets"][1]
    assert two["text"][cue["cue_start"] : cue["cue_end"]] == cue["cue"]


def test_a_bag_holds_what_the_tables_are_made_of_with_its_checksums(data: Path, tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    written = export(data, bag, "bagit")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for line in (bag / manifest).read_text("utf-8").splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256((bag / name).read_bytes()).hexdigest() == digest
    payload = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert len(payload) == written["files"] == len((bag / "manifest-sha256.txt").read_text("utf-8").splitlines())
    assert f"Payload-Oxum: {written['bytes']}.{written['files']}\n" in (bag / "bag-info.txt").read_text("utf-8")
    raw = [path.relative_to(data) for path in (data / "raw").rglob("*.parquet")]
    assert raw
    assert all((bag / "data" / path).is_file() for path in raw)
    assert not (bag / "data" / "rejoinder.duckdb").exists()


def test_a_bag_waits_for_no_build(data: Path, tmp_path: Path) -> None:
    with (data / BUILD).open("r+") as lock:
        assert take(lock)
        with pytest.raises(BuildBusy, match="being made"):
            export(data, tmp_path / "bag", "bagit")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", [form for form in FORMS if form != "bagit"])
def test_without_tables_the_message_says_what_to_do(tmp_path: Path, form: Form) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BuildError, match="rejoinder build"):
        export(tmp_path / "empty", tmp_path / "out", form)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize("form", FORMS)
def test_a_folder_that_exists_is_left_alone(data: Path, tmp_path: Path, form: Form) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(AlreadyThere, match="--out"):
        export(data, out, form)
    assert [path.read_text() for path in out.iterdir()] == ["mine"]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_thread_is_drawn_below_its_post(data: Path) -> None:
    drawn = StringIO()
    console = Console(file=drawn, width=100)
    with connect(data) as tables:
        console.print(draw_thread(tables, "p"))
        with pytest.raises(BuildError, match="no post has the id nobody"):
            draw_thread(tables, "nobody")
    assert [line.rstrip() for line in drawn.getvalue().splitlines()] == PICTURE.splitlines()
