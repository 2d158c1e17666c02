"""Disqus' XML export: all threads (the pages that embed it), then all comments of all threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ...schemas import DateMention, PageComment, PageReading
from ..apis.disqus import native_id
from .grouping import grouped
from .xml import Element, Problem, body_of, elements, text_in

_ID = "{http://disqus.com/disqus-internals}id"


def recognises(head: str) -> bool:
    return "<disqus" in head


def readings(file: BinaryIO, *, site: str | None, problem: Problem) -> Iterator[PageReading]:
    """Readings of comments without their posts, which the export knows by address only; deleted and spam left out."""
    yield from grouped(_comments(file, problem), platform="disqus")


def _comments(file: BinaryIO, problem: Problem) -> Iterator[tuple[str, PageComment]]:
    links: dict[str, str] = {}
    for element in elements(file, "thread", "post", problem=problem):
        number = element.get(_ID) or ""
        if element.tag.endswith("}thread"):
            link = text_in(element, "link")
            if link and text_in(element, "isDeleted") != "true":
                links[number] = link
            continue
        if "true" in (text_in(element, "isDeleted"), text_in(element, "isSpam")):
            continue
        if link := links.get(_refers_to(element, "thread")):
            yield link, _comment(element, number)


def _comment(element: Element, number: str) -> PageComment:
    parent = _refers_to(element, "parent") or None
    author = next(element.iterchildren("{*}author"), None)
    created = text_in(element, "createdAt")
    return PageComment(
        native_id=native_id(number) if number else None,
        parent_native_id=native_id(parent) if parent else None,
        parent_from="export" if parent else None,
        author_name=text_in(author, "name") if author is not None else None,
        published=DateMention(machine=created) if created else None,
        body=body_of(text_in(element, "message")),
    )


def _refers_to(element: Element, name: str) -> str:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return (child.get(_ID) or "") if child is not None else ""
