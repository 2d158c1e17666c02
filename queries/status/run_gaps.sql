-- run_gaps: how often a blog is crawled to the end.
-- Scope: all
-- Grain: one row per watched start URL. Key: start_url. Sources: runs, watched.
-- The habit are the last 20 times between the beginnings of runs that came to an end, at least 4. A run is overdue by more than
-- 1.5 times the time that 9 of 10 stay below, and an hour: of a nightly crawl 37 hours after the last one began, of one from
-- Monday to Friday 109.

with

gaps as (

    select
        runs.start_url,
        runs.started_at,
        epoch(runs.started_at) - lag(epoch(runs.started_at)) over (
            partition by runs.start_url
            order by runs.started_at
        ) as gap_s

    from runs

    inner join watched
        on runs.start_url = watched.start_url

    where runs.ended = 'finished' and runs.via = 'live'

    qualify row_number() over (
        partition by runs.start_url
        order by runs.started_at desc
    ) <= 20

)

select
    start_url,
    max(started_at) as last_finished_at,
    count(gap_s) as gaps,
    if(count(gap_s) >= 4, 3600 + 1.5 * quantile_cont(gap_s, 0.9), null) as patience_s

from gaps

group by start_url
