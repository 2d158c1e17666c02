"""The ways in which a text may call somebody who writes in the same post: from names, links, signatures, greetings.

A form is folded words joined by one blank. Its rank tells how sure it names the person: 1 the whole name, 2 several
words of it, 3 one word of it (first or last name) or a handle, 4 the name a person signs with or a nickname, 5 the
beginning of a name, what readers call the author of a post whom they do not name ('Autor', '博主'), or a learned name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from .texts import AUTHOR, Text
from .vocabulary import endings, nicknames, vocabulary
from .words import (
    LONGEST,
    ends_with_any,
    fold,
    fold_umlauts,
    folded_words,
    is_capitalised,
    word_spans,
    words_of,
)

SHARED = 8
"""A form that more persons share singles out none of them, and would only cost time in a post with thousands."""

_CAMEL = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")
_PATH_HANDLE = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?@?([^/?#.=]+)/?$")
_HOST_HANDLE = re.compile(r"https?://(?:www\.)?([^/?#.]+)\.[^/?#.]+\.[^/?#.]+/?$")


Sureness = tuple[int, bool]
"""How sure a form names a person: its rank, and whether it is a handle, which may be written small."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person whom a form may name."""

    person_id: str
    rank: int
    is_lower: bool
    """Whether the form may be written small and mean this person: handles, and names written small by their owners."""


@dataclass(slots=True)
class Form:
    """One form with all whom it may name."""

    words: tuple[str, ...]
    bearers: list[Bearer]
    is_phrase: bool
    """Whether it is a word of the vocabulary too."""

    @property
    def text(self) -> str:
        return " ".join(self.words)


Bearing = Mapping[str, dict[str, Sureness]]
"""Forms with who bears them, by person_id."""


@dataclass(slots=True)
class Names:
    """All forms of one post."""

    bearers: Bearing
    persons: Mapping[str, Person]
    first_words: set[str]
    """The words that forms begin with."""
    longest: int
    """Words of the longest form."""
    _found: dict[str, Form | None] = field(default_factory=dict)

    def standing_at(self, words: Sequence[str], place: int) -> Iterator[Form]:
        """The forms that stand at a place among words, the longest first."""
        for length in range(min(self.longest, len(words) - place), 0, -1):
            if form := self._form(" ".join(words[place : place + length])):
                yield form

    def words_of(self, person_id: str) -> set[str]:
        """What all names of a person are made of: tells a surname that is his from one that is not."""
        return self.persons[person_id].words if person_id in self.persons else set()

    def _form(self, text: str) -> Form | None:
        """None for what nobody or too many bear."""
        if text not in self._found:
            bearing = self.bearers.get(text, {})
            bearers = [
                Bearer(person_id, rank, is_handle or (person_id in self.persons and self.persons[person_id].is_lower))
                for person_id, (rank, is_handle) in bearing.items()
            ]
            is_found = 0 < len(bearers) <= SHARED
            self._found[text] = Form(tuple(text.split(" ")), bearers, _is_nameless(text)) if is_found else None
        return self._found[text]


def _is_nameless(form: str) -> bool:
    return form in vocabulary().nameless


@dataclass(slots=True)
class Person:
    """What a post shows of one of its writers."""

    names: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)

    @property
    def words(self) -> set[str]:
        return set().union(*(parts.words for parts in self._parts()))

    @property
    def is_lower(self) -> bool:
        """Whether a name of his is written small by himself."""
        return any(parts.is_lower for parts in self._parts())

    def _parts(self) -> Iterator[_NameParts]:
        return map(_parts_of, self.names)


@dataclass(frozen=True, slots=True)
class _NameParts:
    forms: tuple[tuple[str, Sureness], ...]
    words: frozenset[str]
    is_lower: bool


def names_of(texts: Sequence[Text]) -> Names:
    """The names by which the texts of a post (itself first) may call their writers."""
    persons: defaultdict[str, Person] = defaultdict(Person)
    forms = _Forms()
    if texts and texts[0].kind == "post":
        forms.add(_roles())
    for text in texts:
        person_id = text.person_id
        if person_id is None or text.kind not in {"post", "comment"}:
            continue
        person = persons[person_id]
        if text.author_name:
            for name in text.author_name.split(", ") if text.kind == "post" else [text.author_name]:
                if name not in person.names:
                    person.names.add(name)
                    forms.add(_borne_by_name(name, person_id))
        if text.kind == "comment":
            if text.author_url and text.author_url not in person.urls:
                person.urls.add(text.author_url)
                forms.add(_borne(dict.fromkeys(handles_in(text.author_url), (3, True)), person_id))
            if signature := signature_of(text.body):
                forms.add(_borne({signature: (4, False)}, person_id))
    for form, person_id, rank in list(_learned_forms(texts, forms.bearers)):
        forms.add(_borne({form: (rank, False)}, person_id))
    return Names(forms.bearers, persons, forms.first_words, forms.longest)


@dataclass(frozen=True, slots=True)
class _Borne:
    """Forms that one person bears."""

    bearing: dict[str, dict[str, Sureness]]
    """Never changed, because posts share it."""
    first_words: frozenset[str]
    longest: int


def _borne(forms: Mapping[str, Sureness], person_id: str) -> _Borne:
    return _Borne(
        {form: {person_id: sureness} for form, sureness in forms.items()},
        frozenset(form.partition(" ")[0] for form in forms),
        max((form.count(" ") + 1 for form in forms), default=0),
    )


@lru_cache(maxsize=20_000)
def _borne_by_name(name: str, person_id: str) -> _Borne:
    return _borne(dict(_parts_of(name).forms), person_id)


@cache
def _roles() -> _Borne:
    """What readers call the author of a post whom they do not name."""
    return _borne(dict.fromkeys(vocabulary().authors, (5, True)), AUTHOR)


class _Forms:
    """The forms of a post as they are gathered."""

    def __init__(self) -> None:
        self.bearers: dict[str, dict[str, Sureness]] = {}
        self.first_words: set[str] = set()
        self.longest = 0

    def add(self, borne: _Borne) -> None:
        self.first_words |= borne.first_words
        self.longest = max(self.longest, borne.longest)
        if self.bearers.keys().isdisjoint(borne.bearing):
            self.bearers |= borne.bearing
            return
        for form, bearing in borne.bearing.items():
            known = self.bearers.get(form, {})
            # A new one each time, because posts share those that are known.
            self.bearers[form] = {**known, **{by: _surer(new, known.get(by, new)) for by, new in bearing.items()}}


def _surer(one: Sureness, other: Sureness) -> Sureness:
    return min(one[0], other[0]), one[1] or other[1]


@lru_cache(maxsize=20_000)
def _parts_of(name: str) -> _NameParts:
    """
    >>> sorted(form for form, (rank, _) in _parts_of("Anna Klein").forms if rank <= 3)
    ['anna', 'anna k', 'anna klein', 'annaklein', 'klein']
    """
    name = name.strip()
    written = words_of(name)
    titles = vocabulary().titles
    words = [word for word in map(fold, written) if word not in titles]
    said = [word for word in folded_words(_split_camel(name)) if word not in titles]
    umlauts = [fold_umlauts(word) for word in written]
    forms = dict(_forms_of_name(words, said, umlauts)[::-1])
    is_lower = not any(c.isupper() for c in name)
    if is_lower and len(words) == 1 and len(words[0]) >= 7 and words[0][:3].isalpha():
        # 'Udi' for udidahan.
        forms.setdefault(words[0][:3], 5)
    return _NameParts(
        tuple((form, (rank, False)) for form, rank in forms.items()),
        frozenset([*words, *said, *umlauts]),
        is_lower,
    )


def _forms_of_name(words: list[str], said: list[str], umlauts: list[str]) -> list[tuple[str, int]]:
    """Forms with their ranks, the surest first."""
    forms = [(" ".join(words), 1), (" ".join(said), 1), (" ".join(umlauts), 1), ("".join(words), 1)]
    if 3 <= len(words) <= 5:
        # 'Anna Maria Lopez Diaz': Anna Maria, Anna Maria Lopez, Lopez Diaz, Maria Lopez Diaz.
        forms += [(" ".join(part), 2) for n in range(2, len(words)) for part in (words[:n], words[-n:])]
    if 2 <= len(words) <= 5 or 2 <= len(said) <= 5:
        forms += [(part[i], 3) for part in (words, said, umlauts) if part for i in (0, -1)]
        forms += [(f"{part[0]} {part[-1][0]}", 2) for part in (words, umlauts) if len(part) >= 2]
    if words:
        # 'Dr. W.' for Dr. Webbaer.
        forms += [(f"{title} {words[0][0]}", 4) for title in umlauts if title in vocabulary().titles]
        forms += [(nickname, 4) for nickname in nicknames().get(words[0], ())]
        # 'Petras Vorschlag', '하늘님'.
        forms += [(f"{words[0]}s", 4)] if words[0].isalpha() and words[0][-1] not in "sxz" else []
        forms += [(f"{words[0]}{ending}", 3) for ending in ("님", "씨") if "가" <= words[0][-1] <= "힣"]
        forms += [(words[0][:n], 5) for n in range(4, min(len(words[0]), 12))]
        # 'Lena' for Magdalena.
        forms += [(words[0][-n:], 5) for n in range(4, min(len(words[0]) - 1, 7))]
    return [(form, rank) for form, rank in forms if _can_call(form)]


def _can_call(form: str) -> bool:
    """Initials and numbers call nobody."""
    return len(form) > 1 and any(map(str.isalpha, form))


def _split_camel(name: str) -> str:
    """
    >>> _split_camel("ThePainter McDonald")
    'The Painter Mc Donald'
    """
    return _CAMEL.sub(lambda cut: " " if name[cut.start() - 1].islower() and name[cut.start()].isupper() else "", name)


@lru_cache(maxsize=20_000)
def handles_in(url: str) -> tuple[str, ...]:
    """The handle in a profile's address: the last part of its path, else the first of its host.

    >>> handles_in("https://example.org/@anna_k/")
    ('anna k', 'annak')
    >>> handles_in("https://annak.example.org/")
    ('annak',)
    """
    match = _PATH_HANDLE.match(url) or _HOST_HANDLE.match(url)
    words = folded_words(match[1]) if match else []
    return tuple(form for form in dict.fromkeys([" ".join(words), "".join(words)]) if _can_call(form))


def signature_of(body: str) -> str | None:
    """The name under a text: a last line of one word that begins like a name, or of a closing with a name.

    >>> signature_of("Well said.\\n\\nViele Grüße Evi")
    'evi'
    """
    if "\n" not in body:
        return None
    above, _, line = body.strip(" \n\t").rpartition("\n")
    if not above or not 1 <= len(line) <= 60:
        return None
    words = folded_words(line)
    closings = vocabulary().closings
    is_word = len(words) == 1 and line[0].isupper() and len(line) >= 3 and not re.search(r"[\d!?:…]", line)
    is_closing = bool(words) and words[0] in closings and len(words) <= 5
    if not is_word and not is_closing:
        return None
    form = " ".join(word for word in words if word not in closings)
    return form if _can_call(form) else None


# Forms that are learned: names by which readers call somebody although no page shows them: misspelt ones, and first
# names of people who show a nickname. Learned only from where a name must stand.


@dataclass(frozen=True, slots=True)
class Called:
    """A word that must be somebody's name."""

    word: str
    text: Text
    way: Literal["at", "greeting", "opening", "vocative", "governed"]
    """'@Eric', 'Hi Eric,' where a comment begins, 'Eric, ...' where it begins, 'Great perspective, Eric!'; 'governed'
    by words before it, where names decline: 'zgadzam się z Erykiem'."""
    is_written_as_name: bool


_MENTIONED = re.compile(r"(?:^|[^\w@＠]|_)[@＠]\s?([^\W\d_][^\W_]{3,})")
_OPENING = re.compile(r"([^\W\d_]{3,})(?:,|!| ?[-–—]{1,2} )")
_VOCATIVE = re.compile(r"([^\W\d_]{3,})(?:[.!,:\n]| [-–—]|$)")
_DECLINING = re.compile("[ĄąĘęŁłŃńŚśŹźŻżĆćĚěŘřŮůČčŠšŽžĎďŤťŇňĐđ\u0370-\u03ff\u0400-\u04ff]")
"""Letters of languages in which a name has another ending where somebody is called by it."""
_SENTENCE_END = re.compile(r"[.!?…\n]")
_BEHIND_NAME = re.compile(r"\s?[,:!;.–—-]|\s*\n")


def _learned_forms(texts: Sequence[Text], known: Bearing) -> Iterator[tuple[str, str, int]]:
    """(form, person_id, rank): such a word is (1) a known name but for an ending, one letter or its spelling; (2) the
    name of whoever a page states as answered; (3) the author's, as `_calls_author` tells. A word that fits two persons
    in one of these ways is not learned.
    """
    is_declining = _are_declining(texts)
    never = vocabulary().never_learned
    called: dict[str, list[Called]] = defaultdict(list)
    for text in texts:
        if text.kind == "comment":
            for call in (*greeted(text), *_mentioned(text), *_opened(text), *_governed(text, is_declining)):
                if call.word not in known and call.word not in never:
                    called[call.word].append(call)
    if not called:
        return
    person_of = {text.text_id: text.person_id for text in texts}
    # A word that opens a comment may be any word; one that must be a name may be a misspelt one.
    sure = {word for word, calls in called.items() if any(call.way in SURE_WAYS for call in calls)}
    ordinary = _written_small(called.keys() - sure, texts)
    misspelt = _misspelt({word for word in called if word in sure or len(word) >= 6}, known, first_may_differ=sure)
    respelt = _respelt(called.keys(), known)
    may_decline = {word for word, calls in called.items() if any(_may_decline(call, is_declining) for call in calls)}
    declined = _with_ending("case", may_decline, known)
    diminished = _with_ending("diminutive", called.keys(), known)
    post_words = set(texts[0].words)
    blog = (texts[0].url or "").lower().replace("-", "").rstrip("/").rpartition("/")[0]
    for word, calls in called.items():
        if word in ordinary:
            continue
        answered = {
            person_of.get(call.text.parent_id)
            for call in calls
            if call.way not in {"at", "governed"} and call.is_written_as_name and call.text.parent_id
            if person_of.get(call.text.parent_id) != call.text.person_id
        }
        # What the post speaks of may be greeted too: 'Congratulations Alabama!'
        is_author = word not in post_words and _calls_author(calls, blog)
        is_greeted = any(call.way != "governed" for call in calls)
        ways = (
            declined.get(word),
            misspelt.get(word) or respelt.get(word) or diminished.get(word) if is_greeted else None,
            answered,
            {AUTHOR} if is_author else None,
        )
        persons = next(filter(None, ways), set())
        rank = 4 if persons in (ways[0], ways[-1]) else 5
        if len(persons) == 1 and (person_id := next(iter(persons))):
            yield word, person_id, rank


SURE_WAYS = ("at", "greeting")


def _calls_author(calls: Iterable[Called], blog: str) -> bool:
    """Whether a word is what readers call the author of the post.

    It is part of the blog's address, or one reader greets with nothing else, or two call so where a comment begins or a
    sentence ends. Words like 'Great,' begin a comment too, so not both of the two may begin with it.

    Args:
        blog: the post's address without the part that tells the post.
    """
    calls = [call for call in calls if call.text.person_id != AUTHOR]
    if any(len(call.word) >= 4 and call.word in blog and call.way != "governed" for call in calls):
        return True
    calls = [call for call in calls if call.way not in {"at", "governed"} and not call.text.parent_id]
    readers = {call.text.person_id or call.text.text_id for call in calls if call.is_written_as_name}
    is_name = any(call.way != "opening" for call in calls)
    return (is_name and len(readers) >= 2) or any(map(is_plain_greeting, calls))


def is_plain_greeting(call: Called) -> bool:
    """'Hi Alicia!', but not 'Liebe Grüße aus Wien!'"""
    words = vocabulary()
    before = call.text.words[: call.text.words.index(call.word)]
    return (
        call.way == "greeting"
        and call.is_written_as_name
        and words.closings.isdisjoint(before)
        and (words.greetings | words.titles).issuperset(before)
    )


def _written_small(words: set[str], texts: Sequence[Text]) -> set[str]:
    """Those of the words that a text writes small."""
    small: set[str] = set()
    for text in texts if words else ():
        if not words.isdisjoint(text.words):
            small.update(w for place, w in enumerate(text.words) if w in words and text.written(place).islower())
    return small


def greeted(text: Text) -> Iterator[Called]:
    """The word behind the greeting that begins a comment, if it must be a name: 'Hi Eric,'."""
    vocabulary_ = vocabulary()
    if vocabulary_.greetings.isdisjoint(text.words[:4]):
        return
    words = text.words[:7]
    place = next((i for i, word in enumerate(words[:6]) if word not in vocabulary_.never_learned), 0)
    if not 1 <= place <= 4 or vocabulary_.greetings.isdisjoint(words[:place]):
        return
    head = text.body[:200]
    spans = list(word_spans(head))
    if place + 1 > len(spans):
        return
    start, end = spans[place]
    written = head[start:end]
    behind = head[end : spans[place + 1][0] if place + 1 < len(spans) else len(head)]
    if (
        len(written) >= 3
        and written.isalpha()
        and re.fullmatch(r",?\s+", head[spans[place - 1][1] : start])
        and _BEHIND_NAME.match(behind)
    ):
        yield Called(words[place], text, "greeting", written[0].isupper())


def _mentioned(text: Text) -> Iterator[Called]:
    if "@" in text.body or "＠" in text.body:
        for written in _MENTIONED.findall(text.body):
            yield Called(fold(written), text, "at", True)


def _opened(text: Text) -> Iterator[Called]:
    if text.body[:1].isupper() and (opening := _OPENING.match(text.body)):
        yield Called(fold(opening[1]), text, "opening", True)
    place = next((i for i, word in enumerate(text.words[:3]) if word not in vocabulary().titles), 0)
    # 'Panie Marku, ...'
    if place and is_capitalised(text.written(place)) and text.lead(place + 1)[:1] in {",", "!"}:
        yield Called(text.words[place], text, "opening", True)
    for clause in text.body[:200].split(", ")[1:]:
        if is_capitalised(clause) and (vocative := _VOCATIVE.match(clause)):
            yield Called(fold(vocative[1]), text, "vocative", True)


def _governed(text: Text, is_declining: bool) -> Iterator[Called]:
    """'Zgadzam się z Piotrem', 'Dzięki Łukaszu za głos', where names have endings."""
    if not is_declining and not _declines(text):
        return
    words = vocabulary()
    for place, word in enumerate(text.words):
        if not place or len(word) < 3 or not is_capitalised(text.written(place)):
            continue
        is_greeted = place <= 3 and text.words[place - 1] in words.declining
        is_governed = ends_with_any(text.words[max(0, place - LONGEST) : place], words.befores)
        # 'Jolu, sześć.' in the midst of a text.
        is_called = text.lead(place + 1)[:1] in {",", ":", "!"} and _SENTENCE_END.search(text.lead(place))
        if is_greeted or is_governed or is_called:
            yield Called(word, text, "governed", True)


def _misspelt(words: set[str], known: Bearing, *, first_may_differ: set[str]) -> dict[str, set[str]]:
    """The persons whose names differ from these words by one letter, of some words any but the first."""
    # Words that differ by one letter have a word in common that is one letter shorter.
    shortened = defaultdict(set)
    for word in words:
        if len(word) >= 5:
            for short in _shortened(word):
                shortened[short].add(word)
    found: dict[str, set[str]] = defaultdict(set)
    if not shortened:
        return found
    for form, bearers in known.items():
        if len(form) < 5 or " " in form:
            continue
        persons = {person_id for person_id, (rank, _) in bearers.items() if rank <= 3}
        if persons:
            for word in {word for short in _shortened(form) for word in shortened.get(short, ())}:
                if _is_one_off(word, form) and (word[0] == form[0] or word in first_may_differ):
                    found[word] |= persons
    return found


def _respelt(words: Iterable[str], known: Bearing) -> dict[str, set[str]]:
    """The persons whose names sound like these words."""
    sounding = defaultdict(set)
    for word in words:
        if len(word) >= 4:
            sounding[_sound(word)].add(word)
    found: dict[str, set[str]] = defaultdict(set)
    for form, bearers in known.items() if sounding else ():
        if len(form) >= 4 and " " not in form and (alike := sounding.get(_sound(form))):
            for word in alike:
                found[word] |= {person_id for person_id, (rank, _) in bearers.items() if rank <= 3}
    return found


_SOUNDS = (("ph", "f"), ("th", "t"), ("ch", "k"), ("ck", "k"), ("c", "k"), ("y", "i"), ("z", "s"))
_SILENT = re.compile(r"(.)(?=\1)|(?<=.)h")


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    """What is alike in names that sound alike.

    >>> _sound("stephanie"), _sound("stefanie"), _sound("sarah")
    ('stefanie', 'stefanie', 'sara')
    """
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    return _SILENT.sub("", word)


def _are_declining(texts: Sequence[Text]) -> bool:
    """Whether the post or a quarter of its texts is written in a language whose names decline."""
    return bool(texts) and (_declines(texts[0]) or 4 * sum(map(_declines, texts)) >= len(texts))


def _declines(text: Text) -> bool:
    """Whether a text is written in a language whose names decline."""
    # Of letters beyond ASCII most texts have none, which is known without a search.
    return not text.body.isascii() and _DECLINING.search(text.body) is not None


def _may_decline(call: Called, is_declining: bool) -> bool:
    """
    Args:
        is_declining: whether the post is written in a language whose names decline.
    """
    is_greeting = call.way in {"greeting", "governed"} and not vocabulary().declining.isdisjoint(call.text.words[:3])
    return call.is_written_as_name and (is_greeting or is_declining or _declines(call.text))


def _with_ending(kind: Literal["case", "diminutive"], words: Iterable[str], known: Bearing) -> dict[str, set[str]]:
    """The persons whose names these words are but for an ending: 'Marku' for Marek, 'Piotrze' for Piotr."""
    least = 2 if kind == "case" else 3
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for called, named in endings(kind):
            stem = word.removesuffix(called)
            if len(stem) >= least and word.endswith(called):
                bearers = known.get(stem + named, {})
                found[word] |= {person_id for person_id, (rank, _) in bearers.items() if rank <= 4}
    return found


def _shortened(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _is_one_off(one: str, other: str) -> bool:
    """Whether one letter was left out, put in, changed, or two neighbours were exchanged.

    >>> _is_one_off("marica", "marcia"), _is_one_off("anna", "hanna"), _is_one_off("anna", "inge")
    (True, True, False)
    """
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[start:] == other[start + 1 :]
    exchanged = one[start : start + 2][::-1] == other[start : start + 2] and one[start + 2 :] == other[start + 2 :]
    return one != other and (one[start + 1 :] == other[start + 1 :] or exchanged)
