"""A real Isso on loopback, filled through its own API, and a small static blog whose pages embed it."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from pathlib import Path
from typing import Literal
from urllib.request import Request, urlopen

from .install import SERVERS
from .process import free_port, running

START = datetime(2025, 2, 3, 9, 0, 0, 250_000, tzinfo=UTC)
"""When the first comment was made; each later one half an hour after the one before."""

Mode = Literal[1, 2, 4]
"""Isso's own: 1 published, 2 waiting for approval, 4 deleted while it has replies: only its place is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssoRemark:
    """A comment as its writer sends it; `parent` is the place of another in the same list."""

    markdown: str
    text: str | None = None
    """What readers see of it; None if the same."""
    author: str | None = "Tom Kessler"
    website: str | None = None
    parent: int | None = None
    mode: Mode = 1
    likes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IssoPost:
    path: str
    title: str
    names_its_thread: bool
    """Whether the page tells the thread's name; if not, Isso takes the path of the page for it."""
    remarks: list[IssoRemark]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueIssoComment:
    """A comment as Isso's database holds it, with the text that the seed declares."""

    id: int
    path: str
    parent_id: int | None
    """The head of its thread: Isso stores two levels, whichever comment was answered."""
    author_name: str | None
    author_url: str | None
    at: datetime
    mode: Mode
    likes: int
    """Likes less dislikes."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssoBlog:
    url: str
    """Address of the blog, without a trailing slash."""
    isso_url: str
    posts: list[IssoPost]
    comments: list[TrueIssoComment]


POSTS = [
    IssoPost(
        path="/seats/",
        title="Counting seats",
        names_its_thread=True,
        remarks=[
            IssoRemark(markdown="First paragraph.\n\nSecond paragraph.", website="https://tom.example.com", likes=3),
            IssoRemark(markdown="A reply.", author="Raman & Daughters", parent=0),
            IssoRemark(markdown="A reply to the reply.", author="Lee", parent=1),
            IssoRemark(markdown="No name below this one.", author=None),
            IssoRemark(markdown="> Quoted.\n\nAnd *answered*.", text="> Quoted.\n\nAnd answered.", parent=3),
            IssoRemark(markdown="* one\n* two", text="- one\n- two", author="雪 村上", likes=-1),
            IssoRemark(markdown="כמה מושבים יש? 🙂", author="דוד כהן"),
            IssoRemark(markdown="Taken back.", author="Priya Raman", mode=4),
            IssoRemark(markdown="An answer to what was taken back.", parent=7),
            IssoRemark(markdown="Not yet approved.", mode=2),
            IssoRemark(markdown="```\nif seats:\n    count()\n```", text="if seats:\n    count()"),
        ],
    ),
    IssoPost(
        path="/many-seats/",
        title="Many seats",
        names_its_thread=False,
        remarks=[IssoRemark(markdown=f"Remark {n} of 60.", parent=n - 1 if n % 4 == 3 else None) for n in range(60)],
    ),
    IssoPost(path="/no-seats/", title="No seats", names_its_thread=True, remarks=[]),
]


@contextmanager
def serving_isso(folder: Path) -> Iterator[IssoBlog]:
    """Serve the blog and its Isso on two free ports of 127.0.0.1 until the block ends. Logs stay in `folder`."""
    blog_port, isso_port = free_port(), free_port()
    blog_url, isso_url = f"http://127.0.0.1:{blog_port}", f"http://127.0.0.1:{isso_port}"
    pages = folder / "pages"
    write_pages(pages, isso_url)
    config, database = folder / "isso.cfg", folder / "comments.db"
    config.write_text(
        f"[general]\ndbpath = {database}\nhost = {blog_url}/\ngravatar = true\n"
        f"[server]\nlisten = {isso_url}\n[guard]\nenabled = false\n"
        # The default is slow on purpose; every commenter's address is hashed by it.
        "[hash]\nalgorithm = sha1\n"
    )
    isso = [SERVERS / "bin/isso", "-c", config, "run"]
    blog = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", pages, str(blog_port)]
    with (
        running(isso, url=f"{isso_url}/info", log=folder / "isso.log"),
        running(blog, url=f"{blog_url}/", log=folder / "blog.log"),
    ):
        remarks = {number: remark for post in POSTS for number, remark in send_all(post, blog_url, isso_url)}
        with closing(sqlite3.connect(database)) as connection:
            settle(connection, remarks)
            comments = list(true_comments(connection, remarks))
        yield IssoBlog(url=blog_url, isso_url=isso_url, posts=POSTS, comments=comments)


def write_pages(folder: Path, isso_url: str) -> None:
    """Write the blog: a front page that links to its posts, and the posts with the lines that Isso's manual gives."""
    links = "".join(f'<li><a href="{post.path}">{escape(post.title)}</a></li>' for post in POSTS)
    write_page(folder / "index.html", "The Seat Counter", f"<h1>The Seat Counter</h1><ul>{links}</ul>")
    for post in POSTS:
        thread = f' data-isso-id="{post.path}" data-title="{escape(post.title)}"' if post.names_its_thread else ""
        write_page(
            folder / post.path.strip("/") / "index.html",
            post.title,
            f"<article><h1>{escape(post.title)}</h1>"
            '<p>By Mara Weiss, <time datetime="2025-02-03T08:00:00Z">3 February 2025</time></p>'
            "<p>Seats were counted. The count was long, and its result is below.</p></article>"
            f'<script data-isso="{isso_url}/" src="{isso_url}/js/embed.min.js"></script>'
            f'<section id="isso-thread"{thread}><noscript>Comments need JavaScript.</noscript></section>',
        )


def write_page(path: Path, title: str, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>'
        f"<body>{body}</body></html>\n"
    )


def send_all(post: IssoPost, blog_url: str, isso_url: str) -> Iterator[tuple[int, IssoRemark]]:
    """Post the remarks of a page as Isso's script in a browser does; each with the number that Isso gives it."""
    numbers: list[int] = []
    for remark in post.remarks:
        request = Request(
            f"{isso_url}/new?uri={post.path}",
            method="POST",
            headers={"Content-Type": "application/json", "Origin": blog_url},
            data=json.dumps(
                {
                    "text": remark.markdown,
                    "author": remark.author,
                    "website": remark.website,
                    "email": "never-to-be-stored@mail.invalid",
                    "parent": None if remark.parent is None else numbers[remark.parent],
                }
            ).encode(),
        )
        with urlopen(request) as answer:
            numbers.append(json.load(answer)["id"])
        yield numbers[-1], remark


def settle(connection: sqlite3.Connection, remarks: dict[int, IssoRemark]) -> None:
    """Give the comments what the API does not let a visitor choose: their times, votes and moderation."""
    for place, (number, remark) in enumerate(remarks.items()):
        connection.execute(
            "update comments set created = ?, mode = ?, likes = ?, dislikes = ? where id = ?",
            (
                (START + timedelta(minutes=30 * place)).timestamp(),
                remark.mode,
                max(remark.likes, 0),
                max(-remark.likes, 0),
                number,
            ),
        )
    # What Isso itself does with a deleted comment that has replies (db/comments.py, delete).
    connection.execute("update comments set text = '', author = null, website = null where mode = 4")
    connection.commit()


def true_comments(connection: sqlite3.Connection, remarks: dict[int, IssoRemark]) -> Iterator[TrueIssoComment]:
    """All comments in the database, by their numbers."""
    rows = connection.execute(
        "select comments.id, uri, parent, author, website, created, mode, likes - dislikes"
        " from comments join threads on threads.id = comments.tid order by comments.id"
    )
    for number, path, parent, author, website, created, mode, likes in rows:
        remark = remarks[number]
        yield TrueIssoComment(
            id=number,
            path=path,
            parent_id=parent,
            # Isso stores names as HTML.
            author_name=None if author is None else unescape(author),
            author_url=website,
            at=datetime.fromtimestamp(created, UTC),
            mode=mode,
            likes=likes,
            text="" if mode == 4 else remark.markdown if remark.text is None else remark.text,
        )
