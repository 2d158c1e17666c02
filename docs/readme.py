"""Keeps README.md and docs/publishing.md true: runs their commands and writes the output below them.

    python docs/readme.py [--check]

In an indented block a line that begins with '$ ' is a command and lines that begin with '> ' go on with it; what
follows is its output. Commands of the README that begin with '.venv/bin/', and all of publishing.md, are run one after
another in a folder where `demo-data` is what `make demo` leaves. The README's list of platforms is written, too.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rejoinder.spiders.platforms import PLATFORMS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BIN = Path(sys.executable).parent
PUBLISHING = ROOT / "docs" / "publishing.md"
COMMAND = r"^    \$ (?P<command>{begins}.*\n(?:    > .*\n)*)(?P<output>(?:    (?!\$ ).*\n|\n(?=    (?!\$ )))*)"
BLOCKS = {
    README: re.compile(COMMAND.format(begins=r"\.venv/bin/"), re.M),
    PUBLISHING: re.compile(COMMAND.format(begins=""), re.M),
}
"""Page -> its commands that are run, with their output."""
PLATFORM_LIST = re.compile(r"(<!-- platforms: .* -->\n).*?(<!-- end of platforms -->)", re.S)


def output_of(command: str, page: Path, folder: Path) -> str:
    """What a command of a page prints, run in `folder`; of the whole program's, too, where it says more on the way."""
    line = re.sub(r"\n {4}> ", "\n", command).strip().replace(".venv/bin/", f"{BIN}/")
    done = subprocess.run(
        line, shell=True, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{page.name}: this command fails: {command}{done.stdout}")
    return done.stdout.replace(f"{folder}/", "")


def written(page: Path, folder: Path) -> str:
    """A page as it should be."""

    def with_output(block: re.Match[str]) -> str:
        lines = output_of(block["command"], page, folder).rstrip().splitlines()
        output = "".join(f"    {line}".rstrip() + "\n" for line in lines)
        return f"    $ {block['command']}{output}"

    platforms = "".join(
        f"- `{platform.name}`: {platform.description} ({platform.verified})\n" for platform in PLATFORMS
    )
    text = BLOCKS[page].sub(with_output, page.read_text("utf-8"))
    return PLATFORM_LIST.sub(lambda found: found[1] + platforms + found[2], text)


def main() -> None:
    stale = []
    for page in BLOCKS:
        with tempfile.TemporaryDirectory() as folder:
            demo = [BIN / "rejoinder", "demo", "--out", "demo-data"]
            subprocess.run(demo, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            true = written(page, Path(folder).resolve())
        if "--check" not in sys.argv[1:]:
            page.write_text(true, "utf-8")
        elif page.read_text("utf-8") != true:
            stale.append(page.name)
    if stale:
        sys.exit(f"{', '.join(stale)}: stale; write anew with: make docs")


if __name__ == "__main__":
    main()
