"""Comments that a file holds in its own order, gathered by post in passing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...schemas import PageComment, PageReading

GATHERED = 2000
"""Comments held to gather those of one post; a post whose comments lie further apart has several readings."""


def grouped(comments: Iterable[tuple[str, PageComment]], *, platform: str) -> Iterator[PageReading]:
    """Readings of comments alone, each of one post's, from (URL of the post, comment) in any order."""
    found: dict[str, PageReading] = {}
    for number, (url, comment) in enumerate(comments, 1):
        found.setdefault(url, PageReading(platform=platform, post_url=url)).comments.append(comment)
        if number % GATHERED == 0:
            yield from found.values()
            found = {}
    yield from found.values()
