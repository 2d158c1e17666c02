"""Looks in a release for what must not be there, by other means than those by which it was taken out.

What hides names (hide.py) knows forms of names and asks what stands around them. Here the names of the data are looked
up as they are, in texts that are first stripped of whatever could veil them: entities and percent signs, accents,
letters that look alike, characters that are not seen. Which names are words, too, is counted in the data's own texts.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import ipaddress
import re
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from ..addresses import host_of, split_address
from ..queries import BuildError, connect, readable
from ..takedown import TakedownError, Takedowns, read_takedowns
from .config import NameMode, NamesConfig

Level = Literal["finding", "look"]

CONTEXT = 40
"""Characters shown on each side of what was found."""
LEAST_LETTERS = 3
"""Of a single word of a name that is looked for."""
COMMON = 3
"""Times that the data's texts write a word of a name small, and more often than not, if it is a common word."""
ROW_IDS = ("comment_id", "person_id", "post_id", "fetch_id", "id")
BATCH_ROWS = 5_000


class AuditError(Exception):
    """The release cannot be read; the message names the file."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something of a person that stands in a release."""

    file: str
    """Path below the release, with '/'."""
    row_id: str
    """The row's id, or its number where it has none; empty in other files than tables."""
    column: str
    """Column of a table; 'metadata', 'statistics', 'file name'; empty in other files."""
    kind: str
    """'name', 'email', 'ip', 'hash', 'id', 'key', 'page'."""
    what: str
    """What was found, as the data have it."""
    context: str
    """The text around it."""
    level: Level
    """'look' where only a person can tell whether it is one: a word that may be a name or no more than a word."""


def audit(
    release: Path,
    data: Path,
    *,
    names: NamesConfig | None = None,
    key: bytes | None = None,
    allowed: Collection[str] = (),
) -> list[Finding]:
    """What stands in a release and must not: findings before what is to be looked at, by file and row, once a value.

    Args:
        data: the data folder from which the release was made.
        names: who is called by name on purpose; None if nobody is.
        key: the key of the pseudonyms, which may stand nowhere.
        allowed: what is published on purpose, such as the names of who made the dataset and where to reach them.

    Raises:
        AuditError: the release is none or cannot be read.
        BuildError: the data folder has no tables that can be read.
    """
    if not release.is_dir():
        raise AuditError(f"{release} is no folder: give the folder of a release")
    files = sorted(path for path in release.rglob("*") if path.is_file())
    if not files:
        raise AuditError(f"{release} is empty: give the folder of a release")
    with connect(data) as connection, readable(data):
        known = _Known.of(connection, names or NamesConfig())
    try:
        # In the tables they have no name any more.
        known.add_taken_down(read_takedowns(data))
    except TakedownError as error:
        raise BuildError(str(error)) from error
    search = _Search(known, allowed)
    found: set[Finding] = set()
    for path in files:
        name = path.relative_to(release).as_posix()
        try:
            values = list(_keys(key, path)) if key else []
            found.update(
                Finding(name, "", "", "key", "the key of the pseudonyms", value, "finding") for value in values
            )
            for value in _values(path, name):
                found.update(search.findings(name, value))
        except (OSError, pa.ArrowException, zipfile.BadZipFile, EOFError) as error:
            raise AuditError(f"{path} cannot be read ({error})") from error
    return sorted(found, key=lambda finding: (finding.level, finding))


DESCRIPTOR = "datapackage.json"


class _Contributor(msgspec.Struct, frozen=True):
    title: str
    organization: str = ""


class _Made(msgspec.Struct, frozen=True):
    names: NameMode = "pseudonyms"
    keep_post_authors: bool = False
    contact: str = ""


class _Descriptor(msgspec.Struct, frozen=True):
    contributors: list[_Contributor] = []
    sources: list[_Contributor] = []
    rejoinder: _Made = _Made()


def declared(release: Path) -> tuple[NamesConfig, list[str]]:
    """What a release says of itself in datapackage.json: how persons are called in it, and what it tells on purpose.

    That is who made it, where to reach them, and its sources. One without this file says nothing.

    Raises:
        AuditError: the file cannot be read.
    """
    path = release / DESCRIPTOR
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_Descriptor) if path.is_file() else _Descriptor()
    except (OSError, msgspec.DecodeError) as error:
        raise AuditError(f"{path} cannot be read ({error})") from error
    texts = [text for each in [*told.contributors, *told.sources] for text in (each.title, each.organization)]
    names = NamesConfig(mode=told.rejoinder.names, keep_post_authors=told.rejoinder.keep_post_authors)
    return names, [text for text in [*texts, told.rejoinder.contact] if text]


# What is read of a release: every text in it, wherever it stands.


class _Value(NamedTuple):
    """A text of a release, and where it stands."""

    row_id: str
    post_id: str | None
    """The post that its row belongs to."""
    column: str
    text: str


def _values(path: Path, name: str) -> Iterator[_Value]:
    yield _Value("", None, "file name", name)
    if path.suffix == ".parquet":
        yield from _values_of_parquet(path)
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield _Value("", None, "file name", member.filename)
                yield from _lines(archive.read(member))
    else:
        content = path.read_bytes()
        yield from _lines(gzip.decompress(content) if path.suffix == ".gz" else content)


def _lines(content: bytes) -> Iterator[_Value]:
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if line.strip():
            yield _Value(f"line {number}", None, "", line)


def _values_of_parquet(path: Path) -> Iterator[_Value]:
    with pq.ParquetFile(path) as file:
        for key, value in (file.schema_arrow.metadata or {}).items():
            yield _Value("", None, "metadata", f"{key.decode('utf-8', 'replace')} {value.decode('utf-8', 'replace')}")
        for column in file.schema_arrow:
            for key, value in (column.metadata or {}).items():
                yield _Value(
                    "", None, "metadata", f"{key.decode('utf-8', 'replace')} {value.decode('utf-8', 'replace')}"
                )
        bounds = set(_statistics(file.metadata))
        number = 0
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            columns = batch.schema.names
            for row in batch.to_pylist():
                number += 1
                row_id = next((str(row[column]) for column in ROW_IDS if row.get(column) is not None), f"row {number}")
                post_id = row.get("post_id")
                for column in columns:
                    for text in _texts_in(row[column]):
                        bounds.discard(text)
                        yield _Value(row_id, post_id, column, text)
        # What stands in rows was told with its row.
        for bound in sorted(bounds):
            yield _Value("", None, "statistics", bound)


def _statistics(metadata: pq.FileMetaData) -> Iterator[str]:
    """The least and the greatest text of each column, which are kept beside its rows."""
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            statistics = column.statistics if column.is_stats_set else None
            for bound in (statistics.min, statistics.max) if statistics is not None and statistics.has_min_max else ():
                yield from _texts_in(bound)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts_in(part)


def _keys(key: bytes, path: Path) -> Iterator[str]:
    """The ways in which the key stands in a file."""
    bare = key.strip()
    ways = {"as it is": bare, "in hex digits": bare.hex().encode(), "in base64": base64.b64encode(bare).rstrip(b"=")}
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    for way, written in ways.items():
        if written and (written in content or written.upper() in content):
            yield way


# Texts without what could veil a name.

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
_ALIKE = str.maketrans("аеорсухіјѕԁԛԝһӏкмтнвαβεηικμνορτυχϲօսո", "aeopcyxijsdqwhlkmthbabenikmvoptuxcoun")
"""Letters of Cyrillic, Greek and Armenian that look like Latin ones; names and texts are changed alike."""
_LAYERS = 3
"""How often a text is decoded: addresses stand in addresses."""
_HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
"""Words, and each character of what is written without blanks."""


def plain(text: str) -> str:
    """A text as it is seen.

    >>> plain("J%C3%BCrgen &#65;nna\\u200bbelle")
    'Jürgen Annabelle'
    """
    for _ in range(_LAYERS):
        decoded = html.unescape(unquote(text)) if "%" in text or "&" in text else text
        if decoded == text:
            break
        text = decoded
    return text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=100_000)
def bare(token: str) -> str:
    """A word without case, accents and letters that only look like others.

    >>> bare("Zoë"), bare("Аnna") == bare("Anna")
    ('zoe', True)
    """
    lowered = token.casefold()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn").translate(_ALIKE)


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(map(bare, _TOKEN.findall(plain(text))))


# What is known of the persons in the data.

Needle = tuple[str, ...]


@dataclass(slots=True)
class _Known:
    """All by which persons of the data may be known."""

    places_of: dict[Needle, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Whole names, handles and pages, with the sites (of pages also the posts) where they are somebody's."""
    written: dict[Needle, str] = field(default_factory=dict)
    """The same as the data write them."""
    words_of_post: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """First and last words of the names of who writes below a post."""
    site_of_post: dict[str, str] = field(default_factory=dict)
    own_hosts: set[str] = field(default_factory=set)
    """Hosts of the posts themselves."""
    common: set[str] = field(default_factory=set)
    """Words of names that the texts of the data use as words."""
    hashes: dict[str, str] = field(default_factory=dict)
    """Hash of an e-mail address that stands in the data's texts -> the address."""
    ids: set[str] = field(default_factory=set)
    """Ids of comments that are hashes of names."""

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, names: NamesConfig) -> _Known:
        known = cls()
        for post_id, site, url in connection.execute("select post_id, site, canonical_url from posts").fetchall():
            known.site_of_post[post_id] = site
            known.own_hosts |= {site.partition("/")[0], _host(url)}
        if names.mode == "keep":
            known._read_mail(connection)
            return known
        kept: set[tuple[str, str]] = set()
        for site, person_id, variants, home, is_author in connection.execute(
            "select site, person_id, list_append(name_variants, name), home_page, is_author from persons"
        ).fetchall():
            if names.keep_post_authors and is_author:
                kept.add((site, person_id))
                kept.update((site, " ".join(tokens_of(name))) for name in variants)
                continue
            for name in variants:
                known._add_name(site, name)
            if home:
                known._add_page(site, site, home)
        rows = connection.execute(
            "select distinct site, comments.post_id, kind = 'comment', comments.author_name, comments.author_url"
            " from comments inner join posts using (post_id)"
            " union select site, post_id, true, trim(unnest(string_split(author_name, ', '))), author_url from posts"
        ).fetchall()
        for site, post_id, is_person, name, url in rows:
            if name is None or (site, " ".join(tokens_of(name))) in kept:
                continue
            known._add_name(site, name)
            tokens = tokens_of(name)
            if is_person:
                known.words_of_post[post_id].update(token for token in (*tokens[:1], *tokens[-1:]) if _may_call(token))
            if url:
                known._add_page(site, post_id, url)
        known.ids = {
            row[0]
            for row in connection.execute(
                "select comment_id from comments where regexp_matches(comment_id, ':h[0-9a-f]{16}(-[0-9]+)?$')"
            ).fetchall()
        }
        known._read_words(connection)
        known._read_mail(connection)
        return known

    def add_taken_down(self, takedowns: Takedowns) -> None:
        """Take up the names of whoever is taken down, who may be named nowhere."""
        for site in {*self.site_of_post.values()}:
            for name in takedowns.names_on(site):
                self._add_name(site, name)

    def _add_name(self, site: str, name: str) -> None:
        tokens = tokens_of(name)
        needles = {tokens, ("".join(tokens),)} if len(tokens) > 1 else {tokens} if _is_handle(name) else set()
        for needle in needles:
            if sum(map(len, needle)) > LEAST_LETTERS or (len(needle) > 1 and not needle[0].isascii()):
                self.places_of[needle].add(site)
                self.written.setdefault(needle, name)

    def _add_page(self, site: str, place: str, url: str) -> None:
        """A profile's or home's address, and the handle at its end if it is one.

        Args:
            place: the site or post where it is somebody's.
        """
        parts = split_address(url)
        if parts is None:
            return
        needle = tokens_of(f"{_host(url)}{parts.path}")
        if len(needle) > 2 and _host(url) not in self.own_hosts:
            self.places_of[needle].add(place)
            self.written.setdefault(needle, url)
        handle = parts.path.rstrip("/").rpartition("/")[2].lstrip("@~")
        if _is_handle(handle) and "." not in handle:
            self._add_name(site, handle)

    def _read_words(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Count how the data's texts write the words of names: 'rose' beside 'Rose'."""
        words = {token for needle in self.places_of for token in needle}.union(*self.words_of_post.values())
        small: Counter[str] = Counter()
        large: Counter[str] = Counter()
        for text in _column(connection, "select body_text from comments union all select body_text from posts"):
            for written in _TOKEN.findall(plain(text)):
                token = bare(written)
                if token in words:
                    (small if written[0].islower() else large)[token] += 1
        self.common = {token for token, count in small.items() if count >= COMMON and count > large[token]}

    def _read_mail(self, connection: duckdb.DuckDBPyConnection) -> None:
        query = "select body_text from comments where contains(body_text, '@') union all select body_text from posts"
        for text in _column(connection, query):
            for address in filter(_is_mail, _MAIL.findall(plain(text))):
                for spelled in {address, address.lower()}:
                    for algorithm in ("md5", "sha1", "sha256"):
                        digest = hashlib.new(algorithm, spelled.encode(), usedforsecurity=False).hexdigest()
                        self.hashes[digest] = address


def _host(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[str]:
    result = connection.execute(query)
    while rows := result.fetchmany(BATCH_ROWS):
        yield from (row[0] for row in rows if row[0])


def _may_call(token: str) -> bool:
    return len(token) >= LEAST_LETTERS and any(map(str.isalpha, token))


def _is_handle(name: str) -> bool:
    """Whether a name of one word holds what words do not: a digit, an underscore, a capital within."""
    has_letters, has_digits = any(map(str.isalpha, name)), any(map(str.isdigit, name))
    has_capital_within = any(one.islower() and other.isupper() for one, other in pairwise(name))
    return has_letters and (has_digits or "_" in name or has_capital_within)


# What is found.

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_PICTURE = re.compile(r"@\dx\.|\.(?:png|jpe?g|gif|svg|webp|css|js)$", re.I)
_MACHINE = re.compile(r"[0-9a-f.:]{7,}", re.I)
_HEX = re.compile(r"(?<![0-9a-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-z])", re.I)
SHORTEST_HASH = 32
_AVATAR = re.compile(r"avatar", re.I)
_VERSION = re.compile(r"(?:v|ver|version|release|build|firmware)\.?\s?$", re.I)
_CALLED = re.compile(r"[@＠]\s?$")
_OUR_HASHES = ("sha256", "sha1", "md5", "etag", "digest", "checksum", "hash")
"""Columns of such names hold hashes of ours."""


_Teller = Callable[[str, str, int, int, Level], Finding]
"""(kind, what, its beginning and end in the text, level) -> what is told of it."""


def _is_mail(text: str) -> bool:
    """Not a version ('name@1.2.3') and not a file ('logo@2x.png')."""
    return any(map(str.isalpha, text.rpartition(".")[2])) and not _PICTURE.search(text)


class _Search:
    """Looks through texts for what is known."""

    def __init__(self, known: _Known, allowed: Collection[str]) -> None:
        self.known = known
        self.allowed = {tokens_of(text) for text in allowed}
        self.allowed_text = " ".join(allowed).lower()
        self.firsts: dict[str, list[Needle]] = defaultdict(list)
        for needle in {*known.places_of, *self.allowed} - {()}:
            self.firsts[needle[0]].append(needle)
        for needles in self.firsts.values():
            needles.sort(key=lambda needle: (-len(needle), needle))

    def findings(self, file: str, value: _Value) -> Iterator[Finding]:
        text = plain(value.text)

        def finding(kind: str, what: str, start: int, end: int, level: Level) -> Finding:
            return Finding(file, value.row_id, value.column, kind, what, _context(text, start, end), level)

        is_id = value.column.endswith("_id")
        if is_id and value.text in self.known.ids:
            yield finding("id", "a hash of a name", 0, len(text), "finding")
        if "@" in text:
            for match in _MAIL.finditer(text):
                if _is_mail(match[0]) and match[0].lower() not in self.allowed_text:
                    yield finding("email", match[0], *match.span(), "finding")
        may_be_machine = not is_id and (text.count(".") > 2 or text.count(":") > 1)
        for match in _MACHINE.finditer(text) if may_be_machine else ():
            if level := _level_of_ip(text, match):
                yield finding("ip", match[0], *match.span(), level)
        for match in _HEX.finditer(text) if len(text) >= SHORTEST_HASH else ():
            address = self.known.hashes.get(match[0].lower())
            is_ours = any(word in value.column for word in _OUR_HASHES) or not value.column or is_id
            is_avatar = _AVATAR.search(text, 0, match.start()) is not None
            if address or is_avatar:
                yield finding("hash", address or "of an avatar", *match.span(), "finding")
            elif not is_ours and value.column not in {"metadata", "statistics"}:
                yield finding("hash", "hex digits as many as those of a hash", *match.span(), "look")
        if self.firsts or self.known.words_of_post:
            yield from self._names(value, text, finding)

    def _names(self, value: _Value, text: str, finding: _Teller) -> Iterator[Finding]:
        words = self.known.words_of_post.get(value.post_id or "", frozenset())
        matches = list(_TOKEN.finditer(text))
        tokens = [bare(match[0]) for match in matches]
        if self.firsts.keys().isdisjoint(tokens) and words.isdisjoint(tokens):
            return
        reached = 0
        for place, token in enumerate(tokens):
            for needle in self.firsts.get(token, ()):
                end = place + len(needle)
                if place >= reached and tuple(tokens[place:end]) == needle:
                    level = self._level(value, needle, [match[0] for match in matches[place:end]])
                    start, stop = matches[place].start(), matches[end - 1].end()
                    if level:
                        what = self.known.written[needle]
                        yield finding("page" if "://" in what else "name", what, start, stop, level)
                    reached = end
                    break
            if place >= reached and token in words and (token,) not in self.allowed:
                match = matches[place]
                if level := self._level_of_word(text, match, token):
                    yield finding("name", match[0], *match.span(), level)

    def _level(self, value: _Value, needle: Needle, written: Sequence[str]) -> Level | None:
        """A whole name is one, but for one of common words, and on another site, where another may bear it."""
        if needle in self.allowed:
            return None
        name = [token[0] for token in _TOKEN.findall(plain(self.known.written[needle]))]
        is_small = any(word[0].islower() and not letter.islower() for word, letter in zip(written, name, strict=False))
        if all(token in self.known.common for token in needle):
            return None if is_small else "look"
        site = self.known.site_of_post.get(value.post_id or "")
        places = self.known.places_of[needle]
        return "finding" if site is None or site in places or value.post_id in places else "look"

    def _level_of_word(self, text: str, match: re.Match[str], token: str) -> Level | None:
        """One word of a name of who writes below the same post: where it is called, or has a capital in a sentence."""
        before = text[max(0, match.start() - 3) : match.start()]
        if _CALLED.search(before):
            return "look" if token in self.known.common else "finding"
        if token in self.known.common or match[0][0].islower():
            return None
        is_within = before.endswith(" ") and not re.search(r"[.!?:…]\s*$", before)
        return "look" if is_within else None


def _level_of_ip(text: str, match: re.Match[str]) -> Level | None:
    try:
        address = ipaddress.ip_address(match[0].strip(".:"))
    except ValueError:
        return None
    at_home = address.is_loopback or address.is_unspecified or address.is_link_local or _is_at_home(address)
    if at_home or _VERSION.search(text, max(0, match.start() - 10), match.start()):
        return None
    is_sure = address.version == 4 and len(match[0]) >= 9
    return "finding" if is_sure else "look"


def _is_at_home(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    nets = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    return any(address in ipaddress.ip_network(net) for net in nets)


def _context(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - CONTEXT) : start]}[[{text[start:end]}]]{text[end : end + CONTEXT]}"
