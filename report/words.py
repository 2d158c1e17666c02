"""What the words of the tables are called on a page; what they mean in full is said on the page 'How to read this'."""

from __future__ import annotations

EVIDENCE = {
    "thread": "shown below it",
    "mention": "called by @name",
    "address": "spoken to by name",
    "quote": "quoted",
    "ordinal": "named by its number",
    "link": "linked to",
    "default": "no sign of a target",
}
"""Why a comment counts as an answer, as what happened to the answered one."""

REASONS = {
    "complete": "All were found",
    "pingbacks_counted": "Pingbacks are counted too",
    "pingbacks_unseen": "Pingbacks, which the API has not",
    "removed_not_counted": "Removed ones are not counted",
    "grown_since": "More were written since",
    "gone_since": "Some are gone since",
    "listing_complete": "No number stated; the listing was whole",
    "page_cut_off": "A page is cut off",
    "fetch_failed": "A page could not be fetched",
    "further_pages": "A further page was not fetched",
    "rejected": "Some could not stand in the tables",
    "listing_short": "The API gave fewer than it says",
    "embedded_system": "They stand in an embedded system",
    "not_stated": "No number is stated",
    "more_found": "More were found, for no known reason",
    "hidden_parents": "Likely replies to hidden comments",
    "unexplained": "Missing, and nothing says why",
}
"""completeness.reason"""

FATES = {
    "missing": "Gone from the page",
    "placeholder": "Removed: a notice stands in its place",
    "hidden": "Not shown any more, below a comment that went",
    "unseen": "Not seen any more; nothing proves that it is gone",
    "returned": "Was gone for a time, and came back",
    "taken_down": "Taken down",
}
"""comments.fate, of those that a reader is to be told of."""

CHANGED = {"author_name": "name", "body_text": "text", "kind": "kind", "state": "state"}
"""comment_versions.changed"""

RUN_ENDS = {
    "finished": "Finished",
    "out_of_time": "Out of time",
    "interrupted": "Interrupted",
    "failed": "Failed",
    "unfinished": "No account of its end",
    None: "Files, read whole",
}
"""runs.ended"""


def plain(word: str) -> str:
    """A word of the tables that has no name of its own here, as a sentence begins.

    >>> plain("further_pages")
    'Further pages'
    """
    return word.replace("_", " ").capitalize()
