"""A section as it may be published: without the names and addresses of who writes on its site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .config import NamesConfig
from .pseudonyms import Pseudonyms
from .sections import Row, Section


@dataclass(frozen=True, slots=True)
class Replaced:
    """One place that was rewritten. Offsets count characters of the value as it was and as it is."""

    row_id: str
    """comment_id or post_id, as in the data."""
    column: str
    kind: str
    """'name', 'email', 'phone', 'ip', 'iban', 'url', 'handle'."""
    was: str
    now: str
    start: int
    end: int
    now_start: int


@dataclass(slots=True)
class Hidden:
    """A section as it is published, and what was taken out of it."""

    section: Section
    counts: Counter[str] = field(default_factory=Counter)
    """Places by kind."""
    replaced: list[Replaced] = field(default_factory=list)


@dataclass(slots=True)
class SitePersons:
    """Who writes on a site: made once for all its sections by persons_of()."""

    site: str
    authors: frozenset[str] = frozenset()
    """Keys (persons.person_id) of those who write posts."""


def persons_of(site: str, persons: Iterable[Row]) -> SitePersons:
    """
    Args:
        persons: the rows of tables/persons of this site.
    """
    return SitePersons(site, frozenset(row["person_id"] for row in persons if row["is_author"]))


def hide(section: Section, persons: SitePersons, names: NamesConfig, pseudonyms: Pseudonyms | None) -> Hidden:
    """The section without names, addresses and numbers of persons; its rows are new, the given ones stay as they are.

    Ids of comments are those of the release (Pseudonyms.release_id); cues of `replies` stand where they now are.

    Args:
        pseudonyms: None only where names are kept; where they are dropped, ids that hold names are keyed anew by them.
    """
    section = Section(
        dict(section.post), [dict(row) for row in section.comments], [dict(row) for row in section.replies]
    )
    hidden = Hidden(section)
    if pseudonyms is None or names.mode == "keep":
        return hidden
    is_kept = names.keep_post_authors
    for row in [section.post, *section.comments]:
        if row["author_name"] and not (is_kept and "comment_id" not in row):
            row["author_name"] = pseudonyms.of(persons.site, row["author_name"]) if names.mode == "pseudonyms" else None
            hidden.counts["name"] += 1
        if row["author_url"]:
            row["author_url"] = "[url]"
    for row in [*section.comments, *section.replies]:
        for column in ("comment_id", "parent_id", "thread_id", "target_id"):
            if row.get(column):
                row[column] = pseudonyms.release_id(row[column])
    return hidden


def hide_person(row: Row, names: NamesConfig, pseudonyms: Pseudonyms | None) -> Row | None:
    """A row of tables/persons as it is published; None where names are dropped, for then no two texts are one person's."""
    if names.mode == "keep" or pseudonyms is None:
        return dict(row)
    if names.mode == "drop":
        return None
    if names.keep_post_authors and row["is_author"]:
        return dict(row)
    name = pseudonyms.of(row["site"], row["person_id"])
    return {
        **row,
        "person_id": name.lower(),
        "name": name,
        "name_variants": [name],
        "home_page": row["home_page"] and "[url]",
    }


def hide_address(address: str, persons: SitePersons, names: NamesConfig, pseudonyms: Pseudonyms | None) -> str:
    """The address of a page of the site, the names of its persons in it replaced."""
    return address
