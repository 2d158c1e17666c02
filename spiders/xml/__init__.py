"""XML as it is found in the wild: exports, feeds and sitemaps are read here and nowhere else.

What is well-formed is read by a strict parser and nothing of it is touched. What is not is first made well-formed by a
tokenizer that keeps all text, and then read by the same parser: libxml2's own recovery drops every `&amp;`, `&lt;` and
`&gt;` behind the first error of a document. Large files are read record by record, so that damage ends with its record.
"""

from __future__ import annotations

from ...schemas import Damages
from .document import FEED_RECORDS, FEED_ROOTS, NotXml, document
from .elements import Element, child, children, content_of, name_of, text_of, texts_of
from .encoding import encoding_of
from .records import Record, records

__all__ = [
    "FEED_RECORDS",
    "FEED_ROOTS",
    "Damages",
    "Element",
    "NotXml",
    "Record",
    "child",
    "children",
    "content_of",
    "document",
    "encoding_of",
    "name_of",
    "records",
    "text_of",
    "texts_of",
]
