"""`rejoinder forget`: what takedown.toml names is taken out of raw data, kept archives and logs, and looked for after.

    DATA/.forget/journal.json    what is looked for, and what is to be done; gone once nothing is found any more

The journal is written first, then takedown.toml gets the ids of what it names in words, then each file is replaced by
one that is whole: a part of raw/ by one with tombstones, takedown.toml by one with hashes for names, an archive by one
of the same length, the tables by a full build. A kill at any moment leaves old files or new ones, and the same command
goes on: what was done is not done again, and what was to be looked for stands in the journal. Parts keep their rows, so
the ledger holds, and tables after it are those before, byte for byte.
"""

from __future__ import annotations

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ..addresses import is_web_address
from ..locks import BUILD, take
from ..objects.urls import is_store_url
from ..pipelines.ledger import DataFolderBusy, DataFolderError, named, only_writer
from ..pipelines.write import write_part
from ..queries import build
from ..queries.database import open_database, plain_folder
from ..queries.raw import bind_parts
from ..queries.takedowns import WITHHELD, Withholding, check_patterns, post_id_of
from ..schemas import RAW
from ..schemas.parts import MERGED_KEY, Part, UnreadablePart, counting, whole_parts
from ..spiders.keep import FOLDER as KEPT
from ..spiders.keep import close_leftovers
from ..takedown import FILE, Person, Takedown, Takedowns, digest, new_salt, read_takedowns, write_takedowns
from ..whole import write_whole
from .archives import NotRewritten, archives_below, pages_that_show, take_out
from .needles import Needles, readings
from .search import Finding, files_below, search

FOLDER = ".forget"
JOURNAL = "journal.json"
LOG = re.compile(r"\.(?:log|jsonl|ndjson)(?:\.\d+)?$")
"""Names of files out of which single lines may go."""

SHOWN = """
    select distinct 'text' as kind, body_text as said from taken_comments where body_text <> ''
    union select distinct 'text', body_text from taken_posts where body_text is not null
    union select distinct 'text', title from taken_posts where title is not null
    union select distinct 'text', content ->> '$.body_text' from taken_rejects where json_valid(content)
    union select distinct 'address', permalink from taken_comments where permalink is not null
    union select distinct 'name', author_name from taken_comments where is_of_person and author_name is not null
    union select distinct 'name', author_name from taken_posts
        where is_of_person and author_name is not null and not contains(author_name, ', ')
    union select distinct 'address', author_url from taken_comments where is_of_person and author_url is not null
    union select distinct 'address', author_url from taken_posts where is_of_person and author_url is not null
"""
"""What is to be found nowhere any more; the name over a single comment is still that of its writer's others."""


class Journal(msgspec.Struct, kw_only=True):
    """What a forgetting has to do, and to look for."""

    takedowns: Takedowns = Takedowns()
    """takedown.toml as it was, with names."""

    texts: set[str] = set()
    names: set[str] = set()
    addresses: set[str] = set()
    quoted: set[str] = set()
    """Runs of words of these texts that others' rows hold too: they may stand."""
    pages: dict[str, set[int]] = {}
    """Archive below the data folder -> offsets of pages that showed what is taken down."""
    outside: set[str] = set()
    """Archives and exports elsewhere from which rows were read."""


@dataclass(slots=True)
class Forgetting:
    """What was done, or would be."""

    records: dict[str, int] = field(default_factory=dict)
    """Raw rows of each dataset that became tombstones, or lost a name that others wrote."""
    parts: int = 0
    """Parts that were written anew."""
    pages: dict[str, int] = field(default_factory=dict)
    """Archive -> pages that were taken out."""
    lines: dict[str, int] = field(default_factory=dict)
    """Log -> lines that were taken out."""
    kept: list[str] = field(default_factory=list)
    """Files that could not be written anew, and why."""
    outside: list[str] = field(default_factory=list)
    """Archives outside the data folder that hold it too."""
    quotes: list[tuple[str, str]] = field(default_factory=list)
    """(comment_id or post_id, words) of others who quote it."""
    patterns: bool = False
    """Whether takedown.toml holds patterns, which stay as they are."""
    searched: int = 0
    """Files that were looked into."""
    too_short: int = 0
    """Texts of so few words that they cannot be looked for."""
    left: list[Finding] = field(default_factory=list)
    """Where something is still found."""


def forget(data: Path, *, keep_names: bool = False, dry_run: bool = False) -> Forgetting:
    """Take out of a data folder for good what its takedown.toml names, and look whether it is gone.

    Args:
        keep_names: leave names and addresses in takedown.toml as they are, so that a name is replaced in what others
            write in later crawls too.
        dry_run: only tell what would be taken out.

    Raises:
        DataFolderBusy: a crawl or a build is at work there.
        DataFolderError: it is no data folder, a part is damaged (nothing is changed then), or it cannot be written.
        TakedownError: takedown.toml cannot be used.
        BuildError: the tables could not be made anew.
    """
    if not (data / "raw").is_dir():
        raise DataFolderError(f"{data} holds no raw data of a crawl; is it the folder given as --out?")
    takedowns = read_takedowns(data)
    check_patterns(takedowns)
    folder = data / FOLDER
    if not takedowns.entries and not folder.exists():
        raise DataFolderError(f"{data / FILE} names nothing to forget; docs/takedowns.md tells how it is written")
    done = Forgetting(patterns=any(entry.patterns for entry in takedowns.entries))
    with ExitStack() as held, named(data):
        held.enter_context(only_writer(data))
        with (data / BUILD).open("w") as lock:
            if not take(lock):
                raise DataFolderBusy(
                    f"the tables of {data} are being built; wait for it, then: rejoinder forget {data}"
                )
            journal = _change_raw(data, takedowns, done, keep_names=keep_names, dry_run=dry_run)
        needles = Needles(texts=journal.texts, names=journal.names, addresses=journal.addresses)
        needles.prepare(without=journal.quoted)
        done.too_short, done.outside = needles.too_short, sorted(journal.outside)
        _change_archives(data, journal, needles, done, dry_run=dry_run)
        _change_logs(data, needles, done, dry_run=dry_run)
        if dry_run:
            return done
        build(data, full=True, patience=600)
        files = files_below(data, folder)
        done.searched = len(files)
        done.left = search(data, files, needles)
        if keep_names or done.patterns:
            done.left = [finding for finding in done.left if finding.file != FILE]
        if not done.left:
            shutil.rmtree(folder, ignore_errors=True)
    return done


# Raw data


def _change_raw(data: Path, takedowns: Takedowns, done: Forgetting, *, keep_names: bool, dry_run: bool) -> Journal:
    """Write the journal and takedown.toml, and then each part that holds what is taken down."""
    try:
        parts = whole_parts(data)
    except UnreadablePart as error:
        raise DataFolderError(str(error)) from error
    journal = _read_journal(data)
    # What a forgetting that was killed had begun to do, behind what the file says now.
    entries = (*takedowns.entries, *journal.takedowns.entries)
    with plain_folder(data) as plain_data, open_database() as connection:
        withholding = Withholding(connection, Takedowns(entries=entries, salt=takedowns.salt))
        if withholding:
            for dataset, found in parts.items():
                name = f"seen_{dataset}" if dataset in WITHHELD else f"raw_{dataset}"
                bind_parts(connection, name, RAW[dataset], counting(found), plain_data)
            withholding.find()
            _note(data, withholding, journal, done)
        if not dry_run:
            journal.takedowns = Takedowns(entries=entries)
            (data / FOLDER).mkdir(exist_ok=True)
            write_whole(data / FOLDER / JOURNAL, msgspec.json.encode(journal))
            # First the ids, for rows that have become tombstones are known by nothing else; the names last, for until
            # all rows are written it is by them that a build knows what others wrote of a person.
            takedowns = _named_by_ids(takedowns, withholding)
            _write_takedowns(data, takedowns)
        for dataset in WITHHELD if withholding else ():
            counted = {part.path for part in counting(parts[dataset])}
            for part in parts[dataset]:
                if part.path in counted:
                    _change_part(data, dataset, part, withholding, done, dry_run=dry_run)
                elif not dry_run:
                    # Its rows stand in another part, which alone is read.
                    (data / part.path).unlink()
        if not dry_run and not keep_names:
            _write_takedowns(data, _hashed(takedowns, withholding))
    return journal


def _note(data: Path, withholding: Withholding, journal: Journal, done: Forgetting) -> None:
    """Take down in the journal what the rows say that go, and which pages showed them."""
    connection = withholding.connection
    keys = {"comments": "rows.comment_id", "posts": "rows.post_id", "rejects": "rows.record_id"}
    for dataset, key in keys.items():
        record = "rows.record" if dataset == "rejects" else f"'{dataset.removesuffix('s')}'"
        told = withholding.is_taken_reject() if dataset == "rejects" else "false"
        connection.execute(
            f"create or replace temp table taken_{dataset} as select rows.*, exists("
            f"from taken_hits inner join taken_items using (place) where taken_hits.record = {record}"
            f" and taken_hits.id = {key} and kind in ('name', 'name_sha256')) as is_of_person"
            f" from seen_{dataset} as rows"
            f" where exists(from taken_down where record = {record} and id = {key}) or {told}"
        ).fetchall()
    for kind, said in connection.execute(SHOWN).fetchall():
        if said:
            {"text": journal.texts, "name": journal.names, "address": journal.addresses}[kind].add(said)
    journal.names |= {person.name for entry in withholding.takedowns.entries for person in entry.persons if person.name}
    journal.addresses |= {url for entry in withholding.takedowns.entries for url in entry.permalinks}
    shown = " union ".join(f"select fetch_id from taken_{dataset}" for dataset in keys)
    for file, offset in connection.execute(
        f"select distinct archive_file, archive_offset from raw_fetches where archive_file is not null"
        f" and (fetch_id in ({shown}) or same_as in ({shown}))"
    ).fetchall():
        if Path(file).is_absolute() or is_web_address(file) or is_store_url(file):
            journal.outside.add(file)
        elif offset is not None:
            journal.pages.setdefault(file, set()).add(offset)
    _note_quotes(withholding, journal, done)


def _note_quotes(withholding: Withholding, journal: Journal, done: Forgetting) -> None:
    """Find out which rows of others will hold something of it still: those runs of words may stand."""
    needles = Needles(texts=journal.texts, names=journal.names, addresses=journal.addresses)
    needles.prepare()
    quotes: set[tuple[str, str]] = set()
    for dataset, key, text in (
        ("comments", "comment_id", "concat_ws(' ', body_text, body_html)"),
        ("posts", "post_id", "concat_ws(' ', title, body_text, body_html)"),
    ):
        rows = withholding.connection.execute(
            f"select distinct {key}, {text} from ({withholding.redacted(dataset, f'seen_{dataset}')})"
            f" where {key} not in (select {key} from taken_{dataset})"
        )
        while batch := rows.fetchmany(10_000):
            for row, said in batch:
                quotes |= {(row, words) for text in readings(said) for _, words in needles.found_in(text)}
    journal.quoted |= {words for _, words in quotes}
    first: dict[str, str] = {}
    for row, words in sorted(quotes):
        first.setdefault(row, words)
    done.quotes = sorted(first.items())


def _change_part(
    data: Path, dataset: str, part: Part, withholding: Withholding, done: Forgetting, *, dry_run: bool
) -> None:
    """Put in the place of a part, where it holds what is taken down, one that has tombstones instead."""
    path = data / part.path
    with path.open("rb") as file:
        old = pq.ParquetFile(file).read()
    connection = withholding.connection
    numbered = old.append_column("row_in_part", pa.array(range(len(old)), pa.int64()))
    connection.register("part_rows", numbered)
    query = withholding.redacted(dataset, "part_rows", old.column_names)
    found = connection.sql(f"from ({query}) order by row_in_part").to_arrow_table()
    connection.unregister("part_rows")
    new = pa.Table.from_arrays([found[column.name].cast(column.type) for column in old.schema], schema=old.schema)
    others = [name for name in old.column_names if not old[name].equals(new[name])]
    pairs = zip(old.select(others).to_pylist(), new.select(others).to_pylist(), strict=True)
    changed = sum(1 for before, after in pairs if before != after)
    if not changed:
        return
    done.records[dataset] = done.records.get(dataset, 0) + changed
    done.parts += 1
    if not dry_run:
        # A copy of the old part that is put back from elsewhere is not read beside this one.
        seals = json.dumps(sorted(part.holds))
        write_part(new.replace_schema_metadata({**(new.schema.metadata or {}), MERGED_KEY: seals}), path)


def _write_takedowns(data: Path, takedowns: Takedowns) -> None:
    """Write takedown.toml, unless it says so already."""
    if takedowns != read_takedowns(data):
        write_whole(data / FILE, write_takedowns(takedowns).encode())


def _named_by_ids(takedowns: Takedowns, withholding: Withholding) -> Takedowns:
    """The same takedowns with the ids of all that they find."""
    found = withholding.ids() if withholding else {}
    entries, added = [], []
    for number, entry in enumerate(takedowns.entries, 1):
        ids = found.get(number, {})
        posts, more = {*map(post_id_of, entry.posts)}, {*ids.get("post", ())}
        if entry.with_comments and more - posts:
            # Of a post that a name or pattern finds, the others' comments stay.
            added.append(Takedown(asked_on=entry.asked_on, reason=entry.reason, posts=tuple(sorted(more - posts))))
        elif not entry.with_comments:
            posts |= more
        comments = tuple(sorted({*entry.comments, *ids.get("comment", ())}))
        entries.append(msgspec.structs.replace(entry, comments=comments, posts=tuple(sorted(posts))))
    return Takedowns(entries=(*entries, *added), salt=takedowns.salt)


def _hashed(takedowns: Takedowns, withholding: Withholding) -> Takedowns:
    """The same takedowns with hashes for names and addresses."""
    salt = takedowns.salt or new_salt()
    entries = []
    for entry in takedowns.entries:
        hashed = {digest(salt, withholding.page_of(url)) for url in entry.permalinks}
        entries.append(
            msgspec.structs.replace(
                entry,
                permalinks=(),
                permalinks_sha256=tuple(sorted({*entry.permalinks_sha256, *hashed})),
                persons=tuple(_hashed_person(person, salt, withholding) for person in entry.persons),
            )
        )
    is_hashed = any(entry.permalinks_sha256 or any(person.name_sha256 for person in entry.persons) for entry in entries)
    return Takedowns(entries=tuple(entries), salt=salt if is_hashed else "")


def _hashed_person(person: Person, salt: str, withholding: Withholding) -> Person:
    if person.name is None:
        return person
    return msgspec.structs.replace(
        person, name=None, name_sha256=digest(salt, withholding.words_of_name(person.name)), in_texts=None
    )


# Archives and logs


def _change_archives(data: Path, journal: Journal, needles: Needles, done: Forgetting, *, dry_run: bool) -> None:
    """Take the pages that show what is taken down out of the archives below the data folder."""
    if not dry_run:
        for leftover in data.rglob("*.warc*.tmp"):
            leftover.unlink()
        if (data / KEPT).is_dir():
            close_leftovers(data / KEPT)
    for path in archives_below(data):
        name = path.relative_to(data).as_posix()
        offsets = journal.pages.get(name, set()) | (pages_that_show(path, needles) if needles else set())
        try:
            count = len(offsets) if dry_run else take_out(path, offsets)
        except NotRewritten as error:
            done.kept.append(str(error))
            continue
        if count:
            done.pages[name] = count


def _change_logs(data: Path, needles: Needles, done: Forgetting, *, dry_run: bool) -> None:
    """Take the lines that tell of what is taken down out of the logs below the data folder."""
    for path in files_below(data, data / FOLDER):
        if not LOG.search(path.name):
            continue
        lines = path.read_bytes().splitlines(keepends=True)
        stay = [line for line in lines if not any(map(needles.is_in, readings(line.decode("utf-8", "replace"))))]
        if len(stay) < len(lines):
            done.lines[path.relative_to(data).as_posix()] = len(lines) - len(stay)
            if not dry_run:
                write_whole(path, b"".join(stay))


# The journal


def _read_journal(data: Path) -> Journal:
    """The journal of a forgetting that was interrupted, or found something left; else an empty one.

    Raises:
        DataFolderError: it is damaged.
    """
    path = data / FOLDER / JOURNAL
    try:
        return msgspec.json.decode(path.read_bytes(), type=Journal)
    except FileNotFoundError:
        return Journal()
    except msgspec.DecodeError as error:
        raise DataFolderError(f"{path} is damaged ({error}); remove it and run rejoinder forget again") from error
