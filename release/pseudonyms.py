"""One person, one pseudonym: keyed, so that nobody who guesses a name can confirm it without the key."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..replies.words import folded_words

LETTERS = "bcdfghjklmnpqrstvwxz"
"""20, none a vowel, so that no part of a pseudonym is a word; no digits, for names have none."""
LENGTH = 13
"""56 bits: among a million persons two share a pseudonym with a chance of 1 in 140,000."""
PREFIX = "Qx"
"""No word of any language begins so; with a capital, as names do, so that texts are read as before."""
PSEUDONYM = re.compile(rf"{PREFIX}[{LETTERS}]{{{LENGTH}}}")

KEY_BYTES = 32
LEAST_KEY_BYTES = 16

_SAFE_ID = re.compile(
    r"(?:[a-z]{0,2}|comment|comments|comentario|commentaire|kommentar|msg|post|reply)[-_]?[0-9]+", re.I
)
"""Ids of a site that are numbers, whatever stands before them."""
_DRAWN_ID = re.compile(r"(?:comment[-_])?[0-9a-f]{8,}(?:-[0-9a-f]{4,})*", re.I)
"""Ids that machines draw: hex digits, UUIDs."""
_OF_A_NAME = re.compile(r"h[0-9a-f]{16}(?:-[0-9]+)?")
"""What pipelines/urls.py makes of a comment's author, date and text."""


class KeyFileError(Exception):
    """The key file cannot be used; the message names it and says what to do."""


def read_or_create_key(path: Path, release: Path) -> tuple[bytes, bool]:
    """The secret key of the pseudonyms, and whether it was made now.

    A file that is not there is made, to be read by its owner alone. Without it nobody can give these pseudonyms again.

    Args:
        release: the folder of the release, in which the key may not lie.

    Raises:
        KeyFileError: the key lies below the release, is too short, may be read by others, or cannot be read or written.
    """
    where, folder = path.resolve(), release.resolve()
    if where == folder or folder in where.parents:
        raise KeyFileError(f"{path} lies in the release, where everybody could read it: name a key_file elsewhere")
    try:
        return (_read_key(path), False) if path.exists() else (_create_key(path), True)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be used as key file: {error.strerror}") from error


def _read_key(path: Path) -> bytes:
    key = path.read_bytes()
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} may be read by others than its owner: chmod 600 {path}")
    if len(key) < LEAST_KEY_BYTES:
        raise KeyFileError(
            f"{path} holds {len(key)} bytes, and a key at least {LEAST_KEY_BYTES}: remove it for a new one"
        )
    return key


def _create_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_hex(KEY_BYTES).encode() + b"\n"
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key)
    return key


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one release."""

    key: bytes
    across_sites: bool = False
    """Whether a name has one pseudonym on all sites; else one a site."""

    def of(self, site: str, name: str) -> str:
        """The pseudonym of a person: one word that begins like a name.

        Who is one person is told as in table persons: by the folded words of the name; a name without words, such as
        '***', by its characters.

        >>> names = Pseudonyms(bytes(32))
        >>> names.of("blog.example", "Anna Klein")
        'Qxwfmtmnwkzvpbn'
        >>> names.of("blog.example", "ANNA  KLEIN") == names.of("blog.example", "Anna Klein")
        True
        >>> names.of("other.example", "Anna Klein") == names.of("blog.example", "Anna Klein")
        False
        """
        person = " ".join(folded_words(name)) or f"\0{name.strip()}"
        digest = self._digest("person", "" if self.across_sites else site, person)
        number = int.from_bytes(digest[:8])
        return PREFIX + "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))

    def release_id(self, record_id: str) -> str:
        """The id by which a release knows a post or comment: its own, unless it is made of a name or may hold one.

        An id that is a hash of the writer's name would confirm whoever guesses it, and sites make ids of names
        ('comment-7-by-anna'); these are keyed anew. The same id gives the same everywhere.

        >>> names = Pseudonyms(bytes(32))
        >>> names.release_id("3f1c0a9be2d47781:4711"), names.release_id("3f1c0a9be2d47781")
        ('3f1c0a9be2d47781:4711', '3f1c0a9be2d47781')
        >>> names.release_id("3f1c0a9be2d47781:h0123456789abcdef")
        '3f1c0a9be2d47781:he9eb6ead7f97f098'
        """
        post_id, colon, own = record_id.partition(":")
        if not colon or is_safe_id(own):
            return record_id
        return f"{post_id}:h{self._digest('id', '', record_id).hex()[:16]}"

    def _digest(self, kind: str, site: str, text: str) -> bytes:
        return hmac.new(
            self.key, "\0".join((kind, site, text)).encode("utf-8", "surrogatepass"), hashlib.sha256
        ).digest()


def is_safe_id(own: str) -> bool:
    """Whether a site's own id of a comment holds no name: a number, or drawn by a machine.

    >>> is_safe_id("c4711"), is_safe_id("comment-4711"), is_safe_id("h" + "1" * 16), is_safe_id("4711-by-anna")
    (True, True, False, False)
    """
    return not _OF_A_NAME.fullmatch(own) and bool(_SAFE_ID.fullmatch(own) or _DRAWN_ID.fullmatch(own))
