-- shortfalls: where a run gave less than its own pages, or an earlier run, say that there is.
-- Scope: all
-- Grain: one row per crawl, start URL, reason and, for a single section, post. Keys: those four.
-- Sources: run_completeness, posts_of_runs, start_runs, stg_fetches.
-- Only live runs have an order, so only they are held against earlier ones, of the same start URL or post: what fell
-- silent is told by every run until somebody has looked at it or the page says that it has none any more. An incremental
-- run answers for what it looked at: what it left aside on purpose is not missing from it.

with

sections as (

    select
        crawl_id,
        start_url,
        post_id,
        case
            when reason = 'section_silent' then 'section_silent'
            when found_comments = 0 and difference > 0 and not is_complete then 'none_of_stated'
            else 'unexplained'
        end as reason,
        coalesce(stated_comments, found_before) as expected,
        found_comments as found

    from run_completeness

    where reason in ('section_silent', 'unexplained')
        or (found_comments = 0 and difference > 0 and not is_complete)

),

-- A section may lose some of its comments without a word; a blog that keeps less than half of them has not.
comments_fell as (

    select
        crawl_id,
        start_url,
        null as post_id,
        'comments_fell' as reason,
        sum(found_before)::bigint as expected,
        sum(found_comments)::bigint as found

    from run_completeness

    where found_before > 0
        and pages_unchanged = 0
        and is_complete is not true

    group by crawl_id, start_url

    having expected >= 10 and 2 * found < expected

),

no_post as (

    select
        crawl_id,
        start_url,
        null as post_id,
        'no_post' as reason,
        null as expected,
        posts as found

    from start_runs

    where is_of_network and posts = 0 and not has_unchanged and not has_answered

),

known_posts as (

    select
        start_url,
        post_id,
        min(started_at) as first_seen_at,
        max(published_local) as published_local

    from posts_of_runs

    group by start_url, post_id

),

reach as (

    select
        crawl_id,
        start_url,
        min(started_at) as started_at,
        min(published_local) as oldest

    from posts_of_runs

    anti join (select crawl_id, start_url from start_runs where is_incremental) as incremental
        on posts_of_runs.crawl_id = incremental.crawl_id
        and posts_of_runs.start_url = incremental.start_url

    group by crawl_id, start_url

),

-- What a run knew of and left aside, as behind --limit, or was told to be as it was, is not missing from it.
met as (

    select crawl_id, rtrim(page_of(request_url), '/') as page from stg_fetches where outcome not in ('ok', 'gone')

    union

    select links.crawl_id, rtrim(page_of(links.url), '/') as page

    from (select crawl_id, unnest(links, recursive := true) from stg_fetches) as links

    anti join stg_fetches as fetches
        on links.crawl_id = fetches.crawl_id
        and links.url = fetches.request_url

),

met_posts as (

    select distinct
        met.crawl_id,
        known.start_url,
        known.post_id

    from met

    inner join (select distinct start_url, post_id, page from posts_of_runs) as known
        on met.page = known.page

),

-- What a run showed of the posts that were known before, and what it left aside of them. The many that it did neither
-- with are counted only: nights times posts are too many to be held against each other one by one.
met_or_found as (

    select crawl_id, start_url, post_id, true as is_found from posts_of_runs

    union all

    select crawl_id, start_url, post_id, false as is_found

    from met_posts

    anti join posts_of_runs
        on met_posts.crawl_id = posts_of_runs.crawl_id
        and met_posts.start_url = posts_of_runs.start_url
        and met_posts.post_id = posts_of_runs.post_id

),

answers as (

    select
        reach.crawl_id,
        reach.start_url,
        count(*) filter (where met_or_found.is_found) as found,
        count(*) filter (where not met_or_found.is_found) as left_aside

    from met_or_found

    inner join reach
        on met_or_found.crawl_id = reach.crawl_id
        and met_or_found.start_url = reach.start_url

    inner join known_posts as known
        on met_or_found.start_url = known.start_url
        and met_or_found.post_id = known.post_id

    where is_within_reach(reach.started_at, reach.oldest, known.first_seen_at, known.published_local)

    group by reach.crawl_id, reach.start_url

),

known_counts as (

    -- A run without any post is told as such.
    select
        reach.crawl_id,
        reach.start_url,
        count(*) as known

    from reach

    inner join known_posts as known
        on reach.start_url = known.start_url

    where is_within_reach(reach.started_at, reach.oldest, known.first_seen_at, known.published_local)

    group by reach.crawl_id, reach.start_url

),

posts_fell as (

    select
        known_counts.crawl_id,
        known_counts.start_url,
        null as post_id,
        'posts_fell' as reason,
        known_counts.known - coalesce(answers.left_aside, 0) as expected,
        coalesce(answers.found, 0) as found

    from known_counts

    left join answers
        on known_counts.crawl_id = answers.crawl_id
        and known_counts.start_url = answers.start_url

    where expected - found >= 3 and 2 * found < expected

),

-- The posts that an incremental run looked at, by the pages that showed them to earlier ones.
looked_at as (

    select distinct
        runs.crawl_id,
        runs.start_url,
        known.post_id

    from start_runs as runs

    inner join stg_fetches as fetches
        on runs.crawl_id = fetches.crawl_id
        and runs.start_url = fetches.start_url

    inner join posts_of_runs as known
        on runs.start_url = known.start_url
        and runs.started_at > known.started_at
        and rtrim(page_of(fetches.request_url), '/') = known.page

    where runs.is_incremental
        and fetches.asked_for in ('news', 'failed', 'turn')
        and fetches.outcome in ('ok', 'gone', 'soft_404', 'parked')

),

looks_fell as (

    select
        looked_at.crawl_id,
        looked_at.start_url,
        null as post_id,
        'posts_fell' as reason,
        count(*) as expected,
        count(found.post_id) as found

    from looked_at

    left join posts_of_runs as found
        on looked_at.crawl_id = found.crawl_id
        and looked_at.start_url = found.start_url
        and looked_at.post_id = found.post_id

    group by looked_at.crawl_id, looked_at.start_url

    having expected - found >= 3 and 2 * found < expected

),

final as (

    select * from sections
    union all by name
    select * from comments_fell
    union all by name
    select * from no_post
    union all by name
    select * from posts_fell
    union all by name
    select * from looks_fell

)

select
    crawl_id,
    start_url,
    post_id::varchar as post_id,
    reason,
    expected::bigint as expected,
    found::bigint as found

from final
