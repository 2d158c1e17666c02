"""What README.md shows is what the program prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_readme_is_as_its_commands_and_the_platforms_say() -> None:
    command = [sys.executable, ROOT / "docs" / "readme.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
