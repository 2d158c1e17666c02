-- self_answers: comments that state themselves as their parent.
-- Severity: error

select
    comment_id,
    parent_from,
    fetch_id

from comments

where parent_id = comment_id
