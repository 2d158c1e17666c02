"""Tells the language that each comment is written in, from its own words alone."""

from __future__ import annotations

import re

import pyarrow as pa
import pycld2

from ..bodies import body_of

LANGS = pa.schema([("comment_id", pa.string()), ("lang", pa.string())])

WRITTEN = """
    select
        comment_id,
        body_text,
        if(regexp_matches(body_html, '<(?:pre|code|kbd|samp|tt)\\b'), body_html, null) as coded_html

    from stg_comments

    -- A placeholder is not what the writer said.
    where state <> 'removed'
"""

QUOTED_LINES = re.compile(r"^[ \t]*>.*$", re.M)
WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.I)
WITH_AT = re.compile(r"\S*@\S+")
"""Mail addresses, '@name' and what they are called by elsewhere."""
NO_WORDS = ("blockquote", "code", "kbd", "pre", "samp", "tt")
"""Elements whose text is another's or a machine's."""

LONGEST = 300
"""Characters that decide: of 1,909 comments that people have read more of them tell none otherwise."""
SPELLED_ANEW = {"iw": "he", "jw": "jv", "in": "id", "mo": "ro"}
"""Codes that ISO 639-1 has withdrawn, by which the detector knows some languages."""
NO_LANGUAGE = ("un", "xx", "zz")
"""How the detector's codes begin for 'unknown', for scripts whose language it does not tell, and for plays on words."""


def langs_of(comments: pa.RecordBatch) -> pa.Table:
    """The language of each comment: (comment_id, lang), lang null where the text does not tell.

    Args:
        comments: rows of WRITTEN.
    """
    ids, texts, markups = (column.to_pylist() for column in comments.columns)
    return pa.table([ids, list(map(lang_of, texts, markups))], schema=LANGS)


def lang_of(text: str, coded_html: str | None = None) -> str | None:
    """ISO 639 code of the language of a text, in two letters where there are such; None for too few words to tell.

    Quoted lines, addresses, '@name' and, where the markup tells it, code do not count. The same text has the same
    language wherever it stands: what its page states would have made more comments wrong than right (docs/measured.md).

    >>> lang_of("Das sehe ich auch so."), lang_of("> That is what I think, too.\\nMoi, je ne suis pas d'accord.")
    ('de', 'fr')
    >>> lang_of("lol"), lang_of("+1")
    (None, None)
    """
    words = own_words(_without_code(coded_html) if coded_html else text)
    # 'un' where the words known to the detector are too few.
    language: str = pycld2.detect(words, isPlainText=True)[2][0][1]
    primary = language.partition("-")[0]
    return None if primary.startswith(NO_LANGUAGE) else SPELLED_ANEW.get(primary, primary)


def own_words(text: str) -> str:
    """What of a text its writer said in words, as one line that the detector takes."""
    if ">" in text:
        text = QUOTED_LINES.sub(" ", text)
    text = text[: 3 * LONGEST]  # of which addresses may take two thirds
    if "//" in text or "www." in text:
        text = WEB_ADDRESS.sub(" ", text)
    if "@" in text:
        text = WITH_AT.sub(" ", text)
    words = " ".join(text.split())[:LONGEST]
    # Control characters and halves of characters are refused by the detector.
    return words if words.isprintable() else "".join(c if c.isprintable() else " " for c in words)


def _without_code(markup: str) -> str:
    body = body_of(markup)
    for element in list(body.iter(*NO_WORDS)):
        element.drop_tree()
    return " ".join(body.itertext())
