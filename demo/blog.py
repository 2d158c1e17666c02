"""A blog as data: what a WordPress keeps in its database, here in one TOML file a post."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

POSTS = Path(__file__).parent / "posts"
SEED_SLUG = "is-social-media-a-corporate-or-a-personal-tool"
"""The post of the seed page; the others are invented around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogComment:
    """A comment as its author sent it. Its place among the others follows from `parent` and the order of the file."""

    id: int
    author: str
    body: str
    """HTML; blank lines part paragraphs, as in WordPress."""
    parent: int | None = None
    """id of the comment answered; None for an answer to the post."""
    published: datetime | None = None
    """Wall clock of the blog; None where the page shows no date."""
    url: str | None = None
    kind: Literal["comment", "pingback"] = "comment"
    name_shown: bool = True
    """False where the page has no name line for it, as the seed page for the analyst's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogPost:
    """A post with all its comments, oldest first."""

    id: int
    slug: str
    title: str
    author: str
    published: datetime
    body: str
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    comments_open: bool = True
    comments: list[BlogComment] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The permalink below the blog's home, e.g. '2012/01/09/a-slug/'."""
        return f"{self.published:%Y/%m/%d}/{self.slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """A blog with its posts, newest first, and the two settings that decide how many pages it has."""

    name: str
    home: str
    """Where the blog stands: its path on the host with both slashes; the theme gets it with scheme and host."""
    posts: list[BlogPost]
    posts_per_page: int
    threads_per_page: int
    """Comment threads on one page of a post; more threads give further comment pages."""


def demo_blog() -> Blog:
    """The seed page's post in a small blog around it.

    Raises:
        msgspec.ValidationError: a file of posts/ lacks a field or has one of the wrong type.
    """
    posts = [msgspec.convert(tomllib.loads(file.read_text("utf-8")), BlogPost) for file in POSTS.glob("*.toml")]
    return Blog(
        name="Andrea Di Maio and guests",
        home="/andrea_dimaio/",
        posts=newest_first(posts),
        posts_per_page=3,
        threads_per_page=4,
    )


def newest_first(posts: list[BlogPost]) -> list[BlogPost]:
    """The order in which a blog lists its posts."""
    return sorted(posts, key=lambda post: (post.published, post.id), reverse=True)
