"""Label: what stands in which place of a section's rows, judged over all rows at once.

In each row the same place holds a name that varies, the same place a time, and the largest place free text. Words that
stand in every row ('From', 'says:', 'Reply') are the template's, inside a text node too; what varies is data.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Self

from ...dates.find import AGE_TEXT, CLOCK_TEXT, find_date
from ...dates.moments import PageClock, parse_date
from ...schemas import DateMention
from .align import Path, Piece, elements_at, row_pieces
from .document import Document
from .initials import is_initials, is_short_for_names
from .items import Item
from .phrases import CONTROL_TEXT, GLUE_TEXT, PING_LABEL, name_alone
from .words import leads_to_person, roles_of, words_of

Place = tuple[Path, int]
"""A path, and which of the texts there: what stands before a date is 0, what stands behind it 1, and so on."""

_SAMPLE = 24
"""Rows that are judged."""
_NEARLY_ALL = 0.8
_LONGEST_PIECE = 200
"""Letters of a text that may hold a name; one with more is what somebody says."""
_LONGEST_NAME = 60
LINE = "|"
"""Last step of the path of a whole line."""
_INLINE = frozenset("a span b strong em i font cite small abbr time u big sup sub label bdi bdo img".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt th legend header cite".split())
_FLOW = _INLINE | frozenset("p ul ol li pre code h5 h6".split())
_LEADING_NUMBER = re.compile(r"^\W{0,2}\d{1,6}(?:\.\d+)*\b[.):]?\s+")
_NAME_TAGS = frozenset("cite b strong h3 h4 h5 h6 th dt a".split())
_MARKS = " \t:;,|·•⋅∙–—-#¶»›"
_BEFORE_DATE = re.compile(
    r"[\s,|·–—@-]{0,4}(?:\b(?:on|at|am|um|the|le|el|il|op|den|dne|dnia|em|på|à|a|в|posted|posté|publié)|於|于|@)[\s,:|·–—-]{0,4}$",
    re.IGNORECASE,
)
"""Words that join a name and the date behind it."""
_NO_NAME = re.compile(r"[\d.,:/#%+ ]+(?:[ap]\.?m\.?)?$|https?:", re.IGNORECASE)
"""Numbers, times and addresses."""
_DIGITS = re.compile(r"\d+")
_COUNTED = re.compile(r"\W{0,2}(?:nr|no)?\W{0,2}\d{1,6}\W{0,2}", re.IGNORECASE)
_SENTENCES = re.compile(r"\w\w[.!?…]\s+\w")
_FREE = 25
"""Letters from which a text counts as part of what a comment says."""
_LONGEST_DATED = 60
"""Letters up to which a text with a date in it tells about a comment and is none."""
_LEAST_SHARE = 0.7
"""Part of the free text that a place must hold, over all rows, to be the place of the text."""


@dataclass(slots=True)
class Labels:
    """Which place is what, for all rows of a section."""

    constants: frozenset[tuple[Path, str]] = frozenset()
    """Texts that nearly every row has in the same place: labels and controls."""
    about: frozenset[Path] = frozenset()
    """Places where nearly every row that has them says when it was written or which number it is."""
    initials: frozenset[Path] = frozenset()
    """Places where nearly every row that has them has the initials of the name behind, drawn where no picture is."""
    dates: tuple[Path, ...] = ()
    """Places where nearly every row has a date, that of the comment first: its author may have joined one day, too."""
    constant_texts: frozenset[str] = frozenset()
    """The same without their places."""
    author: Place | None = None
    score: float = 0.0
    """How much the place of names is like one."""
    before: tuple[str, ...] = ()
    """Words of the template before the name, in the name's place."""
    behind: tuple[str, ...] = ()
    line_words: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The same of the whole line around the name."""
    body: Path | None = None
    """The element that holds the text and nothing else; None where no element does so in most rows."""
    reasons: list[str] = field(default_factory=list)
    """Why each place is what it is, for `extract --explain`."""


@dataclass(slots=True)
class _Column:
    """What stands in one place of the rows."""

    place: Place
    cells: dict[int, str] = field(default_factory=dict)
    """Text by row."""
    repeated: int = 0
    """Rows that have the place more than once."""
    numbers: dict[int, int] = field(default_factory=dict)
    """The element by row."""
    position: list[float] = field(default_factory=list)


def label_rows(doc: Document, items: Sequence[Item]) -> Labels:
    """Labels of a section; none where one row alone leaves nothing to compare."""
    if len(items) < 2:
        return Labels()
    rows = items if len(items) <= _SAMPLE else [items[i * len(items) // _SAMPLE] for i in range(_SAMPLE)]
    pieces = [row_pieces(doc, item) for item in rows]
    constants = _constants(pieces)
    labels = Labels(constants=constants, constant_texts=frozenset(text for _, text in constants))
    labels.about = _about(pieces)
    labels.initials = _initials(pieces)
    labels.dates = _dates(pieces)
    labels.body = _body_path(doc, rows, pieces, constants)
    _label_author(doc, rows, pieces, labels)
    return labels


def _constants(pieces: list[list[Piece]]) -> frozenset[tuple[Path, str]]:
    if len(pieces) < 3:
        return frozenset()
    counts = Counter(pair for row in pieces for pair in {(piece.path, piece.text) for piece in row})
    return frozenset(pair for pair, count in counts.items() if count >= _NEARLY_ALL * len(pieces))


def _about(pieces: list[list[Piece]]) -> frozenset[Path]:
    texts: defaultdict[Path, dict[int, str]] = defaultdict(dict)
    for row, members in enumerate(pieces):
        for piece in members:
            if len(piece.text) < _LONGEST_DATED:
                texts[piece.path].setdefault(row, piece.text)
    return frozenset(
        path
        for path, cells in texts.items()
        if 2 * len(cells) >= len(pieces)
        and _NEARLY_ALL * len(cells) <= sum(_is_about(text) for text in cells.values())
        and (len(cells) == 1 or len(set(cells.values())) > 1)
    )


def _initials(pieces: list[list[Piece]]) -> frozenset[Path]:
    rows: Counter[Path] = Counter()
    shared: defaultdict[Path, Counter[Path]] = defaultdict(Counter)
    for members in pieces:
        for place, piece in enumerate(members):
            if not is_short_for_names(piece.text):
                continue
            rows[piece.path] += 1
            behind = {other.path for other in members[place + 1 :] if is_initials(piece.text, other.text)}
            shared[piece.path].update(behind)
    return frozenset(
        path
        for path, counts in shared.items()
        if 2 * rows[path] >= len(pieces) and max(counts.values(), default=0) >= _NEARLY_ALL * rows[path]
    )


def _is_about(text: str) -> bool:
    return _COUNTED.fullmatch(text) is not None or find_date(text) is not None or CLOCK_TEXT.match(text) is not None


def _dates(pieces: list[list[Piece]]) -> tuple[Path, ...]:
    columns: defaultdict[Path, dict[int, str]] = defaultdict(dict)
    for row, members in enumerate(pieces):
        for piece in members:
            if len(piece.text) < _LONGEST_DATED and find_date(piece.text) is not None:
                columns[piece.path].setdefault(row, piece.text)
    full = [path for path, cells in columns.items() if len(cells) >= _NEARLY_ALL * len(pieces)]
    if len(full) < 2:
        return tuple(full)
    moments = {path: [moment_of(text) or datetime.max for _, text in sorted(columns[path].items())] for path in full}
    return tuple(sorted(full, key=lambda path: (-_order(moments[path]), -_mean(moments[path]))))


def moment_of(text: str) -> datetime | None:
    """When a text says that something was; None where it counts back from today ('2 days ago')."""
    parsed = parse_date(DateMention(text=text), PageClock(fetched_at=None, month_first=True))
    return parsed.local if parsed is not None else None


def _order(moments: list[datetime]) -> float:
    """The share of neighbours that stand in order of time, in the direction that most of them have, in tenths."""
    pairs = list(pairwise(moments))
    later, earlier = sum(a <= b for a, b in pairs), sum(a >= b for a, b in pairs)
    return round(max(later, earlier) / (len(pairs) or 1), 1)


def _mean(moments: list[datetime]) -> float:
    return sum(moment.toordinal() for moment in moments) / len(moments)


# The place of the text


@dataclass(frozen=True, slots=True)
class _Way:
    """What the path to a text says, read once for all rows."""

    through: tuple[int, ...]
    """The elements around the text, the row's child first, each by the number of its path."""
    is_signature: bool
    is_heading: bool

    @classmethod
    def along(cls, path: Path, numbers: dict[Path, int]) -> Self:
        """Read a path; `numbers` takes the paths that have no number yet."""
        path = path[:-1] if path and path[-1].startswith("~") else path
        return cls(
            tuple(numbers.setdefault(path[:end], len(numbers)) for end in range(1, len(path) + 1)),
            any("signature" in words_of(step) for step in path),
            any(step.partition(".")[0] in _HEADINGS for step in path),
        )


def _body_path(
    doc: Document, rows: Sequence[Item], pieces: list[list[Piece]], constants: frozenset[tuple[Path, str]]
) -> Path | None:
    """The innermost element that holds most of the free text of nearly every row, once in each."""
    # Counted by numbers: to look a path up takes as long as it is deep.
    numbers: dict[Path, int] = {}
    shares: defaultdict[int, float] = defaultdict(float)
    dated: Counter[int] = Counter()
    ways: dict[Path, _Way] = {}
    telling = 0
    for row in pieces:
        letters: Counter[int] = Counter()
        whole = 0
        has_date: set[int] = set()
        said: set[int] = set()
        for piece in row:
            way = ways.get(piece.path)
            if way is None:
                way = ways[piece.path] = _Way.along(piece.path, numbers)
            if way.is_signature or (piece.path, piece.text) in constants:
                continue
            if len(piece.text) < _LONGEST_DATED and (find_date(piece.text) or AGE_TEXT.match(piece.text)):
                has_date.update(way.through)
                continue
            if way.is_heading:
                # A heading before all text is a name or a title.
                has_date.update(number for number in way.through if number not in said)
                continue
            if len(piece.text) < _FREE:
                continue
            said.update(way.through)
            for number in way.through:
                letters[number] += len(piece.text)
            whole += len(piece.text)
        if whole:
            telling += 1
            for number, count in letters.items():
                shares[number] += count / whole
        dated.update(has_date)
    if telling < 2:
        return None
    # An element with a date in most rows is more than the text.
    paths = list(numbers)
    likely = [
        paths[number]
        for number, share in shares.items()
        if share / telling >= _LEAST_SHARE and 2 * dated[number] < len(pieces)
    ]
    # A paragraph is a part of the text, even where most comments have but one.
    likely = list(dict.fromkeys(path for one in likely if (path := without_flow(one))))
    likely = [path for path in likely if 2 * dated[numbers[path]] < len(pieces)]
    once = [path for path in likely if _is_once(doc, rows, path)]
    if not once:
        return None
    best = max(shares[numbers[path]] for path in once)
    # The innermost that holds as much as any: a wrapper around name and text holds no more text than the text's own.
    return max((path for path in once if shares[numbers[path]] >= 0.97 * best), key=len)


def without_flow(path: Path) -> Path:
    """The path without the nameless elements at its end that text is made of."""
    end = len(path)
    while end and path[end - 1] in _FLOW:
        end -= 1
    return path[:end]


def _is_once(doc: Document, rows: Sequence[Item], path: Path) -> bool:
    """Whether nearly every row has exactly one element there."""
    return sum(len(elements_at(doc, item, path)) == 1 for item in rows) >= _NEARLY_ALL * len(rows)


# The place of the name


def _label_author(doc: Document, rows: Sequence[Item], pieces: list[list[Piece]], labels: Labels) -> None:
    columns = _columns(pieces, labels)
    scored = [
        (score, column)
        for column in columns.values()
        if 2 * len(column.cells) >= len(rows)  # what few rows have is never the place of their names
        and (score := _author_score(doc, rows, column)) > 0
    ]
    if not scored:
        return
    score, column = min(scored, key=lambda one: (-one[0], one[1].place))
    labels.author, labels.score = column.place, score
    labels.before, labels.behind = template_words(column.cells.values())
    if line := columns.get(((*line_of(column.place[0]), LINE), 0)):
        labels.line_words = template_words(line.cells.values())
    labels.reasons.append(f"author: {'/'.join(column.place[0])}[{column.place[1]}], {score:.1f}")


def _columns(pieces: list[list[Piece]], labels: Labels) -> dict[Place, _Column]:
    found: dict[Place, _Column] = {}
    for row, texts in enumerate(pieces):
        for place, text, number, order in _cells(texts, labels):
            column = found.setdefault(place, _Column(place))
            if row in column.cells:
                column.repeated += 1
                continue
            column.cells[row] = text
            column.numbers[row] = number
            column.position.append(order / len(texts))
    return found


def _cells(pieces: Sequence[Piece], labels: Labels) -> Iterator[tuple[Place, str, int, int]]:
    """Each short text outside the comment's own words, by itself and as part of its line, parted at dates.

    With its place, its element, and the number of its piece in the row.
    """
    body = labels.body
    lines: dict[Path, list[tuple[int, Piece]]] = {}
    for order, piece in enumerate(pieces):
        if len(piece.text) > _LONGEST_PIECE or (body is not None and _is_said_in(piece.path, body)):
            continue
        if piece.path in labels.initials:
            continue
        if (piece.path, piece.text) in labels.constants:
            if not CONTROL_TEXT.fullmatch(piece.text):
                lines.setdefault(line_of(piece.path), []).append((order, piece))
            continue
        for part, text in enumerate(parts_of(piece.text)):
            if text:
                yield (piece.path, part), text, piece.number, order
        lines.setdefault(line_of(piece.path), []).append((order, piece))
    for path, members in lines.items():
        if sum(len(piece.text) + 1 for _, piece in members) > _LONGEST_PIECE + 1:
            continue
        text = " ".join(piece.text for _, piece in members)
        order, first = members[0]
        for part, words in enumerate(parts_of(_LEADING_NUMBER.sub("", text))):
            if words:
                yield ((*path, LINE), part), words, first.number, order


def _is_said_in(path: Path, body: Path) -> bool:
    """Whether a text stands among the words of the body, not in a named block at their side."""
    return path[: len(body)] == body and all(step.lstrip("~") in _FLOW for step in path[len(body) :])


def line_of(path: Path) -> Path:
    """The path of the block that a text stands in, inline elements taken off."""
    end = len(path)
    while end and path[end - 1].lstrip("~").partition(".")[0] in _INLINE:
        end -= 1
    return path[:end]


def name_of(pieces: Sequence[Piece], labels: Labels) -> tuple[str, int] | None:
    """The name in a row by the section's labels, with its element; None where the row has none in that place."""
    if labels.author is None:
        return None
    path = labels.author[0]
    line = path if path[-1:] == (LINE,) else (*line_of(path), LINE)
    fallback: tuple[str, int] | None = None
    for place, text, number, _ in _cells(pieces, labels):
        if place == labels.author:
            name = without_template(text, (labels.before, labels.behind))
            if name:
                return name, number
        if fallback is None and place[0] == line:
            name = without_template(text, labels.line_words)
            fallback = (name, number) if name and is_like_a_name(name) else None
    return fallback


# Kept, as what a text is without its template: several columns, and then each row, ask it of the same texts.
@lru_cache(maxsize=1 << 11)
def parts_of(text: str) -> tuple[str, ...]:
    """The texts around the dates in a text, without the marks at their ends; '' where nothing stands there.

    >>> parts_of("Ann on 3 May 2019, 10:15 says:")
    ('Ann', 'says')
    """
    found: list[str] = []
    for _ in range(3):
        date = find_date(text)
        if date is None:
            break
        found.append(_bare(_BEFORE_DATE.sub("", text[: date.start()])))
        text = text[date.end() :]
    found.append(_bare(text))
    return tuple(found)


def _bare(text: str) -> str:
    """Without the marks at its ends; brackets only where they do not belong together."""
    text = text.strip(_MARKS)
    for opening, closing in ("()", "[]", "<>"):
        while text.endswith(opening) or (text.endswith(closing) and opening not in text):
            text = text[:-1].rstrip(_MARKS)
        while text.startswith(closing) or (text.startswith(opening) and closing not in text):
            text = text[1:].lstrip(_MARKS)
    return text


Words = tuple[tuple[str, ...], tuple[str, ...]]


def _author_score(doc: Document, rows: Sequence[Item], column: _Column) -> float:
    """How much a column is like one of names, above 0 where it is."""
    n = len(rows)
    words = template_words(column.cells.values())
    names = {row: without_template(text, words) for row, text in column.cells.items()}
    names = {row: name for row, name in names.items() if name}
    if not names:
        return -9.0
    like, filled = sum(map(is_like_a_name, names.values())) / len(names), len(names) / n
    if like < 0.5 or filled < 0.5:
        return -1.0
    controls = sum(CONTROL_TEXT.fullmatch(name) is not None for name in names.values()) / len(names)
    kinds = len(set(names.values()))
    if kinds > 2 and len({_DIGITS.sub("0", name) for name in names.values()}) == 1:
        return -1.0  # 'msg12', 'msg13': numbers with a word before them
    score = 4.0 * filled + 3.0 * like - 5.0 - 4.0 * controls - 2.0 * min(1.0, column.repeated / n)
    score -= 2.0 if kinds == 1 and len(names) > 2 else 0.0
    if words[0] and words[0][-1].endswith(":") and "author" in roles_of(words[0][-1].rstrip(":").lower()):
        score += 2.0  # 'Author: Ann'
    score += _marks(doc, rows, column, len(names))
    score -= 1.0 if column.place[0][-1:] == (LINE,) else 0.0
    score -= 1.0 * sum(column.position) / len(column.position)
    return score


def _marks(doc: Document, rows: Sequence[Item], column: _Column, count: int) -> float:
    """What the markup of the names says, over all rows."""
    found: Counter[str] = Counter()
    for row, number in column.numbers.items():
        signs: set[str] = set()
        for outer in (number, *doc.ancestors(number)):
            if outer in rows[row].parts or outer < rows[row].start:
                break
            tag, roles = doc.tags[outer], roles_of(doc.classes[outer])
            tokens = doc.classes[outer].split()
            if "fn" in tokens or doc.itemprops.get(outer) in ("author", "creator", "name"):
                signs.add("stated")
            if "author" in roles or tag == "cite":
                signs.add("named")
            if roles & {"drop", "badge", "likes", "number"}:
                signs.add("otherwise")
            if "date" in roles or tag == "time":
                signs.add("date")
            if tag == "a":
                href = doc.elements[outer].get("href") or ""
                rel = doc.elements[outer].get("rel") or ""
                if leads_to_person(href) or "author" in rel or "url" in tokens:
                    signs.add("profile")
                elif href.startswith("#"):
                    signs.add("here")
                elif "nofollow" in rel or "ugc" in rel:
                    signs.add("profile")
            if outer == number and tag in _NAME_TAGS:
                signs.add("emphasis")
        found.update(signs)
    weights = {
        "stated": 3.0,
        "named": 2.0,
        "profile": 1.5,
        "emphasis": 0.5,
        "otherwise": -2.0,
        "date": -1.0,
        "here": -1.0,
    }
    return sum(weight * found[sign] / count for sign, weight in weights.items())


def template_words(texts: Iterable[str]) -> Words:
    """The words that nearly all different texts begin and end with.

    >>> template_words(["From Ann", "From Bob Lee", "From Cid"])
    (('From',), ())
    """
    kinds = [text.split() for text in dict.fromkeys(texts)]
    if len(kinds) < 3:
        return (), ()
    return tuple(_common(kinds, 1)), tuple(reversed(_common(kinds, -1)))


def _common(kinds: list[list[str]], step: int) -> list[str]:
    """The words that nearly all begin (step 1) or end (step -1) with, none of them whole."""
    found: list[str] = []
    rows = [words[::step] for words in kinds]
    while True:
        following = Counter(words[len(found)] for words in rows if len(words) > len(found))
        if not following:
            return found
        [(word, count)] = following.most_common(1)
        if count < _NEARLY_ALL * len(rows):
            return found
        if len(found) + 1 == max(map(len, rows)):
            return found  # nothing would be left of any
        found.append(word)
        rows = [words for words in rows if words[: len(found)] == found]


@lru_cache(maxsize=1 << 11)
def without_template(text: str, words: Words) -> str:
    """The text without the template's words around it, and without the words that only ever introduce a name."""
    before, behind = words
    found = text.split()
    if tuple(found[: len(before)]) == before:
        found = found[len(before) :]
    if behind and tuple(found[-len(behind) :]) == behind:
        found = found[: -len(behind)]
    name = name_alone(PING_LABEL.sub("", " ".join(found)))
    name = _bare(name)
    return "" if GLUE_TEXT.match(name) else name


@lru_cache(maxsize=1 << 11)
def is_like_a_name(text: str) -> bool:
    """Whether a text could be what somebody calls himself."""
    if not 0 < len(text) <= _LONGEST_NAME or text.count(" ") > 5 or _NO_NAME.match(text):
        return False
    return any(c.isalnum() for c in text) and not _SENTENCES.search(text) and find_date(text) is None
