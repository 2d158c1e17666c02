-- fetches: where every row comes from, and what was asked for in vain.
-- Scope: fetch
-- Grain: one row per request. Key: fetch_id. Source: stg_fetches.

select * from stg_fetches
