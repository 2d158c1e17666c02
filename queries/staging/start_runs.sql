-- start_runs: when a run began below each of its start URLs, and what it was.
-- Scope: all
-- Grain: one row per crawl and start URL. Keys: crawl_id, start_url. Source: stg_fetches.

select
    crawl_id,
    start_url,
    min(fetched_at) as started_at,
    bool_and(via = 'live') as is_live,
    bool_and(via in ('live', 'wayback')) as is_of_network,
    bool_or(outcome = 'not_modified') as has_unchanged,
    coalesce(bool_or(asked_for is not null), false) as is_incremental,
    coalesce(bool_or(asked_for = 'source' and outcome in ('ok', 'not_modified')), false) as has_answered,
    sum(posts)::bigint as posts

from stg_fetches

group by crawl_id, start_url
