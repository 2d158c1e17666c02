"""Measure how often each evidence is right, over pages with gold records.

    python bench/confidence.py [CORPUS] [--annotated] [--write]       default: ../shared/corpus beside the repository

Prints P and R for each kind of evidence on the corpus and each of its sets, and on both halves of all pages; then how
far the confidence measured on other sites is from what is right on a site; then the share of right answers for each
combination of evidence. --annotated reads the comments as annotated instead of as extracted, so that only the reading
of replies is measured; --write puts the shares into queries/replies/reply_confidence_counts.csv, for the build. A
default row (no answer shown) is right where readers saw no answer to another comment either.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import get_args

from gold import CORPUS, Edge, GoldPage, as_annotated, gold_pages
from rejoinder.queries import replies_of
from rejoinder.queries.models import ROOT
from rejoinder.schemas.tables import Evidence, ReplyRow

COUNTS = ROOT / "replies" / "reply_confidence_counts.csv"
FOLDS = 5
TEXT = {"mention", "address", "quote", "ordinal", "link"}
SEVERAL = {"names": {"mention", "address"}, "text": TEXT, "all": {*TEXT, "thread"}}
"""Kinds of evidence that are counted together."""


def edge_of(page: GoldPage, row: ReplyRow) -> Edge | None:
    """The answer between gold comments; None if one of its ends is in no gold comment."""
    index = page.index_of.get(row.comment_id)
    target = "post" if row.target_kind == "post" else page.index_of.get(row.target_id)
    return None if index is None or target is None else (index, target)


def is_right(page: GoldPage, row: ReplyRow) -> bool | None:
    """Whether readers saw this answer too; None where it cannot be told."""
    edge = edge_of(page, row)
    if edge is None:
        return None
    if row.evidence == ["default"]:
        return not any(source == edge[0] and target != "post" for source, target in page.edges)
    return edge in page.edges


def count_combinations(read: Sequence[tuple[GoldPage, Sequence[ReplyRow]]]) -> dict[str, tuple[int, int]]:
    """Right answers and all answers by evidence: each combination met, and each word by itself.

    A word that never stands alone is counted wherever it stands.
    """
    alone, anywhere = [Counter(), Counter()], [Counter(), Counter()]
    for page, rows in read:
        for row in rows:
            if (right := is_right(page, row)) is not None:
                for counters, words in ((alone, ["+".join(row.evidence)]), (anywhere, row.evidence)):
                    counters[0].update(words if right else ())
                    counters[1].update(words)
    words = {word: anywhere for word in get_args(Evidence) if word not in alone[1]}
    counted = words | dict.fromkeys(alone[1], alone)
    return {evidence: (counters[0][evidence], counters[1][evidence]) for evidence, counters in sorted(counted.items())}


def show_validation(read: Sequence[tuple[GoldPage, Sequence[ReplyRow]]]) -> None:
    """Confidence as measured on the sites of four folds against the share of right answers on those of the fifth."""
    sites = sorted({page.site for page, _ in read}, key=lambda site: sha256(site.encode()).digest())
    fold_of = {site: number % FOLDS for number, site in enumerate(sites)}
    foretold: dict[str, float] = defaultdict(float)
    right, answers = Counter(), Counter()
    for fold in range(FOLDS):
        counts = count_combinations([(page, rows) for page, rows in read if fold_of[page.site] != fold])
        for page, rows in read:
            for row in rows if fold_of[page.site] == fold else ():
                if (is_true := is_right(page, row)) is not None:
                    evidence = "+".join(row.evidence)
                    foretold[evidence] += confidence_of(row.evidence, counts)
                    right[evidence] += is_true
                    answers[evidence] += 1
    print(f"\nmeasured on other sites, {len(sites)} sites in {FOLDS} folds: confidence, share that was right, answers")
    for evidence, count in sorted(answers.items()):
        print(f"{evidence:28}{foretold[evidence] / count:7.3f}{right[evidence] / count:7.3f}{count:7}")
    off = sum(abs(foretold[evidence] - right[evidence]) for evidence in answers) / sum(answers.values())
    print(f"off by {off:.3f} on average")


def confidence_of(evidence: Sequence[str], counts: Mapping[str, tuple[int, int]]) -> float:
    """As queries/tables/replies.sql rates it: a combination never met is as sure as the surest sign in it."""
    together = "+".join(evidence)
    known = [together] if together in counts else [word for word in evidence if word in counts]
    return max((counts[word][0] + 1) / (counts[word][1] + 2) for word in known)


def show_kinds(read: Sequence[tuple[GoldPage, Sequence[ReplyRow]]]) -> None:
    """P, R and F1 for each kind of evidence, as score.py counts them: a found kind is right if the answer is."""
    print(f"{'':10}{'P':>7}{'R':>7}{'F1':>7}   right/found, found/wanted")
    for kind in ("mention", "address", "quote", "ordinal", "link", "names", "text", "all"):
        found_by = SEVERAL.get(kind, {kind})
        # A kind is wanted where the gold names it; any sign in the text finds it, as it is the answer that counts.
        finding = found_by if kind in SEVERAL else TEXT
        right = found = wanted = met = 0
        for page, rows in read:
            signs: dict[object, set[str]] = {}
            for number, row in enumerate(rows):
                signs.setdefault(edge_of(page, row) or number, set()).update(row.evidence)
            shown = {edge for edge, evidence in signs.items() if evidence & found_by}
            gold = {edge for edge, evidence in page.edges.items() if evidence & found_by}
            right += len(shown & page.edges.keys())
            found += len(shown)
            wanted += len(gold)
            met += sum(bool(signs.get(edge, set()) & finding) for edge in gold)
        precision, recall = right / found if found else 0.0, met / wanted if wanted else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        print(f"{kind:10}{precision:7.3f}{recall:7.3f}{f1:7.3f}   {right}/{found}, {met}/{wanted}")


def main(arguments: list[str]) -> None:
    places = [argument for argument in arguments if not argument.startswith("--")]
    corpus = Path(places[0] if places else CORPUS).resolve()
    pages = list(gold_pages(corpus))
    if "--annotated" in arguments:
        pages = [as_annotated(page) for page in pages]
    if not pages:
        print(f"skipped: no gold pages in {corpus} (they are not part of the repository)")
        return
    read = list(zip(pages, replies_of([(page.page.posts, page.page.comments) for page in pages]), strict=True))
    for part in dict.fromkeys(page.part for page in pages):
        print(f"\n{part}")
        show_kinds([(page, rows) for page, rows in read if page.part == part])
    for half in ("even", "odd"):
        print(f"\n{half} pages of all")
        show_kinds([(page, rows) for page, rows in read if page.half == half])
    print("\nall pages without threads")
    show_kinds([(page, rows) for page, rows in read if all(row["parent"] is None for row in page.gold["comments"])])
    print("\nall pages")
    show_kinds(read)
    show_validation(read)
    counts = count_combinations(read)
    print("\nright/all by combination")
    for evidence, (right, answers) in counts.items():
        print(f"{evidence:28}{right:5}/{answers:<5}{(right + 1) / (answers + 2):.3f}")
    if "--write" in arguments:
        with COUNTS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["evidence", "right_answers", "answers"])
            writer.writerows([evidence, *both] for evidence, both in counts.items())


if __name__ == "__main__":
    main(sys.argv[1:])
