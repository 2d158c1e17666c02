"""Where a comment links to an earlier comment of its post."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..bodies import body_of
from .texts import Text

_BARE = re.compile(r"https?://[^\s<>\"]+")
_ASKED_COMMENT = re.compile(r"[?&](?:replytocom|showComment|comment(?:_?id)?)=([^&#]+)")
_TRAILING_NUMBER = re.compile(r"[a-z-]*?[-_]?(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to a comment; the offsets frame its words in the body, None where it has none there."""

    text: Text
    target: Text
    cue_start: int | None
    cue_end: int | None


def links(texts: Sequence[Text]) -> Iterator[Link]:
    """The links of a post's comments to earlier ones, each target once."""
    post = texts[0] if texts and texts[0].kind == "post" else None
    page = _page_of(post.url or "") if post else ""
    linking = [text for text in texts if text.kind != "post" and (text.html or "://" in text.body)]
    if not linking:
        return
    named = _names_of_comments(texts)
    for text in linking:
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        targets: dict[str, Text] = {}
        for href, words in _links_in(text):
            # The same number may name a comment of another post.
            linked = _page_of(href)
            if linked and not page.endswith(linked):
                continue
            for name in names_in(href):
                for target in named.get(name, ()):
                    if target.seq < text.seq:
                        targets[target.text_id] = target
                        start = text.body.find(words) if words else -1
                        found[target.text_id] += [(start, start + len(words))] if start >= 0 else []
        for text_id, target in targets.items():
            start, end = min(found[text_id], default=(None, None))
            yield Link(text=text, target=target, cue_start=start, cue_end=end)


def _links_in(text: Text) -> Iterator[tuple[str, str]]:
    """(address, words) of each link, marked up or written out."""
    if text.html:
        for link in body_of(text.html).iter("a"):
            yield link.get("href", ""), str(link.text_content()).strip()
    if "://" in text.body:
        for href in _BARE.findall(text.body):
            yield href, href


def _names_of_comments(texts: Sequence[Text]) -> dict[str, list[Text]]:
    """How a link may name a comment: by its own id, or by the anchor in its permalink."""
    named: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if text.kind != "post":
            for name in {text.native_id, (text.url or "").partition("#")[2]}:
                if name:
                    named[name].append(text)
    return named


def names_in(href: str) -> set[str]:
    """What a link may name a comment by: 'comment-4711', 'li-comment-4711', 'c4711' and their number.

    >>> sorted(names_in("https://example.org/a-post/#comment-4711"))
    ['4711', 'comment-4711']
    """
    asked = _ASKED_COMMENT.search(href)
    fragment = asked[1] if asked else href.partition("#")[2]
    number = _TRAILING_NUMBER.fullmatch(fragment)
    return {name for name in (fragment, number[1] if number else None) if name}


def _page_of(url: str) -> str:
    """An address without scheme, 'www.', query, fragment and trailing slash."""
    return re.sub(r"^https?://(www\.)?|/$", "", re.sub(r"[?#].*$", "", url, flags=re.DOTALL))
