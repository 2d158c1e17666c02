"""A bag (BagIt 1.0, RFC 8493): a copy of the files for an archive, with a checksum of each.

Written here because the format is two lists of checksums, and its library (bagit, used in tests to validate) works by
moving a folder's files and changing the process' working directory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .. import __version__
from ..locks import BUILD, CRAWL, take
from ..queries.models import BuildBusy, BuildError
from ..queries.read import DATABASE

LEFT_OUT = {BUILD, CRAWL, DATABASE}
"""Locks, and the database, which is made of the other files."""
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BLOCK = 1 << 20


def write_bag(folder: Path, bag: Path) -> dict[str, int]:
    """Copy all files below a folder but hidden ones and the database into a bag; gives files and bytes.

    Raises:
        BuildBusy: tables are being made there just now.
        BuildError: there is nothing to copy.
    """
    with _at_rest(folder):
        sources = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_left_out(path, folder))
        if not sources:
            raise BuildError(f"{folder} holds no files; is it the folder given as --out?")
        names = {path: f"data/{path.relative_to(folder).as_posix()}" for path in sources}
        sums = {name: _copied(path, bag / name) for path, name in names.items()}
    size = sum((bag / name).stat().st_size for name in names.values())
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": (
            f"Bag-Software-Agent: rejoinder {__version__}\n"
            f"External-Identifier: {_one_line(folder.resolve().name)}\n"
            f"Payload-Oxum: {size}.{len(sources)}\n"
        ),
        "manifest-sha256.txt": _manifest(sums),
    }
    written = {name: _written(bag / name, text) for name, text in tags.items()}
    _written(bag / "tagmanifest-sha256.txt", _manifest(written))
    return {"files": len(sources), "bytes": size}


@contextmanager
def _at_rest(folder: Path) -> Iterator[None]:
    """Keep tables from being made meanwhile: a bag holds those of one build.

    Raises:
        BuildBusy: they are being made.
        BuildError: there is no such folder.
    """
    if not folder.is_dir():
        raise BuildError(f"{folder} is no folder; is it the folder given as --out?")
    if not (folder / BUILD).is_file():  # a release, in which nothing is made
        yield
        return
    with (folder / BUILD).open("r+") as lock:
        if not take(lock):
            raise BuildBusy(f"the tables of {folder} are being made; wait for it, then do this again")
        yield


def _is_left_out(path: Path, folder: Path) -> bool:
    relative = path.relative_to(folder)
    return relative.name in LEFT_OUT or any(part.startswith(".") or part.endswith(".tmp") for part in relative.parts)


def _copied(source: Path, target: Path) -> str:
    """Copy a file; gives the SHA-256 of what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(BLOCK):
            digest.update(block)
            writing.write(block)
    return digest.hexdigest()


def _written(path: Path, text: str) -> str:
    path.write_bytes(text.encode())
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(sums: dict[str, str]) -> str:
    return "".join(f"{digest}  {_encoded(name)}\n" for name, digest in sorted(sums.items()))


def _encoded(name: str) -> str:
    """A path as manifests write it.

    >>> _encoded("data/100%\\n.txt")
    'data/100%25%0A.txt'
    """
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _one_line(text: str) -> str:
    return " ".join(text.split())
