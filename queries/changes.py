"""What is new, edited and removed, from the built tables: the rows of `rejoinder diff`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher
from itertools import takewhile

import duckdb
import pyarrow as pa

from .database import quoted

MOST_WORDS = 2_000
"""Words that are compared with each other; difflib leaves words out that stand in every line of long texts, so that the
time it takes stays bounded."""
CONTEXT = 4
"""Words that are shown around what changed."""

Step = tuple[str, int, int, int, int]
"""As difflib's opcodes: what happens ('equal', 'replace', 'delete', 'insert'), to which old words, giving which new."""

ALIKE = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛`´′‹›", "'") | dict.fromkeys("–—―‐‑−", "-"))
"""What differs by the way of writing alone, as in the macro plain_text of queries/staging/macros.sql."""

CHANGES = """
    with

    versions as (

        select
            'comment' as record,
            versions.comment_id as id,
            versions.post_id,
            versions.version,
            versions.state,
            versions.author_name,
            versions.body_text,
            versions.changed,
            versions.first_seen_at,
            versions.last_seen_at,
            comments.permalink as url

        from comment_versions as versions

        inner join comments
            on versions.comment_id = comments.comment_id

        union all

        select
            'post' as record,
            post_id as id,
            post_id,
            version,
            state,
            author_name,
            concat_ws(
                E'\\n\\n', if(list_contains(changed, 'title') or version = 1, title, null), body_text
            ) as body_text,
            changed,
            first_seen_at,
            last_seen_at,
            null as url

        from post_versions

    ),

    followed as (

        select
            *,
            lag(state) over life as state_before,
            lag(author_name) over life as name_before,
            lag(body_text) over life as text_before,
            lag(last_seen_at) over life as after_at

        from versions

        window life as (partition by record, id order by version)

    )

    select
        case
            -- What is taken down is told as such even where nothing else was ever seen of it.
            when taken.id is not null then 'removed'
            when followed.version = 1 then 'new'
            when followed.state = 'removed' then 'removed'
            when followed.state_before = 'removed' then 'returned'
            else 'edited'
        end as change,
        followed.record,
        followed.id,
        posts.title,
        coalesce(followed.url, posts.url) as url,
        coalesce(followed.author_name, followed.name_before) as author_name,
        followed.changed,
        followed.after_at,
        followed.first_seen_at as seen_at,
        followed.text_before as text_before,
        followed.body_text as text_after,
        concat_ws(': ', if(list_contains(followed.changed, 'author_name'), followed.name_before, null),
            if(followed.state_before = 'removed' or followed.version = 1, null, followed.text_before)) as said_before,
        concat_ws(': ', if(list_contains(followed.changed, 'author_name'), followed.author_name, null),
            followed.body_text) as said

    from followed

    left join posts
        on followed.post_id = posts.post_id

    left join takedowns as taken
        on followed.record = taken.record
        and followed.id = taken.id

    where followed.first_seen_at >= timestamptz {since}

    order by
        array_position(['new', 'edited', 'returned', 'removed'], change),
        followed.record desc, posts.title, followed.first_seen_at, followed.id, followed.version
"""

SHORT = """
    select
        change,
        record,
        title,
        author_name,
        after_at,
        seen_at,
        if(len(difference) > 300, left(difference, 299) || '…', difference) as difference

    from changes
"""
"""What a terminal is shown of the table `changes`."""


class NoSuchTime(Exception):
    """What was given for a time is none, nor a crawl of this folder; the message tells what could be given."""


def bind_changes(connection: duckdb.DuckDBPyConnection, since: str | None) -> None:
    """Make the table `changes` in a connection that connect_beside() gave.

    Its rows are the versions that were seen first at that time or later: a version's own text, the one before, and how
    the two differ word by word.

    Args:
        since: a date, an instant in ISO's form (UTC where it states no offset), or a crawl_id, for its beginning; None
            for the beginning of the newest live crawl.

    Raises:
        NoSuchTime: it is neither.
    """
    told = connection.sql(CHANGES.format(since=quoted(_instant(connection, since)))).to_arrow_table()
    said = (told.column(name).to_pylist() for name in ("said_before", "said"))
    differences = [word_difference(before or "", after or "") for before, after in zip(*said, strict=True)]
    told = told.drop_columns(["said_before", "said"]).append_column("difference", pa.array(differences, pa.string()))
    # Not by a function that SQL calls: DuckDB hands it values by numpy, which users need not have.
    connection.register("told", told)
    connection.execute("create or replace temp table changes as from told").fetchall()
    connection.unregister("told")


def _instant(connection: duckdb.DuckDBPyConnection, since: str | None) -> str:
    began = connection.execute(
        "select crawl_id, min(fetched_at)::varchar from fetches where via = 'live' or crawl_id = $since"
        " group by crawl_id order by max(fetched_at) desc, crawl_id",
        {"since": since},
    ).fetchall()
    if since is None:
        return began[0][1] if began else "-infinity"
    if since in dict(began):
        return dict(began)[since]
    try:
        at = datetime.fromisoformat(since)
    except ValueError as error:
        known = ", ".join(crawl for crawl, _ in began[:3])
        raise NoSuchTime(f"'{since}' is neither a date (2026-01-31) nor a crawl of this folder ({known})") from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def word_difference(before: str, after: str) -> str:
    """How two texts differ word by word: `[-gone-]`, `{+new+}`, and some words around them.

    >>> word_difference("It takes two people to lift it.", "It takes three strong people to lift it.")
    'It takes [-two-] {+three strong+} people to lift it.'
    >>> word_difference("", "All of it.")
    'All of it.'
    >>> word_difference("All of it.", "")
    '[-All of it.-]'
    """
    old, new = before.split(), after.split()
    if not old:
        return " ".join(new)
    start, end, steps = word_steps(old, new)
    told = [
        *_around(new[:start], is_first=True),
        *_steps(steps, old, new),
        *_around(new[len(new) - end :], is_last=True),
    ]
    return " ".join(told)


def word_steps(old: list[str], new: list[str]) -> tuple[int, int, list[Step]]:
    """How many words both begin with, how many both end with, and the steps from one to the other between these."""
    old_keys, new_keys = ([word.translate(ALIKE) for word in words] for words in (old, new))
    start = _common(old_keys, new_keys)
    most = min(len(old), len(new)) - start
    end = min(most, _common(old_keys[::-1], new_keys[::-1]))
    middle = slice(start, len(old) - end), slice(start, len(new) - end)
    if max(len(old_keys[middle[0]]), len(new_keys[middle[1]])) > MOST_WORDS:
        steps = [("replace", start, len(old) - end, start, len(new) - end)]
    else:
        matcher = SequenceMatcher(None, old_keys[middle[0]], new_keys[middle[1]])
        steps = [(tag, start + i, start + j, start + k, start + m) for tag, i, j, k, m in matcher.get_opcodes()]
    return start, end, steps


def _steps(steps: Sequence[Step], old: list[str], new: list[str]) -> Iterator[str]:
    for tag, old_from, old_to, new_from, new_to in steps:
        if tag == "equal":
            yield from _around(new[new_from:new_to])
            continue
        if old_to > old_from:
            yield f"[-{' '.join(old[old_from:old_to])}-]"
        if new_to > new_from:
            yield f"{{+{' '.join(new[new_from:new_to])}+}}"


def _common(one: list[str], other: list[str]) -> int:
    """How many words two texts begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _around(words: list[str], *, is_first: bool = False, is_last: bool = False) -> list[str]:
    """Words that did not change, but only those next to what did."""
    before = [] if is_first else words[:CONTEXT]
    behind = [] if is_last else words[-CONTEXT:]
    if len(words) <= len(before) + len(behind) + 1:
        return words
    return [*before, "…", *behind]
