"""XML as it is found: what is well-formed is not touched, and damage reaches nothing that stands behind it."""

from __future__ import annotations

import codecs
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from rejoinder.schemas import Damages
from rejoinder.spiders.apis.comment_feed import read_comment_feed
from rejoinder.spiders.discovery import feed_entries, sitemap_entries
from rejoinder.spiders.xml import FEED_ROOTS, Record, content_of, document, records, texts_of
from rejoinder.spiders.xml import encoding as encodings

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- 4. Activate & Run -->\n<?php a & b ?>\n'
    '<rss version="2.0" xmlns:w="http://wordpress.org/export/1.2/"><channel><title>T</title>\n'
)
TAIL = "</channel></rss>\n"


def item(number: int, inside: str = "") -> str:
    return (
        f"<item><title>R&amp;D {number}</title><link>http://e.org/?p={number}&amp;lang=de</link>{inside}"
        f"<description>&lt;p&gt;Hi {number}&lt;/p&gt;</description><w:status><![CDATA[publish]]></w:status></item>\n"
    )


def texts(number: int) -> dict[str, str]:
    """What `item` says."""
    link = f"http://e.org/?p={number}&lang=de"
    return {"title": f"R&D {number}", "link": link, "description": f"<p>Hi {number}</p>", "wp:status": "publish"}


class Pieces(io.RawIOBase):
    """A file that gives its bytes in pieces of these sizes, again and again."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        self._file, self._sizes, self._turn = io.BytesIO(content), sizes, 0

    def read(self, size: int = -1) -> bytes:
        self._turn += 1
        return self._file.read(self._sizes[self._turn % len(self._sizes)])


def read(content: str | bytes, *names: str, sizes: list[int] | None = None) -> tuple[list[Record], Damages]:
    damages = Damages()
    raw = content.encode() if isinstance(content, str) else content
    file = Pieces(raw, sizes or [len(raw) + 1])
    return list(records(file, *(names or ("item",)), damages=damages)), damages  # type: ignore[arg-type]


def said(content: str | bytes, **options: Any) -> list[dict[str, str]]:
    return [texts_of(record.element) for record in read(content, **options)[0]]


def test_a_healthy_file_is_told_of_nothing() -> None:
    body = item(1) + "<!-- & <item> -->" + item(2, "<![CDATA[</item> & <item>]]>") + "<?x </item> ?>" + item(3)
    found, damages = read("\ufeff\n \ufeff\n" + HEAD + body + TAIL + "<!-- cached & -->")
    assert [texts_of(record.element) for record in found] == [texts(1), texts(2), texts(3)]
    assert all(record.is_whole for record in found)
    assert damages.told() == []


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5))
def test_where_a_file_is_cut_into_pieces_changes_nothing(sizes: list[int]) -> None:
    body = item(1, "<![CDATA[</item> ]] > &amp; ä]]>") + item(2, "<!-- <item> & -->") + item(3, "<x y='>'/>")
    found, damages = read(HEAD + body + TAIL, sizes=sizes)
    assert [texts_of(record.element) for record in found] == [texts(1), texts(2), texts(3)]
    assert damages.told() == []


DAMAGED = {
    "an entity of HTML": "<x>Caf&eacute;</x>",
    "an unknown entity": "<x>&nothing;</x>",
    "a bare ampersand": "<x y='a&b'>a & b &</x>",
    "a mismatched end": "<x>a</y>",
    "a missing end": "<x>a",
    "an end too many": "a</x>",
    "an end of the outer": "</channel>",
    "an attribute twice": "<x a='1' a='2'/>",
    "an attribute without quotes": "<x a=1>b</x>",
    "a bare less-than": "a < b <3",
    "a control character": "<x>\x0b&#11;</x>",
    "an undeclared prefix": "<q:x q:y='1'>a</q:x>",
    "the end of CDATA": "<x>]]></x>",
    "an open CDATA section": "<x><![CDATA[a</x>",
    "an open comment": "<x><!-- a</x>",
    "an open instruction": "<x><?php a</x>",
    "an open tag": "<x a='",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("of_body", [lambda body: HEAD + body + TAIL, lambda body: (HEAD + body)[:-3]], ids=["", "cut"])
def test_damage_costs_its_own_record_at_most(damage: str, of_body: Any) -> None:
    found, damages = read(of_body(item(1) + item(2, damage) + item(3) + item(4)))
    assert [texts_of(record.element) for record in found[:1] + found[2:3]] == [texts(1), texts(3)]
    assert [record.is_whole for record in found[:1] + found[2:3]] == [True, True]
    assert len(found) == 4
    assert texts_of(found[1].element)["title"] == "R&D 2"
    assert any(told.startswith("line 6:") for told in damages.told()), damages.told()


@given(st.text(alphabet="<>&;/![]-?'\"= aix\x0bé", max_size=12), st.integers(0, 80))
def test_whatever_is_put_into_a_record_the_others_stay(damage: str, at: int) -> None:
    middle = item(2)
    found = said(HEAD + item(1) + middle[: 6 + at] + damage + middle[6 + at :] + item(3) + TAIL)
    assert found[0] == texts(1)
    assert found[-1] == texts(3)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<br />\n<b>Warning</b>: a & b in <b>x.php</b><br>\n" + HEAD + item(1) + TAIL, "outside the document"),
        ("\x0c" + HEAD + item(1) + TAIL, "outside the document"),
        (HEAD + item(1) + TAIL + "Fatal error", "outside the document"),
        (HEAD + item(1), "ends before its end"),
        (HEAD + item(1).replace("</item>", ""), "has no end"),
        (HEAD + item(1) + "<w:x></item>" + TAIL, "ends nothing"),
        (HEAD + "<!-- open " + item(1) + "<!-- --> " + TAIL, "without an end"),
    ],
)
def test_what_stands_around_the_records_costs_none(content: str, told: str) -> None:
    found, damages = read(content)
    assert [texts_of(record.element) for record in found] == [texts(1)]
    assert any(told in one for one in damages.told()), damages.told()


def test_two_documents_in_one_file_are_both_read_and_told() -> None:
    found, damages = read(HEAD + item(1) + TAIL + HEAD.replace("xmlns:w", "xmlns:v") + item(2) + TAIL)
    assert [texts_of(record.element)["title"] for record in found] == ["R&D 1", "R&D 2"]
    assert any("second document" in told for told in damages.told())


@pytest.mark.parametrize("tag", ["item", "rss:item", "x:entry"])
def test_records_have_any_prefix_and_a_namespace(tag: str) -> None:
    prefix = tag.rpartition(":")[0]
    text = f"<{tag} xmlns:{prefix or 'x'}='http://www.w3.org/2005/Atom'><a/></{tag}><{tag} />"
    assert len(read(f"<feed>{text}</feed>", "item", "entry")[0]) == 2


@pytest.mark.parametrize(("label", "name"), [("x-sjis", "cp932"), ("windows-1251", "cp1251"), ("x-euc-jp", "euc-jp")])
def test_a_declared_encoding_means_what_it_means_on_the_web(label: str, name: str) -> None:
    word = "Слово" if name == "cp1251" else "日本"
    text = HEAD.replace("UTF-8", label) + item(1).replace("Hi", word) + TAIL
    assert said(text.encode(name))[0]["description"] == f"<p>{word} 1</p>"


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1", "euc-jp", "utf-32"])
def test_a_file_is_read_in_its_encoding(name: str) -> None:
    text = HEAD.replace("UTF-8", name.removesuffix("-sig")) + item(1).replace(
        "Hi", "日本" if name == "euc-jp" else "Hä"
    )
    for sizes in ([7], [10_000]):
        found, damages = read((text + TAIL).encode(name), sizes=sizes)
        assert texts_of(found[0].element)["description"] == ("<p>日本 1</p>" if name == "euc-jp" else "<p>Hä 1</p>")
        assert damages.told() == []


@pytest.mark.parametrize(
    ("declared", "written", "told"),
    [
        ("ISO-8859-1", "utf-8", "is UTF-8"),
        ("UTF-8", "cp1252", "Windows-1252"),
        ("UTF-16", "utf-8", None),
        ("klingon", "utf-8", "klingon"),
        ("rot13", "utf-8", "rot13"),
    ],
)
def test_a_wrong_declaration_costs_no_letter(declared: str, written: str, told: str | None) -> None:
    text = HEAD.replace("UTF-8", declared) + item(1).replace("Hi", "Hä “ö”") + item(2) + TAIL
    found, damages = read(text.encode(written))
    assert [texts_of(record.element)["description"] for record in found] == ["<p>Hä “ö” 1</p>", "<p>Hi 2</p>"]
    assert [one for one in damages.told() if told is None or told not in one] == []
    assert bool(damages) == (told is not None)


def test_stray_bytes_of_other_encodings_are_told_where_they_stand() -> None:
    text = HEAD.replace("UTF-8", "euc-jp") + item(1).replace("Hi", "日本語") + item(2).replace("Hi", "H?!") + TAIL
    found, damages = read(text.encode("euc-jp").replace(b"H?", b"H\xff"))
    assert texts_of(found[1].element)["description"] == "<p>Hÿ! 2</p>"
    assert [told.partition(":")[0] for told in damages.told()] == ["line 6"]


def test_entities_are_not_unfolded_but_those_of_plain_text() -> None:
    declared = (
        '<!ENTITY nbsp "&#160;"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
        '<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY % y SYSTEM "http://e.org/"> %y;'
    )
    doctype = f"<!DOCTYPE rss [{declared}]>"
    found = said(HEAD.replace("<rss", f"{doctype}<rss") + "<item><title>1&nbsp;&a;&b;&x;</title></item>" + TAIL)
    assert found == [{"title": "1\xa0aaaaaaaaaa&b;&x;"}]
    root = document(f"{doctype}<rss><title>&a;&b;&x;</title></rss>".encode(), Damages(), roots=FEED_ROOTS)
    assert texts_of(root) == {"title": "aaaaaaaaaa&b;&x;"}


def test_a_document_type_does_not_hide_what_is_not_declared() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    body = f'<?xml version="1.0"?>\n{doctype}<rss><title>Caf&eacute; &amp; x</title></rss>'.encode()
    assert texts_of(document(body, Damages(), roots=FEED_ROOTS)) == {"title": "Café & x"}


@pytest.mark.parametrize(
    ("inside", "html"),
    [
        ('type="html">&lt;b&gt;x&lt;/b&gt;', "<b>x</b>"),
        ('type="text">a &lt; b', "a &lt; b"),
        ('type="xhtml"><h:p xmlns:h="http://www.w3.org/1999/xhtml">a<h:br/>b &amp; c</h:p>', "<p>a<br>b &amp; c</p>"),
        (">&lt;i&gt;x&lt;/i&gt; <p>y</p> z", "<i>x</i> <p>y</p> z"),
        (">", None),
    ],
)  # fmt: skip
def test_content_is_html_however_it_is_written(inside: str, html: str | None) -> None:
    assert content_of(etree.fromstring(f"<content {inside}</content>")) == html


RSS = '<?xml version="1.0"?><rss><channel>'


@pytest.mark.parametrize("before", ["", "\n\n ", codecs.BOM_UTF8.decode(), "<b>Warning</b>: x<br />\n", "<!-- a -->"])
@pytest.mark.parametrize("damage", ["", "&hellip;", "a & b", "<x>", "</x>", "<x a=1/>", "\x0b"])
def test_feeds_and_sitemaps_are_read_behind_damage(before: str, damage: str) -> None:
    page = "http://e.org/2012/01/a/"
    items = f"<item><title>{damage}</title><link>{page}?a=1&amp;b=2</link></item>"
    items += f"<item><link>{page}?a=3&amp;b=4</link></item>"
    feed = f"{before}{RSS}{items}</channel></rss>".encode()
    told = Damages()
    assert [entry.url for entry in feed_entries(feed, page, told)[0]] == [f"{page}?a=1&b=2", f"{page}?a=3&b=4"]
    assert bool(told) == (bool(damage) or "Warning" in before)
    urls = f"<url><y>{damage}</y><loc> {page}?a=1&amp;b=2</loc></url><url><loc>{page}?a=3&amp;b=4</loc></url>"
    told = Damages()
    sitemap = f'{before}<?xml version="1.0"?><urlset>{urls}</urlset>'.encode()
    assert [entry.url for entry in sitemap_entries(sitemap, told).pages] == [f"{page}?a=1&b=2", f"{page}?a=3&b=4"]
    assert bool(told) == (bool(damage) or "Warning" in before)


def test_a_comment_feed_is_read_behind_damage_and_tells_it() -> None:
    def comment(number: int, text: str) -> str:
        body = f"&lt;p&gt;{number} &amp;amp; more&lt;/p&gt;"
        return f"<item><guid>http://e.org/a/?x=1&amp;y#comment-{number}</guid><title>{text}</title><description>{body}</description></item>"

    feed = f"{RSS}{comment(2, '&hellip; & x')}{comment(1, 'x')}</channel></rss>"
    reading = read_comment_feed(feed.encode(), post_url="http://e.org/a/", url="http://e.org/a/feed/")
    assert [(one.native_id, one.body.text_content()) for one in reading.comments if one.body is not None] == [
        ("1", "1 & more"),
        ("2", "2 & more"),
    ]
    assert len(reading.damages.told()) == 2
    assert not reading.damages.is_torn


def test_a_comment_feed_in_xhtml_gives_its_texts() -> None:
    entry = (
        '<entry><id>http://e.org/a/#comment-7</id><author><name>Ann</name></author><content type="xhtml">'
        '<div xmlns="http://www.w3.org/1999/xhtml">One <b>two</b><p>three</p></div></content></entry>'
    )
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    [comment] = read_comment_feed(feed.encode(), post_url="http://e.org/a/", url="http://e.org/a/feed/").comments
    assert comment.author_name == "Ann"
    assert comment.body is not None
    assert comment.body.text_content() == "One twothree"


class Endless:
    """So many items, made as they are read, behind one that is damaged."""

    def __init__(self, items: int) -> None:
        filler = f"<w:postmeta>{'x' * 20_000}</w:postmeta>"
        self._left = items
        self._item = item(1, filler).encode()
        self._first = (HEAD + item(0, "&nbsp;")).encode()

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        for _ in range(self._left):
            yield self._item
        yield TAIL.encode()

    def opened(self) -> Any:
        pieces = iter(self)

        class File:
            def read(self, size: int = -1) -> bytes:
                return next(pieces, b"")

        return File()


def test_memory_does_not_grow_with_the_file() -> None:
    peaks = []
    for items in (100, 1500):
        tracemalloc.start()
        found = sum(1 for _ in records(Endless(items).opened(), "item", damages=Damages()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found == items + 1
    assert peaks[1] < 1.5 * peaks[0] + 1_000_000


def test_bytes_tell_their_encoding() -> None:
    assert encodings.encoding_of("<a/>".encode("utf-16-be")) == ("utf-16-be", 0)
    assert encodings.encoding_of(codecs.BOM_UTF16_LE + "<a/>".encode("utf-16-le")) == ("utf-16-le", 2)
    assert encodings.encoding_of(b"") == ("utf-8", 0)
