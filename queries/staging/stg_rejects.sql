-- stg_rejects: the records that could not stand in the tables, of committed fetches.
-- Scope: fetch
-- Grain: one row per rejected record and fetch. Source: raw_rejects.

select
    rejects.* replace (
        -- Of several that are taken down nothing is left that tells them apart.
        if(
            rejects.content = '{"taken_down":true}',
            '{"taken_down":' || row_number() over (
                partition by rejects.fetch_id, rejects.record, rejects.record_id, rejects.reason, rejects.field, rejects.content
            ) || '}',
            rejects.content
        ) as content
    )

from raw_rejects as rejects

inner join stg_fetches as fetches
    on rejects.fetch_id = fetches.fetch_id
