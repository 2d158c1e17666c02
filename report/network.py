"""Who answers whom as a picture: where each person stands is found by networkx, and drawn by charts."""

from __future__ import annotations

import math

import duckdb
import networkx as nx
from markupsafe import Markup

from . import charts
from .show import short
from .tables import Row, rows
from .threads import Where

MOST_NODES = 60
MOST_LABELS = 28
LEAST_NODES = 3
LONGEST_LABEL = 22
ASPECT = charts.WIDTH / 520

BUSIEST = """
    select
        people.site,
        people.person_id,
        people.posts_written > 0 as is_author,
        sum(pairs.answers)::bigint as answers

    from people

    inner join pairs
        on people.site = pairs.site
        and people.person_id in (pairs.from_id, pairs.to_id)

    group by all

    order by answers desc, people.site, people.person_id
"""


def drawn_network(tables: duckdb.DuckDBPyConnection, where: Where) -> tuple[Markup | None, int]:
    """The picture of those who answer and are answered most, and how many it leaves out; None for very few."""
    people = rows(tables, BUSIEST)
    shown = {(each["site"], each["person_id"]): each for each in people[:MOST_NODES]}
    if len(shown) < LEAST_NODES:
        return None, 0
    graph = nx.Graph()
    graph.add_nodes_from(shown)
    directed: dict[tuple, int] = {}
    for pair in rows(tables, "from pairs order by site, from_id, to_id"):
        ends = (pair["site"], pair["from_id"]), (pair["site"], pair["to_id"])
        if ends[0] in shown and ends[1] in shown:
            directed[ends] = pair["answers"]
            weight = graph.get_edge_data(*ends, {"weight": 0})["weight"]
            graph.add_edge(*ends, weight=weight + pair["answers"])
    # Whose partners are all left out has nothing to be drawn to.
    graph.remove_nodes_from([node for node in shown if not graph.degree(node)])
    at = _positions(graph)
    numbers = {node: number for number, node in enumerate(at)}
    labelled = set(list(at)[:MOST_LABELS])
    nodes: list[Row] = [
        {
            "x": x,
            "y": y,
            "size": shown[node]["answers"],
            "name": where.names[node],
            "label": short(where.names[node], LONGEST_LABEL) if node in labelled else "",
            "is_author": shown[node]["is_author"],
            "href": where.persons.get(node),
        }
        for node, (x, y) in at.items()
    ]
    edges = [
        _edge(at[one], at[other], (numbers[one], numbers[other]), answers) for (one, other), answers in directed.items()
    ]
    return charts.network(nodes, edges), len(people) - len(nodes)


def _positions(graph: nx.Graph) -> dict[tuple[str, str], tuple[float, float]]:
    """Where each node stands in a square of side 1: parts that nothing joins stand beside each other."""
    drawn = nx.forceatlas2_layout(graph, seed=1, max_iter=400, strong_gravity=True, weight=None)
    xs, ys = ([float(point[axis]) for point in drawn.values()] for axis in (0, 1))
    margin = 0.07

    def scaled(value: float, values: list[float]) -> float:
        spread = max(values) - min(values)
        return round(margin + (1 - 2 * margin) * ((value - min(values)) / spread if spread else 0.5), 4)

    return {node: (scaled(float(point[0]), xs), scaled(float(point[1]), ys)) for node, point in drawn.items()}


def _edge(start: tuple[float, float], end: tuple[float, float], ends: tuple[int, int], answers: int) -> Row:
    """A line between two nodes with an arrow behind its middle, so that those of both ways stand apart."""
    (x, y), (x2, y2) = start, end
    # Angles are those of the picture, which is wider than high and whose y runs up.
    angle = math.degrees(math.atan2((x2 - x) * ASPECT, y2 - y))
    return {
        "x": x,
        "y": y,
        "x2": x2,
        "y2": y2,
        "weight": answers,
        "at_x": round(x + 0.62 * (x2 - x), 4),
        "at_y": round(y + 0.62 * (y2 - y), 4),
        "angle": round(angle, 1),
        "ends": ends,
    }
