"""rejoinder: blog posts and their comment sections as tables that say who answers whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .extraction import Given

__version__ = "0.1.0"


def extract(
    html: str | bytes, url: str | None = None, *, fetched_at: datetime | None = None, replies: bool = True
) -> dict[str, Any]:
    """Read one page: its post, its comments, and who answers whom.

    Args:
        html: the page; bytes are decoded by what the page says of itself.
        url: where it stands on the web; ids depend on it. Without it, what the page says of itself is taken.
        fetched_at: when it was seen (aware), for dates like '2 days ago'; without it these stay unresolved.
        replies: whether to look for replies, which takes most of the time of a single page.

    Returns:
        `source`, `platform`, `post` (columns of posts, or None), `comments` (list, columns of comments), `replies`
        (list, columns of replies), `next_pages` (URLs of further comment pages), `embeds` (comment systems that the
        page only embeds), and `error` where something could not be read. Instants and dates are ISO 8601 texts.
    """
    # Deferred, because `rejoinder --help` need not wait for lxml and DuckDB.
    from .extraction import as_json, extract_page, with_replies  # noqa: PLC0415

    page = extract_page(url or "", html, url=url, fetched_at=fetched_at)
    return next(with_replies([page])) if replies else as_json(page)


def extract_many(
    pages: Iterable[Given], *, fetched_at: datetime | None = None, replies: bool = True, jobs: int = 1
) -> Iterator[dict[str, Any]]:
    """Read any number of pages, one after another: quicker than extract() on each, because groups share their work.

    Args:
        pages: pages as extract() takes them, or pairs of a page and its URL; taken as they are needed.
        fetched_at: when they were seen (aware).
        replies: whether to look for replies.
        jobs: processes that read; with more than one a script needs `if __name__ == "__main__":`.

    Yields:
        What extract() gives, in the order of the pages.
    """
    from .extraction import extract_given, read_many  # noqa: PLC0415 - as in extract()

    read = partial(extract_given, fetched_at=fetched_at)
    for _, value in read_many(pages, read, replies=replies, jobs=jobs):
        yield value
