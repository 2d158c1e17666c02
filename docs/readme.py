"""Keeps README.md true: runs its commands and writes their output below them, and the list of platforms.

    python docs/readme.py [--check]

In an indented block a line that begins with '$ ' is a command and lines that begin with '> ' go on with it; what
follows is its output. Commands that begin with '.venv/bin/' are run, in a folder where `demo-data` is what `make demo`
leaves.
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
BLOCK = re.compile(
    r"^    \$ (?P<command>\.venv/bin/.*\n(?:    > .*\n)*)(?P<output>(?:    (?!\$ ).*\n|\n(?=    ))*)", re.M
)
PLATFORM_LIST = re.compile(r"(<!-- platforms: .* -->\n).*?(<!-- end of platforms -->)", re.S)


def output_of(command: str, folder: Path) -> str:
    """What a command of the README prints, run in `folder`."""
    line = re.sub(r"\n {4}> ", "\n", command).strip().replace(".venv/bin/", f"{BIN}/")
    done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"README.md: this command fails: {command}{done.stderr}")
    return done.stdout


def written(text: str, folder: Path) -> str:
    """README.md as it should be."""

    def with_output(block: re.Match[str]) -> str:
        lines = output_of(block["command"], folder).rstrip().splitlines()
        output = "".join(f"    {line}".rstrip() + "\n" for line in lines)
        return f"    $ {block['command']}{output}"

    platforms = "".join(
        f"- `{platform.name}`: {platform.description} ({platform.verified})\n" for platform in PLATFORMS
    )
    return PLATFORM_LIST.sub(lambda found: found[1] + platforms + found[2], BLOCK.sub(with_output, text))


def main() -> None:
    text = README.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        demo = [BIN / "rejoinder", "demo", "--out", "demo-data"]
        subprocess.run(demo, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        true = written(text, Path(folder))
    if "--check" not in sys.argv[1:]:
        README.write_text(true, "utf-8")
    elif text != true:
        sys.exit(f"{README.name} is stale; write it anew with: make docs")


if __name__ == "__main__":
    main()
