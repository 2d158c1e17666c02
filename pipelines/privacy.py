"""What is never stored of people, though a page, an API or an export shows it: the addresses that machines attach.

Two kinds of columns are told apart. What people wrote for everyone to read (titles, texts, categories, tags) stays as
it was public, addresses in it included: who takes part of it away changes what was said. What stands beside it (names,
links, ids, dates as shown) is kept without e-mail addresses, IP addresses and the hashes of e-mail addresses by which
avatars are asked for. Pages in the ledger stay as they were asked for, since a crawl goes on by them.
"""

from __future__ import annotations

import base64
import binascii
import html
import ipaddress
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, unquote, urlunsplit

from ..addresses import split_address
from ..schemas import Comment, Post

Record = TypeVar("Record", Post, Comment)

MAIL = re.compile(r"(?<![\w.+@-])(?P<person>[\w.+-]+)[@＠](?P<host>[\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]*)")
"""An e-mail address; no name of a federated network ('@ann@example.org') and no version ('name@1.2.3')."""
NAMES_A_FILE = re.compile(r"\dx\.|.*\.(?:avif|bmp|css|gif|html?|ico|jpe?g|js|json|mp[34]|pdf|php|png|svg|webp)$", re.I)
"""What stands behind the '@' of a file's name, such as 'logo@2x.png'."""
IN_BRACKETS = re.compile(r"[(<\[][^()<>\[\]]{0,300}[)>\]]")

IP_LIKE = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.(?:\d{1,3}|x{1,3}|\*)){3}(?!\w|\.\d)"
    r"|(?:(?<![\w.:])|(?<=[g-z]:))[0-9a-f]{1,4}:[0-9a-f:]*[0-9a-f](?![\w:])",
    re.I,
)
"""What may be an IP address, whole or with its end masked ('203.0.113.x'); is_ip() tells."""
SHORTEST_IP = 7
"""Characters: '1.2.3.4' is one, '::' and 'a::b' are no more than punctuation in a name."""
MASKED = re.compile(r"\.(?:x+|\*)(?=\.|$)", re.I)
EMPTY_BRACKETS = re.compile(r"[(<\[{](?:\s*(?:ip|e-?mail|host|from))?(?:\s*[:#])?\s*[)>\]}]", re.I)

HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32})?(?![0-9a-f])", re.I)
"""MD5, SHA-1 or SHA-256 in hex digits."""
AVATAR_DEFAULT = re.compile(
    r"[?&](?:d|default)=(?:404|blank|identicon|mm|mp|mystery|monsterid|retro|robohash|wavatar)\b"
)
"""Gravatar's parameter for those who have no picture, in the addresses of its like too."""

ENCODED_ADDRESS = re.compile(r"68747470[0-9a-f]+|aHR0c[\w+/=-]+")
"""'http...' in hex digits or base64, as proxies of pictures take it."""
MAY_HIDE = re.compile(r"[@＠%&]|68747470|aHR0c")
"""What is in every text that holds an e-mail address or has something to decode."""
MOST_LAYERS = 4
"""How often a text is decoded: addresses stand in addresses."""


def public(record: Record) -> Record:
    """A record without what is never stored."""
    changed = {
        column: kept
        for column, rule in RULES.items()
        if (value := getattr(record, column, None)) is not None and (kept := rule(value)) != value
    }
    return replace(record, **changed) if changed else record


def is_ip(text: str) -> bool:
    """Whether a text is an IP address, whole or with its end masked.

    >>> is_ip("203.0.113.5"), is_ip("203.0.113.x"), is_ip("2001:db8::7"), is_ip("10:30:15"), is_ip("1.2.3")
    (True, True, True, False, False)
    """
    if len(text) < SHORTEST_IP or not any(map(str.isdigit, text)):
        return False
    try:
        ipaddress.ip_address(MASKED.sub(".0", text))
    except ValueError:
        return False
    return True


def holds_mail(text: str) -> bool:
    """Whether an e-mail address stands in a text, encoded or not."""
    decoded = _decoded(text)
    if "@" not in decoded and "＠" not in decoded:
        return False
    return any(not NAMES_A_FILE.match(found["host"]) for found in MAIL.finditer(decoded))


def holds_ip(text: str) -> bool:
    """Whether an IP address stands in a text, encoded or not."""
    decoded = _decoded(text)
    return _may_hold_ip(decoded) and any(is_ip(found[0]) for found in IP_LIKE.finditer(decoded))


def holds_avatar_hash(address: str) -> bool:
    """Whether an address of a picture or profile holds the hash of an e-mail address, as Gravatar's and its like do.

    >>> holds_avatar_hash("https://proxy.example/?url=https%3A%2F%2Fgravatar.com%2Favatar%2F" + "0f" * 16)
    True
    """
    text = _decoded(address).lower()
    at = text.find("avatar")
    return (at >= 0 and HASH.search(text, at) is not None) or bool(AVATAR_DEFAULT.search(text) and HASH.search(text))


# Kept, as what is kept of their pages: the same few people write most comments of a page.
@lru_cache(maxsize=1 << 10)
def public_name(name: str) -> str | None:
    """A person's name: an e-mail address is cut down to the part before the '@', IP addresses are no names.

    >>> public_name("Ann (203.0.113.5)"), public_name("Ann Lee <ann@example.com>"), public_name("ann.lee@example.com")
    ('Ann', 'Ann Lee', 'ann.lee')
    >>> public_name("203.0.113.5") is None
    True
    """
    kept = name
    if "%" in name and _is_private(name):
        kept = _decoded(name)
    without = IN_BRACKETS.sub(lambda found: "" if holds_mail(found[0]) else found[0], kept)
    kept = _without_ip(MAIL.sub(r"\g<person>", without if without.strip() else kept)).strip(" \t:,;|·•–—")
    return None if not kept or HASH.fullmatch(kept) else kept


def public_line(text: str) -> str | None:
    """A line that a page shows beside a text, without addresses."""
    return _without_ip(MAIL.sub("", text)).strip() or None


def public_id(name: str) -> str | None:
    """A site's own id; None for one that is an address."""
    return None if _is_private(name) else name


def public_address(address: str) -> str | None:
    """A link or picture without parameters that hold an address; None where its path holds mail, and for avatars.

    >>> public_address("http://blog.example/?p=3&email=ann%40example.com&ip=203.0.113.5#ann@example.com")
    'http://blog.example/?p=3'
    >>> public_address("http://blog.example/u/ann@example.com") is None
    True
    """
    if holds_avatar_hash(address):
        return None
    address = _without_parameters(address)
    return None if holds_mail(address) else address


@lru_cache(maxsize=1 << 10)
def public_person_address(address: str) -> str | None:
    """A person's page: as public_address(), and no page that is named by an IP address.

    The host may be one: it is a place that was published.
    """
    kept = public_address(address)
    return None if kept is None or holds_ip(_split(kept).path) else kept


def public_page(address: str) -> str:
    """The address of a page, which cannot be missing: an e-mail address in its path loses the person.

    >>> public_page("https://blog.example/u/ann@example.com/post")
    'https://blog.example/u/@example.com/post'
    """
    address = _without_parameters(address)
    if not holds_mail(address):
        return address
    parts = _split(address)
    path = MAIL.sub(r"@\g<host>", _decoded(parts.path))
    return urlunsplit(parts._replace(path=quote(path, safe="/:@!$&'()*+,;=~-._")))


def public_addresses(addresses: list[str]) -> list[str]:
    """Links, each as public_address() keeps it."""
    return [kept for address in addresses if (kept := public_address(address))]


RULES: dict[str, Callable[[Any], object]] = {
    "url": public_page,
    "canonical_url": public_page,
    "claimed_url": public_address,
    "native_id": public_id,
    "author_name": public_name,
    "author_url": public_person_address,
    "published_raw": public_line,
    "permalink": public_address,
    "rights_tdm_policy": public_address,
    "rights_licenses": public_addresses,
}
"""Column of posts or comments -> what is kept of it. Addresses in body_html go through public_address() one by one."""

WRITTEN = frozenset({"title", "categories", "tags", "body_text", "body_html"})
"""Columns of what people wrote for everyone to read, which stay as they were public."""

OURS = frozenset(
    "post_id comment_id parent_id site platform published_precision lang embeds fetch_id kind parent_from state "
    "rights_robots".split()
)
"""Columns of our own words and of directives in the letters of such, and of ids and hosts made from what went through a
rule."""


def _split(address: str) -> SplitResult:
    """The parts of an address; what is none is all path."""
    return split_address(address) or SplitResult("", "", address, "", "")


def _may_hold_ip(text: str) -> bool:
    """Whether a text has the signs that IP_LIKE needs. Most have not, and are spared the closer look."""
    return ":" in text or text.count(".") >= 3


def _without_ip(text: str) -> str:
    if not _may_hold_ip(text):
        return text
    cleaned = IP_LIKE.sub(lambda found: "" if is_ip(found[0]) else found[0], text)
    return text if cleaned == text else " ".join(EMPTY_BRACKETS.sub("", cleaned).split())


def _without_parameters(address: str) -> str:
    """An address without the parts of its query and without the fragment that hold a person's address."""
    parts = _split(address)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not _is_private(pair)]
    if len(kept) == len(pairs) and not _is_private(parts.fragment):
        return address
    fragment = "" if _is_private(parts.fragment) else parts.fragment
    return urlunsplit(parts._replace(query="&".join(kept), fragment=fragment))


def _is_private(text: str) -> bool:
    return text != "" and (holds_mail(text) or holds_ip(text))


# Several rules ask it of one text after the other.
@lru_cache(maxsize=64)
def _decoded(text: str) -> str:
    """A text with its layers of encoding taken off, and behind it the addresses that stand in it in hex or base64."""
    if not MAY_HIDE.search(text):
        return text
    for _ in range(MOST_LAYERS):
        plain = html.unescape(unquote(text)) if "%" in text or "&" in text else text
        hidden = [found[0] for found in ENCODED_ADDRESS.finditer(plain)]
        layer = " ".join([ENCODED_ADDRESS.sub("", plain), *map(_revealed, hidden)]) if hidden else plain
        if layer == text:
            break
        text = layer
    return text


def _revealed(encoded: str) -> str:
    try:
        if encoded.startswith("68"):
            return bytes.fromhex(encoded[: len(encoded) // 2 * 2]).decode("utf-8", "replace")
        padded = encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4)
        return base64.b64decode(padded, altchars=b"-_").decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return ""
