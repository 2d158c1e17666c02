"""Where the words that a comment quotes stand, in the post or in an earlier comment."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from .texts import Span, Text
from .words import folded_words

Gram = tuple[str, ...]

_ASCII_MARKS = (">", '"', "[", " '", "\n'")
_MARKS = (*_ASCII_MARKS, *"“”„«»‘‚‹「『")
_SPANS = re.compile(
    r">[^<>\n]{8,}+[<>](?=[\s.,;:!?]|$)"
    r"|(?:(?m:^)>{1,2}[ \t]?[^>\n][^\n]*(?:\n|$))+"
    r"|>>(?:[^<>\n]|\n[^<>\n])++<<"
    r"|«[^«»]+»"
    r"|»[^«»]+«"
    r"|„[^„“”]+[“”]"
    r"|“[^„“”]+”"
    r"|[“”](?:[^“”\"\n]|\n[^“”\"\n])++[”“\"]"
    r"|\"(?:[^\"\n]|\n[^\"\n])++\""
    r"|‘(?:[^‘’\n]|(?<=[^\W\d_])’(?=[^\W\d_]))++’"
    r"|(?<!\w)'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w)){10,}+'(?!\w)"
    r"|‚[^‚‘’\n]+[‘’]|‹[^‹›]+›"
    r"|「[^「」]+」|『[^『』]+』"
    r"|\[(?i:quote)[^\]\n]*\](?:[^\[]|\[[^/])++\[/(?i:quote)\]"
)

_COMPOUND = re.compile(r"-[^\W\d_]")

_LEFT_OUT = re.compile(r"\.{2,}|…")
_TITLED = re.compile(r"[^\n]{3,150}[^\s.!?:,;…]\n\n")
_ARTICLE = re.compile(r"/(?:19|20)\d\d/[01]?\d/")
_TRACKBACK = re.compile(r"\b(?:Trackback|Pingback) (?:from|by|von|de) [^\n]{1,60}$")
_CUTS = ("[...]", "[…]", "(...)", "(…)", "[..]")

SOURCES = 8
"""Only the first texts that hold a run of words are where it can come from; what comes later repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a comment that stand in another text. Offsets count characters of its body."""

    text: Text
    source: Text
    cue_start: int
    cue_end: int
    is_copy: bool = False
    """Whether the comment says nothing of its own, as advertisers do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a comment marks as somebody's words: '> ' lines, quotation marks, [quote] tags; offsets with the marks."""

    start: int
    end: int
    grams: frozenset[Gram]
    """Its runs of three words."""
    gram_count: int


def marked_in(body: str) -> Iterator[Span]:
    """Where marked words begin and end.

    Marks that look alike at both ends frame no empty line, so that a forgotten one does not turn the rest of a comment
    into a quote. '>>> ' is a Python prompt.

    >>> list(marked_in('He said "no way" to it.'))
    [(8, 16)]
    """
    # Most texts have none, which is seen sooner so than by the pattern.
    marks = _ASCII_MARKS if body.isascii() else _MARKS
    if body.startswith("'") or any(map(body.__contains__, marks)):
        for match in _SPANS.finditer(body):
            # “X”-quests are called so.
            if len(match[0]) > 2 and not _COMPOUND.match(body, match.end()):
                yield match.start(), match.start() + len(match[0].rstrip(" \n\t"))


def is_excerpt(body: str, author_url: str | None = None) -> bool:
    """Whether a text is what a trackback shows of a page that links here.

    '[...] words of that page [...]'; 'Trackback from ...'; or a title and an excerpt, signed with the address of an
    article and not of a home.

    >>> is_excerpt("[…] as they say there […]")
    True
    >>> is_excerpt("Old markets\\n\\nThe city has three of them", "https://blog.example/2013/05/old-markets")
    True
    """
    bare = body.strip()
    is_cut = bare.startswith(_CUTS) and bare.endswith(_CUTS)
    is_titled = bool(author_url) and _TITLED.match(bare) and _ARTICLE.search(author_url)
    return is_cut or bool(is_titled) or _TRACKBACK.search(bare[-90:]) is not None


def grams_of(words: Sequence[str], length: int) -> Iterator[Gram]:
    """Every run of so many words."""
    return zip(*(words[start:] for start in range(length)), strict=False)


def marked_quotes(
    texts: Sequence[Text],
    marked: Mapping[str, Sequence[Span]],
    called: Mapping[str, Collection[str]],
) -> Iterator[Quote]:
    """Marked words that stand in an earlier text: two fifths of a long quote, three quarters of a short one.

    Compared by runs of three words, so that a quote may be shortened, re-spelt or hold '...'.

    Args:
        texts: the post and its comments in order of time.
        marked: where words are marked, by text_id.
        called: the persons that a text calls, by text_id.
    """
    quoting = {
        text.text_id: list(_marked_grams(text, marked[text.text_id])) for text in texts if marked.get(text.text_id)
    }
    own_quotes = {text_id: frozenset().union(*(m.grams for m in found)) for text_id, found in quoting.items()}
    wanted = frozenset().union(*own_quotes.values())
    if not wanted:
        return
    sources: defaultdict[Gram, list[Text]] = defaultdict(list)
    for text in texts:
        if text.kind in {"post", "comment"}:
            for gram in wanted.intersection(grams_of(text.words, 3)):
                if len(sources[gram]) < SOURCES:
                    sources[gram].append(text)
    for text in texts:
        for quote in quoting.get(text.text_id, ()):
            if source := _source_of(quote, text, sources, own_quotes, called.get(text.text_id, ())):
                yield Quote(text=text, source=source, cue_start=quote.start, cue_end=quote.end)


def _marked_grams(text: Text, spans: Sequence[Span]) -> Iterator[Marked]:
    for start, end in spans:
        # What '...' leaves out is no fault of the quote.
        grams = [gram for part in _LEFT_OUT.split(text.body[start:end]) for gram in grams_of(folded_words(part), 3)]
        if grams:
            yield Marked(start=start, end=end, grams=frozenset(grams), gram_count=len(grams))


def _source_of(
    quote: Marked,
    text: Text,
    sources: Mapping[Gram, Sequence[Text]],
    own_quotes: Mapping[str, frozenset[Gram]],
    called: Collection[str],
) -> Text | None:
    """Who said it: whoever is answered anyway, else whoever said it first without quoting it; None for the writer."""
    matched: Counter[str] = Counter()
    requoted: Counter[str] = Counter()
    holding: dict[str, Text] = {}
    for gram in quote.grams:
        for source in sources.get(gram, ()):
            if source.seq < text.seq:
                holding[source.text_id] = source
                matched[source.text_id] += 1
                requoted[source.text_id] += gram in own_quotes.get(source.text_id, ())
    # Of a long quote two fifths are enough, of a short one nearly all: three words of it stand anywhere by chance.
    least = quote.gram_count * (0.4 if quote.gram_count >= 8 else 0.75)
    fitting = [source for source in holding.values() if matched[source.text_id] >= least]
    # A short phrase that several texts use is nobody's.
    if not fitting or (quote.gram_count <= 3 and len(fitting) > 3):
        return None
    most = max(matched[source.text_id] for source in fitting)

    def preference(source: Text) -> tuple[object, ...]:
        is_own = text.person_id is not None and source.person_id == text.person_id
        is_answered = source.text_id == text.parent_id or source.person_id in called
        is_requote = requoted[source.text_id] * 2 > matched[source.text_id]
        return (not (is_answered and not is_own), is_requote, -matched[source.text_id], source.seq)

    best = min((source for source in fitting if matched[source.text_id] >= most * 0.8), key=preference)
    # Whoever repeats what he said himself quotes nobody.
    return None if text.person_id is not None and best.person_id == text.person_id else best


# Sentences and lines that a comment repeats without marking a quote: they begin with the same eight words, or are a
# line of their own of five words and more.

_SENTENCES = re.compile(r"[^.!?…\n:;]*(?:[.!?…\n:;]+|$)")
_LINES = re.compile(r"[^\n]*(?:\n+|$)")
_CODE = re.compile(r"[{}=<>|\\_/]|\(\)")
_SAID = re.compile(r"[^\W_]")

RUN = 5
"""Words by which a repeated sentence is looked for."""
MANY = 4
"""Said in more texts it is a form letter: a notice of the moderators, an advertisement."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence or line that may be repeated."""

    words: Gram
    """Its first eight, or all."""
    start: int
    end: int


def repeats(texts: Sequence[Text], marked: Mapping[str, Sequence[Span]]) -> Iterator[Quote]:
    """Sentences and lines that stand in an earlier text, each once as sentence and once as line."""
    texts = [text for text in texts if text.kind in {"post", "comment"}]
    repeating = parts_perhaps_repeated(texts, marked)
    wanted = {part.words[:RUN] for parts in repeating.values() for part in parts}
    if not wanted:
        return
    runs: dict[str, set[Gram]] = {}
    places: defaultdict[Gram, dict[str, tuple[Text, int]]] = defaultdict(dict)
    for text in texts:
        if not wanted.isdisjoint(grams_of(text.words, RUN)):
            for place, gram in enumerate(grams_of(text.words, RUN)):
                if gram in wanted:
                    places[gram].setdefault(text.text_id, (text, place))
    for text in texts:
        for part in repeating.get(text.text_id, ()):
            holding = places[part.words[:RUN]]
            if not 2 <= len(holding) <= MANY:
                continue
            earlier = takewhile(lambda found, seq=text.seq: found[0].seq < seq, holding.values())
            same = (s for s, place in earlier if tuple(s.words[place : place + len(part.words)]) == part.words)
            source = next(same, None)
            if source and source.person_id != text.person_id:
                is_copy = _is_copy(text, source, runs)
                yield Quote(text=text, source=source, cue_start=part.start, cue_end=part.end, is_copy=is_copy)


def _is_copy(text: Text, source: Text, runs: dict[str, set[Gram]]) -> bool:
    """Whether nearly all that a text says stands in another: an advertiser says nothing of his own to answer with.

    Args:
        runs: the runs of words of the texts that were asked for before, by text_id.
    """
    if source.text_id not in runs:
        runs[source.text_id] = set(grams_of(source.words, RUN))
    known = runs[source.text_id]
    copied = {place + i for place, run in enumerate(grams_of(text.words, RUN)) if run in known for i in range(RUN)}
    # Who answers a sentence does so on a line of his own; what stands behind it there is a fault of the copy.
    is_line = "\n" not in text.body.strip()
    least = 0.85 if is_line and len(text.words) >= 20 else 0.9
    return len(text.words) >= (12 if is_line else 20) and len(copied) >= least * len(text.words)


def parts_perhaps_repeated(texts: Sequence[Text], marked: Mapping[str, Sequence[Span]]) -> dict[str, list[Part]]:
    """The parts that an earlier text may hold, by text_id: all that one does, and by chance some others.

    Of each text every third word and the two behind it are kept. Wherever a part stands in it, one of the part's first
    three words is such a word; so most texts are seen to be new by looking up three runs of each part.
    """
    known: set[Gram] = set()
    found: dict[str, list[Part]] = {}
    for text in texts:
        if (
            text.kind == "comment"
            and (_has_known(text.sentences, 8, known) or _has_known(text.lines, RUN, known))
            and (parts := [p for p in parts_of(text, marked.get(text.text_id, ())) if _is_known(p.words, known)])
        ):
            found[text.text_id] = parts
        words = text.words
        known.update(zip(words[::3], words[1::3], words[2::3], strict=False))
    return found


def _has_known(parts: Sequence[Sequence[str]], least: int, known: set[Gram]) -> bool:
    """Whether a text from which `known` comes may hold one of these parts, those of so many words at least."""
    for words in parts:
        if len(words) >= least:
            one, two, three, four, five = words[:RUN]
            may_be = (one, two, three) in known or (two, three, four) in known or (three, four, five) in known
            if may_be and _is_known(tuple(words[:8]), known):
                return True
    return False


def _is_known(words: Gram, known: set[Gram]) -> bool:
    """The same of one part, of which these are the first eight words."""
    # If there are eight, that text's next run is within them, too.
    return any(
        words[start : start + 3] in known and (len(words) < 8 or words[start + 3 : start + 6] in known)
        for start in range(3)
    )


def parts_of(text: Text, marked: Sequence[Span]) -> Iterator[Part]:
    """The sentences and lines of a text outside of what it marks as a quote, which marked_quotes() reads."""
    for pattern, least in ((_SENTENCES, 8), (_LINES, RUN)):
        for match in pattern.finditer(text.body):
            part = match[0]
            # Shorter than any five words that say something; and code is no speech: two who paste it quote a third.
            if len(part) < 25 or _CODE.search(part):
                continue
            said = _SAID.search(part)
            if not said:
                continue
            start, end = match.start() + said.start(), match.start() + len(part.rstrip(" \n\t"))
            if any(start < last and end > first for first, last in marked):
                continue
            # Enough for the eight words that are compared.
            words = folded_words(part[:200])
            if len(words) >= least:
                yield Part(tuple(words[:8]), start, end)
