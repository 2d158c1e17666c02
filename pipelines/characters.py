"""What a text may be made of: control, zero-width and direction characters brought under control."""

from __future__ import annotations

import re

# C0 but tab and line feed, DEL, C1, soft hyphen, zero-width space, word joiner, invisible operators, byte order mark,
# interlinear annotation. Zero-width joiner and non-joiner stay, as emoji, Persian and Indic scripts are spelled with
# them; so do the direction marks LRM, RLM and ALM, which turn nothing but their neighbour.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

EMBEDDINGS = frozenset("\u202a\u202b\u202d\u202e")
ISOLATES = frozenset("\u2066\u2067\u2068")
POP = {"\u202c": EMBEDDINGS, "\u2069": ISOLATES}
"""What ends a direction, and what it ends."""
DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """A text without characters that show nothing, with lone surrogates replaced and its directions balanced.

    Line ends of all kinds become line feeds.

    >>> clean_text("a\\x00b\\u200bc\\r\\nd\\ud800")
    'abc\\nd\\ufffd'
    """
    if text.isprintable():
        return text  # none of these characters is
    text = LINE_END.sub("\n", text)
    text = UNSEEN.sub("", text)
    text = SURROGATE.sub("\ufffd", text)
    if DIRECTION.search(text):
        text = "\n".join(_balanced(line) for line in text.split("\n"))
    return text


def clean_line(text: str) -> str:
    """A text as one line: white space folded, else as clean_text().

    >>> clean_line("  Ann\\n\\t Lee ")
    'Ann Lee'
    """
    return " ".join(clean_text(text).split())


def _balanced(line: str) -> str:
    """A line whose direction characters are kept where each has its partner, so that none turns what follows."""
    opened: list[int] = []
    unpaired: set[int] = set()
    for mark in DIRECTION.finditer(line):
        at, ends = mark.start(), POP.get(mark[0])
        if ends is None:
            opened.append(at)
        elif opened and line[opened[-1]] in ends:
            opened.pop()
        else:
            unpaired.add(at)
    unpaired.update(opened)
    return "".join(c for at, c in enumerate(line) if at not in unpaired) if unpaired else line
