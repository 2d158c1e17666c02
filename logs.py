"""The log, as text or as JSON lines. It acts on no terminal, though pages write addresses and names in it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

from .inert import inert, inert_json

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class InertFormatter(logging.Formatter):
    """What another formatter makes of a record, tracebacks included, without what acts on a terminal."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        return inert(self._formatter.format(record))


class JsonFormatter(logging.Formatter):
    """A record as one line, a JSON object: time (UTC), level, logger, message and, where there is one, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        elif record.exc_text:  # of another process
            line["traceback"] = record.exc_text
        # Half a surrogate pair can be written in no encoding.
        text = {name: value.encode("utf-8", "backslashreplace").decode() for name, value in line.items()}
        return inert_json(json.dumps(text, ensure_ascii=False))


LogForm = Literal["text", "json"]


def write_log(file: str | None, *, verbose: int, form: LogForm) -> None:
    """Log to the end of a file, or to standard error.

    Args:
        verbose: 0 logs nothing but what ends the program if there is no file, else steps and warnings as 1 does; 2 all.
    """
    levels = [logging.INFO if file else logging.CRITICAL, logging.INFO, logging.DEBUG]
    # Scrapy's set-up closes all handlers; one that appends opens its file again.
    handler = logging.FileHandler(file, mode="a", encoding="utf-8") if file else logging.StreamHandler()
    text = logging.Formatter("%(asctime)s [%(name)s] %(levelname)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JsonFormatter() if form == "json" else InertFormatter(text))
    handler.setLevel(levels[min(verbose, 2)])  # some loggers have a level of their own, below the root's
    logging.root.setLevel(handler.level)
    logging.root.addHandler(handler)


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
