"""DATA/takedown.toml: what is not to be shown, whoever publishes it and whatever later crawls bring.

[[takedown]]
date = 2026-01-31
reason = "asked for by the writer"
comments = ["3f1c0a9be2d47781:4712"]
persons = [{ name = "Ann Lee", site = "blog.example.org" }]

The whole format stands in docs/takedowns.md; what a build makes of it, in queries/takedowns.py.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from .addresses import is_web_address

FILE = "takedown.toml"
"""Its name below the data folder."""

COMMENT_ID = re.compile(r"[0-9a-f]{16}:.+")
POST_ID = re.compile(r"[0-9a-f]{16}")
ENTRY = re.compile(r"\$\.takedown\[(?P<number>\d+)\](?:\.(?P<key>\w+))?")
"""Where in the file msgspec says that a value is wrong."""

Filled = Annotated[str, msgspec.Meta(min_length=1)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Where = Literal["text", "author", "address"]
Kind = Literal["comments", "posts"]


class TakedownError(Exception):
    """The file cannot be used; the message names it, the entry and the key at fault."""


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody all of whose comments and posts are taken down, known by the name over them."""

    name: Filled | None = None
    name_sha256: Digest | None = None
    """digest() of the words of the name: what `forget` leaves of it."""
    site: Filled | None = None
    """posts.site; None for all."""
    in_texts: bool | None = None
    """Whether the name is replaced where others write it; None for names of two words and more, which are no word of a
    language."""


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"within": "in"}):
    """A regular expression (RE2, whose time is linear) that takes down each record in which it finds something."""

    matches: Filled
    within: tuple[Where, ...] = ("text",)
    of: tuple[Kind, ...] = ("comments",)


class Takedown(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"asked_on": "date"},
    omit_defaults=True,
):
    """One entry: what is taken down, since when and why."""

    asked_on: date
    reason: Filled
    """Published with the tombstones, so no name may stand in it."""
    comments: tuple[str, ...] = ()
    """comments.comment_id of each."""
    permalinks: tuple[str, ...] = ()
    """Addresses of comments."""
    permalinks_sha256: tuple[Digest, ...] = ()
    posts: tuple[str, ...] = ()
    """post_id or address of each; their comments stay unless `with_comments`."""
    with_comments: bool = False
    persons: tuple[Person, ...] = ()
    patterns: tuple[Pattern, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (
            self.comments or self.permalinks or self.permalinks_sha256 or self.posts or self.persons or self.patterns
        )


class Takedowns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"entries": "takedown"}):
    """A whole file; without entries where there is none."""

    entries: tuple[Takedown, ...] = ()
    salt: str = ""
    """What is hashed before each name and address that stands as a hash."""

    def items(self) -> Iterator[tuple[str, Takedown, str, Any]]:
        """(place, entry, kind, value) of each single thing that is named; places are 'takedown 2, persons[0]'."""
        for number, entry in enumerate(self.entries, 1):
            for kind in ("comments", "permalinks", "permalinks_sha256", "posts", "persons", "patterns"):
                for at, value in enumerate(getattr(entry, kind)):
                    yield f"takedown {number}, {kind}[{at}]", entry, kind, value

    def names_on(self, site: str) -> list[str]:
        """The names that are known in letters of persons taken down on a site, sorted."""
        persons = [person for entry in self.entries for person in entry.persons if person.site in (None, site)]
        return sorted({person.name for person in persons if person.name})

    @property
    def state(self) -> str:
        """What tells one state of the file from another; empty for no entries."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest() if self.entries else ""


def read_takedowns(data: Path) -> Takedowns:
    """What the takedown.toml of a data folder says.

    Raises:
        TakedownError: it cannot be read, or something in it is wrong.
    """
    path = data / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Takedowns()
    except OSError as error:
        raise TakedownError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TakedownError(f"{path}: not UTF-8 at byte {error.start}") from error
    try:
        found = msgspec.convert(tomllib.loads(text), Takedowns)
    except tomllib.TOMLDecodeError as error:
        raise TakedownError(f"{path}: {error}") from error  # it names line and column
    except msgspec.ValidationError as error:
        raise TakedownError(_told(path, str(error))) from error
    for number, entry in enumerate(found.entries, 1):
        if fault := _fault_of(entry):
            raise TakedownError(f"{path}, takedown {number}, {fault}")
    if not found.salt and any(
        entry.permalinks_sha256 or any(person.name_sha256 for person in entry.persons) for entry in found.entries
    ):
        raise TakedownError(f"{path}: hashes of names and addresses need the salt that they were made with")
    return found


def write_takedowns(takedowns: Takedowns) -> str:
    """The text of a takedown.toml; comments of an older one are not kept, for names may stand in them."""
    lines = [f"salt = {_toml(takedowns.salt)}", ""] if takedowns.salt else []
    for entry in takedowns.entries:
        lines.append("[[takedown]]")
        lines += [f"{key} = {_toml(value)}" for key, value in msgspec.to_builtins(entry, builtin_types=(date,)).items()]
        lines.append("")
    return "\n".join(lines)


def new_salt() -> str:
    """A salt for the hashes of one file."""
    return secrets.token_hex(16)


def digest(salt: str, text: str) -> str:
    """What stands in the file for a name or address; queries/takedowns.py makes the same of what it reads.

    >>> digest("salt", "ann lee")[:8]
    '91136464'
    """
    return hashlib.sha256((salt + text).encode()).hexdigest()


def _told(path: Path, message: str) -> str:
    """What is wrong, with entry and key, from what msgspec says of it."""
    told, _, place = message.partition(" - at ")
    found = ENTRY.search(place)
    if found is None:
        return f"{path}: {told}"
    key = f", {found['key']}" if found["key"] else ""
    return f"{path}, takedown {int(found['number']) + 1}{key}: {told}"


def _fault_of(entry: Takedown) -> str | None:
    """Key and fault of what types alone cannot tell; None if nothing is."""
    if entry.is_empty:
        return "names nothing: give comments, permalinks, posts, persons or patterns"
    for comment in entry.comments:
        if not COMMENT_ID.fullmatch(comment):
            return f"comments: {comment!r} is no comment_id, which begins with the 16 digits of its post and a colon"
    for address in entry.permalinks:
        if not is_web_address(address):
            return f"permalinks: {address!r} is no http(s) URL"
    for post in entry.posts:
        if not POST_ID.fullmatch(post) and not is_web_address(post):
            return f"posts: {post!r} is neither a post_id of 16 digits nor an http(s) URL"
    if entry.with_comments and not entry.posts:
        return "with_comments: goes with posts"
    return next(filter(None, (_fault_of_person(person, entry.reason) for person in entry.persons)), None)


def _fault_of_person(person: Person, reason: str) -> str | None:
    if (person.name is None) == (person.name_sha256 is None):
        return "persons: each has either a name or a name_sha256"
    if person.name is not None:
        words = re.findall(r"\w+", person.name.casefold())
        if not words:
            return f"persons: {person.name!r} has no letter by which it could be known"
        if " ".join(words) in " ".join(re.findall(r"\w+", reason.casefold())):
            return "reason: it is published, so the person's name must not stand in it"
    return None


def _toml(value: object) -> str:
    """A value of the file as TOML writes it."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items() if inner is not None)
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    # Strings and truths are written as in JSON, but for one character.
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
