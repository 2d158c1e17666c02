"""The smaller engines on loopback, each in an environment of its own: filled with `talk.talk()`, started, and ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from .install import IKIWIKI, MEZZANINE, PLONE, XTD, ZINNIA
from .process import free_port, running
from .talk import Post, TrueComment, TruePost, Truth

SCRIPTS = Path(__file__).parent / "sites"
IN_UTC = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallSite:
    url: str
    """The address to start from."""
    root: str
    """What the paths of the truth stand below."""
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """How an engine is run, and what of its truth its pages show."""

    name: str
    serving: Callable[[list[Post], Path], AbstractContextManager[SmallSite]]
    has_pings: bool = False
    shows_parents: bool = True
    shows_times: bool = True
    """Whether it shows when something was written; else only how long ago ('5 years ago')."""
    shows_urls: bool = True
    keeps_removed: bool = True
    """Whether the place of a removed comment stays, without its text."""


@contextmanager
def serving_django(script: str, home: Path, posts: list[Post], folder: Path) -> Iterator[SmallSite]:
    """Fill and serve a site of `sites/`, by Django's own server."""
    command = [home / "bin/python", "-W", "ignore", SCRIPTS / script, folder]
    truth = filled([*command, "fill"], posts)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running([*command, "serve", str(port)], url=f"{url}/", log=folder / "server.log"):
        yield SmallSite(url=f"{url}/", root=url, truth=truth)


@contextmanager
def serving_plone(posts: list[Post], folder: Path) -> Iterator[SmallSite]:
    """Make a Zope instance, add a Plone to it and fill that, then serve it."""
    instance, port = folder / "instance", free_port()
    subprocess.run([PLONE / "bin/mkwsgiinstance", "-d", instance, "-u", "admin:admin"], capture_output=True, check=True)
    zconsole = [PLONE / "bin/zconsole", "run", instance / "etc/zope.conf", SCRIPTS / "plone_site.py"]
    truth = filled(zconsole, posts, environment={**os.environ, "PYTHONPATH": str(SCRIPTS)})
    server = instance / "etc/zope.ini"
    server.write_text(server.read_text().replace("port = 8080", f"port = {port}"))
    url = f"http://127.0.0.1:{port}"
    with running([PLONE / "bin/runwsgi", "-q", server], url=f"{url}/blog", log=folder / "server.log"):
        yield SmallSite(url=f"{url}/blog", root=url, truth=truth)


@contextmanager
def serving_wiki(posts: list[Post], folder: Path) -> Iterator[SmallSite]:
    """Write the sources of an ikiwiki, let it make the pages, and serve these as the files they are."""
    sources, pages = folder / "sources", folder / "pages"
    truth = write_wiki(posts, sources)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    options = {
        "wikiname": "Seat notes",
        "comments_pagespec": "posts/* and !posts/*/*",
        "archive_pagespec": "posts/* and !posts/*/*",
        "comments_allowauthor": "1",
    }
    command = [IKIWIKI, "--rebuild", "--rss", "--url", url, "--plugin", "comments", "--plugin", "calendar"]
    command += [part for name, value in options.items() for part in ("--set", f"{name}={value}")]
    subprocess.run([*command, sources, pages], env=IN_UTC, capture_output=True, check=True)
    server = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", pages, str(port)]
    with running(server, url=f"{url}/", log=folder / "server.log"):
        yield SmallSite(url=f"{url}/", root=url, truth=truth)


def write_wiki(posts: list[Post], sources: Path) -> Truth:
    """The files of a wiki with the posts, and what its pages have to show of them: it keeps no threads."""
    truth = Truth(posts=[], comments=[])
    (sources / "posts").mkdir(parents=True)
    posted = 'pages="posts/* and !posts/*/*"'
    (sources / "index.mdwn").write_text(f'[[!inline {posted} show="3" rootpage="posts"]]\n\n[[All posts|archives]]\n')
    (sources / "archives.mdwn").write_text(f'[[!inline {posted} archive="yes" show="0"]]\n')
    for place, post in enumerate(posts):
        path = f"/posts/note-{place}/"
        truth.posts.append(TruePost(path=path, title=post.title, author="Mara Weiss", at=post.at))
        page = sources / f"posts/note-{place}.mdwn"
        metas = {"title": post.title, "author": "Mara Weiss", "date": post.at.isoformat()}
        page.write_text("".join(f'[[!meta {name}="{value}"]]\n' for name, value in metas.items()) + post.text + "\n")
        page.with_suffix("").mkdir()
        for number, remark in enumerate(post.comments, start=1):
            if remark.state == "removed":
                continue
            suffix = "_comment_pending" if remark.state == "waiting" else "_comment"
            fields = {
                "claimedauthor": remark.name,
                "url": remark.url,
                "subject": f"comment {number}",
                "date": f"{remark.at:%Y-%m-%dT%H:%M:%SZ}",
            }
            stated = "".join(f' {name}="{value}"\n' for name, value in fields.items() if value)
            file = page.with_suffix("") / f"comment_{number}._{suffix.removeprefix('_')}"
            file.write_text(f'[[!comment format=mdwn\n{stated} content="""\n{markdown(remark.text)}\n"""]]\n')
            truth.comments.append(
                TrueComment(
                    id=f"{place}-{number}",
                    post=path,
                    parent=None,
                    author=remark.name,
                    url=remark.url,
                    at=remark.at,
                    state=remark.state,
                    text=remark.text,
                )
            )
    return truth


def markdown(text: str) -> str:
    return text.replace("<", "&lt;")


def filled(command: list[str | Path], posts: list[Post], environment: dict[str, str] | None = None) -> Truth:
    """Run a script that fills a site; what it says its database holds.

    Raises:
        RuntimeError: it failed; the message holds the end of what it said.
    """
    done = subprocess.run(command, input=msgspec.json.encode(posts), capture_output=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} failed with {done.returncode}:\n{done.stderr.decode()[-3000:]}")
    return msgspec.json.decode(done.stdout, type=Truth)


UNSTEADY = frozenset({"plone"})
"""Engines whose faults come and go from run to run: Plone's comments are all read in some, and why is not known."""
KNOWN_FAULTS: dict[tuple[str, str], str] = {
    ("words", "mezzanine"): "a section of two very short comments is not found",
    ("parents", "mezzanine"): "a section of two very short comments is not found",
    ("words", "xtd"): "the site shows the paragraphs of a text as one",
    ("posts", "ikiwiki"): "the front page alone shows when a post was posted; its own page shows the last change",
    ("words", "plone"): "the date below the name is a text",
    ("parents", "plone"): "the date below the name is taken for a comment of its own",
    ("hidden", "plone"): "the comment of a post with one is not found in some runs",
}
"""What is asked of an engine's pages and its name -> how the reading is wrong there."""

ENGINES = [
    Engine(name="mezzanine", serving=partial(serving_django, "mezzanine_site.py", MEZZANINE), shows_times=False),
    Engine(name="xtd", serving=partial(serving_django, "xtd_site.py", XTD)),
    Engine(
        name="zinnia",
        serving=partial(serving_django, "zinnia_site.py", ZINNIA),
        has_pings=True,
        shows_parents=False,
        keeps_removed=False,
    ),
    Engine(name="ikiwiki", serving=serving_wiki, shows_parents=False, keeps_removed=False),
    Engine(name="plone", serving=serving_plone, shows_urls=False, keeps_removed=False),
]
