"""What the scripts of this folder share: they run inside an environment in which nothing of ours is.

Called as `SCRIPT FOLDER fill` a script makes a new site in FOLDER, takes a `talk.Talk` as JSON on standard input and
prints what the site's database then holds (`talk.Truth`); as `SCRIPT FOLDER serve PORT` it serves it on 127.0.0.1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

FOLDER = Path(sys.argv[1])
SECRET = "known to everybody"


def run(fill: Callable[[list[dict]], dict], serve: Callable[[int], object]) -> None:
    """Do what the command line asks for."""
    if sys.argv[2] == "fill":
        json.dump(fill(json.load(sys.stdin)), sys.stdout)
    else:
        serve(int(sys.argv[3]))


def moment(stated: str) -> datetime:
    return datetime.fromisoformat(stated)


def paragraphs(text: str) -> str:
    """A text of the seed as HTML."""
    return "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
