"""What time it is for a crawl. One place says it, so that a whole crawl can be told another time (setting CLOCK)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present instant, in UTC."""


def system_clock() -> datetime:
    """The machine's own time."""
    return datetime.now(UTC)
