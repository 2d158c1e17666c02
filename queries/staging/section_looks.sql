-- section_looks: the looks at a post's comments in which all that is known of the section was read.
-- Scope: post
-- Grain: one row per look: a live run's, or one capture's or export's. Keys: (post_id, way, look_id).
-- Sources: raw_posts, sightings, stg_fetches, comment_pages.
-- Only such a look can show that a comment is gone; whether its numbers agree is judged by missed_comments, for the few
-- looks that lack a comment. A page of HTML counts where all further pages of its section came in the same run; a capture
-- of an archive where it leads to no further page, since others are of other times; a listing of an API where it was
-- asked for all comments and gave as many as it has; an export where it is whole. A feed shows the newest only.

with

pages as (

    select
        posts.post_id,
        sightings.fetch_id,
        sightings.shown_by,
        sightings.crawl_id,
        sightings.via,
        sightings.way,
        sightings.seen_at,
        sightings.request_url,
        sightings.outcome = 'ok' as is_whole,
        posts.declared_comments,
        posts.platform

    from raw_posts as posts

    inner join sightings
        on posts.fetch_id = sightings.shown_by

    where sightings.way in ('html', 'export')
        -- Nobody knows when it was.
        and sightings.seen_at > timestamptz '1970-01-01 00:00:00+00'

),

further_pages as (

    select
        crawl_id,
        post_id,
        max(seen_at) as last_at,
        bool_and(is_seen) as are_seen

    from comment_pages

    where listing is null

    group by crawl_id, post_id

),

live_pages as (

    select
        crawl_id,
        post_id,
        min(seen_at) as starts_at,
        max(seen_at) as ends_at,
        arg_max(fetch_id, struct_pack(at := seen_at, id := fetch_id)) as fetch_id,
        arg_min(declared_comments, struct_pack(at := seen_at, id := fetch_id)) as stated_comments,
        any_value(platform) as platform

    from pages

    where via = 'live' and way = 'html'

    group by crawl_id, post_id

    having bool_and(is_whole)

),

live_looks as (

    select
        live_pages.post_id,
        'html' as way,
        live_pages.crawl_id as look_id,
        live_pages.crawl_id,
        live_pages.fetch_id,
        live_pages.starts_at,
        greatest(live_pages.ends_at, further_pages.last_at) as ends_at,
        live_pages.stated_comments,
        live_pages.platform,
        true as is_live,
        further_pages.post_id is not null as is_paged

    from live_pages

    left join further_pages
        on live_pages.crawl_id = further_pages.crawl_id
        and live_pages.post_id = further_pages.post_id

    where coalesce(further_pages.are_seen, true)

),

captures as (

    select
        pages.post_id,
        pages.way,
        pages.fetch_id as look_id,
        pages.crawl_id,
        pages.fetch_id,
        pages.seen_at as starts_at,
        pages.seen_at as ends_at,
        pages.declared_comments as stated_comments,
        pages.platform,
        false as is_live,
        false as is_paged

    from pages

    inner join stg_fetches as fetches
        on pages.shown_by = fetches.fetch_id

    where pages.via <> 'live'
        and pages.is_whole
        and not list_contains([link.kind for link in fetches.links], 'comments')
        and not exists (
            from stg_fetches as broken
            where broken.crawl_id = pages.crawl_id
                and broken.request_url = pages.request_url
                and broken.outcome = 'malformed'
        )

),

listings as (

    select
        post_id,
        if(starts_with(listing, '{'), 'api', 'system') as way,
        concat_ws(' ', crawl_id, listing) as look_id,
        crawl_id,
        min(fetch_id) as fetch_id,
        min(seen_at) as starts_at,
        max(seen_at) as ends_at,
        null::bigint as stated_comments,
        null::varchar as platform,
        true as is_live,
        -- In order of ids and of one total: one would have to go, and another to come, between two pages. That is as good as
        -- one page, where it takes minutes.
        count(*) > 1 and max(seen_at) - min(seen_at) > interval 10 minutes as is_paged

    from comment_pages

    where listing is not null

    group by crawl_id, post_id, listing

    having bool_and(is_seen and is_live and (asks_for_all or not starts_with(listing, '{')))
        and sum(comments) = max(stated_total)

),

united as (

    select * from live_looks
    union all by name
    select * from captures
    union all by name
    select * from listings

),

final as (

    select
        *,
        -- The crawl or fetch whose sightings, by the same way, are what the look saw.
        if(is_live, crawl_id, fetch_id) as seen_in

    from united

)

select * from final
