"""The post's title: the text that is most like a title, by what the page calls itself, where it stands and leads."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from ...addresses import join_address, path_of, split_address
from ...dates.find import find_date
from .document import Document, folded
from .notes import name_in
from .phrases import COUNT_TEXT, ONE_TEXT, SECTION_TEXT
from .stated import PostPage, first_of, leads_to_root, plain, text_value, unique
from .words import words_of

_TITLE_META = ("og:title", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "title")
_TITLE_CLASSES = frozenset(
    "entry-title post-title posttitle article-title p-name headline single-title page-title".split()
)
_TITLE_WORDS = frozenset("title titel titre titulo titolo tytul header headline heading".split())
_SITE_WORDS = frozenset("site blog weblog website logo brand branding banner masthead".split())
_TITLE_STEMS = ("title", "titel", "titre", "titulo", "titolo", "tytul", "head", "p-name")
_KICKER_WORDS = frozenset(
    "kicker roofline dachzeile overline surtitre eyebrow topline supertitle pretitle overtitle spitzmarke".split()
)
_FEED = re.compile(r"[\s»:|–-]{0,4}\b(?:(?:rss|atom|feed|[\d.]{1,9})(?:\s|$)){1,4}$", re.IGNORECASE)
"""What stands behind the site's name in the title of its feed."""
_OWN_RELS = frozenset({"bookmark", "permalink"})
_SEPARATOR = re.compile(r"\s(?:[|–—«»·•/~]+|::?|-+|>+|<+)\s|\s?[|»«|·•]\s?|:\s|\s@\s")
"""What stands between the title and the name of the site in what the page calls itself."""
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""A word; of scripts that set no blanks between words, a sign."""
_PART_OF_POST = re.compile(r"$|comment|page/|amp/?$|\d+/?$")
"""What stands behind a post's path in the addresses of its own further pages."""
_LONGEST_HEADING = 300
"""Letters of a heading that may be a title: one that was left open holds all the rest of the page."""
_MANY_SAYINGS = 12
_NEARLY_ALL = 0.8

# The weights. What the page calls itself tells most; a title among other headings is told by the rest.
_CALLED = 4.0
_IN_ADDRESS = 2.0
_LEADS_HERE = 1.5
_LEADS_AWAY = -1.5
_OF_SITE = -4.0
_NAMED_SITE = -2.0
_HOLDS_HEADING = -1.5
_NO_TITLE = -3.0
_TAGS = {"h1": 1.5, "h2": 0.5, "h3": 0.25}
_ONLY_H1 = 0.5
_NAMED_TITLE = 1.0
_NAMED_LIKE_TITLE = 0.5
_MARKED = 1.0
_BEFORE_TEXT = 1.0
_MUCH_TEXT = 400
"""Letters up to the next heading that speak as much as any more for this one being the post's."""
_MOST_BESIDE = _IN_ADDRESS + _LEADS_HERE + _BEFORE_TEXT
_SITE_HEAD = 300
"""Letters between the name of the site at the head of the page and the title below it: a menu at most."""
_LONGEST_TITLE = 4000
"""Letters that are read of what a page calls itself: nobody reads a longer title."""
_MOST_PARTS = 10
"""Parts of a title at either end among which the site's name is looked for, and how often: a title that has more is no
title, and looking at each would take the square of its length."""
_SURE = 2.5
"""What a text has to weigh to be the title although the page calls itself by another one."""


@dataclass(frozen=True, slots=True)
class _Calling:
    """One text that the page calls itself by: plain, in parts at the signs that part titles from sites, in words."""

    text: str
    ends: tuple[str, ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Page:
    """What the page says of its post and its site, all texts plain."""

    callings: tuple[_Calling, ...]
    """Without the site's name where that is known."""
    sites: frozenset[str]
    """Names of the site."""
    address: str | None
    """The post's own, as `_same` writes addresses."""
    address_words: frozenset[str]
    """The words of its last part; empty if the address is not known or has none."""


def read_headline(page: PostPage) -> tuple[str | None, int | None]:
    """The title and the element that shows it: the page's own statement where nothing shows one. None for neither."""
    doc = page.doc
    titles = unique(_without_site(title, page.sites) for title in _stated_titles(page))
    called = _Page(tuple(map(_calling, titles)), page.sites, _same(page.address), _address_words(page.address))
    best = _best(page, called, titles)
    if best is None:
        return _surest(titles, called), None
    weight, number = best
    shown = _headline_text(doc, number, titles)
    # A text unlike all that the page calls itself is its title only if much else speaks for it.
    if titles and weight < _SURE and _likeness(plain(shown), called.callings) < 0.5:
        is_site = {plain(title) for title in titles} <= _feed_names(doc)
        return (shown, number) if is_site else (_surest(titles, called), None)
    return shown, number


def names_beside(page: PostPage, title: str) -> frozenset[str]:
    """What else the page calls itself ('TITLE | NAME') and what its feeds are called, plain: names of the site."""
    doc, shown = page.doc, plain(title)
    ends = (_calling(stated).ends for stated in _stated_titles(page))
    names = {end for pair in ends if shown in pair for end in pair}
    return frozenset((names | _feed_names(doc)) - {shown})


def _feed_names(doc: Document) -> set[str]:
    """What the page's feeds are called, plain: most by the site's name."""
    feeds = (n for n in doc.with_tag.get("link", ()) if "alternate" in (doc.elements[n].get("rel") or "").lower())
    names = [_calling(_FEED.sub("", folded(doc.elements[n].get("title")))) for n in feeds]
    # 'NAME » TITLE Comments Feed'.
    return {name.text for name in names if name.text} | {name.ends[0] for name in names if name.ends}


def _best(page: PostPage, called: _Page, titles: list[str]) -> tuple[float, int] | None:
    """The candidate with the greatest weight, the first of equals; None if there is none."""
    doc = page.doc
    candidates = sorted(_candidates(page, titles))
    # What an element says of itself is read of all, the rest of those only that it can still bring to the front.
    ranked = sorted(((_own_weight(doc, called, number), -number) for number in candidates), reverse=True)
    best: tuple[float, int] | None = None
    for own_weight, minus in ranked:
        number = -minus
        if best is not None and own_weight + _MOST_BESIDE < best[0]:
            break
        weight = own_weight + _weight_beside(doc, called, number, candidates)
        if best is None or weight > best[0]:
            best = (weight, number)
    return None if best is None else _below_site(doc, called, best, candidates)


def _below_site(doc: Document, called: _Page, best: tuple[float, int], candidates: list[int]) -> tuple[float, int]:
    """The heading below the best one where the page calls itself by both ('TITLE - NAME'): the name stands on top."""
    weight, number = best
    text = plain(doc.text(number))
    others = {one for calling in called.callings if text in calling.ends for one in calling.ends} - {text}
    for other in candidates[bisect_right(candidates, number) :] if others else ():
        between = doc.letters_between(number, other) - len(text)
        if between > _SITE_HEAD:
            break
        # What is said stands below the title, not between the two.
        is_named = doc.tags[other] in _TAGS or _named(doc, other) > 0
        is_title = is_named and plain(doc.text(other)) in others
        if is_title and _letters_behind(doc, other, candidates) > between:
            return weight, other
    return best


def _calling(title: str) -> _Calling:
    text = plain(title)
    # Before the quotes that some sites part their names by are made plain.
    parts = [plain(part) for part in _SEPARATOR.split(title)]
    return _Calling(text, (parts[0], parts[-1]) if len(parts) > 1 else (), frozenset(_TOKEN.findall(text)))


def _stated_titles(page: PostPage) -> list[str]:
    """What the page calls itself for machines and in the window's title, the surest first."""
    doc = page.doc
    numbers = doc.with_tag.get("title", ())[:1]
    texts = [
        first_of(doc.meta, _TITLE_META),
        text_value(page.article.get("headline")),
        *(doc.text(number) for number in numbers),
    ]
    # Many templates escape a title twice.
    return unique(folded(html.unescape(text[:_LONGEST_TITLE])) for text in texts if text)


# -- without the site's name -------------------------------------------------------------------------------------------


def _without_site(title: str, sites: frozenset[str]) -> str | None:
    """The title without the site's name at either end; None if it is nothing else."""
    for _ in range(_MOST_PARTS):
        shorter = _shortened(title, sites)
        if shorter is None:
            break
        title = shorter
    return None if not title or plain(title) in sites else title


def _shortened(title: str, sites: frozenset[str]) -> str | None:
    """The title without one name of the site at one of its ends; None where there is none."""
    # Letters may be more in lower case, never fewer.
    longest = max(map(len, sites), default=0)
    marks = list(_SEPARATOR.finditer(title))
    for mark in marks if len(marks) <= 2 * _MOST_PARTS else (*marks[:_MOST_PARTS], *marks[-_MOST_PARTS:]):
        before, behind = title[: mark.start()].strip(), title[mark.end() :].strip()
        if len(before) <= longest and plain(before) in sites:
            return behind
        if len(behind) <= longest and plain(behind) in sites:
            return before
    return None


# -- the post's own address -------------------------------------------------------------------------------------------


def _same(address: str | None) -> str | None:
    """The address without what does not tell pages apart; None for a text that is none."""
    parts = split_address(address) if address else None
    return parts._replace(scheme="", fragment="").geturl().rstrip("/") if parts else None


def _address_words(own: str | None) -> frozenset[str]:
    """The words of the last part of the address that has some."""
    path = unquote(path_of(own or "")).lower()
    for part in reversed(path.split("/")):
        words = [word for word in re.split(r"[\W_]+", re.sub(r"\.\w{2,5}$", "", part)) if len(word) > 2]
        if len(words) > 1 and not all(word.isdecimal() for word in words):
            return frozenset(words)
    return frozenset()


def _leads(doc: Document, called: _Page, number: int) -> float:
    """What the links in and around an element say: to this page, to the first page, to another; 0 without links."""
    weight = 0.0
    outer = doc.parents[number]
    for link in (*range(number, doc.spans[number]), *([outer] if outer >= 0 else [])):
        href = doc.hrefs.get(link)
        if href is None:
            if doc.elements[link].get("href") == "":
                return _LEADS_HERE
            continue
        if not _OWN_RELS.isdisjoint(doc.rels.get(link, "").split()):
            return _LEADS_HERE
        if href.startswith("#"):
            continue
        if leads_to_root(href):
            return _OF_SITE
        if called.address is None:
            continue
        there = _same(join_address(called.address, href))
        if there is None:
            continue
        if there == called.address:
            return _LEADS_HERE
        is_above = called.address.startswith(there + "/") and not _PART_OF_POST.match(called.address[len(there) + 1 :])
        weight = _OF_SITE if is_above else min(weight, _LEADS_AWAY)
    return weight


# -- candidates and what speaks for them ------------------------------------------------------------------------------


def _candidates(page: PostPage, titles: Iterable[str]) -> set[int]:
    """Headings of the post, what is named after titles, and what says just what the page or its address calls it."""
    doc = page.doc
    found = {*doc.tagged("h1", "h2", "h3", "h4"), *doc.with_itemprop.get("headline", ())}
    for name in doc.class_names.holding(_TITLE_STEMS):
        if not _TITLE_CLASSES.isdisjoint(name.split()) or not _TITLE_WORDS.isdisjoint(words_of(name)[-1:]):
            found.update(doc.with_class[name])
    for anchor in doc.id_names.holding(_TITLE_STEMS):
        if not _TITLE_WORDS.isdisjoint(words_of(anchor)[-1:]):
            found.add(doc.with_id[anchor])
    for title in (*titles, *_parts_in_address(page.address, titles)):
        for place, number in enumerate(doc.saying(title)):
            if place == _MANY_SAYINGS:
                break
            if doc.text(number) == title:
                found.add(number)
    found -= {*doc.with_tag.get("title", ()), *doc.with_tag.get("option", ())}
    return {n for n in found if page.is_of_post(n) and 0 < doc.letters(n) <= _LONGEST_HEADING}


def _parts_in_address(address: str | None, titles: Iterable[str]) -> Iterator[str]:
    """Either end of what the page calls itself ('TITLE - Topic') of which the address has nearly every word."""
    words = _address_words(address)
    for title in titles if words else ():
        marks = list(_SEPARATOR.finditer(title, 0, _LONGEST_HEADING))
        for part in (title[: marks[0].start()], title[marks[-1].end() :]) if marks else ():
            if len(words.intersection(_TOKEN.findall(part.lower()))) >= _NEARLY_ALL * len(words):
                yield part


def _own_weight(doc: Document, called: _Page, number: int) -> float:
    """What an element's text, tag and names say of its being the post's title."""
    text = plain(doc.text(number))
    weight = _CALLED * _likeness(text, called.callings)
    weight += _TAGS.get(doc.tags[number], 0.0) + _named(doc, number)
    weight += _ONLY_H1 if doc.with_tag.get("h1") == [number] else 0.0
    weight += _MARKED if doc.itemprops.get(number) in ("headline", "name") else 0.0
    if any(doc.tags[n] in _TAGS for n in range(number + 1, doc.spans[number])):
        weight += _HOLDS_HEADING
    return weight + (_OF_SITE if text in called.sites else 0.0)


def _weight_beside(doc: Document, called: _Page, number: int, candidates: list[int]) -> float:
    """What the post's address, the element's links and the text behind it say; at most `_MOST_BESIDE`."""
    text = plain(doc.text(number))
    weight = _leads(doc, called, number)
    if called.address_words:
        weight += _IN_ADDRESS * len(called.address_words.intersection(_TOKEN.findall(text))) / len(called.address_words)
    if SECTION_TEXT.match(text) or ((date := find_date(text)) and not _says_more(text, date)):
        weight += _NO_TITLE
    return weight + _BEFORE_TEXT * min(_letters_behind(doc, number, candidates) / _MUCH_TEXT, 1.0)


def _letters_behind(doc: Document, number: int, candidates: list[int]) -> int:
    """Letters between a heading and the next candidate behind it; as many as count where there is none."""
    behind = next((n for n in candidates[bisect_right(candidates, number) :] if n >= doc.spans[number]), None)
    return _MUCH_TEXT if behind is None else max(doc.letters_between(number, behind) - doc.letters(number), 0)


def _named(doc: Document, number: int) -> float:
    """What the class and the id of an element say of its being a post's title or a site's."""
    names = (doc.classes[number], doc.elements[number].get("id") or "")
    words = {word for name in names for word in words_of(name)}
    if not _SITE_WORDS.isdisjoint(words):
        return _NAMED_SITE
    if not _TITLE_CLASSES.isdisjoint(names[0].split()):
        return _NAMED_TITLE
    return _NAMED_LIKE_TITLE if any(not _TITLE_WORDS.isdisjoint(words_of(name)[-1:]) for name in names) else 0.0


def _says_more(text: str, date: re.Match[str]) -> bool:
    """Whether a text says more than the date in it."""
    return len(_TOKEN.findall(text[: date.start()] + text[date.end() :])) > 1


def _likeness(shown: str, callings: Iterable[_Calling]) -> float:
    return max((_likeness_to(shown, calling) for calling in callings), default=0.0)


def _likeness_to(shown: str, calling: _Calling) -> float:
    """1 where the page calls itself just so, less where that says more or less than the heading; 0 to 1.

    >>> [_likeness_to("open thread", _calling(title)) for title in ("Open thread", "A blog » Open thread")]
    [1.0, 0.95]
    """
    title = calling.text
    if shown == title:
        return 1.0
    if shown in calling.ends:
        return 0.95
    if title.startswith(shown) or title.endswith(shown):
        return max(len(shown) / len(title), 0.6 if len(shown) > 3 else 0.0)
    words = frozenset(_TOKEN.findall(shown))
    common = len(words & calling.words)
    return 2 * common / (len(words) + len(calling.words)) if common else 0.0


def _surest(titles: list[str], called: _Page) -> str | None:
    """The part of what the page calls itself that is most likely the post's title."""
    if not titles:
        return None
    parts = [part.strip() for part in re.split(r"[|»«]", titles[0]) if part.strip()]
    if len(parts) < 2:
        return titles[0]
    return max(parts, key=lambda part: len(called.address_words.intersection(_TOKEN.findall(part.lower()))))


# -- the text of the headline -----------------------------------------------------------------------------------------


def _headline_text(doc: Document, titled: int, titles: Iterable[str]) -> str:
    """The heading's text without the kicker above it and the notes (date, count, author) behind it.

    A kicker is named as such or not in what the page calls itself.
    """
    kickers = [
        n for n in range(titled + 1, doc.spans[titled]) if not _KICKER_WORDS.isdisjoint(words_of(doc.classes[n]))
    ]
    shown = doc.text_without([titled], kickers)
    if not shown or shown.startswith(":"):
        # 'Politics: What happened' is one title, however it is marked up.
        return doc.text(titled)
    callings = [_calling(title) for title in titles]
    if not callings or any(calling.text.startswith(plain(shown)) for calling in callings):
        return shown
    inner = range(titled + 1, doc.spans[titled])
    shown = doc.text_within([titled], skips=lambda n: n in kickers or (n != titled and _is_note(doc.text(n)))) or shown
    parts = [folded(doc.elements[titled].text)]
    parts += [*(doc.text(n) for n in inner), *(folded(doc.elements[n].tail) for n in inner)]
    # A kicker stands before the title, a subtitle or a count of comments behind it.
    fitting = [
        part
        for part in parts
        if len(part) > 10
        and (
            shown.endswith(part)
            or (shown.startswith(part) and any(one.text.startswith(plain(part)) for one in callings))
        )
        and _likeness(plain(part), callings) >= 0.5
    ]
    headline = max(fitting, key=len, default=shown)
    # 'Politics: What happened' is one title, however it is marked up.
    before = shown.removesuffix(headline)
    return shown if before != shown and before.rstrip().endswith(":") else headline


# Kept: of elements inside each other all say the same.
@lru_cache(maxsize=1 << 8)
def _is_note(text: str) -> bool:
    """Whether a part of a heading is no words of the title: a date, a count of comments, a byline."""
    text = text.strip("()[] -–—|·,")
    if not text:
        return False
    date = find_date(text)
    if date is not None and not _says_more(text, date):
        return True
    return COUNT_TEXT.fullmatch(text) is not None or ONE_TEXT.fullmatch(text) is not None or name_in(text) is not None
