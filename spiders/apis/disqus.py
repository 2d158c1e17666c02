"""Disqus: the page that its script shows in a frame, which holds the thread's first comments as JSON.

    GET https://disqus.com/embed/comments/?base=default&f=FORUM&t_i=IDENTIFIER&t_u=URL&s_o=ORDER
    GET https://disqus.com/api/3.0/threads/listPostsThreaded?forum=FORUM&thread=ID&limit=50&order=ORDER&cursor=NEXT

The first needs no key and gives 50 comments; asked for in the other order it gives the 50 from the other end. The
second goes on behind any page, but answers only to an API key (docs/embeds.md).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from w3lib.url import add_or_replace_parameter

from ...addresses import host_of, path_of, query_of
from ...schemas import DateMention, Embed, PageComment, PageReading
from ..reading.document import Document
from ..reading.errors import LayoutChanged
from .json_values import fragment, json_object, member, objects, plain, whole
from .scripts import Scripts, assigned, without_comments

NAME = "disqus"
API = "https://disqus.com/api/3.0/"

_FRAME = "https://disqus.com/embed/comments/"
_LIMIT = 50
_OLDEST_FIRST, _NEWEST_FIRST = "asc", "desc"
# embed.js and its like for single platforms; count.js only shows numbers, on listings too.
_LOADER = re.compile(r"//([\w-]+)\.disqus\.com/(?:embed|blogger_item|disqus)\.js|disqus\.com/forums/([\w-]+)/embed\.js")
_LOADER_CODE = re.compile(r"\.disqus\.com/(?:embed|blogger_item|disqus)\.js|\bembedVars\s*=\s*\{")
_FORUM_HOST = re.compile(r"//([\w-]+)\.disqus\.com/")
_FORUM = re.compile(r"[\w-]+")
_NO_FORUM = frozenset({"www", "a", "c", "help", "about", "blog", "docs", "media", "links", "example"})
_IDENTIFIER = r"(?:disqus_identifier|disqusIdentifier|page\.identifier|data-disqus-identifier)"
_URL = r"(?:disqus_url|disqusUrl|page\.url|disqus_blogger_current_url)"
_SHORTNAME = r"(?:disqus_shortname|disqusShortname|disqus-shortname)"


def find_disqus(doc: Document, scripts: Scripts) -> Embed | None:
    """The thread that the page embeds, by its place in the markup or by the script that fills it."""
    code = without_comments(scripts.code) if "isqus" in scripts.code else ""
    place = doc.with_id.get("disqus_thread")
    loader = _LOADER.search(scripts.sources) or _LOADER.search(code)
    squarespace = doc.class_names.holding(("squarespace-comments",)) and assigned(code, _SHORTNAME)
    frame = _frame(doc)
    if place is None and not loader and not frame and not squarespace and not _LOADER_CODE.search(code):
        return None
    given = doc.elements[place] if place is not None else {}
    forum = (
        frame.get("f")
        or (loader and (loader[1] or loader[2]))
        or given.get("data-disqus-shortname")
        or assigned(code, _SHORTNAME)
        or _forum_in_links(doc, scripts)
    )
    identifier = frame.get("t_i") or given.get("data-disqus-identifier") or assigned(code, _IDENTIFIER)
    url = frame.get("t_u") or given.get("data-disqus-url") or assigned(code, _URL)
    url = url or doc.links.get("canonical") or doc.url
    if forum is None or not _FORUM.fullmatch(forum) or not (identifier or url):
        return Embed(system=NAME, thread=identifier or url)
    thread = {"t_i": identifier, "t_u": url}
    query = {"base": "default", "f": forum, **{name: value for name, value in thread.items() if value}}
    return Embed(system=NAME, thread=identifier or url, url=f"{_FRAME}?{urlencode({**query, 's_o': 'default'})}")


def _frame(doc: Document) -> dict[str, str]:
    """The query of the frame itself, as a page saved from a browser has it; empty if there is none."""
    for number in doc.with_tag.get("iframe", ()):
        source = doc.elements[number].get("src") or ""
        if host_of(source) == "disqus.com" and path_of(source).startswith("/embed/comments"):
            return query_of(source)
    return {}


def _forum_in_links(doc: Document, scripts: Scripts) -> str | None:
    """The forum by the counting script, or by the link that readers without scripts get."""
    links = [doc.elements[n].get("href") or "" for n in doc.with_tag.get("a", ())]
    forums = _FORUM_HOST.findall("\n".join((scripts.sources, *links)))
    return next((forum for forum in forums if forum not in _NO_FORUM), None)


def read_disqus(body: bytes, *, post_url: str, url: str) -> PageReading:
    """The comments of the frame or of a page of the API, each before its replies.

    Raises:
        MalformedAnswer: the API gives no JSON object.
        LayoutChanged: the frame holds no thread.
    """
    is_frame = not needs_key(url)
    answer = _thread_data(body, url) if is_frame else json_object(body)
    response = answer.get("response")
    rows = objects(member(response).get("posts") if is_frame else response)
    cursor = member(answer.get("cursor"))
    reading = PageReading(
        platform=NAME, post_url=post_url, comments=[_comment(row, post_url) for row in rows if row.get("id")]
    )
    if is_frame:
        # A thread that nobody has opened yet has no cursor and no comments.
        reading.stated_total = whole(cursor.get("total")) or 0
    if cursor.get("hasNext") and (following := plain(cursor.get("next"))):
        order = plain(answer.get("order")) or query_of(url).get("order", _NEWEST_FIRST)
        reading.next_pages = _further(url, answer, following, order, is_frame=is_frame)
    return reading


def native_id(number: object) -> str:
    """A comment's id, spelt so that it cannot be taken for a number that the blog itself gave.

    >>> native_id(1800000001)
    'disqus-1800000001'
    """
    return f"disqus-{number}"


def needs_key(url: str) -> bool:
    """Whether Disqus answers there to an API key only."""
    return url.startswith(API)


def _further(url: str, answer: dict[str, Any], following: str, order: str, *, is_frame: bool) -> list[str]:
    """The next page by the API; behind the first frame also the frame from the other end."""
    if not is_frame:
        return [add_or_replace_parameter(url, "cursor", following)]
    thread = member(member(answer.get("response")).get("thread"))
    query = {
        "forum": plain(thread.get("forum")) or query_of(url).get("f", ""),
        "thread": plain(str(thread.get("id") or "")) or "",
        "limit": str(_LIMIT),
        "order": order,
        "cursor": following,
    }
    pages = [f"{API}threads/listPostsThreaded?{urlencode(query)}"]
    if query_of(url).get("s_o") == "default":
        pages.append(add_or_replace_parameter(url, "s_o", _NEWEST_FIRST if order == _OLDEST_FIRST else _OLDEST_FIRST))
    return pages


def _thread_data(body: bytes, url: str) -> dict[str, Any]:
    doc = Document(body, url)
    for script in doc.scripts:
        if script.get("id") == "disqus-threadData":
            return json_object((script.text or "").encode())
    raise LayoutChanged("Disqus' thread", url)


def _comment(row: dict[str, Any], post_url: str) -> PageComment:
    parent = whole(row.get("parent"))
    author = member(row.get("author"))
    created = plain(row.get("createdAt"))
    deleted = bool(row.get("isDeleted") or row.get("isSpam"))
    return PageComment(
        native_id=native_id(row["id"]),
        parent_native_id=None if parent is None else native_id(parent),
        parent_from=None if parent is None else "api",
        depth=whole(row.get("depth")),
        author_name=plain(author.get("name")),
        author_url=plain(author.get("url")) or plain(author.get("profileUrl")),
        # In UTC, without saying so.
        published=DateMention(machine=f"{created}+00:00") if created else None,
        body=None if deleted else fragment(row.get("message")),
        likes=whole(row.get("points")) if "points" in row else whole(row.get("likes")),
        permalink=f"{post_url}#comment-{row['id']}",
        state="removed" if deleted else "pending" if row.get("isApproved") is False else "visible",
    )
