"""A real Ghost on loopback, filled through its own two APIs: the staff's and the members'."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any, Literal
from urllib.request import HTTPCookieProcessor, Request, build_opener

from .install import GHOST, GHOST_NODE
from .process import free_port, running

Status = Literal["published", "hidden", "deleted"]
"""Ghost's own: hidden by the staff, deleted by the writer. Either keeps its place only where answers stand below it."""

START = datetime(2024, 5, 6, 7, 30, tzinfo=UTC)
OWNER = "Mara Weiss"
SECOND_AUTHOR = "Åsa Öberg-Lindqvist"
LEFT = "Left Leo"
"""A member who goes after he has written: his comments stay."""
LIKERS = ["Tom Kessler", "Lee", "雪 村上"]
PASSWORD = "a long word for loopback only"


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostRemark:
    """A comment as its writer sends it; `parent` is the place of another in the same list."""

    html: str
    text: str
    author: str = "Tom Kessler"
    parent: int | None = None
    status: Status = "published"
    likes: int = 0
    edited: bool = False
    """Whether its writer sends it again, with another text first."""
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostPost:
    slug: str
    title: str
    at: datetime
    body: list[str]
    """Its paragraphs."""
    tags: list[str] = field(default_factory=list)
    """'#...' are tags that no reader sees."""
    authors: list[str] = field(default_factory=lambda: [OWNER])
    visibility: Literal["public", "members"] = "public"
    remarks: list[GhostRemark] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueGhostPost:
    """A post as Ghost's database holds it."""

    id: str
    slug: str
    title: str
    at: datetime
    authors: list[str]
    """In their order."""
    tags: list[str]
    """Those that readers see, in their order."""
    is_public: bool
    body: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueGhostComment:
    """A comment as Ghost's database holds it, with the text that the seed declares."""

    id: str
    post_id: str
    parent_id: str | None
    """The comment that was answered."""
    author_name: str | None
    """None if its writer has left."""
    at: datetime
    status: Status
    likes: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostBlog:
    url: str
    """Address of the blog, with a trailing slash."""
    staff: Visitor
    """Its owner, logged in."""
    posts: list[TrueGhostPost]
    comments: list[TrueGhostComment]

    def shown(self) -> dict[str, TrueGhostComment]:
        """The comments that a reader sees, and the places of those removed that have such below them."""
        by_id = {comment.id: comment for comment in self.comments}
        shown: dict[str, TrueGhostComment] = {}
        for comment in self.comments:
            above: TrueGhostComment | None = comment if comment.status == "published" else None
            while above is not None:
                shown[above.id] = above
                above = None if above.parent_id is None else by_id[above.parent_id]
        return shown


def plain(text: str, **other: Any) -> GhostRemark:
    return GhostRemark(html=f"<p>{text}</p>", text=text, **other)


POSTS = [
    GhostPost(
        slug="counting-seats",
        title="Counting seats: 7 ways & <none> of them right",
        at=START,
        body=["Seats were counted. The count was long.", "Its result surprised all of us, and some of us twice."],
        tags=["Market shares", "Seats & desks", "#internal-note"],
        remarks=[
            GhostRemark(
                html="<p>First paragraph.</p><p>Second one.</p>", text="First paragraph.\n\nSecond one.", likes=3
            ),
            plain("A reply.", author="Raman and Daughters", parent=0),
            plain("A reply to the reply.", author="Lee", parent=1),
            plain("A reply to the reply's reply.", parent=2),
            GhostRemark(
                html='<p>See <a href="https://example.com/seats">the list</a><br>below.</p>'
                "<blockquote><p>Quoted.</p></blockquote>",
                text="See the list\nbelow.\n\n> Quoted.",
                author="O'Brien, Counting",
            ),
            plain("כמה מושבים יש? 🙂", author="דוד כהן", pinned=True),
            plain("来年は増えますか。", author="雪 村上", parent=5, edited=True),
            plain("Hidden by the staff, with nothing below.", author="Hidden Hanna", status="hidden"),
            plain("Hidden by the staff, with an answer.", author="Hidden Hanna", status="hidden"),
            plain("An answer to what is hidden.", parent=8),
            plain("Deleted by its writer, with nothing below.", author="Deleted Dora", status="deleted"),
            plain("Deleted by its writer, with an answer.", author="Deleted Dora", status="deleted"),
            plain("An answer to what is deleted.", author="Lee", parent=11, likes=1),
            plain("A hidden answer in the middle.", author="Hidden Hanna", parent=12, status="hidden"),
            plain("An answer to the hidden answer.", parent=13),
            plain("Deleted answer, nothing below.", author="Deleted Dora", parent=12, status="deleted"),
            plain("Written by one who has left since.", author=LEFT),
            plain("👍🏽", author="Ωμέγα Παπαδοπούλου"),
        ],
    ),
    GhostPost(
        slug="many-seats",
        title="Many seats",
        at=START + timedelta(days=40, hours=15, minutes=45),
        body=["There are more threads below this one than an answer of the API holds."],
        tags=["Market shares"],
        remarks=[
            *(plain(f"Thread {n} of 104.", author="Lee" if n % 3 else "Tom Kessler") for n in range(104)),
            *(plain(f"Answer {n} of 12.", parent=50 if n % 2 else 103) for n in range(12)),
        ],
    ),
    GhostPost(
        slug="no-seats",
        title="座席を数える",
        at=START + timedelta(days=80),
        body=["座席を数えました。長い作業でした。", "結果は下にあります。"],
        tags=["日本語"],
        authors=[SECOND_AUTHOR],
    ),
    GhostPost(
        slug="two-hands",
        title="Written by two hands",
        at=START + timedelta(days=120),
        body=["Two of us wrote this.", "Neither of us agrees."],
        authors=[SECOND_AUTHOR, OWNER],
        remarks=[plain("The only comment of this post.", author="Ada Only")],
    ),
    GhostPost(
        slug="for-members",
        title="For members only",
        at=START + timedelta(days=150),
        body=["What members alone read stands here."],
        visibility="members",
        remarks=[plain("Only members see this section.", author="Lee")],
    ),
]


@contextmanager
def serving_ghost(folder: Path) -> Iterator[GhostBlog]:
    """Serve a filled Ghost with its theme Source on a free port of 127.0.0.1 until the block ends.

    Log and database stay in `folder`.
    """
    shutil.copytree(GHOST / "content", folder / "content")
    database, port = folder / "ghost.db", free_port()
    url = f"http://127.0.0.1:{port}/"
    environment = {
        **os.environ,
        "NODE_ENV": "production",
        "url": url,
        "server__port": str(port),
        "database__client": "better-sqlite3",
        "database__connection__filename": str(database),
        "paths__contentPath": str(folder / "content"),
        "mail__transport": "stub",
        "logging__transports": '["stdout"]',
        # Nothing leaves this machine: no look for updates, no pictures by mail addresses, no calls to other services.
        "privacy__useTinfoil": "true",
        # Goes with these, and is nothing of the kind: what search engines read of a page, on by default.
        "privacy__useStructuredData": "true",
        # Else the first login waits for a code sent by mail.
        "security__staffDeviceVerification": "false",
    }
    with running([GHOST_NODE, "index.js"], url=url, log=folder / "ghost.log", environment=environment, cwd=GHOST):
        staff = opened(url)
        invite(staff, SECOND_AUTHOR, database)
        texts = fill(staff)
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            yield GhostBlog(
                url=url,
                staff=staff,
                posts=list(true_posts(connection)),
                comments=list(true_comments(connection, texts)),
            )


class Visitor:
    """One browser: its cookies, and requests that say they come from the blog's own pages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Send JSON and give the JSON of the answer; None where it is of another kind."""
        request = Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Origin": self.url.rstrip("/")},
        )
        with self._opener.open(request) as answer:
            text = answer.read()
            return json.loads(text) if answer.headers.get_content_type() == "application/json" else None

    def admin(self, method: str, path: str, body: object = None) -> Any:
        return self.send(method, f"ghost/api/admin/{path}", body)

    def set(self, **settings: str) -> None:
        """Change settings of the blog, as its staff."""
        self.admin("PUT", "settings/", {"settings": [{"key": key, "value": settings[key]} for key in settings]})


def opened(url: str) -> Visitor:
    """Set the blog up, with comments open to all members, and log its owner in."""
    staff = Visitor(url)
    owner = {"name": OWNER, "email": mail(OWNER), "password": PASSWORD, "blogTitle": "The Seat Counter"}
    staff.admin("POST", "authentication/setup/", {"setup": [owner]})
    staff.admin("POST", "session/", {"username": mail(OWNER), "password": PASSWORD})
    staff.set(comments_enabled="all")
    # What a new blog holds already.
    for post in staff.admin("GET", "posts/?limit=100")["posts"]:
        staff.admin("DELETE", f"posts/{post['id']}/")
    return staff


def invite(staff: Visitor, name: str, database: Path) -> None:
    """Let another author in, by what the mail to him would have held."""
    [role] = [role for role in staff.admin("GET", "roles/")["roles"] if role["name"] == "Author"]
    staff.admin("POST", "invites/", {"invites": [{"email": mail(name), "role_id": role["id"]}]})
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        [(token,)] = connection.execute("select token from invites")
    author = {"token": token, "email": mail(name), "name": name, "password": PASSWORD}
    Visitor(staff.url).admin("POST", "authentication/invitation/", {"invitation": [author]})


def mail(name: str) -> str:
    return f"{name.encode().hex()[:40]}@never-stored.example.com"


def fill(staff: Visitor) -> dict[str, str]:
    """Publish the posts, and let their readers speak; the text of each comment by Ghost's id."""
    users = {user["name"]: user["id"] for user in staff.admin("GET", "users/?limit=100")["users"]}
    members = {
        name: staff.admin("POST", "members/", {"members": [{"name": name, "email": mail(name)}]})["members"][0]["id"]
        for name in sorted({remark.author for post in POSTS for remark in post.remarks})
    }
    readers = functools.cache(lambda name: reader(staff, members[name]))
    texts: dict[str, str] = {}
    for post in POSTS:
        given = {
            "slug": post.slug,
            "title": post.title,
            "html": "".join(f"<p>{escape(paragraph)}</p>" for paragraph in post.body),
            "status": "published",
            "published_at": stamp(post.at),
            "tags": [{"name": tag} for tag in post.tags],
            "authors": [{"id": users[name]} for name in post.authors],
            "visibility": post.visibility,
        }
        [made] = staff.admin("POST", "posts/?source=html", {"posts": [given]})["posts"]
        ids = speak(staff, made["id"], post, members)
        texts |= {ids[place]: remark.text for place, remark in enumerate(post.remarks)}
        settle(staff, post, ids, readers)
    if LEFT in members:
        staff.admin("DELETE", f"members/{members[LEFT]}/")
    return texts


def speak(staff: Visitor, post_id: str, post: GhostPost, members: dict[str, str]) -> list[str]:
    """Store the comments of a post with their times, as when a blog moves to Ghost; their ids."""
    ids: list[str] = []
    for place, remark in enumerate(post.remarks):
        comment: dict[str, object] = {
            "post_id": post_id,
            "member_id": members[remark.author],
            "html": "<p>Something else at first.</p>" if remark.edited else remark.html,
            "created_at": stamp(post.at + timedelta(hours=5, minutes=41 * place, seconds=place)),
        }
        if remark.parent is not None:
            head = remark.parent
            while (above := post.remarks[head].parent) is not None:
                head = above
            comment["parent_id"] = ids[head]
            if head != remark.parent:
                comment["in_reply_to_id"] = ids[remark.parent]
        ids.append(staff.admin("POST", "comments/", {"comments": [comment]})["comments"][0]["id"])
    return ids


def settle(staff: Visitor, post: GhostPost, ids: list[str], readers: Callable[[str], Visitor]) -> None:
    """Edit, like, pin, hide and delete what the seed says: the first two and the last as members, else as staff."""
    for comment_id, remark in zip(ids, post.remarks, strict=True):
        of_comment = f"members/api/comments/{comment_id}/"
        if remark.edited or remark.status == "deleted":
            change = {"html": remark.html} if remark.edited else {"status": "deleted"}
            readers(remark.author).send("PUT", of_comment, {"comments": [change]})
        for name in LIKERS[: remark.likes]:
            readers(name).send("POST", f"{of_comment}like/")
        if remark.pinned:
            staff.admin("PUT", f"comments/{comment_id}/", {"comments": [{"id": comment_id, "pinned": True}]})
        if remark.status == "hidden":
            staff.admin("PUT", f"comments/{comment_id}/", {"comments": [{"id": comment_id, "status": "hidden"}]})


def reader(staff: Visitor, member_id: str) -> Visitor:
    """A reader who is logged in, by the link that the staff can ask for."""
    link = staff.admin("GET", f"members/{member_id}/signin_urls/")["member_signin_urls"][0]["url"]
    visitor = Visitor(staff.url)
    visitor.send("GET", link.removeprefix(staff.url))
    return visitor


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def instant(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def true_posts(connection: sqlite3.Connection) -> Iterator[TrueGhostPost]:
    """All published posts in the database."""
    bodies = {post.slug: post.body for post in POSTS}
    rows = connection.execute(
        "select id, slug, title, published_at, visibility from posts where type = 'post' and status = 'published'"
    )
    for post_id, slug, title, published_at, visibility in rows.fetchall():
        authors = connection.execute(
            "select name from posts_authors join users on users.id = author_id where post_id = ? order by sort_order",
            (post_id,),
        )
        tags = connection.execute(
            "select name from posts_tags join tags on tags.id = tag_id"
            " where post_id = ? and visibility = 'public' order by sort_order",
            (post_id,),
        )
        yield TrueGhostPost(
            id=post_id,
            slug=slug,
            title=title,
            at=instant(published_at),
            authors=[name for (name,) in authors],
            tags=[name for (name,) in tags],
            is_public=visibility == "public",
            body=bodies[slug],
        )


def true_comments(connection: sqlite3.Connection, texts: dict[str, str]) -> Iterator[TrueGhostComment]:
    """All comments in the database, in the order in which they were made."""
    rows = connection.execute(
        "select comments.id, post_id, coalesce(in_reply_to_id, parent_id), members.name, comments.created_at,"
        " comments.status, (select count(*) from comment_likes where comment_id = comments.id)"
        " from comments left join members on members.id = member_id order by comments.created_at, comments.id"
    )
    for comment_id, post_id, parent_id, author, created_at, status, likes in rows:
        yield TrueGhostComment(
            id=comment_id,
            post_id=post_id,
            parent_id=parent_id,
            author_name=author,
            at=instant(created_at),
            status=status,
            likes=likes,
            text=texts[comment_id],
        )
