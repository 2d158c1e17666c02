-- primary_answers: comments without exactly one main answer in replies.
-- Severity: error

select
    comments.comment_id,
    count(replies.comment_id) filter (where replies.is_primary) as primary_answers

from comments

left join replies
    on comments.comment_id = replies.comment_id

group by comments.comment_id

having count(replies.comment_id) filter (where replies.is_primary) <> 1
