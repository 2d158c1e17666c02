"""Reads the links out of the bodies of posts and comments, and what posts and comments their addresses may name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa

from ..addresses import host_of
from ..bodies import body_of
from ..pipelines.privacy import public_address, public_line
from ..pipelines.urls import absolute_url, bare_host, post_id
from ..replies.links import names_in

LINKS = pa.schema(
    [
        ("post_id", pa.string()),
        ("comment_id", pa.string()),
        ("position", pa.int64()),
        ("url", pa.string()),
        ("host", pa.string()),
        ("link_text", pa.string()),
    ]
)
NAMED = pa.schema([("url", pa.string()), ("page_id", pa.string()), ("comment_names", pa.list_(pa.string()))])

BODIES = """
    select post_id, null::varchar as comment_id, url as page_url, body_html

    from stg_posts

    where contains(body_html, '<a ')

    union all

    select comments.post_id, comments.comment_id, posts.url, comments.body_html

    from stg_comments as comments

    left join stg_posts as posts
        on comments.post_id = posts.post_id

    where contains(comments.body_html, '<a ')
"""

ADDRESSES = "select url from link_addresses"

SPEAKS_OF_COMMENTS = re.compile(r"comment|(?:^|[-_])c[-_]?\d", re.I)
"""What a fragment has in it whose number is a comment's; 'fn3' leads to a footnote."""


def body_links(bodies: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Every link of every body, in the order of the body.

    Links that lead to no host (mail, scripts, data) are none, nor are those whose address holds a person's.

    Args:
        bodies: the rows of BODIES.
    """
    yield LINKS.empty_table()
    for batch in bodies:
        rows = [
            (post, comment, position, url, bare_host(host_of(url)), words)
            for post, comment, page, html in zip(*(column.to_pylist() for column in batch.columns), strict=True)
            for position, (url, words) in enumerate(links_in(html, page))
        ]
        yield _table(rows, LINKS)


def link_targets(addresses: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """What each address may name: the post_id of its page, and the names by which a comment there may be called.

    Args:
        addresses: the rows of ADDRESSES.
    """
    yield NAMED.empty_table()
    for batch in addresses:
        yield _table([(url, post_id(url), comment_names(url)) for url in batch.column(0).to_pylist()], NAMED)


def links_in(html: str, base: str | None = None) -> Iterator[tuple[str, str | None]]:
    """(address, words) of each link in a body; the words are None where there are none, as around a picture.

    >>> list(links_in('<a href="/b">Mail <b>me</b>: ann@d.example</a><a href="javascript:x()">x</a>', "https://d.example/"))
    [('https://d.example/b', 'Mail me:')]
    """
    for link in body_of(html).iter("a"):
        url = absolute_url(link.get("href"), base or "")
        if url and (kept := public_address(url)):
            yield kept, public_line(" ".join(str(link.text_content()).split()))


def comment_names(url: str) -> list[str]:
    """What a comment may be called by an address, sorted; empty where it speaks of none.

    >>> comment_names("https://d.example/a/#li-comment-7"), comment_names("https://d.example/a/?replytocom=7")
    (['7', 'li-comment-7'], ['7'])
    >>> comment_names("https://d.example/a/#fn7")
    ['fn7']
    """
    named = names_in(url)
    speaks = SPEAKS_OF_COMMENTS.search(url.partition("#")[2])
    return sorted(name for name in named if speaks or not name.isdigit() or len(named) == 1)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.table(list(map(pa.array, columns, schema.types)), schema=schema)
