"""The pages of `rejoinder report`: do they hold together, say what the tables say, and act on nobody?"""

from __future__ import annotations

import doctest
import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from rejoinder.cli import main
from rejoinder.queries import build, connect
from rejoinder.report import NotAReport, lists, show, site, texts, threads, trees, words, write_report
from rejoinder.schemas import words as meanings

from support.golden import given_records
from support.reports import ANSWERED, EDITED, GONE, HOSTILE, built, hostile_data
from support.takedowns import SECRET, one_section, write_toml

LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
"""Elements that a browser fetches something for, and by which attribute."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("data"), given_records(ANSWERED))


@pytest.fixture(scope="module")
def report(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages") / "report"
    write_report(data, out)
    return out


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of records in which each text that pages write would act somewhere."""
    folder = tmp_path_factory.mktemp("hostile")
    write_report(hostile_data(folder / "data"), folder / "report")
    return folder / "report"


def pages(report: Path) -> Iterator[tuple[Path, lxml.html.HtmlElement]]:
    for path in sorted(report.rglob("*.html")):
        yield path, lxml.html.document_fromstring(path.read_text("utf-8"))


def texts_of(report: Path, name: str) -> str:
    return " ".join(" ".join(lxml.html.parse(report / name).getroot().body.itertext()).split())


@pytest.fixture(params=["report", "hostile"])
def any_report(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


def test_every_link_leads_to_a_page_and_a_place_on_it(any_report: Path) -> None:
    ids = {
        path: [element.get("id") for element in page.iter() if element.get("id")] for path, page in pages(any_report)
    }
    for path, found in ids.items():
        assert len(found) == len(set(found)), path
    seen = 0
    for path, page in pages(any_report):
        for element in page.iter("a", "link", "script"):
            address = urlsplit(element.get("href") or element.get("src"))
            if address.scheme:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            assert target.is_file(), (path, address)
            assert not address.fragment or address.fragment in ids[target], (path, address)
            seen += 1
    assert seen > 100


def test_no_page_loads_anything_from_elsewhere_or_runs_what_stands_in_it(any_report: Path) -> None:
    for path, page in pages(any_report):
        [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        for element in page.iter(*LOADED):
            address = element.get(LOADED[element.tag])
            assert element.tag in ("script", "link"), (path, element.tag)
            assert address == "data:," or not urlsplit(address).scheme, (path, address)
            assert not (element.text or "").strip()
        for element in page.iter():
            if isinstance(element.tag, str):
                assert element.tag != "style"
                assert not [name for name in element.attrib if name.startswith("on") or name == "style"], path
        for address in page.xpath("//a/@href"):
            assert urlsplit(address).scheme in ("", "http", "https"), (path, address)


def test_comments_are_lists_within_lists(any_report: Path) -> None:
    """What is written tag by tag is what an HTML parser sees."""
    for path, page in pages(any_report):
        for item in page.iter("li"):
            assert item.getparent().tag in ("ol", "ul"), path
        for thread in page.iter("ol"):
            assert {child.tag for child in thread} <= {"li"}, path
        assert len(page.xpath("//h1")) <= 1


def test_hostile_names_are_shown_as_text(hostile: Path) -> None:
    shown = " ".join(texts_of(hostile, path.relative_to(hostile).as_posix()) for path in hostile.rglob("*.html"))
    for name in HOSTILE[:7]:
        expected = show.name_of(name)
        assert expected in shown
    assert "49" not in texts_of(hostile, "everyone.html")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", shown)
    for path in hostile.glob("search-*.js"):
        assert "<" not in path.read_text("utf-8")


def test_each_comment_stands_below_the_one_that_it_answers(report: Path) -> None:
    page = lxml.html.parse(report / "threads" / "p.html").getroot()
    tree = [
        (item.xpath("string(article/header/strong)").strip(), item.xpath("string(../../article/header/strong)").strip())
        for item in page.iter("li")
    ]
    assert tree == [
        ("Peter", ""),
        ("Ines Maier", "Peter"),
        ("Peter", "Ines Maier"),
        ("Uwe", ""),
        ("no name", ""),
        ("Another blog", ""),
    ]
    shown = lxml.html.parse(report / "threads" / "p-as-shown.html").getroot()
    parents = [item.xpath("string(../../article/header/strong)").strip() for item in shown.iter("li")]
    assert parents == ["", "Peter", "", "", "", ""]


def test_the_words_that_show_an_answer_are_marked_and_told(data: Path, report: Path) -> None:
    with connect(data) as tables:
        cues = tables.sql("select cue from replies where cue is not null order by all").fetchall()
    page = lxml.html.parse(report / "threads" / "p.html").getroot()
    marks = page.xpath("//mark/a")
    assert sorted(mark.text_content() for mark in marks) == [cue for (cue,) in cues]
    for mark in marks:
        [why] = page.xpath("//*[@id=$id]", id=mark.get("href").removeprefix("#"))
        assert mark.getparent().getnext() is why, "the style sheet shows what stands next to the mark"
        assert re.fullmatch(r"answers .+: .+, \d+\u202f% sure", why.text_content())
    heads = [" ".join(head.text_content().split()) for head in page.find_class("answers")]
    [both] = [head for head in heads if "also" in head]
    assert (
        both == "answers Peter (spoken to by name, shown below it, 98 % sure); also Uwe (spoken to by name, 90 % sure)"
    )


def test_a_comment_that_went_says_when_and_keeps_its_words(tmp_path: Path) -> None:
    write_report(built(tmp_path / "data", given_records(GONE)), tmp_path / "report")
    page = lxml.html.parse(tmp_path / "report" / "threads" / "p.html").getroot()
    [gone, replaced] = page.find_class("gone")
    told = " ".join(gone.text_content().split())
    assert "Gone from the page: last seen 1 January 2026, 00:00 UTC, missed since 2 January 2026, 00:00 UTC." in told
    assert "@Ann, this will go." in told
    assert "a notice stands in its place" in replaced.text_content()
    [versions] = replaced.find_class("columns")
    assert len(versions) == 2
    assert "this will be replaced" in versions[0].text_content()
    history = texts_of(tmp_path / "report", "index.html")
    assert "Gone from the page 1" in history


def test_of_what_is_taken_down_its_place_is_left_and_no_word(tmp_path: Path) -> None:
    section = one_section(tmp_path / "data")
    write_toml(section.data, 'persons = [{ name = "ann LÉE" }]')
    build(section.data)
    write_report(section.data, tmp_path / "report")
    page = lxml.html.parse(tmp_path / "report" / "threads" / f"{section.post}.html").getroot()
    assert [gone.text_content() for gone in page.find_class("gone")]
    assert {fate.text_content() for fate in page.find_class("fate")} == {"Taken down."}
    told = b"".join(path.read_bytes() for path in (tmp_path / "report").rglob("*") if path.is_file()).decode()
    for trace in (SECRET, "Ann Lee", "ann.example.net", "an earlier text of hers"):
        assert trace not in told
    write_toml(section.data, f'posts = ["{section.post}"]')
    build(section.data)
    write_report(section.data, tmp_path / "report")
    assert "The post is taken down." in texts_of(tmp_path / "report", f"threads/{section.post}.html")


def test_wordings_stand_side_by_side_with_what_differs(tmp_path: Path) -> None:
    post = replace(given_records(GONE)["posts"][0], fetch_id="z1")
    data = built(tmp_path / "data", {**given_records(EDITED), "posts": [post]})
    write_report(data, tmp_path / "report")
    with connect(data) as tables:
        many = tables.sql(
            "select comment_id, count(*) from comment_versions group by all having count(*) > 1 order by all"
        ).fetchall()
    assert many
    page = lxml.html.parse(tmp_path / "report" / "threads" / "p.html").getroot()
    assert sorted(map(len, page.find_class("columns"))) == sorted(count for _, count in many)
    changed = [(each.tag, each.text) for each in page.iter("ins", "del")]
    assert changed == [("del", "first"), ("ins", "second"), ("ins", "first")]
    assert "Version 3 by Ann L.: other name" in page.text_content()


def test_the_same_tables_give_the_same_bytes_whatever_the_machine(data: Path, report: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rejoinder.cli", "report", str(data), "--out", str(tmp_path / "other")]
    surroundings = {**os.environ, "TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    assert str(tmp_path / "other" / "index.html") in done.stdout
    assert digests(tmp_path / "other") == digests(report)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_has_a_report_too(data: Path, tmp_path: Path) -> None:
    """It has no database, fewer tables and fewer columns; what cannot be filled is left out."""
    release = tmp_path / "release"
    (release / "data").mkdir(parents=True)
    for name in ("posts", "comments", "replies", "completeness"):
        table = pq.read_table(data / "tables" / f"{name}.parquet")
        kept = [column for column in table.column_names if column not in ("body_html", "author_url", "claimed_url")]
        pq.write_table(table.select(kept), release / "data" / f"{name}.parquet")
    fetches = pq.read_table(data / "tables" / "fetches.parquet").select(["fetch_id", "request_url", "fetched_at"])
    pq.write_table(fetches, release / "data" / "provenance.parquet")
    write_report(release, tmp_path / "report")
    told = texts_of(tmp_path / "report", "index.html")
    assert "What shows who answers whom" in told
    assert "The last runs" not in told
    assert "Peter" in texts_of(tmp_path / "report", "everyone.html")
    assert "Read from" in texts_of(tmp_path / "report", "threads/p.html")


def test_what_the_data_cannot_fill_is_left_out(tmp_path: Path) -> None:
    given = given_records(ANSWERED)
    given["comments"] = []
    write_report(built(tmp_path / "data", given), tmp_path / "report")
    told = texts_of(tmp_path / "report", "index.html")
    assert "2 posts" in told
    for heading in ("When they were written", "What shows who answers whom", "Edited, removed", "Stated and found"):
        assert heading not in told


def test_of_much_data_a_sample_is_shown_and_said(data: Path, tmp_path: Path) -> None:
    write_report(data, tmp_path / "report", most_comments=1)
    told = texts_of(tmp_path / "report", "index.html")
    assert "a random sample" in told
    assert "2 posts" in told
    assert {path.stem for path in (tmp_path / "report" / "threads").iterdir()} == {"p", "p-as-shown"}


@pytest.fixture(scope="module")
def long_thread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A post with so many words below it that no page could hold them, each answering the comment before."""
    given = given_records(ANSWERED)
    first = given["comments"][0]
    given["comments"] = [
        replace(
            first,
            comment_id=f"p:{number}",
            native_id=str(number),
            position=number,
            parent_id=f"p:{number - 1}" if number else None,
            parent_from="nesting" if number else None,
            body_text=f"{number} " + "<&\"'" * 1_500,
        )
        for number in range(200)
    ]
    return built(tmp_path_factory.mktemp("long"), given)


def test_a_long_thread_goes_on_over_pages_that_browsers_like(long_thread: Path, tmp_path: Path) -> None:
    written = write_report(long_thread, tmp_path / "report")
    paths = sorted((tmp_path / "report" / "threads").glob("p*.html"))
    assert len(paths) > 3
    assert written.largest < site.LARGEST
    shown = [
        item.find_class("said")[0].text_content().split()[0]
        for path in sorted(paths, key=lambda path: int(path.stem.partition("-")[2] or 1))
        for item in lxml.html.parse(path).getroot().find_class("comment")
    ]
    assert shown == [str(number) for number in range(200)]
    test_every_link_leads_to_a_page_and_a_place_on_it(tmp_path / "report")


def test_many_posts_share_pages(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "OWN_PAGES", 1)
    write_report(data, tmp_path / "report")
    page = lxml.html.parse(tmp_path / "report" / "threads" / "p.html").getroot()
    assert [title.text_content() for title in page.find_class("title")] == ["Wells & pumps", "Nobody said a word"]
    test_every_link_leads_to_a_page_and_a_place_on_it(tmp_path / "report")


def test_long_lists_go_on_over_pages_and_are_found_there(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "ROWS_A_PAGE", 1)
    given = given_records(ANSWERED)
    given["posts"][1] = replace(given["posts"][1], published_local=datetime(2019, 1, 1))
    write_report(built(tmp_path / "data", given), tmp_path / "report")
    assert "Wells & pumps" in texts_of(tmp_path / "report", "posts.html")
    assert "Nobody said a word" in texts_of(tmp_path / "report", "posts-2.html")
    assert (tmp_path / "report" / "everyone-3.html").exists()
    index = lxml.html.parse(tmp_path / "report" / "posts.html").getroot().xpath("//nav[@class='index']//a/@href")
    assert [href.partition("#")[0] for href in index] == ["posts.html", "posts-2.html"]
    test_every_link_leads_to_a_page_and_a_place_on_it(tmp_path / "report")


def test_an_older_report_is_replaced_and_nothing_else(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(NotAReport):
        write_report(data, out)
    done = CliRunner().invoke(main, ["report", str(data), "--out", str(out)])
    assert done.exit_code == 2
    assert "is no report" in done.output
    assert (out / "thesis.txt").read_text() == "years of work"
    (out / "thesis.txt").unlink()
    write_report(data, out)
    (out / "stale.html").write_text("of an older report")
    write_report(data, out)
    assert not (out / "stale.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["report", str(tmp_path), "--out", str(tmp_path / "report")])
    assert done.exit_code == 5
    assert "rejoinder build" in done.stderr


def test_without_the_extra_the_command_says_what_to_install(data: Path, tmp_path: Path) -> None:
    program = "import sys; sys.modules['vl_convert'] = None; from rejoinder.cli import main; main()"
    command = [sys.executable, "-c", program, "report", str(data), "--out", str(tmp_path / "report")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install 'rejoinder[report]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_word_of_the_tables_has_a_name() -> None:
    assert words.REASONS.keys() == meanings.COMPLETENESS_REASONS.keys()
    assert words.EVIDENCE.keys() == meanings.EVIDENCE.keys()
    assert words.FATES.keys() >= meanings.COMMENT_FATES.keys() - {"shown", "moved"}
    assert words.RUN_ENDS.keys() - {None} == meanings.RUN_STATES.keys()


@pytest.mark.parametrize("module", [show, texts, trees], ids=lambda module: module.__name__)
def test_examples_in_docstrings_run(module) -> None:
    assert doctest.testmod(module).failed == 0


def test_cues_that_overlap_are_marked_one_after_the_other() -> None:
    cues = [
        texts.Cue(0, 11, "w1", show.Markup("answers A")),
        texts.Cue(6, 11, "w2", show.Markup("answers B")),
        texts.Cue(6, 9, "w3", show.Markup("answers C")),
    ]
    marked = lxml.html.fragment_fromstring(str(texts.text_html("Hello Ann B and all", cues)))
    assert [mark.text_content() for mark in marked.iter("mark")] == ["Hello ", "Ann B"]
    assert [why.text_content() for why in marked.find_class("why")] == ["answers A", "answers B; answers C"]
    for why in marked.find_class("why"):
        why.drop_tree()
    assert marked.text_content() == "Hello Ann B and all"


def test_a_cue_over_two_lines_is_told_once() -> None:
    text = "> you said\n> so much\n\nNo."
    marked = texts.text_html(text, [texts.Cue(2, 20, "w1", show.Markup("quoted"))])
    tree = lxml.html.fragment_fromstring(str(marked), create_parent=True)
    assert [mark.text_content() for mark in tree.iter("mark")] == ["you said", "so much"]
    assert len(tree.find_class("why")) == 1
    assert len(tree.findall(".//blockquote")) == 1
