"""What a visitor of a WordPress site can see of its truth, by pages and by API.

The pages of a threaded site leave out the replies below a hidden parent, and below the site's depth limit they print a
reply beside its parent; a flat site shows no parents at all (Walker_Comment and core/comment-template do the same).
The feed of a section has no such rules, but holds its newest ten only.
"""

from __future__ import annotations

from .wordpress import Site, TrueComment, Truth

FEED_SIZE = 10


def comments_by_api(truth: Truth) -> dict[int, TrueComment]:
    """Comments of public posts that REST lists: all approved ones, but no notices of other sites."""
    return {number: comment for number, comment in truth.approved_comments().items() if comment.kind == "comment"}


def comments_by_html(site: Site) -> dict[int, TrueComment]:
    """Comments of public posts that their pages show, or else their feeds."""
    return comments_on_pages(site) | comments_in_feeds(site)


def comments_on_pages(site: Site) -> dict[int, TrueComment]:
    """Comments of public posts that their pages show."""
    approved = site.truth.approved_comments()
    if site.setup.thread_depth is None:
        return approved
    return {number: comment for number, comment in approved.items() if lineage(comment, approved) is not None}


def comments_in_feeds(site: Site) -> dict[int, TrueComment]:
    """Comments that the feed of a section has and its page has not; a section of several pages is not asked for it."""
    approved, shown = site.truth.approved_comments(), comments_on_pages(site)
    found: dict[int, TrueComment] = {}
    for post in site.truth.public_posts():
        heads = [c for c in shown.values() if c.post_id == post and c.parent_id is None]
        if site.setup.page_size is None or len(heads) <= site.setup.page_size:
            section = sorted((c for c in approved.values() if c.post_id == post), key=lambda c: (c.at, c.id))
            found |= {comment.id: comment for comment in section[-FEED_SIZE:] if comment.id not in shown}
    return found


def parents_by_html(site: Site) -> dict[int, int | None]:
    """The parent that page or feed states for each comment; None for an answer to the post, or where all is flat."""
    # A feed links the comment that is answered, even one that is hidden.
    return parents_on_pages(site) | {number: comment.parent_id for number, comment in comments_in_feeds(site).items()}


def parents_on_pages(site: Site) -> dict[int, int | None]:
    shown = comments_on_pages(site)
    deepest = site.setup.thread_depth
    if deepest is None:
        return dict.fromkeys(shown)
    parents: dict[int, int | None] = {}
    for number, comment in shown.items():
        above = lineage(comment, shown) or []
        # Past the limit a reply stands on the last level, under the ancestor that is one level higher.
        parents[number] = above[min(len(above), deepest - 1) - 1].id if above else None
    return parents


NAMELESS = "Anonymous"
"""What WordPress prints for a comment without a name; Debian's German lacks the word."""


def names_by_html(site: Site) -> dict[int, str]:
    """The commenters' names as pages and feeds show them; block themes set straight apostrophes typographically."""
    on_pages = {number: comment.author_name or NAMELESS for number, comment in comments_on_pages(site).items()}
    if site.setup.has_blocks:
        on_pages = {number: name.replace("'", "’") for number, name in on_pages.items()}
    return on_pages | {n: comment.author_name or NAMELESS for n, comment in comments_in_feeds(site).items()}


def lineage(comment: TrueComment, among: dict[int, TrueComment]) -> list[TrueComment] | None:
    """The comments above one, the head of the thread first; None if one of them is missing in `among`."""
    above: list[TrueComment] = []
    while comment.parent_id is not None:
        if comment.parent_id not in among:
            return None
        comment = among[comment.parent_id]
        above.insert(0, comment)
    return above
