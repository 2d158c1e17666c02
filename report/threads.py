"""The pages of threads: each post with its comments, in the two orders that they have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from markupsafe import Markup, escape

from ..inert import inert_line
from ..schemas.words import PARENT_SOURCES, VIAS
from . import words
from .show import (
    LONGEST_WORD,
    Link,
    anchor,
    counted,
    day,
    instant,
    name_of,
    outside,
    percent,
    published,
    short,
    title_of,
)
from .site import Site
from .tables import Row, rows
from .texts import LONGEST, Cue, differing_html, text_html
from .trees import Place, as_shown, by_answers, end_of, items_of, parts_of

TARGET = 700_000
"""Bytes that a page is filled to, by a reckoning that is rather too high."""
OWN_PAGES = 1_500
"""Posts that have a page each; where there are more, neighbours share one."""
MOST_COMMENTS = 10_000
"""Of one post; the others are counted."""
MOST_VERSIONS = 6
AT_ONCE = 100
"""Posts that are held in memory."""

PLAIN_ID = re.compile(r"[0-9A-Za-z]{1,32}")

POSTS = """
    select
        shown_posts.place,
        posts.* exclude (body_html),
        completeness.stated_comments,
        completeness.found_comments,
        completeness.found_pingbacks,
        completeness.found_gone,
        completeness.reason,
        fetches.via,
        fetches.request_url,
        fetches.archive_file,
        fetches.archive_offset,
        writers.person_id,
        takedowns.id is not null as is_taken_down

    from shown_posts

    inner join posts
        on shown_posts.post_id = posts.post_id

    left join completeness
        on posts.post_id = completeness.post_id

    left join fetches
        on posts.fetch_id = fetches.fetch_id

    left join speakers as writers
        on posts.post_id = writers.text_id

    left join takedowns
        on posts.post_id = takedowns.id
        and takedowns.record = 'post'

    where shown_posts.place between $first and $last

    order by shown_posts.place
"""

COMMENTS = """
    select
        comments.* exclude (body_html),
        posts.author_name as post_author,
        posts.url as post_url,
        fetches.via,
        fetches.request_url,
        fetches.archive_file,
        fetches.archive_offset,
        writers.site,
        writers.person_id

    from shown_posts

    inner join comments
        on shown_posts.post_id = comments.post_id

    inner join posts
        on shown_posts.post_id = posts.post_id

    left join fetches
        on comments.fetch_id = fetches.fetch_id

    left join speakers as writers
        on comments.comment_id = writers.text_id

    where shown_posts.place between $first and $last

    qualify row_number() over (partition by comments.post_id order by comments.position) <= $most

    order by shown_posts.place, comments.position
"""

ANSWERS = """
    select
        replies.*

    from shown_posts

    inner join replies
        on shown_posts.post_id = replies.post_id

    where shown_posts.place between $first and $last

    order by shown_posts.place, replies.comment_id, replies.is_primary desc, replies.cue_start nulls last,
        replies.target_id
"""

VERSIONS = """
    select
        versions.*

    from shown_posts

    inner join comment_versions as versions
        on shown_posts.post_id = versions.post_id

    where shown_posts.place between $first and $last

    qualify count(*) over (partition by versions.comment_id) > 1

    order by shown_posts.place, versions.comment_id, versions.version
"""


@dataclass(slots=True)
class Where:
    """On which page of the report each thread and comment stands; paths from its root."""

    threads: dict[str, str] = field(default_factory=dict)
    """post_id -> page and anchor."""
    comments: dict[str, str] = field(default_factory=dict)
    """comment_id -> page and anchor."""
    persons: dict[tuple[str, str], str] = field(default_factory=dict)
    """site and person_id -> page and anchor."""
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    """site and person_id -> name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a comment answers, as its head tells."""

    target: Link
    signs: str
    sure: str


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a comment."""

    head: str
    seen: Markup
    body: Markup


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is shown."""

    before: Markup
    anchor: str
    kind: str
    name: Link
    is_post_author: bool
    when: Markup
    answers: list[Answer]
    body: Markup
    notes: list[Markup]
    """What became of it."""
    is_gone: bool
    likes: int | None
    source: Link
    facts: list[tuple[str, object]]
    versions: list[Version]
    is_edited: bool
    """Whether its words or its name were ever changed, but for its going."""


@dataclass(slots=True)
class Thread:
    """A post with all that its pages need."""

    post: Row
    comments: list[Row]
    answers: dict[str, list[Row]]
    versions: dict[str, list[Row]]
    sizes: list[int] = field(default_factory=list)
    first_size: int = 0

    def __post_init__(self) -> None:
        self.sizes = [self._size_of(comment) for comment in self.comments]
        self.first_size = 6_000 + _bytes(self.post["body_text"]) + 12 * _lines(self.post["body_text"])

    @property
    def size(self) -> int:
        return self.first_size + sum(self.sizes)

    @property
    def targets(self) -> dict[str, str]:
        return {
            comment_id: answers[0]["target_id"]
            for comment_id, answers in self.answers.items()
            if answers[0]["is_primary"]
        }

    def _size_of(self, comment: Row) -> int:
        """Bytes that a comment takes at most on a page."""
        versions = self.versions.get(comment["comment_id"], [])
        texts = [comment["body_text"], *(version["body_text"] for version in _shown(versions))]
        fixed = 4_000 + 900 * len(self.answers.get(comment["comment_id"], ())) + 400 * len(versions)
        addresses = sum(_bytes(comment[name]) for name in ("permalink", "request_url"))
        return fixed + addresses + sum(_bytes(text) + 12 * _lines(text) for text in texts)


def _bytes(text: str | None) -> int:
    """Bytes of a text as markup, with room for the tags of changed words."""
    return len(escape((text or "")[:LONGEST]).encode()) * 5 // 4


def _lines(text: str | None) -> int:
    return (text or "")[:LONGEST].count("\n")


def threads(tables: duckdb.DuckDBPyConnection) -> Iterator[Thread]:
    """The posts that are shown, in the order of their pages."""
    [(count,)] = tables.execute("select count(*) from shown_posts").fetchall()
    for first in range(1, count + 1, AT_ONCE):
        span = {"first": first, "last": first + AT_ONCE - 1}
        comments, answers, versions = (defaultdict[str, list[Row]](list) for _ in range(3))
        for comment in rows(tables, COMMENTS, **span, most=MOST_COMMENTS):
            comments[comment["post_id"]].append(comment)
        for answer in rows(tables, ANSWERS, **span):
            answers[answer["comment_id"]].append(answer)
        for version in rows(tables, VERSIONS, **span):
            versions[version["comment_id"]].append(version)
        for post in rows(tables, POSTS, **span):
            found = comments.get(post["post_id"], [])
            ids = [comment["comment_id"] for comment in found]
            yield Thread(
                post,
                found,
                {id_: answers[id_] for id_ in ids if id_ in answers},
                {id_: versions[id_] for id_ in ids if id_ in versions},
            )


def write_threads(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    """Write the pages of all threads that are shown, and take down in `where` what stands on which."""
    [(count,)] = tables.execute("select count(*) from shown_posts").fetchall()
    posts_a_page = -(-count // OWN_PAGES)
    group: list[Thread] = []
    for thread in threads(tables):
        is_full = len(group) >= posts_a_page or sum(each.size for each in group) + thread.size > TARGET
        if group and is_full:
            _write_group(site, where, group)
            group = []
        group.append(thread)
    if group:
        _write_group(site, where, group)


def _file_of(post_id: str) -> str:
    return post_id if PLAIN_ID.fullmatch(post_id) else anchor("p", post_id)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A thread on a page, or a part of one."""

    thread: Thread
    part: list[Place]
    is_first: bool


@dataclass(slots=True)
class _Pages:
    """The pages of a group of threads in one of their orders."""

    base: str
    pieces: dict[str, list[_Piece]] = field(default_factory=dict)
    """Path of a page -> what stands on it."""
    at: dict[str, str] = field(default_factory=dict)
    """comment_id -> path."""

    def add(self, path: str, piece: _Piece) -> None:
        self.pieces.setdefault(path, []).append(piece)
        self.at.update((piece.thread.comments[place.index]["comment_id"], path) for place in piece.part)

    @property
    def first(self) -> str:
        return f"{self.base}.html"


def _pages_of(base: str, group: list[Thread], orders: list[list[Place]]) -> _Pages:
    """Threads that share a page; one alone may take several."""
    pages = _Pages(base)
    if len(group) > 1:
        for thread, places in zip(group, orders, strict=True):
            pages.add(pages.first, _Piece(thread, places, is_first=True))
        return pages
    [thread], [places] = group, orders
    for number, part in enumerate(parts_of(places, thread.sizes, thread.first_size, TARGET), 1):
        path = pages.first if number == 1 else f"{base}-{number}.html"
        pages.add(path, _Piece(thread, part, is_first=number == 1))
    return pages


def _write_group(site: Site, where: Where, group: list[Thread]) -> None:
    """Write the pages of neighbouring threads, in both orders where these are not the same."""
    base = f"threads/{_file_of(group[0].post['post_id'])}"
    answering = [by_answers(thread.comments, thread.targets) for thread in group]
    shown = [as_shown(thread.comments) for thread in group]
    orders = {"who answers whom": _pages_of(base, group, answering)}
    if shown != answering:
        orders["as on the page"] = _pages_of(f"{base}-as-shown", group, shown)
    main = orders["who answers whom"]
    where.comments.update((comment_id, f"{path}#{_anchor(comment_id)}") for comment_id, path in main.at.items())
    where.threads.update((each.post["post_id"], f"{main.first}#{_post_anchor(each.post)}") for each in group)
    title = title_of(group[0].post) + (f" and {len(group) - 1} more" if len(group) > 1 else "")
    for order, pages in orders.items():
        switch = [Link(name, None if name == order else other.first) for name, other in orders.items()]
        for path, pieces in pages.pieces.items():
            parts = [Link(str(number), None if each == path else each) for number, each in enumerate(pages.pieces, 1)]
            site.write(
                path,
                "thread.html",
                title=title,
                section="threads",
                threads=[_section(piece, path, pages, where) for piece in pieces],
                switch=switch if len(switch) > 1 else [],
                parts=parts if len(parts) > 1 else [],
            )


def _section(piece: _Piece, path: str, pages: _Pages, where: Where) -> dict[str, Any]:
    """What the template needs of a thread, or of a part of it."""
    post = piece.thread.post
    found = len(piece.thread.comments)
    facts: list[tuple[str, object]] = []
    if post["stated_comments"] is not None:
        reason = words.REASONS.get(post["reason"], words.plain(post["reason"]))
        facts.append(("Stated, found", f"{post['stated_comments']}, {post['found_comments']}: {reason.lower()}"))
    facts += _seen(post)
    return {
        "anchor": _post_anchor(post),
        "title": title_of(post),
        "site": inert_line(post["site"]),
        "author": _person(where, post["site"], post["person_id"], post["author_name"]) if post["author_name"] else None,
        "when": published(post),
        "body": text_html(post["body_text"] or "") if piece.is_first else Markup(""),
        "is_long": len(post["body_text"] or "") > 700,
        "source": outside("Open at the source", post["url"]),
        "facts": facts,
        "count": counted(found, "comment"),
        "left_out": max(0, _all_comments(post) - found) if found >= MOST_COMMENTS else 0,
        "gone_at": post["missed_at"],
        "is_taken_down": post["is_taken_down"],
        "comments": list(_Writer(piece.thread, path, pages, where).comments(piece.part)),
        "end": end_of(piece.part),
        "is_first": piece.is_first,
    }


def _all_comments(post: Row) -> int:
    return sum(post[name] or 0 for name in ("found_comments", "found_pingbacks", "found_gone"))


@dataclass(slots=True)
class _Writer:
    """Makes what is shown of the comments of one part of a thread."""

    thread: Thread
    path: str
    pages: _Pages
    where: Where
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {comment["comment_id"]: _name(comment) for comment in self.thread.comments}

    def comments(self, part: Sequence[Place]) -> Iterator[Said]:
        for item in items_of(part):
            yield self._said(self.thread.comments[item.index], item.before)

    def _said(self, comment: Row, before: Markup) -> Said:
        comment_id = comment["comment_id"]
        own = _anchor(comment_id)
        versions = self.thread.versions.get(comment_id, [])
        answers: list[Answer] = []
        cues: list[Cue] = []
        for rank, row in enumerate(self.thread.answers.get(comment_id, ())):
            if row["evidence"] == ["default"]:
                continue
            target = self._target(row)
            signs = ", ".join(words.EVIDENCE.get(word, words.plain(word)) for word in row["evidence"])
            answers.append(Answer(target, signs, percent(row["confidence"])))
            if row["cue_start"] is not None and comment["body_text"]:
                why = Markup('answers {}: {}, <span class="sure">{} sure</span>').format(
                    _inner(target), signs, percent(row["confidence"])
                )
                cues.append(Cue(row["cue_start"], row["cue_end"], f"w{own}-{rank}", why))
        return Said(
            before=before,
            anchor=own,
            kind=comment["kind"],
            name=_person(self.where, comment["site"], comment["person_id"], self.names[comment_id]),
            is_post_author=bool(comment["by_post_author"]),
            when=published(comment),
            answers=answers,
            body=text_html(comment["body_text"] or "", cues),
            notes=list(_fate(comment)),
            is_gone=comment["state"] == "removed",
            likes=comment["likes"],
            source=outside("source", comment["permalink"] or comment["post_url"]),
            facts=[
                ("Comment", short(comment_id, LONGEST_WORD)),
                *_numbered(comment),
                *_parent(comment),
                *_seen(comment),
            ],
            versions=list(_versions(versions)),
            is_edited=any(
                {"author_name", "body_text"} & {*each["changed"]} and each["state"] != "removed" for each in versions
            ),
        )

    def _target(self, row: Row) -> Link:
        if row["target_kind"] == "post":
            return Link("the post", self._on(self.pages.first, _post_anchor(self.thread.post)))
        target = row["target_id"]
        if target not in self.pages.at:
            return Link("a comment that is not shown", None)
        return Link(self.names[target], self._on(self.pages.at[target], _anchor(target)))

    def _on(self, path: str, anchor: str) -> str:
        return f"#{anchor}" if path == self.path else f"{path}#{anchor}"


def _inner(link: Link) -> Markup:
    """A link within a page of threads, whose paths start from the report's root."""
    if not link.href:
        return escape(link.text)
    href = link.href if link.href.startswith("#") else f"../{link.href}"
    return Markup('<a href="{}"><bdi>{}</bdi></a>').format(href, link.text)


def _anchor(comment_id: str) -> str:
    return anchor("c", comment_id)


def _post_anchor(post: Row) -> str:
    return f"p-{_file_of(post['post_id'])}"


def _name(comment: Row) -> str:
    name = comment["author_name"] or (comment["post_author"] if comment["by_post_author"] else None)
    return name_of(name)


def _person(where: Where, site: str | None, person_id: str | None, name: str | None) -> Link:
    return Link(name_of(name), where.persons.get((site or "", person_id or "")))


def _fate(comment: Row) -> Iterator[Markup]:
    """What a reader is told of a comment that is not simply there."""
    fate = comment["fate"] or "shown"
    if fate in words.FATES:
        told = Markup(words.FATES[fate])
        if comment["missed_at"] is not None:
            told += Markup(": last seen {}, missed since {}").format(
                instant(comment["last_seen_at"]), instant(comment["missed_at"])
            )
        yield told + "."
        if fate == "missing" and comment["body_text"]:
            yield Markup("Its text is as last seen.")
    elif comment["state"] == "removed":
        yield Markup("Removed.")
    elif comment["state"] == "pending":
        yield Markup("Waiting for approval.")


def _numbered(comment: Row) -> Iterator[tuple[str, object]]:
    if comment["number"] is not None:
        yield "Number on the page", comment["number"]
    if comment["comment_page"] is not None:
        yield "Comment page", comment["comment_page"]


def _parent(comment: Row) -> Iterator[tuple[str, object]]:
    if comment["parent_id"]:
        source = PARENT_SOURCES.get(comment["parent_from"], "")
        parent = short(comment["parent_id"], LONGEST_WORD)
        yield "Stated parent", f"{parent}: {source.partition(';')[0]}" if source else parent


def _seen(row: Row) -> Iterator[tuple[str, object]]:
    """When and where a row was read, as far as its tables tell."""
    if row["first_seen_at"]:
        yield "First seen", instant(row["first_seen_at"])
        if row["last_seen_at"] and row["last_seen_at"] != row["first_seen_at"]:
            yield "Last seen", instant(row["last_seen_at"])
    if row["request_url"]:
        yield "Read from", outside(short(row["request_url"], LONGEST_WORD), row["request_url"])
    if row["via"] and row["via"] != "live":
        yield "By way of", VIAS.get(row["via"], row["via"])
    if row["archive_file"]:
        yield "In the archive", f"{short(row['archive_file'], LONGEST_WORD)}, byte {row['archive_offset']}"
    yield "Fetch", row["fetch_id"]


def _shown(versions: list[Row]) -> list[Row]:
    """The versions that there is room for: the first ones and the last."""
    return versions if len(versions) <= MOST_VERSIONS else [*versions[: MOST_VERSIONS - 1], versions[-1]]


def _versions(versions: list[Row]) -> Iterator[Version]:
    """The wordings of an edited comment, each with what differs from its neighbours."""
    shown = _shown(versions)
    texts = [version["body_text"] for version in shown]
    for place, version in enumerate(shown):
        is_gone = version["state"] == "removed" and not version["body_text"]
        if is_gone:
            body = Markup('<em class="undated">gone</em>')
        elif place:
            body = differing_html(texts[place] or "", texts[place - 1], "ins")
        else:
            body = differing_html(texts[place] or "", texts[place + 1] if len(texts) > 1 else None, "del")
        first, last = version["first_seen_at"], version["last_seen_at"]
        seen = Markup("seen {}").format(instant(first))
        if instant(last) != instant(first):
            seen += Markup(" to {}").format(instant(last) if day(last) != day(first) else f"{last:%H:%M}")
        named = ", ".join(words.CHANGED.get(str(column), str(column)) for column in version["changed"])
        is_renamed = "author_name" in version["changed"]
        name = f" by {name_of(version['author_name'])}" if is_renamed else ""
        change = "gone" if is_gone else f"other {named}" if named else ""
        head = f"Version {version['version']}{name}" + (f": {change}" if change else "")
        yield Version(head, seen, body)
