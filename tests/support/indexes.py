"""Small indexes of archives, in the form of Common Crawl's columnar index (commoncrawl/cc-index-table, flat schema)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rejoinder.spiders.archives.warc import Record, Records

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("url_surtkey", "url", "url_host_name", "url_host_tld")),
        *((f"url_host_{number}_last_part", pa.string()) for number in ("2nd", "3rd", "4th", "5th")),
        *((f"url_host_{name}", pa.string()) for name in ("registry_suffix", "registered_domain")),
        *((f"url_host_{name}", pa.string()) for name in ("private_suffix", "private_domain", "name_reversed")),
        *((f"url_{name}", pa.string()) for name in ("protocol",)),
        ("url_port", pa.int32()),
        ("url_path", pa.string()),
        ("url_query", pa.string()),
        ("fetch_time", pa.timestamp("ms")),
        ("fetch_status", pa.int16()),
        ("fetch_redirect", pa.string()),
        *((f"content_{name}", pa.string()) for name in ("digest", "mime_type", "mime_detected")),
        *((f"content_{name}", pa.string()) for name in ("charset", "languages", "truncated")),
        ("warc_filename", pa.string()),
        ("warc_record_offset", pa.int32()),
        ("warc_record_length", pa.int32()),
        ("warc_segment", pa.string()),
    ]
)
"""Columns and types; the partitions `crawl` and `subset` are folders."""


def index_of(folder: Path) -> list[dict[str, Any]]:
    """A row for each response and revisit of the compressed WARC files below a folder, in their order."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*.warc.gz")):
        content = path.read_bytes()
        with path.open("rb") as file:
            for record in Records(file, 0, len(content)):
                if isinstance(record, Record) and record.kind in ("response", "revisit"):
                    rows.append(row_of(path.relative_to(folder).as_posix(), record, content))
    return rows


def row_of(name: str, record: Record, content: bytes) -> dict[str, Any]:
    """The row of one record of a file with that content."""
    member = zlib.decompressobj(wbits=31)
    member.decompress(content[record.offset :])
    url = record.headers["warc-target-uri"]
    protocol, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    path, _, query = path.partition("?")
    status = record.block.split(b" ", 2)[1]
    return {
        "url": url,
        "url_host_name": host,
        "url_host_registered_domain": ".".join(host.split(".")[-2:]),
        "url_protocol": protocol,
        "url_path": slash + path,
        "url_query": query or None,
        "fetch_time": datetime.fromisoformat(record.headers["warc-date"]).replace(tzinfo=None),
        "fetch_status": int(status),
        "content_mime_type": "text/html",
        "content_mime_detected": "text/html",
        "content_languages": "eng",
        "warc_filename": name,
        "warc_record_offset": record.offset,
        "warc_record_length": len(content) - record.offset - len(member.unused_data),
    }


def write_index(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema = SCHEMA) -> Path:
    """The Parquet file with these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema), path)
    return path
