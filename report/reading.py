"""The page that says how to read the others: every word that the tables use, in a sentence."""

from __future__ import annotations

from markupsafe import Markup

from ..schemas.words import COMMENT_FATES, COMPLETENESS_REASONS, EVIDENCE
from . import words
from .lists import Column, Listing, TableRow
from .show import sentence
from .site import Site


def write_reading(site: Site) -> None:
    """Write the page."""
    site.write(
        "reading.html",
        "reading.html",
        title="How to read this",
        section="reading",
        evidence=_listing("Evidence", EVIDENCE, words.EVIDENCE),
        reasons=_listing("Stated and found", COMPLETENESS_REASONS, words.REASONS),
        fates=_listing("What became of a comment", COMMENT_FATES, words.FATES),
    )


def _listing(caption: str, meanings: dict[str, str], names: dict[str, str]) -> Listing:
    told = [
        TableRow(
            [
                (name := names.get(word, words.plain(word)))[:1].upper() + name[1:],
                sentence(meaning),
                Markup("<code>{}</code>").format(word),
            ]
        )
        for word, meaning in meanings.items()
    ]
    columns = [Column("On these pages"), Column("It means"), Column("In the tables")]
    return Listing(caption, columns, told, is_caption_hidden=True, has_heads=True)
