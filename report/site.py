"""The folder of a report: its pages by name, each from a template, none larger than a browser likes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup

from .. import __version__
from ..inert import inert
from . import show

HERE = Path(__file__).parent
GENERATOR = "rejoinder report"
INDEX = "index.html"

LARGEST = 2_000_000
"""Bytes of a page."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
"""Of the pages' content: nothing is loaded from elsewhere, and nothing runs that stands in a page."""


class NotAReport(Exception):
    """The folder to be written holds something else than an older report; the message says what to do."""


class PageTooLarge(AssertionError):
    """A page grew beyond what paging reckoned with: a fault of this program."""


@dataclass(slots=True)
class Site:
    """Writes the pages of a report into a folder."""

    folder: Path
    title: str = ""
    """What the report is of, as every page says."""
    has_persons: bool = True
    """Whether there is a page of persons to lead to."""
    pages: int = 0
    bytes_written: int = 0
    largest: int = 0
    environment: jinja2.Environment = field(init=False)

    def __post_init__(self) -> None:
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
            finalize=_shown,
        )
        self.environment.filters |= {
            "number": show.number,
            "percent": show.percent,
            "duration": show.duration,
            "instant": show.instant,
        }
        self.environment.globals |= {"counted": show.counted, "version": __version__}
        for path in sorted((HERE / "static").iterdir()):
            shutil.copyfile(path, self.folder / path.name)

    def render(self, template: str, **context: object) -> Markup:
        """A part of a page."""
        return Markup(self.environment.get_template(template).render(context))

    def write(self, path: str, template: str, *, title: str, section: str, **context: object) -> None:
        """Write a page.

        Args:
            path: below the report's root, as in links to it.
            section: which entry of the navigation it belongs to.

        Raises:
            PageTooLarge: it has more than LARGEST bytes.
        """
        depth = path.count("/")
        root = "../" * depth
        html = self.environment.get_template(template).render(
            context | {"title": title, "section": section, "root": root, "site": self, "policy": POLICY}
        )
        self.write_bytes(path, html.encode())

    def write_bytes(self, path: str, content: bytes) -> None:
        """Write a file of the report.

        Raises:
            PageTooLarge: it has more than LARGEST bytes.
        """
        if len(content) > LARGEST:
            raise PageTooLarge(f"{path} has {len(content)} bytes")
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self.pages += 1
        self.bytes_written += len(content)
        self.largest = max(self.largest, len(content))


def _shown(value: object) -> object:
    """What a template writes for a value: texts without what acts on a page's direction or cannot stand in it."""
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A folder beside `out` to write to, which takes its place if nothing fails and goes away if something does.

    Raises:
        NotAReport: `out` exists and is no report.
    """
    if out.exists() and not is_report(out):
        raise NotAReport(f"{out} exists and is no report; remove it, or name another folder with --out")
    out.parent.mkdir(parents=True, exist_ok=True)
    work, old = (out.with_name(f"{out.name}.{ending}") for ending in ("tmp", "old"))
    for folder in (work, old):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        work.mkdir()
        yield work
        if out.exists():
            out.replace(old)
        work.replace(out)
    finally:
        for folder in (work, old):
            shutil.rmtree(folder, ignore_errors=True)


def is_report(folder: Path) -> bool:
    """Whether a folder is empty, or what this command wrote."""
    if not folder.is_dir():
        return False
    try:
        with (folder / INDEX).open(encoding="utf-8", errors="replace") as file:
            return f'content="{GENERATOR}' in file.read(2000)
    except FileNotFoundError:
        return not any(folder.iterdir())
