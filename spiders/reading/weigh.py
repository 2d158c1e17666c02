"""Weigh: is this group of rows the page's comments? A sum of named features, whose weights bench/weights.py fits.

A section is a table: each row has a name that varies, a time that parses, and free text; lists of teasers, months and
menus have links that lead away. What sites call things, headings, forms and the stated count are features like others.
"""

from __future__ import annotations

import csv
import io
import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import islice, pairwise
from typing import Literal

from ...dates.find import find_date, states_date
from .align import Path, pieces_of
from .document import EDGE, Document
from .find import own_dates, own_size
from .items import ID_PREFIX, Item, container_of
from .label import moment_of, parts_of
from .phrases import CONTROL_TEXT, COUNT_TEXT, SECTION_TEXT
from .signs import titled_date
from .words import (
    COMMENT_WORDS,
    LIST_WORDS,
    NOT_AN_ITEM_WORDS,
    PING_WORDS,
    Role,
    leads_to_person,
    roles_of,
    tokens_of,
    words_of,
)

_SAMPLE = 6
"""Rows of a group that are looked into."""
_MOST_PAIRS = 20
"""Neighbouring rows that are looked into for titles."""
_MOST_PIECES = 100
"""Texts and elements of a row that are looked into: a row that has more of them is half a page."""
_ASIDE_TAGS = frozenset("nav aside footer header".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_LONG_LINK = 25
"""Letters of a link from which it is a title rather than a name."""
_SHORT_TITLE = 16
"""The same of a link in a heading, where names of people are rarely longer."""
_FREE_TEXT = 15
"""Letters of a text from which it may be what a comment says."""
_LONGEST_DATE = 80
_LONGEST_NAME = 40
_BY_LINES = 0.9
"""How much rows that are found by their signature lines are like rows with a column of names."""
_NO_PATH = "\0"
_MOST_VARIED = 1.0
_NAMING = ("named around", "headed", "id of comment", "type comment", "named")
"""What speaks of comments at a group without dates."""
_NAMES_KNOWN = 3
"""Steps that tell what is called by names of comments."""
_NEAR = 600
"""Letters between the last row and a form that belongs to it."""
_LONGEST_COUNT = 40
_MOST = 0.7
"""Share of the rows that have a cell from which a column counts."""
_ANY_ID = re.compile(r"c[-_]?\d")
"""Ids like 'c12', by which some systems name comments and others any piece of content."""
_SENTENCE = re.compile(r"[.!?…。！？]|[,;:]\s")


@dataclass(slots=True)
class Page:
    """What is asked of the page once, for all its groups."""

    doc: Document
    dates: list[int]
    links: list[int]
    headings: list[tuple[int, str]]
    textareas: list[int]
    letters: int
    path: str
    """The end of the page's own address, by which links to itself are known."""

    @classmethod
    def of(cls, doc: Document, dates: list[int]) -> Page:
        headings = [(n, doc.text(n)) for n in doc.tagged(*_HEADINGS) if doc.text_ends[n] - doc.text_starts[n] < 200]
        own = (doc.url or doc.links.get("canonical") or "").partition("#")[0].rstrip("/")
        return cls(
            doc=doc,
            dates=dates,
            links=list(doc.hrefs),
            headings=headings,
            textareas=doc.with_tag.get("textarea", []),
            letters=len(doc.all_text) or 1,
            path=own.rpartition("/")[2] or _NO_PATH,
        )


Way = Literal["marks", "names", "lines", "shape"]
"""How a group was found: by its platform's declaration, by names of comments, by signature lines, by what is alike."""


def features(page: Page, items: list[Item], way: Way) -> dict[str, float]:
    """Features of a group by name; most are the share of its rows of which they are true."""
    return _merged(_steps(page, items, way))


def _merged(steps: Iterable[dict[str, float]]) -> dict[str, float]:
    return {name: value for found in steps for name, value in found.items()}


def _steps(page: Page, items: list[Item], way: Way) -> Iterator[dict[str, float]]:
    """The features, the cheap ones first, so that a group that they refuse is not asked for the dear ones."""
    doc = page.doc
    rows = _sampled(items)
    n = len(rows)
    dates = [own_dates(doc, item, page.dates) for item in rows]
    dated, dated_once = sum(d > 0 for d in dates) / n, sum(0 < d <= 2 for d in dates) / n
    yield {"no times": float(dated < 0.3), "many dates": sum(d > 4 for d in dates) / n}
    yield _place(page, items)
    names_around = _names(page, rows)
    yield names_around
    sizes = [own_size(doc, item) for item in items]
    mean = sum(sizes) / len(sizes)
    yield {
        "found by marks": float(way == "marks"),
        "found by names": float(way == "names"),
        "found by lines": float(way == "lines"),
        "one row by shape": float(way == "shape" and len(items) == 1),
        "few": float(len(items) < 4),
        "share of page": sum(sizes) / page.letters,
        "behind": doc.text_starts[items[0].start] / page.letters,
        "lengths vary": min(_MOST_VARIED, math.sqrt(sum((s - mean) ** 2 for s in sizes) / len(sizes)) / (mean or 1)),
    }
    links = _links(page, rows)
    yield links
    roles = _roles(page, rows)
    yield {"body named": roles["body"], "author named": roles["author"]}
    columns = _columns(page, rows)
    names = columns.names
    if way == "lines":
        names = max(names, _BY_LINES)  # it looks for lines that say who wrote when
    # A section is a table: free text, and beside it a name and a time.
    name = max(names, 0.9 * roles["author"], links["profiles"])
    time = max(columns.times, dated_once, roles["date"], 0.8 * dated)
    table = columns.shares["free text"] * name * time
    here = max(links["own address"], names_around["id with number"], columns.shares["controls"], roles["drop"])
    yield {
        **columns.shares,
        "column of times": columns.times,
        "no names": float(names < 0.3),
        "neither": (1 - names) * (1 - max(columns.times, dated_once)),
        "table": table,
        "table leads away": table * max(links["headings lead away"], 0.7 * links["leads away"]),
        "table here": table * here,
        "text without name": columns.shares["free text"] * (1 - name),
    }


def table_in_order(page: Page, items: list[Item]) -> float:
    """How much the rows are a table of names, texts and times that ascend, 0 to 1; nothing in it leads away.

    Answers come one after the other; listings show the newest first, and lead to what they list.
    """
    rows = _sampled(items)
    links = _links(page, rows)
    columns = _columns(page, rows)
    stays = (
        (1 - _titled(page, items))
        * (1 - links["headings lead away"])
        * (1 - links["leads away"])
        * (1 - links["linked"])
    )
    # What is said may be short, but is never twice the same.
    text = max(columns.shares["free text"], float(columns.varied > 1))
    return text * columns.names * columns.ascending * stays


def _titled(page: Page, items: list[Item]) -> float:
    """The share of the rows that have a title of their own, in them or between them and the next row."""
    pairs = list(pairwise(item.start for item in items))[:_MOST_PAIRS]
    return sum(_has_title(page, start, following) for start, following in pairs) / (len(pairs) or 1)


def titled_between(page: Page, items: list[Item]) -> float:
    """The share of rows that have a headline in or behind them, or a title between them and the next row.

    Each is then what that title heads, as the text of a post is.
    """
    spans = page.doc.spans
    pairs = list(pairwise(items))[:_MOST_PAIRS]
    return sum(
        _has_headline(page, one.start, following.start) or _has_title(page, spans[one.parts[-1]], following.start)
        for one, following in pairs
    ) / (len(pairs) or 1)


def _has_headline(page: Page, start: int, stop: int) -> bool:
    h1 = page.doc.with_tag.get("h1", [])
    return bisect_left(h1, start) < bisect_left(h1, stop)


def _has_title(page: Page, start: int, stop: int) -> bool:
    """Whether a headline, or a heading that is nothing but a link to another page and no person's, stands there."""
    if _has_headline(page, start, stop):
        return True
    doc = page.doc
    links = page.links[bisect_left(page.links, start) : bisect_left(page.links, stop)]
    return any(
        doc.tags[outer] in _HEADINGS and doc.text(outer) == doc.text(link)
        for link in links
        if "#" not in doc.hrefs[link] and not leads_to_person(doc.hrefs[link])
        for outer in islice(doc.ancestors(link), 3)
    )


def _sampled(items: list[Item]) -> list[Item]:
    """The rows that are looked into, from all over the group."""
    return items if len(items) <= _SAMPLE else [items[i * len(items) // _SAMPLE] for i in range(_SAMPLE)]


def _roles(page: Page, rows: list[Item]) -> dict[Role, float]:
    """What is named inside the rows."""
    doc = page.doc
    found: Counter[Role] = Counter()
    for item in rows:
        roles: set[Role] = set()
        for number in islice(item.own(doc), _MOST_PIECES):
            if name := doc.classes[number]:
                roles |= roles_of(name)
            tag = doc.tags[number]
            if tag in ("cite", "time"):
                roles.add("author" if tag == "cite" else "date")
        found.update(roles)
    return {role: found[role] / len(rows) for role in ("author", "date", "body", "drop")}


def _place(page: Page, items: list[Item]) -> dict[str, float]:
    doc = page.doc
    first, last = items[0].start, items[-1].parts[-1]
    container = container_of(doc, [first, last])
    around = list(islice((container, *doc.ancestors(container)), 8))
    names = [f"{doc.classes[n]} {doc.elements[n].get('id') or ''}" for n in around if doc.tags[n] != "body"]
    h1 = doc.with_tag.get("h1", [])
    place = bisect_left(page.headings, (first, ""))
    before = [text for n, text in page.headings[max(0, place - 2) : place] if n >= around[-1]]
    nearest = before[-1] if before else ""
    count = COUNT_TEXT.search(nearest)
    stated = _number_in(count) if count else ""
    if stated != str(len(items)) and _is_counted_before(page, items, page.headings[place - 1][0] if place else 0):
        # No heading by its tag, but surely one of these very rows.
        count, stated = True, str(len(items))
    form = bisect_left(page.textareas, first)
    is_near = form < len(page.textareas) and doc.text_starts[page.textareas[form]] - doc.text_ends[last] < _NEAR
    return {
        "named around": float(any(not COMMENT_WORDS.isdisjoint(words_of(name)) for name in names[:4])),
        "elsewhere": sum(bool(doc.elsewhere[item.start]) for item in items) / len(items),
        "aside": float(any(doc.tags[n] in _ASIDE_TAGS for n in around)),
        "before the headline": float(bool(h1) and last < h1[0]),
        "headlines inside": float(any(doc.inside(h, part) for h in h1 for item in items[:20] for part in item.parts)),
        "headed": float(count is not None or SECTION_TEXT.match(nearest) is not None),
        "counted": float(stated == str(len(items))),
        "form at once": float(is_near),
    }


def _number_in(count: re.Match[str]) -> str:
    return re.sub(r"\D", "", next(group for group in count.groups() if group))


def _is_counted_before(page: Page, items: list[Item], heading: int) -> bool:
    """Whether a text of its own, near before the rows and behind the last heading, counts just as many comments."""
    doc = page.doc
    first = doc.text_starts[items[0].start]
    before = doc.all_text[max(doc.text_ends[heading] if heading else 0, first - _NEAR) : first]
    if len(items) < 2 or str(len(items)) not in before:
        return False
    counts = (COUNT_TEXT.fullmatch(text.strip()) for text in before.split(EDGE) if 0 < len(text) < _LONGEST_COUNT)
    return any(_number_in(count) == str(len(items)) for count in counts if count)


def _names(page: Page, rows: list[Item]) -> dict[str, float]:
    doc, n = page.doc, len(rows)
    ids = [_id_of(doc, item) for item in rows]
    words = [set(words_of(f"{doc.classes[item.start]} {anchor}")) for item, anchor in zip(rows, ids, strict=True)]
    fields = ("author", "date", "body", "meta")
    return {
        "named": sum(not COMMENT_WORDS.isdisjoint(w) for w in words) / n,
        "named ping": sum(not PING_WORDS.isdisjoint(w) for w in words) / n,
        "named otherwise": sum(not NOT_AN_ITEM_WORDS.isdisjoint(w) for w in words) / n,
        "named list": sum(not LIST_WORDS.isdisjoint(w - {"item"}) for w in words) / n,
        # Of several neighbouring blocks each is a part, and may be named so.
        "named part": sum(
            len(item.parts) == 1 and not roles_of(doc.classes[item.start]).isdisjoint(fields) for item in rows
        )
        / n,
        "id of comment": sum(ID_PREFIX.match(anchor) is not None and not _ANY_ID.match(anchor) for anchor in ids) / n,
        "id of anything": sum(_ANY_ID.match(anchor) is not None for anchor in ids) / n,
        "id with number": sum(any(c.isdigit() for c in anchor) for anchor in ids) / n,
        "type comment": sum(item.start in doc.with_itemtype_comment for item in rows) / n,
    }


def _id_of(doc: Document, item: Item) -> str:
    """The id of the row, else the first one of its neighbouring blocks, as an anchor may stand before them."""
    return next((anchor for part in item.parts if (anchor := doc.elements[part].get("id"))), "")


def _links(page: Page, rows: list[Item]) -> dict[str, float]:
    doc, n = page.doc, len(rows)
    letters = linked = 0
    found: Counter[str] = Counter()
    for item in rows:
        letters += own_size(doc, item)
        signs: set[str] = set()
        own_id = _id_of(doc, item)
        for link in _inside(page.links, doc, item):
            size = doc.text_ends[link] - doc.text_starts[link]
            rel = doc.rels.get(link, "")
            if "nofollow" in rel or "ugc" in rel:
                signs.add("user links")
            href = doc.hrefs[link]
            before, mark, fragment = href.partition("#")
            if mark and any(c.isdigit() for c in fragment):
                is_here = not before or before.rstrip("/").endswith(page.path) or fragment == own_id
                # What stands behind the link is opened by it.
                if is_here and doc.with_id.get(fragment, link) <= link:
                    signs.add("own address")
                    continue
            if leads_to_person(href):
                signs.add("profiles")
                continue
            linked += size
            if size > _SHORT_TITLE and not mark and not href.startswith(("javascript:", "mailto:")):
                in_heading = any(_is_heading(doc, n) for n in (link, *islice(doc.ancestors(link), 3)))
                if in_heading or size > _LONG_LINK:
                    signs.add("leads away")
                    if in_heading:
                        signs.add("headings lead away")
        found.update(signs)
    names = ("user links", "own address", "profiles", "leads away", "headings lead away")
    return {"linked": linked / (letters or 1), **{name: found[name] / n for name in names}}


def _is_heading(doc: Document, number: int) -> bool:
    """Whether an element is a heading by its tag, or a title by its name."""
    return doc.tags[number] in _HEADINGS or any(
        words_of(token)[-1:] == ("title",) for token in tokens_of(doc.classes[number])
    )


def _inside(numbers: list[int], doc: Document, item: Item) -> Iterator[int]:
    for part in item.parts:
        for number in doc.among(numbers, part):
            if not any(doc.inside(number, inner) for inner in item.nested):
                yield number


@dataclass(frozen=True, slots=True)
class _Columns:
    """What stands in the same place of each row."""

    shares: dict[str, float]
    """Features by name."""
    names: float
    """How much the best column is like one of names."""
    times: float
    """How much the best column is like one of times."""
    ascending: float
    """How much its times ascend."""
    varied: int
    """Columns of other texts that differ from row to row."""


def _columns(page: Page, rows: list[Item]) -> _Columns:
    n = len(rows)
    # A name and a time may stand in the same place, as two links of one line do.
    columns: dict[tuple[tuple[str, ...], bool], dict[int, list[str]]] = {}
    stamps: dict[tuple[str, ...], dict[int, str]] = {}
    found: Counter[str] = Counter()
    for place, item in enumerate(rows):
        signs: set[str] = set()
        for piece in islice(pieces_of(page.doc, item), _MOST_PIECES):
            text = titled_date(page.doc, piece.number) or piece.text
            column = columns.setdefault((piece.path, states_date(text)), {})
            column.setdefault(place, []).append(text)
            if len(text) < _LONGEST_DATE and find_date(text) is not None:
                stamps.setdefault(piece.path, {}).setdefault(place, text)
            if _leads_through_heading(piece.path):
                signs.add("headings")
            if len(piece.text) > _FREE_TEXT:
                signs.add("free text")
                if _SENTENCE.search(piece.text):
                    signs.add("sentences")
            elif CONTROL_TEXT.fullmatch(piece.text):
                signs.add("controls")
        found.update(signs)
    names = times = 0.0
    constants = filled = various = 0
    for (_, are_times), cells in columns.items():
        texts = [cell[0] for cell in cells.values()]
        fill, kinds = len(texts) / n, len(set(texts))
        if n > 1 and kinds == 1 and fill > _MOST:
            constants += 1
            continue
        filled += fill > _MOST
        varied = (kinds - 1) / (n - 1) if n > 1 else 1.0
        dated = sum(len(text) < _LONGEST_DATE and find_date(text) is not None for text in texts) / len(texts)
        dated = 1.0 if are_times else dated
        times = max(times, fill * dated * min(1.0, 2 * varied))
        various += fill > _MOST > dated and varied > _MOST
        single = sum(len(cell) == 1 for cell in cells.values()) / len(texts)
        like = sum(map(_is_like_a_name, texts)) / len(texts)
        if dated > _MOST:
            # 'Posted by: Ann | 3 May 2019': a name stands beside the date.
            beside = sum(any(map(_is_like_a_name, parts_of(text))) for text in texts if len(text) < _LONGEST_DATE)
            names = max(names, fill * single * min(1.0, 1.5 * varied) * beside / len(texts))
        names = max(names, fill * single * (1 - dated) * min(1.0, 1.5 * varied) * like)
    shares = {name: found[name] / n for name in ("free text", "sentences", "controls", "headings")}
    counts = {"constants": min(constants, 5) / 5, "one column": float(filled < 2)}
    full = (list(cells.values()) for cells in stamps.values() if len(cells) > _MOST * n)
    return _Columns({**shares, **counts}, names, times, max(map(_ascending, full), default=0.0), various)


@lru_cache(maxsize=1 << 10)
def _leads_through_heading(path: Path) -> bool:
    return any(step.partition(".")[0] in _HEADINGS for step in path)


def _ascending(texts: list[str]) -> float:
    """How surely the times of a column ascend, as those of answers do; 0 for ages, which tell no order."""
    moments = [moment for text in texts if (moment := moment_of(text)) is not None]
    pairs = list(pairwise(moments))
    if len(moments) < 3 or len(set(moments)) == 1:
        return 0.0
    later, earlier = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
    return max(0.0, (later - earlier) / len(pairs))


def _is_like_a_name(text: str) -> bool:
    return 1 < len(text) <= _LONGEST_NAME and _has_letters_of_a_name(text)


# A piece stands in rows of many groups.
@lru_cache(maxsize=1 << 12)
def _has_letters_of_a_name(text: str) -> bool:
    if text.count(" ") > 4:
        return False
    return 3 * sum(c.isdigit() for c in text) <= len(text) and any(c.isalpha() for c in text)


@cache
def weights() -> dict[str, float]:
    """Weight of each feature, and of 'always', as bench/weights.py fitted them."""
    text = resources.files(__package__ or __name__).joinpath("weights.csv").read_text("utf-8")
    return {row["feature"]: float(row["weight"]) for row in csv.DictReader(io.StringIO(text))}


def is_worth_weighing(page: Page, items: list[Item]) -> bool:
    """Whether a group has dates, or names of comments at or around it: without either none is taken anyway."""
    return _begins_with_dates(page, items) or _is_named(_merged(islice(_steps(page, items, "shape"), _NAMES_KNOWN)))


def _begins_with_dates(page: Page, items: list[Item]) -> bool:
    rows = items[:_SAMPLE]
    return 3 * sum(own_dates(page.doc, item, page.dates) > 0 for item in rows) >= len(rows)


def _is_named(found: Mapping[str, float]) -> bool:
    return any(found[name] for name in _NAMING)


def score(page: Page, items: list[Item], way: Way, *, least: float = -math.inf) -> float:
    """How surely the group is a comment section, as the logarithm of the odds: above 0 it is.

    A group that cannot reach `least` is looked into no further; its score is any below `least`. So is one that is
    merely alike and not worth weighing.
    """
    weight, gains = weights(), _gains()
    total, possible = weight["always"], sum(gains.values())
    seen: dict[str, float] = {}
    for found in _steps(page, items, way):
        total += sum(weight.get(name, 0.0) * value for name, value in found.items())
        possible -= sum(gains.get(name, 0.0) for name in found)
        if total + possible < least:
            break
        seen |= found
        if way == "shape" and "named" in found and not (_begins_with_dates(page, items) or _is_named(seen)):
            return -math.inf
    return total


@cache
def _gains() -> dict[str, float]:
    """The most that each feature can add to a score."""
    return {
        name: max(0.0, weight) * (_MOST_VARIED if name == "lengths vary" else 1.0)
        for name, weight in weights().items()
        if name != "always"
    }


def contributions(page: Page, items: list[Item], way: Way) -> dict[str, float]:
    """What each feature adds to the score, 'always' included."""
    weight = weights()
    found = {name: weight.get(name, 0.0) * value for name, value in features(page, items, way).items()}
    return {"always": weight["always"], **found}
