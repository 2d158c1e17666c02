"""WordPress' export (WXR 1.0 to 1.2), by whatever program: an RSS file whose items hold a post and its comments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from ...addresses import is_web_address
from ...schemas import CommentKind, DateMention, PageComment, PagePost, PageReading
from ..apis.json_values import plain
from ..xml import Damages, Element, Record, child, children, content_of, name_of, records, text_of, texts_of
from .account import Account
from .texts import body_of, says_shown, set_depths

_NEVER = "0000-00-00 00:00:00"
"""How MySQL writes a date that is not set."""
_REASONS = {"spam": "spam", "trash": "deleted", "post-trashed": "deleted", "deleted": "deleted"}
"""`comment_approved` -> word, of what is not just unapproved."""
_KINDS: dict[str, CommentKind] = {
    "comment": "comment",
    "review": "comment",
    "pingback": "pingback",
    "trackback": "trackback",
    "webmention": "pingback",
}
"""`comment_type` of what a blog shows. Plugins keep notes of their own there: of orders, of editors, of courses."""


def recognises(head: str) -> bool:
    return "<rss" in head and ("wordpress.org/export/" in head or "<wp:" in head)


def homes(file: BinaryIO) -> list[str]:
    """The front pages that a file names for its blog before the first item, the surest first.

    The last is what its links are relative to (`xml:base`).
    """
    found: dict[str, str] = {}
    for record in records(file, "base_blog_url", "link", "item", damages=Damages()):
        name, parent = name_of(record.element.tag), record.element.getparent()
        if base := record.element.base:
            found.setdefault("xml:base", base)
        if name == "item":
            break
        if parent is not None and name_of(parent.tag) == "channel" and (text := text_of(record.element)):
            found.setdefault(name, text)
    return [found[name] for name in ("wp:base_blog_url", "link", "xml:base") if name in found]


def readings(file: BinaryIO, *, site: str | None, account: Account) -> Iterator[PageReading]:
    """One reading for each published post, and each page or other item with comments, in the order of the file."""
    authors: dict[str, tuple[str, str | None]] = {}
    for record in records(file, "author", "item", damages=account.damages):
        name = name_of(record.element.tag)
        if name == "item":
            number = text_of(child(record.element, "wp:post_id"))
            read, within = partial(_reading, record, authors, account), partial(_comment_numbers, record)
            if reading := account.attempt(read, "post", number, within):
                yield reading
        elif name == "wp:author":
            fields = texts_of(record.element)
            if login := fields.get("wp:author_login"):
                authors[login] = (fields.get("wp:author_id", ""), fields.get("wp:author_display_name"))


def _reading(record: Record, authors: dict[str, tuple[str, str | None]], account: Account) -> PageReading | None:
    """The item with its approved comments; None for one that is left out with all of them."""
    item, fields = record.element, texts_of(record.element)
    login = fields.get("dc:creator", "")
    author_id, name = authors.get(login, ("", None))
    comments: list[PageComment] = []
    for element in children(item, "wp:comment"):
        values = texts_of(element)
        number = values.get("wp:comment_id")
        if why := _why_not_shown(values, is_whole=record.is_whole):
            account.leave("comment", why[0], native_id=number, detail=why[1])
        elif comment := account.attempt(partial(_comment, values, element, author_id), "comment", number):
            comments.append(comment)
    if why := _why_not_public(record, fields, is_commented=bool(comments)):
        account.leave("post", why[0], native_id=fields.get("wp:post_id"), detail=why[1])
        account.leave_comments(comments, why[0], detail=why[1])
        return None
    set_depths(comments)
    guid = fields.get("guid")
    link = fields.get("link")
    post = PagePost(
        url=link,
        native_id=fields.get("wp:post_id"),
        title=plain(fields.get("title")),
        author_name=name or login or None,
        published=_date(fields, "wp:post_date") or _published_as_feed(fields.get("pubDate")),
        modified=_date(fields, "wp:post_modified"),
        categories=_terms(item, "category"),
        tags=_terms(item, "post_tag", "tag"),
        body=body_of(content_of(child(item, "content:encoded"))),
        comments_open={"open": True, "closed": False}.get(fields.get("wp:comment_status", "")),
    )
    address = link or (guid if guid and is_web_address(guid) else None)
    return PageReading(platform="wordpress", post=post, post_url=address, comments=comments)


def _comment_numbers(record: Record) -> list[str | None]:
    return [text_of(child(one, "wp:comment_id")) for one in children(record.element, "wp:comment")]


def _why_not_public(record: Record, fields: dict[str, str], *, is_commented: bool) -> tuple[str, str | None] | None:
    """Why an item gives no post, with its own word for that; None if it does.

    What a writer leaves out says nothing against it, but what damage may have taken away does.
    """
    kind, status = fields.get("wp:post_type"), fields.get("wp:status", "publish").casefold()
    if not record.is_whole and not {"wp:post_type", "wp:status"} <= fields.keys():
        return "damaged", None
    if kind not in (None, "post") and not is_commented:
        return "not_a_post", kind
    if not says_shown(status) and not (kind == "attachment" and status == "inherit"):
        return "unpublished", status
    return ("protected", None) if any(text_of(one) for one in record.element.iter("{*}post_password")) else None


def _why_not_shown(fields: dict[str, str], *, is_whole: bool) -> tuple[str, str | None] | None:
    """The same for a comment of an item."""
    approved, kind = fields.get("wp:comment_approved"), fields.get("wp:comment_type", "comment")
    if approved is None and not is_whole:
        return "damaged", None
    if approved is not None and not says_shown(approved):
        return _REASONS.get(approved.casefold(), "unapproved"), approved
    return None if kind.casefold() in _KINDS else ("not_a_comment", kind)


def _comment(fields: dict[str, str], element: Element, author_id: str) -> PageComment:
    number, parent = fields.get("wp:comment_id"), fields.get("wp:comment_parent", "0")
    user = fields.get("wp:comment_user_id", "0")
    return PageComment(
        native_id=number,
        kind=_KINDS[fields.get("wp:comment_type", "comment").casefold()],
        parent_native_id=None if parent == "0" else parent,
        parent_from=None if parent == "0" else "export",
        # Names and addresses stand in WordPress' database, and so in its export, as HTML.
        author_name=plain(fields.get("wp:comment_author")),
        author_url=plain(fields.get("wp:comment_author_url")),
        by_post_author=(user == author_id and user != "0") if author_id else None,
        published=_date(fields, "wp:comment_date"),
        body=body_of(content_of(child(element, "wp:comment_content"))),
        permalink=f"#comment-{number}" if number else None,
    )


def _terms(item: Element, *domains: str) -> list[str]:
    found = (plain(text_of(one)) for one in children(item, "category") if one.get("domain") in domains)
    return [term for term in found if term]


def _date(fields: dict[str, str], name: str) -> DateMention | None:
    local, utc = (_iso(fields.get(part)) for part in (name, f"{name}_gmt"))
    return DateMention(machine=local, machine_utc=utc) if local or utc else None


def _iso(text: str | None) -> str | None:
    return text.replace(" ", "T") if text and text != _NEVER else None


def _published_as_feed(text: str | None) -> DateMention | None:
    return DateMention(machine=text) if text else None
