-- replies_before_parent: comments that are dated before the comment they answer: a clock that moved, or a wrong parent.
-- Severity: warning

select
    answers.comment_id,
    answers.published_local,
    parents.comment_id as parent_id,
    parents.published_local as parent_published_local

from comments as answers

inner join comments as parents
    on answers.parent_id = parents.comment_id

where
    -- A date without a time is its midnight and may seem to be before anything of that day.
    if(
        answers.published_precision in ('second', 'minute') and parents.published_precision in ('second', 'minute'),
        coalesce(answers.published_at < parents.published_at, answers.published_local < parents.published_local),
        answers.published_local::date < parents.published_local::date
    )
