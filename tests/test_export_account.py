"""Whatever an export holds is in the tables or in the account: random exports against a strict reader of our own.

The strict readers are the standard library's parser and a walk over Movable Type's lines: nothing of ours.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.schemas import Capture
from rejoinder.schemas.words import LEFT_OUT_REASONS, REJECT_REASONS
from rejoinder.spiders.exports import Export, export_captures, format_of

HOME = "http://blog.example.org"
WP = "http://wordpress.org/export/1.2/"
ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Said:
    """A comment of a random export. `mark` is a word of its own in its text."""

    mark: str
    text: str
    state: str
    """'shown', 'waiting', 'spam', 'deleted' or 'note'."""
    parent: int | None = None
    """Index among its post's comments, before or behind it."""
    same_id: bool = False
    """Whether it bears the id of the comment before it."""


@dataclass(frozen=True)
class Posted:
    number: int
    state: str
    """'published', 'draft' or 'protected'."""
    kind: str
    address: str
    """'own', 'relative', 'none', 'front', 'elsewhere' or 'shared'."""
    text: str
    comments: tuple[Said, ...] = field(default=())
    is_missing: bool = False
    """Whether the file lacks the post itself, where its format puts comments beside posts."""


TEXTS = st.text(alphabet="ab &<>]\"'é日\n-:;#/", max_size=30)
STATES = st.sampled_from(["shown"] * 5 + ["waiting", "spam", "deleted", "note"])


@st.composite
def blogs(draw: st.DrawFn) -> list[Posted]:
    marks = iter(range(1000, 10_000))
    posts = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        said = [
            Said(f"m{next(marks)}", draw(TEXTS), draw(STATES), same_id=draw(st.booleans()) and draw(st.booleans()))
            for _ in range(draw(st.integers(0, 5)))
        ]
        parents = [draw(st.none() | st.integers(0, len(said) - 1)) for _ in said]
        posts.append(
            Posted(
                number,
                draw(st.sampled_from(["published"] * 4 + ["draft", "protected"])),
                draw(st.sampled_from(["post"] * 4 + ["page", "podcast", "attachment", "absent"])),
                draw(st.sampled_from(["own"] * 4 + ["relative", "none", "front", "elsewhere", "shared"])),
                draw(TEXTS),
                tuple(replace(one, parent=parent) for one, parent in zip(said, parents, strict=True)),
                draw(st.sampled_from([False] * 5 + [True])),
            )
        )
    return posts


def number_of(post: Posted, index: int) -> int:
    """Id of a comment in its file."""
    while index and post.comments[index].same_id:
        index -= 1
    return post.number * 100 + index


def address_of(post: Posted) -> str | None:
    path = f"/2012/01/post-{post.number}/"
    return {
        "own": HOME + path,
        "relative": path,
        "none": None,
        "front": f"{HOME}/",
        "elsewhere": f"http://other.example.net{path}",
        "shared": f"{HOME}/2012/01/shared/",
    }[post.address]


def cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def wordpress(posts: list[Posted], shuffled: random.Random) -> str:
    words = {"shown": ["1", "approve", "approved", "true", None], "waiting": ["0", "hold"], "spam": ["spam"]}
    words |= {"deleted": ["trash", "post-trashed"], "note": ["1"]}

    def element(name: str, text: str | None) -> str:
        return "" if text is None else f"<wp:{name}>{shuffled.choice([cdata, escape])(text)}</wp:{name}>"

    items = []
    for post in posts:
        comments = [
            "<wp:comment>"
            + element("comment_id", str(number_of(post, index)))
            + element("comment_author", f"Ann {index}")
            + element("comment_content", f"{said.mark} {said.text}")
            + element("comment_approved", shuffled.choice(words[said.state]))
            + element("comment_type", "order_note" if said.state == "note" else shuffled.choice(["", "comment"]))
            + element("comment_parent", "0" if said.parent is None else str(number_of(post, said.parent)))
            + "</wp:comment>"
            for index, said in enumerate(post.comments)
        ]
        shuffled.shuffle(comments)
        link = address_of(post)
        parts = [
            "<atom:link rel='self' href='x'/><media:title>No title</media:title>",
            f"<title>{escape(post.text)}</title>",
            "" if link is None else f"<link>{escape(link)}</link>",
            f"<content:encoded>{cdata(post.text)}</content:encoded>",
            element("post_id", str(post.number)),
            element(
                "status", {"draft": "draft", "protected": "publish"}.get(post.state, shuffled.choice(["publish", None]))
            ),
            element("post_password", "x" if post.state == "protected" else ""),
            element("post_type", None if post.kind == "absent" else post.kind),
            *comments,
        ]
        shuffled.shuffle(parts)
        items.append(f"<item>{''.join(parts)}</item>")
    return (
        f'<?xml version="1.0"?><rss xmlns:wp="{WP}" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        f' xmlns:atom="{ATOM}" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>a &amp; b</title>'
        f"<atom:link href='http://no.example.org/'/><link>{HOME}</link>{''.join(items)}</channel></rss>"
    )


def strict_wordpress(text: str) -> Iterator[tuple[str, bool]]:
    """Of each comment: its text, and whether it is published and approved."""
    names = {"wp": WP}
    for item in ElementTree.fromstring(text).iter("item"):
        is_public = item.findtext("wp:status", "publish", names) == "publish" and not item.findtext(
            "wp:post_password", "", names
        )
        for comment in item.iterfind("wp:comment", names):
            is_approved = comment.findtext("wp:comment_approved", "1", names) in ("1", "approve", "approved", "true")
            is_comment = (comment.findtext("wp:comment_type", "", names) or "comment") == "comment"
            yield comment.findtext("wp:comment_content", "", names), is_public and is_approved and is_comment


def blogger(posts: list[Posted], shuffled: random.Random) -> str:
    def entry(number: int, kind: str, text: str, *more: str) -> str:
        parts = [
            f"<id>tag:blogger.com,1999:blog-1.post-{number}</id>",
            f"<category scheme='http://schemas.google.com/g/2005#kind' term='x#{kind}'/>",
            f"<content type='html'>{shuffled.choice([cdata, escape])(escape(text))}</content>",
            *more,
        ]
        shuffled.shuffle(parts)
        return f"<entry>{''.join(parts)}</entry>"

    entries = [entry(1, "settings", "x")]
    for post in posts:
        link = address_of(post)
        alternate = "" if link is None else f"<link rel='alternate' href={quoteattr(link)}/>"
        draft = "<app:control><app:draft>yes</app:draft></app:control>" if post.state == "draft" else ""
        if not post.is_missing:
            kind = "page" if post.kind in ("page", "attachment") else "post"
            entries.append(entry(post.number, kind, post.text, alternate, draft))
        for index, said in enumerate(post.comments):
            answered = f"<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-{post.number}'/>"
            related = f"<link rel='related' href='http://x/1/2/comments/default/{number_of(post, said.parent or 0)}'/>"
            status = {"waiting": "PENDING", "spam": "SPAM"}.get(said.state)
            state = f"<blogger:status>{status}</blogger:status>" if status else ""
            more = (answered, related if said.parent is not None else "", state)
            entries.append(entry(number_of(post, index), "comment", f"{said.mark} {said.text}", *more))
    shuffled.shuffle(entries)
    return (
        f'<feed xmlns="{ATOM}" xmlns:thr="http://purl.org/syndication/thread/1.0" xmlns:app="http://www.w3.org/2007/app"'
        f' xmlns:blogger="http://schemas.google.com/blogger/2018"><id>tag:blogger.com,1999:blog-1.archive</id>'
        f"<link rel='alternate' href='{HOME}/'/>{''.join(entries)}</feed>"
    )


def strict_blogger(text: str) -> Iterator[tuple[str, bool]]:
    names = {"a": ATOM, "thr": "http://purl.org/syndication/thread/1.0"}
    names |= {"app": "http://www.w3.org/2007/app", "b": "http://schemas.google.com/blogger/2018"}
    entries = ElementTree.fromstring(text).findall("a:entry", names)
    drafts = {one.findtext("a:id", "", names) for one in entries if one.findtext("app:control/app:draft", "", names)}
    for one in entries:
        answered = one.find("thr:in-reply-to", names)
        if answered is not None:
            is_shown = one.findtext("b:status", "LIVE", names) == "LIVE" and answered.get("ref") not in drafts
            yield one.findtext("a:content", "", names), is_shown


def disqus(posts: list[Posted], shuffled: random.Random) -> str:
    rows = []
    for post in posts:
        link = address_of(post) or ""
        name, identifier = shuffled.choice([("link", "id"), ("id", "link")])
        flag = f"<isDeleted>{'true' if post.state == 'draft' else 'false'}</isDeleted>"
        if not post.is_missing:
            rows.append(
                f"<thread dsq:id='{post.number}'><{name}>{escape(link)}</{name}><{identifier}/>"
                f"<message>{cdata(post.text)}</message>{flag}</thread>"
            )
        for index, said in enumerate(post.comments):
            parent = "" if said.parent is None else f"<parent dsq:id='{number_of(post, said.parent)}'/>"
            message = cdata(escape(f"{said.mark} {said.text}"))
            rows.append(
                f"<post dsq:id='{number_of(post, index)}'><message>{message}</message>"
                f"<isDeleted>{str(said.state == 'deleted').lower()}</isDeleted>"
                f"<isSpam>{str(said.state == 'spam').lower()}</isSpam>"
                f"<author><name>Ann {index}</name></author><thread dsq:id='{post.number}'/>{parent}</post>"
            )
    shuffled.shuffle(rows)
    return (
        '<?xml version="1.0"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        f"{''.join(rows)}</disqus>"
    )


def strict_disqus(text: str) -> Iterator[tuple[str, bool]]:
    names, number = {"d": "http://disqus.com"}, "{http://disqus.com/disqus-internals}id"
    root = ElementTree.fromstring(text)
    threads = root.findall("d:thread", names)
    deleted = {one.get(number) for one in threads if one.findtext("d:isDeleted", "", names) == "true"}
    for post in root.findall("d:post", names):
        thread = post.find("d:thread", names)
        assert thread is not None
        flags = [post.findtext(name, "", names) for name in ("d:isDeleted", "d:isSpam")]
        yield post.findtext("d:message", "", names), "true" not in flags and thread.get(number) not in deleted


def movable_type(posts: list[Posted], shuffled: random.Random) -> str:
    lines = shuffled.choice([[], ["--------", ""]])
    for post in posts:
        head = [
            "TITLE: A title",
            f"STATUS: {'Draft' if post.state == 'draft' else 'Publish'}",
            f"DATE: 01/{post.number:02}/2012 10:00:00 AM",
            f"BASENAME: {'shared' if post.address == 'shared' else f'post-{post.number}'}",
        ]
        if post.address in ("own", "relative"):
            head.append(f"UNIQUE URL: {address_of(post)}")
        shuffled.shuffle(head)
        lines += shuffled.choice([head, [line for one in head for line in (one, "")]])
        lines += ["-----" + shuffled.choice(["", " "]), "BODY:", post.text.replace("\n", "\n-----\n"), "-----"]
        for index, said in enumerate(post.comments):
            lines += ["COMMENT:", f"AUTHOR: Ann {index}", f"DATE: 01/20/2012 10:00:{index:02} AM"]
            lines += [f"{said.mark} {said.text}", shuffled.choice(["-----", "-----  "])]
        lines += shuffled.choice([["--------"], ["-------- ", ""]])
    return "\n".join(lines) + "\n"


def strict_movable_type(text: str) -> Iterator[tuple[str, bool]]:
    is_published = True
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("STATUS: "):
            is_published = line == "STATUS: Publish"
        if line == "COMMENT:":
            _, _, text = next(lines), next(lines), next(lines)
            yield text, is_published


FORMATS: dict[str, tuple[Callable[..., str], Callable[[str], Iterator[tuple[str, bool]]]]] = {
    "WordPress (WXR)": (wordpress, strict_wordpress),
    "Blogger": (blogger, strict_blogger),
    "Disqus": (disqus, strict_disqus),
    "Movable Type": (movable_type, strict_movable_type),
}


def captures(text: str, name: str) -> list[Capture]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_text(text, "utf-8")
        form = format_of(path)
        assert form is not None
        assert form.name == name
        export = Export(path=path, shown="export", source="export", format=form)
        return list(export_captures(export, crawl_id="c", sites=[f"{HOME}/"] if name == "Movable Type" else ()))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30)
@given(posts=blogs(), seed=st.integers(0, 1000))
def test_each_comment_is_in_the_tables_or_in_the_account(name: str, posts: list[Posted], seed: int) -> None:
    render, strict = FORMATS[name]
    text = render(posts, random.Random(seed))
    stated = [(said.split()[0].removeprefix("<p>"), is_public) for said, is_public in strict(text)]
    assert len(stated) == sum(len(post.comments) for post in posts)
    found = captures(text, name)
    rows = {one.comment_id: one for capture in found for one in capture.comments}
    left = [one for capture in found for one in capture.rejects if one.record == "comment" and one.field is None]
    shown = {one.body_text.split()[0] for one in rows.values() if one.state == "visible"}
    assert shown <= {mark for mark, is_public in stated if is_public}
    # Each comment is a row or a reject, and one that is public is never left out on purpose.
    assert len(rows) + len(left) == len(stated)
    assert {one.reason for one in left} <= set(REJECT_REASONS)
    lost = sum(one.reason not in LEFT_OUT_REASONS for one in left)
    assert len(shown) + lost == sum(is_public for _, is_public in stated)
    assert not any(one.outcome == "malformed" for one in (capture.fetch for capture in found))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=30)
@given(posts=blogs(), seed=st.integers(0, 1000))
def test_depths_and_parents_agree_and_no_address_is_a_path_of_this_machine(
    name: str, posts: list[Posted], seed: int
) -> None:
    found = captures(FORMATS[name][0](posts, random.Random(seed)), name)
    comments = {one.comment_id: one for capture in found for one in capture.comments}
    if name != "Movable Type":
        for one in comments.values():
            parent = comments.get(one.parent_id or "")
            if one.parent_id is None:
                assert one.depth == 0
            elif parent is None:
                assert one.depth == 1
            elif not in_ring(one.comment_id, {key: value.parent_id for key, value in comments.items()}):
                assert one.depth == (parent.depth or 0) + 1
    addresses = [one.url for capture in found for one in capture.posts]
    addresses += [one.permalink for one in comments.values() if one.permalink]
    assert all(address.startswith(("http://blog.example.org/", "http://other.example.net/")) for address in addresses)
    posts_of = Counter(one.post_id for capture in found for one in capture.posts)
    assert not posts_of or max(posts_of.values()) == 1


def in_ring(start: str, parents: dict[str, str | None]) -> bool:
    """Whether the way up from a comment leads to no top."""
    seen: set[str | None] = set()
    current: str | None = start
    while current in parents and current not in seen:
        seen.add(current)
        current = parents[current]
    return current in seen
