"""What a site reserves of text and data mining: `/.well-known/tdmrep.json` of the TDM Reservation Protocol.

The file is a list of rules. Each names a place by a path, in which `*` stands for any letters and `$` at its end for
the end; the first rule that fits a page holds for it (W3C community group report of May 2024).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from ..addresses import is_web_address, join_address
from .reading.rights import reserved_by

WELL_KNOWN = ".well-known/tdmrep.json"
MOST_RULES = 1000
LONGEST = 2000
"""Letters of a place or policy."""


class StatedRule(NamedTuple):
    """One rule: for which pages, whether mining is reserved there, and the policy's absolute URL if it names one."""

    location: str
    reserved: bool
    policy: str | None


class NoRules(Exception):
    """A file that is no list of rules; the message says why."""


def read_rules(body: bytes, url: str) -> list[StatedRule]:
    """The rules of a file, in its order; what states neither 0 nor 1, or no place, is no rule.

    Raises:
        NoRules: the body is no list.
    """
    try:
        entries = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoRules(f"no JSON: {error}") from error
    if not isinstance(entries, list):
        raise NoRules("no list of rules")
    return list(_stated(entries[:MOST_RULES], url))


def _stated(entries: list[object], url: str) -> Iterator[StatedRule]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        location, reserved = entry.get("location"), reserved_by(entry.get("tdm-reservation"))
        if not isinstance(location, str) or not 0 < len(location) <= LONGEST or reserved is None:
            continue
        policy = entry.get("tdm-policy")
        address = join_address(url, policy.strip()) if isinstance(policy, str) and len(policy) <= LONGEST else None
        yield StatedRule(location, reserved, address if address and is_web_address(address) else None)
