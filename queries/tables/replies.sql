-- replies: who answers whom.
-- Grain: one row per comment and target. Keys: (comment_id, target_id). Source: comments, posts.

with

answers as (

    select
        comments.comment_id,
        comments.post_id,
        if(comments.parent_seen, 'comment', 'post') as target_kind,
        if(comments.parent_seen, comments.parent_id, comments.post_id) as target_id,
        [if(comments.parent_seen, 'thread', 'default')] as evidence,
        comments.published_at,
        comments.published_local

    from comments

),

final as (

    select
        answers.comment_id,
        answers.post_id,
        answers.target_kind,
        answers.target_id,
        answers.evidence,
        1.0::double as confidence,
        null::varchar as cue,
        null::bigint as cue_start,
        null::bigint as cue_end,
        true as is_primary,
        coalesce(
            date_diff('second', coalesce(parents.published_at, posts.published_at), answers.published_at),
            date_diff('second', coalesce(parents.published_local, posts.published_local), answers.published_local)
        ) as reply_lag_s

    from answers

    left join comments as parents
        on answers.target_id = parents.comment_id

    left join posts
        on answers.target_id = posts.post_id

)

select * from final
