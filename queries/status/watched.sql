-- watched: the blogs that are crawled over the live web, and how far they have been watched.
-- Scope: all
-- Grain: one row per start URL. Key: start_url. Sources: newest_runs, runs.
-- A blog counts by its newest run: what a file or an archive gave last is not crawled every night.

with

good as (

    select
        start_url,
        min(started_at) as first_good_at,
        max(started_at) as last_good_at,
        arg_min(host_of(landed_url), started_at) as first_host

    from runs

    where is_good and via = 'live'

    group by start_url

)

select
    newest.start_url,
    newest.crawl_id,
    newest.started_at,
    -- Null where no run was good.
    good.first_good_at,
    good.last_good_at,
    good.first_host

from newest_runs as newest

left join good
    on newest.start_url = good.start_url

where newest.via = 'live'
