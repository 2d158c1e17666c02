"""Log lines that act on no terminal: pages and servers write the addresses, names and errors in them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Self

from .inert import inert

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class InertFormatter(logging.Formatter):
    """What another formatter makes of a record, tracebacks included, without what acts on a terminal."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        return inert(self._formatter.format(record))


def make_logs_inert() -> None:
    """Have every handler of the root logger, and the one that Python uses where there is none, write inert lines."""
    for handler in [*logging.root.handlers, logging.lastResort]:
        if handler is not None and not isinstance(handler.formatter, InertFormatter):
            handler.setFormatter(InertFormatter(handler.formatter or logging.Formatter()))


class InertLog:
    """Scrapy's way to it: an extension is made once Scrapy has set up its logging, whoever started the crawl."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        make_logs_inert()
        return cls()
