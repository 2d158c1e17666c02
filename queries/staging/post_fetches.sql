-- post_fetches: which fetches showed something of which post, in any crawl.
-- Scope: post
-- Grain: one row per fetch and post. Keys: fetch_id, post_id. Sources: raw_posts, raw_comments, sightings.
-- A fetch that saw another's records unchanged showed the posts of these.

with

records as (

    select fetch_id, post_id, native_id from raw_posts

    union all

    select fetch_id, post_id, null from raw_comments

),

shown as (

    select
        fetch_id,
        post_id,
        -- Null where the fetch showed comments only.
        min(native_id) as native_id

    from records

    group by fetch_id, post_id

),

final as (

    select
        sightings.fetch_id,
        shown.post_id,
        sightings.shown_by,
        sightings.crawl_id,
        sightings.start_url,
        sightings.page_kind,
        shown.native_id

    from shown

    inner join sightings
        on shown.fetch_id = sightings.shown_by

)

select * from final
