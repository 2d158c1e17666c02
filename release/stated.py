"""What a release says of itself that an audit may take as meant: how persons are called, who made it, what it is of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from .changes import PACKAGE, Settings
from .config import NamesConfig


class _Contributor(msgspec.Struct, frozen=True):
    title: str
    organization: str | None = None
    email: str | None = None
    path: str | None = None


class _Source(msgspec.Struct, frozen=True):
    title: str


class _Package(msgspec.Struct, frozen=True):
    rejoinder: Settings
    contributors: list[_Contributor] = []
    sources: list[_Source] = []


@dataclass(frozen=True, slots=True)
class Stated:
    """What is meant."""

    names: NamesConfig
    on_purpose: tuple[str, ...] = ()
    """Texts that name its makers and its blogs."""


def stated_by(release: Path) -> Stated:
    """What datapackage.json says; the strictest where there is none that can be read."""
    try:
        package = msgspec.json.decode((release / PACKAGE).read_bytes(), type=_Package)
        names = msgspec.convert(
            {"mode": package.rejoinder.names, "keep_post_authors": package.rejoinder.keep_post_authors}, NamesConfig
        )
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return Stated(NamesConfig())
    told = [text for one in package.contributors for text in (one.title, one.organization, one.email, one.path) if text]
    return Stated(names, (*told, *(source.title for source in package.sources)))
