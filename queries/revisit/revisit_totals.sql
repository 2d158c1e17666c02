-- revisit_totals: how many comments an API said to have in each crawl that asked it, and how many were known by then.
-- Scope: all
-- Grain: one row per start URL and crawl. Keys: start_url, crawl_id. Sources: revisit_fetches, revisit_comments, raw_hints.
-- The API may count what it never shows and show what it does not count, such as comments of pages: only that the
-- difference grows says that a comment went (queries/night.py, `habit_of`).

with

crawls as (

    select
        start_url,
        crawl_id,
        max(fetched_at) as ended_at,
        any_value(stated_total) filter (
            where comments_listing = 'newest' and outcome in ('ok', 'not_modified')
        ) as stated_comments,
        count(*) filter (where comments_listing = 'before') as searches,
        coalesce(bool_or(outcome not in ('ok', 'not_modified')) filter (where comments_listing = 'before'), false)
            as has_failed

    from revisit_fetches

    group by start_url, crawl_id

),

found as (

    select
        fetches.start_url,
        fetches.crawl_id,
        count(*) as found

    from raw_hints as hints

    inner join revisit_fetches as fetches
        on hints.fetch_id = fetches.fetch_id

    where fetches.comments_listing = 'before' and hints.is_gone

    group by fetches.start_url, fetches.crawl_id

),

-- Each comment when it was first seen, and each that went when that was noted.
steps as (

    select start_url, first_seen_at as stepped_at, 1 as step from revisit_comments
    union all
    select start_url, gone_at as stepped_at, -1 as step from revisit_comments where gone_at is not null

),

known as (

    select
        start_url,
        stepped_at,
        sum(sum(step)) over (partition by start_url order by stepped_at) as known_comments

    from steps

    group by start_url, stepped_at

),

final as (

    select
        crawls.start_url,
        crawls.crawl_id,
        crawls.ended_at,

        crawls.stated_comments,
        coalesce(known.known_comments, 0)::bigint as known_comments,
        known_comments - crawls.stated_comments as difference,

        crawls.searches,
        crawls.has_failed,
        coalesce(found.found, 0) as found

    from crawls

    asof left join known
        on crawls.start_url = known.start_url
        and crawls.ended_at >= known.stepped_at

    left join found
        on crawls.start_url = found.start_url
        and crawls.crawl_id = found.crawl_id

    where crawls.stated_comments is not null

)

select * from final
