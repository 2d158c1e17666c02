"""Rows of the tables as they are published: the columns of schemas/release.py, less what the settings keep back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from .config import ReleaseConfig
from .persons import person_of
from .sections import Row, Section

WITHHELD = ("author_id", "author_name", "by_post_author", "lang", "body_text", "body_sha256", "likes", "permalink")
"""Columns of a comment that are empty where only that it was there is published."""


def is_withheld(comment: Mapping[str, Any], config: ReleaseConfig) -> bool:
    """Whether no more than a row without words and name is published of a comment.

    What waits for its site's approval was never public; exports hold it. Of what is taken down the tables hold no more.
    """
    if comment["state"] == "pending" or comment["fate"] == "taken_down":
        return True
    return comment["state"] == "removed" and config.removed == "tombstones"


def released_section(section: Section, hidden: Section, config: ReleaseConfig) -> Section:
    """The rows of a post, its comments and their answers as they are published.

    Args:
        section: as it stands in the tables.
        hidden: the same without names and addresses of persons, in the same order.
    """
    comments = [
        _comment(given, comment, hidden.post, config)
        for given, comment in zip(section.comments, hidden.comments, strict=True)
    ]
    silent = {comment["comment_id"] for comment in hidden.comments if is_withheld(comment, config)}
    replies = [
        _reply(given, reply, config, is_silent=reply["comment_id"] in silent)
        for given, reply in zip(section.replies, hidden.replies, strict=True)
    ]
    return Section(_post(section.post, hidden.post, config), comments, replies)


def restore_addresses(section: Section, hidden: Section, address: Callable[[str], str]) -> None:
    """Let the rows have their addresses as `address` spells them: those of a release without texts lead to its words.

    Args:
        hidden: the section as it is published, in which they are put.
    """
    pairs = [(section.post, hidden.post, ("site", "url", "canonical_url"))]
    pairs += [(given, row, ("permalink",)) for given, row in zip(section.comments, hidden.comments, strict=True)]
    for given, row, columns in pairs:
        row |= {column: given[column] and address(given[column]) for column in columns}


def _post(given: Row, post: Row, config: ReleaseConfig) -> Row:
    row = {**post, "body_sha256": None}
    if config.texts == "none":
        row |= {"title": None, "author_name": None, "body_text": None, "categories": [], "tags": []}
        row["body_sha256"] = text_digest(given["body_text"])
    if not config.addresses:
        row |= {"url": None, "canonical_url": None}
    return row


def _comment(given: Row, comment: Row, post: Row, config: ReleaseConfig) -> Row:
    row = {
        **comment,
        "site": post["site"],
        "author_id": person_of(comment, post),
        "body_sha256": None,
        # Where an id was keyed anew it was, or may have been, made of a name.
        "native_id": given["native_id"] if comment["comment_id"] == given["comment_id"] else None,
    }
    if config.texts == "none":
        row |= {"author_name": None, "body_text": None, "body_sha256": text_digest(given["body_text"])}
    if not config.addresses:
        row["permalink"] = None
    return row | dict.fromkeys(WITHHELD) if is_withheld(comment, config) else row


def _reply(given: Row, reply: Row, config: ReleaseConfig, *, is_silent: bool) -> Row:
    if is_silent:
        return {**reply, "cue": None, "cue_start": None, "cue_end": None}
    if config.texts == "none":
        # For who fetches the text again: there its names stand.
        return {**reply, "cue": None, "cue_start": given["cue_start"], "cue_end": given["cue_end"]}
    return reply


def released_fetch(fetch: Row, config: ReleaseConfig) -> Row:
    """A row of tables/fetches as it is published in provenance."""
    archive = fetch["archive_file"]
    row = {**fetch, "archive_file": PurePath(archive).name if archive else None}
    return row if config.addresses else row | {"request_url": None, "final_url": None}


def text_digest(text: str | None) -> str | None:
    """What tells whether a text fetched again is the same; None without one.

    It is published where texts are not. Beside a text whose names are hidden it would let whoever guesses a name try it
    on short texts ('Thanks, Anna'); without texts it tells no more than the page does that the release leads to.
    """
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
