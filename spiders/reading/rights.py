"""What a page reserves: directives for robots, text and data mining, licences. Recorded as stated, nothing is decided.

Sources: robots meta elements and the X-Robots-Tag header (as search engines document them), the TDM Reservation
Protocol (W3C community group report of May 2024: header fields and meta elements; spiders/tdmrep.py reads its file),
links with rel=license (HTML, RFC 4946, RFC 8288) and Creative Commons' own addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ...addresses import is_web_address, join_address
from ...schemas.page import Rights
from .document import Document

RIGHTS_HEADERS = ("x-robots-tag", "tdm-reservation", "tdm-policy", "link")
"""The headers that may reserve something."""
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
"""Directives that have a value behind a colon; any other word there names a robot."""
_WORD = re.compile(r"[a-z][a-z_-]{0,40}")
_VALUE = re.compile(r"[\w :,+-]{1,60}")
_ROBOT_NAME = re.compile(r"[a-z*][\w*-]{0,40}")
_ROBOT = re.compile(r"robots|.*bot|.*spider|slurp|teoma", re.IGNORECASE)
"""Names of meta elements that speak to robots, to all or to one."""
_CREATIVE_COMMONS = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE
)
_LICENSE_METAS = ("dcterms.license", "dc.rights.license", "dc.license", "dcterms.rights", "dc.rights")
_OF_PAGES = re.compile(r"Article|Posting|WebPage|WebSite|Blog|CreativeWork")
"""Types of linked data that speak of the page or its text: a picture has a licence of its own."""
_ADDRESS = re.compile(r"(?:https?:)?//\S+")
_LINK_LICENSE = re.compile(r"<([^<>]*)>[^<>]*;\s*rel\s*=\s*\"?(?:[^\";,]*\s)?license[\s\";,]?", re.IGNORECASE)
MOST = 50
"""Directives and licences that are kept of one page; a page of more states nothing by them."""


def rights_of(doc: Document, headers: Mapping[str, Sequence[str]], said: bytearray) -> Rights:
    """What a page and its headers reserve.

    Args:
        headers: values by lower-case name, those of RIGHTS_HEADERS.
        said: not 0 at elements of comments, whose words do not speak for the page.
    """
    reserved, policy = _tdm(doc, headers)
    return Rights(
        robots=_unique(_directives(doc, headers)),
        tdm_reserved=reserved,
        tdm_policy=policy,
        licenses=_unique(_licenses(doc, headers, said)),
    )


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:MOST]


# -- robots -----------------------------------------------------------------------------------------------------------


def _directives(doc: Document, headers: Mapping[str, Sequence[str]]) -> Iterable[str]:
    for name, contents in doc.meta.items():
        if _ROBOT.fullmatch(name):
            for content in contents:
                yield from directives_of(content, "" if name == "robots" else name)
    for value in headers.get("x-robots-tag", ()):
        yield from directives_of(value)


def directives_of(text: str, robot: str = "") -> list[str]:
    """The directives in a header or meta element, in lower case; 'ROBOT: ' before those for one robot alone.

    >>> directives_of("NoIndex, max-snippet: 50")
    ['noindex', 'max-snippet:50']
    >>> directives_of("otherbot: noindex, nofollow")
    ['otherbot: noindex', 'otherbot: nofollow']
    >>> directives_of("unavailable_after: Saturday, 25 Jun 2030 15:00:00 PST, noai")
    ['unavailable_after:saturday, 25 jun 2030 15:00:00 pst', 'noai']
    """
    found: list[str] = []
    for part in text.lower().split(","):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        if colon and name not in _VALUED and _ROBOT_NAME.fullmatch(name):
            robot, name, colon, value = name, *(piece.strip() for piece in value.partition(":"))
        if name in _VALUED and _VALUE.fullmatch(value):
            found.append(f"{_to(robot)}{name}:{value}")
        elif _WORD.fullmatch(name) and not colon:
            found.append(f"{_to(robot)}{name}")
        elif found and "unavailable_after:" in found[-1] and _VALUE.fullmatch(part.strip()):
            found[-1] += f", {part.strip()}"[:60]  # a date with commas in it
    return found


def _to(robot: str) -> str:
    return f"{robot}: " if robot else ""


# -- text and data mining ---------------------------------------------------------------------------------------------


def _tdm(doc: Document, headers: Mapping[str, Sequence[str]]) -> tuple[bool | None, str | None]:
    """Whether mining is reserved, and the address of the policy: what stands in the page goes before its headers."""
    for stated in (doc.meta, headers):
        reserved = reserved_by(next(iter(stated.get("tdm-reservation", ())), None))
        if reserved is not None:
            policy = next(iter(stated.get("tdm-policy", ())), None)
            return reserved, _address(doc, policy) if policy else None
    return None, None


def reserved_by(value: object) -> bool | None:
    """What a TDM reservation says, written as a number or a text; None where it is neither 0 nor 1.

    >>> reserved_by(" 1 "), reserved_by(0), reserved_by("yes")
    (True, False, None)
    """
    return {"1": True, "0": False}.get(str(value).strip())


# -- licences ---------------------------------------------------------------------------------------------------------


def _licenses(doc: Document, headers: Mapping[str, Sequence[str]], said: bytearray) -> Iterable[str]:
    for number in (*doc.with_tag.get("link", ()), *doc.with_tag.get("a", ())):
        element = doc.elements[number]
        href = (element.get("href") or "").strip()
        is_license = "license" in (element.get("rel") or "").lower().split() or _CREATIVE_COMMONS.match(href)
        if is_license and not said[number] and (address := _address(doc, href)):
            yield address
    for name in _LICENSE_METAS:
        for content in doc.meta.get(name, ()):
            if _ADDRESS.fullmatch(content) and (address := _address(doc, content)):
                yield address
    for data in doc.linked_data:
        value = data.get("license")
        value = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(value, str) and _OF_PAGES.search(str(data.get("@type"))) and (address := _address(doc, value)):
            yield address
    for value in headers.get("link", ()):
        for target in _LINK_LICENSE.findall(value):
            if address := _address(doc, target):
                yield address


def _address(doc: Document, href: str) -> str | None:
    """Where a link leads; None where that is no address of the web."""
    address = join_address(doc.url or "", href.strip()) if href.strip() else None
    return address if address and is_web_address(address) else None
