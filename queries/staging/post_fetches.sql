-- post_fetches: which fetches showed something of which post, in any crawl.
-- Scope: post
-- Grain: one row per fetch and post. Keys: fetch_id, post_id. Sources: raw_posts, raw_comments, stg_fetches.

with

shown as (

    select fetch_id, post_id, native_id from raw_posts

    union all

    select fetch_id, post_id, null from raw_comments

),

final as (

    select
        fetches.fetch_id,
        shown.post_id,
        any_value(fetches.crawl_id) as crawl_id,
        any_value(fetches.start_url) as start_url,
        any_value(fetches.page_kind) as page_kind,
        -- Null where the fetch showed comments only.
        min(shown.native_id) as native_id

    from shown

    inner join stg_fetches as fetches
        on shown.fetch_id = fetches.fetch_id

    group by all

)

select * from final
