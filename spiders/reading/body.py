"""The post's text among all that its page shows: the block that holds it, without what does not belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml.html import HtmlElement

from ...dates.find import find_date
from .document import Document, detach, folded
from .notes import is_dateline, name_in
from .phrases import CLOSED_TEXT, COUNT_TEXT, NONE_YET_TEXT, ONE_TEXT, SECTION_TEXT
from .section import Section
from .stated import plain, section_mask
from .words import words_of

_NAMES = frozenset(
    "entry-content post-content article-content post-body article-body entry-body story-body e-content "
    "articlebody body-text "
    "article__body article__content post__content entry__content content-body single-content blog-content storycontent "
    "field--name-body field-name-body node__content asset-body entry-text article-text post-text journal-entry-text "
    "td-post-content gh-content entry_content post_content article_content".split()
)
"""Classes of blocks that hold a post's text and nothing else."""
_POST_NAMES = _NAMES | {"entry", "post", "hentry"}
"""The same, and those of blocks that hold its title, too."""
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
"""Letters in paragraphs from which a block that nothing names is taken for a post's text."""
_MOST_SHORT = 100
"""Blocks of a page without any longer text that are looked at for one that is named as a post's."""
_HEADINGS = frozenset("h2 h3 h4 h5 h6".split())
_BLANKS = 4
"""Letters between a heading and the first comment that say nothing."""
_NOTE_TAGS = frozenset(
    "p div span ul ol dl li small header footer h2 h3 h4 h5 h6 table center em i b strong font a".split()
)
_LONGEST_NOTE = 600
_NOTED_DATE = 160
"""Letters in a note about the date."""
_TITLE_SIZE = 6
"""Elements in a title; a link and marks of emphasis stand in some."""
_NOTE_SIZE = 60
"""Elements in a note about the post."""
_NOTE_TEXT = re.compile(
    r"^\W*(?:tags?|tagged|social tagging|filed (?:under|in)|posted|published|written|categor\w+|topics?|in|this "
    r"(?:entry|post) (?:was|is)|explore posts|related posts|share th\w+|share|you can (?:follow|subscribe|leave|feed)|"
    r"trackback|rss|"
    r"comments? rss|permalink|bookmark|next|previous|leave a|comment|kategorien?|schlagw\w+|veröffentlicht|abgelegt|"
    r"geschrieben|eingetragen|publié\w*|classé|catégorie\w*|mots-clés|étiquettes?|publicado|categoría\w*|etiquet\w+|"
    r"pubblicato|categori[ae]|geplaatst|opublikowan\w+|kategori\w*|метки|рубрик\w+|опубликовано|作者|分类|标签|"
    r"カテゴリー?|タグ|投稿)\b",
    re.IGNORECASE,
)
"""The beginning of a note about the post, of its tags, of ways to follow or share it."""


_NOTICES = (COUNT_TEXT, CLOSED_TEXT, NONE_YET_TEXT)


@dataclass(frozen=True, slots=True)
class Body:
    """Where the post's text stands."""

    block: int
    beside: list[int]
    """What stands in the block and is not of the text, in document order."""


def find_body(doc: Document, section: Section, others: Sequence[int] = ()) -> Body | None:
    """The block that holds the post's text; None if the page shows none.

    `others` are elements of other posts: nothing inside them is of this one.
    """
    mask = section_mask(doc, section)
    for other in others:
        mask[other : doc.spans[other]] = b"\1" * (doc.spans[other] - other)
    block = _block(doc, section, mask)
    return None if block is None else Body(block, list(_beside_text(doc, section, mask, block)))


def _block(doc: Document, section: Section, mask: bytearray) -> int | None:
    marked = [n for n in doc.with_itemprop.get("articleBody", ()) if not doc.elsewhere[n]]
    if len(marked) == 1:
        return marked[0]
    sizes = _text_of_blocks(doc, section, mask)
    if not sizes:
        return None
    longest = max(sizes, key=lambda n: (sizes[n], -n))
    if sizes[longest] < _LEAST:
        # A line of Chinese says as much as this, and the shortest post has a text where its block is named so.
        first = sorted(sizes)[:_MOST_SHORT]
        texts = (n for n in first if not any(doc.tags[o] in _NO_TEXT_TAGS for o in (n, *doc.ancestors(n))))
        return next((named for n in texts if (named := _named_around(doc, n, _NAMES)) is not None), None)
    block = _whole(doc, longest, sizes, section)
    named = _named_around(doc, block, _POST_NAMES)
    return block if named is None else named


def _named_around(doc: Document, block: int, names: frozenset[str]) -> int | None:
    """The nearest block with one of these classes around a block, which may be itself."""
    around = (block, *doc.ancestors(block))
    return next((n for n in around if not names.isdisjoint(doc.classes[n].lower().split())), None)


def _whole(doc: Document, block: int, sizes: dict[int, int], section: Section) -> int:
    """The block around all parts of a post that is laid out in several: the nearest that holds much more text."""
    size = sum(letters for n, letters in sizes.items() if doc.inside(n, block))
    if not _POST_NAMES.isdisjoint(doc.classes[block].lower().split()):
        return block
    for steps, outer in enumerate(doc.ancestors(block)):
        if steps == _MOST_STEPS or doc.tags[outer] in ("body", "html"):
            break
        if any(doc.inside(zone, outer) for zone in section.zones):
            break
        whole = sum(letters for n, letters in sizes.items() if doc.inside(n, outer))
        if whole >= _MUCH_MORE * size:
            block, size = outer, whole
    return block


def _text_of_blocks(doc: Document, section: Section, mask: bytearray) -> dict[int, int]:
    """Letters in the paragraphs right inside each block, outside comments and widgets."""
    sizes: dict[int, int] = {}
    for number in doc.with_tag.get("p", ()):
        if not (mask[number] or section.in_item[number] or doc.elsewhere[number] or doc.in_form[number]):
            parent = doc.parents[number]
            sizes[parent] = sizes.get(parent, 0) + doc.letters(number)
    if max(sizes.values(), default=0) >= _ENOUGH:
        return sizes
    # Old pages part their paragraphs by line breaks.
    for number in doc.tagged("div", "td", "article", "section", "font"):
        element = doc.elements[number]
        if element.text is None and len(element) == 0:
            continue
        size = len(folded(" ".join([element.text or "", *(child.tail or "" for child in element)])))
        if size >= _SHORT and not (
            mask[number] or section.in_item[number] or doc.elsewhere[number] or doc.in_form[number]
        ):
            sizes[number] = sizes.get(number, 0) + size
    return sizes


def _beside_text(doc: Document, section: Section, mask: bytearray, block: int) -> Iterator[int]:
    """What stands in the block and is not of the text: controls, share bars, notes, the title, the comments' section.

    The comments themselves are cut out as such.
    """
    inside = (n for n in doc.with_tag.get("p", ()) if doc.inside(n, block) and not section.in_item[n])
    paragraphs = [n for n in inside if doc.letters(n) >= _LEAST]
    first = next((n for n in paragraphs if _is_text(doc, mask, n)), block)
    last = next((n for n in reversed(paragraphs) if _is_text(doc, mask, n)), block)
    named = plain(
        " ".join([*doc.meta.get("og:title", ())[:1], *(doc.text(n) for n in doc.with_tag.get("title", ())[:1])])
    )
    number = block + 1
    while number < doc.spans[block]:
        element = doc.elements[number]
        is_title = number < first and _is_title(doc, number, named)
        begins_section = element.tag in _HEADINGS and number > last and _begins_comments(doc, section, number)
        if section.in_item[number]:
            number = doc.spans[number]
        elif begins_section:
            yield from (n for n in _rest(doc, number) if not section.in_item[n])
            number = doc.spans[doc.parents[number]]
        elif (
            mask[number]
            or is_title
            or element.tag in _NO_TEXT_TAGS
            or not _NO_TEXT_WORDS.isdisjoint(words_of(doc.classes[number]))
            or _is_beside_text(element)
            or (not number <= first < doc.spans[number] and not first < number < last and _is_note(doc, number))
        ):
            yield number
            number = doc.spans[number]
        else:
            number += 1


def _is_text(doc: Document, mask: bytearray, paragraph: int) -> bool:
    return not (mask[paragraph] or _is_note(doc, paragraph))


def _is_title(doc: Document, number: int, named: str) -> bool:
    """Whether an element before the text says what the page calls itself, or a part of that."""
    text = doc.text(number)
    is_small = doc.spans[number] - number <= _TITLE_SIZE and 0 < len(text) <= len(named)
    return is_small and doc.tags[number] in _NOTE_TAGS and plain(text) in named


def _rest(doc: Document, number: int) -> Iterator[int]:
    """The element and its later siblings."""
    return (n for n in doc.children(doc.parents[number]) if n >= number)


def _begins_comments(doc: Document, section: Section, heading: int) -> bool:
    """Whether a heading behind the text speaks of the comments, or has nothing but them below it."""
    text = doc.text(heading)
    if any(pattern.match(text) for pattern in (SECTION_TEXT, COUNT_TEXT, ONE_TEXT)):
        return True
    first = section.items[0].start if section.items else heading
    return first > heading and doc.letters_between(heading, first) - len(text) <= _BLANKS


def _is_note(doc: Document, number: int) -> bool:
    """Whether an element before or behind the text says something about the post: when, by whom, under which terms."""
    element = doc.elements[number]
    if element.tag not in _NOTE_TAGS or doc.spans[number] - number > _NOTE_SIZE:
        return False
    text = doc.text(number)
    if len(text) > _LONGEST_NOTE:
        return False
    date = find_date(text)
    has_link = any(n in doc.hrefs for n in range(number, doc.spans[number]))
    if (has_link or date is not None or len(text) <= _SHORT) and _NOTE_TEXT.match(text):
        return True
    if has_link and any(doc.rels.get(n) for n in range(number, doc.spans[number])) and _only_terms(doc, number):
        return True
    if date is not None and is_dateline(text, date) and (has_link or len(text) <= _NOTED_DATE):
        return True
    if len(text) > _SHORT:
        return False
    return name_in(text) is not None or any(note.match(text) for note in _NOTICES)


def _only_terms(doc: Document, number: int) -> bool:
    """Whether an element holds hardly more than links to the post's terms, author or neighbours."""
    links = [n for n in range(number, doc.spans[number]) if doc.rels.get(n)]
    return doc.letters(number) - sum(doc.letters(n) for n in links) <= _SHORT


def _is_beside_text(element: HtmlElement) -> bool:
    """Whether the element is the byline or the heading of the comments, where these stand among the paragraphs."""
    text = folded(element.text)
    if not text or len(text) > _SHORT or len(element):
        return False
    if element.tag in ("h2", "h3", "h4", "h5", "h6"):
        return SECTION_TEXT.match(text) is not None
    return element.tag == "p" and find_date(text) is not None and name_in(text) is not None


def cut_body(doc: Document, body: Body) -> HtmlElement:
    """A copy of the block without what is not of the text: the page's links are still to be read from its tree."""
    block = doc.elements[body.block]
    whole = deepcopy(block)
    copies = dict(zip(block.iter(), whole.iter(), strict=True))
    for number in body.beside:
        if (copied := copies.get(doc.elements[number])) is not None:
            detach(copied)
    return whole
