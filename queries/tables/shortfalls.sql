-- shortfalls: where a run gave less than its own pages, or an earlier run, say that there is.
-- Scope: all
-- Grain: one row per crawl, start URL, reason and, for a single section, post. Keys: those four.
-- Sources: run_completeness, posts_of_runs, start_runs, stg_fetches.
-- Only live runs have an order, so only they are held against earlier ones, of the same start URL or post: what fell
-- silent is told by every run until somebody has looked at it or the page says that it has none any more.

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

    where is_of_network and posts = 0 and not has_unchanged

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

    group by crawl_id, start_url

),

-- What a run knew of and left aside, as behind --limit, or was told to be as it was, is not missing from it.
met as (

    select crawl_id, rtrim(page_of(request_url), '/') as page from stg_fetches where outcome <> 'ok'

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

posts_fell as (

    select
        reach.crawl_id,
        reach.start_url,
        null as post_id,
        'posts_fell' as reason,
        count(*) as expected,
        count(found.post_id) as found

    -- A run without any post is told as such.
    from reach

    inner join known_posts as known
        on reach.start_url = known.start_url
        and reach.started_at > known.first_seen_at

    left join posts_of_runs as found
        on reach.crawl_id = found.crawl_id
        and reach.start_url = found.start_url
        and known.post_id = found.post_id

    left join met_posts
        on reach.crawl_id = met_posts.crawl_id
        and reach.start_url = met_posts.start_url
        and known.post_id = met_posts.post_id

    -- A run of the newest posts only (--since, --limit) says nothing of older ones.
    where (known.published_local >= reach.oldest or known.published_local is null or reach.oldest is null)
        and (found.post_id is not null or met_posts.post_id is null)

    group by reach.crawl_id, reach.start_url

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

)

select
    crawl_id,
    start_url,
    post_id::varchar as post_id,
    reason,
    expected::bigint as expected,
    found::bigint as found

from final
