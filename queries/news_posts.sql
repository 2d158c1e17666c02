-- news_posts: the posts of which something came since the tables were built.
-- Grain: one row per post. Key: post_id.
-- Sources: fresh.*, made of the parts that came; old.post_fetches, as built; main.stg_fetches, all of them.
-- A crawl that goes on is news for every post that it has shown, for what a run gave is judged by all its fetches.

with recursive

-- A fetch that saw what another gave is a look at that one's posts.
seen_again as (

    select same_as as fetch_id from fresh.stg_fetches where same_as is not null

    union

    select fetches.same_as

    from main.stg_fetches as fetches

    inner join seen_again
        on fetches.fetch_id = seen_again.fetch_id

    where fetches.same_as is not null

),

final as (

    select post_id from fresh.raw_posts

    union

    select post_id from fresh.raw_comments

    union

    -- A record_id begins with its post's.
    select string_split(record_id, ':')[1] from fresh.raw_rejects where record_id is not null

    union

    select post_id from old.post_fetches where crawl_id in (select crawl_id from fresh.stg_fetches)

    union

    select post_id from old.post_fetches where fetch_id in (select fetch_id from seen_again)

)

select post_id from final
