"""The post of a page: what the page shows first, what it states for machines beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from ...schemas import DateMention, PagePost
from .document import Document, folded

from .section import Section
from .vocabulary import BY_ALONE, BY_TEXT, BYLINE_TEXT, DATE_TEXT, PUBLISHED_TEXT, roles_of, words_of

_ARTICLE_TYPES = frozenset(
    "Article BlogPosting NewsArticle Report ReportageNewsArticle TechArticle ScholarlyArticle OpinionNewsArticle "
    "AnalysisNewsArticle LiveBlogPosting SocialMediaPosting Recipe PodcastEpisode ReviewNewsArticle".split()
)
_TITLE_META = ("og:title", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "title")
_AUTHOR_META = (
    "author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
    "article:author_name", "citation_author", "twitter:data1", "cxenseparse:author", "og:article:author",
)  # fmt: skip
_DATE_META = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "article.published",
    "citation_publication_date", "cxenseparse:recs:publishtime", "originalpublicationdate", "og:published_time", "published_at",
)  # fmt: skip
_MODIFIED_META = ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified")
_TITLE_CLASSES = frozenset(
    "entry-title post-title posttitle article-title p-name headline single-title page-title".split()
)
_NAME_SEPARATOR = re.compile(r"\s+[|·»«–—:-]\s+|\s*[|»·]\s*")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?:/(0?[1-9]|[12]\d|3[01]))?/")
_TITLE_WORDS = frozenset("title titel titre header headline".split())
_DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}$", re.IGNORECASE)
_WRITTEN_BY = re.compile(r"\b(?:by|von|por|par|da|door|av|autor|author|auteur)\b", re.IGNORECASE)
_BYLINE_WORDS = frozenset("author authors autor autoren auteur auteurs autore byline fn createdby username".split())
_AUTHOR_PATH = re.compile(
    r"/(?:author|authors|autor|autoren|autores|auteur|auteurs|autore|redaktion|redakteur|journalist|people|profile)/[^/]+",
    re.IGNORECASE,
)
_KICKER_WORDS = frozenset(
    "kicker roofline dachzeile overline surtitre eyebrow topline supertitle pretitle overtitle spitzmarke".split()
)
_MENU_WORDS = frozenset("menu nav navigation navbar".split())
_LONGEST_NAME = 80
_LONGEST_BYLINE = 120
_BESIDE = 16
"""Elements between the first and the last of several authors."""
_NO_NAME = re.compile(r"^(?:https?:|@|\d+$)|^(?:admin|administrator|author|editor|by|von)$", re.IGNORECASE)


def read_post(doc: Document, section: Section) -> PagePost:
    """The page's post without its body, stated count and openness; fields that it does not state are None."""
    article = _article_data(doc)
    titled = _title_element(doc, section)
    author, author_url = _author(doc, section, article, titled)
    return PagePost(
        url=doc.links.get("canonical") or _first(doc.meta, ("og:url",)),
        native_id=_native_id(doc),
        title=_title(doc, article, titled),
        author_name=author,
        author_url=author_url,
        published=_published(doc, section, article, titled),
        modified=_modified(doc, article),
        categories=_rel_texts(doc, section, "category") or _unique(doc.meta.get("article:section", ())),
        tags=_tags(doc, section),
        lang=_lang(doc, article),
    )


def _first(values: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((values[name][0] for name in names if values.get(name)), None)


def _unique(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _article_data(doc: Document) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article; empty if there is none."""
    for data in doc.linked_data:
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and kind in _ARTICLE_TYPES for kind in kinds):
            return data
    return {}


_POST_CLASS = re.compile(r"(?:^|\s)(?:postid|post|page-id|node)-(\d+)(?=\s|$)")


def _native_id(doc: Document) -> str | None:
    body = doc.with_tag.get("body", ())
    for number in body:
        if found := re.search(r"(?:^|\s)(?:postid|page-id|page-node|node)-(\d+)(?=\s|$)", doc.classes[number]):
            return found[1]
    for number in doc.tagged("article", "div"):
        anchor = doc.elements[number].get("id") or ""
        if found := re.fullmatch(r"post-(\d+)", anchor):
            return found[1]
    for number in doc.with_tag.get("input", ()):
        if doc.elements[number].get("name") == "comment_post_ID":
            value = doc.elements[number].get("value") or ""
            return value if value.isdecimal() else None
    return None


def _title_element(doc: Document, section: Section) -> int | None:
    """The heading that shows the post's title: the one most like what the page calls itself."""
    called = [folded(text).lower() for text in (_first(doc.meta, _TITLE_META), _page_title(doc)) if text]
    best: tuple[float, int] | None = None
    candidates = {*doc.tagged("h1", "h2"), *(n for n in doc.with_itemprop.get("headline", ()))}
    for name, numbers in doc.with_class.items():
        if not _TITLE_CLASSES.isdisjoint(name.split()):
            candidates.update(numbers)
    candidates.update(n for n in doc.tagged("h3", "h4") if not _TITLE_WORDS.isdisjoint(words_of(doc.classes[n])))
    for number in sorted(candidates):
        text = doc.text(number).lower()
        if not text or len(text) > 300 or section.holds(doc, number) or doc.is_elsewhere(number):
            continue
        tag = doc.elements[number].tag
        score = 1.0 if tag == "h1" else 0.0
        score += 1.0 if not _TITLE_CLASSES.isdisjoint(doc.classes[number].split()) else 0.0
        score += 1.0 if doc.elements[number].get("itemprop") in ("headline", "name") else 0.0
        score -= 2.0 if _leads_home(doc, number) else 0.0
        likeness = max((_likeness(text, name) for name in called), default=0.0)
        score += 4.0 * likeness
        if likeness < 0.3 and tag != "h1" and score < 1.0:
            continue
        if best is None or score > best[0]:
            best = (score, number)
    return best[1] if best else None


def _leads_home(doc: Document, number: int) -> bool:
    """Whether the element holds a link to the site's first page, as the site's name does."""
    for inner in range(number, doc.spans[number]):
        href = doc.elements[inner].get("href")
        if href is not None and urlsplit(href.strip()).path in ("", "/") and "#" not in href:
            return True
    return False


def _likeness(shown: str, called: str) -> float:
    """1 where the page's name starts with the heading, else the share of the name's words that the heading has."""
    if called == shown:
        return 1.0
    if called.startswith(shown) and len(shown) > 3:
        return max(len(shown) / len(called), 0.5)
    if called.endswith(shown):
        return len(shown) / len(called)
    words = set(called.split())
    return len(words & set(shown.split())) / max(len(words), 1)


def _page_title(doc: Document) -> str | None:
    numbers = doc.with_tag.get("title", ())
    return doc.text(numbers[0]) or None if numbers else None


def _title(doc: Document, article: dict[str, Any], titled: int | None) -> str | None:
    stated = _first(doc.meta, _TITLE_META) or _text(article.get("headline")) or _page_title(doc)
    if titled is not None:
        shown = _headline_text(doc, titled, stated)
        if stated is None or _likeness(shown.lower(), folded(stated).lower()) >= 0.5:
            return shown
        # A heading unlike all that the page calls itself is the site's name rather than the post's.
        if doc.elements[titled].tag != "h1" or _is_site_name(doc, shown):
            return _without_site_name(doc, stated)
        return shown
    return _without_site_name(doc, stated) if stated else None


def _headline_text(doc: Document, titled: int, stated: str | None) -> str:
    """The heading's text without the kicker above it: named as such, or not in what the page calls itself."""
    kickers = [
        n for n in range(titled + 1, doc.spans[titled]) if not _KICKER_WORDS.isdisjoint(words_of(doc.classes[n]))
    ]
    shown = doc.text_within([titled], skips=kickers.__contains__) or doc.text(titled)
    called = folded(stated).lower()
    if not called or called.startswith(shown.lower()):
        return shown
    inner = range(titled + 1, doc.spans[titled])
    parts = [*(doc.text(n) for n in inner), *(folded(doc.elements[n].tail) for n in inner)]
    fitting = [
        part for part in parts if len(part) > 10 and shown.endswith(part) and _likeness(part.lower(), called) >= 0.5
    ]
    headline = max(fitting, key=len, default=shown)
    # 'Politics: What happened' is one title, however it is marked up.
    return shown if shown.removesuffix(headline).rstrip().endswith(":") else headline


def _is_site_name(doc: Document, text: str) -> bool:
    site = _first(doc.meta, ("og:site_name", "application-name"))
    return site is not None and text.lower() == site.lower()


def _without_site_name(doc: Document, title: str) -> str:
    """'Title - Site' without the site, where the page names the site or a bar stands before it."""
    site = _first(doc.meta, ("og:site_name", "application-name"))
    if site:
        for separator in (" - ", " – ", " — ", " | ", " « ", " » ", ": "):
            title = title.removesuffix(f"{separator}{site}").removeprefix(f"{site}{separator}")
    return title.split(" | ")[0].strip() or title


def _text(value: Any) -> str | None:
    return folded(value) or None if isinstance(value, str) else None


def _author(
    doc: Document, section: Section, article: dict[str, Any], titled: int | None
) -> tuple[str | None, str | None]:
    """Names joined by ', ' and the first one's page."""
    shown, shown_url = _shown_authors(doc, section, titled)
    stated = _unique(_names_in(doc, article.get("author"))) or _unique(_author_metas(doc))
    if stated and not set(stated) < set(shown):
        return ", ".join(stated), next(_author_urls(article.get("author")), None) or shown_url
    return ", ".join(shown) or None, shown_url


def _names_in(doc: Document, author: Any) -> Iterator[str]:
    """The names of a JSON-LD author: a text, an object, a reference to an object of the page, or a list of these."""
    for one in author if isinstance(author, list) else [author]:
        name = one
        if isinstance(one, dict):
            name = one.get("name") or next(
                (other.get("name") for other in doc.linked_data if one.get("@id") and other.get("@id") == one["@id"]),
                None,
            )
        for text in name if isinstance(name, list) else [name]:
            if (clean := _text(text)) and not _NO_NAME.match(clean) and not _DOMAIN.match(clean):
                yield BY_TEXT.sub("", clean)


def _author_urls(author: Any) -> Iterator[str]:
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


def _shown_authors(doc: Document, section: Section, titled: int | None) -> tuple[list[str], str | None]:
    """The names in the byline nearest to the title, with the first one's link."""
    ranked: list[tuple[int, int, int]] = []
    for number in _byline_places(doc):
        if (
            section.holds(doc, number)
            or section.in_item(doc, number)
            or doc.is_elsewhere(number)
            or _in_menu(doc, number)
        ):
            continue
        if _byline_name(doc, number):
            distance = abs(number - titled) if titled is not None else number
            ranked.append((_byline_rank(doc, number), distance, number))
    if not ranked:
        return _written_authors(doc, section, titled)[0], None
    best, distance, first = min(ranked)
    written, written_at = _written_authors(doc, section, titled)
    if written and best > 0 and titled is not None and abs(written_at - titled) < distance:
        return written, None
    # Several authors stand beside each other, each marked the same way.
    beside = sorted(
        n
        for rank, _, n in ranked
        if rank == best and abs(n - first) <= _BESIDE and doc.elements[n].tag == doc.elements[first].tag
    )
    names = _unique(_byline_name(doc, n) for n in beside if not any(m < n < doc.spans[m] for m in beside))
    links = [n for n in range(first, doc.spans[first]) if doc.elements[n].tag == "a"]
    links += [n for n in doc.ancestors(first) if doc.elements[n].tag == "a"]
    return names, next((href for n in links if (href := doc.elements[n].get("href"))), None)


def _written_authors(doc: Document, section: Section, titled: int | None) -> tuple[list[str], int]:
    """The names that the text near the title states without any mark ('by NAME on', 'By' and links), and where."""
    if titled is None:
        return [], 0
    for number in range(max(titled - 15, 0), min(titled + 60, len(doc.elements))):
        if not _is_of_post(doc, section, number):
            continue
        element = doc.elements[number]
        for text in (folded(element.text), folded(element.tail)):
            if len(text) <= _LONGEST_BYLINE and (found := BYLINE_TEXT.match(text)):
                return [found[1].strip(" ,|:·–—")], number
        if BY_ALONE.fullmatch(folded(element.text)):
            names = [doc.text(n) for n in doc.children(number) if doc.elements[n].tag == "a"]
            after = doc.spans[number]
            while not names or after < doc.spans[doc.parents[number]]:
                if (
                    after >= len(doc.elements)
                    or doc.elements[after].tag != "a"
                    or doc.parents[after] != doc.parents[number]
                ):
                    break
                if DATE_TEXT.search(doc.text(after)):
                    break
                names.append(doc.text(after))
                after = doc.spans[after]
            if names:
                return _unique(names), number
    return [], 0


def _is_of_post(doc: Document, section: Section, number: int) -> bool:
    """Whether what stands there may be about the post: not in a comment, a form, a widget or a review."""
    if section.holds(doc, number) or section.in_item(doc, number) or doc.is_elsewhere(number) or doc.is_in_form(number):
        return False
    return not any(doc.inside(number, outer) for outer in doc.with_itemtype_review)


def _byline_places(doc: Document) -> set[int]:
    places = {
        *doc.with_itemprop.get("author", ()),
        *doc.with_itemprop.get("creator", ()),
        *doc.with_itemprop.get("author creator", ()),
    }
    for name, numbers in doc.with_class.items():
        if not _BYLINE_WORDS.isdisjoint(words_of(name)):
            places.update(n for n in numbers if doc.spans[n] - n <= 25)
    for number in doc.with_tag.get("a", ()):
        element = doc.elements[number]
        if "author" in (element.get("rel") or "") or _AUTHOR_PATH.search(element.get("href") or ""):
            places.add(number)
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
    if date := DATE_TEXT.search(text):
        text = text[: date.start()]
    text = re.split(r"\s[|·•–—]\s|,? (?:on|am|le|el)$", text)[0].strip(" |,·–—:")
    return text if text and len(text) <= _LONGEST_NAME and not _NO_NAME.match(text) else None


def _published(doc: Document, section: Section, article: dict[str, Any], titled: int | None) -> DateMention | None:
    machine = _text(article.get("datePublished")) or _first(doc.meta, _DATE_META)
    shown = _shown_date(doc, section, titled)
    if machine is None and shown is not None:
        return shown
    if machine is None:
        url = doc.url or doc.links.get("canonical") or ""
        found = _URL_DATE.search(urlsplit(url).path)
        if found:
            return DateMention(machine="-".join(part.zfill(2) for part in found.groups() if part))
        return _labelled_date(doc, section)
    return DateMention(machine=machine)


def _shown_date(doc: Document, section: Section, titled: int | None) -> DateMention | None:
    """The date shown nearest to the title, with its machine-readable twin."""
    ranked: list[tuple[int, int, int]] = []
    for number in _date_places(doc):
        if not _is_of_post(doc, section, number):
            continue
        element = doc.elements[number]
        has_machine = bool(element.get("datetime") or element.get("content"))
        if not has_machine and not DATE_TEXT.search(doc.text(number)):
            continue
        words = words_of(doc.classes[number])
        prop = element.get("itemprop") or ""
        if "updated" in words and "published" not in words or prop == "dateModified" or "modified" in words:
            continue
        rank = 0 if prop == "datePublished" or "published" in words or "pubdate" in element.attrib else 1
        if titled is not None and abs(number - titled) > 120:
            rank += 2
        ranked.append((rank, abs(number - titled) if titled is not None else number, number))
    near, near_at = _date_near_title(doc, section, titled)
    if not ranked or (near is not None and titled is not None and min(ranked)[0] > 0 and abs(near_at - titled) < min(ranked)[1]):
        return near
    element = doc.elements[min(ranked)[2]]
    text = doc.text(min(ranked)[2])
    found = DATE_TEXT.search(text)
    title = element.get("title")
    machine = (
        element.get("datetime")
        or element.get("content")
        or (title if title and re.match(r"\d{4}-\d\d", title) else None)
    )
    return DateMention(text=found[0].strip() if found else (text or None), machine=folded(machine) or None)


def _date_places(doc: Document) -> set[int]:
    places = {*doc.with_tag.get("time", ()), *doc.with_itemprop.get("datePublished", ()), *doc.with_tag.get("abbr", ())}
    for name, numbers in doc.with_class.items():
        if "date" in roles_of(name) or "meta" in roles_of(name):
            places.update(n for n in numbers if doc.spans[n] - n <= 25)
    return places


def _date_near_title(doc: Document, section: Section, titled: int | None) -> tuple[DateMention | None, int]:
    """A date in the text right before or behind the title, and where it stands."""
    if titled is None:
        return None, 0
    for number in range(max(titled - 12, 0), min(titled + 25, len(doc.elements))):
        if not _is_of_post(doc, section, number):
            continue
        element = doc.elements[number]
        for text in (element.text, element.tail):
            short = folded(text)
            if (
                6 <= len(short) <= 100
                and (found := DATE_TEXT.search(short))
                and re.search(r"\d{4}|\d\.\d\d?\.\d\d", found[0])
            ):
                return DateMention(text=found[0].strip()), number
    return None, 0


def _labelled_date(doc: Document, section: Section) -> DateMention | None:
    """A date behind a word for publishing, anywhere outside the comments."""
    for number, element in enumerate(doc.elements):
        if (
            element.text
            and len(element.text) < _LONGEST_BYLINE
            and (found := PUBLISHED_TEXT.match(folded(element.text)))
        ):
            date = DATE_TEXT.search(element.text, found.end())
            if date and not section.holds(doc, number) and not doc.is_elsewhere(number):
                return DateMention(text=date[0].strip())
    return None


def _modified(doc: Document, article: dict[str, Any]) -> DateMention | None:
    machine = _text(article.get("dateModified")) or _first(doc.meta, _MODIFIED_META)
    if machine is None:
        for number in doc.with_itemprop.get("dateModified", ()):
            element = doc.elements[number]
            machine = element.get("datetime") or element.get("content")
            break
    return DateMention(machine=machine) if machine else None


def _rel_texts(doc: Document, section: Section, word: str) -> list[str]:
    found = []
    for number in doc.with_tag.get("a", ()):
        rel = doc.elements[number].get("rel")
        if rel and word in rel.split() and not doc.is_elsewhere(number) and not section.holds(doc, number):
            found.append(doc.text(number))
    return _unique(found)


def _tags(doc: Document, section: Section) -> list[str]:
    shown = [
        doc.text(n)
        for n in doc.with_tag.get("a", ())
        if "tag" in (rel := (doc.elements[n].get("rel") or "").split()) and "category" not in rel
        and not doc.is_elsewhere(n) and not section.holds(doc, n)
    ]  # fmt: skip
    return _unique(shown) or _unique(doc.meta.get("article:tag", ()))


def _lang(doc: Document, article: dict[str, Any]) -> str | None:
    stated = (
        doc.root.get("lang") or doc.root.get("{http://www.w3.org/XML/1998/namespace}lang") or doc.root.get("xml:lang")
    )
    stated = (
        stated or _text(article.get("inLanguage")) or _first(doc.meta, ("content-language", "dc.language", "og:locale"))
    )
    return folded(stated).replace("_", "-") or None if stated else None
