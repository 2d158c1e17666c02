-- unread: what the newest run of a blog could not read, by what that means to an operator.
-- Scope: all
-- Grain: one row per watched start URL and alarm. Keys: start_url, reason. Sources: watched, fetches, runs.
-- It is much if it befell the start URL itself, half of the requests, or three and a fifth of them; and a share that is not
-- twice the median of the last ten good runs is no news. Robots.txt counts by the same measure. A night that looks at few
-- posts asks more for what tells of them: all of two posts or more are much, too.

with

recent_good as (

    select
        runs.crawl_id,
        runs.start_url

    from runs

    inner join watched
        on runs.start_url = watched.start_url
        and runs.crawl_id <> watched.crawl_id

    where runs.is_good and runs.via = 'live'

    qualify row_number() over (
        partition by runs.start_url
        order by runs.started_at desc, runs.crawl_id
    ) <= 10

),

-- Older nights are many, and decide nothing.
judged as (

    select crawl_id, start_url from recent_good

    union

    select crawl_id, start_url from watched

),

requests as (

    select
        fetches.crawl_id,
        fetches.start_url,
        fetches.request_url = fetches.start_url as is_start,
        coalesce(fetches.asked_for in ('new', 'news', 'failed', 'turn'), false) as is_look,
        if(fetches.outcome = 'robots', 'robots_closed', alarm_of(outcome, status, error)) as reason,
        coalesce(fetches.error, 'HTTP status ' || fetches.status, fetches.outcome) as told,
        fetches.request_url

    from fetches

    inner join judged
        on fetches.crawl_id = judged.crawl_id
        and fetches.start_url = judged.start_url

    where fetches.outcome not in ('absent', 'left_out')

),

counted as (

    select
        *,
        count(*) over run as requests,
        count(*) filter (where is_look) over run as looks

    from requests

    window run as (partition by crawl_id, start_url)

),

shares as (

    select
        crawl_id,
        start_url,
        reason,
        count(*) as times,
        any_value(requests) as requests,
        count(*) / any_value(requests) as share,
        bool_or(is_start) as is_start,
        count(*) filter (where is_look) >= greatest(any_value(looks), 2) as is_all_looks,
        arg_min(told, struct_pack(other := not is_start, url := request_url)) as told,
        arg_min(request_url, struct_pack(other := not is_start, url := request_url)) as url

    from counted

    where reason is not null

    group by crawl_id, start_url, reason

),

reasons as (

    select distinct
        start_url,
        reason

    from shares

),

habits as (

    select
        reasons.start_url,
        reasons.reason,
        median(coalesce(shares.share, 0)) as share

    from reasons

    inner join recent_good
        on reasons.start_url = recent_good.start_url

    left join shares
        on recent_good.crawl_id = shares.crawl_id
        and recent_good.start_url = shares.start_url
        and reasons.reason = shares.reason

    group by reasons.start_url, reasons.reason

)

select
    shares.start_url,
    shares.reason,
    shares.times,
    shares.requests,
    shares.told,
    shares.url,
    coalesce(habits.share, 0) as habit_share,
    shares.is_start
    or shares.is_all_looks
    or shares.reason = 'out_of_budget'
    or (
        (shares.share >= 0.5 or (shares.share >= 0.2 and shares.times >= 3))
        and shares.share > 2 * coalesce(habits.share, 0)
    ) as is_much

from shares

inner join watched
    on shares.crawl_id = watched.crawl_id
    and shares.start_url = watched.start_url

left join habits
    on shares.start_url = habits.start_url
    and shares.reason = habits.reason
