"""What an address says: the one place where a text that a page, a server or a file gives for a URL is taken apart.

Such a text is data. One that cannot be parsed (`http://[`, a port that is no number, a host that NFKC refuses) is no
address: whoever asks gets None and goes on as if nothing stood there. `refused_addresses` tells which these were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

MOST_TOLD = 1000
"""Addresses that one page is told to have written wrongly; a page may be made of nothing else."""
SHOWN = 3
LONGEST_SHOWN = 80


@dataclass(slots=True)
class Refused:
    """The texts that stood for addresses on one page and are none, each once, in the order in which they were met."""

    texts: dict[str, None] = field(default_factory=dict)

    def add(self, text: str) -> None:
        if len(self.texts) < MOST_TOLD:
            self.texts.setdefault(text)

    def told(self) -> str | None:
        """A sentence about them; None if there are none.

        >>> Refused({"http://[": None, "//[::1": None}).told()
        "2 links are no addresses and lead nowhere: 'http://[', '//[::1'"
        """
        if not self.texts:
            return None
        count = len(self.texts)
        number = "1 link is no address and leads" if count == 1 else f"{count} links are no addresses and lead"
        shown = [repr(text[:LONGEST_SHOWN]) for text in list(self.texts)[:SHOWN]]
        return f"{number} nowhere: {', '.join(shown)}{', ...' if count > SHOWN else ''}"


_REFUSED: ContextVar[Refused | None] = ContextVar("refused", default=None)


@contextmanager
def refused_addresses() -> Iterator[Refused]:
    """Takes down what is asked for as an address within the context and is none."""
    refused = Refused()
    token = _REFUSED.set(refused)
    try:
        yield refused
    finally:
        _REFUSED.reset(token)


def split_address(text: str) -> SplitResult | None:
    """The parts of an address, whole or relative; None for a text that is none. Its port may be asked for safely.

    >>> split_address("http://[::1]:8000/a").port, split_address("../a?b").path
    (8000, '../a')
    >>> split_address("http://["), split_address("//host:port/"), split_address("http://a\u2100b/")
    (None, None, None)
    """
    try:
        parts = urlsplit(text)
        _ = parts.port  # looked at when it is asked for, not before
    except ValueError:
        return _refuse(text)
    return parts


def join_address(base: str, href: str) -> str | None:
    """Where a link of the page at `base` leads; None for a text that is no address.

    >>> join_address("https://example.com/a/", "../b"), join_address("https://example.com/a/", "//[")
    ('https://example.com/b', None)
    """
    try:
        joined = urljoin(base, href)
    except ValueError:
        return _refuse(href)
    return joined if split_address(joined) else None


def path_of(text: str) -> str:
    """The path of an address; empty for a text that is none."""
    parts = split_address(text)
    return parts.path if parts else ""


def host_of(text: str) -> str:
    """The host of an address in lower case, without port; empty where none is named."""
    parts = split_address(text)
    return (parts.hostname or "") if parts else ""


def query_of(text: str) -> dict[str, str]:
    """The parameters of an address that have a value, each with its first one.

    >>> query_of("https://example.com/?a=1&a=2&b=")
    {'a': '1'}
    """
    parts = split_address(text)
    pairs = parse_qsl(parts.query) if parts else []
    return dict(reversed(pairs))


def is_web_address(text: str) -> bool:
    """Whether a text is an absolute http(s) URL that names a host.

    >>> is_web_address("https://example.com/"), is_web_address("file:///etc/passwd"), is_web_address("http://[")
    (True, False, False)
    """
    parts = split_address(text)
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def _refuse(text: str) -> None:
    if (refused := _REFUSED.get()) is not None:
        refused.add(text)
