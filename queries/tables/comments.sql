-- comments: the comments that readers query, in reading order.
-- Scope: post
-- Grain: one row per comment. Keys: comment_id; (post_id, position). Sources: stg_comments, comment_order, comment_fates,
-- comment_langs (queries/langs.py), taken_down (queries/takedowns.py).
-- A parent that no observation shows stays in parent_id, with parent_seen false. A comment that is gone stays as it was
-- last seen: it was said, and was answered.

with

final as (

    select
        comments.comment_id,
        comments.post_id,
        comments.native_id,
        comments.comment_page,
        reading_order.position,
        comments.number,
        comments.kind,

        comments.parent_id,
        comments.parent_from,
        reading_order.depth,

        comments.author_name,
        comments.author_url,
        comments.by_post_author,

        comments.published_raw,
        comments.published_local,
        comments.published_at,
        comments.published_precision,

        comments.body_text,
        comments.body_html,
        langs.lang,
        comments.likes,
        comments.permalink,
        if(taken.id is not null or fates.fate = 'missing', 'removed', comments.state) as state,
        case
            when taken.id is not null then 'taken_down'
            else coalesce(fates.fate, if(comments.state = 'removed', 'placeholder', 'shown'))
        end as fate,

        comments.fetch_id,
        comments.fetched_at,
        reading_order.thread_id,
        if(comments.parent_id is null, null, reading_order.is_parent_seen) as parent_seen,
        comments.first_seen_at,
        comments.last_seen_at,
        fates.missed_at

    from stg_comments as comments

    inner join comment_order as reading_order
        on comments.comment_id = reading_order.comment_id

    left join comment_langs as langs
        on comments.comment_id = langs.comment_id

    left join comment_fates as fates
        on comments.comment_id = fates.comment_id

    left join taken_down as taken
        on taken.record = 'comment'
        and comments.comment_id = taken.id

)

select * from final
