"""The blog that the real servers are filled with: every case that its tests name, among ordinary conversations.

A text is declared twice: the HTML that goes into the server and the text that a reader of the page has before them, as
pipelines/text.py lays it out (blank lines between paragraphs, '> ' before quotes, '- ' and '1. ' before list items).
All times are UTC; the blog's clock is Berlin's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from .remarks import DECORATED, OPENINGS, PLAIN_REMARKS, SCRIPTS

Approved = Literal["1", "0", "spam", "trash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who comments; one with a login has an account on the blog."""

    name: str
    url: str = ""
    email: str = ""
    login: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    login: str
    name: str
    email: str
    url: str
    role: Literal["administrator", "author", "subscriber"]

    def as_person(self) -> Person:
        return Person(name=self.name, url=self.url, email=self.email, login=self.login)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedComment:
    key: str
    post: str
    parent: str | None
    name: str
    url: str
    email: str
    login: str | None
    at: str
    """'YYYY-MM-DD HH:MM:SS' in UTC."""
    html: str
    text: str
    kind: Literal["comment", "pingback", "trackback"]
    approved: Approved


@dataclass(slots=True, kw_only=True)
class SeedPost:
    """A post, and the conversation below it as it grows: `say` appends to it."""

    key: str
    title: str
    at: str
    author: str = "mara"
    html: str = ""
    text: str = ""
    type: Literal["post", "page"] = "post"
    status: Literal["publish", "draft", "private", "pending"] = "publish"
    slug: str = ""
    """Empty lets WordPress make it from the title."""
    open: bool = True
    password: str = ""
    sticky: bool = False
    categories: list[str] = field(default_factory=lambda: ["Markets"])
    tags: list[str] = field(default_factory=list)
    comments: list[SeedComment] = field(default_factory=list)

    def say(
        self,
        who: Person,
        html: str,
        text: str | None = None,
        *,
        to: SeedComment | None = None,
        at: str | None = None,
        kind: Literal["comment", "pingback", "trackback"] = "comment",
        approved: Approved = "1",
    ) -> SeedComment:
        """Add a comment, 17 minutes and 7 seconds after the one before unless `at` says when.

        `text` is what readers see of `html`; None if both are the same.
        """
        before = self.comments[-1].at if self.comments else self.at
        comment = SeedComment(
            key=f"{self.key}/{len(self.comments) + 1}",
            post=self.key,
            parent=to.key if to else None,
            name=who.name,
            url=who.url,
            email=who.email,
            login=who.login,
            at=at or later(before, seconds=17 * 60 + 7),
            html=html,
            text=html if text is None else text,
            kind=kind,
            approved=approved,
        )
        self.comments.append(comment)
        return comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What php/seed.py takes: parents stand before their replies, ids follow the order of the lists."""

    users: list[User]
    posts: list[SeedPost]
    comments: list[SeedComment]


USERS = [
    User(
        login="mara",
        name="Mara Weiss",
        email="mara@desk.invalid",
        url="https://mara.example.org/",
        role="administrator",
    ),
    User(login="jonas", name="Jonas Okafor", email="jonas@desk.invalid", url="", role="author"),
    User(login="reader", name="Ines Duarte", email="ines@reader.invalid", url="", role="subscriber"),
]
MARA, JONAS, INES = (user.as_person() for user in USERS)

TOM = Person(name="Tom Kessler", url="http://tom.example.com/blog", email="tom@mail.invalid")
PRIYA = Person(name="Priya Raman", email="priya@mail.invalid")
LEE = Person(name="Lee", email="lee@mail.invalid")
OTHER_LEE = Person(name="Lee", url="https://lee.example.net", email="another.lee@mail.invalid")
OBRIEN = Person(name="Siobhán O'Brien & Sons", url="https://obrien.example.ie/?a=1&b=2", email="siobhan@mail.invalid")
NAMELESS = Person(name="", email="nobody@mail.invalid")
YUKI = Person(name="雪 村上", email="yuki@mail.invalid")
DAVID = Person(name="דוד כהן", email="david@mail.invalid")
VISITORS = [TOM, PRIYA, LEE, OTHER_LEE, OBRIEN, YUKI, DAVID, INES]
COMPANY = Person(name="Field Notes » On counting seats", url="https://fieldnotes.example.com/on-counting-seats/")

ADDRESSES = [".invalid", "203.0.113.7", "gravatar"]
"""What shows that a commenter's mail or IP address was kept: how mail addresses here end, and php/seed.php's IP."""

ORDINARY_POSTS = 16
PUBLISHED_POSTS = 30
COMMENTS_IN_ALL = 330


def blog() -> Seed:
    """The whole blog: 30 published posts, some more that no visitor sees, and 330 comments, always the same."""
    chance = random.Random(20260301)
    posts = [*special_posts(), *unseen_posts()]
    left = COMMENTS_IN_ALL - sum(len(post.comments) for post in posts)
    posts += ordinary_posts(chance, comments=left)
    # Ids are given in the order of time, as on a blog that is alive.
    comments = sorted((comment for post in posts for comment in post.comments), key=lambda comment: comment.at)
    return Seed(users=USERS, posts=posts, comments=comments)


def special_posts() -> Iterator[SeedPost]:
    """Published posts that each hold one case; their keys name it."""
    yield deep_thread()
    yield many_pages()
    yield closed_with_comments()
    yield new_post("closed-without-comments", at="2023-11-02 09:00:00", open=False)
    yield new_post("no-comments-yet", at="2024-05-20 09:00:00", tags=["seat counts", "größe"])
    yield notices_from_other_sites()
    yield only_a_pingback()
    yield hidden_parents()
    yield hidden_parent_long_ago()
    yield markup()
    yield scripts()
    yield the_author_answers()
    yield names()
    yield clock_set_back()


def deep_thread() -> SeedPost:
    """Ten levels in one line, and a second branch at each: deeper than any of the sites nests."""
    post = new_post("deep-thread", at="2024-03-01 08:00:00", author="jonas", categories=["Markets", "Q&A"])
    above: SeedComment | None = None
    for level in range(10):
        here = post.say(VISITORS[level % 5], f"Level {level + 1} of a line of ten.", to=above)
        if above is not None:
            post.say(VISITORS[(level + 2) % 5], f"A side branch at level {level + 1}.", to=above)
        above = here
    post.say(PRIYA, "Somebody who does not care for the line above.")
    return post


def many_pages() -> SeedPost:
    """More threads than a page of comments holds, some with replies that were written much later."""
    post = new_post("many-pages", at="2024-02-10 07:30:00", sticky=True)
    heads = [post.say(VISITORS[n % 8], f"Head of thread {n + 1} of 34.") for n in range(34)]
    for n in (0, 3, 9, 10, 21, 33):
        reply = post.say(VISITORS[(n + 1) % 8], f"A late reply to head {n + 1}.", to=heads[n])
        post.say(VISITORS[(n + 2) % 8], f"A reply to the late reply below head {n + 1}.", to=reply)
    return post


def closed_with_comments() -> SeedPost:
    post = new_post("closed-with-comments", at="2021-06-15 10:00:00", open=False, author="jonas")
    question = post.say(TOM, "Will there be a second part?")
    post.say(JONAS, "No, this was all.", to=question)
    return post


def notices_from_other_sites() -> SeedPost:
    """Pingbacks and trackbacks among comments; one that waits for approval, one that is spam."""
    post = new_post("notices-from-other-sites", at="2024-04-04 12:00:00")
    post.say(PRIYA, "Comment before any notice.")
    post.say(COMPANY, "[&#8230;] as the desk counted [&#8230;]", "[…] as the desk counted […]", kind="pingback")
    post.say(
        Person(name="Old Weblog", url="http://old.example.org/archives/17.html"),
        "<strong>Seats again</strong>\n\nA trackback has a text of its own.",
        "Seats again\n\nA trackback has a text of its own.",
        kind="trackback",
    )
    after = post.say(LEE, "Comment between the notices.")
    post.say(MARA, "An answer by the author.", to=after)
    post.say(Person(name="Waiting", url="http://waiting.example.org/"), "[...]", "[…]", kind="pingback", approved="0")
    post.say(
        Person(name="Cheap pills", url="http://pills.example.org/"), "[...]", "[…]", kind="trackback", approved="spam"
    )
    post.say(COMPANY, "[&#8230;] once more [&#8230;]", "[…] once more […]", kind="pingback")
    return post


def only_a_pingback() -> SeedPost:
    post = new_post("only-a-pingback", at="2024-04-05 12:00:00")
    post.say(COMPANY, "[&#8230;] nothing else [&#8230;]", "[…] nothing else […]", kind="pingback")
    return post


def hidden_parents() -> SeedPost:
    """Approved replies under parents that are not: counted on every site, but shown only where comments are flat."""
    post = new_post("hidden-parents", at="2024-06-01 06:00:00")
    seen = post.say(TOM, "A parent that everybody sees.")
    post.say(PRIYA, "A reply that everybody sees.", to=seen)
    for state in ("0", "spam", "trash"):
        hidden = post.say(LEE, f"A parent nobody sees ({state}).", to=seen if state == "0" else None, approved=state)
        reply = post.say(OBRIEN, f"An approved reply below it ({state}).", to=hidden)
        post.say(MARA, f"An approved reply below that reply ({state}).", to=reply)
    post.say(LEE, "Waiting without replies.", approved="0")
    post.say(PRIYA, "The last that everybody sees.", to=seen)
    return post


def hidden_parent_long_ago() -> SeedPost:
    """A hidden reply that is older than the ten comments that the section's feed holds."""
    post = new_post("hidden-parent-long-ago", at="2023-05-02 06:00:00")
    hidden = post.say(LEE, "A parent nobody sees.", approved="0")
    post.say(OBRIEN, "An approved reply below it.", to=hidden)
    head = post.say(TOM, "The head of a thread that everybody sees.")
    for n in range(10):
        post.say(VISITORS[n % 8], f"Reply {n + 1} of ten.", to=head)
    return post


def markup() -> SeedPost:
    """What visitors and, with more rights, the author put into a comment."""
    post = new_post("markup", at="2024-07-01 09:15:00", author="mara", tags=["html"])
    for remark in DECORATED:
        post.say(MARA if remark.needs_rights else TOM, remark.html, remark.text)
    return post


def scripts() -> SeedPost:
    """Emoji, right-to-left and CJK texts, as comments and as the post."""
    post = new_post(
        "scripts",
        title="数える:席、שיחות & القراء 🙂",
        at="2024-07-10 22:30:00",
        categories=["Größen & Maße"],
        tags=["日本語", "עברית"],
    )
    head: SeedComment | None = None
    for n, remark in enumerate(SCRIPTS):
        said = post.say((YUKI, DAVID)[n % 2], remark.html, remark.text, to=head if n % 3 == 2 else None)
        head = head or said
    return post


def the_author_answers() -> SeedPost:
    """The post's author, the blog's other author and a reader with an account; only the first is its author."""
    post = new_post("the-author-answers", at="2024-08-05 10:00:00", author="jonas")
    question = post.say(INES, "A question by a reader with an account.")
    answer = post.say(JONAS, "The answer of the author.", to=question)
    post.say(MARA, "A word by the other author of the blog.", to=answer)
    post.say(Person(name="Jonas Okafor", email="not.jonas@mail.invalid"), "A visitor who took the author’s name.")
    post.say(JONAS, "That was not me.")
    return post


def names() -> SeedPost:
    """Namesakes, no name at all, an apostrophe and an ampersand, and two comments of the same second."""
    post = new_post("names", at="2024-08-20 10:00:00")
    first = post.say(LEE, "The first Lee.")
    post.say(OTHER_LEE, "The other Lee.", to=first)
    post.say(NAMELESS, "Whoever wrote this left no name.")
    post.say(OBRIEN, "A name with an apostrophe and an ampersand.")
    twin = post.say(TOM, "One of two in the same second.")
    post.say(PRIYA, "Two of two in the same second.", at=twin.at)
    return post


def clock_set_back() -> SeedPost:
    """02:30 of 27 October 2024 came twice in Berlin: WordPress shows both with the offset of the second."""
    post = new_post("clock-set-back", at="2024-10-26 20:00:00")
    post.say(TOM, "Half past two in summer time.", at="2024-10-27 00:30:00")
    post.say(PRIYA, "Half past two again, in winter time.", at="2024-10-27 01:30:00")
    post.say(LEE, "Half past three.", at="2024-10-27 02:30:00")
    return post


def unseen_posts() -> Iterator[SeedPost]:
    """What a visitor may not read, and a page that takes comments but is no post."""
    draft = new_post("draft", at="2024-09-01 10:00:00", status="draft")
    private = new_post("private", at="2024-09-02 10:00:00", status="private")
    locked = new_post("locked", at="2024-09-03 10:00:00", password="seats", text="")
    page = new_post("about", at="2020-01-01 10:00:00", type="page", categories=[])
    for post in (draft, private, locked, page):
        post.say(TOM, f"A comment below '{post.key}'.", f"A comment below ‘{post.key}’.")
        yield post


def ordinary_posts(chance: random.Random, *, comments: int) -> Iterator[SeedPost]:
    """Posts with conversations as they come: `comments` in all, replies to any earlier comment."""
    start = datetime(2022, 1, 10, 16, 45, tzinfo=UTC)
    for n in range(ORDINARY_POSTS):
        post = new_post(
            f"ordinary-{n + 1}",
            title=f"Week {n + 1}: {OPENINGS[n % len(OPENINGS)]}",
            at=stamp(start + timedelta(days=41 * n, minutes=13 * n)),
            author=("mara", "jonas")[n % 3 == 1],
            categories=[("Markets", "Vendors", "Größen & Maße")[n % 3]],
            tags=[f"week {n + 1}", "weekly"],
        )
        share = comments // ORDINARY_POSTS + (n < comments % ORDINARY_POSTS)
        for _ in range(share):
            remark = chance.choice(PLAIN_REMARKS)
            to = chance.choice(post.comments) if post.comments and chance.random() < 0.6 else None
            who = MARA if chance.random() < 0.1 else chance.choice(VISITORS)
            wait = chance.randrange(40, 3 * 24 * 3600)
            before = post.comments[-1].at if post.comments else post.at
            post.say(who, remark, to=to, at=later(before, seconds=wait))
        yield post


def new_post(key: str, *, at: str, title: str | None = None, **more) -> SeedPost:
    """A post with a body of two paragraphs and a list that name its key."""
    name = key.replace("-", " ")
    html = (
        f"<p>The post about {name} has a first paragraph with a "
        '<a href="https://example.org/source">source</a>.</p>\n'
        "<ul><li>It counts seats.</li><li>It counts <em>readers</em>.</li></ul>\n"
        "<p>And it closes.</p>"
    )
    text = (
        f"The post about {name} has a first paragraph with a source.\n\n"
        "- It counts seats.\n- It counts readers.\n\nAnd it closes."
    )
    return SeedPost(key=key, title=title or name.capitalize(), at=at, html=html, **{"text": text, **more})


def later(at: str, *, seconds: int) -> str:
    return stamp(datetime.fromisoformat(at) + timedelta(seconds=seconds))


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
