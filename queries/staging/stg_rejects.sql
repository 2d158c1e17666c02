-- stg_rejects: the records that could not stand in the tables, of committed fetches.
-- Scope: fetch
-- Grain: one row per rejected record and fetch. Source: raw_rejects.

select rejects.*

from raw_rejects as rejects

inner join stg_fetches as fetches
    on rejects.fetch_id = fetches.fetch_id
