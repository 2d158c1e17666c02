"""Remark42: a comment server that a blog runs itself; one request gives a whole thread.

    GET <host>/api/v1/find?site=SITE&url=URL&sort=%2Btime&format=plain

Besides what is read here an answer holds hashes of IP addresses, votes by user and pictures, which are never kept.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from w3lib.url import url_query_cleaner

from ...addresses import is_web_address, join_address
from ...schemas import DateMention, Embed, PageComment, PageReading
from ..reading.document import Document
from .json_values import fragment, json_object, member, objects, plain, whole
from .scripts import Scripts, assigned, without_comments

NAME = "remark42"

_PLACE = "remark42"
_CONFIG = "remark_config"
_LONGEST_CONFIG = 2000
"""Characters of code behind the name in which the values are looked for."""


def find_remark42(doc: Document, scripts: Scripts) -> Embed | None:
    """The thread that a page embeds: the address that its configuration names, or else the page's own without query."""
    if _PLACE not in doc.with_id:
        return None
    _, _, behind = scripts.code.partition(_CONFIG)
    config = without_comments(behind[:_LONGEST_CONFIG])
    host, site = assigned(config, "host"), assigned(config, "site_id")
    thread = assigned(config, "url") or (url_query_cleaner(doc.url) if doc.url else None)
    root = join_address(doc.url or "", f"{host.rstrip('/')}/") if host else None
    if not site or not thread or not root or not is_web_address(root):
        return Embed(system=NAME, thread=thread)
    query = {"site": site, "url": thread, "sort": "+time", "format": "plain"}
    return Embed(system=NAME, thread=thread, url=f"{root}api/v1/find?{urlencode(query)}")


def read_remark42(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of a thread, oldest first.

    Raises:
        MalformedAnswer: it is not what the API gives.
    """
    answer = json_object(body)
    comments = [_comment(row, post_url) for row in objects(answer.get("comments"))]
    # The number leaves deleted comments out, whose places are given.
    stated = whole(member(answer.get("info")).get("count")) or 0
    return PageReading(platform=NAME, post_url=post_url, comments=comments, stated_total=max(stated, len(comments)))


def _comment(row: dict[str, Any], post_url: str) -> PageComment:
    parent, created, is_removed = plain(row.get("pid")), plain(row.get("time")), row.get("delete") is True
    return PageComment(
        native_id=plain(row.get("id")),
        parent_native_id=parent,
        parent_from="api" if parent else None,
        author_name=plain(member(row.get("user")).get("name")),
        published=DateMention(machine=created) if created else None,
        body=None if is_removed else fragment(row.get("text")),
        likes=whole(row.get("score")),
        permalink=f"{post_url}#remark42__comment-{plain(row.get('id'))}",
        state="removed" if is_removed else "visible",
    )
