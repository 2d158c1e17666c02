-- comment_order: where each comment stands in its post's section and in its thread.
-- Scope: post
-- Grain: one row per comment. Key: comment_id. Sources: comment_siblings, comment_places.

with

placed as (

    select
        siblings.*,
        places.position,
        places.levels

    from comment_siblings as siblings

    inner join comment_places as places
        on siblings.post_id = places.post_id
        and siblings.rank_in_post = places.rank_in_post

),

threads as (

    select
        *,
        last_value(if(levels = 0, comment_id, null) ignore nulls) over section as thread_id,
        last_value(if(levels = 0, is_parent_unseen, null) ignore nulls) over section as is_below_unseen,
        bool_or(is_parent_stated) over (partition by post_id) as has_threads

    from placed

    window section as (partition by post_id order by position)

),

final as (

    select
        comment_id,
        position,
        -- The unseen parent of a thread's head is a level too.
        if(has_threads, levels + is_below_unseen::bigint, null) as depth,
        thread_id,
        parent_rank is not null as is_parent_seen

    from threads

)

select * from final
