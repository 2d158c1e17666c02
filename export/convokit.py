"""A ConvoKit corpus: a conversation a post, whose root is the post, and an utterance a comment that answers one other.

ConvoKit knows one answered utterance; it is the main target (`replies.is_primary`), and all targets with their evidence
stand in the utterance's metadata. Format: convokit.cornell.edu, "The Data Format".
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

import duckdb

from ..queries.models import BuildError
from ..rows import BATCH
from .open import reading_beside
from .speakers import SPEAKERS, bind_speakers

Meta = dict[str, Any]

UTTERANCES = f"""
    with

    texts as (

        select
            post_id as text_id,
            post_id,
            -1 as position,
            'post' as kind,
            concat_ws(chr(10) || chr(10), title, body_text) as text,
            published_at,
            published_local,
            url as permalink,
            lang,
            null::bigint as likes,
            if(missed_at is null, 'visible', 'removed') as state,
            true as by_post_author

        from posts

        union all by name

        select
            comment_id as text_id,
            post_id,
            position,
            kind,
            coalesce(body_text, '') as text,
            published_at,
            published_local,
            permalink,
            lang,
            likes,
            state,
            by_post_author

        from comments

    )

    select
        texts.*,
        {SPEAKERS}.speaker

    from texts

    inner join {SPEAKERS}
        on texts.text_id = {SPEAKERS}.text_id

    order by texts.post_id, texts.position
"""

ANSWERS = """
    select
        post_id,
        comment_id,
        target_id,
        target_kind,
        evidence,
        confidence,
        cue,
        cue_start,
        cue_end,
        is_primary

    from replies

    order by post_id, comment_id, is_primary desc, target_id
"""

CONVERSATIONS = """
    select
        posts.post_id,
        posts.site,
        posts.title,
        posts.url,
        posts.author_name,
        posts.published_local::varchar as published_local,
        posts.declared_comments,
        completeness.found_comments,
        completeness.reason as completeness

    from posts

    left join completeness
        on posts.post_id = completeness.post_id

    order by posts.post_id
"""

PEOPLE = f"""
    select
        speaker,
        min(site) as site,
        min(name) as name,
        person_id,
        count(*) filter (kind = 'post') as posts,
        count(*) filter (kind <> 'post') as comments

    from {SPEAKERS}

    group by speaker, person_id
    order by speaker
"""


def write_corpus(tables: duckdb.DuckDBPyConnection, folder: Path, *, name: str) -> dict[str, int]:
    """Write a corpus; gives its utterances, speakers and conversations.

    All JSON is ASCII, because convokit opens files in the encoding of the machine.

    Raises:
        BuildError: answers run in a ring, so that a conversation would have no root.
    """
    bind_speakers(tables)
    keys: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    with (folder / "utterances.jsonl").open("w", encoding="ascii") as file, reading_beside(tables) as other:
        utterances = _write_utterances(tables, other, file, keys["utterances-index"])
    conversations = _write_objects(
        folder / "conversations.json", _rows(tables, CONVERSATIONS), "post_id", keys["conversations-index"]
    )
    speakers = _write_objects(folder / "speakers.json", _rows(tables, PEOPLE), "speaker", keys["speakers-index"])
    about: Meta = {"name": name, "made_with": "rejoinder", "replies": "reply-to is the main target of each comment"}
    _index(about, keys["overall-index"])
    _write_json(folder / "corpus.json", about)
    _write_json(folder / "index.json", {**keys, "version": 1, "vectors": []})
    return {"utterances": utterances, "speakers": speakers, "conversations": conversations}


def _write_utterances(
    tables: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, file: IO[str], index: dict[str, list[str]]
) -> int:
    count = 0
    # Both are ordered by post, so that the answers of one post are held at a time.
    answers = _by_post(other, ANSWERS)
    post_id, of_post = next(answers, (None, []))
    for section_id, texts in _by_post(tables, UTTERANCES):
        targets: defaultdict[str, list[Meta]] = defaultdict(list)
        if post_id == section_id:
            for answer in of_post:
                del answer["post_id"]
                targets[answer.pop("comment_id")].append(answer)
            post_id, of_post = next(answers, (None, []))
        main = {text_id: rows[0]["target_id"] for text_id, rows in targets.items()}
        _refuse_rings(section_id, main)
        for text in texts:
            text_id = text["text_id"]
            meta: Meta = {key: text[key] for key in ("kind", "state", "by_post_author", "lang", "likes", "permalink")}
            meta["targets"] = targets[text_id]
            meta["time_is"] = "instant" if text["published_at"] else "wall_clock" if text["published_local"] else None
            _index(meta, index)
            utterance = {
                "id": text_id,
                "conversation_id": section_id,
                "text": text["text"] or "",
                "speaker": text["speaker"],
                # What answers nothing known, such as a pingback, stands below the post.
                "reply-to": None if text_id == section_id else main.get(text_id, section_id),
                "timestamp": _seconds(text["published_at"] or text["published_local"]),
                "meta": meta,
                "vectors": [],
            }
            file.write(json.dumps(utterance) + "\n")
            count += 1
    return count


def _by_post(tables: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str, list[Meta]]]:
    for post_id, rows in groupby(_rows(tables, query), key=itemgetter("post_id")):
        yield post_id, list(rows)


def _rows(tables: duckdb.DuckDBPyConnection, query: str) -> Iterator[Meta]:
    for batch in tables.sql(query).to_arrow_reader(BATCH):
        yield from batch.to_pylist()


def _refuse_rings(post_id: str, main: Mapping[str, str]) -> None:
    """
    Raises:
        BuildError: a comment answers itself by way of others.
    """
    sound: set[str] = {post_id}
    for comment_id in main:
        path: list[str] = []
        at: str | None = comment_id
        while at is not None and at not in sound:
            if at in path:
                raise BuildError(f"the main answers of post {post_id} run in a ring at {at}; rejoinder check says more")
            path.append(at)
            at = main.get(at)
        sound.update(path)


def _seconds(time: datetime | None) -> int | None:
    """Seconds since 1970, of a wall clock as if it were UTC; convokit orders utterances by them."""
    if time is None:
        return None
    return int((time.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds())


def _write_objects(path: Path, rows: Iterable[Meta], key: str, index: dict[str, list[str]]) -> int:
    """Write an object of objects, one at a time; gives their number."""
    count = 0
    with path.open("w", encoding="ascii") as file:
        file.write("{")
        for row in rows:
            object_id = row.pop(key)
            _index(row, index)
            comma = ",\n" if count else ""
            file.write(f"{comma}{json.dumps(object_id)}: {json.dumps({'meta': row, 'vectors': []})}")
            count += 1
        file.write("}\n")
    return count


def _index(meta: Meta, index: dict[str, list[str]]) -> None:
    """Note the types of metadata, as convokit's index keeps them."""
    for key, value in meta.items():
        types = index.setdefault(key, [])
        if value is not None and str(type(value)) not in types:
            types.append(str(type(value)))


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value) + "\n", encoding="ascii")
