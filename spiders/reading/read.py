"""Read: the rows of a section as comments, each with its fields; `thread` finds parents, `cut` takes the texts out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from ...dates.find import states_date
from ...schemas import CommentKind, CommentState, DateMention, PageComment
from ..platforms.platform import Platform
from .align import Piece, row_pieces
from .author import (
    RUNNING_NUMBER,
    SIGNATURE,
    author_url,
    href_of,
    is_better,
    marked_author,
    name_in_dated_line,
    unmarked_author,
)
from .copies import find_copies
from .document import Document
from .draft import Draft
from .evidence import LINKS, SHORT_CONTROL, Evidence, gather, leave_out, with_itemprop, within
from .items import Item, native_id_of
from .label import Labels, label_rows, name_of
from .phrases import PENDING_TEXT, PING_EXCERPT, PING_LABEL, REMOVED_TEXT
from .said import (
    body_around,
    body_of,
    boxed_in,
    drops_in,
    heads_of,
    is_free_text,
    labelled_body,
    meta_block,
    missed_pieces,
)
from .thread import set_parents
from .when import date_in, placed_date, written_date
from .words import AUTHOR_MARK, DEPTH_CLASS, PING_WORDS, words_of

_NUMBER = re.compile(r"^\W*(?:nr\.?\s*)?(\d{1,6})(?:\.\d+)*\W*$", re.IGNORECASE)


_TAGS = re.compile(r"</?(?:span|b|i|em|strong|font|bdi)\b[^<>]{0,200}>", re.IGNORECASE)
"""Markup that a page shows as text, because it was escaped once too often."""
_LIKES = re.compile(r"^[+(]?\s*([-−]?\d{1,6})\)?(?:\s*(?:likes?|votes?|points?|upvotes?))?$", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    """What is known of a row when its author is looked for."""

    doc: Document
    item: Item
    evidence: Evidence
    labels: Labels
    pieces: list[Piece]
    labelled: tuple[str, int] | None
    """The name in the section's place of names, with its element."""
    text: int | None
    """The element that holds the text and nothing else."""


def read_item(doc: Document, platform: Platform, item: Item, labels: Labels) -> Draft:
    """The comment of an item without its parent, which only its neighbours can tell."""
    evidence = gather(doc, platform, item)
    boxes = item.boxes or boxed_in(doc, item, evidence)
    for box in boxes:
        leave_out(evidence, range(box.number, doc.spans[box.number]).__contains__)
        evidence.bodies = [(rank, n) for rank, n in evidence.bodies if not doc.inside(n, box.number)]
        evidence.drops.append(box.number)
    if said := [(rank, n) for rank, n in evidence.bodies if doc.text(n) not in labels.constant_texts]:
        evidence.bodies = said  # 'commented' stands in each row, whatever its element is called
    pieces = row_pieces(doc, item)
    labelled = name_of(pieces, labels)
    dated = [piece.number for piece in pieces if piece.path in labels.dates and piece.number not in item.parts]
    heads = heads_of(doc, evidence, [*([labelled[1]] if labelled else []), *dated])
    body, is_clean = labelled_body(doc, item, labels, heads, body_of(doc, item, evidence, heads))
    text = body if is_clean else None
    comment = PageComment(kind=_kind(doc, item), native_id=_native_id(doc, item))
    comment.published, date = _marked_date(doc, item, evidence, text)
    if comment.published is None:
        comment.published, date = placed_date(doc, item, pieces, labels.dates)
    if comment.published is None:
        comment.published, date = written_date(doc, item, text)
    row = _Row(doc, item, evidence, labels, pieces, labelled, text)
    author = _set_author(row, date, comment)
    comment.permalink = _permalink(doc, evidence, comment.native_id, date)
    if comment.native_id is None and comment.permalink:
        comment.native_id = _id_of_fragment(comment.permalink)
    _set_counts(doc, item, evidence, author, comment)
    draft = Draft(item, comment, body, drops_in(doc, platform, evidence, text), boxes=boxes)
    if item.line is not None:
        draft.drops.append(item.line)
    if text is None:
        name = labelled[1] if labelled and labelled[0] == comment.author_name else None
        _take_off_heads(doc, draft, evidence, [n for n in (author, date, name) if n is not None])
        _take_off_template(doc, draft, pieces, labels)
    said = _said(doc, draft, text)
    comment.state = _state(doc, item, said or comment.author_name or "")
    if not said and _noticed(comment.author_name or "") != "visible":
        comment.author_name = comment.author_url = None  # the notice stands where the name would
    if comment.kind != "comment" and author is None:
        _read_ping(doc, item, evidence, draft)
    elif comment.kind == "comment" and PING_EXCERPT.match(said):
        comment.kind = "pingback"
    if comment.kind == "comment" and _will_be_empty(doc, draft, text, said):
        _read_missed(doc, draft, evidence, missed_pieces(comment.author_name, pieces, labels))
    return draft


def _read_missed(doc: Document, draft: Draft, evidence: Evidence, missed: list[Piece]) -> None:
    """Take for the text what stands outside of controls; of what stands in them tell, if it is long for a control."""
    controls = doc.mask(evidence.drops)
    if outside := [piece for piece in missed if not controls[piece.number]]:
        draft.body, draft.drops = body_around(doc, outside)
        draft.heads = []  # they stay where they are
    else:
        draft.comment.missed_text = " ".join(piece.text for piece in missed if is_free_text(piece.text)) or None


def _marked_date(
    doc: Document, item: Item, evidence: Evidence, text: int | None
) -> tuple[DateMention | None, int | None]:
    """The date and its element, as marked."""
    marked = [pair for pair in evidence.dates if not within(doc, pair[1], text)]
    if marked and (mention := date_in(doc, item, number := min(marked)[1])) is not None:
        return mention, number
    return None, None


def _set_author(row: _Row, date: int | None, comment: PageComment) -> int | None:
    """Fill the author's name and address by the row's marks and the section's labels; gives the name's element."""
    doc, item, evidence, labelled = row.doc, row.item, row.evidence, row.labelled
    if comment.kind != "comment":
        # The link of a notice is its text as well as its author.
        evidence.authors = [(rank, n) for rank, n in evidence.authors if rank < LINKS]
    comment.author_name, author = marked_author(doc, evidence, row.text)
    if author is None and comment.kind == "comment" and not _is_nameless(doc, evidence):
        comment.author_name, author = unmarked_author(doc, item, evidence, row.text, date)
        if comment.author_name is None and row.labels.author is None:
            comment.author_name = name_in_dated_line(doc, row.pieces, row.text)
    if labelled is not None and comment.kind == "comment" and is_better(labelled[0], comment.author_name, row.labels):
        comment.author_name, author = labelled
    elif labelled is not None and author is None and comment.author_name == labelled[0]:
        author = labelled[1]
    if comment.author_name is not None:
        comment.author_name = _TAGS.sub("", comment.author_name).strip() or comment.author_name
    comment.author_url = author_url(doc, item, author) if author is not None else None
    return author


def _is_nameless(doc: Document, evidence: Evidence) -> bool:
    """Whether the place that is made for the name holds nothing: then no other words are it."""
    places = [n for rank, n in evidence.authors if rank == 0]
    return bool(places) and not any(doc.letters(n) for n in places)


def _set_counts(doc: Document, item: Item, evidence: Evidence, author: int | None, comment: PageComment) -> None:
    likes = [*evidence.likes, *with_itemprop(doc, item, "upvoteCount")]
    comment.likes = _first_number(doc, likes, _LIKES)
    comment.number = _first_number(doc, evidence.numbers, _NUMBER)
    if comment.number is None and author is not None:
        comment.number = _first_number(doc, [author], RUNNING_NUMBER)


def _take_off_heads(doc: Document, draft: Draft, evidence: Evidence, known: list[int]) -> None:
    """What says who wrote when, where it stands in the element of the text: `known` elements and all marked ones."""
    draft.heads = [meta_block(doc, draft.item, number) for number in known]
    named = {n for rank, n in (*evidence.authors, *evidence.dates) if rank <= 3}
    small = [n for n in evidence.metas if len(doc.text_without([n], named)) <= SHORT_CONTROL]
    draft.drops += [*small, *(n for _, n in evidence.dates)]


def _take_off_template(doc: Document, draft: Draft, pieces: list[Piece], labels: Labels) -> None:
    """Words that every row has in the same place, and running numbers and dates in places of their own."""
    about = labels.about | labels.initials
    template = [p for p in pieces if (p.path, p.text) in labels.constants or p.path in about]
    first = [p.number for p in template if p.behind is None and (p.path, p.text) in labels.constants]
    draft.drops += [p.number for p in template if p.number not in draft.item.parts and doc.text(p.number) == p.text]
    draft.tails = [piece.behind for piece in template if piece.behind is not None]
    draft.openings = [number for number in first if number not in draft.drops]


def _said(doc: Document, draft: Draft, text: int | None) -> str:
    """What the comment says, before it is cut out."""
    if text is not None:
        return doc.text(text)
    return doc.text_without(draft.item.parts, _beside(draft))


def _beside(draft: Draft) -> set[int]:
    return {*draft.heads, *draft.drops, *draft.item.nested}


def _will_be_empty(doc: Document, draft: Draft, text: int | None, said: str) -> bool:
    """Whether no word of the comment is left once heads and controls are cut out."""
    if not said or text is None:
        return not said
    beside = _beside(draft)
    holds_some = any(doc.inside(number, text) for number in beside)
    return holds_some and not doc.text_without([text], beside)


def _read_ping(doc: Document, item: Item, evidence: Evidence, draft: Draft) -> None:
    """A notice of a link: named by the linking page's title, which is also all its text where no excerpt stands."""
    for number in evidence.links:
        title, href = doc.text(number), href_of(doc, number)
        if title and href and not states_date(title) and not any(doc.inside(number, n) for _, n in evidence.dates):
            draft.comment.author_name, draft.comment.author_url = title, href
            beside = {number, *draft.drops, *item.nested}
            rest = doc.text_without(item.parts, beside)
            if re.search(r"\w", PING_LABEL.sub("", rest)):
                draft.heads.append(number)
            return


def _state(doc: Document, item: Item, shown: str) -> CommentState:
    """'removed' or 'pending' by the comment's classes or by the notice that stands for its text."""
    names = {word for n in item.own(doc) if (name := doc.classes[n]) for word in words_of(name)}
    if "unapproved" in names or ("awaiting" in names and "moderation" in names):
        return "pending"
    return _noticed(shown)


def _noticed(shown: str) -> CommentState:
    """What a text that stands for a comment's own says of it; 'visible' where it is no such notice."""
    if len(shown) > SIGNATURE:
        return "visible"
    return "removed" if REMOVED_TEXT.search(shown) else "pending" if PENDING_TEXT.match(shown) else "visible"


def _native_id(doc: Document, item: Item) -> str | None:
    """By the comment's own element, an anchor before it, or what stands in it."""
    for part in item.parts:
        if found := native_id_of(doc, part):
            return found
    before = item.start - 1
    while before > item.start - 4 and before > doc.parents[item.start]:
        if doc.tags[before] == "a" and not doc.letters(before) and (found := native_id_of(doc, before)):
            return found
        before -= 1
    return next((found for n in item.own(doc) if (found := native_id_of(doc, n))), None)


_FRAGMENT = re.compile(r"#[^\d#]*(\d+|[0-9a-f]{8,64})$")


def _id_of_fragment(link: str) -> str | None:
    found = _FRAGMENT.search(link)
    return found[1] if found else None


def _permalink(doc: Document, evidence: Evidence, native_id: str | None, date: int | None) -> str | None:
    """The link to this very comment: one that ends in its id, else the one around its date."""
    around_date: str | None = None
    for number in evidence.links:
        href = (doc.elements[number].get("href") or "").strip()
        if not href or href.startswith("javascript:") or "replytocom" in href:
            continue
        fragment = href.partition("#")[2]
        if native_id and fragment.endswith(native_id):
            return href
        if "permalink" in doc.classes[number].lower() and href != "#":
            return href
        if date is not None and (doc.inside(number, date) or doc.inside(date, number)) and fragment:
            around_date = around_date or href
    return around_date


def _kind(doc: Document, item: Item) -> CommentKind:
    """By the class of the comment or of the list it stands in, else by its label."""
    for outer in (item.start, *islice(doc.ancestors(item.start), 3)):
        name = doc.classes[outer]
        words = words_of(name if outer == item.start else f"{name} {doc.elements[outer].get('id') or ''}")
        if not PING_WORDS.isdisjoint(words):
            word = next(word for word in words if word in PING_WORDS)
            return "trackback" if word.startswith("track") else "pingback"
    label = PING_LABEL.match(doc.text(item.start)[:40])
    return "comment" if label is None else "trackback" if label[1].lower() == "trackback" else "pingback"


def _first_number(doc: Document, numbers: list[int], shape: re.Pattern[str]) -> int | None:
    for number in numbers:
        if found := shape.match(doc.text(number)):
            return int(found[1].replace("−", "-"))
    return None


_NUMBERED = re.compile(r"(\D+)(\d+)")


def read_comments(doc: Document, platform: Platform, items: list[Item]) -> list[Draft]:
    """The comments of the items, in page order, with their parents; bodies are cut later."""
    find_copies(doc, items)
    labels = label_rows(doc, items)
    drafts = [read_item(doc, platform, item, labels) for item in items]
    drafts = _without_empty(doc, drafts)
    set_parents(doc, drafts)
    _set_native_ids(doc, drafts)
    _set_by_post_author(doc, platform, drafts)
    return drafts


def _without_empty(doc: Document, drafts: list[Draft]) -> list[Draft]:
    """Without rows that say neither a word nor when: advertisements and pagers built like the comments around them.

    With a name and a date, too, a row without words is none where all that say something have an id of their own and it
    has none.
    """
    saying = [bool(_said(doc, draft, draft.body)) for draft in drafts]
    have_ids = all(_bears_id(doc, draft) for draft, says in zip(drafts, saying, strict=True) if says)
    kept = [
        draft
        for draft, says in zip(drafts, saying, strict=True)
        if says or draft.item.nested or (draft.comment.published and (_bears_id(doc, draft) or not have_ids))
    ]
    return kept if len(kept) * 2 > len(drafts) else drafts


def _bears_id(doc: Document, draft: Draft) -> bool:
    """Whether the comment has an id of its own: copies of its neighbour's markup bear their neighbour's."""
    anchor = doc.elements[draft.item.start].get("id")
    return draft.comment.native_id is not None if not anchor else doc.with_id[anchor] == draft.item.start


def _set_native_ids(doc: Document, drafts: list[Draft]) -> None:
    """Where no comment states an id in a known form: the numbers in their elements' ids, if these tell all apart."""
    if any(draft.comment.native_id for draft in drafts):
        return
    found = [_NUMBERED.fullmatch(doc.elements[draft.item.start].get("id") or "") for draft in drafts]
    numbers = [match[2] for match in found if match]
    if len(set(numbers)) == len(drafts) and len({match[1] for match in found if match}) == 1:
        for draft, number in zip(drafts, numbers, strict=True):
            draft.comment.native_id = number


def _set_by_post_author(doc: Document, platform: Platform, drafts: list[Draft]) -> None:
    """By the mark that the platform, or any theme, sets on the author's own.

    None where none is marked, but for themes that print WordPress' classes: these mark the author's wherever one is.
    """
    mark = platform.by_post_author or AUTHOR_MARK
    marked = [any(mark.search(doc.classes[n]) for n in draft.item.own(doc) if doc.classes[n]) for draft in drafts]
    is_any_marked = any(marked)
    for draft, is_marked in zip(drafts, marked, strict=True):
        names = doc.classes[draft.item.start]
        if is_any_marked or (platform.by_post_author is not None and DEPTH_CLASS.search(names)):
            draft.comment.by_post_author = is_marked
