-- replies: who answers whom, and how it shows.
-- Scope: post
-- Grain: one row per comment and target; a comment that shows no target has one row to its post.
-- Keys: (comment_id, target_id). Source: comments, posts, reply_edges, reply_confidence.

with

-- All signs for one answer become one row; its cue is the first in the text.
united as (

    select
        text_id as comment_id,
        target_id,
        list_sort(list_distinct(list(evidence))) as evidence,
        min({'starts': cue_start, 'ends': cue_end}) filter (cue_start is not null) as cue

    from reply_edges

    group by text_id, target_id

),

edges as (

    select
        comments.comment_id,
        comments.post_id,
        coalesce(united.target_id, comments.post_id) as target_id,
        coalesce(united.evidence, ['default']) as evidence,
        -- Cut out before rows are ranked, because what is put in order is copied.
        substring(comments.body_text, united.cue.starts + 1, united.cue.ends - united.cue.starts) as cue,
        united.cue.starts as cue_start,
        united.cue.ends as cue_end,
        comments.published_at,
        comments.published_local

    from comments

    left join united
        on comments.comment_id = united.comment_id

),

rated as (

    select
        edges.*,
        reply_confidence.confidence

    from edges

    inner join reply_confidence
        on array_to_string(edges.evidence, '+') = reply_confidence.evidence

),

final as (

    select
        rated.comment_id,
        rated.post_id,
        if(rated.target_id = rated.post_id, 'post', 'comment') as target_kind,
        rated.target_id,
        rated.evidence,
        rated.confidence,
        rated.cue,
        rated.cue_start,
        rated.cue_end,
        -- What the page states, else the surest, else what is said first.
        row_number() over (
            partition by rated.comment_id
            order by
                list_contains(rated.evidence, 'thread') desc,
                rated.confidence desc,
                rated.cue_start nulls last,
                rated.target_id
        ) = 1 as is_primary,
        coalesce(
            date_diff('second', coalesce(targets.published_at, posts.published_at), rated.published_at),
            date_diff('second', coalesce(targets.published_local, posts.published_local), rated.published_local)
        ) as reply_lag_s

    from rated

    left join comments as targets
        on rated.target_id = targets.comment_id

    left join posts
        on rated.target_id = posts.post_id

)

select * from final
