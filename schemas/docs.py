"""Writes docs/columns.md from the declared records: `python -m rejoinder.schemas.docs`.

With --check nothing is written, and the exit code tells whether the page is as it should be.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

from .arrow import arrow_schema, descriptions
from .records import RAW
from .release import RELEASE_TABLES
from .status import Alarm, BlogStatus, Status
from .tables import TABLES
from .words import WORDS

PAGE = Path(__file__).parents[1] / "docs" / "columns.md"

INTRODUCTION = """# Columns

Written by `make docs` from `schemas/`; change it there. The same descriptions stand in the files: in every Parquet
file as JSON under the metadata key `rejoinder.columns`, in `rejoinder.duckdb` as comments on the columns.

    select column_name, comment from duckdb_columns() where table_name = 'comments'
    select value::varchar from parquet_kv_metadata('tables/comments.parquet') where key = 'rejoinder.columns'

A name that ends in `_at` is an instant in UTC, one in `_local` what a clock on the site's wall showed, one in `_s` a
number of seconds. A column without "or null" is never null; a table's rows are ordered by its key.

A way in may be blind to something that another sees; ids and all other columns are the same by every way.

- The REST API of WordPress has no pingbacks and trackbacks, no stated number of comments, no comment pages, and no
  likes; it states exact parents, edits (`modified_at`) and replies under hidden comments.
- A page of HTML states parents by nesting, which below the theme's depth limit is only the nearest ancestor shown,
  leaves out replies under hidden comments, and states instants (`published_at`) only where it states a zone.

Of several observations the newest counts. What does not change over a comment's life is taken from the observation that
states it best, however old: the parent (by API before nesting), the date (an instant before a wall clock before '2 days
ago'), `by_post_author`, `number`, `native_id` and `permalink`. Of a post, a value that the newest observation lacks is
taken from the newest that has it.
"""

TIDY = """
## Tables

What `rejoinder build` makes: `tables/*.parquet`, and the same in `rejoinder.duckdb`.
"""

OBSERVATIONS = """
## Raw data

What each fetch showed: `raw/DATASET/crawl=ID/part-NNNNN.parquet`. Nothing here is ever changed, so the same post or
comment may stand here many times. A record counts only if its `fetch_id` stands in `fetches`: a killed crawl leaves
others, and fetches their pages again. `fetches` and `rejects` have the columns told above.
"""

RELEASES = """
## Releases

What `rejoinder release` publishes: `data/*.parquet` of a release, whose card tells the same. Tables `threads` and
`completeness` are as above, of the posts that are published.
"""

STATUS = """
## Status

What `rejoinder status --json` prints: one Status. Names may be added; where one is taken away or changes its meaning,
`version` is raised. Instants are texts by RFC 3339.
"""

VOCABULARY = """
## Words

The words that some columns hold.
"""


def page() -> str:
    """The text of docs/columns.md."""
    parts = [INTRODUCTION, TIDY]
    for name, table in TABLES.items():
        parts += [
            f"\n### {name}\n",
            f"\n{table.row.__doc__}\n",
            f"\nKey: {', '.join(table.key)}.\n",
            _columns(table.row),
        ]
    told = {table.row for table in TABLES.values()}
    parts.append(RELEASES)
    for name, table in RELEASE_TABLES.items():
        if table.row not in told:
            parts += [f"\n### released {name}\n", f"\n{table.row.__doc__}\n"]
            parts += [f"\nKey: {', '.join(table.key)}.\n", _columns(table.row)]
    parts.append(OBSERVATIONS)
    for name, record_class in RAW.items():
        if record_class not in told:
            parts.append(f"\n### raw {name}\n\n{record_class.__doc__}\n{_columns(record_class)}")
    parts.append(STATUS)
    for record_class in (Status, BlogStatus, Alarm):
        parts.append(f"\n### {record_class.__name__}\n\n{record_class.__doc__}\n{_columns(record_class)}")
    parts.append(VOCABULARY)
    for column, words in WORDS.items():
        rows = "".join(f"| `{word}` | {_cell(meaning)} |\n" for word, meaning in words.items())
        parts.append(f"\n### {column}\n\n| word | meaning |\n| --- | --- |\n{rows}")
    return "".join(parts)


def sql_type(kind: pa.DataType) -> str:
    """An Arrow type as DuckDB names it.

    >>> sql_type(pa.list_(pa.string()))
    'VARCHAR[]'
    """
    if pa.types.is_list(kind):
        return f"{sql_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return f"STRUCT({', '.join(f'{field.name} {sql_type(field.type)}' for field in kind)})"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ" if kind.tz else "TIMESTAMP"
    return {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN", "date32[day]": "DATE"}[
        str(kind)
    ]


def _columns(record_class: type) -> str:
    texts = descriptions(record_class)
    rows = []
    for field in arrow_schema(record_class):
        # In JSON records may stand in records, which have a section of their own here.
        is_of_records = record_class in (Status, BlogStatus) and pa.types.is_list(field.type)
        kind = "list" if is_of_records else sql_type(field.type) + (" or null" if field.nullable else "")
        rows.append(f"| `{field.name}` | {kind} | {_cell(texts[field.name])} |\n")
    return f"\n| column | type | meaning |\n| --- | --- | --- |\n{''.join(rows)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != text:
        sys.exit(f"{PAGE} is stale; write it anew with: make docs")


if __name__ == "__main__":
    main()
