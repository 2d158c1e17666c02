"""The post's author among those who comment under another name than the post shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .texts import AUTHOR, Text
from .words import folded_words

_HOST = re.compile(r"https?://(?:www\.)?([^/?#]+)")
_FRONT_PAGE = re.compile(r"https?://(?:www\.)?([^/?#]+)/?$")


def recognise_author(texts: Sequence[Text]) -> None:
    """Give AUTHOR as person_id to comments of the post's author that show no name of his as the post shows it.

    A post by Ian Lloyd is also by 'lloydi', 'illoyd' and 'ianlloyd'. Where the post shows no author, he is the only
    commenter whose home page is the front page of the blog.
    """
    post = texts[0] if texts and texts[0].kind == "post" else None
    if post is None or any(text.person_id == AUTHOR for text in texts[1:]):
        return
    keys = set(keys_of(post.author_name)) if post.author_name else _keys_by_address(post, texts)
    for text in texts:
        if text.kind == "comment" and text.person_id in keys:
            text.person_id = AUTHOR


def keys_of(name: str) -> Iterator[str]:
    """The ways in which a whole name is made one word; none for several authors.

    >>> sorted(keys_of("Ian Lloyd"))
    ['ianl', 'ianlloyd', 'illoyd', 'lloydi', 'lloydian']
    """
    words = folded_words(name)
    if len(words) >= 2 and ", " not in name:
        first, last = words[0], words[-1]
        for key in ("".join(words), last + first, first[0] + last, last + first[0], first + last[0]):
            if len(key) >= 4:
                yield key


def _keys_by_address(post: Text, texts: Sequence[Text]) -> set[str]:
    host = _HOST.match(post.url or "")
    if host is None:
        return set()
    keys = set()
    for text in texts:
        front_page = _FRONT_PAGE.match(text.author_url or "")
        if text.kind == "comment" and text.person_id and front_page and front_page[1].lower() == host[1].lower():
            keys.add(text.person_id)
    return keys if len(keys) == 1 else set()
