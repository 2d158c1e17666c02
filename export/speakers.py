"""Who wrote each text, by a name that tells persons of different sites apart: what networks and corpora are made of."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from ..queries.signs import reply_names
from ..rows import BATCH

SPEAKERS = "speakers"
"""The table that bind_speakers() makes."""

NAMES = """
    select distinct trim(author_name) as name from (
        select author_name from posts
        union all
        select author_name from comments
    )
    where author_name is not null
"""

TEXTS = """
    create or replace table speakers as

    with

    texts as (

        select
            post_id as text_id,
            site,
            'post' as kind,
            author_name

        from posts

        union all

        select
            comments.comment_id,
            posts.site,
            comments.kind,
            -- As in persons: what the post's author calls himself below it counts for the one name.
            if(comments.by_post_author, coalesce(posts.author_name, comments.author_name), comments.author_name)

        from comments

        inner join posts
            on comments.post_id = posts.post_id

    )

    select
        texts.text_id,
        texts.site,
        texts.kind,
        texts.author_name as name,
        speaker_names.name_key as person_id,
        -- No name has this form: its words are letters and digits.
        texts.site || ' ' || coalesce(speaker_names.name_key, '(' || texts.text_id || ')') as speaker

    from texts

    left join speaker_names
        on trim(texts.author_name) = speaker_names.name
"""
"""One row per text; a text without a name has a speaker of its own, since nothing tells whether two are one person."""


def bind_speakers(tables: duckdb.DuckDBPyConnection) -> None:
    """Make the table `speakers`: text_id, site, kind, name, person_id (as in persons; null without name), speaker."""
    keys = pa.concat_tables(reply_names(tables.sql(NAMES).to_arrow_reader(BATCH)))
    tables.register("speaker_names", keys)
    tables.execute(TEXTS).fetchall()
    tables.unregister("speaker_names")
