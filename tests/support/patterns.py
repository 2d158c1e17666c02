"""All patterns that this program compiles, and texts that are hostile to each: made of its own letters and classes.

Run as a program it prints the patterns as JSON lines: those of all modules, and those made on the way when pages are
read. It has to be a process of its own, for a pattern is compiled once.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import FrameType
from typing import Any

from rejoinder import addresses

ROOT = Path(str(addresses.__file__)).parent
ROOMS = "dates pipelines queries release replies schemas spiders".split()
NO_PART_OF_A_NAME = "\x00"


def source_files() -> list[Path]:
    return [*ROOT.glob("*.py"), *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]


def module_names() -> list[str]:
    names = [f"rejoinder.{'.'.join(file.relative_to(ROOT).with_suffix('').parts)}" for file in source_files()]
    return sorted(name.removesuffix(".__init__") for name in names if "__main__" not in name)


def record_patterns() -> list[dict[str, Any]]:
    """From now on takes down each pattern that a module of this program has compiled."""
    compile_ = re._compiler.compile  # type: ignore[attr-defined] - every way to a pattern leads through it
    found: list[dict[str, Any]] = []

    def recording(pattern: Any, flags: int = 0) -> re.Pattern[Any]:
        frame = sys._getframe(1)
        while frame and "/re/" in frame.f_code.co_filename:
            frame = frame.f_back
        # A pattern made in a comprehension or handed to map() has the caller's file too.
        if frame and Path(frame.f_code.co_filename).is_relative_to(ROOT) and not is_of_tests(frame):
            where = f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{frame.f_lineno}"
            text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
            found.append({"where": where, "pattern": text, "flags": int(flags), "bytes": isinstance(pattern, bytes)})
        return compile_(pattern, flags)

    re._compiler.compile = recording  # type: ignore[attr-defined]
    return found


def is_of_tests(frame: FrameType) -> bool:
    return any(f"{ROOT}/{other}/" in frame.f_code.co_filename for other in (".venv", "tests"))


def main(pages: list[str]) -> None:
    found = record_patterns()
    for name in module_names():
        importlib.import_module(name)
    from rejoinder.extraction import extract_page

    for page in pages:
        extract_page(page, Path(page).read_bytes())
    named = names_of_patterns()
    sources = {path: path.read_text("utf-8") for path in source_files()}
    for pattern in found:
        names = named.get((pattern["pattern"], pattern["flags"]), [])
        used = {
            method
            for file, name in names
            for path, source in sources.items()
            if path == file or not name.startswith("_")
            for method in re.findall(rf"\b{name}\.(\w+)\(", source)
        }
        # What is handed on under another name may be used in any way; search() is the worst of them.
        print(
            json.dumps(
                pattern
                | {"methods": sorted(used & {"match", "fullmatch"}) if names else []}
                | ({"methods": ["search"]} if not used or used - {"match", "fullmatch"} else {})
            )
        )


def names_of_patterns() -> dict[tuple[str, int], list[tuple[Path, str]]]:
    """(pattern, flags) -> the modules of this program that have it, and its name there."""
    named: dict[tuple[str, int], list[tuple[Path, str]]] = {}
    for module in [module for name, module in sys.modules.items() if name.startswith("rejoinder")]:
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                text = value.pattern.decode("latin-1") if isinstance(value.pattern, bytes) else value.pattern
                for flags in (value.flags, value.flags & ~re.UNICODE):
                    named.setdefault((text, flags), []).append((Path(str(module.__file__)), name))
    return named


def samples(pattern: str, flags: int) -> list[str]:
    """Short texts of which hostile ones are made: each run of letters of the pattern, one character of each class."""
    atoms: dict[str, None] = {}
    _take_atoms(re._parser.parse(pattern, flags), atoms)  # type: ignore[attr-defined]
    return list(atoms)


def _take_atoms(tree: Any, atoms: dict[str, None]) -> None:  # noqa: PLR0912 - one branch for each kind of node
    run = ""
    for op, argument in tree:
        name = str(op)
        if name == "LITERAL":
            run += chr(argument)
            continue
        if run:
            atoms.setdefault(run)
            run = ""
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _take_atoms(argument[2], atoms)
        elif name == "SUBPATTERN":
            _take_atoms(argument[3], atoms)
        elif name == "ATOMIC_GROUP":
            _take_atoms(argument, atoms)
        elif name == "BRANCH":
            for branch in argument[1]:
                _take_atoms(branch, atoms)
        elif name in ("ASSERT", "ASSERT_NOT"):
            _take_atoms(argument[1], atoms)
        elif name in ("ANY", "NOT_LITERAL"):
            atoms.setdefault("q" if argument is None else chr((argument + 1) % 128))
        elif name == "IN":
            for sample in _in_class(argument):
                atoms.setdefault(sample)
    if run:
        atoms.setdefault(run)


def _in_class(members: Any) -> Iterator[str]:
    if str(members[0][0]) == "NEGATE":
        yield "q"
        yield " "
        return
    for op, argument in members:
        match str(op):
            case "LITERAL":
                yield chr(argument)
            case "RANGE":
                yield chr(argument[0])
            case "CATEGORY":
                yield from {"SPACE": (" ", "\n"), "DIGIT": ("7",), "WORD": ("w", "7")}.get(
                    str(argument).rpartition("_")[2], ("w",)
                )


def hostile_units(pattern: str, flags: int, most: int = 2500) -> Iterator[tuple[str, str, str]]:
    """(before, unit, behind): a text is `before`, the unit many times over, and `behind`, which often ends no match."""
    atoms = [atom for atom in samples(pattern, flags) if atom]
    shorter = sorted(atoms, key=len)[:60]
    units = list(dict.fromkeys([*atoms, *(a + b for a, b in product(shorter, shorter) if a != b)]))
    befores = ["", *atoms[:3]]
    count = 0
    for unit in units:
        for before in befores:
            for behind in (NO_PART_OF_A_NAME, ""):
                yield before, unit, behind
                count += 1
                if count >= most:
                    return


if __name__ == "__main__":
    main(sys.argv[1:])
