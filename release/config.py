"""What its publisher decides about a release: release.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

NameMode = Literal["keep", "pseudonyms", "drop"]
TextMode = Literal["full", "none"]
RemovedMode = Literal["tombstones", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesConfig:
    """The table [names]: how persons are called in the release."""

    mode: NameMode = "pseudonyms"
    across_sites: bool = False
    """Whether one name has one pseudonym on all sites; else one a site."""
    keep_post_authors: bool = False
    """Whether who writes posts is called by name: an analyst who publishes under his name is a public source."""
    key_file: Path | None = None
    """File that holds the secret key of the pseudonyms; never below the release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterConfig:
    """The table [filter]: which posts are published, with their comments."""

    sites: tuple[str, ...] = ()
    """posts.site of each blog; empty for all."""
    since: date | None = None
    until: date | None = None
    exclude_reserved: bool = True
    """Leave out posts whose text and data mining is reserved."""
    exclude_noindex: bool = False
    licenses: tuple[str, ...] = ()
    """Publish only posts that state one of these licences, by the beginning of its address; empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """Who made the dataset."""

    name: str
    orcid: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseConfig:
    """release.toml, read and checked."""

    name: str
    """Short name for files and tools: letters, digits, hyphens."""
    title: str
    description: str
    version: str
    released: date
    license: str
    """SPDX identifier of the licence of the compilation; texts stay their writers'."""
    creators: tuple[Creator, ...]
    contact: str
    """Where to ask for removal: an e-mail address or a web page."""
    url: str | None = None
    doi: str | None = None
    texts: TextMode = "full"
    removed: RemovedMode = "tombstones"
    """What becomes of comments that their sources have removed: a row without text and name, or the text last seen."""
    addresses: bool = True
    """Whether the addresses of posts and comments are published."""
    names: NamesConfig = field(default_factory=NamesConfig)
    filter: FilterConfig = field(default_factory=FilterConfig)
