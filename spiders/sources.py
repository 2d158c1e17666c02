"""A sources file: many blogs, each with its way in, in one TOML file.

[[blog]]
name = "Mark McDonald"
url = "https://blogs.gartner.com/mark_mcdonald/"
via = "wayback"
captures = "yearly"
to = "2023"
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ..addresses import is_web_address
from ..objects.urls import is_store_url
from .cdx import Captures

Digits = Annotated[str, msgspec.Meta(pattern=r"^\d{4,14}$")]


class SourcesError(Exception):
    """A sources file cannot be used; the message names the line at fault."""


class BlogSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """One blog of a sources file."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    url: str | None = None
    """Start URL; for files, the blog that is wanted of them."""
    files: tuple[str, ...] = ()
    """Archives and exports to read instead of the web, relative to the sources file, or in a store."""
    via: Literal["auto", "api", "html", "wayback"] = "auto"
    archive_url: str | None = None
    captures: Captures | None = None
    from_: Digits | None = None
    to: Digits | None = None
    since: date | None = None
    limit: Annotated[int, msgspec.Meta(ge=1)] | None = None
    max_pages: Annotated[int, msgspec.Meta(ge=1)] | None = None
    max_minutes: Annotated[float, msgspec.Meta(gt=0)] | None = None

    def options(self) -> tuple[str, ...]:
        """The options of `rejoinder crawl` that this blog asks for; blogs with the same are crawled by one command."""
        named = {
            "--archive-url": self.archive_url,
            "--captures": self.captures,
            "--from": self.from_,
            "--to": self.to,
            "--since": self.since,
            "--limit": self.limit,
            "--max-pages": self.max_pages,
            "--max-minutes": self.max_minutes,
        }
        if not self.files:
            named["--via"] = self.via
        elif self.url:
            named["--site"] = self.url
        return tuple(part for name, value in named.items() if value is not None for part in (name, str(value)))

    def arguments(self, folder: Path) -> tuple[str, ...]:
        """What `rejoinder crawl` is asked to crawl."""
        if self.files:
            return tuple(file if is_store_url(file) else str(folder / file) for file in self.files)
        assert self.url, "checked when the file was read"
        return (self.url,)


class _SourcesFile(msgspec.Struct, forbid_unknown_fields=True):
    blog: list[BlogSource]


def is_sources_file(source: str) -> bool:
    """Whether an argument of `rejoinder crawl` is a sources file, by its name."""
    return source.lower().endswith(".toml") and "://" not in source


def read_sources(path: Path) -> list[BlogSource]:
    """The blogs of a sources file, in its order.

    Raises:
        SourcesError: it cannot be read, or a line of it is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SourcesError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourcesError(f"{path}: not UTF-8 at byte {error.start}") from error
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(f"{path}: {error}") from error  # it names line and column
    try:
        blogs = msgspec.convert(values, _SourcesFile).blog
    except msgspec.ValidationError as error:
        number, key = _place_of(str(error))
        message = str(error).partition(" - at ")[0]
        raise SourcesError(f"{path}, line {_line_of(text, number, key)}: {message}") from error
    names: set[str] = set()
    for number, blog in enumerate(blogs):
        if fault := _fault_of(blog, names):
            key, message = fault
            raise SourcesError(f"{path}, line {_line_of(text, number, key)}: {message}")
        names.add(blog.name)
    return blogs


def _fault_of(blog: BlogSource, names: set[str]) -> tuple[str, str] | None:
    """The key at fault and what is wrong, of what types alone cannot tell; None if nothing is."""
    if blog.name in names:
        return "name", f"a second blog named {blog.name!r}"
    if blog.url is None and not blog.files:
        return "name", f"{blog.name!r} needs a url or files"
    if blog.url is not None and not is_web_address(blog.url):
        return "url", f"{blog.url!r} is no http(s) URL"
    if blog.via != "wayback":
        for key, value in (
            ("archive_url", blog.archive_url),
            ("captures", blog.captures),
            ("from", blog.from_),
            ("to", blog.to),
        ):
            if value is not None:
                return key, f"{key} goes with via = 'wayback'"
    for key, value in (("limit", blog.limit), ("max_pages", blog.max_pages), ("max_minutes", blog.max_minutes)):
        if blog.files and value:
            return key, f"files are read whole: {key} goes with a url"
    return None


def _place_of(message: str) -> tuple[int | None, str | None]:
    """Which blog and which of its keys a validation error is about.

    >>> _place_of("Expected `int`, got `str` - at `$.blog[2].limit`")
    (2, 'limit')
    >>> _place_of("Object contains unknown field `vai` - at `$.blog[0]`")
    (0, 'vai')
    """
    at = re.search(r"\$\.blog\[(\d+)\](?:\.(\w+))?", message)
    named = re.search(r"unknown field `(\w+)`", message)
    number = int(at[1]) if at else None
    return number, named[1] if named else at[2] if at else None


def _line_of(text: str, number: int | None, key: str | None) -> int:
    """The line of a key in the blog of that number; of the blog's heading where it has no such line; else the first."""
    heading, current = 1, -1
    for line_number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[\[\s*blog\s*\]\]", line):
            current += 1
            if current == number:
                heading = line_number
        elif key and (current == number or number is None) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return line_number
    return heading
