"""Which posts are published: the filters of release.toml, each with a word for what it leaves out."""

from __future__ import annotations

import re
from datetime import date

from .config import FilterConfig
from .sections import Row

LEFT_OUT = {
    "site": "of a blog that is not published",
    "reserved": "text and data mining is reserved",
    "noindex": "asks search engines not to list it",
    "license": "states none of the licences asked for",
    "undated": "has no date, where a span of time is published",
    "earlier": "before the span of time that is published",
    "later": "behind the span of time that is published",
    "no_post": "comments whose post is not in the tables",
}
"""Why a post, with its comments, is not published; the first of them that holds, in this order."""

RESERVING = {"noai"}
"""Directives for robots that reserve what the TDM protocol reserves."""
HIDING = {"noindex", "none"}

_SCHEME = re.compile(r"^https?://(?:www\.)?", re.I)


def reason_left_out(post: Row, chosen: FilterConfig) -> str | None:
    """Why a post is not published, a word of LEFT_OUT; None if it is."""
    directives = set(post["rights_robots"] or ())
    if chosen.sites and post["site"] not in chosen.sites:
        return "site"
    if chosen.exclude_reserved and (post["rights_tdm"] or directives & RESERVING):
        return "reserved"
    if chosen.exclude_noindex and directives & HIDING:
        return "noindex"
    if chosen.licenses and not _states_one_of(post["rights_licenses"] or (), chosen.licenses):
        return "license"
    if chosen.since or chosen.until:
        return _outside(post, chosen.since or date.min, chosen.until or date.max)
    return None


def _outside(post: Row, since: date, until: date) -> str | None:
    written = post["published_local"]
    if written is None:
        return "undated"
    if written.date() < since:
        return "earlier"
    return "later" if written.date() > until else None


def _states_one_of(stated: list[str] | tuple[()], wanted: tuple[str, ...]) -> bool:
    """Whether the address of a licence begins as one of those wanted, by http or https."""
    starts = tuple(_SCHEME.sub("", address) for address in wanted)
    return any(_SCHEME.sub("", address).startswith(starts) for address in stated)
