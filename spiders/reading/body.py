"""The post's text among all that its page shows: the block that holds it, without what does not belong to it."""

from __future__ import annotations

from lxml.html import HtmlElement

from ...dates.find import find_date
from .document import Document, detach, folded
from .phrases import BYLINE_TEXT, SECTION_TEXT
from .section import Section
from .words import words_of

_NAMES = frozenset(
    "entry-content post-content article-content post-body article-body entry-body story-body e-content "
    "articlebody body-text "
    "article__body article__content post__content entry__content content-body single-content blog-content storycontent "
    "field--name-body field-name-body node__content asset-body entry-text article-text post-text journal-entry-text "
    "td-post-content gh-content entry_content post_content article_content entry post hentry".split()
)
"""Classes of blocks that hold a post's text."""
_NO_TEXT_TAGS = frozenset("form nav aside button iframe object select input textarea noscript h1".split())
_NO_TEXT_WORDS = frozenset(
    "share sharing sharedaddy shares social related relatedposts breadcrumb breadcrumbs newsletter subscribe "
    "promo advert "
    "advertisement adsbygoogle ads toc pagination navigation authorbox biography byline postmeta meta tags taglist "
    "categories printfriendly rating ratings likes widget respond teaser sponsored banner".split()
)
_MOST_STEPS = 5
_MUCH_MORE = 1.4
_SHORT = 50
"""Letters from which a text directly in a block counts as a paragraph."""
_ENOUGH = 600
"""Letters in <p> elements of one block with which the page is taken to use them for all paragraphs."""
_LEAST = 40
"""Letters in paragraphs that a page must have to have a post's text."""


def find_body(doc: Document, section: Section) -> int | None:
    """The block that holds the post's text; None if the page shows none."""
    marked = [n for n in doc.with_itemprop.get("articleBody", ()) if not doc.elsewhere[n]]
    if len(marked) == 1:
        return marked[0]
    sizes = _text_of_blocks(doc, section)
    if not sizes or max(sizes.values()) < _LEAST:
        return None
    block = _whole(doc, max(sizes, key=lambda n: (sizes[n], -n)), sizes, section)
    named = [n for n in (block, *doc.ancestors(block)) if not _NAMES.isdisjoint(doc.classes[n].lower().split())]
    return named[0] if named else block


def _whole(doc: Document, block: int, sizes: dict[int, int], section: Section) -> int:
    """The block around all parts of a post that is laid out in several: the nearest that holds much more text."""
    size = sum(letters for n, letters in sizes.items() if doc.inside(n, block))
    if not _NAMES.isdisjoint(doc.classes[block].lower().split()):
        return block
    for steps, outer in enumerate(doc.ancestors(block)):
        if steps == _MOST_STEPS or doc.elements[outer].tag in ("body", "html"):
            break
        if any(doc.inside(zone, outer) for zone in section.zones):
            break
        whole = sum(letters for n, letters in sizes.items() if doc.inside(n, outer))
        if whole >= _MUCH_MORE * size:
            block, size = outer, whole
    return block


def _text_of_blocks(doc: Document, section: Section) -> dict[int, int]:
    """Letters in the paragraphs right inside each block, outside comments and widgets."""
    sizes: dict[int, int] = {}
    for number in doc.with_tag.get("p", ()):
        if not (section.in_zone[number] or section.in_item[number] or doc.elsewhere[number]):
            parent = doc.parents[number]
            sizes[parent] = sizes.get(parent, 0) + len(doc.text(number))
    if max(sizes.values(), default=0) >= _ENOUGH:
        return sizes
    # Old pages part their paragraphs by line breaks.
    for number in doc.tagged("div", "td", "article", "section", "font"):
        element = doc.elements[number]
        if element.text is None and len(element) == 0:
            continue
        size = len(folded(" ".join([element.text or "", *(child.tail or "" for child in element)])))
        if size >= _SHORT and not (section.in_zone[number] or section.in_item[number] or doc.elsewhere[number]):
            sizes[number] = sizes.get(number, 0) + size
    return sizes


def _is_beside_text(element: HtmlElement) -> bool:
    """Whether the element is the byline or the heading of the comments, where these stand among the paragraphs."""
    text = folded(element.text)
    if not text or len(text) > _SHORT or len(element):
        return False
    if element.tag in ("h2", "h3", "h4", "h5", "h6"):
        return SECTION_TEXT.match(text) is not None
    return element.tag == "p" and BYLINE_TEXT.match(text) is not None and find_date(text) is not None


def cut_body(doc: Document, number: int) -> HtmlElement:
    """The block without controls, share bars, notes about the post and what shows other posts."""
    skipped_until = 0
    for inner in range(number + 1, doc.spans[number]):
        if inner < skipped_until:
            continue
        element = doc.elements[inner]
        if (
            element.tag in _NO_TEXT_TAGS
            or not _NO_TEXT_WORDS.isdisjoint(words_of(doc.classes[inner]))
            or _is_beside_text(element)
        ):
            skipped_until = doc.spans[inner]
            detach(element)
    return doc.elements[number]
