"""The post's authors: as the page states them for machines, else as the byline nearest to the title shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...dates.find import find_date
from .document import Document, folded
from .notes import MAY_SIGN, is_name, name_in
from .phrases import BY_ALONE, BY_TEXT
from .stated import PostPage, plain, text_value, unique
from .words import leads_to_person, roles_of, words_of

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
_LONGEST_BYLINE = 1000
"""Letters of a block in which a name, and words around it, are looked for."""
_INLINE = frozenset("a span b strong em i cite font small abbr address".split())
_BESIDE = 16
"""Elements between the first and the last of several authors."""
_NO_NAME = re.compile(
    r"^(?:https?:|www\.|@|[\d.,\s]+$)|^\S+\.[a-z]{2,6}/|^(?:author|editor|by|von|autor|auteur|posted|published)$"
    r"|\be-?mail\b|^.*https?://|^(?:send|show|view|more|mehr|alle|all|zur|zum|zurück|voir|ver)\s",
    re.IGNORECASE,
)
_NO_STATED_NAME = re.compile(r"^(?:admin|administrator)$", re.IGNORECASE)
"""What systems state for machines where nobody set a name; a byline that shows it means it."""
_ALL_BY = re.compile(
    r"^.{0,24}\b(?:all|alle|toutes?|tous|todas|todos|tutti|tutte|wszystkie)\b.{1,30}?\b(?:by|von|par|de|del|por|di|van|przez)\s+",
    re.IGNORECASE,
)
"""What stands before the name in a link to all that an author wrote."""
_BEHIND_BY = re.compile(r"^\D{0,40}\s(?:By|Von|Par|Por|Da|Di|Door|Av|Af|De)\s+([^\W\d_]\S*(?:\s\S+){0,4})$")
_LABEL_BEHIND = re.compile(
    r"[\s,|·–—-]{0,4}\b(?:stand|last updated|updated|published|posted|veröffentlicht|aktualisiert|publié|mis à jour|"
    r"on|am|le|el)\s?:?\s?$",
    re.IGNORECASE,
)
"""The label of a date behind a name."""
_ACCOUNT = re.compile(r"(?<=\S)\s*\([a-z0-9_.-]{2,30}\)$")
"""The name of an account behind that of a person."""
_TWO_PERSONS = re.compile(r"(?<=\w\s)(\w\S*)\s+(?:und|and|et|y|e|&)\s+(?=\w\S*\s\w)")
"""Between two names that both have a first and a last one."""


def read_authors(page: PostPage) -> tuple[str | None, str | None]:
    """Names joined by ', ', and the first one's page; None for what is not stated."""
    author = page.article.get("author")
    stated = _stated_authors(page)
    if stated and plain(stated[0]) not in page.sites and (author or not _is_contradicted(page, stated)):
        return ", ".join(stated), next(_author_urls(author), None) or _link_called(page, stated[0])
    shown, url = _shown_authors(page)
    # What a page states as author may be its own name.
    shown = unique(_persons(shown))
    shown = stated if not shown or any(name.startswith(stated[0]) for name in shown if stated) else shown
    return ", ".join(shown) or None, url or (_link_called(page, shown[0]) if shown else None)


def _is_contradicted(page: PostPage, stated: list[str]) -> bool:
    """Whether the page's metas name somebody of whom it shows nothing, and marks another one as the post's author.

    As those of a theme name who made the theme.
    """
    doc = page.doc
    marked = [n for n in _byline_places(page) if _byline_rank(doc, n) == 0 and page.is_of_post(n)]
    return any(_byline_name(doc, n) for n in marked) and not any(
        page.is_of_post(n) for name in stated for n in doc.saying(name)
    )


def _stated_authors(page: PostPage) -> list[str]:
    """The names that the page states for machines; those of its data, unless its metas name more beside these."""
    in_data = unique(_persons(_names_in(page.doc, page.article.get("author"))))
    in_metas = unique(_persons(_author_metas(page.doc)))
    return in_metas if not in_data or set(in_data) < set(in_metas) else in_data


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
            if (clean := text_value(text)) and _is_stated_name(clean):
                yield BY_TEXT.sub("", clean)


def _author_urls(author: object) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        if isinstance(one, dict) and isinstance(url := one.get("url"), str) and url.startswith("http"):
            yield url


def _author_metas(doc: Document) -> Iterator[str]:
    for name in _AUTHOR_META:
        values = [v for v in doc.meta.get(name, ()) if _is_stated_name(v) and len(v) < 100]
        if name == "twitter:data1" and not _WRITTEN_BY.search(" ".join(doc.meta.get("twitter:label1", ()))):
            continue
        if values:
            yield from (BY_TEXT.sub("", value) for value in values)
            return


def _is_stated_name(text: str) -> bool:
    return not any(refused.match(text) for refused in (_NO_NAME, _NO_STATED_NAME, _DOMAIN))


def _shown_authors(page: PostPage) -> tuple[list[str], str | None]:
    """The names in the byline for which most speaks, with the first one's link."""
    doc = page.doc
    ranked = [
        (_byline_rank(doc, number), page.distance(number), number)
        for number in _byline_places(page)
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
        n for rank, _, n in ranked if rank == best and abs(n - first) <= _BESIDE and _is_called_like(doc, n, first)
    )
    names = unique(_byline_name(doc, n) for n in beside if not any(m < n < doc.spans[m] for m in beside))
    links = [n for n in range(first, doc.spans[first]) if doc.tags[n] == "a"]
    links += [n for n in doc.ancestors(first) if doc.tags[n] == "a"]
    return names, next((href for n in links if (href := doc.elements[n].get("href"))), None)


def _is_called_like(doc: Document, number: int, other: int) -> bool:
    """Whether two elements are of one tag and class: 'author-name' and 'author-title' tell of one person."""
    return doc.tags[number] == doc.tags[other] and doc.classes[number] == doc.classes[other]


def _written_authors(page: PostPage) -> tuple[list[str], int]:
    """The names that the lines about the post state without any mark ('by NAME on', 'By' and links), and where."""
    doc = page.doc
    title = None if page.titled is None else doc.text(page.titled)
    # What holds the title, too, holds the beginning of the text in some themes: its parts are asked first.
    places = [*page.near_title(15, 60), *page.near_end(40)]
    for number in sorted(places, key=lambda n: page.titled is not None and doc.inside(page.titled, n)):
        element = doc.elements[number]
        if not (element.text or element.tail) or not page.is_of_post(number):
            continue
        for line in page.lines_at(number):
            # A title may hold any word.
            beside = line.replace(title, " | ") if title else line
            name = name_in(beside) if MAY_SIGN.search(beside) else None
            if name and not _NO_NAME.match(name):
                return [name], number
        if names := _names_behind_label(doc, number):
            return names, number
    return [], 0


def _names_behind_label(doc: Document, number: int) -> list[str]:
    """The names in elements of their own behind 'By' or the like, which an element holds or is followed by."""
    element = doc.elements[number]
    if element.text and BY_ALONE.fullmatch(folded(element.text)):
        names = unique(doc.text(link) for link in _listed_links(doc, number))
        if names:
            return names
        behind = number + 1 if doc.spans[number] > number + 1 else doc.spans[number]
    elif element.tail and BY_ALONE.fullmatch(folded(element.tail)):
        behind = doc.spans[number]
    else:
        return []
    if behind >= len(doc.elements) or doc.tags[behind] not in _INLINE or find_date(doc.text(behind)):
        return []
    name = doc.text(behind)
    return [name] if is_name(name) and len(name) <= _LONGEST_NAME and not _NO_NAME.match(name) else []


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


def _byline_places(page: PostPage) -> set[int]:
    doc = page.doc
    places = {
        *doc.with_itemprop.get("author", ()),
        *doc.with_itemprop.get("creator", ()),
        *doc.with_itemprop.get("author creator", ()),
    }
    for name in doc.class_names.holding(_BYLINE_WORDS):
        if not _BYLINE_WORDS.isdisjoint(words_of(name)):
            places.update(n for n in doc.with_class[name] if doc.spans[n] - n <= 25)
    places.update(number for number, rel in doc.rels.items() if "author" in rel)
    places.update(number for number, href in doc.hrefs.items() if _AUTHOR_PATH.search(href) and _on_site(page, href))
    near = page.near_title(_BESIDE, 60)
    places.update(n for n in near if (href := doc.hrefs.get(n)) and leads_to_person(href) and _on_site(page, href))
    return places


def _on_site(page: PostPage, href: str) -> bool:
    """Whether a link stays on the page's host, as far as that is told: profiles elsewhere are anyone's."""
    host = re.match(r"(?:https?:)?//(?:www\.)?([^/]+)", href.strip(), re.IGNORECASE)
    own = re.match(r"(?:https?:)?//(?:www\.)?([^/]+)", page.address or "", re.IGNORECASE)
    # Large sites keep their authors' pages on a host beside.
    return host is None or own is None or host[1].split(".")[-2:] == own[1].split(".")[-2:]


def _in_menu(doc: Document, number: int) -> bool:
    """Whether the element is part of the site's navigation."""
    return any(
        doc.tags[n] == "nav" or not _MENU_WORDS.isdisjoint(words_of(doc.classes[n]))
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
    if len(text) > _LONGEST_NAME or not is_name(text):
        # A box about the author begins with the name.
        parts = range(number + 1, doc.spans[number])
        text = next((doc.text(n) for n in parts if is_name(doc.text(n))), text)
    text = text[:_LONGEST_BYLINE]
    if date := find_date(text):
        text = name_in(text) or _LABEL_BEHIND.sub("", text[: date.start()])
    elif MAY_SIGN.search(text):
        text = name_in(text) or text
    if behind := _BEHIND_BY.search(text):
        # 'Post author By NAME': the label is for those who hear the page.
        text = behind[1]
    text = BY_TEXT.sub("", _ALL_BY.sub("", text))
    text = re.split(r"\s[|·•–—]\s|,? (?:on|am|le|el)$", text)[0].strip(" |,·–—:→←»«")
    return text if text and len(text) <= _LONGEST_NAME and not _NO_NAME.match(text) else None
