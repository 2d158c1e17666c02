"""Values: what a page wrote becomes records with one form for each URL, name, date, text and id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..dates.moments import PageClock, ParsedDate, month_first_of, parse_date, zone_of
from ..schemas import UNDATED, Comment, DateMention, Hint, PageComment, PageHint, PagePost, PageReading, Post, Reject
from .characters import clean_line
from .privacy import public, public_address, public_id, public_line, public_name, public_person_address
from .scopes import Scope, speaker
from .text import html_beyond_text, text_of
from .urls import absolute_url, canonical_url, comment_id, nth_id, page_address, post_id, site_of, without_archive
from .validate import reject_record

SAYS = re.compile(
    r"(?<=\S)(?:\s+(?:says|said|wrote|writes|sagt|sagte|schreibt|schrieb|meint|(?:a )?dit|dice|dijo|diz|disse))?\s*:$"
)
"""What themes print behind a name. The colon is what makes it one: a person may be named Dit."""

LONGEST_ID = 200
LONGEST_NAME = 300
"""Characters; what is longer is something else that a page put in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where and when a page was seen: what all of its records carry."""

    url: str
    """Base of the page's relative links."""
    fetch_id: str
    fetched_at: datetime


def normalize_page(
    reading: PageReading,
    *,
    url: str,
    fetch_id: str,
    fetched_at: datetime,
    scopes: Sequence[Scope] = (),
    post_url: str | None = None,
) -> tuple[list[Post], list[Comment], list[Reject]]:
    """The records of one page: its post if it shows one, its comments in page order, and what could not be kept.

    Args:
        url: the page's own address, after redirects; with an archive's prefix or without. Relative links are relative
            to it, but in what stands under `post_url` to that.
        fetched_at: UTC; an archive's capture time where there is one, UNDATED where nothing tells.
        scopes: the blog as the crawl knows it, first as it stands now; none to tell it from the post's URL alone.
        post_url: the post's address, where the source names it apart from the page: what the post states beside that
            counts for nothing.

    No element of the page is kept by the records. A comment that stands twice on the page is kept once.
    """
    seen = Sighting(url=without_archive(post_url or url), fetch_id=fetch_id, fetched_at=fetched_at)
    post = reading.post
    address = post_address(post, seen.url, scopes) if post_url is None else placed_address(post, post_url)
    site = scopes[0].site if scopes else None
    clock = clock_of(reading, fetched_at, address.key)
    posts = [] if post is None else [normalize_post(post, reading, address=address, site=site, seen=seen, clock=clock)]
    if posts:
        clock = replace(clock, reference=posts[0].published_local)
    comments, rejects = normalize_comments(
        reading.comments,
        post_id=post_id(address.key),
        post_author=posts[0] if posts else None,
        comment_page=reading.comment_page,
        seen=seen,
        clock=clock,
    )
    return posts, comments, rejects


def normalize_hints(hints: Iterable[PageHint], *, fetch_id: str, fetched_at: datetime) -> list[Hint]:
    """What a source tells of posts, each post under the one spelling of its address."""
    clock = PageClock(fetched_at=fetched_at)

    def instant(written: str | None) -> datetime | None:
        parsed = parse_date(DateMention(machine=written), clock) if written else None
        return parsed.instant if parsed else None

    return [
        Hint(
            fetch_id=fetch_id,
            fetched_at=fetched_at,
            source=hint.source,
            url=url,
            canonical_url=canonical_url(url),
            stated_comments=hint.stated_comments,
            modified_raw=hint.modified,
            modified_at=instant(hint.modified),
            comment_native_id=hint.comment_native_id,
            comment_at=instant(hint.comment_at),
            is_gone=hint.is_gone,
        )
        for hint in hints
        if (url := public_address(hint.url))
    ]


@dataclass(frozen=True, slots=True)
class Address:
    """What answered, what names it, and what was only claimed."""

    url: str
    """Where the page stood, or where its source says that it stands."""
    key: str
    """The address of the blog that it is known by: the post's id is made of it."""
    claimed: str | None
    """Another address that the page states for itself, and that counts for nothing."""


def post_address(post: PagePost | None, found_at: str, scopes: Sequence[Scope] = ()) -> Address:
    """The addresses of a post that was found at `found_at`.

    What a page says of itself counts only inside the blog that was asked for, or that led here (`scopes`): else another
    blog's page would give its posts and comments the ids of this one's. It does not count where it would make many
    posts one (a canonical link to the front page). A page from a file, without an address, is known by what it says:
    nothing can be held against it, and nothing else is read with it.
    """
    named = absolute_url(post.url, found_at) if post else None
    if named is None or canonical_url(named) == canonical_url(found_at):
        return Address(found_at, found_at, None)
    if not canonical_url(found_at).startswith("https:"):
        return Address(named, named, None)
    if any(scope.may_claim(named, found_at) for scope in speaker(scopes, found_at)):
        return Address(found_at, named, None)
    return Address(found_at, found_at, named)


def placed_address(post: PagePost | None, stands_at: str) -> Address:
    """The addresses of a post that does not stand where it was found: an API's or an export's."""
    named = absolute_url(post.url, stands_at) if post else None
    differs = named is not None and canonical_url(named) != canonical_url(stands_at)
    return Address(stands_at, stands_at, named if differs else None)


def clock_of(reading: PageReading, fetched_at: datetime, address: str | None = None) -> PageClock:
    """How the dates of a page are to be read: one decision for all of them.

    Args:
        address: the post's URL, which may hold its day.
    """
    post = reading.post
    posted = post.published if post else None
    shown = [post.modified] if post else []
    mentions = [mention for mention in [*shown, *(c.published for c in reading.comments)] if mention]
    lang = post.lang if post else None
    now = None if fetched_at == UNDATED else fetched_at
    month_first = month_first_of(mentions, lang, now, posted=posted, url=address)
    return PageClock(fetched_at=now, lang=lang, zone=zone_of(reading.zone), month_first=month_first)


def normalize_post(
    post: PagePost,
    reading: PageReading,
    *,
    address: Address,
    site: str | None,
    seen: Sighting,
    clock: PageClock,
) -> Post:
    """The record of a page's post, known by `address`."""
    published = _read(post.published, clock)
    modified = _read(post.modified, clock)
    record = Post(
        post_id=post_id(address.key),
        site=site or site_of(address.url),
        url=page_address(address.url),
        canonical_url=canonical_url(address.key),
        claimed_url=address.claimed,
        platform=reading.platform,
        native_id=clean_id(post.native_id),
        title=clean_line(post.title or "") or None,
        author_name=clean_name(post.author_name),
        author_url=person_url(post.author_url, seen.url),
        published_raw=_raw(post.published),
        published_local=published and published.local,
        published_at=published and published.instant,
        published_precision=published and published.precision,
        modified_at=modified and modified.instant,
        categories=_words(post.categories),
        tags=_words(post.tags),
        lang=clean_line(post.lang or "") or None,
        body_text=None if post.body is None else text_of(post.body),
        body_html=None if post.body is None else html_beyond_text(post.body, seen.url),
        declared_comments=post.declared_comments,
        comments_open=post.comments_open,
        embeds=_words(embed.system for embed in reading.embeds),
        rights_robots=None if post.rights is None else post.rights.robots,
        rights_tdm=post.rights and post.rights.tdm_reserved,
        rights_tdm_policy=post.rights and post.rights.tdm_policy,
        rights_licenses=None if post.rights is None else post.rights.licenses,
        fetch_id=seen.fetch_id,
        fetched_at=seen.fetched_at,
    )
    return public(record)


def normalize_comments(
    comments: list[PageComment],
    *,
    post_id: str,
    seen: Sighting,
    clock: PageClock,
    post_author: Post | None = None,
    comment_page: int | None = None,
) -> tuple[list[Comment], list[Reject]]:
    """The records of one post's comments in page order, and the second sightings of the same comment as rejects.

    Args:
        post_author: the post, to compare its author with the comments'; None if the source does not show it.
        comment_page: number of the page among those of the comment section; None if it is not paged.
    """
    drafts = [_draft(comment, post_id=post_id, seen=seen, clock=clock) for comment in comments]
    ids = _ids(comments, drafts, post_id)
    kept: dict[str, Comment] = {}
    rejects: list[Reject] = []
    for comment, draft, name in zip(comments, drafts, ids, strict=True):
        parent = _parent(comment, ids, post_id)
        record = replace(
            draft,
            comment_id=name,
            comment_page=comment_page,
            position=len(kept),
            parent_id=parent,
            parent_from=comment.parent_from if parent else None,
            by_post_author=_by_post_author(comment, draft, post_author),
        )
        if name in kept:
            rejects.append(reject_record(record, "shown_twice", None, url=seen.url))
        else:
            kept[name] = record
            if comment.missed_text and not record.body_text and record.state == "visible":
                missed = public_line(comment.missed_text)
                rejects.append(reject_record(record, "text_not_found", missed, url=seen.url, field="body_text"))
    return list(kept.values()), rejects


def _draft(comment: PageComment, *, post_id: str, seen: Sighting, clock: PageClock) -> Comment:
    """A comment's own values; its id, place and parent are told by the others on the page."""
    published = _read(comment.published, clock)
    record = Comment(
        comment_id="",
        post_id=post_id,
        native_id=clean_id(comment.native_id),
        position=0,
        number=comment.number,
        kind=comment.kind,
        depth=comment.depth,
        author_name=clean_name(comment.author_name),
        author_url=person_url(comment.author_url, seen.url),
        published_raw=_raw(comment.published),
        published_local=published and published.local,
        published_at=published and published.instant,
        published_precision=published and published.precision,
        body_text="" if comment.body is None else text_of(comment.body),
        body_html=None if comment.body is None else html_beyond_text(comment.body, seen.url),
        likes=comment.likes,
        permalink=absolute_url(comment.permalink, seen.url),
        state=comment.state,
        fetch_id=seen.fetch_id,
        fetched_at=seen.fetched_at,
    )
    return public(record)


def _ids(comments: list[PageComment], drafts: list[Comment], post_id: str) -> list[str]:
    """The comments' ids in page order.

    A native id that a page gives to different comments names none of them (themes print `comment-0` for all), so these
    are known by their content; the same id with the same content is the same comment, shown twice.
    """
    owners: dict[str, set[tuple[str | None, str]]] = {}
    for draft in drafts:
        if draft.native_id:
            owners.setdefault(draft.native_id, set()).add((draft.author_name, draft.body_text))
    occurrences: Counter[str] = Counter()
    ids: list[str] = []
    for comment, draft in zip(comments, drafts, strict=True):
        if draft.native_id and len(owners[draft.native_id]) == 1:
            ids.append(comment_id(post_id, draft.native_id))
            continue
        date = comment.published
        relative = draft.published_precision == "relative"
        known_by = comment_id(
            post_id,
            None,
            author=draft.author_name,
            published_raw=date.machine if date and relative else draft.published_raw,
            text=draft.body_text,
        )
        occurrences[known_by] += 1
        ids.append(nth_id(known_by, occurrences[known_by]))
    return ids


def _parent(comment: PageComment, ids: list[str], post_id: str) -> str | None:
    """Id of the comment answered. A parent that this page does not show keeps the id it has on its own page."""
    if comment.parent is not None and 0 <= comment.parent < len(ids):
        return ids[comment.parent]
    native = clean_id(comment.parent_native_id)
    return native and comment_id(post_id, native)


def _by_post_author(comment: PageComment, draft: Comment, post: Post | None) -> bool | None:
    """The platform's word; where it has none, True for a comment under the post author's own name or link.

    Another name is no proof of another person, so it leaves the question open.
    """
    if comment.by_post_author is not None or post is None:
        return comment.by_post_author
    if draft.kind != "comment":
        return False
    authors = {name.casefold() for name in [post.author_name, *(post.author_name or "").split(", ")] if name}
    same_name = draft.author_name is not None and draft.author_name.casefold() in authors
    links = [canonical_url(link) for link in (draft.author_url, post.author_url) if link]
    return True if same_name or (len(links) == 2 and links[0] == links[1]) else None


def _read(mention: DateMention | None, clock: PageClock) -> ParsedDate | None:
    return None if mention is None else parse_date(mention, clock)


def _raw(mention: DateMention | None) -> str | None:
    if mention is None:
        return None
    return clean_line(mention.text or mention.machine or "") or None


def _words(words: Iterable[str]) -> list[str]:
    """Words in the order given, each once."""
    return list(dict.fromkeys(word for word in map(clean_line, words) if word))


def clean_id(text: str | None) -> str | None:
    """A site's own id without white space; None if there is none, or none that could be one.

    >>> clean_id(" 4711 ")
    '4711'
    """
    name = "".join(clean_line(text or "").split())
    return public_id(name) if 0 < len(name) <= LONGEST_ID else None


def clean_name(text: str | None) -> str | None:
    """A person's name as one line, without what a theme prints behind it; None if nothing is left.

    >>> clean_name("  Ann\\n Lee says:")
    'Ann Lee'
    >>> clean_name("ann.lee@example.com")
    'ann.lee'
    """
    name = clean_line(text or "")
    if len(name) > LONGEST_NAME:
        return None
    if name.endswith(":"):
        name = SAYS.sub("", name)
    name = name.strip(" \t:,|·•–—")
    return public_name(name) if name else None


def person_url(href: str | None, base: str) -> str | None:
    """A person's page; None for addresses of mail, scripts, and what public_person_address() does not let through.

    >>> person_url("https://gravatar.com/0123456789abcdef0123456789abcdef", "https://example.com/") is None
    True
    """
    url = absolute_url(href, base)
    return url and public_person_address(url)
