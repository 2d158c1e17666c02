-- last_sights: when the records of each fetch were seen first and last.
-- Scope: all
-- Grain: one row per fetch that wrote records, or could have. Key: shown_by. Source: stretches.

select
    shown_by,
    min(first_at) as first_at,
    max(last_at) as last_at

from stretches

group by shown_by
