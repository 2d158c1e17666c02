"""The exit codes of the command line, as `rejoinder --help` tells them."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's end means to a scheduler."""

    DONE = 0
    UNREADABLE = 1
    """A page, file or query could not be read."""
    USAGE = 2
    """The command line is wrong (click's own code), or asks for what is not done, such as a crawl without a contact."""
    INCOMPLETE = 3
    """The crawl ended, but something of it is missing."""
    NO_POST = 4
    """The crawl ended and found no post."""
    BAD_FOLDER = 5
    """The data folder cannot be used."""
    CHECK_FAILED = 6
    INTERRUPTED = 130
    """As shells count SIGINT."""
