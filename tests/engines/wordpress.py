"""Real WordPress sites on loopback: one seeded database, copied for each site, and `php -S` in front of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from .install import NEWER_WORDPRESS, WORDPRESS
from .process import free_port, running
from .seed import Seed

PHP_SCRIPTS = Path(__file__).parent / "php"
PHP = ["php8.2", "-d", "display_errors=stderr", "-d", "opcache.enable_cli=1"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a site shows what it holds: its theme and what an owner chooses under Settings."""

    name: str
    theme: Literal["twentytwentyone", "twentytwentythree", "twentytwentyfour"]
    permalinks: str = "/%year%/%monthnum%/%day%/%postname%/"
    """Empty for plain permalinks (`?p=17`)."""
    thread_depth: int | None
    """Levels that are nested; None shows all comments flat."""
    page_size: int | None
    """Threads on a comment page (comments where flat); None shows all on one page."""
    first_shown: Literal["newest", "oldest"] = "newest"
    """Which comment page stands at the post's own URL."""
    order: Literal["asc", "desc"] = "asc"
    """Order on each page: 'asc' has the oldest at its top."""
    language: str = ""
    """Locale, e.g. 'de_DE'; empty for English."""
    rest_open: bool = True
    """Whether visitors may use the REST API."""

    @property
    def has_blocks(self) -> bool:
        """Whether the theme is made of blocks, as themes are from 2022 on."""
        return self.theme != "twentytwentyone"

    @property
    def tree(self) -> Path:
        """The WordPress that brings the theme."""
        return NEWER_WORDPRESS if self.theme == "twentytwentyfour" else WORDPRESS

    def options(self) -> dict[str, str | int]:
        """The same under the names of WordPress' options table."""
        return {
            "permalink_structure": self.permalinks,
            "thread_comments": int(self.thread_depth is not None),
            "thread_comments_depth": self.thread_depth or 5,
            "page_comments": int(self.page_size is not None),
            "comments_per_page": self.page_size or 50,
            "default_comments_page": self.first_shown,
            "comment_order": self.order,
            "WPLANG": self.language,
            "posts_per_page": 7,
        }


class TruePost(msgspec.Struct, frozen=True, kw_only=True):
    """A post as the database holds it."""

    id: int
    type: Literal["post", "page"]
    status: str
    protected: bool
    """Whether it asks for a password."""
    url: str
    title: str
    author_id: int
    author_name: str
    local: datetime
    at: datetime
    modified_at: datetime
    categories: list[str]
    tags: list[str]
    comments_open: bool
    stated_count: int
    """Approved comments and notices, as WordPress counts them."""
    text: str
    """As the seed declares it."""

    @property
    def public(self) -> bool:
        """Whether every visitor can read the post and its comments."""
        return self.type == "post" and self.status == "publish" and not self.protected


class TrueComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as the database holds it."""

    id: int
    post_id: int
    parent_id: int | None
    approved: str
    """'1', '0', 'spam' or 'trash'."""
    kind: Literal["comment", "pingback", "trackback"]
    author_name: str
    author_url: str
    user_id: int
    """Account of who wrote it; 0 for a visitor."""
    local: datetime
    at: datetime
    shown_at: datetime
    """The instant that pages state: another than `at` only in the hour that comes twice."""
    link: str
    text: str
    """As the seed declares it."""
    rendered: str
    """As WordPress' own filters render it, tags taken off: blocks run together."""


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """All posts and comments of a site, hidden ones too, in the order of their ids."""

    posts: list[TruePost]
    comments: list[TrueComment]

    def public_posts(self) -> dict[int, TruePost]:
        return {post.id: post for post in self.posts if post.public}

    def approved_comments(self) -> dict[int, TrueComment]:
        """Comments of public posts that an editor let through, whether or not a page shows them."""
        posts = self.public_posts()
        return {
            comment.id: comment for comment in self.comments if comment.approved == "1" and comment.post_id in posts
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    setup: Setup
    url: str
    """Address without a trailing slash."""
    truth: Truth
    environment: dict[str, str]
    """What PHP scripts have to be told to work on this site."""


def seeded_database(seed: Seed, tree: Path, folder: Path) -> Path:
    """Install a WordPress tree into a new database in `folder`, fill it, and give the database's path."""
    shutil.copy(PHP_SCRIPTS / "wp-config.php", tree / "wp-config.php")
    plugins = tree / "wp-content/mu-plugins"
    plugins.mkdir(exist_ok=True)
    shutil.copy(PHP_SCRIPTS / "plugin.php", plugins / "plugin.php")
    folder.mkdir(parents=True)
    # No page is asked for yet, so the address does not matter.
    environment = environment_of(folder, "http://127.0.0.1")
    run_php("install.php", tree, environment)
    run_php("seed.php", tree, environment, asdict(seed))
    return folder / "site.sqlite"


@contextmanager
def serving(setup: Setup, database: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of the database as `setup` says, on a free port of 127.0.0.1, until the block ends.

    The server's log stays in `folder` as `server.log`.
    """
    folder.mkdir(parents=True)
    shutil.copy(database, folder / "site.sqlite")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = environment_of(folder, url) | ({} if setup.rest_open else {"SITE_CLOSES_REST": "1"})
    run_php("configure.php", setup.tree, environment, {"theme": setup.theme, "options": setup.options()})
    server = [*PHP, "-S", f"127.0.0.1:{port}", "-t", setup.tree, PHP_SCRIPTS / "router.php"]
    with running(server, url=f"{url}/", log=folder / "server.log", environment=environment):
        yield Site(setup=setup, url=url, truth=truth_of(setup.tree, environment), environment=environment)


def change(site: Site, **changes: object) -> Truth:
    """Change a site's comments as php/change.php says; what the site holds then."""
    run_php("change.php", site.setup.tree, site.environment, changes)
    return truth_of(site.setup.tree, site.environment)


def export_of(site: Site) -> bytes:
    """The site's own export, as its owner would download it (WXR)."""
    return run_php("export.php", site.setup.tree, site.environment)


def truth_of(tree: Path, environment: dict[str, str]) -> Truth:
    return msgspec.json.decode(run_php("truth.php", tree, environment), type=Truth)


def environment_of(folder: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "SITE_URL": url,
        "SITE_DATA": str(folder),
    }


def run_php(script: str, tree: Path, environment: dict[str, str], given: object = None) -> bytes:
    """Run a script of php/ inside a WordPress tree with `given` as JSON on standard input; its output.

    Raises:
        RuntimeError: the script failed; the message holds what it said.
    """
    done = subprocess.run(
        [*PHP, PHP_SCRIPTS / script],
        cwd=tree,
        env=environment,
        input=json.dumps(given).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{script} failed with {done.returncode}: {(done.stderr + done.stdout).decode()}")
    return done.stdout
