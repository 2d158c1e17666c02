-- revisit_listings: the pages that list posts, as earlier crawls asked for them or were led to them.
-- Grain: one row per start URL and address. Keys: start_url, url; start_url, rank. Sources: raw_fetches (links),
-- revisit_fetches, revisit_answers.
-- Ten posts with their numbers of comments on each, they tell of old posts at a tenth of what looking at these would take.

with

linked as (

    select distinct
        start_url,
        link.url

    from (
        select
            raw_fetches.start_url,
            unnest(raw_fetches.links) as link

        from raw_fetches

        semi join revisit_fetches
            on raw_fetches.fetch_id = revisit_fetches.fetch_id
    )

    where link.kind = 'listing'

),

final as (

    select
        linked.start_url,
        linked.url,
        answers.asked_at,
        row_number() over (
            partition by linked.start_url
            -- What nobody has asked for yet comes first: there the walk through all pages goes on.
            order by answers.asked_at nulls first, linked.url
        ) as rank

    from linked

    left join revisit_answers as answers
        on linked.start_url = answers.start_url
        and linked.url = answers.request_url

    where linked.url <> linked.start_url
        and coalesce(answers.last_outcome, 'ok') in ('ok', 'not_modified')

)

select * from final
