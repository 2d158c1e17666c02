"""A blog of any size, the same at every run: for measurements, and tests that need more pages than anyone writes."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

from .blog import Blog, BlogComment, BlogPost, demo_blog, newest_first

FIRST_POST = datetime(2008, 9, 15, 8, 0)
# The words of the demonstration's posts: what is measured is the number of pages and rows, not the language.
WORDS = sorted({word for post in demo_blog().posts for word in re.findall(r"\b[a-z]{4,}\b", post.body)})
NAMES = ("Marta Lindqvist", "Joseph Okafor", "Lena Brandt", "Samir Haddad", "Odile Marchand", "Karel Novák", "Tom")
ANALYST = "Ines Halvorsen"


def generated_blog(posts: int, *, comments_per_post: int = 5, seed: int = 0) -> Blog:
    """A blog with so many posts, about four a week, and so many comments on average (some posts have none)."""
    draw = random.Random(seed)
    return Blog(
        name="A generated blog",
        home="/generated/",
        posts=newest_first([generated_post(draw, number, comments_per_post) for number in range(posts)]),
        posts_per_page=10,
        threads_per_page=20,
    )


def generated_post(draw: random.Random, number: int, comments: int) -> BlogPost:
    published = FIRST_POST + timedelta(hours=42 * number)
    count = draw.randint(0, 2 * comments)
    ids = [number * 1000 + place for place in range(count)]
    return BlogPost(
        id=number + 1,
        slug=f"{draw.choice(WORDS)}-and-{draw.choice(WORDS)}-{number}",
        title=f"On {draw.choice(WORDS)}, {draw.choice(WORDS)} and {draw.choice(WORDS)}",
        author=ANALYST,
        published=published,
        body=text(draw, paragraphs=6),
        categories=[draw.choice(WORDS)],
        comments_open=draw.random() < 0.5,
        comments=[
            BlogComment(
                id=identity,
                author=draw.choice((*NAMES, ANALYST)),
                body=text(draw, paragraphs=draw.randint(1, 3)),
                parent=draw.choice([None, *ids[:place]]),
                published=published + timedelta(minutes=37 * (place + 1)),
            )
            for place, identity in enumerate(ids)
        ],
    )


def text(draw: random.Random, paragraphs: int) -> str:
    return "\n\n".join(" ".join(draw.choices(WORDS, k=draw.randint(20, 60))) + "." for _ in range(paragraphs))
