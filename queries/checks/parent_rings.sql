-- parent_rings: comments whose parents lead back to themselves.
-- Severity: error
-- A ring has no head, so the reading order cuts it above one of its comments: that one has a seen parent at depth 0.

select
    comment_id,
    parent_id,
    parent_from,
    fetch_id

from comments

where
    parent_seen
    and depth = 0
    and parent_id <> comment_id
