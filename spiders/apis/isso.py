"""Isso: a comment server that a blog runs itself. Its API is read as its own script in a browser reads it.

    GET <endpoint>/?uri=THREAD            heads of threads, each with its replies: two levels, whoever was answered
    GET <endpoint>/?uri=THREAD&parent=ID  the replies of one head, where the first answer left some out
    GET <endpoint>/?uri=THREAD&after=T    heads later than T, where it left out heads

Besides what is read here an answer holds hashes of addresses and avatars, which are never kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from w3lib.url import add_or_replace_parameter

from ...addresses import is_web_address, join_address, path_of
from ...schemas import CommentState, DateMention, Embed, PageComment, PageReading
from ..reading.document import Document
from .json_values import fragment, json_object, objects, plain, whole
from .scripts import Scripts

NAME = "isso"

_STATES: dict[int | None, CommentState] = {2: "pending", 4: "removed"}
"""Isso's `mode`; 4 is a deleted comment that has replies, of which only the place is shown."""
_SCRIPT_PATH = "/js/embed"
_YEAR_2242 = 2**33


def find_isso(doc: Document, _: Scripts) -> Embed | None:
    """The thread that a page embeds; None without the element that Isso fills (its counting script has none).

    A page that does not name its thread has that of its own path.
    """
    place = doc.with_id.get("isso-thread")
    if place is None:
        return None
    thread = doc.elements[place].get("data-isso-id") or (path_of(doc.url) or "/" if doc.url else None)
    endpoint = _endpoint(doc)
    url = f"{endpoint.rstrip('/')}/?uri={quote(thread, safe='')}" if endpoint and thread else None
    return Embed(system=NAME, thread=thread, url=url)


def _endpoint(doc: Document) -> str | None:
    for script in doc.scripts:
        source = (script.get("src") or "").strip()
        endpoint = (script.get("data-isso") or "").strip() or source.rpartition(_SCRIPT_PATH)[0]
        if endpoint:
            absolute = join_address(doc.url or "", endpoint)
            return absolute if absolute and is_web_address(absolute) else None
    return None


def read_isso(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of an answer, heads in Isso's order and each before its replies.

    Raises:
        MalformedAnswer: it is not what the API gives.
    """
    answer = json_object(body)
    comments: list[PageComment] = []
    further: list[str] = []
    heads = objects(answer.get("replies"))
    for head in heads:
        comments.append(_comment(head, post_url))
        comments += (_comment(reply, post_url) for reply in objects(head.get("replies")))
        if whole(head.get("hidden_replies")) and answer.get("id") is None:
            further.append(add_or_replace_parameter(url, "parent", str(head.get("id"))))
    hides_heads = bool(whole(answer.get("hidden_replies")))
    if hides_heads and heads and answer.get("id") is None:
        further.append(add_or_replace_parameter(url, "after", str(max(map(_created, heads)))))
    return PageReading(
        platform=NAME,
        post_url=post_url,
        comments=comments,
        next_pages=further,
        stated_total=None if hides_heads or answer.get("id") is not None else sum(_totals(answer, heads)),
    )


def _totals(answer: dict[str, Any], heads: list[dict[str, Any]]) -> Iterator[int]:
    """The numbers that add up to the whole thread: Isso counts each level by itself."""
    for counted in (answer, *heads):
        yield whole(counted.get("total_replies")) or 0


def _comment(row: dict[str, Any], post_url: str) -> PageComment:
    parent = whole(row.get("parent"))
    created = _created(row)
    state = _STATES.get(whole(row.get("mode")), "visible")
    return PageComment(
        native_id=_native_id(row.get("id")),
        parent_native_id=_native_id(parent),
        parent_from="api" if parent is not None else None,
        depth=0 if parent is None else 1,
        author_name=plain(row.get("author")),
        author_url=plain(row.get("website")),
        published=DateMention(machine=datetime.fromtimestamp(created, UTC).isoformat()) if created else None,
        body=fragment(row.get("text")) if state != "removed" else None,
        likes=(whole(row.get("likes")) or 0) - (whole(row.get("dislikes")) or 0),
        permalink=f"{post_url}#{_native_id(row.get('id'))}",
        state=state,
    )


def _native_id(number: object) -> str | None:
    """As Isso's anchors spell it, so that it cannot be taken for a number that the blog itself gave.

    >>> _native_id(7)
    'isso-7'
    """
    return None if whole(number) is None else f"isso-{number}"


def _created(row: dict[str, Any]) -> float:
    """Seconds since 1970; 0 where none, or none that a calendar has, are given."""
    created = row.get("created")
    if not isinstance(created, int | float) or not 0 < created < _YEAR_2242:
        return 0.0
    return float(created)
