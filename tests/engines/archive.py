"""A web archive of a real site: wget writes WARCs of it twice, the site goes away, pywb serves what is left."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .install import SERVERS
from .process import free_port, running
from .wordpress import Setup, Site, Truth, change, serving

COLLECTION = "blog"
WGET_PARTIAL = 8
"""wget's exit code where a page answered with an error, as a password-protected site or a missing icon does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """Two captures of a whole site, and a Wayback server over them. The site itself does not answer any more."""

    url: str
    """Root of the collection: `<url>/<timestamp>id_/<page>` is a raw capture, `<url>/cdx` the index."""
    warcs: list[Path]
    """One file a capture, the older first."""
    first: Site
    """The site at the first capture."""
    later: Truth
    """What it held at the second."""
    trashed: int
    """Number of the comment that only the first capture shows."""
    edited: int
    """Number of the comment that the second shows with another text."""


@contextmanager
def serving_archive(setup: Setup, database: Path, folder: Path) -> Iterator[Archive]:
    """Capture a site, change it, capture it again, end it, and serve both captures until the block ends."""
    with serving(setup, database, folder / "site") as site:
        captures = folder / "captures"
        captures.mkdir()
        older = capture(site, captures / "older")
        last_second = int(time.time())
        # The two comments of a post that closed_with_comments (seed.py) makes: no reply is lost with the last.
        post = next(post for post in site.truth.posts if post.title == "Closed with comments")
        edited, trashed = (comment.id for comment in site.truth.comments if comment.post_id == post.id)
        later = change(site, trash=[trashed], edit={edited: "Edited since."})
        # An archive tells captures of a page apart by their second.
        while int(time.time()) == last_second:
            time.sleep(0.05)
        newer = capture(site, captures / "newer")
    with serving_pywb([older, newer], folder / "pywb") as url:
        yield Archive(url=url, warcs=[older, newer], first=site, later=later, trashed=trashed, edited=edited)


def capture(site: Site, stem: Path) -> Path:
    """Let wget follow all links of a site but those to files and reply forms; the compressed WARC that it wrote."""
    command = [
        *("wget", "--recursive", "--level=inf", "--no-verbose", "--delete-after", "--no-warc-keep-log"),
        *("--reject-regex", r"replytocom=|/wp-(content|includes|login|admin|json)|xmlrpc|rest_route="),
        *("--directory-prefix", stem.with_suffix(".pages"), "--warc-file", stem),
        f"{site.url}/",
    ]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode not in (0, WGET_PARTIAL):
        raise RuntimeError(f"wget ended with {done.returncode}:\n{done.stdout[-3000:]}")
    shutil.rmtree(stem.with_suffix(".pages"), ignore_errors=True)
    return stem.with_name(f"{stem.name}.warc.gz")


@contextmanager
def serving_pywb(warcs: list[Path], folder: Path) -> Iterator[str]:
    """Serve WARC files as one collection of a Wayback server on 127.0.0.1; the collection's address."""
    folder.mkdir()
    manager = SERVERS / "bin/wb-manager"
    for arguments in (["init", COLLECTION], ["add", COLLECTION, *warcs]):
        subprocess.run([manager, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}/{COLLECTION}"
    command = [SERVERS / "bin/wayback", "--bind", "127.0.0.1", "--port", str(port), "--directory", folder]
    with running(command, url=f"{url}/", log=folder / "pywb.log", cwd=folder):
        yield url
