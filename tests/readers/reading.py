"""Reads a release or an export as strangers do, and prints what it found as JSON; run by a Python of
.venv-readers.

python reading.py READER FOLDER
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HOME"] = os.environ["HF_DATASETS_CACHE"] = tempfile.mkdtemp(prefix="rejoinder-readers-")


def tables(release: Path) -> list[Path]:
    return sorted((release / "data").glob("*.parquet"))


def by_datasets(release: Path) -> dict:
    """Rows of each configuration of the card, and the columns that came of it."""
    from datasets import get_dataset_config_names, load_dataset

    loaded = {name: load_dataset(str(release), name, split="train") for name in get_dataset_config_names(str(release))}
    default = load_dataset(str(release), split="train")
    return {
        "rows": {name: table.num_rows for name, table in loaded.items()},
        "columns": {name: sorted(table.features) for name, table in loaded.items()},
        "texts": list(loaded["comments"]["body_text"]),
        "default": default.num_rows,
    }


def by_hub_card(release: Path) -> dict:
    """The front matter of README.md as the Hub's own library reads it."""
    from huggingface_hub import DatasetCard

    return DatasetCard.load(release / "README.md").data.to_dict()


def by_croissant(release: Path) -> dict:
    """Rows of each record set, and what its reader has to say against the description."""
    import mlcroissant

    dataset = mlcroissant.Dataset(str(release / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    found = {each.uuid: list(dataset.records(each.uuid)) for each in dataset.metadata.record_sets}
    return {
        "errors": sorted(map(str, issues.errors)),
        "warnings": sorted(map(str, issues.warnings)),
        "rows": {name: len(rows) for name, rows in found.items()},
        "texts": [row["comments/body_text"] and row["comments/body_text"].decode() for row in found["comments"]],
        "evidence": [[word.decode() for word in row["replies/evidence"]] for row in found["replies"]],
        "limits": dataset.metadata.data_limitations,
    }


def by_frictionless(release: Path) -> dict:
    """Whether the package is valid, with every error of its tables."""
    from frictionless import validate

    report = validate(str(release / "datapackage.json"))
    return {
        "valid": report.valid,
        "rows": {task.name: task.stats.get("rows") for task in report.tasks},
        "errors": [error.message for task in report.tasks for error in task.errors]
        + [e.message for e in report.errors],
    }


def by_duckdb(release: Path) -> dict:
    import duckdb

    return {"rows": {path.stem: len(duckdb.execute(f"from '{path}'").fetchall()) for path in tables(release)}}


def by_pandas(release: Path) -> dict:
    import pandas

    frames = {path.stem: pandas.read_parquet(path) for path in tables(release)}
    return {
        "rows": {name: len(frame) for name, frame in frames.items()},
        "zone": str(frames["comments"]["fetched_at"].dt.tz),
    }


def by_polars(release: Path) -> dict:
    import polars

    frames = {path.stem: polars.read_parquet(path) for path in tables(release)}
    return {
        "rows": {name: len(frame) for name, frame in frames.items()},
        "zone": frames["comments"]["fetched_at"].dtype.time_zone,
    }


def by_convokit(corpus: Path) -> dict:
    """What convokit makes of a corpus."""
    from convokit import Corpus

    loaded = Corpus(filename=str(corpus))
    conversations = list(loaded.iter_conversations())
    return {
        "utterances": len(list(loaded.iter_utterances())),
        "speakers": len(list(loaded.iter_speakers())),
        "conversations": len(conversations),
        "are_whole": all(each.check_integrity(verbose=False) for each in conversations),
        "roots": sorted(path[0].id for each in conversations for path in each.get_root_to_leaf_paths()[:1]),
        "answers": {each.id: each.reply_to for each in loaded.iter_utterances()},
    }


def by_bagit(bag: Path) -> dict:
    """Whether a bag is as its manifests say, and how many files it holds."""
    from bagit import Bag

    opened = Bag(str(bag))
    opened.validate()
    return {"files": len(opened.payload_entries()), "info": dict(opened.info)}


def main() -> None:
    reader, release = sys.argv[1:]
    print(json.dumps(globals()[f"by_{reader}"](Path(release))))


if __name__ == "__main__":
    main()
