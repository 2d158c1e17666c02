"""Where the texts of a post name somebody who writes on its site.

The forms of names are those by which replies are found (replies/names.py), and so is who is called. Asked here are also
whoever is only spoken of, the writer himself, and who is quoted. A form of several words, or one that can be nothing
else, names wherever it stands; a word that is a name and a word, too, does so where something speaks for a person.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from ..replies.calls import Signs, calls_of, is_other
from ..replies.names import Bearer, Form, Names, greeted, is_plain_greeting, names_of, signature_of
from ..replies.quotes import is_excerpt
from ..replies.texts import AUTHOR, Text
from ..replies.uses import Use, places_of_names
from ..replies.vocabulary import endings, nicknames, vocabulary
from ..replies.words import HAN, fold, folded_words, is_capitalised, words_of, written_as_name

ORDINARY = Path(__file__).parent / "ordinary.csv"
GERMAN = frozenset({"de", "lb", "nds", "gsw"})
"""Languages that write all nouns with a capital."""

_DECLINING = re.compile("[ĄąĘęŁłŃńŚśŹźŻżĆćĚěŘřŮůČčŠšŽžĎďŤťŇň\u0370-\u03ff\u0400-\u04ff]")
_HYPHENS = "-\u2010\u2011"

Person = str
"""Who bears a name: AUTHOR or the folded words of the name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place where somebody is named. Offsets count characters of the text's body."""

    start: int
    end: int
    form: str
    persons: tuple[Person, ...]
    """Whom it may name, the likeliest first."""
    is_sure: bool
    """Whether the first of several is told by whom the text answers there, or signs it."""


def apart(named: Iterable[Named]) -> list[Named]:
    """Places in the order of the text; of those that overlap the first, of those that begin alike the first given."""
    kept: list[Named] = []
    for one in sorted(named, key=lambda one: one.start):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


@cache
def ordinary(kind: Literal["word", "capital"], lang: str | None) -> frozenset[str]:
    """Names that are words, too, of a language and of English; folded.

    'word' ones are written small as words ('rose'), 'capital' ones with a capital ('April', German nouns).
    """
    with ORDINARY.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    langs = {lang, "en"} if lang else {"en", "de"}
    return frozenset(fold(row["word"]) for row in rows if row["lang"] in langs)


@cache
def listed(lang: str | None) -> frozenset[str]:
    """The same of both kinds."""
    return ordinary("word", lang) | ordinary("capital", lang)


@cache
def first_names() -> frozenset[str]:
    """Words that are names first: those with nicknames, and nicknames."""
    return frozenset(nicknames())


@dataclass(slots=True)
class SiteForms:
    """Names by which persons of a site are known on all of its posts: whole names of several words, and handles."""

    forms: dict[str, list[tuple[tuple[str, ...], Person]]] = field(default_factory=dict)
    """By their first word, the longest first."""
    names: dict[Person, set[str]] = field(default_factory=dict)
    """As they are written."""

    def places(self, words: Sequence[str]) -> Iterator[tuple[int, Form]]:
        """The longest form at each place among words."""
        for place, word in enumerate(words):
            for form, person in self.forms.get(word, ()):
                if tuple(words[place : place + len(form)]) == form:
                    yield place, Form(form, [Bearer(person, 1, is_lower=False)], is_phrase=False)
                    break


def site_forms(names: Iterable[tuple[Person, str]]) -> SiteForms:
    """
    Args:
        names: each person's names, as they are written.
    """
    site = SiteForms()
    for person, name in names:
        site.names.setdefault(person, set()).add(name)
        words = tuple(folded_words(name))
        forms: set[tuple[str, ...]] = (
            {words, ("".join(words),)} if len(words) > 1 else {words} if is_handle(name) else set()
        )
        for form in sorted(forms):
            if sum(map(len, form)) >= LEAST_LETTERS:
                site.forms.setdefault(form[0], []).append((form, person))
    for known in site.forms.values():
        known.sort(key=lambda form: (-len(form[0]), form))
    return site


OFTEN = 3
"""Times that a post has a word which is its topic."""
LEAST_LETTERS = 4
"""Of a name that is looked for where its bearer does not write."""


def is_handle(name: str) -> bool:
    """Whether a name of one word can be no word of a language: it holds a digit, or a capital behind a small letter.

    >>> is_handle("anna_k7"), is_handle("ThePainter"), is_handle("Anna"), is_handle("gardener")
    (True, True, False, False)
    """
    words = words_of(name)
    is_mixed = any(c.isdigit() for c in name) and any(c.isalpha() for c in name)
    return len(words) >= 1 and (is_mixed or "_" in name or re.search(r"[^\W\d_A-Z][A-Z]", name) is not None)


@dataclass(frozen=True, slots=True)
class Answered:
    """Whom a comment answers, and the words that show it, if words do."""

    person: Person
    cue: tuple[int, int] | None


def named_in(
    texts: Sequence[Text],
    site: SiteForms,
    langs: Mapping[str, str | None],
    answered: Mapping[str, Sequence[Answered]],
) -> dict[str, list[Named]]:
    """Where each text of a section names somebody, by text_id, in the order of the text.

    Args:
        texts: the post first, then its comments in reading order; further writers of the post as texts without words.
        site: who else writes on the site.
        langs: the language of each text, by text_id; None where it is not known.
        answered: whom each comment answers, by text_id.
    """
    for text in texts:
        if text.kind == "comment" and is_excerpt(text.body, text.author_url):
            text.kind = "trackback"
    names = _with_pings(_with_endings(names_of(texts), texts), texts)
    uses = {text.text_id: found for text in texts if (found := _uses(text, names, site))}
    judge = _Judge(texts, names, site=site, uses=uses, langs=langs, answered=answered)
    found = {text_id: list(judge.named(of_text)) for text_id, of_text in uses.items()}
    post_words = frozenset(texts[0].words)
    for text in texts:
        known = found.get(text.text_id, ())
        unknown = list(_unknown(text, post_words)) if text.kind == "comment" else ()
        if unknown:
            found[text.text_id] = apart([*known, *unknown])
    return found


def _unknown(text: Text, post_words: frozenset[str]) -> Iterator[Named]:
    """Whoever is called though no page shows such a name: '@Mima' for Mirna, 'Hi Eric,' where the author is not named.

    Only with '@' where a line begins or a colon follows; and where a comment begins with a greeting, of a word that the
    post has not, or that is a first name.
    """
    if "@" in text.body or "＠" in text.body:
        for match in _CALLED.finditer(text.body):
            start, end = match.span(match.lastindex or 0)
            words = folded_words(text.body[start:end])
            is_name = all(map(written_as_name, words_of(text.body[start:end]))) or len(words) == 1
            if is_name and words[0] not in vocabulary().never_learned and not is_all_ordinary(words, None):
                yield Named(start, end, " ".join(words), (" ".join(words),), is_sure=True)
    for place in _greetings(text):
        word = text.words[place]
        is_other = word in post_words and word not in first_names()
        if not is_other and word not in listed(None):
            yield Named(*text.span(place), word, (word,), is_sure=True)


def _greetings(text: Text) -> Iterator[int]:
    """The places of words that a comment greets with nothing else: 'Hi Eric!'"""
    return (text.words.index(call.word) for call in greeted(text) if is_plain_greeting(call))


_CALLED = re.compile(
    r"(?m:^)[@＠] ?([^\W\d_]{3}[^\W_]*+(?: [^\W\d_][^\W_]++){1,2})(?=:|\n)"
    r"|(?m:^)[@＠] ?([^\W\d_]{3}[^\W_]*+)(?=[:,.!?\s-])"
    r"|(?<![\w@＠])[@＠] ?([^\W\d_]{3}[^\W_]*+)(?=:)"
)


def _uses(text: Text, names: Names, site: SiteForms) -> list[Use]:
    """Every place where a form stands in a text, the writer's own too, none over another: the longest at each."""
    found = list(places_of_names(text, names))
    if not site.forms.keys().isdisjoint(text.words):
        # Those of the section come first, where both are as long.
        found = _longest_apart(sorted([*found, *site.places(text.words)], key=lambda one: (one[0], -len(one[1].words))))
    return [
        Use(text, place, form, next((b for b in form.bearers if b.person_id != text.person_id), form.bearers[0]))
        for place, form in found
        if not _is_role(form)
    ]


def _longest_apart(found: Iterable[tuple[int, Form]]) -> list[tuple[int, Form]]:
    """Of forms that share a word the longest, of those as long the first."""
    kept: list[tuple[int, Form]] = []
    for place, form in found:
        while kept and place < kept[-1][0] + len(kept[-1][1].words) and len(form.words) > len(kept[-1][1].words):
            kept.pop()
        if not kept or place >= kept[-1][0] + len(kept[-1][1].words):
            kept.append((place, form))
    return kept


def _is_role(form: Form) -> bool:
    """What the author is called who is not named: 'the author' stays a word."""
    return form.text in vocabulary().authors and all(bearer.rank == 5 for bearer in form.bearers)


def _with_endings(names: Names, texts: Sequence[Text]) -> Names:
    """The same names with the endings that they have in sentences: 'Kleins Idee', 'z Markiem'."""
    declines = any(not text.body.isascii() and _DECLINING.search(text.body) for text in texts)
    more: dict[str, dict[str, tuple[int, bool]]] = {}
    for form, bearing in names.bearers.items():
        if _LONG_HAN.fullmatch(form):
            # Of longer names readers take two characters.
            bearers = {person: (4, False) for person, (rank, _) in bearing.items() if rank == 1}
            words = form.split(" ")
            for part in (" ".join(words[:2]), " ".join(words[-2:])) if bearers else ():
                more[part] = {**names.bearers.get(part, {}), **more.get(part, {}), **bearers}
        if " " in form or len(form) < 2 or not form.isalpha():
            continue
        bearers = {person: (4, False) for person, (rank, _) in bearing.items() if rank <= 3}
        for inflected in _endings_of(form, declines=declines) if bearers else ():
            if inflected not in names.bearers:
                more[inflected] = {**more.get(inflected, {}), **bearers}
    return Names(
        {**names.bearers, **more},
        names.persons,
        names.first_words | {form.partition(" ")[0] for form in more},
        names.longest,
    )


def _with_pings(names: Names, texts: Sequence[Text]) -> Names:
    """The same with the whole names under which other pages tell that they link here, which are often their titles."""
    more: dict[str, dict[str, tuple[int, bool]]] = {}
    for text in texts:
        if text.kind in {"pingback", "trackback"} and text.author_name:
            words = folded_words(text.author_name)
            if len(words) > 1:
                more[" ".join(words)] = {" ".join(words): (1, False)}
    if not more:
        return names
    return Names(
        {**more, **names.bearers},
        names.persons,
        names.first_words | {form.partition(" ")[0] for form in more},
        max(names.longest, *(form.count(" ") + 1 for form in more)),
    )


_LONG_HAN = re.compile(rf"[{HAN}](?: [{HAN}]){{2,6}}")
"""Names of Chinese characters that are shortened; what is longer is a sentence."""


@lru_cache(maxsize=20_000)
def _endings_of(form: str, *, declines: bool) -> tuple[str, ...]:
    if "가" <= form[-1] <= "힣":
        return tuple(form + polite + case for polite in ("", "님", "씨") for case in _KOREAN_CASES)
    if len(form) < 3 or form in listed(None):
        return ()
    found = [f"{form}s"] if form[-1] not in "sxz" and form.isascii() else []
    if declines:
        found += [
            form.removesuffix(named) + called
            for called, named in endings("case")
            if form.endswith(named) and len(form) - len(named) >= 2
        ]
    return tuple(dict.fromkeys(found))


_KOREAN_CASES = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "께",
    "께서",
    "의",
    "도",
    "과",
    "와",
    "에게",
    "한테",
    "아",
    "야",
    "이랑",
    "랑",
    "하고",
)


class _Judge:
    """Tells which of the places where forms stand name somebody, and whom."""

    def __init__(
        self,
        texts: Sequence[Text],
        names: Names,
        *,
        site: SiteForms,
        uses: Mapping[str, Sequence[Use]],
        langs: Mapping[str, str | None],
        answered: Mapping[str, Sequence[Answered]],
    ) -> None:
        self.names = names
        self.site = site
        self.langs = langs
        self.answered = answered
        post = texts[0] if texts[0].kind == "post" else None
        calls = calls_of(_of_others(texts, uses), names, post)
        # A word that is only named may be no more than a word.
        self.called = {(call.text.text_id, call.place) for call in calls if call.rule != "named"}
        # Calls are of others; whoever is greeted by the writer's own name is called, too.
        self.called |= {(text.text_id, place) for text in texts if text.kind == "comment" for place in _greetings(text)}
        self.written: defaultdict[Person, list[int]] = defaultdict(list)
        """Which texts each person wrote, by their places among the texts."""
        self.place = {text.text_id: place for place, text in enumerate(texts)}
        for place, text in enumerate(texts):
            if text.person_id is not None:
                self.written[text.person_id].append(place)
        self._small: dict[str, bool] = {}
        self.words = self._words_here(uses)
        self.doubted = _perhaps_signed(texts)
        self.topics = self._topics(texts[0], uses.get(texts[0].text_id, ()))

    def _words_here(self, uses: Mapping[str, Sequence[Use]]) -> set[str]:
        """Forms of one word that this post's texts use as a word: small half as often as not, or behind an article."""
        small: Counter[str] = Counter()
        large: Counter[str] = Counter()
        for use in (use for found in uses.values() for use in found):
            if len(use.form.words) > 1 or self._is_called(use) or any(b.is_lower for b in use.form.bearers):
                continue
            is_small = use.text.body[use.cue_start].islower()
            is_thing = _is_behind_article(use) and use.form.text not in first_names()
            (small if is_small or is_thing else large)[use.form.text] += not self._is_small(use.text) or is_thing
        return {form for form, count in small.items() if 2 * count >= max(1, large[form])}

    def _topics(self, post: Text, uses: Sequence[Use]) -> set[str]:
        """Words of names that the post speaks of again and again, and never by the whole name: 'Cuba'."""
        times = Counter(use.form.text for use in uses if len(use.form.words) == 1)
        whole = {word for use in uses for word in use.form.words if len(use.form.words) > 1}
        by_author = {use.form.text for use in uses if any(b.person_id == post.person_id for b in use.form.bearers)}
        return {form for form, count in times.items() if count >= OFTEN} - whole - by_author - first_names()

    def _is_of_a_phrase(self, form: Form) -> bool:
        """Whether it is a word of no name but of such as 'Thinks about Gardens'."""
        names = [name for name in self._names_of(form) if form.text in folded_words(name)]
        return bool(names) and all(map(_is_a_phrase, names))

    def _is_small(self, text: Text) -> bool:
        """Whether a text is written small as a whole."""
        if text.text_id not in self._small:
            self._small[text.text_id] = text.body.islower()
        return self._small[text.text_id]

    def _is_called(self, use: Use) -> bool:
        return (use.text.text_id, use.place) in self.called

    def named(self, uses: Iterable[Use]) -> Iterator[Named]:
        """The places of one text that name somebody."""
        for use in uses:
            if self._names(use):
                persons, is_sure = self._likeliest_first(use)
                yield Named(use.cue_start, self._end(use, persons[0]), use.form.text, persons, is_sure)

    def _end(self, use: Use, person: Person) -> int:
        """Where a name ends with its misspelt last word: '@Stephane Chaleangas' for Stephane Chalangeas."""
        end = use.end
        if end >= len(use.text.words) or use.trail not in {" ", "-"} or len(use.form.words) > 1:
            return use.cue_end
        word = use.text.words[end]
        is_alike = len(word) >= 5 and word not in listed(self.langs.get(use.text.text_id))
        return (
            use.text.span(end)[1]
            if is_alike
            and any(_resembles(word, known) for known in self.names.words_of(person) if known not in use.form.words)
            else use.cue_end
        )

    def _likeliest_first(self, use: Use) -> tuple[tuple[Person, ...], bool]:
        """Whom the comment answers there, or at all; the writer where he signs; the surest form; the nearest above.

        And whether the first is sure.
        """
        answered = self.answered.get(use.text.text_id, ())
        if len(use.form.bearers) == 1 and not answered:
            return (use.form.bearers[0].person_id,), True
        there = {a.person for a in answered if a.cue and a.cue[0] < use.cue_end and use.cue_start < a.cue[1]}
        at_all = {a.person for a in answered}
        is_signed = self._is_signature(use)
        here = self.place[use.text.text_id]

        def order(bearer: Bearer) -> tuple[object, ...]:
            person = bearer.person_id
            is_own = person == use.text.person_id
            return (
                not (is_signed and is_own),
                person not in there,
                is_own,
                person not in at_all,
                bearer.rank,
                *_distance(self.written.get(person, ()), here),
                person,
            )

        persons = tuple(bearer.person_id for bearer in sorted(use.form.bearers, key=order))
        if len(there) == 1 and AUTHOR in persons and there.isdisjoint(persons):
            # The author under another name: 'Ian' means a comment by 'lloydi' below the post of Ian Lloyd.
            persons = (*there, *persons)
        return persons, persons[0] in there or (is_signed and persons[0] == use.text.person_id)

    def _names(self, use: Use) -> bool:
        if self._is_called(use) or _AT.search(use.lead) or self._is_signature(use):
            return True
        form, body = use.form, use.text.body
        written = body[use.cue_start : use.cue_end]
        lang = self.langs.get(use.text.text_id)
        if len(form.words) > 1:
            return self._names_whole(use, written, lang)
        rank = min(bearer.rank for bearer in form.bearers)
        if rank == 5:
            return False
        if rank == 4 and form.text in self.doubted:
            return False
        if self._is_like_no_word(form):
            return True
        if rank >= 3 and (form.text in self.topics or self._is_of_a_phrase(form)):
            return False
        if not written[0].isalpha() or (not written[0].islower() and not written[0].isupper()):
            # Scripts without capitals.
            return rank <= 2 or (len(form.text) >= 3 and not form.is_phrase)
        is_capital = written[0].isupper()
        if (
            is_capital
            and use.words_before
            and use.words_before[-1] in vocabulary().titles
            and _TITLE.fullmatch(use.lead)
        ):
            return True
        if any(
            a.cue and _is_short(a.cue) and a.cue[0] <= use.cue_start and use.cue_end <= a.cue[1]
            for a in self.answered.get(use.text.text_id, ())
        ):
            return True
        is_first_name = form.text in first_names()
        is_word = (
            form.text in ordinary("word", lang)
            or form.text in self.words
            or form.text in vocabulary().doubtful
            or (form.is_phrase and is_first_name)
        )
        is_capital_word = form.text in ordinary("capital", lang) or (form.is_phrase and not is_first_name)
        if not is_capital:
            is_own_way = rank <= 1 and len(form.text) >= LEAST_LETTERS and any(b.is_lower for b in form.bearers)
            is_name = is_own_way or is_first_name
            return is_name and not is_word and not is_capital_word and not _is_behind_article(use)
        if is_capital_word or self._is_somebody_else(use, lang):
            return False
        is_within = use.opening != [] and not _is_headline(body, use.cue_start)
        if is_word:
            is_small_as_word = lang not in GERMAN or is_first_name or form.text in ordinary("word", lang)
            return is_within and is_small_as_word and not _is_behind_article(use)
        return not _is_behind_article(use) or (lang in GERMAN and is_first_name)

    def _names_whole(self, use: Use, written: str, lang: str | None) -> bool:
        """Whether several words that are a name are meant as one."""
        form = use.form
        if form.is_phrase:
            return False
        rank = min(bearer.rank for bearer in form.bearers)
        has_capitals = written[0].islower() or written[0].isupper()
        # Two characters of a Chinese name may be any word.
        if rank > (2 if has_capitals else 1) and not written[0].isupper():
            return False
        is_ordinary = is_all_ordinary(form.words, lang)
        if all(map(written_as_name, words_of(written))):
            is_start = use.opening == [] or lang in GERMAN or _is_headline(use.text.body, use.cue_start)
            # 'Der Leser' begins many a sentence, 'Will Klein' none.
            is_thing = form.words[0] in vocabulary().articles or not self._is_as_its_bearer_writes(form, written)
            return not (is_ordinary and is_start and is_thing)
        is_whole = any(bearer.rank == 1 for bearer in form.bearers)
        return not is_ordinary and (is_whole or self._is_small(use.text))

    def _is_as_its_bearer_writes(self, form: Form, written: str) -> bool:
        return any(words_of(name) == words_of(written) for name in self._names_of(form))

    def _is_signature(self, use: Use) -> bool:
        """Whether the writer's own name stands below or behind all that he says."""
        own = next((bearer for bearer in use.form.bearers if bearer.person_id == use.text.person_id), None)
        body = use.text.body
        if own is None or not _SIGNED.fullmatch(body, use.cue_end):
            return False
        is_word = use.form.is_phrase or _is_plain(use.form.text, None) or "." in body[use.cue_end :]
        if own.rank > 3 and use.form.text in self.doubted and is_word:
            return False
        before = use.words_before[-1] if use.words_before else ""
        is_set_off = _DASHED.search(use.lead) is not None or before in vocabulary().closings
        return "\n" in use.lead or (is_set_off and not body[use.cue_start].islower())

    def _is_like_no_word(self, form: Form) -> bool:
        """'annaklein' for Anna Klein, 'anna77': what can be nothing but a name."""
        if any(c.isdigit() for c in form.text) and len(form.text) >= LEAST_LETTERS:
            return True
        return len(form.text) >= 6 and any(_is_joined(form.text, name) for name in self._names_of(form))

    def _is_somebody_else(self, use: Use, lang: str | None) -> bool:
        """'Mark McDonald' is not Mark Diner, nor 'my brother Mark', nor is 'in Paris' somebody."""
        words = vocabulary()
        before = use.words_before[-1] if use.words_before and use.lead == " " and use.opening != [] else ""
        if before and is_other(_signs_of(use)):
            return True
        if lang in GERMAN:
            return False
        own = set().union(*(self.names.words_of(bearer.person_id) for bearer in use.form.bearers))
        if use.trail == " " and _is_surname(use.words_behind, use.text, use.behind, own, lang):
            return True
        is_first = use.opening is not None and len(use.opening) <= 1
        if not before or before in own or not is_capitalised(use.word_before) or _is_plain(before, lang):
            return False
        # 'Yesterday Anna wrote': where a sentence begins, a capital tells nothing, but before what is no first name.
        is_surname = before in first_names() or not self._is_first_of_any(use.form)
        return before not in words.titles and (not is_first or is_surname)

    def _is_first_of_any(self, form: Form) -> bool:
        """Whether somebody's name begins with it: 'Bret Michaels' is neither Ann Michaels nor Michael's."""
        return any(folded_words(name)[:1] == [form.words[0]] for name in self._names_of(form))

    def _names_of(self, form: Form) -> Iterator[str]:
        """The names of all who bear a form."""
        for bearer in form.bearers:
            person = self.names.persons.get(bearer.person_id)
            yield from person.names if person else self.site.names.get(bearer.person_id, ())


def _signs_of(use: Use) -> Signs:
    """What stands around a name by itself."""
    return Signs(
        use=use, first=use, last=use, is_common_word=False, is_in_post=False, name_words=set(), spoken_of=set()
    )


def _is_surname(words: Sequence[str], text: Text, place: int, own: set[str], lang: str | None) -> bool:
    """Whether the words behind a first name are another's surname: 'Mark McDonald', 'Paul di Anno'."""
    if not words or words[0] in own:
        return False
    if words[0] in _PARTICLES:
        return len(words) > 1 and words[1] not in own and text.written(place + 1)[:1].isupper()
    return is_capitalised(text.written(place)) and not _is_plain(words[0], lang)


_PARTICLES = frozenset("al bin da de del della den der di du e el la le lo mac mc o y saint san st van von".split())
"""What stands before a surname."""


_AT = re.compile(r"(?:^|[^\w@＠])[@＠]\s?$")
_TITLE = re.compile(r"\.?[ \u00a0]")
_SIGNED = re.compile(r"[\s.!,;:()*_~–—-]*")
_SHORT_CUE = 60


def _resembles(word: str, known: str) -> bool:
    """Whether a word is another misspelt: it begins alike, is about as long, and has nearly the same letters.

    >>> _resembles("chaleangas", "chalangeas"), _resembles("kleiner", "kleinert"), _resembles("markus", "marcia")
    (True, True, False)
    """
    is_about = word[:2] == known[:2] and abs(len(word) - len(known)) <= 2
    return is_about and SequenceMatcher(None, word, known, autojunk=False).ratio() >= _RESEMBLING


_RESEMBLING = 0.8


def _is_short(cue: tuple[int, int]) -> bool:
    return cue[1] - cue[0] <= _SHORT_CUE


def _is_plain(word: str, lang: str | None) -> bool:
    """Whether a word with a capital is no surname for all that."""
    known = vocabulary()
    return (
        word in known.openings
        or word in known.never_learned
        or word in ordinary("word", lang) | ordinary("capital", lang)
    )


def _is_a_phrase(name: str) -> bool:
    """
    >>> _is_a_phrase("Thinks about Gardens"), _is_a_phrase("Andrea di Maio"), _is_a_phrase("anna klein")
    (True, False, False)
    """
    words = words_of(name)
    small = [word for word in words if word[0].islower() and word not in _PARTICLES]
    return len(words) > 2 and 0 < len(small) < len(words)


def _is_joined(form: str, name: str) -> bool:
    words = folded_words(name)
    return len(words) > 1 and form == "".join(words)


def _is_behind_article(use: Use) -> bool:
    known = vocabulary()
    before = use.words_before[-1] if use.words_before and use.lead == " " else ""
    return before in known.articles or before in known.possessives


def _perhaps_signed(texts: Iterable[Text]) -> set[str]:
    """Words that stand alone on the last line of a text, and may be no signature but a last word: 'Exactly'."""
    alone: set[str] = set()
    signed: set[str] = set()
    for text in texts:
        signature = signature_of(text.body) if text.kind == "comment" else None
        if signature and signature not in first_names():
            above, _, line = text.body.rstrip().rpartition("\n")
            is_closed = not vocabulary().closings.isdisjoint([*folded_words(above[-40:])[-2:], *folded_words(line)])
            (signed if is_closed else alone).add(signature)
    return alone - signed


_DASHED = re.compile(r"(?:^|\s)[-–—~]+\s*$|,\s*$")


def _is_headline(body: str, at: int) -> bool:
    """Whether in the line of a place nearly all words have capitals, so that these tell nothing."""
    start, end = body.rfind("\n", 0, at) + 1, body.find("\n", at)
    words = [
        word
        for word in words_of(body[start : end if end >= 0 else at + _LONGEST_HEADLINE][:_LONGEST_HEADLINE])
        if len(word) > 3
    ]
    return len(words) >= 3 and 4 * sum(not word[0].islower() for word in words) >= 3 * len(words)


_LONGEST_HEADLINE = 300
"""Characters of a line that are looked at."""


def _distance(written: Sequence[int], here: int) -> tuple[int, int]:
    """How far above a person wrote last, or else below: (0, texts above) or (1, texts below)."""
    at = bisect_left(written, here)
    if at:
        return 0, here - written[at - 1]
    return (1, written[0] - here) if written else (2, 0)


def _of_others(texts: Sequence[Text], uses: Mapping[str, Sequence[Use]]) -> list[Use]:
    """The uses in comments of names of others, one for each who bears it, as calls are read from."""
    found = []
    for text in texts:
        for use in uses.get(text.text_id, ()) if text.kind == "comment" else ():
            others = [bearer for bearer in use.form.bearers if bearer.person_id != text.person_id]
            found += [use.for_bearer(bearer) for bearer in others]
    return found


def is_all_ordinary(words: Sequence[str], lang: str | None) -> bool:
    """Whether all words of a name are words, too: 'Will Power', 'Just Me'."""
    words_of_lang, known = listed(lang), vocabulary()
    return all(word in words_of_lang or word in known.openings or word in known.never_learned for word in words)
