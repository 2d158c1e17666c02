"""Takes down what takedown.toml names, where raw data is bound: all models read tombstones and nothing else.

    taken_items    what the file names, one row a thing
    taken_sites    post_id -> site, where a person is taken down on one site only
    taken_hits     which of these things found which record; what a build tells of things that found none
    taken_down     record, id: the posts and comments that are tombstones, with the entry that says so

A comment or post that one observation of it gives a reason to take down is taken down in all of them. What an entry
finds by name, address or pattern is worked out in SQL with literals of the file, so that it depends on nothing but raw
rows and the file, night by night and in full.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ..pipelines.urls import post_id
from ..schemas import RAW
from ..schemas.parts import Part
from ..takedown import POST_ID, Pattern, Person, Takedown, TakedownError, Takedowns
from .database import open_database, quoted
from .links import comment_names
from .models import create_table, define_macros
from .raw import bind_parts

TAKEN_DOWN = pa.schema(
    [
        ("record", pa.string()),
        ("id", pa.string()),
        ("post_id", pa.string()),
        ("entry", pa.int64()),
        ("asked_on", pa.date32()),
        ("reason", pa.string()),
    ]
)
ITEMS = pa.schema(
    [
        ("kind", pa.string()),
        ("value", pa.string()),
        ("site", pa.string()),
        ("entry", pa.int64()),
        ("place", pa.string()),
    ]
)
HITS = pa.schema(
    [
        ("record", pa.string()),
        ("id", pa.string()),
        ("post_id", pa.string()),
        ("entry", pa.int64()),
        ("place", pa.string()),
    ]
)
SITES = pa.schema([("post_id", pa.string()), ("site", pa.string())])

WITHHELD = ("posts", "comments", "rejects")
"""The raw datasets whose rows hold what persons wrote."""

REJECT = '{"taken_down":true}'
"""rejects.content of a tombstone."""

MARK = "[name]"
"""What stands where others wrote the name of a person who is taken down."""

NOTHING_LEFT: dict[str, dict[str, str]] = {
    "comments": {
        "author_name": "null",
        "author_url": "null",
        "by_post_author": "null",
        # The moment stays: the order of the conversation and the lags of others' answers rest on it.
        "published_raw": "null",
        "body_text": "''",
        "body_html": "null",
        "likes": "null",
        "permalink": "null",
    },
    "posts": {
        "claimed_url": "null",
        "title": "null",
        "author_name": "null",
        "author_url": "null",
        "published_raw": "null",
        "categories": "[]",
        "tags": "[]",
        "body_text": "null",
        "body_html": "null",
    },
    "rejects": {"detail": "null", "content": quoted(REJECT)},
}
"""Dataset -> what stands in the columns of a tombstone; the others stay: ids, places, numbers, moments, provenance."""

KEYS = {
    "comments": "taken.record = 'comment' and taken.id = rows.comment_id",
    "posts": "taken.record = 'post' and taken.id = rows.post_id",
    "rejects": "taken.record = rows.record and taken.id = rows.record_id",
}
"""How a raw row is known to be taken down."""

TEXTS = {
    "comments": ("body_text", "body_html"),
    "posts": ("title", "body_text", "body_html"),
    "rejects": ("detail", "content"),
}
LISTS = {"posts": ("categories", "tags")}
"""The columns in which others may name a person, texts and lists of texts."""

ADDRESS = {"comments": ("permalink",), "posts": ("url", "canonical_url", "claimed_url")}
WORDS = {"comments": ("body_text",), "posts": ("title", "body_text")}


class Withholding:
    """What a takedown.toml takes down, in the database of one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, takedowns: Takedowns) -> None:
        self.connection = connection
        self.takedowns = takedowns
        self._entries = [(number, entry) for number, entry in enumerate(takedowns.entries, 1)]
        if takedowns.entries:
            define_macros(connection)
            create_table(connection, "taken_down", TAKEN_DOWN.empty_table())
            create_table(connection, "taken_items", pa.Table.from_pylist(list(self._items()), ITEMS))
            create_table(connection, "taken_hits", HITS.empty_table())
            create_table(connection, "taken_sites", SITES.empty_table())

    def __bool__(self) -> bool:
        return bool(self.takedowns.entries)

    @property
    def has_sites(self) -> bool:
        """Whether anything is taken down on one site only, so that a comment has to wait for its post to be known."""
        return any(person.site for _, entry in self._entries for person in entry.persons)

    def bind(self, dataset: str, parts: Sequence[Part], plain: Path, *, schema: str = "main") -> None:
        """Bind the raw_* of a dataset in a schema to parts, with tombstones in it for what is taken down."""
        if not self or dataset not in WITHHELD:
            bind_parts(self.connection, f"{schema}.raw_{dataset}", RAW[dataset], parts, plain)
            return
        bind_parts(self.connection, f"{schema}.seen_{dataset}", RAW[dataset], parts, plain)
        self._run(
            f"create or replace view {schema}.raw_{dataset} as {self.redacted(dataset, f'{schema}.seen_{dataset}')}"
        )

    def redacted(self, dataset: str, relation: str, columns: Iterable[str] | None = None) -> str:
        """A query of raw rows with tombstones in them, in the columns of the relation.

        Args:
            columns: those that the relation has; None for all.
        """
        known = None if columns is None else {*columns}
        replaced = [
            f"{value} as {column}"
            for column, value in self._values(dataset).items()
            if known is None or column in known
        ]
        replacing = f" replace ({', '.join(replaced)})" if replaced else ""
        return (
            f"select rows.*{replacing} from {relation} as rows"
            f" left join main.taken_down as taken on {KEYS[dataset]}"
            + ("" if dataset == "rejects" else " left join main.taken_sites as places on rows.post_id = places.post_id")
        )

    def find(self, schema: str = "main") -> None:
        """Find the records of a schema's seen_* tables that are taken down, beside those that are known."""
        if not self:
            return
        self._run(
            f"insert into taken_sites select post_id, min(site) from {schema}.seen_posts"
            " where post_id not in (select post_id from taken_sites) group by post_id"
        )
        for sql in self._searches(schema):
            self._run(f"insert into taken_hits {sql}")
        self._settle()

    def know(self, relation: str, sites: str) -> None:
        """Take over what an earlier build took down: rows of TAKEN_DOWN, and (post_id, site)."""
        if not self:
            return
        self._run(f"insert into taken_sites select post_id, site from {sites}")
        self._run(f"insert into taken_hits select record, id, post_id, entry, null from {relation}")
        self._settle()

    def unmatched(self) -> list[str]:
        """The places in the file of what found nothing."""
        if not self:
            return []
        found = self.connection.execute("select distinct place from taken_hits where place is not null").fetchall()
        places = {place for (place,) in found}
        return [place for place, *_ in self.takedowns.items() if place not in places]

    def ids(self) -> dict[int, dict[str, list[str]]]:
        """Entry -> record -> the ids that it takes down, sorted."""
        found: dict[int, dict[str, list[str]]] = {}
        for entry, record, each in self.connection.execute(
            "select distinct entry, record, id from taken_hits order by all"
        ).fetchall():
            found.setdefault(entry, {}).setdefault(record, []).append(each)
        return found

    def words_of_name(self, name: str) -> str:
        """What a name is known by."""
        return self._scalar(f"name_words({quoted(name)})")

    def page_of(self, url: str) -> str:
        """What an address of a comment is known by."""
        return self._scalar(f"rtrim(page_of({quoted(url)}), '/')")

    # What rows become

    def _values(self, dataset: str) -> dict[str, str]:
        """Column -> what stands in it, as an expression over rows, taken and places."""
        taken = "taken.id is not null"
        if dataset == "rejects":
            taken = f"({taken} or {self.is_taken_reject()})"
        values = {column: f"rows.{column}" for column in (*NOTHING_LEFT[dataset], *TEXTS[dataset])}
        for column in TEXTS[dataset]:
            values[column] = self._masked(f"rows.{column}", dataset)
        for column in LISTS.get(dataset, ()):
            if self._masks():
                values[column] = f"list_transform(rows.{column}, lambda word: {self._masked('word', dataset)})"
        if dataset == "posts" and (condition := self._names("name", "rows.site")):
            others = f"list_filter(string_split(rows.author_name, ', '), lambda name: not ({condition}))"
            values["author_name"] = f"nullif(array_to_string({others}, ', '), '')"
            values["author_url"] = (
                f"if({values['author_name']} is distinct from rows.author_name, null, rows.author_url)"
            )
        for column, value in NOTHING_LEFT[dataset].items():
            values[column] = f"if({taken}, {value}, {values[column]})"
        return values

    def _masks(self) -> list[tuple[str, str | None]]:
        """(pattern, site) of each name that is replaced where others write it."""
        found = []
        for _, entry in self._entries:
            for person in entry.persons:
                words = re.findall(r"[^\W_]+", person.name or "")
                if person.name and (person.in_texts if person.in_texts is not None else len(words) > 1):
                    name = r"[\s\x{a0}._-]{1,3}".join("".join(map(_any_accent, word)) for word in words)
                    found.append((rf"(?i)(^|[^\pL\pN]){name}($|[^\pL\pN])", person.site))
        return found

    def _masked(self, value: str, dataset: str) -> str:
        site = {"comments": "places.site", "posts": "rows.site"}.get(dataset)
        for pattern, on in self._masks():
            # Twice, for two names with one blank between them.
            masked = value
            for _ in range(2):
                masked = f"regexp_replace({masked}, {quoted(pattern)}, '\\1{MARK}\\2', 'g')"
            value = f"if({site} = {quoted(on)}, {masked}, {value})" if on and site else masked
        return value

    def _names(self, name: str, site: str | None) -> str:
        """Whether a name is one of those taken down; '' where there are none. Without a site all sites' are."""
        persons = [person for _, entry in self._entries for person in entry.persons]
        return " or ".join(self._is_name(person, name, site) for person in persons)

    def _is_name(self, person: Person, name: str, site: str | None) -> str:
        if person.name is not None:
            is_it = f"name_words({name}) = name_words({quoted(person.name)})"
        else:
            is_it = f"sha256({quoted(self.takedowns.salt)} || name_words({name})) = {quoted(person.name_sha256 or '')}"
        on = f" and {site} = {quoted(person.site)}" if person.site and site else ""
        return f"coalesce({is_it}{on}, false)"

    def is_taken_reject(self) -> str:
        """Whether a reject is taken down for what its JSON says: its id may be lost, and its site is not known."""
        conditions = [self._names(_told("author_name"), None)]
        for kind, dataset in (("comment", "comments"), ("post", "posts")):
            for _, entry in self._entries:
                for pattern in entry.patterns:
                    if dataset in pattern.of:
                        found = _finds(pattern, dataset, _told)
                        conditions.append(f"(rows.record = '{kind}' and ({found}))")
        addresses = [
            f"({_told('permalink')} is not null and {each})"
            for _, entry in self._entries
            for each in self._is_address(entry, _told("permalink"))
        ]
        whole = [f"starts_with(rows.record_id, {quoted(post + ':')})" for post in self._whole_posts()]
        return " or ".join(filter(None, [*conditions, *addresses, *whole])) or "false"

    def _is_address(self, entry: Takedown, address: str) -> list[str]:
        page = f"rtrim(page_of({address}), '/')"
        plain = [f"{page} = rtrim(page_of({quoted(url)}), '/')" for url in entry.permalinks]
        salt = quoted(self.takedowns.salt)
        return plain + [f"sha256({salt} || {page}) = {quoted(hashed)}" for hashed in entry.permalinks_sha256]

    def _whole_posts(self) -> list[str]:
        return [post_id_of(post) for _, entry in self._entries if entry.with_comments for post in entry.posts]

    # What is found

    def _items(self) -> Iterable[dict[str, Any]]:
        for place, entry, kind, value in self.takedowns.items():
            number = self.takedowns.entries.index(entry) + 1
            row: dict[str, Any] = {"entry": number, "place": place, "site": None}
            match kind:
                case "comments":
                    yield row | {"kind": "comment", "value": value}
                case "permalinks":
                    yield row | {"kind": "page", "value": self.page_of(value)}
                    for named in comment_names(value):
                        yield row | {"kind": "comment", "value": f"{post_id(value)}:{named}"}
                case "permalinks_sha256":
                    yield row | {"kind": "page_sha256", "value": value}
                case "posts":
                    yield row | {"kind": "post", "value": post_id_of(value)}
                    if entry.with_comments:
                        yield row | {"kind": "comments_of", "value": post_id_of(value)}
                case "persons" if value.name is not None:
                    yield row | {"kind": "name", "value": self.words_of_name(value.name), "site": value.site}
                case "persons":
                    yield row | {"kind": "name_sha256", "value": value.name_sha256, "site": value.site}

    def _searches(self, schema: str) -> Iterable[str]:
        """Queries of HITS, each over one of a schema's seen_* tables."""
        salt = quoted(self.takedowns.salt)
        kinds = {
            "comment": "rows.comment_id",
            "comments_of": "rows.post_id",
            "page": "rtrim(page_of(rows.permalink), '/')",
            "page_sha256": f"sha256({salt} || rtrim(page_of(rows.permalink), '/'))",
            "name": "name_words(rows.author_name)",
            "name_sha256": f"sha256({salt} || name_words(rows.author_name))",
        }
        used = {kind for (kind,) in self.connection.execute("select distinct kind from taken_items").fetchall()}
        hit = "select distinct {record}, {id}, {post}, items.entry, items.place"
        for kind, value in kinds.items():
            if kind in used:
                yield (
                    hit.format(record="'comment'", id="rows.comment_id", post="rows.post_id")
                    + f" from {schema}.seen_comments as rows left join taken_sites as places using (post_id)"
                    f" inner join taken_items as items on items.kind = '{kind}' and items.value = {value}"
                    " and (items.site is null or items.site = places.site)"
                )
        if "post" in used:
            yield (
                hit.format(record="'post'", id="rows.post_id", post="rows.post_id")
                + f" from {schema}.seen_posts as rows"
                " inner join taken_items as items on items.kind = 'post' and items.value = rows.post_id"
            )
        for kind, value in (("name", "name_words(name)"), ("name_sha256", f"sha256({salt} || name_words(name))")):
            if kind in used:
                # A post of several authors is one person's no more than the others': it loses the name alone.
                yield (
                    hit.format(record="if(all_names = 1, 'post', 'name')", id="rows.post_id", post="rows.post_id")
                    + " from (select distinct post_id, site, len(string_split(author_name, ', ')) as all_names,"
                    f" unnest(string_split(author_name, ', ')) as name from {schema}.seen_posts) as rows"
                    f" inner join taken_items as items on items.kind = '{kind}' and items.value = {value}"
                    " and (items.site is null or items.site = rows.site)"
                )
        for kind, record in (("comment", "comment"), ("post", "post"), ("comments_of", "comment")):
            if kind in used:
                key = "string_split(rows.record_id, ':')[1]"
                value = key if kind == "comments_of" else "rows.record_id"
                yield (
                    hit.format(record=f"'{record}'", id="rows.record_id", post=key)
                    + f" from {schema}.seen_rejects as rows"
                    f" inner join taken_items as items on items.kind = '{kind}' and items.value = {value}"
                    f" where rows.record = '{record}'"
                )
        for number, entry in self._entries:
            for at, pattern in enumerate(entry.patterns):
                for dataset in pattern.of:
                    record, key = ("comment", "comment_id") if dataset == "comments" else ("post", "post_id")
                    yield (
                        f"select distinct '{record}', rows.{key}, rows.post_id, {number},"
                        f" {quoted(f'takedown {number}, patterns[{at}]')} from {schema}.seen_{dataset} as rows"
                        f" where {_finds(pattern, dataset, lambda column: f'rows.{column}')}"
                    )

    def _settle(self) -> None:
        create_table(
            self.connection,
            "taken_entries",
            pa.table(
                {
                    "entry": pa.array([number for number, _ in self._entries], pa.int64()),
                    "asked_on": pa.array([entry.asked_on for _, entry in self._entries], pa.date32()),
                    "reason": pa.array([entry.reason for _, entry in self._entries], pa.string()),
                }
            ),
        )
        # Views read the table, so it is filled anew and not made anew.
        self._run("delete from taken_down")
        self._run(
            "insert into taken_down select record, id, post_id, entry, asked_on, reason"
            " from (select record, id, min(post_id) as post_id, min(entry) as entry from taken_hits"
            " where record <> 'name' group by record, id) inner join taken_entries using (entry)"
        )

    def _scalar(self, expression: str) -> str:
        [(value,)] = self.connection.execute(f"select {expression}").fetchall()
        return value

    def _run(self, statement: str) -> None:
        self.connection.execute(statement).fetchall()


def check_patterns(takedowns: Takedowns) -> None:
    """See that all patterns can be searched for.

    Raises:
        TakedownError: one is no regular expression of RE2.
    """
    with open_database() as connection:
        for place, _, kind, value in takedowns.items():
            if kind == "patterns":
                try:
                    connection.execute("select regexp_matches('', ?)", [value.matches]).fetchall()
                except duckdb.Error as error:
                    raise TakedownError(f"takedown.toml, {place}: {str(error).splitlines()[0]}") from error


def _finds(pattern: Pattern, dataset: str, column: Callable[[str], str]) -> str:
    """Whether a pattern finds something in a row, in whichever of its columns are asked for."""
    where = {
        "text": WORDS[dataset],
        "author": ("author_name", "author_url"),
        "address": ADDRESS[dataset],
    }
    return " or ".join(
        f"coalesce(regexp_matches({column(name)}, {quoted(pattern.matches)}), false)"
        for part in pattern.within
        for name in where[part]
    )


@cache
def _accented() -> dict[str, str]:
    """Each letter without an accent -> itself and those that are it with one, of Latin."""
    found: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base, *marks = unicodedata.normalize("NFD", chr(code))
        if marks and base == base.lower():
            found[base] = found.get(base, base) + chr(code)
    return found


def _any_accent(letter: str) -> str:
    """A pattern for a letter, with whatever accent it is written."""
    base = unicodedata.normalize("NFD", letter)[0].lower()
    letters = _accented().get(base)
    return rf"[{letters}]\pM*" if letters else re.escape(letter) + r"\pM*"


def _told(column: str) -> str:
    """What the JSON of a reject tells."""
    return f"if(json_valid(rows.content), rows.content ->> '$.{column}', null)"


def post_id_of(post: str) -> str:
    """A post_id as it is, or that of an address."""
    return post if POST_ID.fullmatch(post) else post_id(post)
