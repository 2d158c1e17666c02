-- parents_after_replies: comments that stand before the comment they answer, rings left to parent_rings.
-- Severity: error

select
    answers.comment_id,
    answers.position,
    parents.comment_id as parent_id,
    parents.position as parent_position

from comments as answers

inner join comments as parents
    on answers.parent_id = parents.comment_id

where
    answers.position < parents.position
    and answers.depth > 0
