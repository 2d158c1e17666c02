"""How fast pages are read: against parsel's bare parse and against trafilatura, on the pages of the corpus.

    python bench/extract.py [FOLDER] [--repeat N]

FOLDER holds *.html or *.html.gz (default: shared/corpus/pages beside the repository). All figures are processor time
of one core, the best of N runs over all pages (default 3). trafilatura is a peer, not a dependency: where it is not
installed, its line says so.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

import parsel
from rejoinder import extract, extract_many
from rejoinder.spiders.reading.page import read_page

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pages"


def pages_of(folder: Path) -> dict[str, bytes]:
    """File name -> bytes of the page."""
    found = {}
    for path in sorted(folder.glob("*.html*")):
        found[path.name] = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return found


def seconds(task: Callable[[Any], object], pages: Sequence[object], repeat: int) -> float:
    """Processor time for all pages, the best of several runs."""
    best = float("inf")
    for _ in range(repeat):
        begun = time.process_time()
        for page in pages:
            task(page)
        best = min(best, time.process_time() - begun)
    return best


def slowest(pages: dict[str, bytes]) -> tuple[str, float]:
    """The page with the fewest bytes per second: its name and MB/s."""
    rates = {name: len(page) / 1e6 / seconds(without_replies, [page], 3) for name, page in pages.items()}
    name = min(rates, key=lambda name: rates[name])
    return name, rates[name]


def bare_parse(page: bytes) -> object:
    return parsel.Selector(body=page, encoding="utf-8").root


def without_replies(page: bytes) -> dict[str, Any]:
    return extract(page, replies=False)


def many(pages: list[bytes]) -> object:
    return list(extract_many(pages))


def many_without_replies(pages: list[bytes]) -> object:
    return list(extract_many(pages, replies=False))


def show_replies(bodies: list[bytes], repeat: int) -> None:
    """What the replies cost: of one page of twenty comments, of one with the fewest, of a page among many."""
    by_count = sorted(((len(without_replies(body)["comments"]), body) for body in bodies), key=itemgetter(0))
    pages = {
        "a page of about 20 comments": min(by_count, key=lambda page: abs(page[0] - 20))[1],
        "a page of the fewest comments": by_count[0][1],
    }
    for label, body in pages.items():
        extract(body)  # the first call of a process makes what the others share
        whole, reading = seconds(extract, [body], repeat), seconds(without_replies, [body], repeat)
        print(f"{label:34}{1000 * whole:8.1f} ms, without replies {1000 * reading:.1f} ms")
    whole, reading = seconds(many, [bodies], 1), seconds(many_without_replies, [bodies], 1)
    a_page = 1000 / len(bodies)
    print(f"{'extract_many':34}{a_page * whole:8.1f} ms a page, without replies {a_page * reading:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    pages = pages_of(options.folder)
    if not pages:
        sys.exit(f"no pages in {options.folder}")
    bodies = list(pages.values())
    size = sum(map(len, bodies)) / 1e6
    print(f"{len(bodies)} pages, {size:.1f} MB")
    base = seconds(bare_parse, bodies, options.repeat)
    print(f"{'parsel, bare parse':34}{base:8.3f} s   1.0")
    for name, task in (("read_page", read_page), ("extract without replies", without_replies)):
        took = seconds(task, bodies, options.repeat)
        print(f"{name:34}{took:8.3f} s   {took / base:.1f} times the bare parse, {size / took:.1f} MB/s")
    show_replies(bodies, options.repeat)
    try:
        import trafilatura  # noqa: PLC0415 - a peer that need not be installed
    except ImportError:
        print("trafilatura                       not installed")
    else:
        peer = seconds(lambda page: trafilatura.bare_extraction(page, include_comments=True), bodies, 1)
        print(f"{'trafilatura with comments':34}{peer:8.3f} s   {peer / took:.1f} times the time of extract")
    name, rate = slowest(pages)
    print(f"slowest page: {name}, {rate:.2f} MB/s")


if __name__ == "__main__":
    main()
