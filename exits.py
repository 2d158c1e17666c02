"""The exit codes of the command line, as `rejoinder --help` and docs/crawling.md tell them."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What a command's end means to a scheduler."""

    DONE = 0
    UNREADABLE = 1
    USAGE = 2
    INCOMPLETE = 3
    NO_POST = 4
    BAD_FOLDER = 5
    CHECK_FAILED = 6
    NEEDS_ATTENTION = 7
    BUSY = 8
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS = {
    Exit.DONE: "done",
    Exit.UNREADABLE: "a page, file or query could not be read",
    Exit.USAGE: "wrong command line, or a crawl without a contact",
    Exit.INCOMPLETE: "crawl incomplete",
    Exit.NO_POST: "no post found",
    Exit.BAD_FOLDER: "data folder unusable: full, forbidden, or none of ours",
    Exit.CHECK_FAILED: "a check failed, or what was to be forgotten is still found",
    Exit.NEEDS_ATTENTION: "something waits for a person",
    Exit.BUSY: "another process is at work on the data folder",
    Exit.INTERRUPTED: "interrupted (SIGINT)",
    Exit.TERMINATED: "terminated (SIGTERM)",
}
"""Each code in a few words."""


def exit_of_signal(number: int) -> Exit:
    """The code of a command that a signal ended, as shells count it."""
    return Exit.TERMINATED if number == signal.SIGTERM else Exit.INTERRUPTED


def exit_of_several(codes: Iterable[int]) -> Exit:
    """The code of several crawls together: theirs where all ended alike, else that something is missing.

    >>> exit_of_several([0, 0]), exit_of_several([4, 4]), exit_of_several([0, 1])
    (<Exit.DONE: 0>, <Exit.NO_POST: 4>, <Exit.INCOMPLETE: 3>)
    """
    found = set(codes)
    if len(found) > 1:
        return Exit.INCOMPLETE
    return Exit(found.pop()) if found and found <= set(Exit) else Exit.UNREADABLE if found else Exit.DONE
