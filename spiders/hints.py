"""What sources tell of the state of posts without showing them: pure functions from an answer to `PageHint`s.

A hint is a reason to look at a post. What the post then shows is read from its own page or the API, never from here.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from ..addresses import is_web_address, join_address
from ..schemas import Damages, PageHint
from .apis.reply_prefix import ANCHOR
from .discovery import item_date
from .reading.counts import count_in, is_of_comments
from .reading.document import folded
from .reading.phrases import INVITING_TEXT
from .xml import FEED_RECORDS, FEED_ROOTS, children, document, text_of


def page_hints(root: HtmlElement, url: str) -> list[PageHint]:
    """What a listing tells of its posts: the numbers of comments beside them, and the newest comments in a side column.

    Both are links to a place on the post's page, `...#comments` and `...#comment-17`.
    """
    found: dict[PageHint, None] = {}
    here = url.partition("#")[0]
    for link in root.iter("a"):
        href = (link.get("href") or "").strip()
        target, _, fragment = (join_address(url, href) or "").partition("#")
        if not fragment or target == here or not is_web_address(target):
            continue
        if comment := ANCHOR.search(f"#{fragment}"):
            found[PageHint(source="listing", url=target, comment_native_id=comment[1])] = None
        elif (count := _stated_by(link, fragment)) is not None:
            found[PageHint(source="listing", url=target, stated_comments=count)] = None
    return list(found)


def _stated_by(link: HtmlElement, fragment: str) -> int | None:
    """The number of comments that a link to a post's comments states; None where it is no such link."""
    if not is_of_comments(fragment):
        return None
    text = folded("".join(link.itertext()))
    count = count_in(text, is_counter=True)
    return 0 if count is None and INVITING_TEXT.match(text) else count


def comment_feed_hints(body: bytes, url: str, damages: Damages) -> list[PageHint]:
    """The newest comments of a blog, by the posts below which they stand, in the order of the feed.

    Raises:
        NotXml: it is no feed.
    """
    root = document(body, damages, roots=FEED_ROOTS, records=FEED_RECORDS)
    return [hint for item in root.iter("{*}item", "{*}entry") if (hint := _comment_hint(item, url))]


def _comment_hint(item: HtmlElement, url: str) -> PageHint | None:
    """The comment of a feed's item; None where it names no place on a page."""
    date = item_date(item)
    for address in _addresses(item):
        target = join_address(url, address) or ""
        if is_web_address(target) and (comment := ANCHOR.search(target)):
            post = target.partition("#")[0]
            return PageHint(source="comment_feed", url=post, comment_native_id=comment[1], comment_at=date)
    return None


def _addresses(item: HtmlElement) -> Iterator[str]:
    for element in children(item, "link", "atom:link", "guid", "atom:id", "id"):
        if address := element.get("href") or text_of(element):
            yield address.strip()
