"""Fits the weights by which a group of rows is taken for a comment section, and says how well they do on other sites.

    python bench/weights.py [FOLDER] [--folds N] [--write]

FOLDER is shared/corpus beside the repository (default), with its sets/. Each way of finding comments proposes groups; a
group is right where its rows hold the gold comments with their authors, wrong where hardly a row holds one. The fit is
a logistic regression with a ridge, in which what speaks for comments may not weigh against them nor the other way
round; wrong groups that score highest weigh most, for one of them is chosen. Sites, engines and themes are never parted
between fitting and trying (`--folds`, default 5). `--write` fits on all and writes spiders/reading/weights.csv.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from rejoinder.spiders.reading import choose
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.items import Item
from rejoinder.spiders.reading.page import platform_of
from rejoinder.spiders.reading.weigh import features

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
WEIGHTS = Path(__file__).resolve().parents[1] / "spiders" / "reading" / "weights.csv"
SETS = ("corpus", "wordpress", "other", "engines", "threads", "themes")
ONE_IN = {"themes": 5}
"""Of the pages of one engine in many themes a fifth is enough."""
AGAINST = frozenset(
    "few,one row by shape,many dates,no times,elsewhere,aside,before the headline,headlines inside,named otherwise,"
    "named list,linked,leads away,headings lead away,headings,one column,no names,neither,table leads away,"
    "text without name".split(",")
)
"""Features that may only speak against comments; all others only for them, but for EITHER."""
EITHER = frozenset({"named part", "always"})
LEAST = {"counted": 2.0, "headed": 1.0}
"""What a weight must have at least: a heading that states just this number leaves little doubt, rare as it is."""
RIDGE = 0.3
ROUNDS = 3


@dataclass(slots=True)
class Group:
    """A proposed group with what is known of it."""

    page: str
    site: str
    gold: int
    right: float
    """F1 of its rows against the gold comments with their authors."""
    holding: float
    """Share of its rows that hold a gold comment."""
    found: dict[str, float]


def letters(text: str | None) -> str:
    return re.sub(r"\W+", "", text or "")


def judged(doc: Document, items: list[Item], gold: list[dict[str, str]]) -> tuple[float, float]:
    """F1 of the rows against gold, author included; share of the rows that hold the text of a comment."""
    rows = [letters(doc.text_within(item.parts, skips=set(item.nested).__contains__)) for item in items]
    used: set[int] = set()
    whole = 0
    wanted = [(letters(comment["text"]), letters(comment.get("author"))) for comment in gold]
    wanted = [(text, author) for text, author in wanted if text]
    for text, author in wanted:
        for place, row in enumerate(rows):
            if place not in used and text[:25] in row and text[-25:] in row and len(row) < len(text) + 700:
                used.add(place)
                whole += author in row
                break
    return 2 * whole / (len(wanted) + len(rows)), len(used) / len(rows)


def groups_of(folder: Path) -> Iterator[Group]:
    for name in SETS:
        base = folder if name == "corpus" else folder / "sets" / name
        for path in sorted((base / "gold").glob("*.json")):
            if int(hashlib.sha256(path.stem.encode()).hexdigest()[:2], 16) % ONE_IN.get(name, 1):
                continue
            gold = json.loads(path.read_text("utf-8"))
            doc = Document(gzip.decompress((base / "pages" / f"{path.stem}.html.gz").read_bytes()))
            page, candidates = choose.candidates(doc, platform_of(doc))
            for way, items in candidates:
                right, holding = judged(doc, items, gold["comments"]) if gold["comments"] else (0.0, 0.0)
                yield Group(
                    page=f"{name}/{path.stem}",
                    site=site_of(name, path.stem, gold),
                    gold=len(gold["comments"]),
                    right=right,
                    holding=holding,
                    found=features(page, items, way),
                )


def site_of(name: str, stem: str, gold: dict[str, str]) -> str:
    """What pages have in common that must not stand on both sides: host, else engine and theme, else the page."""
    made_by = f"{gold['platform']}/{gold.get('theme_hint')}"
    if name in ("themes", "engines"):
        return made_by
    return urlsplit(gold.get("url") or "").hostname or (stem if gold.get("theme_hint") is None else made_by)


class Fit:
    """Weights by name."""

    def __init__(self, groups: list[Group]) -> None:
        self.names = [*sorted(groups[0].found), "always"]
        groups = [group for group in groups if group.right >= 0.85 or group.holding <= 0.2]
        table = self.table(groups)
        right = np.array([group.right >= 0.85 for group in groups], float)
        pages = defaultdict(set)
        by_page = defaultdict(list)
        for place, group in enumerate(groups):
            pages[group.site].add(group.page)
            by_page[group.page].append(place)
        site_weight = np.array([len(pages[group.site]) ** -0.5 for group in groups])
        rights = Counter(group.page for group in groups if group.right >= 0.85)
        weight = np.array([1 / min(rights[g.page], 4) if g.right >= 0.85 else 0.1 for g in groups]) * site_weight
        self.weights = self._climb(table, right, weight, np.zeros(len(self.names)), steps=1500)
        for _ in range(ROUNDS):
            scores = table @ self.weights
            weight = np.zeros(len(groups))
            for places in by_page.values():
                good = [place for place in places if right[place]]
                bad = sorted((place for place in places if not right[place]), key=lambda place: -scores[place])
                weight[good] = len(good) ** -0.5 if good else 0
                for rank, place in enumerate(bad, start=1):
                    weight[place] = (1 if groups[place].gold else 3) / rank
            self.weights = self._climb(table, right, weight * site_weight, self.weights, steps=500)

    def table(self, groups: list[Group]) -> np.ndarray:
        return np.array([[*(group.found[name] for name in self.names[:-1]), 1.0] for group in groups])

    def _climb(self, table, right, weight, start, *, steps: int) -> np.ndarray:
        """Adam on the weighted likelihood with a ridge, each weight kept on its side of 0."""
        spread = table.std(axis=0)
        spread[spread == 0] = 1
        scaled = table / spread
        sides = np.array([0 if name in EITHER else -1 if name in AGAINST else 1 for name in self.names])
        least = np.array([LEAST.get(name, -np.inf) for name in self.names]) * spread
        ridge = np.array([0.0 if name == "always" else RIDGE for name in self.names])
        found = start * spread
        mean, square = np.zeros_like(found), np.zeros_like(found)
        for step in range(1, steps + 1):
            likely = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
            slope = (scaled.T @ (weight * (right - likely)) - ridge * found) / weight.sum()
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            found = found + 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
            found = np.maximum(np.where(sides * found < 0, 0.0, found), least)
        return found / spread

    def report(self, groups: list[Group]) -> dict[str, tuple[float, float, Group]]:
        """For each page (score, best possible, chosen group)."""
        by_page = defaultdict(list)
        for group, value in zip(groups, self.table(groups) @ self.weights, strict=True):
            by_page[group.page].append((value, group))
        chosen = {page: max(found, key=lambda pair: pair[0]) for page, found in by_page.items()}
        return {page: (value, max(g.right for _, g in by_page[page]), group) for page, (value, group) in chosen.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    groups = list(groups_of(options.folder))
    if not groups:
        sys.exit(f"no gold records in {options.folder}")
    fold = {g.site: int(hashlib.sha256(g.site.encode()).hexdigest()[:4], 16) % options.folds for g in groups}
    rows: dict[str, tuple[float, float, Group]] = {}
    for number in range(options.folds):
        rows |= Fit([g for g in groups if fold[g.site] != number]).report([g for g in groups if fold[g.site] == number])
    print(f"{len(groups)} groups of {len(rows)} pages; each site tried by weights of the other sites")
    print(f"{'set':12}{'pages':>6}{'right':>8}{'possible':>10}{'none taken':>12}{'without comments':>18}{'false':>7}")
    for name in SETS:
        pages = [row for page, row in rows.items() if page.startswith(f"{name}/")]
        real = [row for row in pages if row[2].gold]
        right = sum(group.right for value, _, group in real if value > choose.SURE) / max(len(real), 1)
        possible = sum(best for _, best, _ in real) / max(len(real), 1)
        missed = sum(value <= choose.SURE for value, _, _ in real)
        bare = [value for value, _, group in pages if not group.gold]
        false = sum(v > choose.SURE for v in bare)
        print(f"{name:12}{len(real):6}{right:8.3f}{possible:10.3f}{missed:12}{len(bare):18}{false:7}")
    if options.write:
        fit = Fit(groups)
        with WEIGHTS.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("feature", "weight"))
            writer.writerows(
                (name, f"{weight:.2f}")
                for name, weight in zip(fit.names, fit.weights, strict=True)
                if abs(weight) >= 0.005
            )
        print(f"written: {WEIGHTS}")


if __name__ == "__main__":
    main()
