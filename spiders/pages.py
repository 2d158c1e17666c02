"""The spider `pages`: given pages of posts with their comments, and nothing else that they lead to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..pipelines.scopes import Scope
from .answers import Reader
from .blog import BlogSpider
from .blogs import Blog
from .discovery import SiteLinks
from .frontier import Context, Task


@dataclass(slots=True, kw_only=True)
class PagesReader(Reader):
    """Reads given pages of one blog and the further pages of their comments."""

    pages: Sequence[str]

    def start_tasks(self, start: str) -> list[Task]:
        return [Task(url, "post", Context(way="api")) for url in self.pages]

    def arrive(self, url: str) -> None:
        """No page is a start page, whose redirects would name another blog."""

    def _neighbours(self, task: Task, links: SiteLinks) -> Iterator[Task]:
        """The posts before and behind a post are others."""
        yield from ()


class PagesSpider(BlogSpider):
    """Reads given pages.

    Args:
        pages: start URL of each blog -> addresses of its posts.
    """

    name = "pages"

    def __init__(self, pages: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(start="\n".join(pages), via="html", **kwargs)
        self.pages = pages

    def command(self) -> dict[str, Any]:
        asked = "\n".join(url for urls in self.pages.values() for url in urls)
        return super().command() | {"pages": hashlib.sha256(asked.encode()).hexdigest()}

    def blog_of(self, start: str) -> Blog:
        reader = PagesReader(
            scope=Scope.of(start),
            via=self.via,
            page_maxsize=self.settings.getint("PAGE_MAXSIZE"),
            has_disqus_key=bool(self.settings["DISQUS_API_KEY"]),
            bounds=self.bounds,
            pages=self.pages[start],
        )
        return Blog(start, reader)
