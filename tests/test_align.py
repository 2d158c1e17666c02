"""The texts of rows: rows of one element beside rows of several, rows of any depth, rows inside rows."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from rejoinder.spiders.reading.align import elements_at, pieces_of
from rejoinder.spiders.reading.author import name_in
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.items import Item, nested

from support.mutations import mutated

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


ANSWERED = """
<dl><dt>Ada</dt><dd>First said.
  <dl><dt>Bea</dt><dd>Answer given.<dl><dt>Cid</dt><dd>Last word.</dd></dl></dd></dl>
</dd></dl>
"""


def test_all_parts_of_an_answer_are_left_out_of_what_it_answers() -> None:
    doc = Document(ANSWERED)
    parts = [[term, term + 1] for term in doc.with_tag["dt"]]
    own = [" ".join(piece.text for piece in pieces_of(doc, item)) for item in nested(doc, parts)]
    assert own == ["Ada First said.", "Bea Answer given.", "Cid Last word."]


PAGES = sorted((Path(__file__).parent / "pages").rglob("*.html"))


@pytest.mark.parametrize("path", PAGES[::9], ids=lambda path: path.parent.name)
def test_an_element_has_the_text_that_a_walk_through_it_gives(path: Path) -> None:
    page = path.read_bytes()
    for html in (page, mutated(page, Random(path.parent.name))):
        doc = Document(html)
        for number in range(len(doc.elements)):
            walked = doc.text_within([number], skips=lambda _: False)
            assert (doc.text(number), doc.letters(number)) == (walked, len(walked))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>a <i> b</i></b>", "a b"),
        ("a<b>b</b>c<b> d</b>", "abc d"),
        ("a<p></p>b", "a b"),
        ("a<i> </i>b", "a b"),
        ("\u200ba\u200b\ufeffb\u00a0c\u200b", "a b c"),
        (" <p> </p> ", ""),
    ],
)
def test_a_text_has_one_blank_where_it_is_parted(html: str, text: str) -> None:
    doc = Document(f"<div><div>x</div><div>{html}</div> y</div>")
    number = doc.with_tag["div"][2]
    assert (doc.text(number), doc.letters(number)) == (text, len(text))


@pytest.mark.parametrize("path", PAGES[::9], ids=lambda path: path.parent.name)
def test_a_text_without_others_is_cut_as_one_walks_around_them(path: Path) -> None:
    doc, random = Document(path.read_bytes()), Random(path.parent.name)
    numbers = range(len(doc.elements))
    for _ in range(40):
        root = random.choice(numbers)
        inside = range(root, doc.spans[root])
        others = {random.choice(inside) for _ in range(random.randint(0, 5))}
        assert doc.text_without([root], others) == doc.text_within([root], skips=others.__contains__)


def test_of_an_element_that_was_left_open_the_beginning_is_asked_for_a_name() -> None:
    doc = Document("<b class=author>Ada Quill <i>says a word</i> " + "<i>and another word</i> " * 5000)
    name = name_in(doc, doc.with_tag["b"][0])
    assert name is not None
    assert name.startswith("Ada Quill")
    assert len(name) < 1000
