-- newest_runs: the newest run of each blog, whatever it read.
-- Scope: all
-- Grain: one row per start URL. Key: start_url. Source: runs.

select *

from runs

qualify row_number() over (
    partition by start_url
    order by started_at desc, crawl_id desc
) = 1
