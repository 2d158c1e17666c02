"""Numbers that a page, a server or a file writes in digits."""

from __future__ import annotations


def whole_number(text: str | None, most_digits: int = 9) -> int | None:
    """The number that a text of nothing but digits says; None for other texts and for more digits than it may have.

    int() refuses texts of more than 4,300 digits and below that takes time in their square, so none goes there unasked.

    >>> whole_number("057"), whole_number("5 comments"), whole_number("9" * 5000)
    (57, None, None)
    """
    return int(text) if text and text.isdecimal() and len(text) <= most_digits else None
