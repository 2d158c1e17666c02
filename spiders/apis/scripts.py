"""What a page's own JavaScript says, read without running it: texts given to names, comments left out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..reading.document import Document

# Only where nothing stands before it: '//' is inside of URLs far more often.
_LINE_COMMENT = re.compile(r"^[ \t]*//[^\n]*", re.MULTILINE)
_QUOTED = r"""\s*["']?\s*[:=]\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')"""
_IN_NAME = re.compile(r"[\w$]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


@dataclass(frozen=True, slots=True)
class Scripts:
    """The scripts of a page."""

    sources: str
    """Addresses of those that are fetched, one a line."""
    code: str
    """Text of those that stand in the page, data in JSON left out."""

    @classmethod
    def of(cls, doc: Document) -> Scripts:
        inline = [script for script in doc.scripts if script.text and not script.get("src")]
        return cls(
            sources="\n".join(source for script in doc.scripts if (source := script.get("src"))),
            code="\n".join(script.text or "" for script in inline if "json" not in (script.get("type") or "")),
        )


def without_comments(code: str) -> str:
    """The code without its comments; a marker of a comment inside of a text may take a part of that along."""
    kept: list[str] = []
    position = 0
    # By hand, because a pattern would look for the end anew from each of a thousand beginnings that have none.
    while (start := code.find("/*", position)) >= 0 and (end := code.find("*/", start + 2)) >= 0:
        kept.append(code[position:start])
        position = end + 2
    kept.append(code[position:])
    return _LINE_COMMENT.sub("", "".join(kept))


def assigned(code: str, name: str) -> str | None:
    r"""The first text that is not empty and is given to a name, a pattern, by '=' or ':'; None if there is none.

    >>> assigned("this.page.identifier = PAGE; var disqus_identifier = 'it\\'s 7';", "disqus_identifier")
    "it's 7"
    >>> assigned('{"disqusUrl":"https:\\/\\/blog.example.org\\/a"}', "disqusUrl")
    'https://blog.example.org/a'
    """
    pattern = re.compile(name + _QUOTED)
    position = 0
    while found := pattern.search(code, position):
        # Not as a part of the pattern: a look behind first would be taken at every character of the code.
        if _IN_NAME.match(code, found.start() - 1, found.start()):
            position = found.start() + 1
            continue
        if text := _unescaped(found[1] if found[1] is not None else found[2]).strip():
            return text
        position = found.end()
    return None


def _unescaped(text: str) -> str:
    """A JavaScript text without its escapes; two halves of a character that UTF-16 writes as two become one."""
    whole = _ESCAPE.sub(_meant, text)
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _meant(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _LETTERS.get(escape[3], escape[3])
