"""What an address says: the one place where a text that a page, a server or a file gives for a URL is taken apart.

Such a text is data. One that cannot be parsed (`http://[`, a port that is no number, a host that NFKC refuses) is no
address: whoever asks gets None and goes on as if nothing stood there. `refused_addresses` tells which these were.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

_IN_BRACKETS = re.compile(r"\[[^\[\]]+\](?::\d*)?")
MOST_TOLD = 1000
"""Addresses that one page is told to have written wrongly; a page may be made of nothing else."""
SHOWN = 3
LONGEST_SHOWN = 80


_REFUSED: ContextVar[dict[str, None] | None] = ContextVar("refused", default=None)


@contextmanager
def refused_addresses() -> Iterator[dict[str, None]]:
    """Takes down what is asked for as an address within the context and is none: each text once, in their order."""
    refused: dict[str, None] = {}
    token = _REFUSED.set(refused)
    try:
        yield refused
    finally:
        _REFUSED.reset(token)


def told_of(refused: Collection[str]) -> str | None:
    """A sentence about the texts of one page that are no addresses; None if there are none.

    >>> told_of(["http://[", "//[::1"])
    "2 links are no addresses and lead nowhere: 'http://[', '//[::1'"
    """
    if not refused:
        return None
    count = len(refused)
    number = "1 link is no address and leads" if count == 1 else f"{count} links are no addresses and lead"
    shown = ", ".join(ascii(text[:LONGEST_SHOWN]) for text in islice(refused, SHOWN))
    return f"{number} nowhere: {shown}{', ...' if count > SHOWN else ''}"


def split_address(text: str) -> SplitResult | None:
    """The parts of an address, whole or relative; None for a text that is none. Its port may be asked for safely.

    >>> split_address("http://[::1]:8000/a").port, split_address("../a?b").path
    (8000, '../a')
    >>> split_address("http://["), split_address("//host:port/"), split_address("http://a\u2100b/")
    (None, None, None)
    """
    try:
        if not text.isascii():
            text.encode()  # half a character can be sent to nobody
        parts = urlsplit(text)
        if ":" in parts.netloc:
            _ = parts.port  # looked at when it is asked for, not before
    except ValueError:
        return _refuse(text)
    # Python looks at what the brackets hold, but from 3.11.9 only at what stands around them.
    host = parts.netloc.rpartition("@")[2]
    return _refuse(text) if "[" in host and not _IN_BRACKETS.fullmatch(host) else parts


def join_address(base: str, href: str) -> str | None:
    """Where a link of the page at `base` leads; None for a text that is no address.

    >>> join_address("https://example.com/a/", "../b"), join_address("https://example.com/a/", "//[")
    ('https://example.com/b', None)
    >>> join_address("http://[", "https://example.com/a/"), join_address("http://[", "../b")
    ('https://example.com/a/', None)
    """
    try:
        joined = _joined(base, href)
    except ValueError:
        if split_address(base) is None:
            return href if is_web_address(href) else None
        return _refuse(href)
    return joined if split_address(joined) else None


# The links of a page's comments are the same few ones over and over. What is no address is not kept, but refused anew.
_joined = lru_cache(maxsize=1 << 10)(urljoin)


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
    refused = _REFUSED.get()
    if refused is not None and len(refused) < MOST_TOLD:
        refused.setdefault(text)
