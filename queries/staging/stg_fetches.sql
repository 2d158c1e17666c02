-- stg_fetches: the committed fetches, the ledger that every record is held against.
-- Scope: fetch
-- Grain: one row per fetch. Key: fetch_id. Source: raw_fetches.
-- A fetch is written once; should a part have been copied into the folder twice, one of its equal rows stays.

select *

from raw_fetches

qualify row_number() over (
    partition by fetch_id
    order by fetched_at desc, request_url, crawl_id
) = 1
