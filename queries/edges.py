"""Writes who answers whom as edge lists that network programs read as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, get_args
from xml.sax.saxutils import escape, quoteattr

import duckdb

from ..inert import csv_line
from .read import connect, readable

EdgeFormat = Literal["csv", "graphml", "gexf"]
FORMATS: tuple[EdgeFormat, ...] = get_args(EdgeFormat)

COLUMNS = ("Source", "Target", "Type", "Weight", "source_name", "target_name", "evidence", "confidence", "post_id")
"""The first four are Gephi's own; a row is one answer, from the comment to what it answers."""

EDGES = """
    select
        replies.comment_id,
        replies.target_id,
        'Directed',
        1,
        comments.author_name,
        coalesce(targets.author_name, posts.author_name),
        array_to_string(replies.evidence, '+'),
        replies.confidence,
        replies.post_id

    from replies

    inner join comments
        on replies.comment_id = comments.comment_id

    left join comments as targets
        on replies.target_id = targets.comment_id

    left join posts
        on replies.target_id = posts.post_id

    order by replies.comment_id, replies.target_id
"""

NODES = """
    select post_id as id, 'post' as kind, author_name, title as label from posts
    union all
    select comment_id, 'comment', author_name, author_name from comments
    order by id
"""

EDGE_ATTRIBUTES = ("evidence", "confidence", "post_id")
NODE_ATTRIBUTES = ("kind", "author_name", "label")

# What XML 1.0 cannot hold, not even escaped.
FORBIDDEN = dict.fromkeys([*(code for code in range(32) if code not in (9, 10, 13)), 0xFFFE, 0xFFFF])


def export_edges(data: Path, path: Path, edge_format: EdgeFormat) -> int:
    """Write every answer of the tables of `data` to a file; gives their number.

    Nodes are posts and comments. GraphML and GEXF list them all, also those that nothing answers; CSV has edges only.

    Raises:
        BuildError: the tables have not been built.
        OSError: the file cannot be written.
    """
    writers: dict[EdgeFormat, Callable[[duckdb.DuckDBPyConnection, Path], int]] = {
        "csv": _write_csv,
        "graphml": _write_graphml,
        "gexf": _write_gexf,
    }
    with readable(data), connect(data) as tables:
        unfinished = path.with_name(f"{path.name}.tmp")
        count = writers[edge_format](tables, unfinished)
    unfinished.replace(path)
    return count


def _write_csv(tables: duckdb.DuckDBPyConnection, path: Path) -> int:
    rows = tables.execute(EDGES).fetchall()
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(csv_line(COLUMNS))
        file.writelines(map(csv_line, rows))
    return len(rows)


def _write_graphml(tables: duckdb.DuckDBPyConnection, path: Path) -> int:
    def data(names: Iterable[str], values: Iterable[object]) -> str:
        pairs = zip(names, values, strict=True)
        return "".join(f'<data key="{name}">{_text(value)}</data>' for name, value in pairs if value is not None)

    rows = tables.execute(EDGES).fetchall()
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for name in NODE_ATTRIBUTES:
            file.write(f'<key id="{name}" for="node" attr.name="{name}" attr.type="string"/>\n')
        for name in EDGE_ATTRIBUTES:
            file.write(f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{_type_of(name)}"/>\n')
        file.write('<graph edgedefault="directed">\n')
        for node, *values in tables.execute(NODES).fetchall():
            file.write(f"<node id={_attribute(node)}>{data(NODE_ATTRIBUTES, values)}</node>\n")
        for source, target, *_, evidence, confidence, post_id in rows:
            values = data(EDGE_ATTRIBUTES, (evidence, confidence, post_id))
            file.write(f"<edge source={_attribute(source)} target={_attribute(target)}>{values}</edge>\n")
        file.write("</graph>\n</graphml>\n")
    return len(rows)


def _write_gexf(tables: duckdb.DuckDBPyConnection, path: Path) -> int:
    def values_of(names: Iterable[str], values: Iterable[object]) -> str:
        pairs = zip(names, values, strict=True)
        told = "".join(
            f'<attvalue for="{name}" value={_attribute(value)}/>' for name, value in pairs if value is not None
        )
        return f"<attvalues>{told}</attvalues>"

    def declared(kind: str, names: Iterable[str]) -> str:
        told = "".join(f'<attribute id="{name}" title="{name}" type="{_type_of(name)}"/>' for name in names)
        return f'<attributes class="{kind}">{told}</attributes>\n'

    rows = tables.execute(EDGES).fetchall()
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
        )
        file.write('<graph defaultedgetype="directed">\n')
        file.write(declared("node", NODE_ATTRIBUTES[:2]) + declared("edge", EDGE_ATTRIBUTES))
        file.write("<nodes>\n")
        for node, *values, label in tables.execute(NODES).fetchall():
            told = values_of(NODE_ATTRIBUTES[:2], values)
            file.write(f"<node id={_attribute(node)} label={_attribute(label or node)}>{told}</node>\n")
        file.write("</nodes>\n<edges>\n")
        for number, (source, target, *_, evidence, confidence, post_id) in enumerate(rows):
            told = values_of(EDGE_ATTRIBUTES, (evidence, confidence, post_id))
            file.write(f'<edge id="{number}" source={_attribute(source)} target={_attribute(target)}>{told}</edge>\n')
        file.write("</edges>\n</graph>\n</gexf>\n")
    return len(rows)


def _type_of(attribute: str) -> str:
    return "double" if attribute == "confidence" else "string"


def _text(value: object) -> str:
    return escape(str(value).translate(FORBIDDEN))


def _attribute(value: object) -> str:
    return quoteattr(str(value).translate(FORBIDDEN))
