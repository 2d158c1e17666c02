"""Score `rejoinder extract` over pages with gold records, set by set, against the bars that hold.

    bench/corpus.py [CORPUS] [--set NAME]...        default: ../shared/corpus beside the repository, and all sets

CORPUS has pages/NAME.html.gz, gold/NAME.json and score.py (its own scorer, run as it is); CORPUS/sets/NAME the same
without a scorer. The pages belong to their authors and are no part of this repository; without them the script says so
and measures nothing. Answers (`replies`) are scored on the corpus, whose gold was made for them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
FIGURES = (
    "comment F1", "comment P", "comment R", "author", "date", "parent", "body exact", "kind", "by post author",
    "post title", "post author", "post date", "declared count", "comments open",
    "text reply P", "text reply R", "text reply F1", "reply F1", "false-alarm pages",
)  # fmt: skip
# Set -> figure -> least value that must hold; a hair below what was measured, so that a change for the worse is seen.
BARS: dict[str, dict[str, float]] = {
    "corpus": {
        "comment F1": 0.99, "author": 0.985, "date": 0.975, "parent": 0.985, "body exact": 0.98, "kind": 0.98,
        "by post author": 0.97, "post title": 0.96, "post author": 0.92, "post date": 0.94, "declared count": 0.92,
        "comments open": 0.95, "text reply P": 0.92, "text reply R": 0.80, "text reply F1": 0.86, "reply F1": 0.93,
    },
    "wordpress": {
        "comment F1": 0.985, "author": 0.98, "date": 0.99, "parent": 0.98, "body exact": 0.98, "post title": 0.97,
    },
    "other": {
        "comment F1": 0.98, "author": 0.98, "date": 0.98, "parent": 0.95, "body exact": 0.98, "post title": 0.95,
    },
    "engines": {
        "comment F1": 0.99, "author": 0.98, "date": 0.98, "parent": 0.93, "body exact": 0.97, "post title": 0.97,
    },
    "themes": {
        "comment F1": 0.985, "author": 0.97, "date": 0.975, "parent": 0.98, "body exact": 0.985, "post title": 0.97,
    },
    "threads": {"comment F1": 0.95, "author": 0.90, "body exact": 0.91},
}  # fmt: skip
MOST_FALSE_ALARMS = 0.015
"""Of all pages without comments, the sets together."""


def score(gold: Path, predictions: Path, scorer: Path) -> dict[str, object]:
    """The figures of score.py over all gold records of a set."""
    command = [sys.executable, scorer, gold, predictions, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def extracted(pages: list[Path], out: Path, *, replies: bool) -> None:
    """Write what `extract` prints. Exit code 1 tells that a page could not be read; the score shows what that cost."""
    options = [] if replies else ["--no-replies"]
    command = [sys.executable, "-m", "rejoinder.cli", "extract", "--jobs", "2", *options, *map(str, pages)]
    with out.open("wb") as file:
        subprocess.run(command, stdout=file, check=False)


def shortfalls(name: str, figures: dict[str, object]) -> list[str]:
    """Each figure of a set that misses its bar, in words."""
    return [
        f"{name}: {figure} {value} < {bar}"
        for figure, bar in BARS[name].items()
        if not isinstance(value := figures.get(figure), float) or value < bar
    ]


def sizes(figures: dict[str, object]) -> str:
    return f"{figures['pages']}, {figures['comments gold']}"


def shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "-" if value is None else str(value)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--set", action="append", choices=list(BARS), dest="sets")
    options = parser.parse_args()
    corpus = options.corpus.resolve()
    folders = {name: corpus if name == "corpus" else corpus / "sets" / name for name in options.sets or BARS}
    folders = {name: folder for name, folder in folders.items() if (folder / "gold").is_dir()}
    if not folders:
        print(f"skipped: no gold pages in {corpus} (they are not part of the repository)")
        return 0
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as work:
        for name, folder in folders.items():
            predictions = Path(work) / f"{name}.jsonl"
            extracted(sorted((folder / "pages").glob("*.html.gz")), predictions, replies=name == "corpus")
            found[name] = score(folder / "gold", predictions, corpus / "score.py")
            if name != "corpus":
                found[name] = {figure: value for figure, value in found[name].items() if "reply" not in figure}
    print(f"{'':18}" + "".join(f"{name:>11}" for name in found))
    print(f"{'pages, comments':18}" + "".join(f"{sizes(figures):>11}" for figures in found.values()))
    for figure in FIGURES:
        print(f"{figure:18}" + "".join(f"{shown(figures.get(figure)):>11}" for figures in found.values()))
    alarms = [str(figures["false-alarm pages"]).split("/") for figures in found.values()]
    false, without = (sum(int(pair[place]) for pair in alarms) for place in (0, 1))
    missed = [text for name, figures in found.items() for text in shortfalls(name, figures)]
    if without and false / without > MOST_FALSE_ALARMS:
        missed.append(f"false alarms on {false} of {without} pages without comments")
    print(f"false alarms: {false} of {without} pages without comments")
    print("below the bars: " + "; ".join(missed) if missed else "all bars hold")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
