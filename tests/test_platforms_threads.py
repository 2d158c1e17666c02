"""Extraction undoes rendering: any thread, printed in any of these layouts, comes back with its parents and texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.spiders.reading.page import read_page

Forest = list[int | None]
"""Parent of each comment, by its number; in page order, every parent before its replies."""


@st.composite
def forests(draw: st.DrawFn) -> Forest:
    """Up to 12 comments in the order in which a threaded page prints them."""
    parents: list[int | None] = []
    path: list[int] = []
    for number in range(draw(st.integers(1, 12))):
        depth = draw(st.integers(0, len(path)))
        path = path[:depth]
        parents.append(path[-1] if path else None)
        path.append(number)
    return parents


def depth_of(parents: Forest, number: int) -> int:
    parent = parents[number]
    return 0 if parent is None else depth_of(parents, parent) + 1


def children_of(parents: Forest, number: int | None) -> list[int]:
    return [child for child, parent in enumerate(parents) if parent == number]


def classic(parents: Forest) -> str:
    """WordPress: list items, answers in lists inside them."""

    def item(number: int) -> str:
        answers = "".join(item(child) for child in children_of(parents, number))
        return (
            f'<li id="comment-{number}" class="comment even depth-{depth_of(parents, number) + 1}">'
            f'<article id="div-comment-{number}" class="comment-body"><footer class="comment-meta">'
            f'<div class="comment-author vcard"><b class="fn">Name {number}</b> <span class="says">says:</span></div>'
            f'<div class="comment-metadata"><a href="#comment-{number}"><time datetime="2019-03-04T21:15:00+01:00">'
            f"March 4, 2019 at 9:15 pm</time></a></div></footer>"
            f'<div class="comment-content"><p>Text {number}.</p></div>'
            f"</article>{f'<ol class=children>{answers}</ol>' if answers else ''}</li>"
        )

    return "<ol class=comment-list>" + "".join(item(number) for number in children_of(parents, None)) + "</ol>"


def indented(parents: Forest) -> str:
    """Drupal: answers in a block behind what they answer."""

    def item(number: int) -> str:
        answers = "".join(item(child) for child in children_of(parents, number))
        return (
            f'<a id="comment-{number}"></a><div class="comment"><div class="submitted">Submitted by '
            f'<span class="username">Name {number}</span> on March 4, 2019 - 21:15</div>'
            f'<div class="content"><p>Text {number}.</p></div></div>'
            f"{f'<div class=indented>{answers}</div>' if answers else ''}"
        )

    return '<div id="comments">' + "".join(item(number) for number in children_of(parents, None)) + "</div>"


def in_pixels(parents: Forest) -> str:
    """Serendipity: all comments beside each other, answers further to the right."""
    return "".join(
        f'<div id="serendipity_comment_{number}" class="serendipity_comment" '
        f'style="padding-left: {20 * depth_of(parents, number)}px">'
        f'<div class="serendipity_commentBody">Text {number}.</div>'
        f'<div class="serendipity_comment_source"><span class="comment_source_author">Name {number}</span> on '
        f'<span class="comment_source_date">04.03.2019 21:15</span></div></div>'
        for number in range(len(parents))
    )


def by_attribute(parents: Forest) -> str:
    """A site of its own make that names the parent in an attribute; 0 is none."""
    return "".join(
        f'<div class="user-comment" data-comment-id="{number + 1}" '
        f'data-parent-id="{0 if parent is None else parent + 1}">'
        f'<span class="author">Name {number}</span> <time datetime="2019-03-04T21:15">March 4, 2019</time>'
        f'<p class="text">Text {number}.</p></div>'
        for number, parent in enumerate(parents)
    )


def in_divs(parents: Forest) -> str:
    """A site of its own make with comments in comments."""

    def item(number: int) -> str:
        answers = "".join(item(child) for child in children_of(parents, number))
        return (
            f'<div class="comment-item" id="msg{number}"><span class="user">Name {number}</span> '
            f'<span class="date">4 March 2019 21:15</span><p class="text">Text {number}.</p>{answers}</div>'
        )

    return "".join(item(number) for number in children_of(parents, None))


def linked(parents: Forest) -> str:
    """JSON-LD: answers in the comments' own lists, but those of even comments name what they answer instead."""

    def listed(number: int | None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for child in children_of(parents, number):
            answers = listed(child)
            found.append(
                {
                    "@type": "Comment",
                    "@id": f"#comment-{child}",
                    "author": {"@type": "Person", "name": f"Name {child}"},
                    "dateCreated": "2019-03-04T21:15:00+01:00",
                    "text": f"Text {child}.",
                    "parentItem": {"@id": f"#comment-{number}"},
                    "comment": answers if child % 2 else [],
                }
            )
            found += [] if child % 2 else answers
        return found

    data = {"@type": "BlogPosting", "headline": "A post", "comment": listed(None)}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


LAYOUTS = [classic, indented, in_pixels, by_attribute, in_divs, linked]


@pytest.mark.parametrize("render", LAYOUTS, ids=lambda f: f.__name__)
def test_extraction_undoes_rendering(render: Callable[[Forest], str]) -> None:
    @settings(max_examples=40, deadline=None)
    @given(parents=forests())
    def undoes(parents: Forest) -> None:
        page = f"<html><body><h1>A post</h1><p>Its text.</p>{render(parents)}</body></html>"
        comments = read_page(page, "https://blog.example.org/a/").comments
        assert [comment.author_name for comment in comments] == [f"Name {n}" for n in range(len(parents))]
        texts = ["".join(comment.body.itertext()).strip() for comment in comments if comment.body is not None]
        assert texts == [f"Text {n}." for n in range(len(parents))]
        assert [comment.parent for comment in comments] == parents

    undoes()
