-- missed_posts: when the address of a post answered that there is none.
-- Scope: post
-- Grain: one row per post and time of being gone. Keys: (post_id, last_seen_at). Sources: stg_fetches, stg_posts, post_sightings.
-- 410 says so by itself; a 404 may be a fault of an hour, so that it takes two runs. No other failure says anything.

with

denials as (

    select
        fetch_id,
        crawl_id,
        status,
        fetched_at,
        rtrim(page_of(request_url), '/') as page

    from stg_fetches

    where via = 'live' and status in (404, 410)

),

denied as (

    select
        posts.post_id,
        denials.*

    from stg_posts as posts

    inner join denials
        on rtrim(page_of(posts.url), '/') = denials.page

),

placed as (

    select
        denied.post_id,
        denied.fetch_id,
        any_value(denied.crawl_id) as crawl_id,
        any_value(denied.status) as status,
        any_value(denied.fetched_at) as fetched_at,
        max(sightings.last_at) filter (where sightings.last_at < denied.fetched_at) as last_seen_at,
        count(*) filter (where sightings.first_at > denied.fetched_at) = 0 as is_still_so,
        -- One page shows it while another does not: nothing can be said.
        bool_or(denied.fetched_at between sightings.first_at and sightings.last_at) as is_seen

    from denied

    inner join post_sightings as sightings
        on denied.post_id = sightings.post_id

    group by denied.post_id, denied.fetch_id

),

final as (

    select
        post_id,
        last_seen_at,
        bool_and(is_still_so) as is_still_so,
        min(fetched_at) as missed_at,
        max(fetched_at) as last_missed_at,
        arg_min(fetch_id, struct_pack(at := fetched_at, id := fetch_id)) as fetch_id,
        count(*) as times

    from placed

    where last_seen_at is not null and not is_seen

    group by post_id, last_seen_at

    having bool_or(status = 410) or count(distinct crawl_id) > 1

)

select * from final
