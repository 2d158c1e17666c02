"""What its publisher decides about a release: release.toml, in which every key is known and every value checked."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

import msgspec

from ..addresses import is_web_address
from .licenses import known_license

NameMode = Literal["keep", "pseudonyms", "drop"]
TextMode = Literal["full", "none"]
RemovedMode = Literal["tombstones", "keep"]
Hint = Any  # a type hint: typing has no common type for all that can be written in one


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesConfig:
    """The table [names]: how persons are called in the release."""

    mode: NameMode = "pseudonyms"
    across_sites: bool = False
    """Whether one name has one pseudonym on all sites; else one a site."""
    keep_post_authors: bool = False
    """Whether who writes posts is called by name: an analyst who publishes under his name is a public source.

    In a release without texts nobody is called by name, and this leaves the name in the addresses of the blog.
    """
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
    license_file: Path | None = None
    """File with the licence's text, where it is none of those that come with the program."""
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


class ConfigError(Exception):
    """A release cannot be made as it is configured; the message names the file, the key and what is allowed."""


TEMPLATE = Path(__file__).with_name("template.toml")
"""What `rejoinder release --init` writes."""

NAME = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
VERSION = re.compile(r"\d+(?:\.\d+)*(?:[-+.][0-9A-Za-z.-]+)?")
ORCID = re.compile(r"(?:\d{4}-){3}\d{3}[\dX]")
DOI = re.compile(r"10\.\d{4,9}/\S+")
MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


def write_template(path: Path) -> None:
    """Write a commented release.toml.

    Raises:
        ConfigError: there is a file of that name, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.read_text("utf-8"))
    except FileExistsError as error:
        raise ConfigError(f"{path} exists and is left as it is; give another name: --init FILE") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


def read_config(path: Path) -> ReleaseConfig:
    """The settings of a release; names of files in it are taken from its own folder.

    Raises:
        ConfigError: it cannot be read, or a key or value is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; write one with: rejoinder release --init {path}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 at byte {error.start}") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: {error}") from error  # it names line and column
    file = _File(path, text)
    _refuse_unknown(file, values, ReleaseConfig, "")
    try:
        config = msgspec.convert(values, ReleaseConfig, dec_hook=lambda kind, value: kind(value))
    except msgspec.ValidationError as error:
        file.refuse_value(str(error))
    for key, fault in _faults(config):
        file.refuse(key, fault)
    beside = path.resolve().parent
    names = config.names
    if names.key_file:
        names = replace(names, key_file=beside / names.key_file.expanduser())
    license_file = beside / config.license_file.expanduser() if config.license_file else None
    return replace(config, names=names, license_file=license_file)


def _faults(config: ReleaseConfig) -> list[tuple[str, str]]:
    """The keys at fault and what is wrong, of what types alone cannot tell."""
    names, since, until = config.names, config.filter.since, config.filter.until
    texts = {key: getattr(config, key) for key in ("title", "description", "license", "contact")}
    return [
        (key, fault)
        for key, is_wrong, fault in (
            *((key, not text.strip(), "must not be empty") for key, text in texts.items()),
            ("name", not NAME.fullmatch(config.name), 'must be letters, digits and hyphens, such as "our-blogs"'),
            ("version", not VERSION.fullmatch(config.version), 'must be numbers with dots, such as "1.0.0"'),
            ("creators", not config.creators, "must name at least one person or institution"),
            *((key, True, fault) for creator in config.creators for key, fault in _creator_faults(creator)),
            ("contact", not _is_contact(config.contact), "must be an e-mail address or the http(s) URL of a page"),
            ("url", not (config.url is None or is_web_address(config.url)), "must be an http(s) URL"),
            ("doi", not (config.doi is None or DOI.fullmatch(config.doi)), 'must be bare: "10.5281/zenodo.1234567"'),
            (
                "license",
                config.license_file is None and known_license(config.license) is None,
                f"no text of {config.license!r} comes with this program: give license_file, too",
            ),
            (
                "names.key_file",
                names.mode != "keep" and names.key_file is None,
                "is missing; name the file of the secret key, which is made where there is none",
            ),
            (
                "names.mode",
                config.texts == "none" and names.mode == "keep",
                'must be "pseudonyms" or "drop": a release without texts (texts = "none") has no names either',
            ),
            ("filter.until", bool(since and until and since > until), f"lies before since, {since}"),
        )
        if is_wrong
    ]


def _creator_faults(creator: Creator) -> list[tuple[str, str]]:
    faults = [] if creator.name.strip() else [("creators.name", "must not be empty")]
    if creator.orcid is not None and not ORCID.fullmatch(creator.orcid):
        faults.append(("creators.orcid", 'must be four groups of four digits: "0000-0000-0000-0000"'))
    return faults


def _is_contact(text: str) -> bool:
    return bool(MAIL.fullmatch(text)) or is_web_address(text)


def _refuse_unknown(file: _File, values: dict[str, Any], record: type, place: str) -> None:
    """See that all keys are known, in the tables within, too.

    Raises:
        ConfigError: one is not.
    """
    hints = get_type_hints(record)
    for key, value in values.items():
        if key not in hints:
            near = ", ".join(known.name for known in fields(record))
            file.refuse(place + key, f"no such key; known are {near}")
        inner = _record_within(hints[key])
        for table in value if isinstance(value, list) else [value]:
            if inner and isinstance(table, dict):
                _refuse_unknown(file, table, inner, f"{place}{key}.")


def _record_within(hint: Hint) -> type | None:
    parts = [hint, *get_args(hint)]
    return next((part for part in parts if is_dataclass(part) and isinstance(part, type)), None)


@dataclass(frozen=True, slots=True)
class _File:
    """The file as it is written, for messages."""

    path: Path
    text: str

    def refuse(self, key: str, fault: str) -> NoReturn:
        """Say what is wrong with a key, 'names.mode'."""
        line = self._line_of(key)
        place = f"{self.path}, line {line}" if line else str(self.path)
        raise ConfigError(f"{place}: {key}: {fault}")

    def refuse_value(self, message: str) -> NoReturn:
        """Say what is allowed where a value is of another kind, by msgspec's message of it."""
        told, _, at = message.partition(" - at `$.")
        place = re.sub(r"\[(?:\d+|\.\.\.)\]", "", at.rstrip("`"))
        if missing := re.search(r"missing required field `(\w+)`", told):
            key = f"{place}.{missing[1]}" if place else missing[1]
            self.refuse(key, f"is missing; it must be {_allowed(key)}")
        self.refuse(place, f"must be {_allowed(place)}")

    def _line_of(self, key: str) -> int | None:
        """The line on which a key stands; None if it has none of its own."""
        *table, name = key.split(".")
        current: list[str] = []
        for number, line in enumerate(self.text.splitlines(), 1):
            if heading := re.match(r"\s*\[\[?\s*([\w.]+)\s*\]", line):
                current = heading[1].split(".")
                if current == [*table, name]:
                    return number
            elif current == table and re.match(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=", line):
                return number
        return None


def _allowed(key: str) -> str:
    """What may stand at a key, in words."""
    hint: Hint = ReleaseConfig
    for name in key.split("."):
        record = _record_within(hint)
        assert record, "msgspec names only places that the declared types have"
        hint = get_type_hints(record)[name]
    return _in_words(hint)


def _in_words(hint: Hint) -> str:
    """A type as a writer of TOML knows it.

    >>> _in_words(bool), _in_words(Literal["full", "none"]), _in_words(tuple[str, ...])
    ('true or false', 'one of "full", "none"', 'a list, each a text in quotes')
    """
    if get_origin(hint) in (Union, UnionType):
        return _in_words(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return f"one of {', '.join(map(json.dumps, get_args(hint)))}"
    if get_origin(hint) is tuple:
        return f"a list, each {_in_words(get_args(hint)[0])}"
    if is_dataclass(hint):
        return "a table"
    words = {bool: "true or false", date: "a date such as 2026-11-28", Path: "the name of a file in quotes"}
    return words.get(hint, "a text in quotes")
