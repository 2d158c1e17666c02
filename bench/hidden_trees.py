"""How much of a threaded page's tree the words alone give back.

    python bench/hidden_trees.py [CORPUS]       default: ../shared/corpus beside the repository

Takes the pages that state their threads, hides parents and depth, reads who answers whom from the texts and the order
in time, and compares each comment's primary target with the parent that the page states (the post where it states
none). Beside it stand guesses: the same, but where the post's author shows no target he answers the comment before
him; the comment before in time; the post; the last comment by whoever the text calls, else the post. Told for all
comments and for those that answer a comment.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from gold import CORPUS, gold_pages, in_time
from rejoinder.queries import replies_of
from rejoinder.schemas import Comment
from rejoinder.schemas.tables import ReplyRow

METHODS = ("primary target", "and author to before", "comment before", "the post", "last by the named")
NAMING = {"mention", "address"}


def hidden(comments: list[Comment]) -> list[Comment]:
    """The same comments on a page without threads, in the order of time: nesting must not show in the order either."""
    return [
        replace(comment, position=position, parent_id=None, parent_from=None, depth=None)
        for position, comment in enumerate(in_time(comments))
    ]


def guesses(comments: list[Comment], post_id: str, rows: list[ReplyRow]) -> dict[str, dict[str, str]]:
    """For each method the target of each comment: a comment_id, or the post_id."""
    found: dict[str, dict[str, str]] = {method: {} for method in METHODS}
    writer_of = {comment.comment_id: comment.author_name for comment in comments}
    called = {row.comment_id: row.target_id for row in rows if NAMING.intersection(row.evidence)}
    last_by: dict[str | None, str] = {}
    before = post_id
    for comment in comments:
        name = writer_of.get(called.get(comment.comment_id, ""))
        found["comment before"][comment.comment_id] = before
        found["the post"][comment.comment_id] = post_id
        found["last by the named"][comment.comment_id] = last_by.get(name, post_id) if name else post_id
        last_by[comment.author_name] = before = comment.comment_id
    found["primary target"] = {row.comment_id: row.target_id for row in rows if row.is_primary}
    unsigned = {row.comment_id for row in rows if row.evidence == ["default"]}
    by_author = {comment.comment_id for comment in comments if comment.by_post_author}
    found["and author to before"] = found["primary target"] | {
        comment_id: before
        for comment_id, before in found["comment before"].items()
        if comment_id in unsigned & by_author
    }
    return found


def main(arguments: list[str]) -> None:
    corpus = Path(arguments[0] if arguments else CORPUS).resolve()
    pages = [page.page for page in gold_pages(corpus) if any(comment.parent_id for comment in page.page.comments)]
    if not pages:
        print(f"skipped: no threaded pages in {corpus} (they are not part of the repository)")
        return
    flat = [hidden([comment for comment in page.comments if comment.kind == "comment"]) for page in pages]
    read = replies_of([(page.posts, comments) for page, comments in zip(pages, flat, strict=True)])
    right = {method: {"all": 0, "replies": 0} for method in METHODS}
    total = {"all": 0, "replies": 0}
    for page, comments, rows in zip(pages, flat, read, strict=True):
        parents = {comment.comment_id: comment.parent_id for comment in page.comments}
        post_id = page.posts[0].post_id if page.posts else ""
        by_method = guesses(comments, post_id, rows)
        for comment in comments:
            parent = parents[comment.comment_id]
            groups = ["all", "replies"] if parent else ["all"]
            for group in groups:
                total[group] += 1
                for method in METHODS:
                    right[method][group] += by_method[method].get(comment.comment_id) == (parent or post_id)
    print(f"{len(pages)} pages, {total['all']} comments, {total['replies']} of them answer a comment")
    print(f"{'':22}{'all':>8}{'replies':>10}")
    for method in METHODS:
        shares = (right[method][group] / total[group] for group in ("all", "replies"))
        print(f"{method:22}" + "".join(f"{share:>{width}.3f}" for share, width in zip(shares, (8, 10), strict=True)))


if __name__ == "__main__":
    main(sys.argv[1:])
