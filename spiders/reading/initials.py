"""Initials: the letters of a name that many sites draw where its owner has no picture."""

from __future__ import annotations

import re
from functools import lru_cache

MOST_INITIALS = 3
_LONGEST_NAME = 60
_WORD = re.compile(r"[^\W_]+")


def is_short_for_names(text: str) -> bool:
    """Whether a text is as short as initials are."""
    return len(text) <= MOST_INITIALS and text.isalpha()


# The same few people write most comments of a page.
@lru_cache(maxsize=1 << 11)
def is_initials(text: str, name: str) -> bool:
    """Whether a text is the first letter of a name, or of its first word and further ones in their order.

    >>> is_initials("AL", "Ann van der Lee"), is_initials("A", "Ann Lee"), is_initials("L", "Ann Lee")
    (True, True, False)
    """
    if not is_short_for_names(text) or not len(text) < len(name) <= _LONGEST_NAME:
        return False
    firsts = [word[0].casefold() for word in _WORD.findall(name)]
    letters = iter(firsts)
    return firsts[:1] == [text[0].casefold()] and all(letter in letters for letter in text.casefold())
