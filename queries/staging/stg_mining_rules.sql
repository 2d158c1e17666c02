-- stg_mining_rules: what each site reserves of text and data mining, by its newest /.well-known/tdmrep.json.
-- Scope: all
-- Grain: one row per host and rule. Key: host, place. Sources: stg_fetches, raw_mining_rules.
-- A host that has taken its file away reserves nothing by it any more.

with

looks as (

    select
        host_of(request_url) as host,
        coalesce(same_as, fetch_id) as shown_by

    from stg_fetches

    where
        page_kind = 'rights'
        and outcome in ('ok', 'not_modified', 'absent')

    qualify row_number() over (
        partition by host_of(request_url)
        order by fetched_at desc, fetch_id desc
    ) = 1

)

select distinct
    looks.host,
    rules.place,
    rules.location,
    rules.reserved,
    rules.policy

from raw_mining_rules as rules

inner join looks
    on rules.fetch_id = looks.shown_by
