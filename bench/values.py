"""How many dates, texts and addresses a second the pipelines read, beside other libraries where they are installed.

    python bench/values.py

The peers (dateparser, html-text) are no dependencies of ours: install them to have their lines.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType

from lxml.html import fragment_fromstring
from rejoinder.dates.moments import PageClock, parse_date
from rejoinder.pipelines.text import sanitised_html, text_of
from rejoinder.pipelines.urls import post_id
from rejoinder.schemas import DateMention

SECONDS = 1.0
"""How long each measure runs."""

DATES = [
    ("en-US", "January 9, 2012 at 3:04 pm"),
    ("de", "9. Januar 2012 um 15:04 Uhr"),
    ("fr", "9 janvier 2012 à 15 h 24"),
    ("ru", "9 января 2012 г. в 15:04"),
    ("zh", "2012年1月9日 下午3:04"),
    ("de", "09.01.2012 15:04"),
]
BODY = (
    "<div>" + "<p>A comment of <b>some</b> length,<br>with a <a href='/x'>link</a> in it.</p>" * 4
    + "<blockquote><p>quoted</p></blockquote><ul><li>one</li><li>two</li></ul></div>"
)  # fmt: skip


def rate(call: Callable[[int], object]) -> float:
    """Calls a second; the call is given its number."""
    done, begun = 0, time.perf_counter()
    while (spent := time.perf_counter() - begun) < SECONDS:
        for _ in range(20):
            call(done)
            done += 1
    return done / spent


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name:<38} skipped: not installed")
        return None


def main() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    clocks = {lang: PageClock(fetched_at=now, lang=lang) for lang, _ in DATES}
    body = fragment_fromstring(BODY)

    def read_date(number: int) -> None:
        lang, text = DATES[number % len(DATES)]
        if parse_date(DateMention(text=text), clocks[lang]) is None:
            raise ValueError(f"not read: {text}")

    machine = DateMention(machine="2012-01-09T15:04:05+01:00")
    measures: list[tuple[str, Callable[[int], object]]] = [
        ("dates from text", read_date),
        ("dates from machine values", lambda _: parse_date(machine, clocks["de"])),
        ("fragments to text", lambda _: text_of(body)),
        ("fragments to safe HTML", lambda _: sanitised_html(body, "http://example.com/")),
        ("URLs to ids", lambda number: post_id(f"http://www.example.com/2012/01/post-{number}/?utm_source=x")),
    ]
    if dateparser := peer("dateparser"):
        measures.append(
            (
                "dates from text, dateparser",
                lambda n: dateparser.parse(DATES[n % 6][1], languages=[DATES[n % 6][0][:2]]),
            )
        )
    if html_text := peer("html_text"):
        measures.append(("fragments to text, html-text", lambda _: html_text.extract_text(body)))
    for name, call in measures:
        print(f"{name:<38}{rate(call):>10,.0f} /s")


if __name__ == "__main__":
    main()
