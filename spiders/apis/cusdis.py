"""Cusdis: a comment service, or a server that a blog runs itself; its script's API answers to anyone.

    GET <host>/api/open/comments?appId=APP&pageId=PAGE&page=1    ten heads of threads, newest first, with replies

Of replies to one comment only ten are given, on no page more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from w3lib.url import add_or_replace_parameter

from ...addresses import is_web_address, join_address, query_of
from ...numerals import whole_number
from ...schemas import DateMention, Embed, PageComment, PageReading
from ..reading.document import Document
from .json_values import fragment, json_object, member, objects, plain, whole
from .scripts import Scripts

NAME = "cusdis"


def find_cusdis(doc: Document, _: Scripts) -> Embed | None:
    """The thread that a page embeds, by the attributes of the element that Cusdis fills."""
    place = doc.with_id.get("cusdis_thread")
    if place is None:
        return None
    given = doc.elements[place]
    host, app, page = (given.get(f"data-{name}") for name in ("host", "app-id", "page-id"))
    root = join_address(doc.url or "", f"{host.rstrip('/')}/") if host else None
    if not app or not page or not root or not is_web_address(root):
        return Embed(system=NAME, thread=page)
    query = urlencode({"appId": app, "pageId": page, "page": "1"})
    return Embed(system=NAME, thread=page, url=f"{root}api/open/comments?{query}")


def read_cusdis(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of an answer, heads in its order and each before its replies.

    Raises:
        MalformedAnswer: it is not what the API gives.
    """
    wrapper = member(json_object(body).get("data"))
    number = whole_number(query_of(url).get("page")) or 1
    pages = whole(wrapper.get("pageCount")) or 1
    return PageReading(
        platform=NAME,
        post_url=post_url,
        comments=list(_comments(wrapper)),
        next_pages=[add_or_replace_parameter(url, "page", str(number + 1))] if number < pages else [],
        # Replies are counted with their heads, so the thread's number is known where it has one page.
        stated_total=_count(wrapper) if pages == 1 else None,
    )


def _comments(wrapper: dict[str, Any]) -> Iterator[PageComment]:
    # By hand and not by recursion: nothing says how deep an answer is.
    waiting: deque[tuple[dict[str, Any], str | None]] = deque((row, None) for row in objects(wrapper.get("data")))
    while waiting:
        row, parent = waiting.popleft()
        comment = _comment(row, parent)
        yield comment
        replies = objects(member(row.get("replies")).get("data"))
        waiting.extendleft((reply, comment.native_id) for reply in reversed(replies))


def _count(wrapper: dict[str, Any]) -> int:
    total, waiting = 0, [wrapper]
    while waiting:
        counted = waiting.pop()
        total += whole(counted.get("commentCount")) or 0
        waiting += (member(row.get("replies")) for row in objects(counted.get("data")))
    return total


def _comment(row: dict[str, Any], parent: str | None) -> PageComment:
    created = plain(row.get("createdAt"))
    return PageComment(
        native_id=plain(row.get("id")),
        parent_native_id=parent,
        parent_from="api" if parent else None,
        author_name=plain(member(row.get("moderator")).get("displayName")) or plain(row.get("by_nickname")),
        published=DateMention(machine=created) if created else None,
        body=fragment(row.get("parsedContent")),
    )
