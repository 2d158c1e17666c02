-- unseen_parents: comments that answer a comment which no fetch showed: hidden by the site, or on a page not fetched.
-- Severity: warning

select
    comment_id,
    parent_id,
    parent_from

from comments

where not parent_seen
