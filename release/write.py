"""Makes a release: the tables as they may be published, with what a stranger needs to trust, cite and load them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ..inert import inert_json
from ..queries import BuildError, build
from ..replies.words import folded_words
from ..schemas.arrow import arrow_schema, rows_to_table
from ..schemas.release import RELEASE_TABLES
from ..schemas.seal import seal
from ..takedown import TakedownError, Takedowns, read_takedowns
from .audit import Finding, audit
from .card import card
from .changes import Earlier, earlier_release, write_changes
from .choose import reason_left_out
from .citation import citation_file
from .config import ConfigError, ReleaseConfig
from .croissant import croissant
from .datapackage import data_package
from .facts import Facts, Kept
from .figures import FOLDER, TableFile, figures_of
from .files import sha256_of, write_sums
from .hide import SitePersons, hide, hide_address, persons_of
from .licenses import known_license
from .persons import Persons
from .place import put_in_place, see_replaceable, work_folder
from .pseudonyms import KeyFileError, Pseudonyms, read_or_create_key
from .rows import is_withheld, released_fetch, released_section, restore_addresses
from .sections import DataTables, Row, Section, data_tables

ROWS_A_GROUP = 20_000
"""Rows of a table that are held and written at once."""

SITES_SHOWN = 20

Progress = Callable[[int, int], None]
"""Called with the number of posts that were read and how many there are."""


class NothingToPublish(Exception):
    """No post is left; the message says why."""


@dataclass(slots=True)
class Made:
    """What was written into a release, and what was kept out of it."""

    rows: dict[str, int] = field(default_factory=dict)
    """Rows of each table."""
    kept: Kept = field(default_factory=Kept)
    findings: list[Finding] = field(default_factory=list)
    """What the audit found."""
    facts: Facts | None = None
    """All that was counted; None until it is."""
    key_made: bool = False
    """Whether the key was made now."""

    @property
    def refused(self) -> list[Finding]:
        """What keeps the release from its place."""
        return [finding for finding in self.findings if finding.level == "finding"]


def release(
    data: Path,
    out: Path,
    config: ReleaseConfig,
    *,
    previous: Path | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Made:
    """Write a release of the tables of `data` to `out`, whole or not at all; where the audit finds something, not.

    The tables are built first, where raw data or takedowns have come since. The same data, settings, key and older
    release give the same bytes.

    Args:
        previous: the release to tell changes from; None for the one at `out`, if there is one.
        threads: of DuckDB; None for one a core.

    Raises:
        ConfigError: the settings do not fit the data, or the older release has the same version.
        NothingToPublish: no post is left.
        PlaceError: `out` is something else than an older release, or cannot be written.
        BuildError: the tables cannot be built or read.
    """
    before = _previous(out, previous, config)
    pseudonyms, key_made = _pseudonyms(out, config)
    build(data, threads=threads)
    with work_folder(out) as work:
        made = _make(work, data, config, pseudonyms, progress)
        made.key_made = key_made
        _describe(work, config, made, before, threads)
        key = pseudonyms.key if pseudonyms else None
        made.findings = audit(work, data, names=config.names, key=key, allowed=_published_on_purpose(made))
        if not made.refused:
            _write_card(work, made, made.findings)
            put_in_place(work, out)
    return made


def _published_on_purpose(made: Made) -> list[str]:
    """What a release tells of its publisher and its sources, which is no finding."""
    assert made.facts, "counted before anything is looked for"
    config = made.facts.config
    creators = [text for creator in config.creators for text in (creator.name, creator.affiliation) if text]
    return [config.contact, *creators, *(site for site, *_ in made.facts.figures.sites)]


def _previous(out: Path, previous: Path | None, config: ReleaseConfig) -> Earlier | None:
    """The release to tell changes from; None if this is the first.

    Raises:
        ConfigError: it has the version that the new one is to have.
        PlaceError: it is no release, or something else stands at `out`.
    """
    stands = see_replaceable(out)
    path = previous or (out if stands else None)
    if path is None:
        return None
    earlier = earlier_release(path)
    if earlier.version == config.version:
        raise ConfigError(
            f"version: {path} is version {config.version} already: raise it, or remove that release if nobody has "
            f"got it"
        )
    return earlier


def _pseudonyms(out: Path, config: ReleaseConfig) -> tuple[Pseudonyms | None, bool]:
    """The pseudonyms of a release, None where names are kept, and whether their key was made now.

    Raises:
        ConfigError: the key cannot be used.
    """
    if config.names.mode == "keep":
        return None, False
    assert config.names.key_file, "checked when the settings were read"
    try:
        key, key_made = read_or_create_key(config.names.key_file, out)
    except KeyFileError as error:
        raise ConfigError(f"names.key_file: {error}") from error
    return Pseudonyms(key, across_sites=config.names.across_sites), key_made


def _make(
    work: Path, data: Path, config: ReleaseConfig, pseudonyms: Pseudonyms | None, progress: Progress | None
) -> Made:
    made = Made()
    (work / FOLDER).mkdir()
    with data_tables(data) as tables, ExitStack() as open_files:
        writers = {
            name: open_files.enter_context(closing(_TableWriter(work / FOLDER / f"{name}.parquet", table.row)))
            for name, table in RELEASE_TABLES.items()
        }
        job = _Job(tables, config, pseudonyms, writers, made, _taken_down(data))
        job.see_sites()
        job.write_sections(progress)
        if not job.posts:
            why = ", ".join(f"{count} {word}" for word, count in sorted(made.kept.left_out_posts.items()))
            raise NothingToPublish(f"no post of {data} is left to publish" + (f": {why}" if why else ""))
        job.write_others()
    made.rows = {name: writer.written for name, writer in writers.items()}
    return made


@dataclass
class _Job:
    """One release: what it reads, how, and where it writes."""

    tables: DataTables
    config: ReleaseConfig
    pseudonyms: Pseudonyms | None
    writers: dict[str, _TableWriter]
    made: Made
    taken_down: Takedowns
    persons: Persons = field(default_factory=Persons)
    posts: set[str] = field(default_factory=set)
    fetches: dict[str, str] = field(default_factory=dict)
    """fetch_id that a row names -> posts.site."""
    posts_down: set[str] = field(default_factory=set)
    """post_id of the posts that takedown.toml takes down."""
    unaddressed: set[str] = field(default_factory=set)
    """fetch_id of the pages of these."""

    def see_sites(self) -> None:
        """See that the blogs asked for are in the tables.

        Raises:
            ConfigError: one is not.
        """
        known = set(self.tables.files["posts"].read(["site"])["site"].to_pylist())
        if unknown := sorted(set(self.config.filter.sites) - known):
            told = ", ".join(sorted(known)[:SITES_SHOWN]) or "none"
            raise ConfigError(f"filter.sites: no post of {unknown[0]} is in the tables; known are {told}")

    def write_sections(self, progress: Progress | None) -> None:
        """Write posts, comments and replies, and remember what the other tables are made of."""
        people = self._people()
        self.posts_down = {row["id"] for row in self.tables.rows("takedowns") if row["record"] == "post"}
        total = self.tables.files["posts"].metadata.num_rows
        for number, section in enumerate(self.tables.sections(self._count_ownerless), 1):
            if reason := reason_left_out(section.post, self.config.filter):
                self.made.kept.left_out_posts[reason] += 1
                self.made.kept.left_out_comments[reason] += len(section.comments)
            else:
                self._write_section(section, people)
            if progress:
                progress(number, total)

    def _write_section(self, section: Section, people: dict[str, SitePersons]) -> None:
        site, config = section.post["site"], self.config
        persons = people.get(site) or persons_of(site, ())
        is_named = config.texts == "full"
        names = config.names if is_named else replace(config.names, keep_post_authors=False)
        hidden = hide(self._with_names(section), persons, names, self.pseudonyms)
        if not is_named:
            restore_addresses(
                section, hidden.section, lambda url: hide_address(url, persons, config.names, self.pseudonyms)
            )
        if section.post["post_id"] in self.posts_down:
            # In the data its address stays, or the next crawl would take it for a new post.
            config = replace(config, addresses=False)
            self.unaddressed.update(row["fetch_id"] for row in [section.post, *section.comments])
        released = released_section(section, hidden.section, config)
        self.made.kept.hidden += hidden.counts
        self.made.kept.withheld.update(
            comment["state"] for comment in section.comments if is_withheld(comment, self.config)
        )
        self.persons.count(released, hidden.section.post)
        self.posts.add(released.post["post_id"])
        self.fetches.update((row["fetch_id"], site) for row in [released.post, *released.comments])
        self.writers["posts"].add([released.post])
        self.writers["comments"].add(released.comments)
        self.writers["replies"].add(sorted(released.replies, key=itemgetter("comment_id", "target_id")))

    def _with_names(self, section: Section) -> Section:
        """The section with the names of those who are taken down, for others call them by these: also by the first."""
        if not any(comment["comment_id"] in self.taken_names for comment in section.comments):
            return section
        comments = [
            {**comment, "author_name": self.taken_names.get(comment["comment_id"], comment["author_name"])}
            for comment in section.comments
        ]
        return Section(section.post, comments, section.replies)

    @cached_property
    def taken_names(self) -> dict[str, str]:
        """comment_id -> name, where an entry of takedown.toml names one person, in letters."""
        named = {
            number: entry.persons[0].name
            for number, entry in enumerate(self.taken_down.entries, 1)
            if len(entry.persons) == 1 and entry.persons[0].name
        }
        return {row["id"]: named[row["entry"]] for row in self.tables.rows("takedowns") if row["entry"] in named}

    def write_others(self) -> None:
        """Write what is known once all posts are: persons, the counts below each post, and where all was read."""
        self.writers["persons"].add(self.persons.rows(are_named=self.config.texts == "full"))
        for name in ("threads", "completeness"):
            self.writers[name].add(row for row in self.tables.rows(name) if row["post_id"] in self.posts)
        people = self._people()
        without = replace(self.config, addresses=False)
        self.writers["provenance"].add(
            released_fetch(
                self._hidden_fetch(row, people), without if row["fetch_id"] in self.unaddressed else self.config
            )
            for row in self.tables.rows("fetches")
            if row["fetch_id"] in self.fetches
        )

    def _hidden_fetch(self, row: Row, people: dict[str, SitePersons]) -> Row:
        """A row of fetches without names of persons in its addresses."""
        site = self.fetches[row["fetch_id"]]
        persons = people.get(site) or persons_of(site, ())
        hidden = {
            column: row[column] and hide_address(row[column], persons, self.config.names, self.pseudonyms)
            for column in ("request_url", "final_url")
        }
        return {**row, **hidden}

    def _people(self) -> dict[str, SitePersons]:
        """Who writes on each site."""
        by_site = {site: [*rows] for site, rows in groupby(self.tables.rows("persons"), key=itemgetter("site"))}
        for site in {*self.tables.files["posts"].read(["site"])["site"].to_pylist()}:
            # Who is taken down has no row any more, and is named by others all the same.
            by_site.setdefault(site, []).extend(_unlisted(name) for name in self.taken_down.names_on(site))
        return {site: persons_of(site, rows) for site, rows in by_site.items()}

    def _count_ownerless(self, comments: list[Row]) -> None:
        self.made.kept.left_out_comments["no_post"] += len(comments)


def _taken_down(data: Path) -> Takedowns:
    """What takedown.toml says, by which the tables have just been built.

    Raises:
        BuildError: it has been changed since, and cannot be used.
    """
    try:
        return read_takedowns(data)
    except TakedownError as error:
        raise BuildError(str(error)) from error


def _unlisted(name: str) -> Row:
    """A person of whom the name alone is known, as a row of tables/persons."""
    words = " ".join(folded_words(name))
    return {"person_id": words, "name": name, "name_variants": [], "is_author": False, "home_page": None}


class _TableWriter:
    """Writes the rows of one table, a group of them at a time; equal rows give equal bytes."""

    def __init__(self, path: Path, row_class: type) -> None:
        self.path, self.row_class = path, row_class
        self.written = 0
        self._rows: list[Row] = []
        self._file = pq.ParquetWriter(path, arrow_schema(row_class), compression="zstd", write_page_checksum=True)
        self._is_open = True

    def add(self, rows: Iterable[Row]) -> None:
        """Write rows behind those that were added before."""
        for row in rows:
            self._rows.append(row)
            if len(self._rows) >= ROWS_A_GROUP:
                self._write()

    def close(self) -> None:
        """Write what is left, and the seal; once."""
        if not self._is_open:
            return
        self._is_open = False
        self._write()
        self._file.close()
        with self.path.open("r+b") as file:
            seal(file)

    def _write(self) -> None:
        if self._rows:
            self._file.write_table(rows_to_table(self._rows, self.row_class))
            self.written += len(self._rows)
            self._rows.clear()


def _describe(work: Path, config: ReleaseConfig, made: Made, before: Earlier | None, threads: int | None) -> None:
    """Write everything that tells of the tables, and the licence."""
    files = {}
    for name, rows in made.rows.items():
        path = work / FOLDER / f"{name}.parquet"
        files[name] = TableFile(name, f"{FOLDER}/{path.name}", rows, path.stat().st_size, sha256_of(path))
    made.facts = Facts(config, figures_of(work, files, threads), made.kept)
    (work / "LICENSE").write_text(_license_text(config), "utf-8")
    (work / "CITATION.cff").write_text(citation_file(config), "utf-8")
    _write_json(work / "datapackage.json", data_package(made.facts))
    _write_json(work / "croissant.json", croissant(made.facts))
    write_changes(work, config, made.rows, before, threads)
    _write_card(work, made, None)


def _write_card(work: Path, made: Made, findings: list[Finding] | None) -> None:
    """Write the card, and then the sums, which cover it."""
    assert made.facts, "counted before anything is told"
    (work / "README.md").write_text(card(made.facts, findings), "utf-8")
    write_sums(work)


def _license_text(config: ReleaseConfig) -> str:
    """
    Raises:
        ConfigError: the licence's file cannot be read.
    """
    if config.license_file:
        try:
            return config.license_file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"license_file: {config.license_file} cannot be read: {error}") from error
    known = known_license(config.license)
    assert known, "checked when the settings were read"
    return known.text


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(inert_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n", "utf-8")
