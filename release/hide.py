"""A section as it may be published: without the names and addresses of who writes on its site."""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from ..replies.author import keys_of
from ..replies.texts import AUTHOR, Text
from ..replies.words import folded_words
from .config import NamesConfig
from .marks import Mark, apart, holds_person, host_and_path, mark_of, marks_in, over, urls_in
from .named import LEAST_LETTERS, Answered, Named, Person, SiteForms, is_all_ordinary, listed, named_in, site_forms
from .pseudonyms import Pseudonyms, is_safe_id
from .sections import Row, Section

SEVERAL = ", "
"""What stands between the authors of a post in its author_name."""
PERSON = mark_of("person")
PAGE = mark_of("url")

ADDRESSES = ("url", "canonical_url", "claimed_url", "permalink", "rights_tdm_policy")
"""Columns of addresses, which are rewritten part by part."""
HOSTS_OF_MANY = Path(__file__).parents[1] / "queries" / "staging" / "hosts_of_many.csv"
IDS = ("comment_id", "parent_id", "thread_id", "target_id")


@dataclass(frozen=True, slots=True)
class Replaced:
    """One place that was rewritten. Offsets count characters of the value, as it was and as it is."""

    row_id: str
    """comment_id or post_id, as in the data."""
    column: str
    kind: str
    """'name', 'email', 'handle', 'phone', 'ip', 'iban', 'avatar', 'url', 'id'."""
    was: str
    now: str
    start: int
    now_start: int


@dataclass(slots=True)
class Hidden:
    """A section as it is published, and what was taken out of it."""

    section: Section
    replaced: list[Replaced] = field(default_factory=list)
    """Row by row; of each value in its order."""

    @property
    def counts(self) -> Counter[str]:
        """Places by kind."""
        return Counter(place.kind for place in self.replaced)


@dataclass(frozen=True, slots=True)
class SitePersons:
    """Who writes on a site: made once for all its sections by persons_of()."""

    site: str
    authors: frozenset[Person]
    """Those who write posts."""
    forms: SiteForms
    keys: Mapping[str, Person]
    """What names a person in a part of an address: the name in one word, of authors also 'illoyd' and 'lloydi'."""
    pages: Mapping[tuple[str, str], Person]
    """Home pages, by host and path."""


def persons_of(site: str, persons: Iterable[Row]) -> SitePersons:
    """
    Args:
        persons: the rows of tables/persons of this site.
    """
    rows = list(persons)
    authors = frozenset(row["person_id"] for row in rows if row["is_author"])
    spelled = [(row["person_id"], name) for row in rows for name in dict.fromkeys([row["name"], *row["name_variants"]])]
    keys: dict[str, Person] = {}
    for person, name in spelled:
        words = folded_words(name)
        ways = ["".join(words)] if len(words) > 1 else words if person in authors else []
        ways += keys_of(name) if person in authors else []
        for key in ways:
            if len(key) >= LEAST_LETTERS and key not in listed(None):
                keys.setdefault(key, person)
    pages = {host_and_path(row["home_page"]): row["person_id"] for row in rows if row["home_page"]}
    return SitePersons(site, authors, site_forms(spelled), keys, pages)


def hide(section: Section, persons: SitePersons, names: NamesConfig, pseudonyms: Pseudonyms | None) -> Hidden:
    """The section without names, addresses and numbers of persons; its rows are new, the given ones stay as they are.

    Ids of comments are those of the release (Pseudonyms.release_id); cues of `replies` stand where they now are.

    Args:
        pseudonyms: None only where names are kept; where they are dropped, ids that hold names are keyed anew by them.
    """
    return _Hiding(section, persons, _Rules(persons, names, pseudonyms)).hidden()


def hide_address(address: str, persons: SitePersons, names: NamesConfig, pseudonyms: Pseudonyms | None) -> str:
    """The address of a page of the site, or the site's own name, with the names of its persons replaced."""
    rules = _Rules(persons, names, pseudonyms)
    return _rewritten(address, rules.in_address(address))[0]


class _Edit(NamedTuple):
    """What stands instead of a part of a value."""

    start: int
    end: int
    now: str
    kind: str


class _Moves:
    """Where places of a text stand after its edits."""

    def __init__(self, edits: Sequence[_Edit]) -> None:
        self.edits = edits
        self.starts = [edit.start for edit in edits]
        self.now_starts: list[int] = []
        moved = 0
        for edit in edits:
            self.now_starts.append(edit.start + moved)
            moved += len(edit.now) - (edit.end - edit.start)

    def start(self, at: int) -> int:
        """Where a span begins that began here: at the beginning of what replaces it."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return at
        edit, now = self.edits[place], self.now_starts[place]
        return now if at < edit.end else now + len(edit.now) + at - edit.end

    def end(self, at: int) -> int:
        """Where a span ends that ended here: behind the whole of what replaces it."""
        place = bisect_right(self.starts, at - 1) - 1
        if place < 0:
            return at
        edit, now = self.edits[place], self.now_starts[place]
        return now + len(edit.now) + max(0, at - edit.end)


def _rewritten(text: str, edits: Sequence[_Edit]) -> tuple[str, _Moves]:
    parts: list[str] = []
    reached = 0
    for edit in edits:
        parts += [text[reached : edit.start], edit.now]
        reached = edit.end
    return "".join([*parts, text[reached:]]), _Moves(edits)


class _Rules:
    """How persons of a site are called in its release."""

    def __init__(self, persons: SitePersons, names: NamesConfig, pseudonyms: Pseudonyms | None) -> None:
        if names.mode != "keep" and pseudonyms is None:
            raise ValueError("names cannot be hidden without a key")
        self.persons = persons
        self.mode = names.mode
        self.pseudonyms = pseudonyms
        self.keeps_authors = names.keep_post_authors
        self._pseudonyms: dict[str, str] = {}
        self._addresses: dict[str, list[_Edit]] = {}
        """What is rewritten of pages: all comments of a post stand on a few."""

    @property
    def keeps_all(self) -> bool:
        return self.mode == "keep"

    def is_kept(self, person: Person) -> bool:
        return self.keeps_all or (self.keeps_authors and person in self.persons.authors)

    def called(self, name: str) -> str:
        """What stands for a name in texts."""
        if self.mode == "drop" or self.pseudonyms is None:
            return PERSON
        if name not in self._pseudonyms:
            self._pseudonyms[name] = self.pseudonyms.of(self.persons.site, name)
        return self._pseudonyms[name]

    def column(self, name: str) -> str | None:
        """What stands in a column of names."""
        return None if self.mode == "drop" else self.called(name)

    def release_id(self, record_id: str) -> str:
        return record_id if self.keeps_all or self.pseudonyms is None else self.pseudonyms.release_id(record_id)

    def person_in(self, part: str) -> Person | None:
        """Whom a whole part of an address names."""
        return self.persons.keys.get("".join(folded_words(unquote(part))))

    def in_address(self, address: str) -> list[_Edit]:
        """The parts of an address that name persons of the site: a host's label, a folder, a value, words of one."""
        if self.keeps_all:
            return []
        page, _, fragment = address.partition("#")
        if page not in self._addresses:
            self._addresses[page] = list(self._edits_of(page))
        if not fragment or is_safe_id(fragment):
            return self._addresses[page]
        moved = len(page) + 1
        in_fragment = [
            edit._replace(start=edit.start + moved, end=edit.end + moved) for edit in self._edits_of(fragment)
        ]
        return [*self._addresses[page], *in_fragment]

    def _edits_of(self, address: str) -> Iterator[_Edit]:
        words, forms, keys = folded_words(address), self.persons.forms, self.persons.keys
        # Most addresses name nobody.
        if "%" not in address and keys.keys().isdisjoint(words) and forms.forms.keys().isdisjoint(words):
            return
        text = _text("", kind="address", body=address)
        edits: list[_Edit] = []
        for place, form in forms.places(text.words):
            person = form.bearers[0].person_id
            start, end = text.span(place)[0], text.span(place + len(form.words) - 1)[1]
            # 'will-power' is more often no person.
            if not self.is_kept(person) and not is_all_ordinary(form.words, None) and not _is_over(start, end, edits):
                edits.append(_Edit(start, end, self._in_part(person), "name"))
        for part in _PARTS.finditer(address):
            person = self.person_in(part[0])
            if person is not None and not self.is_kept(person) and not _is_over(*part.span(), edits):
                edits.append(_Edit(*part.span(), self._in_part(person), "name"))
        yield from sorted(edits)

    def _in_part(self, person: Person) -> str:
        """A part of an address, where no bracket may stand."""
        return self.called(person).strip("[]")


def _is_over(start: int, end: int, edits: Iterable[_Edit]) -> bool:
    return any(start < edit.end and edit.start < end for edit in edits)


_PARTS = re.compile(r"[^/?#&=.;+:@]+")
"""Of an address: scheme, labels of the host, folders, names and values of its parameters."""


def _text(
    text_id: str,
    *,
    kind: str,
    body: str = "",
    person: Person | None = None,
    name: str | None = None,
    author_url: str | None = None,
    parent_id: str | None = None,
    url: str | None = None,
) -> Text:
    return Text(text_id, "", kind, 0, None, parent_id, None, person, name, author_url, body, url=url)


def _key(name: str) -> Person | None:
    """A name as persons.person_id; None for one without words."""
    return " ".join(folded_words(name)) or None


def _authors_of(post: Row) -> list[str]:
    return [name.strip() for name in (post["author_name"] or "").split(SEVERAL) if name.strip()]


class _Hiding:
    """One section as it is rewritten."""

    def __init__(self, section: Section, persons: SitePersons, rules: _Rules) -> None:
        self.given = section
        self.persons = persons
        self.rules = rules
        self.replaced: list[Replaced] = []
        self.authors = [key for name in _authors_of(section.post) if (key := _key(name))]
        self.rows = {row["comment_id"]: row for row in section.comments}
        self.pages, self.hosts = self._personal_pages()
        self.named = {} if rules.keeps_all else self._named()

    def hidden(self) -> Hidden:
        post = self._post()
        moves: dict[str, _Moves] = {}
        comments = [self._comment(row, moves) for row in self.given.comments]
        bodies = {
            given["comment_id"]: row["body_text"] for given, row in zip(self.given.comments, comments, strict=True)
        }
        replies = [self._reply(row, bodies.get(row["comment_id"]), moves) for row in self.given.replies]
        return Hidden(Section(post, comments, replies), self.replaced)

    # Who writes.

    def _is_by_author(self, row: Row) -> bool:
        """Whether a comment is the single author's own."""
        name = row["author_name"]
        return len(self.authors) <= 1 and (row["by_post_author"] or (name is not None and _key(name) in self.authors))

    def _writer(self, row: Row) -> str | None:
        """As queries/replies/reply_writers.sql tells: what a single author calls himself counts for his name."""
        return (self._is_by_author(row) and self.given.post["author_name"]) or row["author_name"]

    def _person(self, row: Row) -> Person | None:
        """By what a comment's writer is known among the texts of the section."""
        return AUTHOR if self._is_by_author(row) else _key(row["author_name"] or "")

    @cached_property
    def _author(self) -> str | None:
        """The name of the single author: his own comments' where the post shows none."""
        own = (row["author_name"] for row in self.given.comments if self._is_by_author(row))
        return self.given.post["author_name"] or next(filter(None, own), None)

    def _called(self, person: Person, form: str) -> str:
        """What stands for somebody in texts. An author whose name nothing shows has the one that he is called by."""
        return self.rules.called((self._author or form) if person == AUTHOR else person)

    def _is_kept(self, person: Person | None) -> bool:
        is_author = person == AUTHOR or person in self.authors
        return person is not None and ((self.rules.keeps_authors and is_author) or self.rules.is_kept(person))

    # What is read.

    def _named(self) -> dict[str, list[Named]]:
        texts = list(self._texts())
        post_lang = _language(self.given.post)
        langs = {text.text_id: post_lang for text in texts}
        langs |= {comment_id: _language(row) or post_lang for comment_id, row in self.rows.items()}
        return named_in(texts, self.persons.forms, langs, self._answered())

    def _texts(self) -> Iterator[Text]:
        """The post, its comments and what stands beside them, as replies/ reads texts."""
        post = self.given.post
        is_single = len(self.authors) <= 1
        yield _text(
            post["post_id"],
            kind="post",
            body=SEAM.join(filter(None, [post["title"], post["body_text"]])),
            person=AUTHOR if is_single else None,
            name=post["author_name"] if is_single else None,
            url=post["canonical_url"],
        )
        for row in self.given.comments:
            yield _text(
                row["comment_id"],
                kind=row["kind"],
                body=row["body_text"] or "",
                person=self._person(row),
                name=row["author_name"],
                author_url=row["author_url"],
                parent_id=row["parent_id"] if row["parent_id"] in self.rows else None,
            )
        for name in _authors_of(post) if not is_single else ():
            yield _text(_label_id("author_name", name), kind="comment", person=_key(name), name=name)
        for column in LABELS:
            for label in post[column] or ():
                yield _text(_label_id(column, label), kind="label", body=label)

    def _answered(self) -> dict[str, list[Answered]]:
        found: dict[str, list[Answered]] = {}
        for row in self.given.replies:
            target = self.rows.get(row["target_id"])
            person = self._person(target) if target else AUTHOR if row["target_kind"] == "post" else None
            if person is not None and row["evidence"] != ["default"]:
                cue: tuple[int, int] | None = None
                if row["cue_start"] is not None and not NAMING.isdisjoint(row["evidence"]):
                    cue = row["cue_start"], row["cue_end"]  # pyright: ignore[reportAssignmentType] - both or none
                answered = Answered(person, cue)
                found.setdefault(row["comment_id"], []).append(answered)
        return found

    def _personal_pages(self) -> tuple[set[tuple[str, str]], set[str]]:
        """Whose pages are hidden in texts: by host and path, and by hosts that are one person's alone."""
        own, own_path = host_and_path(self.given.post["canonical_url"])
        pages = {page for page, person in self.persons.pages.items() if not self._is_kept(person)}
        pages |= {
            host_and_path(row["author_url"])
            for row in [self.given.post, *self.given.comments]
            if row["author_url"] and not self._is_kept(self._person(row) if "comment_id" in row else AUTHOR)
        }
        # The blog's own front page, too, may be its author's home.
        pages = {(host, path) for host, path in pages if host != own or not own_path.startswith(path)}
        return pages, {host for host, path in pages if not path and host not in hosts_of_many()}

    # What is written.

    def _post(self) -> Row:
        row = dict(self.given.post)
        post_id, title = row["post_id"], row["title"]
        named = self.named.get(post_id, [])
        seam = len(title) + len(SEAM) if title else 0
        lang = _language(row)
        row["title"], _ = self._value(row, "title", [name for name in named if name.start < seam], lang)
        behind = [replace(name, start=name.start - seam, end=name.end - seam) for name in named if name.start >= seam]
        row["body_text"], _ = self._value(row, "body_text", behind, lang)
        for column in LABELS:
            if row[column] is not None:
                row[column] = [self._label(post_id, column, label, lang) for label in row[column]]
        authors = [self._name(post_id, name, is_kept=self._is_kept(_key(name))) for name in _authors_of(row)]
        row["author_name"] = SEVERAL.join(filter(None, authors)) or None
        self._beside(row, is_kept=self.rules.keeps_all or self.rules.keeps_authors)
        row["site"] = self._address(post_id, "site", row["site"])
        return row

    def _comment(self, given: Row, moves: dict[str, _Moves]) -> Row:
        row, comment_id = dict(given), given["comment_id"]
        named = self.named.get(comment_id, [])
        lang = _language(row) or _language(self.given.post)
        row["body_text"], moves[comment_id] = self._value(row, "body_text", named, lang)
        is_kept = self._is_kept(self._person(given))
        if writer := self._writer(given):
            row["author_name"] = self._name(comment_id, writer, is_kept=is_kept, was=given["author_name"])
        self._beside(row, is_kept=is_kept)
        return row

    def _reply(self, given: Row, body: str | None, moves: Mapping[str, _Moves]) -> Row:
        row = dict(given)
        for column in IDS:
            if row.get(column):
                row[column] = self.rules.release_id(row[column])
        if row["cue_start"] is not None and body is not None:
            moved = moves[given["comment_id"]]
            row["cue_start"], row["cue_end"] = moved.start(row["cue_start"]), moved.end(row["cue_end"])
            row["cue"] = body[row["cue_start"] : row["cue_end"]]
        return row

    def _beside(self, row: Row, *, is_kept: bool) -> None:
        """Rewrite the columns that stand beside texts, but for names."""
        row_id = row.get("comment_id") or row["post_id"]
        for column in ADDRESSES:
            if row.get(column):
                row[column] = self._address(row_id, column, row[column])
        if row["author_url"] and not is_kept:
            self.replaced.append(Replaced(row_id, "author_url", "url", row["author_url"], PAGE, 0, 0))
            row["author_url"] = PAGE
        if row["published_raw"]:
            row["published_raw"] = self._line(row_id, row["published_raw"])
        if not self.rules.keeps_all:
            if row.get("native_id") and "comment_id" in row and not is_safe_id(row["native_id"]):
                self.replaced.append(Replaced(row_id, "native_id", "id", row["native_id"], "", 0, 0))
                row["native_id"] = None
            for column in IDS:
                if row.get(column):
                    row[column] = self.rules.release_id(row[column])
        row["body_html"] = None

    def _name(self, row_id: str, name: str, *, is_kept: bool, was: str | None = None) -> str | None:
        """What stands in author_name."""
        if is_kept:
            return was or name
        if was is None and not name:
            return None
        now = self.rules.column(name)
        self.replaced.append(Replaced(row_id, "author_name", "name", was or name, now or "", 0, 0))
        return now

    def _label(self, post_id: str, column: str, label: str, lang: str | None) -> str:
        row = {"post_id": post_id, column: label}
        return self._value(row, column, self.named.get(_label_id(column, label), []), lang)[0] or label

    def _line(self, row_id: str, line: str) -> str:
        """A date as shown, in which a page may write who wrote."""
        edits = [edit for edit in self.rules.in_address(line) if " " in line[edit.start : edit.end]]
        return self._apply(row_id, "published_raw", line, edits)[0]

    def _address(self, row_id: str, column: str, address: str) -> str:
        return self._apply(row_id, column, address, self.rules.in_address(address))[0]

    def _value(self, row: Row, column: str, named: Sequence[Named], lang: str | None) -> tuple[str | None, _Moves]:
        """A text without what is personal, and where its places now stand."""
        text = row[column]
        if not text:
            return text, _Moves(())
        marks = marks_in(text, lang)
        shielded = []
        if "://" in text or "www." in text.lower() or "mailto:" in text:
            for start, end in urls_in(text):
                kind = self._kind_of(text[start:end])
                (marks if kind else shielded).append(Mark(start, end, kind or ""))
        if self.hosts or self.pages:
            marks += self._bare_pages(text)
        # An address as a whole goes before what stands in it.
        marks = apart(marks)
        edits = [_Edit(mark.start, mark.end, mark_of(mark.kind), mark.kind) for mark in marks]
        for name in named:
            start, end = _outside(text, name, over(marks, name.start, name.end))
            is_in_address = any(mark.start <= start and end <= mark.end for mark in over(shielded, start, end))
            now = None if start >= end or is_in_address else self._now(name)
            if now is not None:
                edits.append(_Edit(start, end, now, "name"))
        edits.sort()
        return self._apply(row.get("comment_id") or row["post_id"], column, text, edits)

    def _now(self, name: Named) -> str | None:
        """What stands for a name; None where it stays: who is called by name on purpose, if it is no other's too."""
        if self._is_kept(name.persons[0]) and (name.is_sure or all(map(self._is_kept, name.persons))):
            return None
        person = next((person for person in name.persons if not self._is_kept(person)), None)
        return None if person is None else self._called(person, name.form)

    def _kind_of(self, url: str) -> str | None:
        """Whether an address in a text is a person's, and of which kind; None for others."""
        kind = holds_person(url)
        if self.rules.keeps_all or kind in {"avatar", "email"}:
            return None if kind == "url" else kind
        parts = _PARTS.findall(url)
        if any((person := self.rules.person_in(part)) and self.rules.is_kept(person) for part in parts):
            return None
        host, path = host_and_path(url)
        is_personal = kind or (host, path) in self.pages or host in self.hosts or bool(self.rules.in_address(url))
        return "url" if is_personal else None

    def _bare_pages(self, text: str) -> Iterator[Mark]:
        """Personal pages that are written without 'http://'."""
        if "." not in text:
            return
        for found in _BARE.finditer(text):
            page = host_and_path(found[0])
            if page in self.pages or page[0] in self.hosts:
                yield Mark(found.start(), found.end(), "url")

    def _apply(self, row_id: str, column: str, text: str, edits: Sequence[_Edit]) -> tuple[str, _Moves]:
        now, moves = _rewritten(text, edits)
        self.replaced += [
            Replaced(row_id, column, edit.kind, text[edit.start : edit.end], edit.now, edit.start, now_start)
            for edit, now_start in zip(edits, moves.now_starts, strict=True)
        ]
        return now, moves


SEAM = "\n\n"
"""What stands between a post's title and its text where both are read as one."""
LABELS = ("categories", "tags")
NAMING = frozenset({"mention", "address"})
"""Evidence whose cues hold names."""
_BARE = re.compile(r"(?<![\w@./-])(?:[\w-]++\.)+[^\W\d_]{2,}(?:/[^\s<>\"]*)?(?![\w@-])")


def _outside(text: str, name: Named, marks: Sequence[Mark]) -> tuple[int, int]:
    """What no mark covers of a name: 'Anna' of 'Anna Klein@example.org'."""
    start, end = name.start, name.end
    for mark in marks:
        if mark.start <= start < mark.end:
            start = mark.end
        elif start < mark.start < end:
            end = mark.start
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _label_id(column: str, label: str) -> str:
    return f"{column}: {label}"


def _language(row: Row) -> str | None:
    """The first part of a language tag: 'de' of 'de-AT'."""
    lang = row.get("lang")
    return re.split(r"[-_]", lang)[0].lower() if lang else None


@cache
def hosts_of_many() -> frozenset[str]:
    """Hosts below which many have pages, so that none is a person's alone."""
    with HOSTS_OF_MANY.open(encoding="utf-8", newline="") as file:
        return frozenset(row["host"] for row in csv.DictReader(file))
