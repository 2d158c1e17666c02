"""CITATION.cff (citation-file-format.github.io, version 1.2.0): how a release is cited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..inert import inert_line
from .config import Creator, ReleaseConfig
from .inert import yaml_text
from .licenses import known_license


def citation_file(config: ReleaseConfig) -> str:
    """The text of CITATION.cff."""
    known = known_license(config.license)
    pairs: dict[str, Any] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use this dataset, please cite it as below.",
        "title": config.title,
        "abstract": config.description,
        "version": config.version,
        "date-released": config.released.isoformat(),
    }
    if known:
        pairs["license"] = known.spdx
    if config.url:
        pairs["url"] = config.url
    if config.doi:
        pairs["doi"] = config.doi
    lines = [f"{key}: {yaml_text(value)}" for key, value in pairs.items()]
    return "\n".join([*lines, "authors:", *_authors(config.creators)]) + "\n"


def _authors(creators: Iterable[Creator]) -> Iterable[str]:
    """Each as an entity, which has one name: a name cannot be cut into a given and a family name without guessing."""
    for creator in creators:
        yield f"  - name: {yaml_text(creator.name)}"
        if creator.orcid:
            yield f"    orcid: {yaml_text(f'https://orcid.org/{creator.orcid}')}"
        if creator.affiliation:
            # Entities have no affiliation of their own in this format.
            yield f"    alias: {yaml_text(creator.affiliation)}"


def bibtex(config: ReleaseConfig) -> str:
    """The same for LaTeX."""
    authors = " and ".join("{" + _plain(creator.name) + "}" for creator in config.creators)
    pairs = {
        "author": authors,
        "title": "{" + _plain(config.title) + "}",
        "year": str(config.released.year),
        "version": config.version,
        "doi": config.doi,
        "url": config.url,
    }
    lines = [f"  {key} = {{{value}}}," for key, value in pairs.items() if value]
    return "\n".join([f"@misc{{{config.name},", *lines, "}"])


def _plain(text: str) -> str:
    """Without what BibTeX reads as its own."""
    return "".join(char for char in inert_line(text) if char not in "{}\\%`")
