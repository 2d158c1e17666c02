-- runs: what each run gave of each blog, and how it ended.
-- Scope: all
-- Grain: one row per crawl and start URL. Keys: crawl_id, start_url.
-- Sources: stg_fetches, stg_runs, first_shown, posts, run_completeness, shortfalls.
-- A crawl that was gone on with after an interruption or a kill is one run. What a killed process had to say of itself is
-- missing: where fetches were made after the last process that ended, the run is unfinished.

with

fetched as (

    select
        crawl_id,
        start_url,
        any_value(via) as via,
        min(fetched_at) as first_fetch_at,
        max(fetched_at) as last_fetch_at,
        count(*) filter (where outcome <> 'left_out') as requests,
        count(*) filter (where not is_no_failure(outcome)) as failed_requests,
        sum(body_bytes) as body_bytes,
        bool_or(outcome = 'not_modified' or same_as is not null) as has_unchanged

    from stg_fetches

    group by crawl_id, start_url

),

started as (

    select
        crawl_id,
        start_url,
        arg_max(outcome, fetched_at) as outcome,
        arg_max(status, fetched_at) as status,
        arg_max(final_url, fetched_at) as final_url

    from stg_fetches

    where request_url = start_url
        -- The row that tells of a bound may bear the start URL, which it does not speak of.
        and (outcome <> 'bound_reached' or status is not null)

    group by crawl_id, start_url

),

accounts as (

    select
        crawl_id,
        unnest(list_distinct(starts)) as start_url,
        via,
        version,
        started_at,
        ended_at,
        ended,
        exit_code,
        error,
        free_bytes,
        robots

    from stg_runs

),

ends as (

    select
        crawl_id,
        start_url,
        any_value(via) as via,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        arg_max(ended, ended_at) as ended,
        arg_max(exit_code, ended_at) as exit_code,
        -- arg_max passes over nulls.
        arg_max(struct_pack(told := error), ended_at).told as error,
        arg_max(version, ended_at) as version,
        arg_max(free_bytes, ended_at) as free_bytes

    from accounts

    group by crawl_id, start_url

),

robots as (

    select
        crawl_id,
        start_url,
        arg_max(struct_pack(code := file.status), ended_at).code as status,
        arg_max(file.rules_sha256, ended_at) as rules_sha256,
        min(started_at) as started_at

    from (select *, unnest(robots) as file from accounts)

    where lower(file.host) = host_of(start_url)

    group by crawl_id, start_url

),

rules as (

    select
        crawl_id,
        start_url,
        status,
        rules_sha256 <> lag(rules_sha256 ignore nulls) over (
            partition by start_url
            order by started_at, crawl_id
        ) as has_changed

    from robots

),

ordered as (

    select
        crawl_id,
        start_url,
        coalesce(ends.via, fetched.via) as via,
        least(ends.started_at, fetched.first_fetch_at) as started_at,
        fetched.last_fetch_at,
        coalesce(fetched.last_fetch_at > ends.ended_at, true) as is_open,
        coalesce(fetched.requests, 0) as requests,
        coalesce(fetched.failed_requests, 0) as failed_requests,
        coalesce(fetched.body_bytes, 0) as body_bytes,
        coalesce(fetched.has_unchanged, false) as has_unchanged,
        ends.* exclude (crawl_id, start_url, via, started_at)

    from ends

    full join fetched
        using (crawl_id, start_url)

),

news as (

    select
        crawl_id,
        start_url,
        sum(new_posts)::bigint as posts,
        sum(new_comments)::bigint as comments

    from first_shown

    group by crawl_id, start_url

),

sites as (

    select
        shown.start_url,
        posts.site

    from first_shown as shown

    inner join posts
        on shown.post_id = posts.post_id

    group by shown.start_url, posts.site

    qualify row_number() over (
        partition by shown.start_url
        order by count(distinct posts.post_id) desc, posts.site
    ) = 1

),

sections as (

    select
        crawl_id,
        start_url,
        count(*) as posts,
        sum(found_comments + found_pingbacks)::bigint as comments,
        sum(stated_comments) as stated_comments,
        sum(found_comments) filter (where stated_comments is not null) as found_comments,
        count(*) filter (where is_complete = false) as incomplete_posts

    from run_completeness

    group by crawl_id, start_url

),

short as (

    select
        crawl_id,
        start_url,
        count(*) as shortfalls

    from shortfalls

    group by crawl_id, start_url

),

final as (

    select
        ordered.crawl_id,
        ordered.start_url,
        sites.site,
        ordered.via,

        ordered.started_at,
        if(ordered.is_open, null, ordered.ended_at) as ended_at,
        ordered.last_fetch_at,
        case
            when ordered.via not in ('live', 'wayback') then null
            when ordered.is_open then 'unfinished'
            else ordered.ended
        end as ended,
        if(
            ordered.is_open,
            null,
            if(ordered.exit_code = 0 and coalesce(short.shortfalls, 0) > 0, 3, ordered.exit_code)
        ) as exit_code,
        if(ordered.is_open, null, ordered.error) as error,
        if(ordered.is_open, null, ordered.version) as version,
        (ordered.via not in ('live', 'wayback') or (not ordered.is_open and ordered.ended = 'finished'))
        and (coalesce(sections.posts, 0) > 0 or ordered.has_unchanged) as is_good,

        ordered.requests,
        ordered.failed_requests,
        ordered.body_bytes::bigint as body_bytes,

        coalesce(sections.posts, 0) as posts,
        coalesce(sections.comments, 0) as comments,
        coalesce(news.posts, 0) as new_posts,
        coalesce(news.comments, 0) as new_comments,

        coalesce(sections.stated_comments, 0)::bigint as stated_comments,
        coalesce(sections.found_comments, 0)::bigint as found_comments,
        coalesce(sections.incomplete_posts, 0) as incomplete_posts,
        coalesce(short.shortfalls, 0) as shortfalls,

        started.outcome as start_outcome,
        started.status as start_status,
        started.final_url as landed_url,

        coalesce(rules.has_changed, false) as has_robots_changed,
        rules.status as robots_status,
        if(ordered.is_open, null, ordered.free_bytes) as free_bytes

    from ordered

    left join sites
        on ordered.start_url = sites.start_url

    left join started
        on ordered.crawl_id = started.crawl_id
        and ordered.start_url = started.start_url

    left join news
        on ordered.crawl_id = news.crawl_id
        and ordered.start_url = news.start_url

    left join sections
        on ordered.crawl_id = sections.crawl_id
        and ordered.start_url = sections.start_url

    left join short
        on ordered.crawl_id = short.crawl_id
        and ordered.start_url = short.start_url

    left join rules
        on ordered.crawl_id = rules.crawl_id
        and ordered.start_url = rules.start_url

)

select * from final
