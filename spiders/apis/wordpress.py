"""WordPress' REST API: the rows of /wp/v2/posts and /wp/v2/comments, in the form that its pages are read into.

Ids and permalinks are those of the pages. What only the API knows: true parents below the site's display depth and the
instant of each date. What it does not show: pingbacks and trackbacks (asking for them needs a login).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...schemas import CommentKind, DateMention, PageComment, PagePost, PageReading
from ..reading.document import folded
from ..reading.errors import LayoutChanged
from .json_values import fragment, plain

_NAME = "wordpress"


def read_api_posts(rows: Sequence[Mapping[str, Any]], url: str | None) -> list[PageReading]:
    """One reading without comments for each row of /wp/v2/posts?_embed=author,wp:term.

    Raises:
        LayoutChanged: a row has no id or no link.
    """
    readings: list[PageReading] = []
    for row in rows:
        link = plain(row.get("link"))
        if not row.get("id") or link is None:
            raise LayoutChanged("posts of the REST API", url)
        author = next(iter(_embedded(row, "author")), {})
        post = PagePost(
            url=link,
            native_id=str(row["id"]),
            title=_shown(_rendered(row.get("title"))),
            author_name=plain(author.get("name")),
            author_url=plain(author.get("link")),
            published=_date(row, "date"),
            modified=_date(row, "modified"),
            categories=_terms(row, "category"),
            tags=_terms(row, "post_tag"),
            body=fragment(_rendered(row.get("content")) or None),
            comments_open=_is_open(row.get("comment_status")),
        )
        readings.append(PageReading(platform=_NAME, post=post))
    return readings


def read_api_comments(rows: Iterable[Mapping[str, Any]], posts: Mapping[str, tuple[str, str]]) -> list[PageReading]:
    """One reading for each post that the rows of /wp/v2/comments belong to, in the order of its first comment.

    Args:
        posts: post's native id -> (its URL, its author's user id or ''); comments of other posts are left out.

    Raises:
        LayoutChanged: a row has no id or no post.
    """
    readings: dict[str, PageReading] = {}
    depths: dict[str, int] = {}
    for row in rows:
        if not row.get("id") or row.get("post") is None:
            raise LayoutChanged("comments of the REST API", plain(row.get("link")))
        post_id = str(row["post"])
        if post_id not in posts:
            continue
        post_url, post_author = posts[post_id]
        comment = _comment(row, post_author)
        comment.depth = 0 if comment.parent_native_id is None else _below(depths.get(comment.parent_native_id))
        if comment.depth is not None:
            depths[str(row["id"])] = comment.depth
        readings.setdefault(post_id, PageReading(platform=_NAME, post_url=post_url)).comments.append(comment)
    return list(readings.values())


def posts_of_comments(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """The posts that rows of /wp/v2/comments?_embed=up stand below: native id -> (its URL, its author's user id or '').

    Where a site embeds no post, the comment's own address tells that of the post.
    """
    posts: dict[str, tuple[str, str]] = {}
    for row in rows:
        post = next(iter(_embedded(row, "up")), {})
        link = plain(post.get("link")) or (plain(row.get("link")) or "").partition("#")[0]
        if row.get("post") is not None and link:
            posts.setdefault(str(row["post"]), (link, str(post.get("author") or "")))
    return posts


def _below(depth: int | None) -> int | None:
    """None where the parent stands on another page of the listing."""
    return None if depth is None else depth + 1


def _comment(row: Mapping[str, Any], post_author: str) -> PageComment:
    parent = str(row["parent"]) if row.get("parent") else None
    user = str(row.get("author") or 0)
    return PageComment(
        native_id=str(row["id"]),
        kind=_kind(plain(row.get("type"))),
        parent_native_id=parent,
        parent_from="api" if parent else None,
        author_name=plain(row.get("author_name")),
        author_url=plain(row.get("author_url")),
        by_post_author=(user == post_author and user != "0") if post_author else None,
        published=_date(row, "date"),
        body=fragment(_rendered(row.get("content"))),
        permalink=plain(row.get("link")),
    )


def _kind(kind: str | None) -> CommentKind:
    # A plugin's own types ('review', 'note', ...) are comments by persons.
    kinds: dict[str | None, CommentKind] = {"pingback": "pingback", "trackback": "trackback"}
    return kinds.get(kind, "comment")


def _rendered(value: object) -> str | None:
    rendered = value.get("rendered") if isinstance(value, Mapping) else value
    return rendered if isinstance(rendered, str) else None


def _shown(html: str | None) -> str | None:
    """The text of a title, which the API gives as HTML."""
    element = fragment(html)
    return (folded("".join(element.itertext())) or None) if element is not None else None


def _date(row: Mapping[str, Any], name: str) -> DateMention | None:
    local, utc = plain(row.get(name)), plain(row.get(f"{name}_gmt"))
    return DateMention(machine=local, machine_utc=utc) if local or utc else None


def _embedded(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The embedded objects of that name; those that the site refuses to show hold an error code instead."""
    embedded = row.get("_embedded")
    objects = embedded.get(name) if isinstance(embedded, Mapping) else None
    if not isinstance(objects, list):
        return []
    return [one for one in objects if isinstance(one, Mapping) and "code" not in one]


def _terms(row: Mapping[str, Any], taxonomy: str) -> list[str]:
    embedded = row.get("_embedded")
    groups = embedded.get("wp:term") if isinstance(embedded, Mapping) else None
    terms = [term for group in groups or () if isinstance(group, list) for term in group if isinstance(term, Mapping)]
    return [name for term in terms if term.get("taxonomy") == taxonomy and (name := plain(term.get("name")))]


def _is_open(status: object) -> bool | None:
    return {"open": True, "closed": False}.get(status) if isinstance(status, str) else None
