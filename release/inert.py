"""Texts of pages and settings in Markdown, YAML and JSON: they say there what they say, and do nothing."""

from __future__ import annotations

import json
import re

from ..inert import inert, inert_line

MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|~&$@]|:(?=\S)|^[-+=]|(?<=^\d)[.)]|(?<=www)\.")
"""What begins anything in Markdown, tables, HTML, links, formulas, emoji, mentions; a backslash makes it plain."""


def md_text(text: str) -> str:
    """A text within a line of Markdown or a cell of its tables.

    >>> print(md_text("a | b <script> [x](y) - 1."))
    a \\| b \\<script\\> \\[x\\](y) - 1.
    """
    return MARKDOWN.sub(lambda found: f"\\{found[0]}", inert_line(text))


def md_code(text: str) -> str:
    """A text shown letter by letter, within a line of Markdown or a cell of its tables."""
    text = inert_line(text)
    if not text or "`" in text or "|" in text:
        return md_text(text)
    return f"`{text}`"


def yaml_text(text: str) -> str:
    """A text as a YAML scalar, whatever stands in it.

    YAML reads the quoted texts of JSON as JSON does, but for letters beyond the first 65,536, which JSON writes in two.
    """
    return json.dumps(inert(text), ensure_ascii=False)
