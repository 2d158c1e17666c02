"""The log, as text or as JSON lines. It acts on no terminal, though pages write addresses and names in it."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

from scrapy import Request

from .addresses import host_of
from .inert import inert, inert_json

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

URL = re.compile(r"https?://[^\s<>\"']+")


class InertFormatter(logging.Formatter):
    """What another formatter makes of a record, tracebacks included, without what acts on a terminal."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        return inert(self._formatter.format(record))


class BlogNames:
    """Tells of which blog a log line is, where several processes write one log.

    Args:
        names: start URL -> the blog's name.
        label: of what no blog is known of.
    """

    def __init__(self, names: Mapping[str, str], label: str) -> None:
        self._names = names
        self._label = next(iter(names.values())) if len(names) == 1 else label
        hosts = Counter(map(host_of, names))
        self._of_host = {host_of(url): name for url, name in names.items() if hosts[host_of(url)] == 1}

    def filter(self, record: logging.LogRecord) -> bool:
        """Put `blog` into a record; as a filter of `logging` it lets every one pass."""
        if not hasattr(record, "blog"):
            record.blog = self._of(record)
        return True

    def _of(self, record: logging.LogRecord) -> str:
        given = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
        for value in given:  # of Scrapy: what was asked knows for which blog, wherever it is
            blog = getattr(value, "meta", {}).get("blog") if isinstance(value, Request) else None
            if blog is not None and blog.start in self._names:
                return self._names[blog.start]
        for url in URL.findall(record.getMessage()):
            below = [start for start in self._names if url.startswith(start)]
            if below:
                return self._names[max(below, key=len)]
            if name := self._of_host.get(host_of(url)):
                return name
        return self._label


class JsonFormatter(logging.Formatter):
    """A record as one line, a JSON object.

    time (UTC), level, logger, message and, where there are such, blog (of a sources file, by name) and traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if blog := getattr(record, "blog", None):
            line["blog"] = blog
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        elif record.exc_text:  # of another process
            line["traceback"] = record.exc_text
        # Half a surrogate pair can be written in no encoding.
        text = {name: value.encode("utf-8", "backslashreplace").decode() for name, value in line.items()}
        return inert_json(json.dumps(text, ensure_ascii=False))


LogForm = Literal["text", "json"]


def write_log(file: str | None, *, verbose: int, form: LogForm, blogs: BlogNames | None = None) -> None:
    """Log to the end of a file, or to standard error.

    Args:
        verbose: 0 logs nothing but what ends the program if there is no file, else steps and warnings as 1 does; 2 all.
        blogs: have each line say of which blog it is.
    """
    levels = [logging.INFO if file else logging.CRITICAL, logging.INFO, logging.DEBUG]
    # Scrapy's set-up closes all handlers; one that appends opens its file again.
    handler = logging.FileHandler(file, mode="a", encoding="utf-8") if file else logging.StreamHandler()
    which = "[%(blog)s] " if blogs else ""
    text = logging.Formatter(f"%(asctime)s [%(name)s] %(levelname)s: {which}%(message)s", "%Y-%m-%d %H:%M:%S")
    if blogs:
        handler.addFilter(blogs.filter)
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
