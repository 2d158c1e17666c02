"""Disqus' XML export: all threads (the pages that embed it) and all comments of all threads, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from ...addresses import is_web_address, split_address
from ...schemas import DateMention, PageComment, PageReading
from ..apis.disqus import native_id
from ..xml import Element, Record, child, content_of, name_of, records, texts_of
from .account import Account
from .grouping import Group, Shelf
from .texts import body_of, says_yes, set_depths, stated_address

_ID = "{http://disqus.com/disqus-internals}id"
_PATH = re.compile(r"/[^\s/][^\s]*/?")


def recognises(head: str) -> bool:
    return "<disqus" in head or ('="http://disqus.com"' in head and "disqus-internals" in head)


def homes(file: BinaryIO) -> list[str]:
    """None: a forum may stand on several blogs, and the file names none of them."""
    return []


def readings(file: BinaryIO, *, site: str | None, account: Account) -> Iterator[PageReading]:
    """Readings of comments without their posts, which the export knows by address only."""
    shelf = Shelf()
    origins: set[str] = set()
    try:
        for record in records(file, "thread", "post", damages=account.damages):
            is_thread = name_of(record.element.tag) == "thread"
            number = record.element.get(_ID) if is_thread else _refers_to(record.element, "thread")
            shelf.put(record, number or f"nothing {record.line}", is_post=is_thread)
            if is_thread and (parts := split_address(_address(texts_of(record.element)) or "")) and parts.netloc:
                origins.add(f"{parts.scheme}://{parts.netloc}")
        # Where all threads that say so are on one site, so are those with a path alone.
        base = site or (origins.pop() if len(origins) == 1 else "")
        for group in shelf.groups():
            within = partial(_comment_numbers, group)
            if reading := account.attempt(partial(_reading, group, account), "post", group.key, within):
                reading.post_url = stated_address(reading.post_url, base) or reading.post_url
                yield reading
    finally:
        shelf.close()


def _reading(group: Group, account: Account) -> PageReading | None:
    """The comments of a thread; None for one without any, or that is left out with all of them."""
    found: list[tuple[PageComment, str | None]] = []
    for record in group.comments:
        comment = account.attempt(partial(_comment, record.element), "comment", record.element.get(_ID))
        if comment:
            found.append((comment, _why_not_shown(record)))
    comments = list(_shown(found, account))
    thread = texts_of(group.post.element) if group.post else None
    if why := "no_post" if thread is None else "deleted" if says_yes(thread.get("isDeleted")) else None:
        account.leave_comments(comments, why)
        return None
    set_depths(comments)
    return PageReading(platform="disqus", post_url=_address(thread or {}), comments=comments) if comments else None


def _comment_numbers(group: Group) -> list[str | None]:
    return [record.element.get(_ID) for record in group.comments]


def _shown(found: list[tuple[PageComment, str | None]], account: Account) -> Iterator[PageComment]:
    """The comments that the forum shows, in the order of the file; each of the others is given with the reason.

    In the place of a removed one that others answer Disqus shows a notice.
    """
    removed = {comment.native_id: comment for comment, why in found if why in ("deleted", "spam")}
    answered: set[str | None] = set()
    for comment, why in found:
        parent = comment.parent_native_id if why is None else None
        while parent in removed and parent not in answered:
            answered.add(parent)
            parent = removed[parent].parent_native_id
    for comment, why in found:
        if why is None:
            yield comment
        elif comment.native_id in answered:
            comment.state, comment.body, comment.author_name = "removed", None, None
            yield comment
        else:
            account.leave("comment", why, native_id=comment.native_id)


def _why_not_shown(record: Record) -> str | None:
    fields = texts_of(record.element)
    if says_yes(fields.get("isSpam")):
        return "spam"
    if says_yes(fields.get("isDeleted")):
        return "deleted"
    if not says_yes(fields.get("isApproved", "true")):
        return "unapproved"
    return None if record.is_whole or "isDeleted" in fields else "damaged"


def _address(thread: dict[str, str]) -> str | None:
    """Where the page is that embeds a thread: its link, else its identifier, which may be an address or hold one.

    >>> _address({"id": "12 http://blog.example.org/?p=12"}), _address({"id": "/one/"}), _address({"id": "12"})
    ('http://blog.example.org/?p=12', '/one/', None)
    >>> _address({"id": "blog.example.org/one/"})
    'http://blog.example.org/one/'
    """
    if link := thread.get("link"):
        return link
    words = thread.get("id", "").split()
    if path := next((word for word in reversed(words) if is_web_address(word) or _PATH.fullmatch(word)), None):
        return path
    return next((address for word in reversed(words) if (address := stated_address(word, ""))), None)


def _comment(element: Element) -> PageComment:
    fields, author = texts_of(element), child(element, "author")
    number, parent = element.get(_ID), _refers_to(element, "parent")
    name = texts_of(author) if author is not None else {}
    return PageComment(
        native_id=native_id(number) if number else None,
        parent_native_id=native_id(parent) if parent else None,
        parent_from="export" if parent else None,
        author_name=name.get("name"),
        published=DateMention(machine=fields["createdAt"]) if "createdAt" in fields else None,
        body=body_of(content_of(child(element, "message"))),
        permalink=f"#comment-{number}" if number else None,
    )


def _refers_to(element: Element, name: str) -> str | None:
    found = child(element, name)
    return found.get(_ID) if found is not None else None
