"""WordPress' export (WXR 1.0 to 1.2): an RSS file whose items hold the post and all of its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from ...schemas import CommentKind, DateMention, PageComment, PagePost, PageReading
from ..apis.json_values import plain
from .xml import Element, Problem, attempted, body_of, elements, text_in

HOMES = (re.compile(r"<wp:base_blog_url>\s*(https?://[^<\s]+)"), re.compile(r"<link>\s*(https?://[^<\s]+)"))
"""Where a file names the front page of its blog."""
_NEVER = "0000-00-00 00:00:00"
"""How MySQL writes a date that is not set."""


def recognises(head: str) -> bool:
    return "<rss" in head and "wordpress.org/export/" in head


def readings(file: BinaryIO, *, site: str | None, problem: Problem) -> Iterator[PageReading]:
    """One reading for each published post, in the order of the file; drafts, private and protected ones left out."""
    authors: dict[str, tuple[str, str | None]] = {}
    for element in elements(file, "author", "item", problem=problem):
        if element.tag != "item":
            if login := text_in(element, "author_login"):
                authors[login] = (text_in(element, "author_id") or "", text_in(element, "author_display_name"))
        elif _is_public(element):
            what = f"post {text_in(element, 'post_id') or text_in(element, 'link')}"
            if reading := attempted(partial(_reading, element, authors), problem, what=what):
                yield reading


def _is_public(item: Element) -> bool:
    return (
        text_in(item, "post_type") == "post"
        and text_in(item, "status") == "publish"
        and text_in(item, "post_password") is None
    )


def _reading(item: Element, authors: dict[str, tuple[str, str | None]]) -> PageReading:
    login = text_in(item, "creator") or ""
    author_id, name = authors.get(login, ("", None))
    link = text_in(item, "link")
    post = PagePost(
        url=link,
        native_id=text_in(item, "post_id"),
        title=plain(text_in(item, "title")),
        author_name=name or login or None,
        published=_date(item, "post_date"),
        modified=_date(item, "post_modified"),
        categories=_terms(item, "category"),
        tags=_terms(item, "post_tag"),
        body=body_of(_content(item)),
        comments_open={"open": True, "closed": False}.get(text_in(item, "comment_status") or ""),
    )
    shown = [c for c in item.iterchildren("{*}comment") if text_in(c, "comment_approved") == "1"]
    comments = [_comment(comment, link, author_id) for comment in shown]
    depths: dict[str, int] = {}
    for comment in comments:
        comment.depth = 0 if comment.parent_native_id is None else depths.get(comment.parent_native_id, -1) + 1
        if comment.native_id:
            depths[comment.native_id] = comment.depth
    return PageReading(platform="wordpress", post=post, post_url=link, comments=comments)


def _comment(comment: Element, link: str | None, author_id: str) -> PageComment:
    number = text_in(comment, "comment_id")
    parent = text_in(comment, "comment_parent")
    parent = None if parent == "0" else parent
    user = text_in(comment, "comment_user_id") or "0"
    kinds: dict[str | None, CommentKind] = {"pingback": "pingback", "trackback": "trackback"}
    return PageComment(
        native_id=number,
        kind=kinds.get(text_in(comment, "comment_type"), "comment"),
        parent_native_id=parent,
        parent_from="export" if parent else None,
        # Names and addresses stand in WordPress' database, and so in its export, as HTML.
        author_name=plain(text_in(comment, "comment_author")),
        author_url=plain(text_in(comment, "comment_author_url")),
        by_post_author=(user == author_id and user != "0") if author_id else None,
        published=_date(comment, "comment_date"),
        body=body_of(text_in(comment, "comment_content")),
        permalink=f"{link}#comment-{number}" if link and number else None,
    )


def _content(item: Element) -> str | None:
    """The post's text; `excerpt:encoded` has the same local name."""
    found = next((e for e in item.iterchildren("{*}encoded") if "excerpt" not in e.tag), None)
    return found.text if found is not None else None


def _terms(item: Element, domain: str) -> list[str]:
    terms = (plain(e.text) for e in item.iterchildren("category") if e.get("domain") == domain)
    return [term for term in terms if term]


def _date(element: Element, name: str) -> DateMention | None:
    local, utc = (_iso(text_in(element, part)) for part in (name, f"{name}_gmt"))
    return DateMention(machine=local, machine_utc=utc) if local or utc else None


def _iso(text: str | None) -> str | None:
    return text.replace(" ", "T") if text and text != _NEVER else None
