"""What a build remembers for the next one: of which parts, by which program, the tables that stand were made.

    DATA/.built/memory.json       this
    DATA/.built/NAME.parquet      models that are no table of readers, and whose old rows the next build needs

All of it can be thrown away at any time: the next build then makes everything anew. Nothing of it is believed unless
the tables beside it are, byte for byte, those that it tells of.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path

import msgspec

from ..schemas.parts import Part, counting
from ..schemas.seal import DamagedFile, check_seal
from .read import DATABASE

FOLDER = ".built"
MEMORY = "memory.json"
ROOMS = ("dates", "pipelines", "queries", "replies", "schemas")
"""Where, besides the root, the rules stand by which raw data becomes tables."""


class Memory(msgspec.Struct, kw_only=True):
    """The last build of a data folder."""

    program: str
    """program_digest() of what built."""
    seals: dict[str, str]
    """Path below the data folder -> seal, of each table and kept model."""
    rows: dict[str, int]
    """Rows of each table."""
    database: tuple[int, int]
    """Size and time of the database file."""
    parts: dict[str, list[Part]]
    """The raw parts by dataset."""
    uncommitted: dict[str, int] = {}
    """Records left out, by dataset."""
    orphans: list[str] = []
    """The fetch_ids that these name."""
    takedowns: str = ""
    """Takedowns.state of what was taken down: nothing of what it names."""
    unmatched: list[str] = []
    """The places in takedown.toml of what found nothing."""

    def known_parts(self) -> dict[str, Part]:
        return {part.path: part for parts in self.parts.values() for part in parts}

    def save(self, path: Path) -> None:
        path.write_bytes(msgspec.json.encode(self))


class Forgotten(Exception):
    """The tables cannot be carried on; the message says why everything has to be made anew."""


def remembered(data: Path) -> Memory:
    """What the last build knows, once the tables are seen to be as it left them.

    Raises:
        Forgotten: there is none, another program made it, or something has changed since.
    """
    memory = _read(data)
    if memory.program != program_digest():
        raise Forgotten("another version of the program or of its libraries built the tables")
    _see_tables(data, memory)
    return memory


def tables_are_whole(data: Path) -> bool:
    """Whether the tables that stand are those of one build, of whatever version, and not those of a killed one."""
    try:
        _see_tables(data, _read(data))
    except Forgotten:
        return False
    return True


def _read(data: Path) -> Memory:
    try:
        return msgspec.json.decode((data / FOLDER / MEMORY).read_bytes(), type=Memory)
    except FileNotFoundError as error:
        raise Forgotten("no earlier build is remembered") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise Forgotten(f"{data / FOLDER} cannot be read ({error})") from error


def _see_tables(data: Path, memory: Memory) -> None:
    for name, seal in memory.seals.items():
        try:
            if check_seal(data / name) != seal:
                raise Forgotten(f"{data / name} is not the one that was built")
        except (DamagedFile, OSError) as error:
            raise Forgotten(str(error)) from error
    if file_state(data / DATABASE) != memory.database:
        raise Forgotten(f"{data / DATABASE} is not the one that was built")


def parts_that_came(memory: Memory, parts: Mapping[str, list[Part]]) -> dict[str, list[Part]]:
    """The parts of each dataset whose rows no build has read.

    Raises:
        Forgotten: rows that were read are gone, or were merged with others that were not.
    """
    came: dict[str, list[Part]] = {}
    for dataset, found in parts.items():
        known = {seal for part in counting(memory.parts.get(dataset, [])) for seal in part.holds}
        here = {seal for part in counting(found) for seal in part.holds}
        # A merged part goes itself when it is merged again; what it was made of stays.
        gone = [part.path for part in counting(memory.parts.get(dataset, [])) if part.seal not in here]
        if gone:
            raise Forgotten(f"{gone[0]} has changed or is gone" + f", and {len(gone) - 1} more" * (len(gone) > 1))
        came[dataset] = [
            part for part in counting(found) if part.seal not in known and not (part.merged and known >= {*part.merged})
        ]
        if merged := next((part for part in came[dataset] if known & part.holds), None):
            raise Forgotten(f"{merged.path} holds both what was built and what was not")
    return came


def file_state(path: Path) -> tuple[int, int]:
    """Size and time of a file; zeros for one that is not there."""
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return state.st_size, state.st_mtime_ns


@cache
def program_digest() -> str:
    """SHA-256 of all that decides what rows become: our SQL, word lists and rules, and the libraries' versions."""
    digest = hashlib.sha256(platform.python_version().encode())
    for library in sorted(requires("rejoinder") or []):
        if "extra ==" not in library:
            name = re.split(r"[^\w.-]", library, maxsplit=1)[0]
            digest.update(f"{name} {version(name)}\n".encode())
    root = Path(__file__).parents[1]
    for path in sorted([*root.glob("*.py"), *(path for room in ROOMS for path in (root / room).rglob("*"))]):
        if path.suffix in {".py", ".sql", ".csv"}:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(content)}\n".encode() + content)
    return digest.hexdigest()
