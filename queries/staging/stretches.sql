-- stretches: how long an address went on showing the records of one fetch.
-- Scope: all
-- Grain: one row per run of sightings of one address that saw the same records. Keys: (shown_by, first_at).
-- Source: sightings. A page that went back to what it was has two stretches of the same records. All history is counted in
-- stretches, so that a page asked every night and never changed costs one row and not one a night.

with

turns as (

    select
        *,
        shown_by is distinct from lag(shown_by) over page as begins

    from sightings

    window page as (partition by request_url, via order by seen_at, fetch_id)

),

numbered as (

    select
        *,
        sum(begins::bigint) over (
            partition by request_url, via
            order by seen_at, fetch_id
            rows between unbounded preceding and current row
        ) as stretch

    from turns

),

final as (

    select
        shown_by,
        any_value(way) as way,
        any_value(outcome) as outcome,
        min(seen_at) as first_at,
        max(seen_at) as last_at,
        count(*) as times

    from numbered

    group by request_url, via, stretch, shown_by

)

select * from final
