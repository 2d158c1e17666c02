"""`forget`: what takedown.toml names is in no file any more, whoever is killed meanwhile; all else is as it was."""

from __future__ import annotations

import doctest
import gzip
import random
import shutil
import signal
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow.parquet as pq
import pytest
import rejoinder.forgetting.needles
import rejoinder.takedown
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.forgetting import forget
from rejoinder.forgetting.archives import NotRewritten, is_taken_out, stand_in
from rejoinder.forgetting.needles import Needles, readings
from rejoinder.pipelines.ledger import DataFolderBusy, DataFolderError, open_ledger
from rejoinder.provenance import NoSource, page_of_row
from rejoinder.queries import build, check
from rejoinder.schemas import Capture
from rejoinder.schemas.parts import part_files
from rejoinder.spiders.archives.warc import Record, Records, read_record

from support.disks import small_disk
from support.dying import dying_script
from support.runs import rows, run
from support.takedowns import SECRET, SITE, Section, one_section, section_data, write_toml
from support.warcs import http, page, record

ELSEWHERE = "an ordinary page that has nothing to do with it at all"
TRACES = (
    SECRET,
    "Ann Lee",
    "ann-lee",
    "ann.example.net",
    "an earlier text of hers, quite another",
    "lost words of hers",
)


@pytest.mark.parametrize("module", [rejoinder.forgetting.needles, rejoinder.takedown])
def test_examples_hold(module: ModuleType) -> None:
    tried = doctest.testmod(module)
    assert (tried.failed, tried.attempted > 0) == (0, True)


def archived(section: Section) -> list[int]:
    """Put an archive into the folder whose second page shows what Ann says; gives the offsets of its records."""
    shown = page("Dogs in gardens", [(1, "Ann Lee", SECRET), (2, "Bob Bell", "Kim is right.")])
    pages = {
        "https://blog.example.org/": http(ELSEWHERE.encode()),
        section.url: http(gzip.compress(shown), Content_Encoding="gzip"),
        "https://blog.example.org/cats": http(page("Cats", [(1, "Kim", "I agree with cats.")])),
        "https://blog.example.org/feed": http(f'{{"said": "<p>{SECRET.upper()}</p>"}}'.encode(), content_type="x/json"),
        "https://blog.example.org/last": http(ELSEWHERE.encode() * 9000),
    }
    folder = section.data / "archive"
    folder.mkdir()
    offsets, content = [], b""
    for url, answer in pages.items():
        offsets.append(len(content))
        content += gzip.compress(record(url, answer))
    (folder / "kept.warc.gz").write_bytes(content)
    fetch = replace(
        section.world.fetch(section.url, "kept", SITE),
        archive_file="archive/kept.warc.gz",
        archive_offset=offsets[1],
    )
    other = replace(
        section.world.fetch("https://blog.example.org/cats", "kept", SITE),
        archive_file="archive/kept.warc.gz",
        archive_offset=offsets[2],
    )
    section_data(section, "kept", fetch=fetch)
    section.write("other", Capture(fetch=other))
    return offsets


@pytest.fixture
def section(tmp_path: Path) -> Section:
    section = one_section(tmp_path / "data")
    archived(section)
    (section.data / "crawl.log").write_text(f"a line\nAnn Lee was here: {SECRET}\nanother line\n")
    build(section.data)
    return section


def unpacked(data: Path) -> str:
    """All that all files say, read by other means than `forget` searches by."""
    told = []
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        told.append(str(path))
        content = path.read_bytes()
        if path.suffix == ".parquet":
            told.append(str(pq.ParquetFile(path).read().to_pylist()))
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as tables:
                for (name,) in tables.execute("select table_name from duckdb_tables()").fetchall():
                    told.append(str(tables.execute(f"from {name}").fetchall()))
        elif path.suffix == ".gz":
            content = gzip.decompress(content)
            told += [gzip.decompress(content[at:]).decode() for at in places_of_gzip(content)]
        told.append(content.decode("utf-8", "replace"))
    return "\n".join(told).casefold()


def places_of_gzip(content: bytes) -> list[int]:
    at, found = content.find(b"\x1f\x8b\x08"), []
    while at >= 0:
        found.append(at)
        at = content.find(b"\x1f\x8b\x08", at + 1)
    # Behind each compressed body stand the two line ends of its record.
    return [at for at in found if content[at:].rstrip(b"\r\n").endswith(b"\x00\x00")]


def table_bytes(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((data / "tables").iterdir())}


def test_nothing_is_left_in_any_file_and_the_tables_are_those_that_were_built_without_it(section: Section) -> None:
    before = unpacked(section.data)
    assert [trace for trace in TRACES if trace.casefold() not in before] == []
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    tables = table_bytes(section.data)
    done = forget(section.data)
    assert done.left == []
    after = unpacked(section.data)
    assert [trace for trace in TRACES if trace.casefold() in after] == []
    assert table_bytes(section.data) == tables
    build(section.data, full=True)
    assert table_bytes(section.data) == tables
    assert [result.check.name for result in check(section.data) if result.failed] == []
    assert not (section.data / ".forget").exists()
    assert (section.data / "crawl.log").read_text() == "a line\nanother line\n"
    # What others said stands.
    for words in ("Kim is right", "Of dogs that live in gardens", ELSEWHERE, "I agree with cats"):
        assert words.casefold() in after, words


def test_all_that_was_found_is_named_by_id_and_later_crawls_do_not_bring_it_back(section: Section) -> None:
    write_toml(section.data, f'persons = [{{ name = "Ann Lee" }}]\npermalinks = ["{section.url}#comment-2"]')
    forget(section.data)
    text = (section.data / "takedown.toml").read_text()
    assert section.ann in text
    assert section.bob in text
    assert "https" not in text
    assert "lee" not in text.casefold()
    section_data(section, "later", text=f"{SECRET}, again", number=7)
    report = build(section.data)
    assert report.unmatched == []
    fates = {row["comment_id"]: row["fate"] for row in rows(section.data, "comments")}
    assert fates == {
        section.ann: "taken_down",
        section.bob: "taken_down",
        section.kim: "shown",
        f"{section.post}:7": "taken_down",
    }
    done = forget(section.data)
    assert done.left == []
    assert SECRET not in unpacked(section.data)


def test_names_may_be_kept_so_that_later_texts_lose_them_too(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    assert forget(section.data, keep_names=True).left == []
    assert '"Ann Lee"' in (section.data / "takedown.toml").read_text()
    section_data(section, "later")
    build(section.data)
    [kim] = [row for row in rows(section.data, "comments") if row["comment_id"] == section.kim]
    assert kim["body_text"] == "[name]: I agree with you. [name], [name]!"


def test_other_pages_of_an_archive_stay_where_they_are(section: Section) -> None:
    path = section.data / "archive" / "kept.warc.gz"
    with path.open("rb") as file:
        before = [each for each in Records(file, 0, 1 << 62) if isinstance(each, Record)]
    size = path.stat().st_size
    write_toml(section.data, f'comments = ["{section.ann}"]')
    assert forget(section.data).pages == {"archive/kept.warc.gz": 2}
    with path.open("rb") as file:
        after = [each for each in Records(file, 0, 1 << 62) if isinstance(each, Record)]
    assert path.stat().st_size == size
    assert [each.offset for each in after] == [each.offset for each in before]
    assert [is_taken_out(each) for each in after] == [False, True, False, True, False]
    assert [after[at] for at in (0, 2, 4)] == [before[at] for at in (0, 2, 4)]
    with pytest.raises(NoSource, match="taken out"):
        page_of_row(section.data, section.bob)
    with pytest.raises(NoSource, match="taken down"):
        page_of_row(section.data, section.ann)


def test_a_plain_archive_is_rewritten_in_the_same_way(section: Section) -> None:
    path = section.data / "archive" / "kept.warc.gz"
    plain = section.data / "archive" / "plain.warc"
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    size = plain.stat().st_size
    write_toml(section.data, f'comments = ["{section.ann}"]')
    assert forget(section.data).pages == {"archive/kept.warc.gz": 2, "archive/plain.warc": 2}
    assert plain.stat().st_size == size
    with plain.open("rb") as file:
        after = [each for each in Records(file, 0, 1 << 62) if isinstance(each, Record)]
    assert [is_taken_out(each) for each in after] == [False, True, False, True, False]


@given(st.one_of(st.integers(250, 2_000), st.integers(2_000, 300_000)), st.booleans())
def test_a_record_of_any_length_can_be_replaced(length: int, compressed: bool) -> None:
    content = stand_in("name", length, compressed=compressed)
    assert len(content) == length
    if compressed:
        content = gzip.decompress(content)
    found = read_record(BytesIO(content), 0)
    assert (found.fault, is_taken_out(found)) == (None, True)


def test_every_length_in_a_row_can_be_had() -> None:
    """Where the length of a block gets another digit, too."""
    for length in (*range(250, 420), *range(1_190, 1_230), *range(10_180, 10_230)):
        for compressed in (True, False):
            assert len(stand_in("name", length, compressed=compressed)) == length


def test_what_cannot_hold_a_record_is_not_replaced() -> None:
    with pytest.raises(NotRewritten, match="too short"):
        stand_in("name", 100, compressed=True)


def test_an_archive_that_cannot_be_rewritten_is_told_and_found(section: Section) -> None:
    path = section.data / "archive" / "kept.warc.gz"
    whole = gzip.compress(gzip.decompress(path.read_bytes()))
    (section.data / "archive" / "one.warc.gz").write_bytes(whole)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    done = forget(section.data)
    assert ["one.warc.gz" in why for why in done.kept] == [True]
    assert {finding.file for finding in done.left} == {"archive/one.warc.gz"}


def test_what_is_left_is_told_and_looked_for_again(section: Section) -> None:
    note = section.data / "notes" / "of-mine.txt"
    note.parent.mkdir()
    note.write_text(f"She said: «{SECRET.title()}»")
    write_toml(section.data, f'comments = ["{section.ann}"]')
    command = [sys.executable, "-m", "rejoinder.cli", "forget", str(section.data)]
    told = run(command)
    assert told.returncode == 6, told.stderr
    assert "notes/of-mine.txt" in told.stdout
    note.unlink()
    told = run(command)
    assert told.returncode == 0, told.stderr
    assert "nothing left" in told.stdout
    assert not (section.data / ".forget").exists()


def test_who_quotes_it_is_listed_and_stays(section: Section) -> None:
    quoting = f"You said {SECRET}, did you not?"
    section_data(section, "later", kim=quoting)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    done = forget(section.data)
    assert [row for row, _ in done.quotes] == [section.kim]
    assert done.left == []
    [kim] = [row for row in rows(section.data, "comments") if row["comment_id"] == section.kim]
    assert kim["body_text"] == quoting


def test_a_dry_run_changes_nothing(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    before = {path: path.read_bytes() for path in section.data.rglob("*") if path.is_file()}
    done = forget(section.data, dry_run=True)
    assert done.records == {"comments": 9, "rejects": 3}
    assert done.pages == {"archive/kept.warc.gz": 2}
    assert done.lines == {"crawl.log": 1}
    after = {path: path.read_bytes() for path in section.data.rglob("*") if path.is_file()}
    assert {path: content for path, content in after.items() if path.suffix != ".lock" and path.name != ".lock"} == {
        path: content for path, content in before.items() if path.suffix != ".lock" and path.name != ".lock"
    }


def test_archives_elsewhere_are_named_and_left(section: Section, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere.warc"
    outside.write_text(SECRET)
    fetch = replace(
        section.world.fetch(section.url, "x", SITE), via="warc", archive_file=str(outside), archive_offset=0
    )
    section_data(section, "x", fetch=fetch)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    done = forget(section.data)
    assert done.outside == [str(outside)]
    assert outside.read_text() == SECRET


def test_an_archive_on_a_server_is_named(section: Section) -> None:
    server = "https://data.example.org/crawl-data/a.warc.gz"
    fetch = replace(section.world.fetch(section.url, "x", SITE), via="warc", archive_file=server, archive_offset=0)
    section_data(section, "x", fetch=fetch)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    assert forget(section.data).outside == [server]


def test_a_copy_of_an_old_part_that_is_put_back_is_not_read_and_goes(section: Section, tmp_path: Path) -> None:
    old = part_files(section.data, "comments")[0]
    shutil.copy(old, tmp_path / "old")
    write_toml(section.data, f'comments = ["{section.ann}"]')
    forget(section.data)
    tables = table_bytes(section.data)
    shutil.copy(tmp_path / "old", old.with_name("part-00099.parquet"))
    build(section.data, full=True)
    assert table_bytes(section.data) == tables
    assert forget(section.data).left == []
    assert not old.with_name("part-00099.parquet").exists()


def test_others_at_work_are_not_disturbed_and_bad_folders_are_told(section: Section, tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="names nothing to forget"):
        forget(section.data)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    ledger = open_ledger(section.data, {"crawl": "another"})
    with pytest.raises(DataFolderBusy):
        forget(section.data)
    ledger.close()
    with pytest.raises(DataFolderError, match="no raw data"):
        forget(tmp_path / "nowhere")


DIES = dying_script(
    "from rejoinder.forgetting import forget",
    ("Path.unlink", "Path.replace", "Path.rmdir", "Path.mkdir", "os.fsync"),
    "sys.stdout.write(str(forget(Path(sys.argv[1])).left))",
)
"""A forgetting that dies before its so many-th change of the file system."""


@pytest.mark.parametrize("seed", range(2))
def test_killed_between_any_two_steps_it_goes_on_to_the_same_end(section: Section, seed: int) -> None:
    draw = random.Random(seed)
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    tables = table_bytes(section.data)
    steps = draw.randint(0, 3)
    while (died := run([sys.executable, "-c", DIES, str(section.data), str(steps)])).returncode:
        assert died.returncode == -signal.SIGKILL, died.stderr
        # Whoever builds meanwhile sees the same.
        if draw.random() < 0.3:
            build(section.data)
            assert table_bytes(section.data) == tables
        steps += draw.randint(4, 24)
    assert died.stdout == "[]"
    assert table_bytes(section.data) == tables
    after = unpacked(section.data)
    assert [trace for trace in TRACES if trace.casefold() in after] == []
    assert list(section.data.rglob("*.tmp")) == []
    assert not (section.data / ".forget").exists()


def test_a_full_disk_loses_nothing(section: Section, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "24m"):
        data = tmp_path / "disk" / "data"
        shutil.copytree(section.data, data)
        write_toml(data, 'persons = [{ name = "Ann Lee" }]')
        filling = data.parent / "filling"
        with pytest.raises(OSError, match="No space"), filling.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        told = run([sys.executable, "-m", "rejoinder.cli", "forget", str(data)])
        assert told.returncode == 5, told.stderr
        assert "Traceback" not in told.stderr
        filling.unlink()
        told = run([sys.executable, "-m", "rejoinder.cli", "forget", str(data)])
        assert told.returncode == 0, told.stderr


SPELLINGS = (
    '{"body":"unforgettable words about the neighbours <b>dog</b> in&nbsp;the \\u0067arden"}',
    "…said: UNFORGETTABLE\nWORDS about\tthe neighbours' dog in the garden!",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_words_are_found_however_they_are_written(spelling: str) -> None:
    needles = Needles(texts={SECRET})
    needles.prepare()
    assert any(map(needles.is_in, readings(spelling)))


def test_what_she_quotes_of_others_and_what_is_too_short_is_not_looked_for() -> None:
    needles = Needles(texts={"> the words of somebody else that she quotes here\nYes.", "Thanks!"})
    needles.prepare()
    assert not needles.is_in("the words of somebody else that she quotes here")
    assert needles.too_short == 2
