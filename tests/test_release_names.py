"""Names in a release: one person has one pseudonym, everywhere; what only looks like a name stays a word."""

from __future__ import annotations

import doctest
import stat
from pathlib import Path

import pytest
from rejoinder.release import pseudonyms
from rejoinder.release.pseudonyms import PSEUDONYM, KeyFileError, Pseudonyms, read_or_create_key
from rejoinder.replies.words import is_capitalised, words_of

NAMES = Pseudonyms(b"a key of tests, 32 bytes of it..")


def test_examples() -> None:
    assert doctest.testmod(pseudonyms).failed == 0


def test_a_pseudonym_is_one_word_that_begins_like_a_name() -> None:
    made = [NAMES.of("blog.example", f"Reader {number}") for number in range(2000)]
    assert len(set(made)) == 2000
    assert all(words_of(name) == [name] and is_capitalised(name) and PSEUDONYM.fullmatch(name) for name in made)


def test_spellings_of_a_name_are_one_person_a_site_or_across_sites() -> None:
    assert NAMES.of("a.example", "Zoë  Klein") == NAMES.of("a.example", "zoe klein")
    assert NAMES.of("a.example", "Zoë Klein") != NAMES.of("b.example", "Zoë Klein")
    across = Pseudonyms(NAMES.key, across_sites=True)
    assert across.of("a.example", "Zoë Klein") == across.of("b.example", "Zoë Klein")
    assert Pseudonyms(b"another key of tests, 32 bytes..").of("a.example", "Zoë") != NAMES.of("a.example", "Zoë")
    assert NAMES.of("a.example", "***") != NAMES.of("a.example", "+++")


def test_a_key_file_is_made_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "names.key"
    key, is_new = read_or_create_key(path, tmp_path / "release")
    assert is_new
    assert len(key) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_create_key(path, tmp_path / "release") == (key, False)


def test_a_key_is_refused_that_others_may_read_or_that_would_be_published(tmp_path: Path) -> None:
    release = tmp_path / "release"
    with pytest.raises(KeyFileError, match="lies in the release"):
        read_or_create_key(release / "sub" / "names.key", release)
    assert not release.exists()
    (tmp_path / "link").symlink_to(release, target_is_directory=True)
    with pytest.raises(KeyFileError, match="lies in the release"):
        read_or_create_key(tmp_path / "link" / "names.key", release)
    path = tmp_path / "names.key"
    path.write_bytes(b"x" * 32)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_or_create_key(path, release)
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="5 bytes"):
        read_or_create_key(path, release)
    with pytest.raises(KeyFileError, match="cannot be used"):
        read_or_create_key(tmp_path, release)
