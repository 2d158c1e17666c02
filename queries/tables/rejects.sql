-- rejects: the records that could not stand in the tables, each with its reason.
-- Scope: fetch
-- Grain: one row per rejected record and fetch. Source: stg_rejects.

select * from stg_rejects
