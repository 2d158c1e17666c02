-- stg_runs: what runs said of themselves, one row for each process that came to its end.
-- Scope: all
-- Grain: one row per process. Keys: crawl_id, started_at. Source: raw_runs.
-- Should a part have been copied into the folder twice, one of its equal rows stays.

select *

from raw_runs

qualify row_number() over (
    partition by crawl_id, started_at
    order by ended_at desc
) = 1
