"""A seal in each Parquet file we write, by which a single changed bit of it is seen before anything of it is read.

Parquet's own page checksums, which our parts have too, cover the pages only: a flipped bit in the footer renames a
column or moves a row group; and DuckDB neither writes nor looks at them. So a SHA-256 of all other bytes stands between
the last page and the footer, a place that readers of Parquet never look at:

    PAR1 | pages | MARK, 32 bytes of SHA-256 | footer | its length | PAR1
"""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

ZSTD_LEVEL = 9
"""Of Parquet files that are kept. Higher ones take several times as long for a few hundredths (docs/measured.md)."""
MARK = b"rejoinder.sha256"
SEAL_BYTES = len(MARK) + hashlib.sha256().digest_size
FEWEST_ALIKE = 12
"""Bytes of MARK by which a seal is known: a mark that has changed itself still is one."""

TAIL = 8
"""Bytes behind the footer: its length and 'PAR1'."""
CHUNK = 1 << 20


class DamagedFile(Exception):
    """A Parquet file is not as it was written; the message names it and says what is wrong."""


def write_sealed(table: pa.Table, file: IO[bytes], *, rows_a_group: int | None = None) -> None:
    """Write an Arrow table as a sealed Parquet file with page checksums; equal tables give equal bytes."""
    whole = BytesIO()
    # Parquet's own types say all of ours: Arrow's copy of them would take 5 kB of every part.
    options = {
        "compression": "zstd",
        "compression_level": ZSTD_LEVEL,
        "write_page_checksum": True,
        "store_schema": False,
    }
    with pq.ParquetWriter(whole, table.schema, **options) as writer:
        writer.write_table(table, row_group_size=rows_a_group)
        writer.add_key_value_metadata(table.schema.metadata or {})
    seal(whole)
    file.write(whole.getbuffer())


def seal(file: IO[bytes]) -> str:
    """Put the seal into a Parquet file; `file` is open for reading and writing. Returns its hex digits."""
    behind = file.seek(0, os.SEEK_END)
    footer_at = _footer_start(file, behind)
    digest = _digest(file, [(0, behind)])
    file.seek(footer_at)
    footer = file.read()
    file.seek(footer_at)
    file.write(MARK + digest + footer)
    return digest.hex()


def check_seal(path: Path) -> str:
    """See that a file is as it was written. One without a seal, by an older version or another program, is read whole.

    Returns:
        What names its content: the hex digits of its seal, or of the SHA-256 of a file that has none.

    Raises:
        DamagedFile: it is not, or is no whole Parquet file.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        behind = file.seek(0, os.SEEK_END)
        footer_at = _footer_start(file, behind)
        seal_at = footer_at - SEAL_BYTES
        file.seek(max(seal_at, 0))
        found = file.read(SEAL_BYTES)
        if sum(map(int.__eq__, found, MARK)) >= FEWEST_ALIKE:
            if found != MARK + _digest(file, [(0, seal_at), (footer_at, behind)]):
                raise DamagedFile(f"{path} has changed since it was written: its SHA-256 is another")
            return found[len(MARK) :].hex()
        try:
            for _ in pq.ParquetFile(file, page_checksum_verification=True).iter_batches():
                pass
        except (pa.ArrowException, OSError) as error:
            raise DamagedFile(f"{path} is not a whole Parquet file ({error})") from error
        return _digest(file, [(0, behind)]).hex()


def _footer_start(file: IO[bytes], behind: int) -> int:
    """Byte at which the footer of a file of `behind` bytes begins; negative if its length cannot be true."""
    if behind < TAIL:
        return -1
    file.seek(behind - TAIL)
    return behind - TAIL - int.from_bytes(file.read(4), "little")


def _digest(file: IO[bytes], ranges: list[tuple[int, int]]) -> bytes:
    """SHA-256 of the bytes in ranges [start, end)."""
    digest = hashlib.sha256()
    for start, end in ranges:
        file.seek(start)
        left = end - start
        while left and (chunk := file.read(min(left, CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()
