"""One small file a platform, with only what shape cannot tell (docs/platforms.md); `spiders/reading` does the rest."""

from __future__ import annotations

from . import (
    blogger,
    disqus,
    django,
    dotclear,
    drupal,
    gartner,
    generic,
    ghost,
    joomla,
    microformats,
    serendipity,
    spip,
    squarespace,
    typepad,
    wordpress,
)
from .platform import Platform

PLATFORMS: tuple[Platform, ...] = (
    gartner.PLATFORM,
    wordpress.PLATFORM,
    blogger.PLATFORM,
    typepad.PLATFORM,
    drupal.PLATFORM,
    spip.PLATFORM,
    joomla.PLATFORM,
    serendipity.PLATFORM,
    squarespace.PLATFORM,
    ghost.PLATFORM,
    django.PLATFORM,
    dotclear.PLATFORM,
    disqus.PLATFORM,
    microformats.MICROFORMATS,
    microformats.SCHEMA_ORG,
    generic.PLATFORM,
)
"""In the order in which they are asked whether a page is theirs; the last takes every page."""

__all__ = ["PLATFORMS", "Platform"]
