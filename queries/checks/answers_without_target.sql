-- answers_without_target: replies to what stands in no table, on another post, or to themselves.
-- Severity: error

with

targets as (

    select post_id as target_id, post_id, 'post' as target_kind from posts

    union all

    select comment_id, post_id, 'comment' as target_kind from comments

)

select
    replies.comment_id,
    replies.target_kind,
    replies.target_id

from replies

left join targets
    on replies.target_id = targets.target_id
        and replies.target_kind = targets.target_kind
        and replies.post_id = targets.post_id

where targets.target_id is null
    or replies.target_id = replies.comment_id
