"""The post's authors: as the page states them for machines, else as the byline nearest to the title shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...dates.find import find_date
from .document import Document, folded
from .phrases import BY_ALONE, BY_TEXT, BYLINE_TEXT, BYLINE_WITH_DATE
from .stated import PostPage, text_value, unique
from .words import roles_of, words_of

_AUTHOR_META = (
    "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
    "article:author_name", "citation_author", "twitter:data1", "cxenseparse:author", "og:article:author",
)  # fmt: skip
_DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$", re.IGNORECASE)
_WRITTEN_BY = re.compile(r"\b(?:by|von|por|par|da|door|av|autor|author|auteur)\b", re.IGNORECASE)
_BYLINE_WORDS = frozenset("author authors autor autoren auteur auteurs autore byline fn createdby username".split())
_AUTHOR_PATH = re.compile(
    r"/(?:author|authors|autor|autoren|autores|auteur|auteurs|autore|redaktion|redakteur|journalist|people|profile)/[^/]+",
    re.IGNORECASE,
)
_MENU_WORDS = frozenset("menu nav navigation navbar".split())
_BETWEEN_NAMES = frozenset(("", ",", "&", "and", "und", "et", "y", "e", "en", "i"))
_LONGEST_NAME = 80
_LONGEST_BYLINE = 120
_LINE_SIZE = 12
"""Elements in a line about the post."""
_BESIDE = 16
"""Elements between the first and the last of several authors."""
_NO_NAME = re.compile(
    r"^(?:https?:|@|\d+$)|^(?:admin|administrator|author|editor|by|von)$"
    r"|\be-?mail\b|^(?:send|show|view|more|mehr|alle|all|zur|zum|zurück|voir|ver)\s",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"(?<=\S)\s*\([a-z0-9_.-]{2,30}\)$")
"""The name of an account behind that of a person."""
_TWO_PERSONS = re.compile(r"(?<=\w\s)(\w\S*)\s+(?:und|and|et|y|e|&)\s+(?=\w\S*\s\w)")
"""Between two names that both have a first and a last one."""


def read_authors(page: PostPage) -> tuple[str | None, str | None]:
    """Names joined by ', ', and the first one's page; None for what is not stated."""
    doc, author = page.doc, page.article.get("author")
    if stated := unique(_persons(_names_in(doc, author))) or unique(_persons(_author_metas(doc))):
        return ", ".join(stated), next(_author_urls(author), None) or _link_called(page, stated[0])
    shown, url = _shown_authors(page)
    shown = unique(_persons(shown))
    return ", ".join(shown) or None, url or (_link_called(page, shown[0]) if shown else None)


def _persons(names: Iterable[str]) -> Iterator[str]:
    """The names, those of two persons parted, names of accounts left out."""
    for name in names:
        yield from _TWO_PERSONS.sub(r"\1, ", _ACCOUNT.sub("", name)).split(", ")


def _link_called(page: PostPage, name: str) -> str | None:
    """Where the first link with that text leads, comments and the like left out."""
    for number in page.doc.with_tag.get("a", ()):
        link = page.doc.elements[number]
        if len(link.text or "") >= len(name) and folded(link.text) == name and page.is_of_post(number):
            return link.get("href")
    return None


def _names_in(doc: Document, author: object) -> Iterator[str]:
    """The names of a JSON-LD author: a text, an object, a reference to an object of the page, or a list of these."""
    for one in author if isinstance(author, list) else [author]:
        name = one
        if isinstance(one, dict):
            name = one.get("name") or next(
                (other.get("name") for other in doc.linked_data if one.get("@id") and other.get("@id") == one["@id"]),
                None,
            )
        for text in name if isinstance(name, list) else [name]:
            if (clean := text_value(text)) and not _NO_NAME.match(clean) and not _DOMAIN.match(clean):
                yield BY_TEXT.sub("", clean)


def _author_urls(author: object) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        if isinstance(one, dict) and isinstance(url := one.get("url"), str) and url.startswith("http"):
            yield url


def _author_metas(doc: Document) -> Iterator[str]:
    for name in _AUTHOR_META:
        values = [v for v in doc.meta.get(name, ()) if not _NO_NAME.match(v) and not _DOMAIN.match(v) and len(v) < 100]
        if name == "twitter:data1" and not _WRITTEN_BY.search(" ".join(doc.meta.get("twitter:label1", ()))):
            continue
        if values:
            yield from (BY_TEXT.sub("", value) for value in values)
            return


def _shown_authors(page: PostPage) -> tuple[list[str], str | None]:
    """The names in the byline nearest to the title, with the first one's link."""
    doc = page.doc
    ranked = [
        (_byline_rank(doc, number), page.distance(number), number)
        for number in _byline_places(doc)
        if page.is_of_post(number) and not _in_menu(doc, number) and _byline_name(doc, number)
    ]
    written, written_at = _written_authors(page)
    if not ranked:
        return written, None
    best, distance, first = min(ranked)
    if written and best > 0 and page.distance(written_at) < distance:
        return written, None
    # Several authors stand beside each other, each marked the same way.
    beside = sorted(
        n
        for rank, _, n in ranked
        if rank == best and abs(n - first) <= _BESIDE and doc.elements[n].tag == doc.elements[first].tag
    )
    names = unique(_byline_name(doc, n) for n in beside if not any(m < n < doc.spans[m] for m in beside))
    links = [n for n in range(first, doc.spans[first]) if doc.elements[n].tag == "a"]
    links += [n for n in doc.ancestors(first) if doc.elements[n].tag == "a"]
    return names, next((href for n in links if (href := doc.elements[n].get("href"))), None)


def _written_authors(page: PostPage) -> tuple[list[str], int]:
    """The names that the text near the title states without any mark ('by NAME on', 'By' and links), and where."""
    doc = page.doc
    for number in page.near_title(15, 60):
        element = doc.elements[number]
        if not (element.text or element.tail) or not page.is_of_post(number):
            continue
        for text in (folded(element.text), folded(element.tail)):
            if len(text) <= _LONGEST_BYLINE and (found := BYLINE_TEXT.match(text)):
                return [found[1].strip(" ,|:·–—")], number
        if doc.spans[number] - number <= _LINE_SIZE and (name := _name_beside_date(doc.text(number))):
            return [name], number
        if BY_ALONE.fullmatch(folded(element.text)):
            links = list(_listed_links(doc, number))
            names = [doc.text(link) for link in links]
            if names:
                return unique(names), number
    return [], 0


def _name_beside_date(line: str) -> str | None:
    """The name in 'Posted on DATE by NAME in CATEGORY' and the like.

    >>> _name_beside_date("Am 3. Mai 2009 um 12:13 von Ada Lund in Allgemein")
    'Ada Lund'
    """
    date = find_date(line) if len(line) <= _LONGEST_BYLINE else None
    if date is None:
        return None
    found = BYLINE_WITH_DATE.search(f"{line[: date.start()].rstrip()} {line[date.end() :].lstrip()}")
    name = found[1].strip() if found else ""
    return name if name and not any(c.isdigit() for c in name) and not _NO_NAME.match(name) else None


def _listed_links(doc: Document, label: int) -> Iterator[int]:
    """The links in or right behind a label, as far as they are listed as names are."""
    siblings = (n for n in doc.children(doc.parents[label]) if n > label)
    for number in (*doc.children(label), *siblings):
        link = doc.elements[number]
        if link.tag != "a" or find_date(doc.text(number)):
            return
        yield number
        if folded(link.tail).lower() not in _BETWEEN_NAMES:
            return


def _byline_places(doc: Document) -> set[int]:
    places = {
        *doc.with_itemprop.get("author", ()),
        *doc.with_itemprop.get("creator", ()),
        *doc.with_itemprop.get("author creator", ()),
    }
    for name in doc.class_names.holding(_BYLINE_WORDS):
        if not _BYLINE_WORDS.isdisjoint(words_of(name)):
            places.update(n for n in doc.with_class[name] if doc.spans[n] - n <= 25)
    places.update(number for number, rel in doc.rels.items() if "author" in rel)
    places.update(number for number, href in doc.hrefs.items() if _AUTHOR_PATH.search(href))
    return places


def _in_menu(doc: Document, number: int) -> bool:
    """Whether the element is part of the site's navigation."""
    return any(
        doc.elements[n].tag == "nav" or not _MENU_WORDS.isdisjoint(words_of(doc.classes[n]))
        for n in (number, *doc.ancestors(number))
        if 4 * (doc.spans[n] - n) < len(doc.elements)
    )


def _byline_rank(doc: Document, number: int) -> int:
    element = doc.elements[number]
    prop = element.get("itemprop") or ""
    if "author" in (element.get("rel") or "") or "author" in prop or "creator" in prop:
        return 0
    words = words_of(doc.classes[number])
    if not _BYLINE_WORDS.isdisjoint(words[-2:]):
        return 1
    return 2 if not _BYLINE_WORDS.isdisjoint(words) or element.tag == "a" else 3


def _byline_name(doc: Document, number: int) -> str | None:
    roles = roles_of(doc.classes[number])
    if "avatar" in roles or "drop" in roles:
        return None
    inner = [
        n
        for n in range(number + 1, doc.spans[number])
        if doc.elements[n].get("itemprop") == "name"
        or "fn" in doc.classes[n].split()
        or "author" in (doc.elements[n].get("rel") or "")
    ]
    text = doc.text(inner[0]) if inner else doc.text(number)
    if len(text) > _LONGEST_NAME:
        # A box about the author begins with the name.
        text = next(
            (doc.text(n) for n in range(number, doc.spans[number]) if doc.elements[n].tag == "a" and doc.text(n)), text
        )
    text = BY_TEXT.sub("", text)
    if date := find_date(text):
        text = text[: date.start()]
    text = re.split(r"\s[|·•–—]\s|,? (?:on|am|le|el)$", text)[0].strip(" |,·–—:")
    return text if text and len(text) <= _LONGEST_NAME and not _NO_NAME.match(text) else None
