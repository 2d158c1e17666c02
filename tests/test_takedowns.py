"""takedown.toml: what it names leaves tombstones with nothing personal, in a full build as night by night."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rejoinder.provenance import NoSource, page_of_row
from rejoinder.queries import BuildError, build, check, connect
from rejoinder.release.write import release
from rejoinder.schemas import Capture, Reject
from rejoinder.schemas.release import RELEASE_TABLES
from rejoinder.takedown import digest, read_takedowns, write_takedowns

from support.nights import World
from support.releases import released_rows, settings, talk, written_data
from support.runs import rows, run
from support.takedowns import SECRET, Section, everything, one_section, section_data, write_toml


@pytest.fixture
def section(tmp_path: Path) -> Section:
    return one_section(tmp_path / "data")


def row_of(data: Path, table: str, key: str, value: str) -> dict[str, Any]:
    [row] = [row for row in rows(data, table) if row[key] == value]
    return row


def test_a_comment_that_is_taken_down_leaves_its_place_and_nothing_of_it(section: Section) -> None:
    build(section.data)
    before = row_of(section.data, "comments", "comment_id", section.ann)
    write_toml(section.data, f'comments = ["{section.ann}"]')
    report = build(section.data)
    assert report.unmatched == []
    row = row_of(section.data, "comments", "comment_id", section.ann)
    kept = ("comment_id", "post_id", "position", "parent_id", "depth", "published_local", "fetch_id", "thread_id")
    assert {name: row[name] for name in kept} == {name: before[name] for name in kept}
    assert (row["state"], row["fate"], row["body_text"]) == ("removed", "taken_down", "")
    gone = ("author_name", "author_url", "by_post_author", "published_raw", "body_html", "lang", "likes", "permalink")
    assert {name: row[name] for name in gone} == dict.fromkeys(gone)
    assert [row for row in rows(section.data, "takedowns") if row["id"] == section.ann] == [
        {
            "record": "comment",
            "id": section.ann,
            "post_id": section.post,
            "entry": 1,
            "asked_on": row_of(section.data, "takedowns", "id", section.ann)["asked_on"],
            "reason": "asked for by the writer",
        }
    ]
    assert SECRET not in everything(section.data, raw=False)
    assert [result.check.name for result in check(section.data) if result.failed] == []


def test_versions_links_persons_pages_and_rejects_hold_nothing_of_it(section: Section) -> None:
    build(section.data)
    told = everything(section.data, raw=False)
    assert SECRET in told
    assert "Ann Lee" in told
    assert "ann.example.net" in told
    write_toml(section.data, 'persons = [{ name = "ann LÉE" }]')
    build(section.data)
    told = everything(section.data, raw=False)
    for trace in (SECRET, "Ann Lee", "ann.example.net", "an earlier text of hers", "lost words of hers"):
        assert trace not in told, trace
    versions = [row for row in rows(section.data, "comment_versions") if row["comment_id"] == section.ann]
    assert {(row["state"], row["author_name"]) for row in versions} == {("removed", None)}
    assert {row["body_text"] for row in versions} <= {"", None}


def test_answers_that_the_page_states_stay_and_those_that_words_show_go(section: Section) -> None:
    build(section.data)
    edges = {(row["comment_id"], row["target_id"]): row["evidence"] for row in rows(section.data, "replies")}
    assert edges[section.bob, section.ann] == ["mention", "thread"]
    assert edges[section.kim, section.ann] == ["address"]
    write_toml(section.data, f'comments = ["{section.ann}"]')
    build(section.data)
    edges = {(row["comment_id"], row["target_id"]): row["evidence"] for row in rows(section.data, "replies")}
    assert edges[section.bob, section.ann] == ["thread"]
    assert (section.kim, section.ann) not in edges
    own = [row for row in rows(section.data, "replies") if row["comment_id"] == section.ann]
    assert [(row["cue"], row["evidence"]) for row in own] == [(None, ["default"])]


def test_a_persons_name_is_replaced_where_others_write_it(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    kim = row_of(section.data, "comments", "comment_id", section.kim)
    assert kim["body_text"] == "[name]: I agree with you. [name], [name]!"
    assert kim["author_name"] == "Kim"
    write_toml(section.data, 'persons = [{ name = "Ann Lee", in_texts = false }]')
    build(section.data)
    kim = row_of(section.data, "comments", "comment_id", section.kim)
    assert kim["body_text"] == "Ann Lee: I agree with you. Ann Lee, ann-lee!"


def test_a_word_of_the_language_is_replaced_on_demand_only(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Kim" }]')
    build(section.data)
    assert row_of(section.data, "comments", "comment_id", section.bob)["body_text"] == "@Ann Lee: Kim is right."
    assert row_of(section.data, "comments", "comment_id", section.kim)["fate"] == "taken_down"
    write_toml(section.data, 'persons = [{ name = "Kim", in_texts = true }]')
    build(section.data)
    assert row_of(section.data, "comments", "comment_id", section.bob)["body_text"] == "@Ann Lee: [name] is right."


WAYS = {
    "comment_id": lambda section: f'comments = ["{section.ann}"]',
    "permalink as shown": lambda section: f'permalinks = ["{section.url}#comment-1"]',
    "permalink in another spelling": lambda section: (
        f'permalinks = ["{section.url.replace("https://", "http://www.")}#comment-1"]'
    ),
    "person": lambda _: 'persons = [{ name = "Ann Lee" }]',
    "person on this site": lambda _: 'persons = [{ name = "Ann Lee", site = "blog.example.org" }]',
    "hash of the name": lambda _: f'persons = [{{ name_sha256 = "{digest("5a17", "ann lee")}" }}]',
    "text": lambda _: r"patterns = [{ matches = '(?i)\bunforgettable\b' }]",
    "author": lambda _: r"patterns = [{ matches = '^Ann L', in = ['author'] }]",
    "address": lambda _: r"patterns = [{ matches = 'comment-1$', in = ['address'] }]",
    "post with its comments": lambda section: f'posts = ["{section.post}"]\nwith_comments = true',
}


@pytest.mark.parametrize("way", WAYS)
def test_there_are_many_ways_to_name_a_comment(section: Section, way: str) -> None:
    write_toml(section.data, WAYS[way](section), salt="5a17")
    assert build(section.data).unmatched == []
    assert row_of(section.data, "comments", "comment_id", section.ann)["fate"] == "taken_down"
    others = {row["comment_id"]: row["fate"] for row in rows(section.data, "comments")}
    if way != "post with its comments":
        assert "taken_down" not in {others[section.bob], others[section.kim]}
    assert SECRET not in everything(section.data, raw=False)


def test_a_permalink_is_known_by_post_and_number_where_no_page_shows_it(section: Section) -> None:
    write_toml(section.data, f'permalinks = ["{section.url}#comment-3"]')
    assert row_of_built(section, section.kim)["fate"] == "taken_down"


def row_of_built(section: Section, comment_id: str) -> dict[str, Any]:
    build(section.data)
    return row_of(section.data, "comments", "comment_id", comment_id)


def test_a_person_on_another_site_is_another(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee", site = "elsewhere.example.org" }]')
    assert build(section.data).unmatched == ["takedown 1, persons[0]"]
    assert SECRET in everything(section.data, raw=False)


def test_a_post_keeps_its_address_and_its_comments(section: Section) -> None:
    build(section.data)
    before = row_of(section.data, "posts", "post_id", section.post)
    write_toml(section.data, f'posts = ["{section.url}"]')
    build(section.data)
    row = row_of(section.data, "posts", "post_id", section.post)
    gone = ("title", "author_name", "author_url", "published_raw", "body_text", "body_html", "claimed_url")
    assert {name: row[name] for name in gone} == dict.fromkeys(gone)
    assert (row["categories"], row["tags"]) == ([], [])
    assert (row["url"], row["canonical_url"], row["site"]) == (before["url"], before["canonical_url"], before["site"])
    assert {row["fate"] for row in rows(section.data, "comments")} == {"shown"}
    assert [result.check.name for result in check(section.data) if result.failed] == []


def test_of_several_authors_one_is_not_named_any_more(tmp_path: Path) -> None:
    section = one_section(tmp_path / "data", author="Ann Lee, Ines Hall")
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    row = row_of(section.data, "posts", "post_id", section.post)
    assert (row["author_name"], row["author_url"]) == ("Ines Hall", None)
    assert row["body_text"] is not None
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }, { name = "Ines Hall" }]')
    build(section.data)
    assert row_of(section.data, "posts", "post_id", section.post)["author_name"] is None


def test_a_later_crawl_does_not_bring_it_back(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    section_data(section, "later", text=f"{SECRET}, said once more")
    report = build(section.data)
    assert SECRET not in everything(section.data, raw=False)
    assert report.anew is None
    assert row_of(section.data, "comments", "comment_id", section.ann)["fate"] == "taken_down"


def test_what_names_nothing_is_told_until_it_does(section: Section) -> None:
    write_toml(section.data, f'comments = ["{section.ann}", "{section.post}:77"]')
    assert build(section.data).unmatched == ["takedown 1, comments[1]"]
    assert build(section.data).unmatched == ["takedown 1, comments[1]"]
    section_data(section, "later", number=77)
    assert build(section.data).unmatched == []


def test_a_changed_file_makes_everything_anew_and_without_it_all_is_there_again(section: Section) -> None:
    build(section.data)
    before = {path.name: path.read_bytes() for path in (section.data / "tables").iterdir()}
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    assert "takedown.toml has changed" in (build(section.data).anew or "")
    assert build(section.data).anew is None
    (section.data / "takedown.toml").unlink()
    assert "takedown.toml has changed" in (build(section.data).anew or "")
    assert {path.name: path.read_bytes() for path in (section.data / "tables").iterdir()} == before


@pytest.mark.parametrize("seed", range(2))
def test_built_night_by_night_they_are_those_of_a_full_build(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path / "data", seed)
    world.write("night-000", [world.publish() for _ in range(5)], is_end=True)
    for post_id in world.posts:
        world.comment(post_id)
    write_toml(
        world.data,
        'persons = [{ name = "Joe Ash" }, { name = "ann", site = "one.example.org", in_texts = true }]\n'
        f'comments = ["{0:016x}:0", "{1:016x}:1"]\nposts = ["{2:016x}"]\n'
        "patterns = [{ matches = 'dashboard .* pen', of = ['comments', 'posts'] }]",
    )
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "raw").symlink_to(world.data / "raw")
    (twin / "takedown.toml").symlink_to(world.data / "takedown.toml")
    carried_on = 0
    for _ in range(6):
        report, whole = build(world.data), build(twin, full=True)
        carried_on += report.anew is None
        assert report.unmatched == whole.unmatched
        for path in (twin / "tables").iterdir():
            assert (world.data / "tables" / path.name).read_bytes() == path.read_bytes(), path.name
        # These blogs have comments whose text was not found.
        assert {result.check.name for result in check(twin) if result.failed} <= {"texts_not_found"}
        world.live()
    assert carried_on > 1
    assert {row["record"] for row in rows(twin, "takedowns")} == {"comment", "post"}


def test_the_database_and_what_is_remembered_hold_nothing_of_it(section: Section) -> None:
    build(section.data)
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    with connect(section.data) as tables:
        for (name,) in tables.execute("select table_name from information_schema.tables").fetchall():
            told = json.dumps(tables.execute(f"from {name}").fetchall(), default=str)
            assert SECRET not in told, name
            assert "Ann Lee" not in told, name
    content = (section.data / ".built" / "memory.json").read_text()
    assert "Lee" not in content


WRONG = {
    "no entry": ("x = 1", "unknown field `x`"),
    "no TOML": ("[[takedown]]\nx = = 1", "line 2"),
    "no reason": ("[[takedown]]\ndate = 2026-01-31\ncomments = ['0123456789abcdef:1']", "takedown 1: .*`reason`"),
    "no date": ("[[takedown]]\nreason = 'r'\ncomments = ['0123456789abcdef:1']", "takedown 1: .*`date`"),
    "names nothing": ("[[takedown]]\ndate = 2026-01-31\nreason = 'r'", "takedown 1, names nothing"),
    "no comment_id": ("[[takedown]]\ndate = 2026-01-31\nreason = 'r'\ncomments = ['4711']", "comments: '4711'"),
    "no address": ("[[takedown]]\ndate = 2026-01-31\nreason = 'r'\npermalinks = ['x']", "permalinks: 'x'"),
    "a key misspelled": ("[[takedown]]\ndate = 2026-01-31\nreason = 'r'\npersons = [{ nam = 'A' }]", "persons.*`nam`"),
    "no regular expression": (
        "[[takedown]]\ndate = 2026-01-31\nreason = 'r'\npatterns = [{ matches = '(a' }]",
        r"patterns\[0\].*missing \)",
    ),
    "a name in the reason": (
        "[[takedown]]\ndate = 2026-01-31\nreason = 'Ann Lee asked'\npersons = [{ name = 'ann lee' }]",
        "reason: it is published",
    ),
    "a second entry": (
        "[[takedown]]\ndate = 2026-01-31\nreason = 'r'\nposts = ['0123456789abcdef']\n[[takedown]]\ndate = 3",
        "takedown 2, date",
    ),
    "a hash without salt": (
        f"[[takedown]]\ndate = 2026-01-31\nreason = 'r'\npersons = [{{ name_sha256 = '{'0' * 64}' }}]",
        "salt",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_cannot_be_used_is_told_and_nothing_is_built(section: Section, wrong: str) -> None:
    content, told = WRONG[wrong]
    (section.data / "takedown.toml").write_text(content)
    with pytest.raises(BuildError, match=rf"(?s)takedown\.toml.*{told}"):
        build(section.data)
    assert not (section.data / "tables").exists()


def test_what_is_written_is_what_was_read(tmp_path: Path) -> None:
    write_toml(
        tmp_path,
        'comments = ["0123456789abcdef:1"]\nposts = ["https://a.example/\\u007f"]\nwith_comments = true\n'
        'persons = [{ name = "A \\"B\\" \\\\ é", site = "x", in_texts = false }]\n'
        "patterns = [{ matches = 'a\\b', in = ['text', 'author'], of = ['posts'] }]",
        salt="5a17",
    )
    read = read_takedowns(tmp_path)
    (tmp_path / "takedown.toml").write_text(write_takedowns(read))
    assert read_takedowns(tmp_path) == read


def test_a_pattern_that_ties_other_engines_in_knots_takes_no_time(section: Section) -> None:
    section_data(section, "later", text="a" * 20_000)
    write_toml(section.data, "patterns = [{ matches = '(a+)+(a+)+$b' }]")
    assert build(section.data).unmatched == ["takedown 1, patterns[0]"]


def test_rejects_of_one_page_stay_apart(section: Section) -> None:
    seen = {"fetch_id": "f9", "fetched_at": section.world.fetch(section.url, "x", "blog.example.org").fetched_at}
    lost = Reject(
        **seen, record="comment", record_id=section.ann, url=None, reason="shown_twice", detail=SECRET, content="{}"
    )
    fetch = replace(section.world.fetch(section.url, "again", "blog.example.org"), fetch_id="f9")
    section.write("again", Capture(fetch=fetch, rejects=[replace(lost, content=f'{{"n":{n}}}') for n in range(3)]))
    write_toml(section.data, f'comments = ["{section.ann}"]')
    build(section.data)
    contents = [row["content"] for row in rows(section.data, "rejects") if row["fetch_id"] == "f9"]
    assert sorted(contents) == ['{"taken_down":1}', '{"taken_down":2}', '{"taken_down":3}']
    assert SECRET not in everything(section.data, raw=False)


def test_the_command_tells_what_found_nothing(section: Section) -> None:
    write_toml(section.data, f'comments = ["{section.post}:77"]')
    done = run([sys.executable, "-m", "rejoinder.cli", "build", str(section.data)])
    assert done.returncode == 0
    assert "takedown 1, comments[0]" in done.stderr
    (section.data / "takedown.toml").write_text("[[takedown]]")
    refused = run([sys.executable, "-m", "rejoinder.cli", "build", str(section.data)])
    assert (refused.returncode, "takedown 1" in refused.stderr) == (5, True)


def test_the_page_of_what_is_taken_down_is_not_shown(section: Section) -> None:
    write_toml(section.data, f'comments = ["{section.ann}"]')
    build(section.data)
    with pytest.raises(NoSource, match="taken down"):
        page_of_row(section.data, section.ann)
    with pytest.raises(NoSource, match="keep-archive"):
        page_of_row(section.data, section.bob)


def test_what_changed_tells_nothing_of_it(section: Section) -> None:
    write_toml(section.data, 'persons = [{ name = "Ann Lee" }]')
    build(section.data)
    done = run([sys.executable, "-m", "rejoinder.cli", "diff", str(section.data), "--since", "2000-01-01"])
    assert done.returncode == 0, done.stderr
    assert section.ann in done.stdout
    assert "Ann" not in done.stdout
    [line] = [line for line in done.stdout.splitlines() if section.ann in line]
    assert line.startswith("removed,comment,")


def test_a_release_has_tombstones_and_names_nobody_who_is_taken_down(tmp_path: Path) -> None:
    data = written_data(tmp_path / "data", *talk())
    write_toml(data, 'persons = [{ name = "Peter Quast" }]')
    made = release(data, tmp_path / "out", settings(tmp_path / "key", mode="pseudonyms", removed="keep"))
    assert made.refused == []
    comments = {row["comment_id"]: row for row in released_rows(tmp_path / "out", "comments")}
    first, answer = (comments[f"{1:016x}:{number}"] for number in (1, 2))
    assert (first["body_text"], first["author_id"], first["fate"]) == (None, None, "taken_down")
    # By his first name alone another calls him.
    assert answer["body_text"].endswith(", a jet pump.")
    told = str([released_rows(tmp_path / "out", name) for name in RELEASE_TABLES])
    assert "Peter" not in told
    assert "Quast" not in told
