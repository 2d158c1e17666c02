"""What a release says of itself, in sentences that the card and the metadata share, by the settings and the counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from .choose import LEFT_OUT
from .config import ReleaseConfig
from .figures import Figures

VIAS = {
    "live": "from the sites themselves, whose robots.txt was obeyed, at a pace of their own for each host",
    "wayback": "from a public web archive, each page as it was captured at the time that `fetched_at` states",
    "warc": "from WARC and ARC files, each page as it was captured at the time that `fetched_at` states",
    "export": "from export files of the blogs' own software",
}
"""Where pages come from, by provenance.via."""


@dataclass(slots=True)
class Kept:
    """What was kept out of a release while it was made, so that its files cannot tell."""

    left_out_posts: Counter[str] = field(default_factory=Counter)
    """Posts that are not published, by a word of LEFT_OUT."""
    left_out_comments: Counter[str] = field(default_factory=Counter)
    """Their comments."""
    withheld: Counter[str] = field(default_factory=Counter)
    """Comments of which only that they were there is published, by their state."""
    hidden: Counter[str] = field(default_factory=Counter)
    """Places that were rewritten, by kind."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the card and the metadata are written from."""

    config: ReleaseConfig
    figures: Figures
    kept: Kept


def summary(facts: Facts) -> str:
    """What is in the release, in two sentences."""
    figures = facts.figures
    rows, sites = figures.rows, len(figures.sites)
    firsts = [row[3] for row in figures.sites if row[3]]
    lasts = [row[4] for row in figures.sites if row[4]]
    span = f", written from {_day(min(firsts))} to {_day(max(lasts))}" if firsts else ""
    answers = sum(row[2] for row in figures.evidence if row[0] != "default")
    text = f"{_many(rows['posts'], 'post')} of {_many(sites, 'blog')}{span}, with {_many(rows['comments'], 'comment')}."
    return (
        f"{text} {_many(answers, 'answer')} of a comment to another or to the post are shown by the pages or the texts."
    )


def collection(facts: Facts) -> list[str]:
    """Where the rows come from."""
    figures = facts.figures
    first, last = figures.fetched
    pages = Counter[str]()
    for via, _, count, *_ in figures.collected:
        pages[via] += count
    told = [f"{_many(pages[via], 'page')} {VIAS[via]}." for via in figures.vias]
    if first.year > 1970:  # the time of what nobody knows when it was seen
        told.append(f"The oldest page is as it stood on {_day(first)}, the newest as on {_day(last)}.")
    told.append(
        "Every row names in `fetch_id` the fetch that it was read from; `provenance` says where and when it was."
    )
    return told


def personal(facts: Facts) -> list[str]:
    """What was done about persons, and what is left of them."""
    config, names = facts.config, facts.config.names
    told = []
    if config.texts == "none":
        told.append("No text, title, tag or name is in this release.")
    if names.mode == "keep":
        told.append("Persons are called by the names that they wrote under.")
    elif names.mode == "drop":
        told.append("No person is called by any name: `author_name` is empty, and names in texts gave way to a mark.")
    else:
        scope = "all sites" if names.across_sites else "one site"
        told.append(
            "Persons are called by pseudonyms, made by a secret key that is not in this release: one person, as far as "
            f"a name tells, has one pseudonym on {scope}"
            + (", in the texts of others, too." if config.texts == "full" else ".")
        )
    if names.mode != "keep" and names.keep_post_authors:
        told.append(
            "Who writes posts is called by name, as a public source."
            if config.texts == "full"
            else "Addresses of blogs have the names of those who write posts, as public sources."
        )
    if config.texts == "full":
        told.append(
            "E-mail addresses, telephone numbers, IP addresses and account numbers in texts gave way to marks such as "
            "`[email]`."
        )
    if facts.kept.hidden and config.texts == "full":
        counts = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(facts.kept.hidden.items()))
        told.append(f"Places that were rewritten: {counts}.")
    if names.mode != "keep" and config.texts == "full":
        told.append(
            "Texts are as their writers published them otherwise: who searches the web for a sentence may find "
            "its page, "
            "and the name there. A pseudonym makes nobody anonymous."
        )
    if config.addresses:
        told.append("Addresses of posts, comments and fetches lead to the pages, where names stand as they did.")
        if names.mode != "keep":
            told.append("Addresses in which a hidden name stood have what stands for it, and lead nowhere.")
    else:
        told.append(
            "No address of a post, comment or fetch is in this release; `post_id` is a hash of one, so who knows a "
            "page's address can tell its post."
        )
    return told


def removed(facts: Facts) -> list[str]:
    """What became of comments that are gone."""
    config = facts.config
    states = Counter[str]()
    for state, _, count in facts.figures.states:
        states[state] += count
    told = [
        f"{_many(states['removed'], 'comment')} of this release had been removed from their pages when last looked at."
    ]
    if config.removed == "tombstones":
        told.append("Of these no text and no name is published: a row says that there was one, and in which place.")
    elif config.texts == "full":
        told.append("Their texts are published as last seen.")
    if taken_down := sum(count for _, fate, count in facts.figures.states if fate == "taken_down"):
        told.append(f"{_many(taken_down, 'comment')} of these: taken down by who publishes this, with nothing left.")
    if states["pending"]:
        told.append(f"{_many(states['pending'], 'comment')} waited for approval; of these, too, no text and no name.")
    return told


def limitations(facts: Facts) -> list[str]:
    """What a reader must not conclude."""
    figures, gaps = facts.figures, facts.figures.gaps
    comments = figures.rows["comments"]
    complete, short, posts = figures.whole
    return [
        f"Of {posts} posts all comments that can be seen were found below {complete}, some are missing below "
        f"{short}, and "
        f"of {posts - complete - short} it cannot be told: see `completeness`.",
        f"{gaps['undated']} of {comments} comments have no date, {gaps['without_zone']} a local time without a "
        f"known zone, "
        f"{gaps['nameless']} no person.",
        "A person is a name on a site: who writes under two names is two persons, and two who share a name are one.",
        "Who answers whom is read from nesting and from texts, with a measured confidence; a comment that shows "
        "no target "
        "is put down as an answer to the post, with evidence `default`.",
        f"{gaps['parent_unseen']} comments answer one that no page shows.",
    ]


def biases(facts: Facts) -> list[str]:
    """Whom the data over- and understates."""
    figures = facts.figures
    told = [
        "Those who comment on blogs are few of those who read them, and moderation decided which comments stayed.",
        "Comments that were removed before the first fetch are in no table.",
    ]
    busiest = max(figures.sites, key=lambda row: (row[2], row[0]))
    comments = figures.rows["comments"]
    if comments:
        told.append(f"{busiest[2] / comments:.0%} of the comments are from the blog with the most of them.")
    told_of = sum(count for _, count in figures.languages)
    if told_of:
        lang, count = figures.languages[0]
        told.append(f"{count / told_of:.0%} of the comments whose language can be told are in `{lang}`.")
    return told


USES = (
    "Research on conversations: who answers whom, how fast, and what becomes of threads.",
    "Not for finding out who somebody is, for judging single persons, or for contacting them.",
)


def left_out(facts: Facts) -> list[tuple[str, str, int, int]]:
    """(word, meaning, posts, comments) of everything that the settings keep out."""
    kept = facts.kept
    return [
        (word, meaning, kept.left_out_posts[word], kept.left_out_comments[word])
        for word, meaning in LEFT_OUT.items()
        if kept.left_out_posts[word] or kept.left_out_comments[word]
    ]


def maintenance(facts: Facts) -> str:
    return (
        f"Who wants a post, a comment or everything by one person removed writes to {facts.config.contact}. What "
        f"is removed "
        "leaves a row without text and name, and stays so in every later release."
    )


def _many(count: int, what: str) -> str:
    """
    >>> _many(1, "post"), _many(1200, "comment")
    ('1 post', '1,200 comments')
    """
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
