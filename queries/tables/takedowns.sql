-- takedowns: what takedown.toml takes down, so that readers can tell a tombstone from what was never said.
-- Scope: all
-- Grain: one row per post and comment. Key: (record, id). Source: taken_down (queries/takedowns.py).

select
    record,
    id,
    post_id,

    entry,
    asked_on,
    reason

from taken_down
