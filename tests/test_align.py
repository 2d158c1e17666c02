"""Aligning the texts of rows: rows of one element beside rows of several, rows of any depth."""

from __future__ import annotations

from rejoinder.spiders.reading.align import elements_at, pieces_of
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.items import Item

ROWS = "<dl><dt>Ada</dt><dd><p class=x>Yes.</p></dd></dl><div><p class=x>No.</p></div>"


def test_a_place_of_one_row_is_asked_of_rows_of_other_parts() -> None:
    doc = Document(ROWS)
    [term], [definition], [block] = (doc.with_tag[tag] for tag in ("dt", "dd", "div"))
    of_two, of_one = Item([term, definition]), Item([block])
    paths = {piece.text: piece.path for piece in (*pieces_of(doc, of_two), *pieces_of(doc, of_one))}
    assert [doc.text(n) for n in elements_at(doc, of_two, paths["Yes."])] == ["Yes."]
    assert [doc.text(n) for n in elements_at(doc, of_one, paths["No."])] == ["No."]
    # Neither row has the other's place.
    assert elements_at(doc, of_two, paths["No."]) == elements_at(doc, of_one, paths["Yes."]) == []


def test_the_paths_of_a_deep_row_stay_short() -> None:
    deep = 1500
    doc = Document("<div>" + "<div>x" * deep + "</div>" * (deep + 1))
    pieces = list(pieces_of(doc, Item([doc.with_tag["div"][0]])))
    assert len(pieces) == deep
    assert max(len(piece.path) for piece in pieces) < 100
