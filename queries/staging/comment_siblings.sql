-- comment_siblings: the comments of each section with their parents, siblings in the order in which they are read.
-- Scope: post
-- Grain: one row per comment. Keys: comment_id; (post_id, rank_in_post). Source: stg_comments.
-- Siblings (the threads of a post too) stand oldest first, whatever order the pages use, so that a section has the same
-- order by every way in; queries/forest.py then walks down the threads.

with

comments as (

    select
        post_id,
        comment_id,
        parent_id,
        is_parent_stated,
        comment_page,
        position,
        try_cast(native_id as bigint) as native_number,
        -- Coarser dates order nothing: 'two years ago' is counted from the fetch, so it would sort by fetching time.
        published_precision in ('second', 'minute', 'day') as is_datable,
        if(is_datable, published_at at time zone 'UTC', null) as instant,
        if(is_datable, coalesce(published_local, published_at at time zone 'UTC'), null) as clock_time

    from stg_comments

),

with_parents as (

    select
        comments.*,
        parents.comment_id as seen_parent_id

    from comments

    left join comments as parents
        on comments.parent_id = parents.comment_id
        and comments.post_id = parents.post_id

),

timed as (

    select
        *,
        -- One sibling without a time leaves all of them in the order of the pages. Instants come before what clocks show:
        -- a feed's stands at UTC, the pages' on the site's wall.
        bool_and(clock_time is not null) over siblings as is_timed,
        if(bool_and(instant is not null) over siblings, instant, clock_time) as sort_time

    from with_parents

    window siblings as (partition by post_id, seen_parent_id)

),

ranked as (

    select
        *,
        row_number() over (
            partition by post_id
            order by
                if(is_timed, sort_time, null),
                if(is_timed, native_number, null),
                comment_page,
                position,
                native_number,
                comment_id
        ) as rank_in_post

    from timed

),

final as (

    select
        ranked.post_id,
        ranked.comment_id,
        ranked.rank_in_post,
        parents.rank_in_post as parent_rank,
        ranked.is_parent_stated,
        ranked.parent_id is not null and ranked.seen_parent_id is null as is_parent_unseen

    from ranked

    left join ranked as parents
        on ranked.seen_parent_id = parents.comment_id

)

select * from final
