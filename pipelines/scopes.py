"""Whose address is whose: the blog that was asked for, and which addresses its pages may state for themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..addresses import path_of, split_address
from .urls import bare_host, canonical_url, site_of

_DATED = re.compile(r"^(?P<folder>.*?)/(?:19|20)\d\d/\d\d?/")
"""A permalink that begins with its date, and the folder that the date stands in."""

_FOLDERS_OF_ENGINES = frozenset(
    "index.php amp m mobile print archive archives category categories tag node entry p post posts page".split()
)
"""First parts of paths that blog engines give to pages of one blog: no blog is named so."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The blog: one host, and below it the path of the start URL. Spelling differences of URLs do not count."""

    host: str
    path: str
    is_named: bool = True
    """False where nobody asked for a blog, so that its host is all that is known of it."""

    @classmethod
    def of(cls, start: str) -> Scope:
        """The scope of a start URL: its folder; a last part with a dot and no slash behind it is a file in it.

        >>> Scope.of("https://blog.example.org/ada/index.html").path, Scope.of("https://blog.example.org/ada.b/").path
        ('/ada', '/ada.b')

        Raises:
            ValueError: it is no address.
        """
        parts = split_address(canonical_url(start))
        if parts is None:
            raise ValueError(f"{start!r} is no URL")
        folder, _, last = parts.path.rpartition("/")
        is_file = "." in last and not start.partition("?")[0].partition("#")[0].strip().endswith("/")
        return cls(bare_host(parts.netloc), (folder if is_file else parts.path).rstrip("/"))

    @classmethod
    def of_host(cls, url: str) -> Scope:
        """The whole host of a page, of which nobody named a blog."""
        parts = split_address(canonical_url(url))
        return cls(bare_host(parts.netloc) if parts else "", "", is_named=False)

    def __contains__(self, url: str) -> bool:
        parts = split_address(canonical_url(url))
        if parts is None or bare_host(parts.netloc) != self.host:
            return False
        return not self.path or parts.path == self.path or parts.path.startswith(f"{self.path}/")

    @property
    def site(self) -> str | None:
        """The blog's name in `posts.site`; None for a whole host, where each post's URL tells which blog of it that is.

        >>> Scope.of("https://blogs.example.com/ada/").site, Scope.of("https://blogs.example.com/").site
        ('blogs.example.com/ada', None)
        """
        return self.host + self.path if self.path else None

    @property
    def home(self) -> str:
        """The URL of its front page, of which it is the scope again."""
        return f"https://{self.host}{self.path}/"

    def is_front(self, url: str) -> bool:
        """Whether a URL is that of the front page."""
        return canonical_url(url) == canonical_url(self.home)

    def may_claim(self, claimed: str, found_at: str) -> bool:
        """Whether the page at `found_at` is believed that it is known by `claimed`, another address of the blog.

        Below a path that was asked for all is one blog. A whole host may hold several, which their addresses tell
        apart: as `site_of` knows them, by the folder that dated permalinks stand in and, where nobody named the host
        for one blog, by the first folder of any address.

        >>> Scope.of("https://e.org/ada/").may_claim("https://e.org/ada/2012/01/x/", "https://e.org/ada/?p=1")
        True
        >>> Scope.of("https://e.org/").may_claim("https://e.org/ada/2012/01/x/", "https://e.org/eve/2012/01/x/")
        False
        """
        if claimed not in self or self.is_front(claimed):
            return False
        if self.path or found_at not in self:  # an address that leads to where the blog stands now
            return True
        if site_of(claimed) != site_of(found_at):
            return False
        if not self.is_named:
            return _folder(found_at) in ("", _folder(claimed))
        stated, here = (_DATED.match(path_of(canonical_url(url))) for url in (claimed, found_at))
        return not (stated and here) or stated["folder"] == here["folder"] or not (stated["folder"] and here["folder"])


def _folder(url: str) -> str:
    """The first folder of an address where it may name a blog of its host, else an empty text.

    >>> _folder("https://e.org/ada/a-post/"), _folder("https://e.org/2012/01/a-post/"), _folder("https://e.org/a-post/")
    ('ada', '', '')
    """
    first, slash, _ = path_of(canonical_url(url)).removeprefix("/").partition("/")
    return "" if not slash or first.isdigit() or first in _FOLDERS_OF_ENGINES else first


def speaker(scopes: Sequence[Scope], found_at: str) -> Sequence[Scope]:
    """The scopes in which the page at `found_at` may speak; the page's whole host where none is named."""
    return scopes or (Scope.of_host(found_at),)
