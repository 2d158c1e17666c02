"""The programs that others load, check and cite datasets with, each in the environment that `make readers` made."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rejoinder.schemas.release import RELEASE_TABLES

from support.runs import ROOT

READERS = ROOT / ".venv-readers" / "readers"
CITATION = ROOT / ".venv-readers" / "citation"


def read(reader: str, release: Path) -> Any:
    """What a reader of tests/readers/reading.py gives of a release or an export."""
    command = [_installed(READERS / "bin" / "python"), ROOT / "tests" / "readers" / "reading.py", reader, release]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def cited(release: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """cffconvert over the citation of a release."""
    command = [_installed(CITATION / "bin" / "cffconvert"), "-i", release / "CITATION.cff", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows_of(release: Path, *, empty: bool = True) -> dict[str, int]:
    """Rows of each table, those without any left out where `empty` is false."""
    counts = {name: pq.read_metadata(release / "data" / f"{name}.parquet").num_rows for name in RELEASE_TABLES}
    return {name: count for name, count in counts.items() if count or empty}


def _installed(program: Path) -> Path:
    assert program.exists(), "install it by: make readers"
    return program
