"""A release: what is in it and what is not, whole or not at all, the same bytes for the same data, settings and key."""

from __future__ import annotations

import csv
import doctest
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import rejoinder.release.card
import rejoinder.release.config
import rejoinder.release.facts
import rejoinder.release.inert
import rejoinder.release.licenses
import rejoinder.release.persons
from rejoinder.demo import serve
from rejoinder.queries import build
from rejoinder.release import write
from rejoinder.release.audit import Finding
from rejoinder.release.config import ConfigError, read_config
from rejoinder.release.licenses import LICENSES
from rejoinder.release.place import PlaceBusy, PlaceError, work_folder
from rejoinder.release.write import NothingToPublish, release
from rejoinder.schemas.arrow import arrow_schema
from rejoinder.schemas.release import RELEASE_TABLES
from rejoinder.schemas.seal import check_seal

from support.dying import dying_script
from support.releases import HOSTILE, comment_of, files, post_of, released_rows, settings, talk, texts, written_data
from support.runs import ROOT, crawled, run

CLI = [sys.executable, "-m", "rejoinder.cli"]
OURS = f"{1:016x}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_data(tmp_path_factory.mktemp("data"), *talk())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


@pytest.mark.parametrize(
    "module",
    [
        rejoinder.release.config,
        rejoinder.release.facts,
        rejoinder.release.inert,
        rejoinder.release.licenses,
        rejoinder.release.persons,
    ],
)
def test_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # pyright: ignore[reportArgumentType]


def test_a_release_has_every_file_and_its_sums_hold(data: Path, out: Path) -> None:
    release(data, out, settings())
    tables = {f"data/{name}.parquet" for name in RELEASE_TABLES}
    others = {"README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "croissant.json", "datapackage.json"}
    found = files(out)
    assert found.keys() == tables | others | {"SHA256SUMS"}
    lines = [line.partition("  ") for line in found["SHA256SUMS"].decode().splitlines()]
    sums = {name: digest for digest, _, name in lines}
    assert sums == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items() if name != "SHA256SUMS"
    }
    assert [path.name for path in out.parent.iterdir()] == ["dataset"]


def test_the_tables_are_as_declared_and_their_rows_find_each_other(data: Path, out: Path) -> None:
    release(data, out, settings())
    for name, table in RELEASE_TABLES.items():
        path = out / "data" / f"{name}.parquet"
        check_seal(path)
        assert pq.read_schema(path).remove_metadata() == arrow_schema(table.row).remove_metadata()
        keys = [tuple(row[column] for column in table.key) for row in released_rows(out, name)]
        assert len(set(keys)) == len(keys)
    ids = {name: {row[table.key[0]] for row in released_rows(out, name)} for name, table in RELEASE_TABLES.items()}
    for row in released_rows(out, "comments"):
        assert row["post_id"] in ids["posts"]
        assert row["fetch_id"] in ids["provenance"]
        assert row["parent_id"] is None or (row["parent_id"] in ids["comments"]) == row["parent_seen"]
    for row in released_rows(out, "replies"):
        assert row["comment_id"] in ids["comments"]
        assert row["target_id"] in ids["comments" if row["target_kind"] == "comment" else "posts"]
    assert ids["threads"] == ids["completeness"] == ids["posts"]


def test_persons_are_those_of_the_rows_and_count_as_the_tables_of_the_data_do(data: Path, out: Path) -> None:
    release(data, out, settings(removed="keep"))
    found = {(row["site"], row["person_id"]): row for row in released_rows(out, "persons")}
    given = pq.read_table(data / "tables" / "persons.parquet").to_pylist()
    # Who waits for approval is published by no row.
    expected = {(row["site"], row["person_id"]): row for row in given if row["person_id"] != "eva late"}
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert row == {column: expected[key][column] for column in row}
    for comment in released_rows(out, "comments"):
        assert comment["author_id"] is None or (comment["site"], comment["author_id"]) in found


def test_of_a_removed_comment_no_word_and_no_name_is_left_nor_in_its_answers(data: Path, out: Path) -> None:
    release(data, out, settings())
    [row] = [row for row in released_rows(out, "comments") if row["native_id"] == "4" and row["post_id"] == OURS]
    assert {row[column] for column in ("author_id", "author_name", "body_text", "likes", "permalink", "lang")} == {None}
    assert (row["state"], row["position"] is None) == ("removed", False)
    assert [
        reply for reply in released_rows(out, "replies") if reply["comment_id"] == row["comment_id"] and reply["cue"]
    ] == []
    assert not any("Uwe Rahn" in text for text in texts(out).values())
    assert "Uwe Rahn" not in {row["name"] for row in released_rows(out, "persons")}


def test_removed_comments_are_kept_where_that_is_asked_for_and_unapproved_ones_never(data: Path, out: Path) -> None:
    release(data, out, settings(removed="keep"))
    said = {row["native_id"]: row["body_text"] for row in released_rows(out, "comments") if row["post_id"] == OURS}
    assert said["4"] == "What was said is gone."
    assert said["5"] is None
    assert "Eva Late" not in {row["name"] for row in released_rows(out, "persons")}


def test_a_release_without_texts_has_ids_offsets_and_hashes_and_no_word(data: Path, out: Path, tmp_path: Path) -> None:
    release(data, out, settings(tmp_path / "key", mode="pseudonyms", texts="none"))
    given = {row["post_id"]: row for row in pq.read_table(data / "tables" / "posts.parquet").to_pylist()}
    for row in released_rows(out, "posts"):
        assert (row["title"], row["author_name"], row["body_text"], row["categories"], row["tags"]) == (
            None,
            None,
            None,
            [],
            [],
        )
        assert row["body_sha256"] == hashlib.sha256(given[row["post_id"]]["body_text"].encode()).hexdigest()
        assert row["url"]
    for row in released_rows(out, "comments"):
        assert (row["author_name"], row["body_text"]) == (None, None)
    assert {row["name"] for row in released_rows(out, "persons")} == {None}
    replies = {
        (row["comment_id"], row["target_id"]): row
        for row in pq.read_table(data / "tables" / "replies.parquet").to_pylist()
    }
    offsets = 0
    for row in released_rows(out, "replies"):
        assert row["cue"] is None
        if row["cue_start"] is not None:
            offsets += 1
            there = replies[row["comment_id"], row["target_id"]]
            assert (row["cue_start"], row["cue_end"]) == (there["cue_start"], there["cue_end"])
    assert offsets
    words = ["jet pump", "which pump", "On wells", "Quast"]
    assert [word for word in words for text in texts(out).values() if word in text] == []


def test_without_texts_the_pages_of_who_writes_a_blog_under_his_name_can_still_be_found(tmp_path: Path) -> None:
    site = "blogs.example.org/ines_maier"
    post = post_of(1, site=site, url=f"https://{site}/1", canonical_url=f"{site}/1")
    data = written_data(tmp_path / "data", [post], [comment_of(post, "1", "Ines Maier", "Me.", by_post_author=True)])
    for name, kept in (("kept", True), ("hidden", False)):
        out = tmp_path / name
        made = release(data, out, settings(tmp_path / "key", mode="pseudonyms", texts="none", keep_post_authors=kept))
        assert made.refused == []
        [row], [comment], [person] = (released_rows(out, table) for table in ("posts", "comments", "persons"))
        [fetch] = released_rows(out, "provenance")
        found = {row["url"], fetch["request_url"], comment["permalink"].partition("#")[0]}
        assert (found == {post.url}) is kept
        assert row["site"] == comment["site"] == person["site"]
        assert (row["site"] == site) is kept
        assert (row["author_name"], comment["author_name"], person["name"]) == (None, None, None)
        assert comment["author_id"] == person["person_id"]
        assert "ines" not in person["person_id"]


def test_hashes_of_texts_are_published_only_where_texts_are_not(data: Path, out: Path, tmp_path: Path) -> None:
    release(data, out, settings(tmp_path / "key", mode="pseudonyms"))
    assert {row["body_sha256"] for table in ("posts", "comments") for row in released_rows(out, table)} == {None}


def test_without_addresses_none_is_in_any_file(data: Path, out: Path) -> None:
    release(data, out, settings(addresses=False))
    for name, text in texts(out).items():
        assert "blog.example.org/" not in text, name
    assert {row["archive_file"] for row in released_rows(out, "provenance")} == {"blog.warc.gz"}


def test_no_folder_of_the_publisher_is_in_any_file(data: Path, out: Path, tmp_path: Path) -> None:
    release(data, out, settings(tmp_path / "key", mode="pseudonyms"))
    for name, text in texts(out).items():
        assert "/home/me" not in text, name
        assert str(tmp_path) not in text, name
        assert (tmp_path / "key").read_text().strip() not in text, name


def test_who_has_an_id_made_of_a_name_has_none_of_the_sites_own(out: Path, tmp_path: Path) -> None:
    post = post_of(1)
    posts, comments = [post], [comment_of(post, "7-by-anna", "Anna Klein", "Me.", native_id="7-by-anna")]
    data = written_data(tmp_path / "data", posts, comments)
    release(data, out, settings(tmp_path / "key", mode="pseudonyms"))
    [row] = released_rows(out, "comments")
    assert row["native_id"] is None
    assert "anna" not in row["comment_id"]
    assert row["comment_id"] == row["thread_id"]


@pytest.mark.parametrize(
    ("chosen", "published", "reasons"),
    [
        ({}, {1, 2, 3, 4, 5}, {}),
        ({"exclude_reserved": True}, {1, 4, 5}, {"reserved": 2}),
        ({"exclude_noindex": True}, {1, 2, 4, 5}, {"noindex": 1}),
        ({"sites": ("other.example",)}, {4}, {"site": 4}),
        ({"since": date(2012, 5, 2), "until": date(2012, 5, 4)}, {2, 4}, {"earlier": 1, "undated": 1, "later": 1}),
        ({"licenses": ("https://creativecommons.org/licenses/by/",)}, {4}, {"license": 4}),
        ({"licenses": ("https://creativecommons.org/licenses/by-nc/",), "sites": ("other.example",)}, set(), {}),
    ],
)  # fmt: skip
def test_filters_leave_posts_out_with_their_comments_and_the_card_counts_them(
    data: Path, out: Path, chosen: dict, published: set[int], reasons: dict[str, int]
) -> None:
    if not published:
        with pytest.raises(NothingToPublish, match="1 license, 4 site"):
            release(data, out, settings(**chosen))
        assert not out.exists()
        return
    made = release(data, out, settings(**chosen))
    ids = {f"{number:016x}" for number in published}
    assert made.kept.left_out_posts == reasons
    for table in ("posts", "threads", "completeness"):
        assert {row["post_id"] for row in released_rows(out, table)} == ids
    for table in ("comments", "replies"):
        assert {row["post_id"] for row in released_rows(out, table)} <= ids
    assert {row["fetch_id"] for row in released_rows(out, "provenance")} == {f"f{number:015x}" for number in published}
    card = (out / "README.md").read_text("utf-8")
    for word, posts in reasons.items():
        assert re.search(rf"^\| {word} \| {posts} \| \d+ \| ", card, re.M)


def test_a_site_that_is_in_no_table_is_an_error(data: Path, out: Path) -> None:
    with pytest.raises(ConfigError, match=r"filter.sites.*blog.example.com.*known are blog.example.org, other.example"):
        release(data, out, settings(sites=("blog.example.com", "other.example")))


VARIED = """
import sys
from pathlib import Path
from rejoinder.release.config import read_config
from rejoinder.release.write import release
release(Path(sys.argv[1]), Path(sys.argv[2]), read_config(Path(sys.argv[3])), threads=int(sys.argv[4]))
"""


@pytest.mark.parametrize("form", ["full", "none"])
def test_the_same_data_settings_and_key_give_the_same_bytes(data: Path, tmp_path: Path, form: str) -> None:
    config = written_config(tmp_path, f'texts = "{form}"')
    made = []
    for name, threads, zone, seed in (("first", 1, "UTC", "1"), ("second", 4, "Asia/Kathmandu", "4711")):
        command = [sys.executable, "-c", VARIED, str(data), str(tmp_path / name), str(config), str(threads)]
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append(files(tmp_path / name))
    assert made[0] == made[1]


def written_config(folder: Path, *lines: str, **values: str) -> Path:
    """The template filled in, with these lines in the place of those that set the same keys."""
    text = (ROOT / "release" / "template.toml").read_text("utf-8").replace('contact = ""', 'contact = "me@example.org"')
    for line in (*lines, *(f'{key} = "{value}"' for key, value in values.items())):
        key = line.partition(" =")[0]
        text, count = re.subn(rf"^(?:# )?{key} = .*$", lambda _, line=line: line, text, count=1, flags=re.M)
        assert count, line
    path = folder / "release.toml"
    path.write_text(text, "utf-8")
    return path


DIES = dying_script(
    "from rejoinder.release import place, write\nfrom rejoinder.release.config import read_config",
    (
        "Path.mkdir",
        "Path.rename",
        "Path.write_text",
        "os.fsync",
        "place._exchanged",
        "place.shutil.rmtree",
        "write._TableWriter._write",
    ),
    "write.release(Path(sys.argv[1]), Path(sys.argv[2]), read_config(Path(sys.argv[3])))",
)
"""A release that dies before its so many-th change of the file system."""


@pytest.mark.parametrize("stands", [False, True])
def test_killed_between_any_two_steps_the_old_release_stands_or_the_new_one(
    data: Path, tmp_path: Path, *, stands: bool
) -> None:
    out, config = tmp_path / "dataset", written_config(tmp_path, "exclude_reserved = false")
    whole = tmp_path / "whole"
    if stands:
        assert run([*CLI, "release", str(data), str(out), "--config", str(config)]).returncode == 0
        config = written_config(tmp_path, 'version = "1.1.0"')
        assert (
            run([*CLI, "release", str(data), str(whole), "--config", str(config), "--previous", str(out)]).returncode
            == 0
        )
    else:
        assert run([*CLI, "release", str(data), str(whole), "--config", str(config)]).returncode == 0
    old, new, steps, died = files(out) if stands else {}, files(whole), 0, None
    while died is None or died.returncode:
        died = run([sys.executable, "-c", DIES, str(data), str(out), str(config), str(steps)])
        assert died.returncode in (0, -signal.SIGKILL), died.stderr
        found = files(out)
        if died.returncode and found == new:
            break  # it died behind the exchange, and to run it again would be to make the same version twice
        assert found == (old if died.returncode else new), steps
        steps += 7
    assert steps > 20
    assert files(out) == new


TOLD_TO_END = """
import os, signal, sys
from rejoinder.cli import main
from rejoinder.release import write
number, whole = int(sys.argv.pop(1)), write._describe
def told(*arguments):
    whole(*arguments)
    os.kill(os.getpid(), number)
write._describe = told
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_told_to_end_it_leaves_nothing(data: Path, tmp_path: Path, number: int, code: int) -> None:
    config = written_config(tmp_path)
    command = [str(int(number)), "release", str(data), str(tmp_path / "dataset"), "--config", str(config)]
    done = run([sys.executable, "-c", TOLD_TO_END, *command])
    assert (done.returncode, done.stderr.endswith("rejoinder: interrupted\n")) == (code, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release.key", "release.toml"]


def test_a_folder_that_is_no_release_is_left_alone(data: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes" / "a.txt"
    notes.parent.mkdir()
    notes.write_text("mine")
    with pytest.raises(PlaceError, match="is no release"):
        release(data, notes.parent, settings())
    with pytest.raises(PlaceError, match="no folder"):
        release(data, notes, settings())
    assert files(tmp_path) == {"notes/a.txt": b"mine"}


def test_what_somebody_has_put_into_a_release_is_not_lost(data: Path, out: Path) -> None:
    release(data, out, settings())
    (out / ".git").mkdir()
    (out / ".git" / "config").write_text("mine")
    with pytest.raises(PlaceError, match=r"holds \.git/config, which is no part"):
        release(data, out, settings(version="1.1.0"))
    assert (out / ".git" / "config").read_text() == "mine"


def test_one_release_at_a_time_is_written_to_a_place(data: Path, out: Path) -> None:
    with work_folder(out), pytest.raises(PlaceBusy, match=str(out)):
        release(data, out, settings())


def test_the_changelog_tells_what_came_went_and_changed_since_the_older_release(tmp_path: Path) -> None:
    posts, comments = talk()
    first, second = tmp_path / "first", tmp_path / "second"
    out = tmp_path / "dataset"
    release(written_data(first, posts, comments), out, settings())
    kept = [comment for comment in comments if comment.native_id != "3"]
    edited = [replace(each, body_text="Hi Ines, which pump now?") if each is comments[0] else each for each in kept]
    new = comment_of(posts[0], "9", "Uwe Rahn", "I am new.")
    release(written_data(second, posts[1:] + posts[:1], [*edited, new]), out, settings(version="1.1.0"))
    text = (out / "CHANGELOG.md").read_text("utf-8")
    assert (
        text.index("## 1.1.0 (2026-01-31)")
        < text.index("## 1.0.0 (2026-01-31)")
        < text.index("First release: 5 posts, 11")
    )
    assert "| comments | 11 | 1 | 1 | 1 | 11 |" in text
    assert "| posts | 5 | 0 | 0 | 0 | 5 |" in text
    assert f"comments added: `{OURS}:9`" in text
    assert f"comments removed: `{OURS}:3`" in text
    assert "`body_text` in 1" in text
    with (out / "changes.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [
        ("comments", f"{OURS}:9", "added", ""),
        ("comments", f"{OURS}:3", "removed", ""),
        ("comments", f"{OURS}:1", "changed", "body_text"),
    ]


def test_a_version_names_one_release(data: Path, out: Path) -> None:
    release(data, out, settings())
    before = files(out)
    with pytest.raises(ConfigError, match=r"version: .* is version 1\.0\.0 already"):
        release(data, out, settings(title="Another"))
    assert files(out) == before


def test_what_the_audit_finds_keeps_a_release_from_its_place_and_is_told_beside_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from rejoinder.exits import Exit
    from rejoinder.release.report import release_and_report

    finding = Finding("data/comments.parquet", f"{OURS}:1", "body_text", "name", "Ines", "Hi Ines, which", "finding")
    monkeypatch.setattr(write, "audit", lambda *_, **__: [finding])
    out = tmp_path / "dataset"
    assert release_and_report(data, out, settings()) is Exit.CHECK_FAILED
    assert not out.exists()
    told = capsys.readouterr()
    findings = tmp_path / "dataset.findings.csv"
    assert str(findings) in told.err.replace("\n", "")
    assert "Hi Ines, which" in findings.read_text("utf-8")
    assert findings.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dataset.findings.csv"]
    monkeypatch.undo()
    assert release_and_report(data, out, settings()) is Exit.DONE
    assert not findings.exists()


def test_what_only_a_person_can_tell_is_counted_in_the_card(
    data: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Finding("data/comments.parquet", f"{OURS}:1", "body_text", "name", "May", "in May", "look")
    monkeypatch.setattr(write, "audit", lambda *_, **__: [look, replace(look, row_id=f"{OURS}:2")])
    release(data, out, settings())
    card = (out / "README.md").read_text("utf-8")
    assert "Found: 0. " in card
    assert "2 of kind name" in card
    assert "in May" not in card


def test_texts_of_pages_and_settings_are_text_in_every_file(out: Path, tmp_path: Path) -> None:
    post = post_of(1, site="ex|ample.org/<i>", title=HOSTILE)
    comments = [comment_of(post, "1", HOSTILE, HOSTILE), comment_of(post, "x|`<b>", "Y", "z", native_id="x|`<b>")]
    data = written_data(tmp_path / "data", [post], comments)
    release(data, out, settings(title=HOSTILE, description=f"{HOSTILE}\n\n{HOSTILE}"))
    for name in ("README.md", "CITATION.cff", "croissant.json", "datapackage.json", "CHANGELOG.md"):
        text = (out / name).read_text("utf-8")
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text), name
    card = (out / "README.md").read_text("utf-8")
    _, front, body = re.split(r"^---$", re.sub(r"^```.*?^```$", "", card, flags=re.M | re.S), maxsplit=2, flags=re.M)
    assert json.loads(front.splitlines()[1].removeprefix("pretty_name: ")) == re.sub("[\x1b\u202e]", "", HOSTILE)
    assert not re.search(r"(?<!\\)<(?:script|i|b)>|(?<!\\)\]\(javascript|(?<!\\)\$\{", body)
    assert [line.count(" |") for line in body.splitlines() if "ex\\|ample" in line] == [5]
    assert json.loads((out / "datapackage.json").read_text("utf-8"))["title"] == HOSTILE


@pytest.mark.parametrize("license_", LICENSES, ids=lambda each: each.spdx)
def test_the_licences_text_is_in_the_release(data: Path, out: Path, license_) -> None:
    release(data, out, settings(license=license_.spdx.lower()))
    text = (out / "LICENSE").read_text("utf-8")
    assert len(text) > 5000
    assert f"license: {license_.hub}\n" in (out / "README.md").read_text("utf-8")
    assert f'license: "{license_.spdx}"\n' in (out / "CITATION.cff").read_text("utf-8")


def test_another_licence_comes_as_a_file(data: Path, out: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("Ask us.")
    release(data, out, settings(license="LicenseRef-Ask", license_file=tmp_path / "terms.txt"))
    assert (out / "LICENSE").read_text() == "Ask us."
    assert 'license: other\nlicense_name: "LicenseRef-Ask"\n' in (out / "README.md").read_text("utf-8")
    with pytest.raises(ConfigError, match="license_file"):
        release(data, tmp_path / "b", settings(license="LicenseRef-Ask", license_file=tmp_path / "none.txt"))


WRONG = [
    ("nmae = \"x\"\nname", "nmae", "known are name, title"),
    ('name = "a b"', "name", "letters, digits and hyphens"),
    ("title = 7", "title", "a text in quotes"),
    ('title = " "', "title", "must not be empty"),
    ('version = "one"', "version", "numbers with dots"),
    ('released = "soon"', "released", "a date such as"),
    ("released = 2026-13-01", "", "line 8"),
    ('license = "GPL"', "license", "give license_file"),
    ('contact = "nobody"', "contact", "an e-mail address or the http"),
    ('url = "ftp://x"', "url", "http(s) URL"),
    ('doi = "https://doi.org/10.1/x"', "doi", "bare"),
    ('texts = "some"', "texts", 'one of "full", "none"'),
    ('removed = "no"', "removed", '"tombstones", "keep"'),
    ('addresses = "yes"', "addresses", "true or false"),
    ('orcid = "1"', "creators.orcid", "four groups"),
    ('mode = "hide"', "names.mode", '"keep", "pseudonyms", "drop"'),
    ("key_file = 3", "names.key_file", "the name of a file"),
    ("across_sites = 1", "names.across_sites", "true or false"),
    ('sites = "x"', "filter.sites", "a list, each a text"),
    ("since = 2026-01-01\nuntil = 2025-01-01", "filter.until", "lies before since"),
    ('texts = "none"\nmode = "keep"', "names.mode", "no names either"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "key", "told"), WRONG, ids=[line for line, *_ in WRONG])
def test_a_wrong_setting_is_told_with_its_file_key_and_what_is_allowed(
    tmp_path: Path, line: str, key: str, told: str
) -> None:
    if line.startswith("nmae"):
        config = written_config(tmp_path)
        config.write_text('nmae = "x"\n' + config.read_text("utf-8"), "utf-8")
    else:
        config = written_config(tmp_path, *line.splitlines())
    with pytest.raises(ConfigError) as refused:
        read_config(config)
    message = str(refused.value)
    assert message.startswith(str(config))
    assert f": {key}" in message
    assert told in message


def test_settings_that_lack_a_key_or_a_file_are_told(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "release.toml"
    done = run([*CLI, "release", str(data), str(tmp_path / "dataset"), "--config", str(config)])
    assert (done.returncode, f"--init {config}" in done.stderr) == (2, True)
    config.write_text('name = "x"\n')
    done = run([*CLI, "release", str(data), str(tmp_path / "dataset"), "--config", str(config)])
    assert (done.returncode, "title: is missing; it must be a text in quotes" in done.stderr) == (2, True)


def test_the_template_is_written_once_and_asks_for_what_nobody_can_guess(data: Path, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    assert run([*CLI, "release", "--init", str(config)]).returncode == 0
    written = config.read_text("utf-8")
    again = run([*CLI, "release", "--init", str(config)])
    assert (again.returncode, "is left as it is" in again.stderr, config.read_text("utf-8")) == (2, True, written)
    done = run([*CLI, "release", str(data), str(tmp_path / "dataset"), "--config", str(config)])
    assert (done.returncode, "contact: must not be empty" in done.stderr) == (2, True)


def test_a_key_in_the_release_is_refused_and_a_new_one_is_kept(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "dataset"
    config = written_config(tmp_path, key_file="dataset/key")
    done = run([*CLI, "release", str(data), str(out), "--config", str(config)])
    assert (done.returncode, "names.key_file" in done.stderr, out.exists()) == (2, True, False)
    config = written_config(tmp_path, key_file="my.key")
    done = run([*CLI, "release", str(data), str(out), "--config", str(config)])
    assert (done.returncode, "my.key is new: keep it" in done.stderr) == (0, True), done.stderr


def test_the_demonstration_is_released_by_one_command_without_its_commenters_names(tmp_path: Path) -> None:
    with serve() as url:
        crawled(url, tmp_path / "data")
    out, config = tmp_path / "dataset", written_config(tmp_path)
    done = run([*CLI, "release", str(tmp_path / "data"), str(out), "--config", str(config)])
    assert done.returncode == 0, done.stderr
    assert "comments\t22" in done.stdout
    assert subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=out, check=False).returncode == 0
    for name in ("Lena Brandt", "Tobias Renner", "Karel Novák", "okafor.example"):
        assert [file for file, text in texts(out).items() if name in text] == []
    persons = {row["name"] for row in released_rows(out, "persons")}
    writers = {row["author_name"] for row in released_rows(out, "comments") if row["kind"] == "comment"}
    assert writers <= persons
    replies = [row for row in released_rows(out, "replies") if row["cue"]]
    bodies = {row["comment_id"]: row["body_text"] for row in released_rows(out, "comments")}
    assert replies
    for row in replies:
        assert bodies[row["comment_id"]][row["cue_start"] : row["cue_end"]] == row["cue"]
    # A stranger's audit takes its makers and its contact as the release names them.
    audited = run([*CLI, "audit", str(out), "--against", str(tmp_path / "data")])
    assert (audited.returncode, "\nfinding\t" in audited.stdout) == (0, False)


def test_data_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    config = written_config(tmp_path)
    done = run([*CLI, "release", str(tmp_path / "none"), str(tmp_path / "dataset"), "--config", str(config)])
    assert (done.returncode, "is no folder" in done.stderr) == (5, True)
    empty = written_data(tmp_path / "empty", [], [])
    done = run([*CLI, "release", str(empty), str(tmp_path / "dataset"), "--config", str(config)])
    assert (done.returncode, "no post" in done.stderr) == (4, True)
    assert not (tmp_path / "dataset").exists()


def test_what_was_edited_since_the_tables_were_built_is_published(tmp_path: Path) -> None:
    """A release is of what is known now: the tables are built first."""
    posts, comments = talk()
    data, late = written_data(tmp_path / "data", posts, comments[:1]), written_data(tmp_path / "late", posts, comments)
    for part in late.rglob("part-*.parquet"):
        copy = data / part.relative_to(late).parent.with_name("crawl=second") / part.name
        copy.parent.mkdir()
        part.rename(copy)
    release(data, tmp_path / "dataset", settings())
    assert len(released_rows(tmp_path / "dataset", "comments")) == len(comments)
    build(data)
