"""What leaves the program acts on nothing: no terminal obeys a name, no spreadsheet calculates a comment.

Pages write what the program prints. This module knows how each way out is made harmless; it imports nothing of ours, so
that whatever writes for people can use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import repeat

BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
"""Line ends of other kinds than the line feed."""

ACTING = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 but tab and line ends, DEL, C1 (ESC and CSI among them), Unicode's Bidi_Control, and lone surrogates."""

ACTING_IN_JSON = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""The same, less what JSON escapes by itself."""

FORMULA = re.compile("'*[=+\\-@\\t\\r＝＋－＠]")
"""How a cell begins that a spreadsheet calculates, or one that was made text before."""


def inert(text: str) -> str:
    """A text without the characters that act on a terminal; tabs and line feeds stay, other line ends become such.

    >>> inert("a\\x1b[31mb\\x9bc\\r\\nd\\u202ee")
    'a[31mbc\\nde'
    """
    return ACTING.sub("", BREAKS.sub("\n", text))


def inert_line(text: str) -> str:
    """The same as one line.

    >>> inert_line(" a\\n\\tb ")
    'a b'
    """
    return " ".join(inert(text).split())


def inert_json(text: str) -> str:
    """JSON text of the same meaning, with what would act on a terminal escaped.

    >>> inert_json('["\\x9b\\u202e"]')
    '["\\\\u009b\\\\u202e"]'
    """
    return ACTING_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def csv_cell(value: object, *, delimiter: str = ",", is_number: bool = False) -> str:
    """A cell of a CSV file, quoted where it must be: nothing for None, an empty pair of quotes for an empty text.

    A text that begins with = + - @ or a tab gets an apostrophe in front, by which spreadsheets know that it is text; so
    does one that begins with apostrophes before these: taking off one apostrophe that stands before them gives the text
    back. Numbers stay, and `is_number` says that a text is the digits of one. What acts on a terminal is left out.

    >>> csv_cell("=1+1"), csv_cell(-1.5), csv_cell("'-x"), csv_cell("a, b"), csv_cell(None), csv_cell("")
    ("'=1+1", '-1.5', "''-x", '"a, b"', '', '""')
    """
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and not is_number:
        text = inert(text)
        if FORMULA.match(text):
            text = f"'{text}"
    if text == "" or any(char in text for char in f'"\n{delimiter}'):
        return '"' + text.replace('"', '""') + '"'
    return text


def csv_line(cells: Iterable[object], *, delimiter: str = ",", are_numbers: Iterable[bool] = repeat(False)) -> str:
    """A line of a CSV file, its end included; `are_numbers` says of each cell whether its text is a number's digits."""
    pairs = zip(cells, are_numbers, strict=False)
    line = delimiter.join(csv_cell(cell, delimiter=delimiter, is_number=is_number) for cell, is_number in pairs)
    return (line or '""') + "\n"  # readers of CSV pass over empty lines
