"""What the audit of a release finds in data that were made for it, and what it leaves."""

from __future__ import annotations

import base64
import doctest
import gzip
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from rejoinder.cli import main
from rejoinder.exits import Exit
from rejoinder.pipelines.write import write_part
from rejoinder.queries import BuildError, build
from rejoinder.queries.pages import fetches_of
from rejoinder.release import audit as audit_module
from rejoinder.release.audit import AuditError, Finding, audit
from rejoinder.release.config import NamesConfig
from rejoinder.schemas import RAW, Comment, Post
from rejoinder.schemas.arrow import to_table

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://blog.example/2012/05/a-post"
POST = "0123456789abcdef"
OTHER = "fedcba9876543210"
MAIL = "anna.klein@mail.example"
TEXTS = [
    ("1", "Anna Klein", f"Write to {MAIL} from 198.51.100.7.", "https://social.example/people/anna-klein"),
    ("2", "Rose", "The rose is red. A rose is a rose; any rose.", None),
    ("3", "Just Me", "It is just me. It would just amuse me. Just me, for me just.", None),
    ("4", "Jürgen Groß", "I see.", None),
    ("5", "小明", "好", None),
    (None, "Tom", "No id.", None),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two posts of two sites, built."""
    folder = tmp_path_factory.mktemp("data")
    seen = {"fetch_id": "f", "fetched_at": NOW}
    posts = [
        Post(post_id=POST, site="blog.example", url=URL, platform="generic", author_name="Mark Author",
             body_text="By Mark Author.", **seen),
        Post(post_id=OTHER, site="other.example", url="https://other.example/p", platform="generic", **seen),
    ]  # fmt: skip
    comments = [
        Comment(comment_id=f"{POST}:{number or 'h0123456789abcdef'}", post_id=POST, native_id=number, position=place,
                author_name=name, body_text=text, author_url=page, **seen)
        for place, (number, name, text, page) in enumerate(TEXTS)
    ]  # fmt: skip
    comments.append(
        Comment(comment_id=f"{OTHER}:1", post_id=OTHER, native_id="1", position=0, author_name="Carla Bruns",
                body_text="I see.", **seen)
    )  # fmt: skip
    for dataset, rows in {"fetches": fetches_of(posts, comments), "posts": posts, "comments": comments}.items():
        part = folder / "raw" / dataset / "crawl=c"
        part.mkdir(parents=True)
        write_part(to_table(rows, RAW[dataset]), part / "part-00000.parquet")
    build(folder)
    return folder


@pytest.fixture
def found(data: Path, tmp_path: Path) -> Callable[..., list[Finding]]:
    """Audits a release whose table of comments holds these texts below the first post."""

    def audited(*texts: str, column: str = "body_text", **options: object) -> list[Finding]:
        rows = [{"comment_id": f"{POST}:{n}", "post_id": POST, column: text} for n, text in enumerate(texts)]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "comments.parquet")
        return audit(tmp_path, data, **options)  # pyright: ignore[reportArgumentType]

    return audited


def kinds(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.kind, finding.level) for finding in findings}


def test_examples() -> None:
    assert doctest.testmod(audit_module).failed == 0


VEILED = [
    "I agree with Anna Klein.",
    "ANNA  KLEIN says",
    "anna_klein, anna-klein, anna.klein",
    "see annaklein there",
    "Änna Klein",
    "A&#110;na Klein",
    "https://x.example/?q=" + quote("Anna Klein"),
    "https://x.example/?q=" + quote(quote("Anna Klein")),
    "An\u200bna Kl\u00adein",
    "Аnnа Кlеin",  # Cyrillic А, а, К, е
    "Ａｎｎａ Ｋｌｅｉｎ",
    "Jurgen Gross",
    "J%C3%BCrgen%20Gro%C3%9F",
    "小明说",
]


@pytest.mark.parametrize("text", VEILED)
def test_a_whole_name_is_found_however_it_is_veiled(found: Callable[..., list[Finding]], text: str) -> None:
    assert ("name", "finding") in kinds(found(text))


def test_a_finding_tells_where_it_is(found: Callable[..., list[Finding]]) -> None:
    [finding] = found("All is well.", "So I agree with Anna Klein.")
    assert finding == Finding(
        file="comments.parquet",
        row_id=f"{POST}:1",
        column="body_text",
        kind="name",
        what="Anna Klein",
        context="So I agree with [[Anna Klein]].",
        level="finding",
    )


NOTHING = [
    "A rose is a rose. Rose bushes, too.",
    "It is just me. Just me.",
    "Qxwfmtmnwkzvpbn wrote to [email] from [ip].",
    "Version 1.2.3.4, 127.0.0.1, 10:30:15, logo@2x.png",
]


@pytest.mark.parametrize("text", NOTHING)
def test_words_and_numbers_of_nobody_are_not_told(found: Callable[..., list[Finding]], text: str) -> None:
    assert found(text) == []


def test_what_may_be_a_name_is_to_be_looked_at_and_what_must_be_one_is_found(
    found: Callable[..., list[Finding]],
) -> None:
    assert kinds(found("I think that Anna is right.")) == {("name", "look")}
    assert kinds(found("I met Carla Bruns, too.")) == {("name", "look")}, "who writes on another site"
    assert kinds(found("@Anna is right.")) == {("name", "finding")}
    assert kinds(found("I think Just Me is a name.")) == {("name", "look")}


def test_addresses_and_hashes_are_found(found: Callable[..., list[Finding]]) -> None:
    assert kinds(found("ben@mail.example")) == {("email", "finding")}
    assert kinds(found("ben%40mail.example")) == {("email", "finding")}
    assert kinds(found("198.51.100.77")) == {("ip", "finding")}
    assert kinds(found("2001:db8::7")) == {("ip", "look")}
    for algorithm in ("md5", "sha1", "sha256"):
        assert kinds(found(f"id {hashlib.new(algorithm, MAIL.encode()).hexdigest()}")) == {("hash", "finding")}
    assert kinds(found("https://x.example/avatar/" + "0f" * 16)) == {("hash", "finding")}
    assert kinds(found("commit " + "0f" * 20)) == {("hash", "look")}
    assert kinds(found("0f" * 32, column="body_sha256")) == set()
    assert ("page", "finding") in kinds(found("see social.example/people/anna-klein"))


def test_ids_that_are_hashes_of_names_are_found(found: Callable[..., list[Finding]]) -> None:
    assert kinds(found(f"{POST}:h0123456789abcdef", column="target_id")) == {("id", "finding")}
    assert found(f"{POST}:h00000000000000ff", column="target_id") == []


def test_every_file_is_looked_through(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    text = "Made with Anna Klein.\n"
    (folder / "README.md").write_text(text, "utf-8")
    (folder / "croissant.json").write_text('{"creator": "Anna\\u0020Klein", "name": "Anna Klein"}', "utf-8")
    (folder / "comments.csv.gz").write_bytes(gzip.compress(text.encode()))
    (folder / "by-anna-klein.txt").write_text("nothing", "utf-8")
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("anna-klein/notes.txt", text)
    table = pa.table({"body_text": ["nothing", "Anna Klein"], "tags": [["Anna Klein"], None]})
    schema = table.schema.with_metadata({b"made by": b"Anna Klein"})
    pq.write_table(table.cast(schema), folder / "t.parquet")
    places = {(finding.file, finding.column) for finding in audit(tmp_path, data)}
    assert places == {
        ("sub/README.md", ""),
        ("sub/croissant.json", ""),
        ("sub/comments.csv.gz", ""),
        ("sub/by-anna-klein.txt", "file name"),
        ("sub/all.zip", "file name"),
        ("sub/all.zip", ""),
        ("sub/t.parquet", "body_text"),
        ("sub/t.parquet", "tags"),
        ("sub/t.parquet", "metadata"),
    }


def test_statistics_may_hold_what_no_row_holds(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"body_text": ["Anna Klein"]}), path, compression="none", use_dictionary=False)
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    path.write_bytes(content[:footer].replace(b"Anna Klein", b"Xxxx Xxxxx") + content[footer:])
    assert {finding.column for finding in audit(tmp_path, data)} == {"statistics"}


def test_the_key_may_stand_nowhere(data: Path, tmp_path: Path) -> None:
    key = b"0123456789abcdef0123456789ABCDEF\n"
    for number, written in enumerate([key, key.strip().hex().encode(), base64.b64encode(key.strip())]):
        (tmp_path / f"{number}.bin").write_bytes(b"\0" + written + b"\0")
    findings = audit(tmp_path, data, key=key)
    assert [(f.file, f.kind, f.level) for f in findings] == [(f"{n}.bin", "key", "finding") for n in range(3)]


def test_what_is_published_on_purpose_is_not_told(found: Callable[..., list[Finding]]) -> None:
    assert kinds(found("By Mark Author")) == {("name", "finding")}
    assert found("By Mark Author", names=NamesConfig(keep_post_authors=True)) == []
    assert kinds(found("By Anna Klein", names=NamesConfig(keep_post_authors=True))) == {("name", "finding")}
    assert kinds(found("By Anna Klein, a@b.example", names=NamesConfig(mode="keep"))) == {("email", "finding")}
    assert found("Ask Anna Klein: a@b.example", allowed=["Anna Klein", "a@b.example"]) == []


def test_what_a_release_says_of_itself_is_no_finding_of_the_command(data: Path, tmp_path: Path) -> None:
    said = {
        "contributors": [{"title": "Anna Klein", "role": "author"}],
        "rejoinder": {"names": "pseudonyms", "keep_post_authors": True, "contact": "a@b.example"},
    }
    (tmp_path / "README.md").write_text("Ask Anna Klein, a@b.example, on Mark Author.\n", "utf-8")
    command = ["audit", str(tmp_path), "--against", str(data)]
    assert CliRunner().invoke(main, command).exit_code == Exit.CHECK_FAILED
    (tmp_path / "datapackage.json").write_text(json.dumps(said), "utf-8")
    assert CliRunner().invoke(main, command).exit_code == Exit.DONE
    assert CliRunner().invoke(main, [*command, "--no-post-authors"]).exit_code == Exit.CHECK_FAILED
    (tmp_path / "datapackage.json").write_text("{", "utf-8")
    assert CliRunner().invoke(main, command).exit_code == Exit.UNREADABLE


def test_a_folder_that_is_no_release_or_no_data_is_told(data: Path, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="no folder"):
        audit(tmp_path / "none", data)
    with pytest.raises(AuditError, match="is empty"):
        audit(tmp_path, data)
    (tmp_path / "t.parquet").write_bytes(b"PAR1 broken")
    with pytest.raises(AuditError, match=r"t\.parquet cannot be read"):
        audit(tmp_path, data)
    with pytest.raises(BuildError, match="rejoinder build"):
        audit(tmp_path, tmp_path)


def test_who_is_taken_down_is_known_though_the_tables_name_him_no_more(data: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data, tmp_path / "data"))
    person = '[[takedown]]\ndate = 2026-01-31\nreason = "asked"\npersons = [{ name = "Anna Klein" }]\n'
    (copy / "takedown.toml").write_text(person, "utf-8")
    build(copy)
    release = tmp_path / "release"
    release.mkdir()
    (release / "README.md").write_text("Made with Anna Klein.\n", "utf-8")
    assert [finding.what for finding in audit(release, copy)] == ["Anna Klein"]
    (copy / "takedown.toml").write_text("[[takedown]]\n", "utf-8")
    with pytest.raises(BuildError, match=r"takedown\.toml"):
        audit(release, copy)


def test_the_command_tells_by_its_exit_code(data: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    release.mkdir()

    def run(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["audit", *map(str, arguments)])
        return done.exit_code, done.output

    (release / "README.md").write_text("All is well. Anna looks on.\n", "utf-8")
    assert run(release, "--against", data)[0] == Exit.DONE
    (release / "README.md").write_text("Made with Anna Klein.\n", "utf-8")
    code, output = run(release, "--against", data)
    assert code == Exit.CHECK_FAILED
    assert output.splitlines()[1] == 'finding\tREADME.md\tline 1\t""\tname\tAnna Klein\tMade with [[Anna Klein]].'
    assert run(release, "--against", data, "--allow", "Anna Klein")[0] == Exit.DONE
    assert run(release, "--against", data, "--names", "keep")[0] == Exit.DONE
    assert run(release, "--against", tmp_path)[0] == Exit.BAD_FOLDER
    assert run(tmp_path / "none", "--against", data)[0] == Exit.UNREADABLE
    assert run(release)[0] == Exit.USAGE
