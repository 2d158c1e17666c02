"""Comments that a page states only for machines: schema.org's Comment objects in its JSON-LD.

Asked where the markup shows none; such a list is often a copy of the first few, which `declared_comments` then tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from ...addresses import split_address
from ...numerals import whole_number
from ...schemas import DateMention, Embed, PageComment
from ..apis.json_values import fragment, member, objects, plain, whole
from .document import Document
from .items import ID_PREFIX

_TYPES = frozenset({"Comment", "UserComments"})
_NO_POST = frozenset({"Product", "Offer", "FAQPage", "QAPage", "Question", "Answer", "Review", "LocalBusiness"})
"""What is said of or to these are reviews and answers."""
_DEEPEST = 50
"""Levels of answers that are followed; below that a page is made to be read by nobody."""


def linked_comments(doc: Document, embeds: list[Embed]) -> list[PageComment]:
    """The comments in the order of the data, each before the answers that it holds; empty where there are none.

    Args:
        embeds: the page's comment systems. One that can be asked itself knows more than the page's copy.
    """
    if any(embed.url for embed in embeds):
        return []
    posts = (post for data in doc.linked_data for post in (data, member(data.get("mainEntity"))))
    # The same post may be described twice, each time with its comments.
    threads = (list(_listed(post, None, 0, 0)) for post in posts if _is_of_page(doc, post))
    found = next((thread for thread in threads if thread), [])
    comments = [_comment(data, parent, doc.url) for data, parent in found]
    _set_parents(comments, [data for data, _ in found])
    return comments


def _is_of_page(doc: Document, post: dict[str, Any]) -> bool:
    """Whether an object may be the page's post: no product or question, nothing that a listing tells of other pages."""
    own = _path(doc.url or doc.links.get("canonical"))
    page = post.get("mainEntityOfPage")
    paths = {_path(address) for address in (post.get("url"), page, member(page).get("@id"))} - {None}
    return _kinds(post).isdisjoint(_NO_POST) and (own is None or not paths or own in paths)


def _path(url: object) -> str | None:
    """The path of a URL; None for what is none."""
    parts = split_address(url) if isinstance(url, str) and url else None
    return parts.path.rstrip("/") if parts else None


def _listed(
    holder: dict[str, Any], parent: int | None, place: int, depth: int
) -> Iterator[tuple[dict[str, Any], int | None]]:
    """The Comment objects that an object holds, and the place of the one that each stands in.

    Args:
        place: where the first of them will stand.
    """
    value = holder.get("comment")
    for data in objects(value if isinstance(value, list) else [value]):
        if _kinds(data).isdisjoint(_TYPES) or not _text(data):
            continue
        yield data, parent
        here, place = place, place + 1
        if depth < _DEEPEST:
            for answer in _listed(data, here, place, depth + 1):
                yield answer
                place += 1


def _kinds(data: dict[str, Any]) -> set[str]:
    kinds = data.get("@type")
    return {kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)}


def _text(data: dict[str, Any]) -> str | None:
    return next(
        (text for name in ("text", "commentText", "description") if isinstance(text := data.get(name), str) and text),
        None,
    )


def _comment(data: dict[str, Any], parent: int | None, url: str | None) -> PageComment:
    authors = data.get("author") or data.get("creator")
    author = authors[0] if isinstance(authors, list) and authors else authors
    person = member(author)
    comment = PageComment(
        native_id=_native_id(data),
        author_name=plain(person.get("name") if person else author),
        author_url=plain(person.get("url")),
        parent=parent,
        parent_from=None if parent is None else "nesting",
        likes=_number(data.get("upvoteCount")),
        body=fragment(_as_html(_text(data) or "")),
    )
    if date := next(
        (d for name in ("dateCreated", "datePublished", "commentTime") if (d := plain(data.get(name)))), None
    ):
        comment.published = DateMention(machine=date)
    address = plain(data.get("url"))
    if address and address != url:
        comment.permalink = address
    return comment


def _as_html(text: str) -> str:
    """The text as markup: its lines are paragraphs, unless it is markup already."""
    if "</" in text or "<br" in text:
        return text
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _native_id(data: dict[str, Any]) -> str | None:
    """The comment's id by the anchor in its address; None where that names none."""
    for name in ("@id", "url"):
        value = data.get(name)
        anchor = value.partition("#")[2] if isinstance(value, str) else ""
        if prefix := ID_PREFIX.match(anchor):
            return anchor[prefix.end() :]
    return plain(data.get("identifier"))


def _number(value: object) -> int | None:
    return whole_number(value) if isinstance(value, str) else whole(value)


def _set_parents(comments: list[PageComment], data: list[dict[str, Any]]) -> None:
    """The parents of comments that name what they answer, which may be deeper than the list that they stand in."""
    places: dict[str, int] = {}
    for place, one in enumerate(data):
        for name in ("@id", "url"):
            if isinstance(address := one.get(name), str):
                places.setdefault(address, place)
    for place, (comment, one) in enumerate(zip(comments, data, strict=True)):
        named = one.get("parentItem")
        answered = member(named)
        addresses = [named, answered.get("@id"), answered.get("url")]
        found = next((places[a] for a in addresses if isinstance(a, str) and a in places), None)
        # Only what stands before it, so that no circle is closed.
        if found is not None and found < place:
            comment.parent, comment.parent_from = found, "attribute"
    if any(comment.parent is not None for comment in comments):
        for comment in comments:
            comment.depth = 0 if comment.parent is None else (comments[comment.parent].depth or 0) + 1
