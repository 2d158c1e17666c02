"""What pages wrote acts on nothing: terminals, spreadsheets and logs get text. And no number loses a digit."""

from __future__ import annotations

import csv
import doctest
import importlib
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder import console, prompt, rows
from rejoinder.console import PlainConsole, print_table
from rejoinder.inert import csv_line, inert, inert_json
from rejoinder.logs import InertFormatter
from rejoinder.prompt import print_result

from support.runs import run

ACTING = [chr(code) for code in (*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029)]
BIDI = [*"\u061c\u200e\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
HOSTILE = (
    "Ann"
    + "".join(ACTING + BIDI)
    + "\x1b]0;title\x07\x9b31m [red]x[/red] [link=http://evil.example]y[/link] :smile: [/]"
)
TEXTS = st.text(st.sampled_from([*ACTING, *BIDI, *"=+-@'\t\n\",a5 ;[]/ü"]) | st.characters(codec="utf-8"), max_size=12)
QUIET = ACTING + BIDI


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch, *modules: object) -> Iterator[StringIO]:
    """The modules' `out` on what rich takes for a terminal without colours."""
    shown = StringIO()
    drawn = PlainConsole(file=shown, force_terminal=True, color_system=None, width=200)
    with monkeypatch.context() as patched:
        for module in modules:
            patched.setattr(module, "out", drawn)
        yield shown


def unspoiled(text: str) -> bool:
    return not any(char in text for char in QUIET)


@given(TEXTS)
def test_inert_texts_hold_nothing_that_acts_and_lose_nothing_else(text: str) -> None:
    kept = inert(text)
    assert unspoiled(kept)
    assert inert(kept) == kept
    assert [char for char in kept if char != "\n"] == [char for char in text if char not in [*QUIET, "\n"]]


@given(TEXTS)
def test_inert_json_means_the_same(text: str) -> None:
    written = inert_json(json.dumps(text, ensure_ascii=False))
    assert unspoiled(written)
    assert json.loads(written) == text


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=4))
def test_csv_cells_are_text_to_a_spreadsheet_and_give_the_text_back(cells: list[str | None]) -> None:
    line = csv_line(cells)
    [read] = csv.reader([*StringIO(line, newline="")], strict=True)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in read)
    # An apostrophe before one of these, or before more apostrophes and one of these, is ours.
    taken = [
        cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in tuple("=+-@\t＝＋－＠") else cell for cell in read
    ]
    assert taken == ["" if cell is None else inert(cell) for cell in cells]


def test_numbers_are_no_formulas() -> None:
    assert csv_line([-5, -1.5, "-5", "-5"], are_numbers=[False, False, True, False]) == "-5,-1.5,-5,'-5\n"


@pytest.mark.parametrize("width", [20, 200])
def test_a_terminal_obeys_no_text(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    shown = StringIO()
    drawn = PlainConsole(file=shown, force_terminal=True, color_system=None, width=width)
    monkeypatch.setattr(console, "out", drawn)
    monkeypatch.setattr(console, "err", drawn)
    drawn.print(HOSTILE)
    drawn.print(f"Posts of {HOSTILE}", soft_wrap=True)
    print_table(HOSTILE, [HOSTILE], [[HOSTILE], [[HOSTILE]]])
    console.complain(HOSTILE)
    console.print_page(HOSTILE.encode())
    text = shown.getvalue()
    assert unspoiled(text)
    joined = text.replace("\n", "").replace(" ", "")
    assert joined.count("smile:") >= 6
    assert "[red]" in text
    assert "title" in text


def test_a_progress_line_is_inert_too() -> None:
    from rich.progress import Progress, TextColumn

    shown = StringIO()
    drawn = PlainConsole(file=shown, force_terminal=True, color_system=None, width=300)
    with Progress(TextColumn("{task.description}", markup=False), console=drawn) as bar:
        bar.add_task(HOSTILE, total=1)
    # What rich itself moves the cursor with is left; nothing of ours is.
    assert "\x9b" not in shown.getvalue()
    assert "\x1b]0;" not in shown.getvalue()
    assert "\u202e" not in shown.getvalue()


def test_log_lines_and_their_tracebacks_are_inert() -> None:
    formatter = InertFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    try:
        raise ValueError(HOSTILE)  # noqa: TRY301
    except ValueError:
        record = logging.LogRecord("spider", logging.ERROR, __file__, 1, "%s failed", (HOSTILE,), sys.exc_info())
    line = formatter.format(record)
    assert unspoiled(line)
    assert line.startswith("ERROR: Ann")
    assert "Traceback (most recent call last):\n" in line


def test_a_long_line_is_one_line_where_it_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 100 + "end"  # Rich before 14.1 takes blanks off the end
    PlainConsole().print(f"Crawl: {long}")
    PlainConsole().print("[1] of :smile:")
    assert capsys.readouterr().out == f"Crawl: {long}\n[1] of :smile:\n"


# --- rejoinder sql

VALUES = {
    "double": ("1234567.891::double", "1234567.891", 1234567.891),
    "tiny": ("1e-300::double", "1e-300", 1e-300),
    "third": ("1::double / 3", "0.3333333333333333", 1 / 3),
    "real": ("0.1::float", "0.1", pytest.approx(0.1)),
    "sum": ("sum(x)", "9007199254740993", 9007199254740993),
    "average": ("avg(x)", "9007199254740992.0", 9007199254740992.0),
    "hugeint": ("170141183460469231731687303715884105727::hugeint", *[170141183460469231731687303715884105727] * 2),
    "negative": ("-5", "-5", -5),
    "decimal": ("-12345678901234567890.12::decimal(38, 2)", "-12345678901234567890.12", -12345678901234567890.12),
    "boolean": ("true", "true", True),
    "null": ("null", "", None),
    "empty": ("''", "", ""),
    "formula": ("'=1+1'", "'=1+1", "=1+1"),
    "digits": ("'-5'", "'-5", "-5"),
    "instant": ("timestamptz '2012-01-16 13:30:00.5+01'", "2012-01-16 12:30:00.5+00", "2012-01-16T12:30:00.500000Z"),
    "clock": ("timestamp '2012-01-16 12:30:00'", "2012-01-16 12:30:00", "2012-01-16T12:30:00"),
    "day": ("date '2012-01-16'", "2012-01-16", "2012-01-16"),
    "nanoseconds": ("timestamp_ns '2012-01-16 12:30:00.123456789'", *["2012-01-16 12:30:00.123456789"] * 2),
    "interval": ("interval 3 day", "3 days", "3 days"),
    "blob": ("'a\\xFF'::blob", "a\\xFF", "Yf8="),
    "texts": ("['a, b', '=c', null]", '["a, b","=c",null]', ["a, b", "=c", None]),
    "numbers": ("[1.5::double, 1234567.891]", "[1.5,1234567.891]", [1.5, 1234567.891]),
    "struct": ("{'a': 1, 'b': ['x']}", '{"a":1,"b":["x"]}', {"a": 1, "b": ["x"]}),
    "map": ("map {'k': 1}", '{"k":1}', {"k": 1}),
    "nan": ("'nan'::double", "nan", None),
    "lines": ("'a' || chr(10) || 'b'", "a\nb", "a\nb"),
    "control": ("'a' || chr(27) || chr(155) || 'b'", "ab", "a\x1b\x9bb"),
}
"""A value as SQL -> the cell of a CSV file and the value of a JSON object."""


def printed(capsys: pytest.CaptureFixture[str], query: str, form: str | None) -> str:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        assert print_result(connection, query, form) is None
    return capsys.readouterr().out


@pytest.mark.parametrize(("sql", "cell", "value"), VALUES.values(), ids=VALUES)
def test_values_come_whole(capsys: pytest.CaptureFixture[str], sql: str, cell: object, value: object) -> None:
    query = f"select {sql} as v from (values (9007199254740993::bigint)) as numbers(x)"
    for form in ("csv", None):
        rows = [*csv.reader(StringIO(printed(capsys, query, form), newline=""))]
        assert rows == [["v"], [str(cell)]]
    [line] = printed(capsys, query, "json").splitlines()
    assert json.loads(line) == {"v": value}


def test_a_csv_file_gives_duckdb_back_what_it_was(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    same = ["double", "tiny", "third", "sum", "hugeint", "negative", "decimal", "boolean", "null", "empty", "instant"]
    same += ["clock", "day", "nanoseconds", "interval", "blob", "lines", "nan"]
    query = f"select {', '.join(f'{VALUES[name][0]} as {name!r}' for name in same)} from (values (3::bigint)) as n(x)"
    path = tmp_path / "values.csv"
    path.write_text(printed(capsys, query, "csv"), "utf-8")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        result = connection.sql(query)
        types = {name: str(kind).strip('"') for name, kind in zip(result.columns, result.types, strict=True)}
        types["null"] = "VARCHAR"
        as_read = f"read_csv('{path}', columns = {types}, header = true, allow_quoted_nulls = false)"
        as_text = "select columns(*)::varchar from "
        assert connection.sql(as_text + as_read).fetchall() == connection.sql(f"{as_text}({query})").fetchall()


def test_two_columns_of_one_name_are_both_told(capsys: pytest.CaptureFixture[str]) -> None:
    query = "select 1 as a, 2 as a, 3 as a_2"
    assert printed(capsys, query, "csv") == "a,a,a_2\n1,2,3\n"
    assert json.loads(printed(capsys, query, "json")) == {"a": 1, "a_3": 2, "a_2": 3}


def test_what_json_cannot_hold_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect() as connection:
        error = print_result(connection, "select timestamptz 'infinity' as v", "json")
    assert error is not None
    assert "varchar" in error
    assert printed(capsys, "select timestamptz 'infinity' as v", "csv") == "v\ninfinity\n"


def test_a_drawn_table_is_short_and_inert(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, console, prompt) as shown, duckdb.connect() as connection:
        connection.execute("create table t as select ? as name", [HOSTILE])
        query = "select name, 0.916666::double as c, 1234567.891::double as d, ['a', 'b'] as l from t"
        assert print_result(connection, query, None) is None
        assert print_result(connection, "from range(500)", None) is None
    text = shown.getvalue()
    assert unspoiled(text)
    assert "0.917" in text
    assert "1234567.891" in text
    assert "a, b" in text
    assert "more than 200 rows" in text


def test_rows_are_ordered_as_the_query_says_through_many_batches(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH", 7)
    text = printed(capsys, "from range(100) as t(n) order by n desc", "csv")
    assert text.split() == ["n", *map(str, range(99, -1, -1))]


def test_what_extract_prints_means_the_same_and_is_inert(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>T</title></head><body><h1>Shalom \u200f\u05d0\u200e</h1><ol class='commentlist'>"
        "<li class='comment' id='comment-1'><article><b class='fn'>A\u200fnn</b><time datetime='2012-01-09T10:00:00'>"
        "x</time><div class='comment-content'><p>one</p></div></article></li></ol></body></html>",
        "utf-8",
    )
    done = run([sys.executable, "-m", "rejoinder.cli", "extract", str(page)])
    assert unspoiled(done.stdout)
    assert r"\u200f" in done.stdout
    assert [comment["author_name"] for comment in json.loads(done.stdout)["comments"]] == ["A\u200fnn"]


def test_an_error_of_the_command_line_is_inert(tmp_path: Path) -> None:
    done = run([sys.executable, "-m", "rejoinder.cli", "build", f"{tmp_path}/no\x1b[31m\u202e[red]"])
    assert done.returncode == 5
    assert unspoiled(done.stderr)
    assert "no[31m[red] is no folder" in done.stderr


@pytest.mark.parametrize("module", ["console", "inert", "prompt"])
def test_examples_in_docstrings_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"rejoinder.{module}")).failed == 0
