-- revisit_answers: what is remembered of each address: how it answered last, and what it gave when it was last read whole.
-- Scope: all
-- Grain: one row per start URL and address. Keys: start_url, request_url. Source: revisit_fetches.

with

fetches as (

    select
        *,
        outcome in ('ok', 'not_modified') as is_read,
        max(fetched_at) filter (where outcome in ('ok', 'not_modified')) over address as read_at

    from revisit_fetches

    window address as (partition by start_url, request_url)

),

final as (

    select
        start_url,
        request_url,

        max(fetched_at) as asked_at,
        any_value(read_at) as read_at,
        arg_max(outcome, struct_pack(at := fetched_at, id := fetch_id)) as last_outcome,
        arg_max(page_kind, struct_pack(at := fetched_at, id := fetch_id)) as page_kind,
        -- In a row, up to now.
        count(*) filter (where not is_read and fetched_at > coalesce(read_at, '-infinity')) as failures,
        -- The last answer with content of its own: a later one may have said that it still holds.
        arg_max(
            struct_pack(
                fetch_id := fetch_id,
                crawl_id := crawl_id,
                fetched_at := fetched_at,
                final_url := final_url,
                page_kind := page_kind,
                etag := etag,
                last_modified := last_modified,
                body_sha256 := body_sha256,
                posts := posts,
                comments := comments,
                stated_total := stated_total
            ),
            struct_pack(at := fetched_at, id := fetch_id)
        ) filter (where outcome = 'ok' and status = 200 and same_as is null) as base

    from fetches

    group by start_url, request_url

)

select * from final
