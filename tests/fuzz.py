"""A long fuzz run (`make fuzz`): saved pages made wrong in many ways, and what this program fails over or dawdles at.

    python tests/fuzz.py --seed 7 --count 20000 --pages tests/pages --pages /path/to/more --jobs 2

Exit code 1 where a page raised an exception or took too long. Each fault is shown once, with a small page that has it.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from support.fuzzing import MILLISECONDS, READINGS, TIMES_PARSED, fault_of, minimised, slowness
from support.mutations import mutated

SAVED = Path(__file__).parent / "pages"
SHOWN = 2000
"""Bytes shown of a minimised page."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One mutated page."""

    path: str
    seed: str
    fault: str | None
    slowness: float
    """1 is as slow as a page may be."""


def pages_below(folders: list[str]) -> list[Path]:
    """All pages in the folders, in one order."""
    found = (path for folder in folders for path in Path(folder).rglob("*.htm*"))
    return sorted({path for path in found if path.name.endswith((".html", ".htm", ".html.gz"))})


def read(path: str) -> bytes:
    body = Path(path).read_bytes()
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def page_of(path: str, seed: str) -> bytes:
    """The page that a seed makes of a saved one; as it is saved where the seed ends in ':0'."""
    return read(path) if seed.endswith(":0") else mutated(read(path), Random(f"{seed} {Path(path).name}"))


def try_one(job: tuple[str, str]) -> Tried:
    path, seed = job
    page = page_of(path, seed)
    # One way of extract and one of a crawl: each page has both in two rounds.
    fault = fault_of(page, READINGS[:2] if seed[-1] in "02468" else READINGS[2:])
    slow = slowness(page)
    # A moment's load of the machine looks like slowness: what looks slow is measured again.
    slow = min(slow, slowness(page, times=3)) if slow > 0.8 else slow
    return Tried(path, seed, fault.where if fault else None, slow)


def jobs_of(paths: list[Path], seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Each page as it is, then mutated ones in turn."""
    for number in range(count):
        turn, place = divmod(number, len(paths))
        yield str(paths[place]), f"{seed}:{turn}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--count", type=int, default=20_000, help="pages to try; the first are the saved ones as they are"
    )
    parser.add_argument("--pages", action="append", help="folder with pages (.html, .html.gz); default: tests/pages")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--keep", type=Path, help="folder that takes the minimised pages")
    given = parser.parse_args()
    paths = pages_below(given.pages or [str(SAVED)])
    if not paths:
        parser.error("the folders hold no page")
    faults: dict[str, Tried] = {}
    counted: Counter[str] = Counter()
    slow: list[Tried] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        for number, tried in enumerate(pool.map(try_one, jobs_of(paths, given.seed, given.count), chunksize=16), 1):
            if tried.fault:
                counted[tried.fault] += 1
                faults.setdefault(tried.fault, tried)
            slow = sorted([*slow, tried], key=lambda one: -one.slowness)[:5]
            if number % 1000 == 0:
                print(f"{number} pages, {counted.total()} failed in {len(faults)} places", file=sys.stderr)
    print(f"{given.count} pages of {len(paths)} saved ones, seed {given.seed}: {counted.total()} raised an exception")
    for where, times in counted.most_common():
        show_fault(faults[where], times, given.keep)
    print(f"slowest, in shares of what is allowed ({TIMES_PARSED} times the parse and {MILLISECONDS} ms):")
    for tried in slow:
        print(f"  {tried.slowness:.2f}  {tried.path}  seed {tried.seed}")
    return 1 if faults or slow[0].slowness > 1 else 0


def show_fault(tried: Tried, times: int, keep: Path | None) -> None:
    page = page_of(tried.path, tried.seed)
    small = minimised(page, partial(fails_so, where=tried.fault))
    fault = fault_of(small)
    print(f"\n{tried.fault}: {times} pages, first {tried.path} seed {tried.seed}; {len(small)} bytes have it:")
    print(f"  {small[:SHOWN]!r}\n{fault.trace if fault else ''}")
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{hashlib.sha256(small).hexdigest()[:12]}.html").write_bytes(small)


def fails_so(page: bytes, where: str | None) -> bool:
    fault = fault_of(page)
    return fault is not None and fault.where == where


if __name__ == "__main__":
    sys.exit(main())
