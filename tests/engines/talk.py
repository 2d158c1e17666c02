"""What the smaller engines are filled with: a few posts with the conversations that their sections have to show.

Texts are plain: what an engine makes of them (paragraphs, line breaks, Markdown) has to read the same again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

State = Literal["shown", "waiting", "removed"]
Kind = Literal["comment", "pingback", "trackback"]
START = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as the seed declares it; `parent` is the place of another in the same list."""

    text: str
    name: str = "Tom Kessler"
    url: str = ""
    parent: int | None = None
    state: State = "shown"
    kind: Kind = "comment"
    at: datetime


class Post(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    at: datetime
    text: str
    open: bool
    comments: list[Remark]


class TruePost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the engine's database holds it."""

    path: str
    title: str
    author: str
    at: datetime


class TrueComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as the engine's database holds it."""

    id: int | str
    post: str
    """Path of its post."""
    parent: int | str | None
    author: str
    url: str
    at: datetime
    state: State
    text: str
    kind: Kind = "comment"


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    posts: list[TruePost]
    comments: list[TrueComment]


LONG_NAME = "Wilhelmina Featherstonehaugh-Cholmondeley of the Committee for the Counting of Seats"
LONG_TEXT = "A long remark. " + "It goes on about the same thing for a while, as remarks do. " * 12 + "Then it ends."

SECTION: list[dict] = [
    {"text": "First paragraph of it.\n\nSecond paragraph.", "url": "https://tom.example.com/"},
    {"text": "Agreed.", "name": "雪 村上", "parent": 0},
    {"text": "Where does the second figure come from?", "name": "Raman & Daughters", "parent": 1},
    {"text": "From the survey, I think.", "name": "Mara Weiss", "parent": 2},
    {"text": "On 3 March 2019 at 4:05 pm somebody said: says who?", "name": "O'Brien <Counting>"},
    {"text": "כמה מושבים יש בשוק?", "name": "דוד כהן", "url": "https://david.example.net/seats"},
    {"text": "Not yet approved, so that nobody reads this.", "name": "Waiting Wanda", "state": "waiting"},
    {"text": "👍🏽", "name": "Lee", "parent": 5},
    {"text": "Taken back, so that nobody reads this.", "name": "Removed Rita", "state": "removed"},
    {"text": LONG_TEXT, "name": LONG_NAME},
    {"text": "A word on replies: Reply, Permalink, 3 comments.", "name": "Reply"},
]
"""Names: plain, in other scripts, with markup's characters, long, and one that is a word of the page itself."""
PINGS: list[dict] = [
    {
        "text": "They counted too.",
        "name": "Another blog",
        "url": "https://other.example.org/counted",
        "kind": "pingback",
    },
    {"text": "And so did we.", "name": "A third blog", "url": "https://third.example.org/so", "kind": "trackback"},
]
BODY = "{} The count was long, and what came of it stands below.\n\nIt surprised all of us, and some of us twice."


def talk(*, pings: bool = False) -> list[Post]:
    """Seven posts: a full section, one comment alone, a chain of answers, a closed section, and some without any."""
    chain = [
        {"text": f"Answer {n} of the chain.", "name": f"Speaker {n}", "parent": n - 1 if n else None} for n in range(4)
    ]
    sections: list[tuple[str, bool, list[dict]]] = [
        ("Counting seats", True, SECTION + (PINGS if pings else [])),
        ("One answer", True, [{"text": "The only comment of this post.", "name": "Ada Only"}]),
        ("A chain of answers", True, chain),
        (
            "Closed since",
            False,
            [{"text": "In time.", "name": "Early Emil"}, {"text": "Also in time.", "name": "Ernst"}],
        ),
        ("No seats", True, []),
        ("Nobody asked", False, []),
        ("Silence, again", True, []),
    ]
    posts: list[Post] = []
    for place, (title, is_open, given) in enumerate(sections):
        at = START + timedelta(days=31 * place)
        remarks = [Remark(at=at + timedelta(hours=5 + 3 * n, minutes=7 * n), **one) for n, one in enumerate(given)]
        posts.append(
            Post(title=title, at=at, text=BODY.format(f"{title}: so we said."), open=is_open, comments=remarks)
        )
    return posts
