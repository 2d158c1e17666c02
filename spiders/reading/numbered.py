"""Addresses that differ in one number: which page of a row they name, whatever the system counts from and in."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import reduce
from math import gcd
from urllib.parse import urlunsplit

from ...addresses import join_address, split_address
from ...numerals import whole_number

_COUNTED = re.compile(r"page|pagenum|page_?no", re.IGNORECASE)
"""Parameters that number the pages: Drupal's from 0, others' from 1."""
_OFFSET = re.compile(r"start|limitstart|offset|debut_[\w-]+", re.IGNORECASE)
"""Parameters that say how many comments stand before the page: Joomla's, K2's, SPIP's."""
_VALUE = re.compile(r"((?:\d*(?:,|%2C))*)(\d{1,6})", re.IGNORECASE)
"""A number; where a page has several pagers Drupal lists the numbers of all, that of this one last."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart at the number of a page in it."""

    url: str
    """Absolute, without fragment."""
    base: str
    """The same without the number's parameter: one for all pages of a row."""
    parameter: str | None = None
    """Its name; None if the URL has no such number."""
    before: str = ""
    """What stands before the number in its value."""
    number: int | None = None

    def of_page(self, number: int) -> str:
        """The URL of another page of the row."""
        joint = "&" if "?" in self.base else "?"
        return f"{self.base}{joint}{self.parameter}={self.before}{number}"


@dataclass(frozen=True, slots=True)
class NumberedPages:
    """A row of pages, by the numbers in their addresses."""

    pattern: Address
    first: int
    step: int
    here: int
    known: frozenset[int]

    def url_of(self, number: int) -> str:
        """The URL of a page of the row; that of the first has no number."""
        return self.pattern.base if number == self.first else self.pattern.of_page(number)


def address_of(href: str, base: str) -> Address | None:
    """The address that a link leads to; None for what is no web address.

    >>> found = address_of("?page=2#comments", "https://example.com/node/5")
    >>> found.base, found.parameter, found.number, found.of_page(3)
    ('https://example.com/node/5', 'page', 2, 'https://example.com/node/5?page=3')
    """
    parts = split_address(join_address(base, href) or "")
    if parts is None or parts.scheme not in ("http", "https"):
        return None
    whole = parts._replace(fragment="")
    pairs = [pair for pair in parts.query.split("&") if pair]
    for pair in pairs:
        name, _, value = pair.partition("=")
        found = _VALUE.fullmatch(value)
        if found and (_COUNTED.fullmatch(name) or _OFFSET.fullmatch(name)):
            rest = "&".join(other for other in pairs if other is not pair)
            return Address(urlunsplit(whole), urlunsplit(whole._replace(query=rest)), name, found[1], int(found[2]))
    return Address(urlunsplit(whole), urlunsplit(whole))


def numbered_pages(own: Address, links: list[tuple[Address, str]], first: int | None) -> NumberedPages | None:
    """The row that a pager's links and their labels tell; None if they tell none.

    Args:
        own: the address of the page on which the links stand.
        links: those to other pages, and to the first without any number, with their texts.
        first: the number of the first page; None where it is not known.
    """
    numbered = [(address, label) for address, label in links if address.number is not None]
    if own.number is not None and links:
        numbered.append((own, ""))
    names = Counter(address.parameter for address, _ in numbered)
    if not names:
        return None
    [(parameter, _)] = names.most_common(1)
    row = [(a, a.number, label) for a, label in numbered if a.parameter == parameter and a.number is not None]
    here = own.number if own.parameter == parameter else None
    numbers = {number for _, number, _ in row}
    if parameter and _OFFSET.fullmatch(parameter):
        # Every page begins a whole number of pages behind the first.
        first, step = 0, reduce(gcd, numbers) or 1
    else:
        first, step = _first_number(row, here) if first is None else first, 1
    known = frozenset(number for number in numbers if number >= first) | {first}
    here = first if here is None else here
    return NumberedPages(row[0][0], first, step, here, known) if known - {here} else None


def _first_number(row: list[tuple[Address, int, str]], here: int | None) -> int:
    """0 or 1, by the labels of the links; else by the numbers, for no page without a number links to itself."""
    labels = ((number, label.rpartition(" ")[2]) for _, number, label in row)
    labelled = [(number, shown) for number, label in labels if (shown := whole_number(label)) is not None]
    if any(label == number + 1 for number, label in labelled):
        return 0
    if any(label == number for number, label in labelled):
        return 1
    numbers = {number for _, number, _ in row}
    is_from_0 = 0 in numbers or (min(numbers) == 1 and here in (None, 1))
    return 0 if is_from_0 else 1
