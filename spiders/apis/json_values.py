"""What an API's answer holds, in the form that pages are read into; what has another type than it should is None."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import msgspec
from lxml.html import HtmlElement

from ..reading.document import folded, parsed

_ESCAPE = re.compile(
    rb"\\\\|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
"""An escaped backslash, an escaped pair of surrogates (group 1), or half of one."""
_BEGINNING = re.compile(rb"^[ \t]{0,100}[\[{]", re.MULTILINE)


class MalformedAnswer(ValueError):
    """An answer is not in the format that its address promised."""


def json_value(body: bytes) -> object:
    """What an answer holds. What PHP printed before it is passed over; half a character is U+FFFD, as in HTML.

    >>> json_value(b'\\n<b>Notice</b>: x\\n["\\\\ud83d\\\\ude00 \\\\ud83d"]') == ["\U0001f600 \ufffd"]
    True

    Raises:
        MalformedAnswer: it is no JSON.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        beginning = _BEGINNING.search(body.removeprefix(b"\xef\xbb\xbf"))
        rest = body.removeprefix(b"\xef\xbb\xbf")[beginning.start() :] if beginning else body
        mended = _ESCAPE.sub(lambda found: found[0] if found[1] or found[0] == rb"\\" else rb"\ufffd", rest)
        if mended == body:
            raise MalformedAnswer(f"no JSON: {error}") from error
    try:
        return msgspec.json.decode(mended)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedAnswer(f"no JSON: {error}") from error


def json_object(body: bytes) -> dict[str, Any]:
    """The object that an answer holds.

    Raises:
        MalformedAnswer: it holds something else, or no JSON.
    """
    value = json_value(body)
    if not isinstance(value, dict):
        raise MalformedAnswer(f"a JSON {type(value).__name__} instead of an object")
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none for anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def member(value: object) -> dict[str, Any]:
    """An object's own object; empty where there is none."""
    return value if isinstance(value, dict) else {}


def whole(value: object) -> int | None:
    """A whole number that a float could hold too; None for any other value, true and false among them."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53 else None


def plain(value: object) -> str | None:
    """A plain field as a page would show it; None if it is empty."""
    return folded(unescape(value)) or None if isinstance(value, str) else None


def fragment(html: object) -> HtmlElement | None:
    """A piece of HTML as the element that holds it; None for what is no text."""
    if not isinstance(html, str):
        return None
    body = parsed(f"<html><body>{html}</body></html>").find("body")
    if body is not None:
        body.tag = "div"
    return body
