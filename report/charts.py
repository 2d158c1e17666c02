"""Charts as SVG that stands in a page: drawn by Vega-Lite, coloured by the page's own style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import altair as alt
import vl_convert
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from markupsafe import Markup

from .tables import Row

VEGA_LITE = "6.1"
NAMESPACE = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
OWN = "https://report.invalid/"
"""Stands before paths of the report while Vega has them, for it makes every path absolute."""

COLOURS = {"#000001": "ink", "#000002": "muted", "#000003": "line", "#000004": "accent", "#000005": "soft"}
"""What a chart is drawn with -> the class by which the style sheet colours it, light or dark."""
INK, MUTED, LINE, ACCENT, SOFT = COLOURS

KEPT = frozenset(
    "class d x y x1 y1 x2 y2 cx cy r rx width height transform viewBox text-anchor font-size font-weight opacity"
    " stroke-width stroke-opacity fill-opacity stroke-dasharray stroke-linecap href".split()
)
"""Attributes of Vega's SVG that a page needs; names and roles of marks are told by the table beside it."""

Grain = Literal["utcyearmonth", "utcyearquarter", "utcyear"]
"""Units of time, as Vega-Lite names them."""

WIDTH = 760
MOST_BAR = 70
"""Width of a bar where there are few."""
CONFIG: dict[str, Any] = {
    "background": None,
    "view": {"stroke": None},
    # A reader's own letters may be wider than those by which Vega reckons.
    "padding": {"left": 16, "right": 16, "top": 8, "bottom": 8},
    "font": "sans-serif",
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
        "titlePadding": 10,
    },
    "bar": {"color": ACCENT},
}


def over_time(months: Sequence[Row], *, grain: Grain, periods: int) -> Markup:
    """Bars of comments by month, quarter or year.

    Args:
        months: `start` (a date) and `comments`.
        periods: how many of these there are from the first to the last.
    """
    data = [{"start": row["start"].isoformat(), "comments": row["comments"]} for row in months]
    chart = (
        alt.Chart(alt.Data(values=data), width=min(WIDTH, MOST_BAR * periods), height=180)
        .mark_bar(binSpacing=1 if periods > 40 else 3)
        .encode(
            x=alt.X(
                "start:T",
                timeUnit=grain,
                title=None,
                axis=alt.Axis(grid=False, tickCount=8, labelOverlap=True, labelSeparation=16),
            ),
            y=alt.Y("comments:Q", title="comments", axis=_counts(4)),
        )
    )
    return _svg(chart, f"{sum(row['comments'] for row in months)} comments by time, as the table below tells them")


def shares(rows: Sequence[Row], *, title: str) -> Markup:
    """Lying bars in the order given: `label` and `count`."""
    data = [{"label": row["label"], "count": row["count"]} for row in rows]
    order = [row["label"] for row in rows]
    chart = (
        alt.Chart(alt.Data(values=data), width=WIDTH - 160, height=alt.Step(26))
        .mark_bar(height=14)
        .encode(
            y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(domain=False, ticks=False, labelColor=INK)),
            x=alt.X("count:Q", title=title, axis=_counts(5)),
        )
    )
    return _svg(chart, f"{title} by the time they took, as the table below tells them")


def network(nodes: Sequence[Row], edges: Sequence[Row]) -> Markup:
    """Persons as points, as large as the answers that they gave and got, and a line with an arrow for each pair.

    Args:
        nodes: x, y, size, name, label (empty where there is no room for one), is_author, href.
        edges: x, y, x2, y2, weight, and where the arrow stands: at_x, at_y, angle; `ends`: the numbers of its nodes.
    """
    scale = alt.Scale(domain=[0, 1], nice=False, zero=False)
    x, at_x = (alt.X(f"{name}:Q", scale=scale, axis=None) for name in ("x", "at_x"))
    y, at_y = (alt.Y(f"{name}:Q", scale=scale, axis=None) for name in ("y", "at_y"))
    joined = alt.Data(values=list(edges))
    width = alt.StrokeWidth("weight:Q", scale=alt.Scale(type="sqrt", range=[1, 5]), legend=None)
    lines = alt.Chart(joined).mark_rule(color=LINE).encode(x=x, y=y, x2="x2", y2="y2", strokeWidth=width)
    arrows = (
        alt.Chart(joined)
        .mark_point(shape="triangle", filled=True, color=MUTED, size=60, opacity=1)
        .encode(x=at_x, y=at_y, angle=alt.Angle("angle:Q", scale=None))
    )
    told = [{**node, "href": OWN + node["href"]} if node["href"] else node for node in nodes]
    largest = max(node["size"] for node in nodes)
    points = (
        alt.Chart(alt.Data(values=told))
        .mark_circle(opacity=1, stroke=SOFT, strokeWidth=2)
        .encode(
            x=x,
            y=y,
            size=alt.Size("size:Q", scale=alt.Scale(type="linear", domain=[0, largest], range=[50, 700]), legend=None),
            href="href:N",
            color=alt.condition("datum.is_author", alt.value(ACCENT), alt.value(MUTED)),
        )
    )
    labels = (
        alt.Chart(alt.Data(values=[node for node in nodes if node["label"]]))
        .mark_text(dy=-18, fontSize=13, color=INK, limit=180)
        .encode(x=x, y=y, text="label:N")
    )
    svg = _tree(alt.layer(lines, arrows, points, labels, width=WIDTH, height=520))
    svg.set("role", "group")
    svg.set("aria-label", "Who answers whom, as the table below tells it")
    _name_ends(svg, nodes, edges)
    return _written(svg)


def _counts(ticks: int) -> alt.Axis:
    """An axis of whole numbers."""
    return alt.Axis(tickMinStep=1, tickCount=ticks, domain=False, ticks=False)


def _svg(chart: alt.TopLevelMixin, label: str) -> Markup:
    svg = _tree(chart)
    svg.set("role", "img")
    svg.set("aria-label", label)
    return _written(svg)


def _tree(chart: alt.TopLevelMixin) -> etree._Element:
    """What Vega draws, with nothing but shapes and words left of it, and classes in place of colours."""
    spec = {**chart.to_dict(validate=False), "config": CONFIG}
    svg = etree.fromstring(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    for element in svg.iter(etree.Element):
        href = element.attrib.pop(XLINK, None)
        classes = [
            f"{kind[0]}-{COLOURS[element.attrib[kind]]}"
            for kind in ("fill", "stroke")
            if element.attrib.get(kind) in COLOURS
        ]
        if element.get("fill") == "none" or (element.get("fill") == "transparent"):
            classes.append("f-none")
        names = [name for name in (element.get("class") or "").split() if name.startswith("role-")]
        for name in set(element.attrib) - KEPT:
            del element.attrib[name]
        if found := " ".join([*names, *classes]):
            element.set("class", found)
        else:
            element.attrib.pop("class", None)
        if href and href.startswith(OWN):
            element.set("href", href.removeprefix(OWN))
    svg.set("class", "drawing")
    del svg.attrib["height"]
    etree.cleanup_namespaces(svg)
    return svg


def _name_ends(svg: etree._Element, nodes: Sequence[Row], edges: Sequence[Row]) -> None:
    """Name the points, and say in data attributes which of them each line and arrow joins, for the page's script."""
    for number, (node, mark) in enumerate(zip(nodes, _marks(svg, "a"), strict=True)):
        mark.set("data-node", str(number))
        mark.set("aria-label", node["name"])
    for tag in ("line", "path"):
        for edge, mark in zip(edges, _marks(svg, tag, count=len(edges)), strict=False):
            mark.set("data-ends", " ".join(map(str, edge["ends"])))


def _marks(svg: etree._Element, tag: str, count: int | None = None) -> Iterator[etree._Element]:
    for group in svg.iter(f"{NAMESPACE}g"):
        if "role-mark" in (group.get("class") or ""):
            found = [child for child in group if child.tag == NAMESPACE + tag]
            if found and (count is None or len(found) == count):
                yield from found
                return


def _written(svg: etree._Element) -> Markup:
    text = etree.tostring(svg, encoding="unicode")
    return Markup(text.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))
