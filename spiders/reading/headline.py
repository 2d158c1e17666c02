"""The post's title: the heading that is most like what the page calls itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .document import Document, folded
from .stated import PostPage, first_of, text_value
from .words import words_of

_TITLE_META = ("og:title", "twitter:title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title", "title")
_TITLE_CLASSES = frozenset(
    "entry-title post-title posttitle article-title p-name headline single-title page-title".split()
)
_TITLE_WORDS = frozenset("title titel titre header headline".split())
_KICKER_WORDS = frozenset(
    "kicker roofline dachzeile overline surtitre eyebrow topline supertitle pretitle overtitle spitzmarke".split()
)

_PART_OF_POST = re.compile(r"$|comment|page/|amp/?$|\d+/?$")
"""What stands behind a post's path in the addresses of its own further pages."""


def title_element(page: PostPage) -> int | None:
    """The heading that shows the post's title: the one most like what the page calls itself."""
    doc = page.doc
    called = [folded(text).lower() for text in (first_of(doc.meta, _TITLE_META), _page_title(doc)) if text]
    best: tuple[float, int] | None = None
    candidates = {*doc.tagged("h1", "h2"), *(n for n in doc.with_itemprop.get("headline", ()))}
    for name, numbers in doc.with_class.items():
        if not _TITLE_CLASSES.isdisjoint(name.split()):
            candidates.update(numbers)
    candidates.update(n for n in doc.tagged("h3", "h4") if not _TITLE_WORDS.isdisjoint(words_of(doc.classes[n])))
    for number in sorted(candidates):
        text = doc.text(number).lower()
        if not text or len(text) > 300 or not page.is_of_post(number):
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
    """Whether the element holds a link to the site's first page or a folder above the post, as a blog's name does."""
    own = urlsplit(doc.url or doc.links.get("canonical") or "").path
    for inner in range(number, doc.spans[number]):
        href = doc.elements[inner].get("href")
        if href is None or "#" in href:
            continue
        path = urlsplit(href.strip()).path
        if path in ("", "/") or (
            path.endswith("/") and own.startswith(path) and not _PART_OF_POST.match(own[len(path) :])
        ):
            return True
    return False


def _likeness(shown: str, called: str) -> float:
    """1 where the page's name starts with the heading, else the share of the name's words that the heading has."""
    if called == shown:
        return 1.0
    if called.startswith(shown) and len(shown) > 3:
        return max(len(shown) / len(called), 0.6)
    if called.endswith(shown):
        return len(shown) / len(called)
    words = set(called.split())
    return len(words & set(shown.split())) / max(len(words), 1)


def _page_title(doc: Document) -> str | None:
    numbers = doc.with_tag.get("title", ())
    return doc.text(numbers[0]) or None if numbers else None


def read_title(page: PostPage) -> str | None:
    """The title as shown, without a kicker; as the page states it where it shows none. None if it does neither."""
    doc, titled = page.doc, page.titled
    stated = first_of(doc.meta, _TITLE_META) or text_value(page.article.get("headline")) or _page_title(doc)
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
    shown = doc.text_within([titled], skips=kickers.__contains__)
    if not shown or shown.startswith(":"):
        # 'Politics: What happened' is one title, however it is marked up.
        return doc.text(titled)
    called = folded(stated).lower()
    if not called or called.startswith(shown.lower()):
        return shown
    inner = range(titled + 1, doc.spans[titled])
    parts = [folded(doc.elements[titled].text)]
    parts += [*(doc.text(n) for n in inner), *(folded(doc.elements[n].tail) for n in inner)]
    # A kicker stands before the title, a subtitle or a count of comments behind it.
    fitting = [
        part
        for part in parts
        if len(part) > 10
        and (shown.endswith(part) or (shown.startswith(part) and called.startswith(part.lower())))
        and _likeness(part.lower(), called) >= 0.5
    ]
    headline = max(fitting, key=len, default=shown)
    # 'Politics: What happened' is one title, however it is marked up.
    return shown if shown.removesuffix(headline).rstrip().endswith(":") else headline


def _is_site_name(doc: Document, text: str) -> bool:
    site = first_of(doc.meta, ("og:site_name", "application-name"))
    return site is not None and text.lower() == site.lower()


def _without_site_name(doc: Document, title: str) -> str:
    """'Title - Site' without the site, where the page names the site or a bar stands before it."""
    site = first_of(doc.meta, ("og:site_name", "application-name"))
    if site:
        for separator in (" - ", " – ", " — ", " | ", " « ", " » ", ": "):
            title = title.removesuffix(f"{separator}{site}").removeprefix(f"{site}{separator}")
    return title.split(" | ")[0].strip() or title
