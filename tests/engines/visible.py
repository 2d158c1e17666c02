"""What a visitor of a WordPress site can see of its truth, by pages and by API.

The pages of a threaded site leave out the replies below a hidden parent, and below the site's depth limit they print a
reply beside its parent; a flat site shows no parents at all (Walker_Comment and core/comment-template do the same).
"""

from __future__ import annotations

from .wordpress import Site, TrueComment, Truth


def comments_by_api(truth: Truth) -> dict[int, TrueComment]:
    """Comments of public posts that REST lists: all approved ones, but no notices of other sites."""
    return {number: comment for number, comment in truth.approved_comments().items() if comment.kind == "comment"}


def comments_by_page(site: Site) -> dict[int, TrueComment]:
    """Comments of public posts that their pages show."""
    approved = site.truth.approved_comments()
    if site.setup.thread_depth is None:
        return approved
    return {number: comment for number, comment in approved.items() if lineage(comment, approved) is not None}


def parents_by_page(site: Site) -> dict[int, int | None]:
    """The parent that a page states for each comment it shows; None for an answer to the post, or where all is flat."""
    shown = comments_by_page(site)
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


def name_by_page(site: Site, comment: TrueComment) -> str:
    """The commenter's name as a page shows it; block themes set straight apostrophes typographically."""
    name = comment.author_name or NAMELESS
    return name.replace("'", "’") if site.setup.has_blocks else name


def lineage(comment: TrueComment, among: dict[int, TrueComment]) -> list[TrueComment] | None:
    """The comments above one, the head of the thread first; None if one of them is missing in `among`."""
    above: list[TrueComment] = []
    while comment.parent_id is not None:
        if comment.parent_id not in among:
            return None
        comment = among[comment.parent_id]
        above.insert(0, comment)
    return above
