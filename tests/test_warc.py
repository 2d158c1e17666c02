"""Records of WARC files: whole ones are read wherever they stand, damage is named with its offset."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rejoinder.spiders.archives import open_archive, standing_for
from rejoinder.spiders.archives.files import ArchiveError, find_archives
from rejoinder.spiders.archives.heads import Damaged
from rejoinder.spiders.archives.pages import is_candidate, without_chunks
from rejoinder.spiders.archives.warc import Damage, Record, Records, find_record, read_record

from support.warcs import compressed, http, info, offsets, record, write_wacz

PAGES = [record(f"http://blog.example.org/{n}/", http(b"<p>%d</p>" % n * 50)) for n in range(5)]
ALL = [info(), *PAGES]


class Named(io.BytesIO):
    """A file that is named like a compressed archive or not."""

    name = ""


def read(content: bytes, form: str = "plain") -> list[tuple[str, int]]:
    """What a file holds: the end of each record's URL and whether it is cut, or 'damage', with its offset."""
    file = Named(content)
    file.name = "a.warc.gz" if form == "gzip" else "a.warc"
    found = Records(file, 0, 2**63)
    return [
        (
            "damage"
            if isinstance(one, Damage)
            else one.headers.get("warc-target-uri", "")[-2:] + ("cut" if one.fault else ""),
            one.offset,
        )
        for one in found
    ]


@pytest.mark.parametrize("pieces", [ALL, compressed(ALL)], ids=["plain", "gzip"])
def test_every_record_is_read_at_its_offset(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    assert [offset for _, offset in read(content)] == list(offsets(pieces))
    for offset, expected in zip(offsets(pieces), ALL, strict=True):
        assert read_record(io.BytesIO(content), offset).block in expected


@pytest.mark.parametrize(
    ("spoil", "left"),
    [
        (lambda pieces: [*pieces[:4], pieces[4][:-9]], ["", "0/", "1/", "2/", "3/cut"]),
        (lambda pieces: [*pieces[:2], flipped(pieces[2]), *pieces[3:]], ["", "0/", "damage", "2/", "3/", "4/"]),
        (lambda pieces: [*pieces[:2], b"\0" * 700, *pieces[2:]], ["", "0/", "damage", "1/", "2/", "3/", "4/"]),
        (lambda pieces: [pieces[0][7:], *pieces[1:]], ["damage", "0/", "1/", "2/", "3/", "4/"]),
        (lambda pieces: [b"<!DOCTYPE html><p>no archive"], ["damage"]),
    ],
    ids=["cut off", "bytes changed", "zeros between", "beginning lost", "no WARC at all"],
)
@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_damage_is_named_and_the_rest_is_read(spoil, left: list[str], form: str) -> None:
    pieces = spoil(compressed(ALL) if form == "gzip" else ALL)
    found = read(b"".join(pieces), form)
    if form == "plain" and left[1:3] == ["0/", "damage"] and len(left) == 6:
        # Nothing in a plain file tells that a byte of a body was another once.
        left = ["", "0/", "1/", "2/", "3/", "4/"]
    assert [name for name, _ in found] == left
    if "damage" in left and left != ["damage"]:
        at = left.index("damage")
        assert found[at][1] == list(offsets(pieces))[min(at, len(pieces) - 1)]


def flipped(piece: bytes) -> bytes:
    middle = len(piece) // 2
    return piece[:middle] + bytes(byte ^ 0x55 for byte in piece[middle : middle + 8]) + piece[middle + 8 :]


@pytest.mark.parametrize("change", [-40, 40])
@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_a_record_that_lies_about_its_length_costs_no_other(change: int, form: str) -> None:
    block = http(b"<p>lies</p>" * 30)
    liar = record("http://blog.example.org/L/", block, length=len(block) + change)
    records = [info(), PAGES[0], liar, PAGES[1], PAGES[2]]
    names = [name for name, _ in read(b"".join(compressed(records) if form == "gzip" else records))]
    assert names == ["", "0/", "L/cut", "1/", "2/"]


def test_a_gzip_file_in_one_piece_is_read_and_sought_in_its_content(tmp_path: Path) -> None:
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(b"".join(ALL)))
    with open_archive(str(path)) as file:
        found = list(Records(file, 0, 2**63))
        assert [one.offset for one in found] == list(offsets(ALL))
        assert isinstance(found[3], Record)
        assert read_record(file, found[3].offset) == found[3]


def test_a_gzip_file_in_one_piece_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(b"".join(ALL), 0)[: -len(PAGES[-1])])
    with open_archive(str(path)) as file:
        found = list(Records(file, 0, 2**63))
    assert [isinstance(one, Record) and one.fault is None for one in found] == [True] * 5 + [False]


def test_archives_in_a_wacz_are_read_in_place(tmp_path: Path) -> None:
    pieces = compressed(ALL)
    path = write_wacz(tmp_path / "a.wacz", data=b"".join(pieces))
    [name] = find_archives(str(path))
    assert name == f"{path}/archive/data.warc.gz"
    with open_archive(name) as file:
        assert [one.offset for one in Records(file, 0, 2**63)] == list(offsets(pieces))


def test_folders_and_patterns_give_their_archives_sorted(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.warc.gz", "deep/a.warc", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert find_archives(str(tmp_path)) == [str(tmp_path / "b.warc.gz"), str(tmp_path / "deep/a.warc")]
    assert find_archives(str(tmp_path / "*.gz")) == [str(tmp_path / "b.warc.gz")]
    with pytest.raises(ArchiveError, match="nothing-here"):
        find_archives(str(tmp_path / "nothing-here*"))


def test_archives_below_the_data_folder_are_named_relative_to_it(tmp_path: Path) -> None:
    assert standing_for(str(tmp_path / "data/archive/x.warc.gz"), tmp_path / "data") == "archive/x.warc.gz"
    assert standing_for(str(tmp_path / "x.warc.gz"), tmp_path / "data") == f"{tmp_path}/x.warc.gz"


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, 4000), form=st.sampled_from(["plain", "gzip"]))
def test_the_next_record_is_found_from_anywhere(start: int, form: str) -> None:
    pieces = ALL if form == "plain" else compressed(ALL)
    expected = next((offset for offset in offsets(pieces) if offset >= start), None)
    assert find_record(io.BytesIO(b"".join(pieces)), start) == expected


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 3000), junk=st.binary(max_size=40), form=st.sampled_from(["plain", "gzip"]))
def test_no_bytes_make_the_reading_fail_or_go_on_for_ever(at: int, junk: bytes, form: str) -> None:
    content = b"".join(ALL if form == "plain" else compressed(ALL))
    spoilt = content[:at] + junk + content[at + len(junk) :]
    found = read(spoilt, form)
    assert [offset for _, offset in found] == sorted({offset for _, offset in found})


def test_a_record_that_is_not_there_is_refused() -> None:
    with pytest.raises(Damaged):
        read_record(io.BytesIO(b"".join(ALL)), 5)
    with pytest.raises(Damaged):
        read_record(io.BytesIO(b"".join(ALL)), 10**6)


@pytest.mark.parametrize(
    ("stored", "body", "is_whole"),
    [
        (b"5\r\nhello\r\n0\r\n\r\n", b"hello", True),
        (b"3;ext=1\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", b"hello", True),
        (b"<p>stored without chunks</p>", b"<p>stored without chunks</p>", True),
        (b"", b"", True),
        (b"5\r\nhello\r\n9\r\nwor", b"hellowor", False),
        (b"5\r\nhello\r\n", b"hello", False),
    ],
)
def test_chunks_are_taken_off_as_far_as_they_go(stored: bytes, body: bytes, is_whole: bool) -> None:
    assert without_chunks(stored) == (body, is_whole)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://blog.example.org/2012/01/09/a-post/", True),
        ("http://blog.example.org/a-post/comment-page-2/", True),
        ("http://blog.example.org/?p=17", True),
        ("http://blog.example.org/", False),
        ("http://blog.example.org/2012/01/", False),
        ("http://blog.example.org/tag/data/", True),
        ("http://blog.example.org/topic/12-a-post/", True),
        ("http://blog.example.org/?s=20", True),
        ("http://blog.example.org/how-to/wp-admin/", True),
        ("http://blog.example.org/2008/05/trackback/", True),
        ("http://blog.example.org/2008/05/a-post/trackback/", False),
        ("http://blog.example.org/cgi-bin/blosxom.cgi/a-post.html", True),
        ("http://blog.example.org/wp-login.php?redirect_to=x", False),
        ("http://blog.example.org/page/3/", False),
        ("http://blog.example.org/2012/01/09/a-post/feed/", False),
        ("http://blog.example.org/2012/01/09/a-post/?replytocom=4", False),
        ("http://blog.example.org/robots.txt", False),
        ("http://blog.example.org/wp-content/themes/x/style.css?v=1", False),
        ("http://blog.example.org/2012/01/09/feeding-the-cat/", True),
    ],
)
def test_addresses_that_may_show_a_post(url: str, expected: bool) -> None:
    assert is_candidate(url) is expected
