"""A release and what comes before and after it: takedowns, and its texts fetched again by somebody else."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq
from rejoinder.demo import serve
from rejoinder.release.write import release

from support.releases import released_rows, settings, talk, texts, written_data
from support.runs import crawled, rows, run

CLI = [sys.executable, "-m", "rejoinder.cli"]
OURS = f"{1:016x}"


def test_a_release_without_texts_gets_every_word_back_from_its_pages(tmp_path: Path) -> None:
    with serve() as url:
        crawled(url, tmp_path / "data")
        out = tmp_path / "dataset"
        made = release(
            tmp_path / "data",
            out,
            settings(tmp_path / "key", mode="pseudonyms", texts="none", keep_post_authors=True),
        )
        assert made.refused == []
        done = run([*CLI, "rehydrate", str(out), "--out", str(tmp_path / "again")])
    assert done.returncode == 0, done.stderr
    filled = tmp_path / "again" / "rehydrated"
    for table, key in (("posts", "post_id"), ("comments", "comment_id")):
        said = {row[key]: row["body_text"] for row in pq.read_table(filled / f"{table}.parquet").to_pylist()}
        assert said == {row[key]: row["body_text"] for row in rows(tmp_path / "data", table)}
    cues = {(row["comment_id"], row["target_id"]): row["cue"] for row in rows(tmp_path / "data", "replies")}
    again = pq.read_table(filled / "replies.parquet").to_pylist()
    assert {(row["comment_id"], row["target_id"]): row["cue"] for row in again} == cues
    assert any(cues.values())


TAKEDOWN = f"""
[[takedown]]
comments = ["{OURS}:1"]
posts = ["{4:016x}"]
date = 2026-02-01
reason = "asked for by the writer"
"""


def test_what_is_taken_down_is_a_row_without_words_in_every_later_release(tmp_path: Path) -> None:
    data, out = written_data(tmp_path / "data", *talk()), tmp_path / "dataset"
    release(data, out, settings(removed="keep"))
    assert any("which pump" in text for text in texts(out).values())
    (data / "takedown.toml").write_text(TAKEDOWN, "utf-8")
    release(data, out, settings(removed="keep", version="1.1.0"))
    [row] = [row for row in released_rows(out, "comments") if row["comment_id"] == f"{OURS}:1"]
    assert (row["state"], row["body_text"], row["author_name"], row["permalink"]) == ("removed", None, None, None)
    [post] = [row for row in released_rows(out, "posts") if row["post_id"] == f"{4:016x}"]
    assert (post["title"], post["author_name"], post["body_text"], post["url"]) == (None, None, None, None)
    assert [name for name, text in texts(out).items() if "other.example/4" in text] == []
    card = (out / "README.md").read_text("utf-8")
    assert "| removed | taken_down | 1 |" in card
    assert "1 comment of these: taken down" in card
    assert [name for name, text in texts(out).items() if "which pump" in text] == []
    assert f"comments changed: `{OURS}:1`" in (out / "CHANGELOG.md").read_text("utf-8")
