"""Encodings as browsers decide them: the same text from the same bytes by every way in."""

from __future__ import annotations

import codecs
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder import extract
from rejoinder.schemas import UNDATED
from rejoinder.spiders.offline import FileCrawl, crawl_files
from rejoinder.spiders.reading.encodings import codec_of, declared_in, utf8_of
from rejoinder.spiders.responses import answer_of
from scrapy.http import Response
from webencodings.labels import LABELS

from support.runs import parts
from support.warcs import http, page, record, write_warc

TEXTS = {
    "iso8859-8": "שלום לכולם, זו תגובה",
    "cp874": "สวัสดีทุกคน",
    "cp1251": "Добрый день, читатели",
    "koi8-r": "Добрый день, читатели",
    "mac-cyrillic": "Добрый день, читатели",
    "cp932": "カタカナと漢字①㈱～",
    "euc_jp": "カタカナと漢字",
    "cp949": "안녕하세요 똠방각하",
    "gb18030": "这是一条评论，朱镕基",
    "big5hkscs": "這是一條評論，啫",
    "cp1252": "Café – “naïve” €",
    "cp1254": "Şöyle bir ığdır",
    "iso8859-2": "Příliš žluťoučký kůň",
    "utf-8": "Ünïcode – ☃",
}


def html(text: str, declared: str = "") -> str:
    return f"<html><head>{declared}<title>T</title></head><body><p>{text}</p></body></html>"


def meta(label: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'


def read(body: bytes, header: str | None = None) -> str:
    return utf8_of(body, header).decode().partition("<p>")[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso-8859-8-i", "iso8859-8"),
        ("logical", "iso8859-8"),
        ("visual", "iso8859-8"),
        ("dos-874", "cp874"),
        ("windows-874", "cp874"),
        ("tis-620", "cp874"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("x-cp1251", "cp1251"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("x-mac-ukrainian", "mac-cyrillic"),
        ("x-sjis", "cp932"),
        ("Shift_JIS", "cp932"),
        ("ms_kanji", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("euc-kr", "cp949"),
        ("gb2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("big5", "big5hkscs"),
        ("x-x-big5", "big5hkscs"),
        ("x-euc-jp", "euc_jp"),
        ("us-ascii", "cp1252"),
        ("latin1", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("csisolatin2", "iso8859-2"),
        ("koi", "koi8-r"),
    ],
)
@pytest.mark.parametrize("where", ["header", "meta", "charset", "xml"])
def test_labels_mean_what_they_mean_to_browsers(label: str, codec: str, where: str) -> None:
    declared = {"meta": meta(label), "charset": f"<meta charset='{label}'>"}.get(where, "")
    start = f'<?xml version="1.0" encoding="{label}"?>' if where == "xml" else ""
    body = (start + html(TEXTS[codec], declared)).encode(codec)
    assert read(body, label if where == "header" else None) == TEXTS[codec]


def test_every_label_of_the_standard_means_something_but_those_that_no_browser_reads() -> None:
    unread = {label for label in LABELS if codec_of(label) is None}
    assert unread == {"replacement", "iso-2022-cn", "iso-2022-cn-ext"}
    assert all(codecs.lookup(codec) for label in LABELS if (codec := codec_of(label)) and "user" not in codec)


@pytest.mark.parametrize("label", ["utf-7", "nonsense", "", "utf8mb4"])
def test_a_label_that_means_nothing_declares_nothing(label: str) -> None:
    assert read(html(TEXTS["cp1251"], meta(label) + meta("windows-1251")).encode("cp1251"), label) == TEXTS["cp1251"]


@pytest.mark.parametrize(
    ("codec", "header", "own"),
    [
        ("cp1251", "utf-8", "windows-1251"),
        ("cp1251", "iso-8859-1", "windows-1251"),
        ("cp932", "iso-8859-1", "shift_jis"),
        ("cp932", "utf-8", "x-sjis"),
        ("cp932", "euc-jp", "shift_jis"),
        ("iso8859-2", "iso-8859-1", "iso-8859-2"),
        ("iso8859-8", "us-ascii", "iso-8859-8-i"),
        ("gb18030", "utf-8", "gb2312"),
        ("koi8-r", "koi8-r", "windows-1251"),
        ("cp1251", "windows-1251", "iso-8859-1"),
        ("cp1251", "windows-1251", "utf-8"),
        ("cp1252", "iso-8859-1", "utf-8"),
        ("cp1252", "utf-8", "utf-8"),
        ("cp1252", "utf-8", ""),
        ("utf-8", "iso-8859-1", "windows-1252"),
        ("utf-8", "windows-1251", "koi8-r"),
        ("cp1251", "windows-1251", "utf-16"),
    ],
)
def test_of_two_declarations_the_one_that_the_bytes_fit_counts(codec: str, header: str, own: str) -> None:
    assert read(html(TEXTS[codec] * 3, meta(own)).encode(codec), header) == TEXTS[codec] * 3


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_a_mark_and_utf_16_beat_every_declaration(codec: str, mark: bytes) -> None:
    body = mark + html("Добрый день", meta("windows-1251")).encode(codec)
    assert read(body, "iso-8859-1") == "Добрый день"


def test_a_page_that_says_utf_16_in_ascii_is_utf_8() -> None:
    assert declared_in(meta("utf-16").encode()) == "utf-8"
    assert read(html("ä", meta("utf-16")).encode()) == "ä"


def test_declarations_in_comments_scripts_and_texts_count_for_nothing() -> None:
    decoys = (
        '<!-- <meta charset="big5"> --><script>var s = "<meta charset=koi8-r>"</script>'
        '<meta name="x" content="charset=gbk">'
    )
    assert declared_in(f"<head>{decoys}<meta charset=windows-1251></head>".encode()) == "cp1251"


@pytest.mark.parametrize("declared", [meta("iso-8859-1"), meta("utf-8"), ""])
@pytest.mark.parametrize("header", ["iso-8859-1", "utf-8", None])
def test_a_last_letter_that_was_cut_off_makes_no_other_encoding(declared: str, header: str | None) -> None:
    body = html("Ünïcode – ☃</p>é", declared).encode()
    cut = body[: body.rindex("é".encode()) + 1]
    assert read(cut, header) == "Ünïcode – ☃"


def test_the_shifts_of_japanese_mail_are_known_without_a_word() -> None:
    assert read(html(TEXTS["euc_jp"]).encode("iso2022_jp")) == TEXTS["euc_jp"]


@given(body=st.binary(max_size=300), header=st.sampled_from([None, *LABELS, "nonsense"]))
def test_no_bytes_make_the_reading_fail(body: bytes, header: str | None) -> None:
    utf8_of(body, header).decode()
    utf8_of(b"<meta charset=" + (header or "").encode() + b">" + body, None).decode()


@given(text=st.text(max_size=50), header=st.sampled_from([None, *LABELS]))
def test_utf_8_comes_back_whatever_a_header_says(text: str, header: str | None) -> None:
    body = f"{text}ä".encode()
    assert utf8_of(body, header).decode() == f"{text}ä".removeprefix("\ufeff")


@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=windows-1251", 'text/html;Charset="Windows-1251"; x=y', "text/html; charset = windows-1251",
     "text/html; charset=windows-1251, text/html", "text/html;charset='windows-1251'"],
)  # fmt: skip
def test_the_charset_of_a_header_is_found_as_servers_write_it(content_type: str) -> None:
    response = Response("http://a.example/", headers={"Content-Type": content_type})
    assert answer_of(response, UNDATED).charset == "windows-1251"


def test_archives_and_files_read_the_same_text(tmp_path: Path) -> None:
    text = TEXTS["iso8859-8"]
    body = page("T", [(1, "Ann", text)]).decode().replace("<head>", f"<head>{meta('iso-8859-8-i')}").encode("iso8859-8")
    url = "http://blog.example.org/2012/01/09/first/"
    archive = write_warc(tmp_path / "a.warc", record(url, http(body, content_type="text/html; charset=ISO-8859-8-I")))
    crawl_files(FileCrawl(sources=[str(archive)]), tmp_path / "data")
    [part] = parts(tmp_path / "data", "comments")
    assert pq.read_table(part)["body_text"].to_pylist() == [text]
    assert [comment["body_text"] for comment in extract(body, url=url)["comments"]] == [text]
