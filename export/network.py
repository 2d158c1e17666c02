"""Who answers whom as networks that networkx and Gephi read as they are: GraphML, GEXF, and lists in CSV.

A network is of comments and posts, an edge an answer, or of persons, an edge all answers of one to another. The columns
of its two queries are its attributes, so that one place says what each form holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal
from xml.sax.saxutils import escape, quoteattr

import duckdb
from duckdb.sqltypes import DuckDBPyType

from ..rows import NUMBERS, rows_of, write_csv
from .speakers import SPEAKERS, bind_speakers

NetworkKind = Literal["comments", "persons"]


@dataclass(frozen=True, slots=True)
class Network:
    """A directed network."""

    nodes: str
    """Query: id, label, then the attributes of a node; by id."""
    edges: str
    """Query: source, target, weight, then the attributes of an edge; by source and target."""


COMMENTS = Network(
    nodes="""
        select
            post_id as id,
            coalesce(title, post_id) as label,
            'post' as kind,
            site,
            author_name,
            published_local::varchar as published,
            lang,
            url

        from posts

        union all by name

        select
            comment_id as id,
            coalesce(comments.author_name, comment_id) as label,
            comments.kind,
            posts.site,
            comments.author_name,
            comments.published_local::varchar as published,
            comments.lang,
            comments.permalink as url

        from comments

        inner join posts
            on comments.post_id = posts.post_id

        order by id
    """,
    edges="""
        select
            replies.comment_id as source,
            replies.target_id as target,
            1 as weight,
            comments.author_name as source_name,
            coalesce(targets.author_name, posts.author_name) as target_name,
            array_to_string(replies.evidence, '+') as evidence,
            replies.confidence,
            replies.is_primary,
            replies.reply_lag_s,
            replies.post_id

        from replies

        inner join comments
            on replies.comment_id = comments.comment_id

        left join comments as targets
            on replies.target_id = targets.comment_id

        left join posts
            on replies.target_id = posts.post_id

        order by source, target
    """,
)
PERSONS = Network(
    nodes=f"""
        select
            speaker as id,
            coalesce(min(name), '(no name)') as label,
            min(site) as site,
            count(*) filter (kind = 'post') as posts,
            count(*) filter (kind <> 'post') as comments,
            bool_or(kind = 'post') as is_author

        from {SPEAKERS}

        where kind in ('post', 'comment')

        group by speaker
        order by id
    """,
    edges=f"""
        select
            writers.speaker as source,
            answered.speaker as target,
            count(*) as weight,
            count(*) filter (replies.evidence = ['default']) as without_evidence,
            round(avg(replies.confidence), 6) as confidence

        from replies

        inner join {SPEAKERS} as writers
            on replies.comment_id = writers.text_id

        inner join {SPEAKERS} as answered
            on replies.target_id = answered.text_id

        where writers.kind in ('post', 'comment')
            and answered.kind in ('post', 'comment')

        group by source, target
        order by source, target
    """,
)
"""Pingbacks are nobody's; texts without a name have a node each: nothing says that they are one person's."""

NETWORKS: dict[NetworkKind, Network] = {"comments": COMMENTS, "persons": PERSONS}
WEIGHT = 3
"""Columns of an edge before its attributes."""
LABEL = 2
"""Columns of a node before its attributes."""

# What XML 1.0 cannot hold, not even escaped; lone surrogates no file in UTF-8.
FORBIDDEN = dict.fromkeys([*(code for code in range(32) if code not in (9, 10, 13)), 0xFFFE, 0xFFFF])

Attribute = tuple[str, str]
"""Name and type, as both forms name types."""
Row = Sequence[Any]


def write_graphml(tables: duckdb.DuckDBPyConnection, path: Path, kind: NetworkKind) -> dict[str, int]:
    """Write GraphML; gives the number of nodes and edges."""

    def declared(domain: str, attributes: Sequence[Attribute]) -> Iterator[str]:
        for name, type_ in attributes:
            yield f'<key id="{domain}_{name}" for="{domain}" attr.name="{name}" attr.type="{type_}"/>\n'

    def data(domain: str, attributes: Sequence[Attribute], values: Row) -> str:
        pairs = zip(attributes, values, strict=True)
        told = (f'<data key="{domain}_{name}">{_text(value)}</data>' for (name, _), value in pairs if value is not None)
        return "".join(told)

    nodes, edges = _results(tables, kind)
    counts = {"nodes": 0, "edges": 0}
    with _written(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        of_node, of_edge = [("label", "string"), *_attributes(nodes, LABEL)], _attributes(edges, WEIGHT - 1)
        file.writelines(declared("node", of_node))
        file.writelines(declared("edge", of_edge))
        file.write('<graph edgedefault="directed">\n')
        for node, *values in _rows(nodes):
            file.write(f"<node id={_attribute(node)}>{data('node', of_node, values)}</node>\n")
            counts["nodes"] += 1
        for source, target, *values in _rows(edges):
            told = data("edge", of_edge, values)
            file.write(f"<edge source={_attribute(source)} target={_attribute(target)}>{told}</edge>\n")
            counts["edges"] += 1
        file.write("</graph>\n</graphml>\n")
    return counts


def write_gexf(tables: duckdb.DuckDBPyConnection, path: Path, kind: NetworkKind) -> dict[str, int]:
    """Write GEXF 1.2, the version that both networkx and Gephi read; gives the number of nodes and edges."""

    def declared(domain: str, attributes: Sequence[Attribute]) -> str:
        told = "".join(f'<attribute id="{name}" title="{name}" type="{type_}"/>' for name, type_ in attributes)
        return f'<attributes class="{domain}">{told}</attributes>\n'

    def told_by(attributes: Sequence[Attribute], values: Row) -> str:
        pairs = zip(attributes, values, strict=True)
        told = (
            f'<attvalue for="{name}" value={_attribute(value)}/>' for (name, _), value in pairs if value is not None
        )
        return f"<attvalues>{''.join(told)}</attvalues>"

    nodes, edges = _results(tables, kind)
    counts = {"nodes": 0, "edges": 0}
    with _written(path) as file:
        of_node, of_edge = _attributes(nodes, LABEL), _attributes(edges, WEIGHT)
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
        )
        file.write('<graph defaultedgetype="directed">\n')
        file.write(declared("node", of_node) + declared("edge", of_edge))
        file.write("<nodes>\n")
        for node, label, *values in _rows(nodes):
            told = told_by(of_node, values)
            file.write(f"<node id={_attribute(node)} label={_attribute(label)}>{told}</node>\n")
            counts["nodes"] += 1
        file.write("</nodes>\n<edges>\n")
        for source, target, weight, *values in _rows(edges):
            ends = f'id="{counts["edges"]}" source={_attribute(source)} target={_attribute(target)} weight="{weight}"'
            file.write(f"<edge {ends}>{told_by(of_edge, values)}</edge>\n")
            counts["edges"] += 1
        file.write("</edges>\n</graph>\n</gexf>\n")
    return counts


def write_lists(tables: duckdb.DuckDBPyConnection, folder: Path, kind: NetworkKind) -> dict[str, int]:
    """Write nodes.csv and edges.csv with the columns that Gephi looks for; gives their rows."""
    nodes, edges = _results(tables, kind)
    named = (
        nodes.project("id as Id, label as Label, * exclude (id, label)"),
        edges.project(
            "source as Source, target as Target, 'Directed' as Type, weight as Weight, "
            "* exclude (source, target, weight)"
        ),
    )
    counts: dict[str, int] = {}
    for name, rows in zip(("nodes.csv", "edges.csv"), named, strict=True):
        with _written(folder / name) as file:
            write_csv(rows, file)
        counts[name] = rows.shape[0]
    return counts


def _results(
    tables: duckdb.DuckDBPyConnection, kind: NetworkKind
) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation]:
    if kind == "persons":
        bind_speakers(tables)
    network = NETWORKS[kind]
    return tables.sql(network.nodes), tables.sql(network.edges)


def _rows(result: duckdb.DuckDBPyRelation) -> Iterator[Row]:
    return rows_of(result, lambda kind: "{}")


def _attributes(result: duckdb.DuckDBPyRelation, first: int) -> list[Attribute]:
    """The columns of a result from a place on, with their types."""
    return [(name, _type_of(kind)) for name, kind in list(zip(result.columns, result.types, strict=True))[first:]]


def _type_of(kind: DuckDBPyType) -> str:
    if kind.id == "boolean":
        return "boolean"
    if kind.id in {"double", "float", "decimal"}:
        return "double"
    return "long" if kind.id in NUMBERS else "string"


def _written(path: Path) -> AbstractContextManager[IO[str]]:
    return path.open("w", encoding="utf-8", errors="replace", newline="")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value).translate(FORBIDDEN))


def _attribute(value: object) -> str:
    if isinstance(value, bool):
        value = str(value).lower()
    return quoteattr(str(value).translate(FORBIDDEN))
