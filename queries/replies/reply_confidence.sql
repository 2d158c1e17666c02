-- reply_confidence: how often an answer with this evidence was right where readers had marked who answers whom.
-- Scope: all
-- Grain: one row per combination of evidence, joined by '+'. Key: evidence.
-- Source: reply_confidence_counts.csv, written by bench/confidence.py.
-- Rule of succession, so that one right answer of one is not certainty.

select
    evidence,
    (right_answers::bigint + 1) / (answers::bigint + 2) as confidence

from reply_confidence_counts
