"""The HTML of a body (`body_html`), which is sanitised, as a tree: the one place where it is parsed again."""

from __future__ import annotations

from lxml.html import HtmlElement, HTMLParser, fragment_fromstring

# Without huge_tree libxml2 drops what lies deeper than 256 levels.
_PARSER = HTMLParser(huge_tree=True)


def body_of(html: str) -> HtmlElement:
    """A `<div>` with what a body's markup holds, down to the depth that bodies may have.

    >>> body_of("one <b>two</b>").text_content()
    'one two'
    """
    return fragment_fromstring(html, create_parent=True, parser=_PARSER)
