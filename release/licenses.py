"""The licences whose texts come with the program: those that datasets are published under most.

The texts in licenses/ are those of the SPDX licence list. Another licence is given as a file (`license_file`): carrying
all of that list would cost more than the rest of the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("licenses")


@dataclass(frozen=True, slots=True)
class License:
    """A licence as SPDX, its own page and Hugging Face name it."""

    spdx: str
    title: str
    url: str
    hub: str
    """Word of the Hugging Face Hub's list."""

    @property
    def text(self) -> str:
        return (FOLDER / f"{self.spdx}.txt").read_text("utf-8")


LICENSES = (
    License(
        "CC0-1.0",
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "cc0-1.0",
    ),
    License(
        "CC-BY-4.0",
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        "cc-by-4.0",
    ),
    License(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "cc-by-sa-4.0",
    ),
    License(
        "CC-BY-NC-4.0",
        "Creative Commons Attribution-NonCommercial 4.0 International",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "cc-by-nc-4.0",
    ),
    License(
        "ODC-By-1.0",
        "Open Data Commons Attribution License 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
        "odc-by",
    ),
)


def known_license(identifier: str) -> License | None:
    """The licence of an SPDX identifier, in whatever case it is written; None for all others.

    >>> known_license("cc-by-4.0").spdx, known_license("MIT")
    ('CC-BY-4.0', None)
    """
    return next((known for known in LICENSES if known.spdx.casefold() == identifier.strip().casefold()), None)
