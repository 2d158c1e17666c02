"""Every pattern takes time in proportion to the text, whatever the text is: none can be made to hang by a page.

`support.patterns` collects what the program compiles and makes hostile texts of each pattern's own letters and classes.
Python counts no steps of a search, so processor time is compared: of texts eight times as long as others, the
fastest of several tries. In proportion that is 8 times, in the square 64 times; the limit lies between, far from both.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from support import patterns
from support.patterns import hostile_units

PAGES = sorted(map(str, (Path(__file__).parent / "pages").glob("*/*/page.html")))
SCREENED = (250, 1000, 3000)
"""Lengths of the texts that are tried first."""
EXPLODED_S = 0.1
SUSPICIOUS_S = 0.002
"""What takes longer for the longest of them is looked at more closely; in the square it takes many times as long."""
LONG_S = 0.04
LONGEST = 256_000
TIMES_FOR_EIGHT = 24
UNITS = 120

BOUNDED = {
    r"\W*(?=.*(?<!\d)(?:1[3-9]|2[0-6])\d\d(?!\d))": "resembles_date() asks it of 80 characters at most",
    r"\d+(?:\.\d+)*(?:[-+.][0-9A-Za-z.-]+)?": "the version in a publisher's own release.toml",
    r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+": "the contact in a publisher's own release.toml",
}
"""Start of a pattern that is not linear -> what bounds the texts that it is given."""


@cache
def all_patterns() -> list[dict[str, Any]]:
    """Each pattern once, with the place that compiled it."""
    command = [sys.executable, patterns.__file__, *PAGES]
    path = str(Path(__file__).parent)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": path})
    found = map(json.loads, done.stdout.splitlines())
    return list({(one["pattern"], one["flags"]): one for one in found}.values())


def test_the_patterns_of_all_rooms_are_found() -> None:
    rooms = {one["where"].partition("/")[0] for one in all_patterns()}
    assert {"dates", "pipelines", "replies", "spiders"} <= rooms
    assert len(all_patterns()) > 150


@pytest.mark.parametrize("part", range(8))
def test_no_pattern_takes_time_in_the_square_of_a_text(part: int) -> None:
    found = [told for one in all_patterns()[part::8] if (told := told_of(one))]
    assert found == [], "\n".join(found)


def test_a_pattern_in_the_square_is_seen() -> None:
    for pattern in (r"a.*b", r"\s+$", r"(\w+)@x", r"(?:x+x+)+y"):
        assert told_of({"pattern": pattern, "flags": 0, "bytes": False, "where": "here"}), pattern
    for pattern in (r"a[^a]*b", r"(?<!\s)\s+$", r"\w+", r"^a.*b"):
        assert told_of({"pattern": pattern, "flags": 0, "bytes": False, "where": "here"}) is None, pattern


def told_of(one: dict[str, Any]) -> str | None:
    """The first hostile text of a pattern whose time grows too fast, in words; None if there is none."""
    if any(one["pattern"].startswith(start) for start in BOUNDED):
        return None
    compiled = re.compile(one["pattern"].encode("latin-1") if one["bytes"] else one["pattern"], one["flags"])
    patience = 20  # slow patterns that are in proportion for so many texts are so for the others
    for before, unit, behind in hostile_units(one["pattern"], one["flags"], UNITS):

        def text(size: int, before: str = before, unit: str = unit, behind: str = behind) -> str | bytes:
            made = (before + unit * (size // len(unit) + 1))[:size] + behind
            return made.encode("utf-8", "replace") if one["bytes"] else made

        for method in one.get("methods", ["search"]):
            run = getattr(compiled, method)
            if explodes(run, text):
                return (
                    f"{one['where']} {method}(): far too long for {before!r} {unit!r}... {behind!r}: {one['pattern']}"
                )
            if not is_suspicious(run, text, one["pattern"]):
                continue
            if (times := growth(run, text)) > TIMES_FOR_EIGHT:
                hostile = f"{before!r} {unit!r}... {behind!r}"
                return f"{one['where']} {method}(): {times:.0f} times for 8 times {hostile}: {one['pattern']}"
            patience -= 1
        if patience <= 0:
            break
    return None


def seconds(search: Callable[[Any], object], text: str | bytes, tries: int = 1) -> float:
    fastest = float("inf")
    for _ in range(tries):
        begun = process_time()
        search(text)
        fastest = min(fastest, process_time() - begun)
    return fastest


def explodes(search: Callable[[Any], object], text: Callable[[int], str | bytes]) -> bool:
    """Whether a few letters take long already: longer texts would never come to an end."""
    return any(seconds(search, text(size)) > EXPLODED_S for size in (16, 20, 24, 28))


def is_suspicious(search: Callable[[Any], object], text: Callable[[int], str | bytes], pattern: str) -> bool:
    # Of a long pattern many alternatives are tried at each place.
    limit = SUSPICIOUS_S * (1 + len(pattern) / 200)
    return any(seconds(search, text(size)) > limit for size in SCREENED)


def growth(search: Callable[[Any], object], text: Callable[[int], str | bytes]) -> float:
    """How many times as long a text takes that is eight times as long as another, where both take long enough."""
    size = 64
    while size < LONGEST and seconds(search, text(8 * size)) < LONG_S:
        size *= 2
    return seconds(search, text(8 * size), tries=2) / max(seconds(search, text(size), tries=5), 1e-6)
