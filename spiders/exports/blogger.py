"""Blogger's Atom export: settings, posts and comments as entries of one feed, told apart by a category or a type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from ...schemas import DateMention, PageComment, PagePost, PageReading
from .grouping import grouped
from .xml import Element, Problem, attempted, body_of, elements, text_in

HOMES = (re.compile(r"""<link(?=[^<>]*\srel=["']alternate["'])[^<>]*\shref=["'](https?://[^"'\s]+)"""),)
"""Where a file names the front page of its blog."""
_KIND = "http://schemas.google.com/g/2005#kind"
_LABEL = "http://www.blogger.com/atom/ns#"
_NUMBER = re.compile(r"post-(\d+)$")
_PARENT = re.compile(r"/comments/default/(\d+)$")


def recognises(head: str) -> bool:
    return "<feed" in head and ("tag:blogger.com" in head or "schemas.google.com/blogger" in head)


def readings(file: BinaryIO, *, site: str | None, problem: Problem) -> Iterator[PageReading]:
    """A reading for each published post, and readings of comments alone behind them; drafts are left out.

    Newer exports give posts by a path below the blog's address, which is not in the file: then `site` is needed.
    """
    urls: dict[str, str] = {}
    comments: list[tuple[str, PageComment]] = []
    for entry in elements(file, "entry", problem=problem):
        kind = _kind(entry)
        if not _is_public(entry):
            continue
        if kind == "post":
            post = attempted(partial(_post, entry, site), problem, what=f"post {text_in(entry, 'id')}")
            if post and post.native_id and post.url:
                urls[post.native_id] = post.url
                yield PageReading(platform="blogger", post=post, post_url=post.url)
        elif kind == "comment" and (url := urls.get(_answered_post(entry))):
            comment = attempted(partial(_comment, entry), problem, what=f"comment {text_in(entry, 'id')}")
            comments += [(url, comment)] if comment else []
            if len(comments) >= 2000:
                yield from grouped(comments, platform="blogger")
                comments = []
    yield from grouped(comments, platform="blogger")


def _kind(entry: Element) -> str | None:
    if typed := text_in(entry, "type"):
        return typed.lower()
    terms = (e.get("term") or "" for e in entry.iterchildren("{*}category") if e.get("scheme") == _KIND)
    return next((term.rpartition("#")[2] for term in terms), None)


def _is_public(entry: Element) -> bool:
    control = next(entry.iterchildren("{*}control"), None)
    is_draft = control is not None and text_in(control, "draft") == "yes"
    return not is_draft and text_in(entry, "status") in (None, "LIVE") and text_in(entry, "trashed") is None


def _number(text: str | None) -> str | None:
    """The number at the end of an entry's id.

    >>> _number("tag:blogger.com,1999:blog-1.post-4711")
    '4711'
    """
    found = _NUMBER.search(text or "")
    return found[1] if found else None


def _link(entry: Element, rel: str) -> str | None:
    return next((e.get("href") for e in entry.iterchildren("{*}link") if e.get("rel") == rel), None)


def _post(entry: Element, site: str | None) -> PagePost:
    path = text_in(entry, "filename")
    url = _link(entry, "alternate") or (f"{site.rstrip('/')}{path}" if site and path else None)
    return PagePost(
        url=url,
        native_id=_number(text_in(entry, "id")),
        title=text_in(entry, "title"),
        author_name=_author(entry, "name"),
        author_url=_author(entry, "uri"),
        published=_date(entry, "published"),
        modified=_date(entry, "updated"),
        tags=[e.get("term") or "" for e in entry.iterchildren("{*}category") if e.get("scheme") == _LABEL],
        body=body_of(text_in(entry, "content")),
    )


def _comment(entry: Element) -> PageComment:
    related = _PARENT.search(_link(entry, "related") or "")
    parent = related[1] if related else _number(text_in(entry, "inReplyTo"))
    return PageComment(
        native_id=_number(text_in(entry, "id")),
        parent_native_id=parent,
        parent_from="export" if parent else None,
        author_name=_author(entry, "name"),
        author_url=_author(entry, "uri"),
        published=_date(entry, "published"),
        body=body_of(text_in(entry, "content")),
        permalink=_link(entry, "alternate"),
    )


def _answered_post(entry: Element) -> str:
    """Number of the post that a comment stands under; empty if the entry names none."""
    reply = next(entry.iterchildren("{*}in-reply-to"), None)
    return _number(reply.get("ref") if reply is not None else text_in(entry, "parent")) or ""


def _author(entry: Element, name: str) -> str | None:
    author = next(entry.iterchildren("{*}author"), None)
    return text_in(author, name) if author is not None else None


def _date(entry: Element, name: str) -> DateMention | None:
    text = text_in(entry, name)
    return DateMention(machine=text) if text else None
