"""Pages of unknown make: whatever repeats itself with a name, a date and a text."""

from __future__ import annotations

from .platform import Platform

PLATFORM = Platform(
    name="generic",
    description="any other page: repeated blocks of author, date and text, microformats and schema.org included",
    verified="ikiwiki 3.2 and Plone 6.2 in `make engines`; pages of 52 real sites and of 26 forums",
    recognises=lambda _: True,
)
