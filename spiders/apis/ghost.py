"""Ghost's own comments, which only its script shows; the API behind it is open to readers who are no members.

    GET <site>/members/api/comments/post/<post id>/?limit=100&page=1     heads of threads, each with its first replies
    GET <site>/members/api/comments/<comment id>/replies/?limit=100&filter=id:>'<last reply shown>'

Two levels: a reply to a reply stands beside it and names it in `in_reply_to_id`. Members' ids, avatars and job titles
are not kept.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from w3lib.url import add_or_replace_parameter

from ...addresses import is_web_address, join_address
from ...schemas import DateMention, Embed, PageComment, PageReading
from ..reading.document import Document
from .json_values import fragment, json_object, member, objects, plain, whole
from .scripts import Scripts

NAME = "ghost"

_API = "members/api/comments/"
_LIMIT = 100
"""Rows of one answer; newer versions allow no more."""


def find_ghost(doc: Document, _: Scripts) -> Embed | None:
    """The post whose comments the page's script shows; None without that script, or where comments are off."""
    for script in doc.scripts:
        site = script.get("data-ghost-comments")
        if site is None or script.get("data-comments-enabled") == "off":
            continue
        post = (script.get("data-post-id") or "").strip() or None
        root = join_address(doc.url or "", site.strip().rstrip("/") + "/")
        usable = root is not None and is_web_address(root)
        return Embed(
            system=NAME,
            thread=post,
            url=f"{root}{_API}post/{quote(post)}/?limit={_LIMIT}&page=1" if post and usable else None,
        )
    return None


def read_ghost(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of an answer, heads in its order and each before its replies.

    Raises:
        MalformedAnswer: it is not what the API gives.
    """
    answer = json_object(body)
    rows = objects(answer.get("comments"))
    comments: list[PageComment] = []
    further: list[str] = []
    rows_of_replies = 0
    for row in rows:
        replies = objects(row.get("replies"))
        comments.append(_comment(row))
        comments += map(_comment, replies)
        # The places of removed replies are among the rows, and not in the number.
        count = whole(member(row.get("count")).get("replies")) or 0
        rows_of_replies += max(count, len(replies))
        if replies and count > sum(map(_is_visible, replies)):
            further.append(_rest_of_replies(url, row, replies))
    paging = member(member(answer.get("meta")).get("pagination"))
    if following := whole(paging.get("next")):
        further.append(add_or_replace_parameter(url, "page", str(following)))
    heads = whole(paging.get("total"))
    is_whole = paging.get("pages") == 1 and "/replies/" not in url
    return PageReading(
        platform=NAME,
        post_url=post_url,
        comments=comments,
        next_pages=further,
        # Replies are counted with the heads of one page only, so the thread's number is known where it has one.
        stated_total=heads + rows_of_replies if is_whole and heads is not None else None,
    )


def _comment(row: dict[str, Any]) -> PageComment:
    # `in_reply_to_id` is the comment that was answered, `parent_id` the head of its thread.
    parent = plain(row.get("in_reply_to_id")) or plain(row.get("parent_id"))
    created = plain(row.get("created_at"))
    is_visible = _is_visible(row)
    return PageComment(
        native_id=plain(row.get("id")),
        parent_native_id=parent,
        parent_from="api" if parent else None,
        # The API names whoever wrote what was hidden or deleted and keeps back the text; the page shows neither.
        author_name=plain(member(row.get("member")).get("name")) if is_visible else None,
        published=DateMention(machine=created) if created else None,
        body=fragment(row.get("html")),
        likes=whole(member(row.get("count")).get("likes")),
        state="visible" if is_visible else "removed",
    )


def _is_visible(row: dict[str, Any]) -> bool:
    return row.get("status") in (None, "published")


def _rest_of_replies(url: str, head: dict[str, Any], shown: list[dict[str, Any]]) -> str:
    before, _, _ = url.partition("?")[0].partition(_API)
    query = {"limit": str(_LIMIT), "filter": f"id:>'{shown[-1].get('id')}'"}
    return f"{before}{_API}{head.get('id')}/replies/?{urlencode(query)}"
