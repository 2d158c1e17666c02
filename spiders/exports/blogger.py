"""Blogger's Atom export: settings, posts and comments as entries of one feed, told apart by a category or a type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from ...addresses import join_address
from ...pipelines.urls import absolute_url
from ...schemas import DateMention, PageComment, PagePost, PageReading
from ..reading.document import folded
from ..xml import Damages, Element, Record, child, children, content_of, name_of, records, text_of
from .account import Account
from .grouping import Group, Shelf
from .texts import body_of, set_depths

_KIND = "http://schemas.google.com/g/2005#kind"
_LABEL = "http://www.blogger.com/atom/ns#"
_NUMBER = re.compile(r"(?:post|page)-(\d+)$")
_PARENT = re.compile(r"/comments/default/(\d+)$")
_SHOWN = frozenset({"LIVE", "EMPTIED"})
"""Statuses of newer exports: shown, and shown as removed."""


def recognises(head: str) -> bool:
    return "feed" in head and ("tag:blogger.com" in head or "schemas.google.com/blogger" in head)


def homes(file: BinaryIO) -> list[str]:
    """The front page that a file names for its blog before the first entry."""
    for record in records(file, "link", "entry", damages=Damages()):
        if name_of(record.element.tag) == "atom:entry":
            break
        if record.element.get("rel", "alternate") == "alternate" and (address := _address(record.element)):
            return [address]
    return []


def readings(file: BinaryIO, *, site: str | None, account: Account) -> Iterator[PageReading]:
    """A reading for each published post, and each page with comments, in whatever order the file has its entries.

    Newer exports give posts by a path below the blog's address, which is not in the file: then `site` is needed.
    """
    shelf = Shelf()
    try:
        for record in records(file, "entry", damages=account.damages):
            entry = record.element
            kind = _kind(entry)
            if kind == "comment":
                shelf.put(record, _answered_post(entry) or f"nothing {record.line}", is_post=False)
            elif kind in ("post", "page"):
                shelf.put(record, _number(_text(entry, "id")) or f"nothing {record.line}", is_post=True)
            else:
                why = "not_a_post" if record.is_whole else "damaged"
                account.leave("post", why, native_id=_text(entry, "id"), detail=kind)
        for group in shelf.groups():
            within = partial(_comment_numbers, group)
            if reading := account.attempt(partial(_reading, group, site, account), "post", group.key, within):
                yield reading
    finally:
        shelf.close()


def _reading(group: Group, site: str | None, account: Account) -> PageReading | None:
    """A post with its comments; None for one that is left out with all of them."""
    comments: list[PageComment] = []
    for record in group.comments:
        number = _number(_text(record.element, "id"))
        if why := _why_not_public(record.element):
            account.leave("comment", why[0], native_id=number, detail=why[1])
        elif comment := account.attempt(partial(_comment, record.element), "comment", number):
            comments.append(comment)
    entry = group.post.element if group.post else None
    url = (_post_url(entry, site) if entry is not None else None) or _address_in_answers(group.comments)
    why: tuple[str, str | None] | None = None
    if entry is None:
        why = None if url else ("no_post", None)
    elif not comments and (kind := _kind(entry)) != "post":
        why = "not_a_post", kind
    else:
        why = _why_not_public(entry)
    if why:
        if entry is not None:
            account.leave("post", why[0], native_id=group.key, detail=why[1])
        account.leave_comments(comments, why[0], detail=why[1])
        return None
    if url is None and site is None and entry is not None and _text(entry, "filename"):
        account.hints["the posts stand below an address that the file does not hold: name the blog with --site"] = None
    set_depths(comments)
    post = _post(entry, url, group.key) if entry is not None else None
    return PageReading(platform="blogger", post=post, post_url=url, comments=comments) if post or comments else None


def _comment_numbers(group: Group) -> list[str | None]:
    return [_number(_text(record.element, "id")) for record in group.comments]


def _text(entry: Element, name: str) -> str | None:
    """The text of an entry's own element, of whichever vocabulary it is."""
    return text_of(child(entry, f"atom:{name}", f"blogger:{name}", f"app:{name}", name))


def _kind(entry: Element) -> str | None:
    if typed := text_of(child(entry, "blogger:type")):
        return typed.lower()
    terms = (one.get("term") or "" for one in children(entry, "atom:category") if one.get("scheme") == _KIND)
    return next((term.rpartition("#")[2] for term in terms), None)


def _why_not_public(entry: Element) -> tuple[str, str | None] | None:
    """Why an entry gives no row, with its own word for that; None if it does."""
    # Wherever they stand: damage may have put them into another element.
    status, draft, trashed = (
        text_of(next(entry.iter(f"{{*}}{name}"), None)) for name in ("status", "draft", "trashed")
    )
    if trashed:
        return "deleted", "trashed"
    if draft == "yes":
        return "unpublished", "draft"
    if status is None or status.upper() in _SHOWN:
        return None
    if _kind(entry) != "comment":
        return "unpublished", status
    return "spam" if "SPAM" in status.upper() else "unapproved", status


def _number(text: str | None) -> str | None:
    """The number at the end of an entry's id, a static page's too.

    >>> _number("tag:blogger.com,1999:blog-1.post-4711"), _number("tag:blogger.com,1999:blog-1.page-12")
    ('4711', '12')
    """
    found = _NUMBER.search(text or "")
    return found[1] if found else None


def _link(entry: Element, rel: str) -> str | None:
    links = (one for one in children(entry, "atom:link") if one.get("rel", "alternate").rpartition("/")[2] == rel)
    return next(map(_address, links), None)


def _address(link: Element) -> str | None:
    """Where a link leads, from the base that the file states, if it does."""
    href = (link.get("href") or "").strip()
    return (join_address(link.base, href) if link.base else href) or None


def _post_url(entry: Element, site: str | None) -> str | None:
    path = _text(entry, "filename")
    return _link(entry, "alternate") or (absolute_url(path, f"{site.rstrip('/')}/") if site and path else None)


def _address_in_answers(comments: list[Record]) -> str | None:
    """Address of a post of which the file does not hold it, as its comments name it."""
    answers = (child(record.element, "thr:in-reply-to") for record in comments)
    return next((address for one in answers if one is not None and (address := _address(one))), None)


def _post(entry: Element, url: str | None, number: str) -> PagePost:
    return PagePost(
        url=url,
        native_id=number,
        title=_title(entry),
        author_name=_author(entry, "name"),
        author_url=_author(entry, "uri"),
        published=_published(entry),
        modified=_date(entry, "updated") or _date(entry, "modified"),
        tags=[one.get("term") or "" for one in children(entry, "atom:category") if one.get("scheme") == _LABEL],
        body=body_of(_content(entry)),
    )


def _title(entry: Element) -> str | None:
    title = child(entry, "atom:title")
    text = text_of(title)
    if title is None or title.get("type") != "html":
        return text
    body = body_of(text, breaks=False)
    return folded(body.text_content()) or None if body is not None else None


def _comment(entry: Element) -> PageComment:
    related = _PARENT.search(_link(entry, "related") or "")
    parent = related[1] if related else _number(_text(entry, "inReplyTo"))
    properties = {one.get("name") for one in children(entry, "gd:extendedProperty")}
    is_removed = "blogger.contentRemoved" in properties or (_text(entry, "status") or "").upper() == "EMPTIED"
    return PageComment(
        native_id=_number(_text(entry, "id")),
        parent_native_id=parent,
        parent_from="export" if parent else None,
        author_name=_author(entry, "name"),
        author_url=_author(entry, "uri"),
        published=_published(entry),
        # A notice stands in the place of a removed text.
        body=None if is_removed else body_of(_content(entry)),
        permalink=_link(entry, "alternate"),
        state="removed" if is_removed else "visible",
    )


def _answered_post(entry: Element) -> str | None:
    """What a comment stands under: the number of its post, else the address; None if the entry names neither."""
    reply = child(entry, "thr:in-reply-to")
    if reply is None:
        return _number(_text(entry, "parent"))
    return _number(reply.get("ref")) or _address(reply)


def _author(entry: Element, name: str) -> str | None:
    author = child(entry, "atom:author")
    return _text(author, name) if author is not None else None


def _content(entry: Element) -> str | None:
    """What an entry says, in full where it has that."""
    return content_of(child(entry, "atom:content")) or content_of(child(entry, "atom:summary"))


def _published(entry: Element) -> DateMention | None:
    """When an entry appeared. Atom asks for the last change alone, which is what is left where the rest is missing."""
    names = ("published", "created", "issued", "updated", "modified")
    return next((date for name in names if (date := _date(entry, name))), None)


def _date(entry: Element, name: str) -> DateMention | None:
    text = _text(entry, name)
    return DateMention(machine=text) if text else None
