"""The persons of a release, counted from the rows that are published, so that the table knows no more than they do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..replies.words import folded_words
from .sections import Row, Section


def person_id_of(name: str | None) -> str | None:
    """What tells persons of one site apart, as in table persons; None for a name without words.

    >>> person_id_of("Karel Novák"), person_id_of("***")
    ('karel novak', None)
    """
    return " ".join(folded_words(name)) or None if name else None


def authors_of(post: Mapping[str, Any]) -> list[str]:
    """The names of those who wrote a post.

    >>> authors_of({"author_name": "Ann Ash, Bob Bell"})
    ['Ann Ash', 'Bob Bell']
    """
    return [name.strip() for name in (post["author_name"] or "").split(", ") if name.strip()]


def person_of(comment: Mapping[str, Any], post: Mapping[str, Any]) -> str | None:
    """The person who wrote a comment: the post's author where the page says so, under whatever name; else the name.

    Other sites' notices, pingbacks, are nobody's.
    """
    if comment["kind"] != "comment":
        return None
    authors = authors_of(post)
    if comment["by_post_author"] and len(authors) == 1:
        return person_id_of(authors[0])
    return person_id_of(comment["author_name"])


@dataclass(slots=True)
class _Person:
    names: Counter[str] = field(default_factory=Counter)
    posts_written: int = 0
    posts_commented: int = 0
    comments: int = 0
    replies_given: int = 0
    replies_received: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def dated(self, written: datetime | None) -> None:
        if written is not None:
            self.first = min(self.first or written, written)
            self.last = max(self.last or written, written)


@dataclass(slots=True)
class Persons:
    """Everybody who writes in the sections that were counted."""

    of_site: dict[tuple[str, str], _Person] = field(default_factory=dict)

    def count(self, section: Section, post: Mapping[str, Any]) -> None:
        """Count a section as it is published.

        Args:
            post: its post with the author's name as it is called, which a release without texts does not publish.
        """
        site = post["site"]
        writers: dict[str, list[_Person]] = {}
        for name in authors_of(post):
            if person_id := person_id_of(name):
                person = self._person(site, person_id)
                person.names[name] += 1
                person.posts_written += 1
                writers.setdefault(post["post_id"], []).append(person)
        commented = set()
        for comment in section.comments:
            if person_id := comment["author_id"]:
                person = self._person(site, person_id)
                if comment["author_name"]:
                    person.names[comment["author_name"]] += 1
                person.dated(comment["published_local"])
                person.comments += 1
                person.posts_commented += person_id not in commented
                commented.add(person_id)
                writers[comment["comment_id"]] = [person]
        for reply in section.replies:
            if reply["evidence"] != ["default"]:
                for person in writers.get(reply["comment_id"], ()):
                    person.replies_given += 1
                for person in writers.get(reply["target_id"], ()):
                    person.replies_received += 1

    def rows(self, *, are_named: bool) -> list[Row]:
        """The rows of the table, in its order."""
        return [
            {
                "site": site,
                "person_id": person_id,
                "name": _usual(person.names) if are_named else None,
                "is_author": person.posts_written > 0,
                "posts_written": person.posts_written,
                "posts_commented": person.posts_commented,
                "comments": person.comments,
                "replies_given": person.replies_given,
                "replies_received": person.replies_received,
                "first_comment_local": person.first,
                "last_comment_local": person.last,
            }
            for (site, person_id), person in sorted(self.of_site.items())
        ]

    def _person(self, site: str, person_id: str) -> _Person:
        return self.of_site.setdefault((site, person_id), _Person())


def _usual(names: Counter[str]) -> str | None:
    """The spelling used most; of equally used ones the first by letters."""
    return min(names, key=lambda name: (-names[name], name), default=None)
