"""Score `rejoinder extract` over pages with gold records, whole and by halves, against the bars that hold.

    bench/corpus.py [CORPUS]        default: ../shared/corpus beside the repository

CORPUS has pages/NAME.html.gz, gold/NAME.json and score.py (its own scorer, run as it is). The pages belong to their
authors and are no part of this repository; without them the script says so and measures nothing. The code was written
looking at the even pages only (by the first two hex digits of the name), so the odd ones tell how far it was fitted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

# Figure -> least value that must hold (for false alarms: the most pages, out of those without comments).
BARS: dict[str, float] = {
    "comment F1": 0.97,
    "body exact": 0.92,
    "author": 0.97,
    "date": 0.96,
    "parent": 0.97,
    "kind": 0.98,
    "by post author": 0.97,
    "post title": 0.95,
    "post author": 0.85,
    "post date": 0.93,
    "declared count": 0.92,
    "comments open": 0.85,
    "text reply P": 0.92,
    "text reply R": 0.80,
    "text reply F1": 0.86,
    "reply F1": 0.93,
}
MOST_FALSE_ALARMS = 2


def score(corpus: Path, predictions: Path, names: set[str] | None) -> dict[str, object]:
    """The figures of score.py over all gold records, or over those named."""
    with tempfile.TemporaryDirectory() as folder:
        gold = Path(folder)
        for record in (corpus / "gold").glob("*.json"):
            if names is None or record.stem in names:
                (gold / record.name).symlink_to(record.resolve())
        command = [sys.executable, corpus / "score.py", gold, predictions, "--json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def shortfalls(figures: dict[str, object]) -> list[str]:
    """Each figure that misses its bar, in words."""
    missed = [
        f"{name} {value:.3f} < {bar}"
        for name, bar in BARS.items()
        if not isinstance(value := figures.get(name), float) or value < bar
    ]
    alarms = int(str(figures["false-alarm pages"]).partition("/")[0])
    return missed + ([f"false alarms on {alarms} pages > {MOST_FALSE_ALARMS}"] if alarms > MOST_FALSE_ALARMS else [])


def main() -> int:
    corpus = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "shared" / "corpus").resolve()
    pages = sorted((corpus / "pages").glob("*.html.gz"))
    if not pages:
        print(f"skipped: no gold pages in {corpus} (they are not part of the repository)")
        return 0
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as predictions:
        # Exit code 1 tells that a page could not be read; the score shows what that cost.
        subprocess.run(
            [sys.executable, "-m", "rejoinder.cli", "extract", "--jobs", "2", *map(str, pages)],
            stdout=predictions,
            check=False,
        )
        halves = [{page.name.split(".")[0] for page in pages if int(page.name[:2], 16) % 2 == odd} for odd in (0, 1)]
        figures = [score(corpus, Path(predictions.name), names) for names in (None, *halves)]
    print(f"{'':24} {'all':>10} {'even':>10} {'odd':>10} {'bar':>6}")
    for name, value in figures[0].items():
        row = [f"{v:.3f}" if isinstance(v, float) else str(v) for v in (value, figures[1][name], figures[2][name])]
        print(f"{name:24} {row[0]:>10} {row[1]:>10} {row[2]:>10} {BARS.get(name, ''):>6}")
    missed = shortfalls(figures[0])
    print("below the bars: " + "; ".join(missed) if missed else "all bars hold")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
