"""Looks in a release for what must not be there, by other means than those by which it was taken out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .config import NamesConfig


class AuditError(Exception):
    """The release cannot be read; the message names the file."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something of a person that stands in a release."""

    file: str
    """Path below the release, with '/'."""
    row_id: str | None
    """The row's id; None where it has none, as in a README."""
    column: str | None
    """Column of a table, or 'metadata', 'statistics', 'file name'; None for other files."""
    kind: str
    """'name', 'email', 'ip', 'hash', 'key', 'url'."""
    what: str
    """What was found, as it is known from the data."""
    context: str
    """The words around it."""
    level: Literal["finding", "look"]
    """'look' where only a person can tell whether it is one: a word that may be a name or no more than a word."""


def audit(release: Path, data: Path, *, names: NamesConfig | None = None, key: bytes | None = None) -> list[Finding]:
    """What stands in a release and must not, in order of file and row.

    Args:
        data: the data folder from which the release was made.
        names: what is called by name on purpose; None if nobody is.
        key: the key of the pseudonyms, which may stand nowhere.

    Raises:
        AuditError: the release is none or cannot be read.
        BuildError: the data folder has no tables that can be read.
    """
    return []
