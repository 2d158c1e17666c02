-- stg_comments: every comment once, as its newest committed observation shows it.
-- Grain: one row per comment. Key: comment_id. Source: raw_comments, kept only where the ledger has the fetch: records
-- without their fetch were left by a killed run, which fetches the page again.
-- Text, names, votes and state are the newest observation's. What does not change over a comment's life is taken from
-- the observation that states it best, however old: its parent, its date, whether the post's author wrote it.

with

committed as (

    select
        comments.*,
        fetches.page_kind = 'api' as is_by_api

    from raw_comments as comments

    inner join stg_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by comment_id
            order by fetched_at desc, fetch_id desc, position, body_text
        ) as recency,
        -- An API and a feed name the parent. Nesting shows only the nearest ancestor that the theme indents, so the
        -- exact word stands even where a page was read after it.
        case
            when is_by_api or parent_from in ('api', 'feed') then 0
            when parent_from = 'attribute' then 1
            when parent_from is not null or depth is not null then 2
            else 3
        end as parent_doubt,
        -- 'two days ago' is nearest to the truth when first seen; any other date is best where its instant is known.
        case
            when published_raw is null and published_local is null and published_at is null then 3
            when published_precision = 'relative' then 2
            when published_at is null then 1
            else 0
        end as date_doubt

    from committed

),

lasting as (

    select
        comment_id,
        arg_min(native_id, recency) as native_id,
        arg_min(number, recency) as number,
        arg_min(by_post_author, recency) as by_post_author,
        arg_min(permalink, recency) as permalink,
        arg_min(
            struct_pack(id := parent_id, parent_from := parent_from, is_stated := parent_doubt < 3),
            struct_pack(doubt := parent_doubt, recency := recency)
        ) as parent,
        arg_min(
            struct_pack(
                raw := published_raw, local := published_local, at := published_at, precision := published_precision
            ),
            struct_pack(doubt := date_doubt, turn := if(date_doubt = 2, -recency, recency))
        ) as published,
        min(fetched_at) as first_seen_at

    from ranked

    group by comment_id

),

final as (

    select
        newest.comment_id,
        newest.post_id,
        lasting.native_id,
        newest.comment_page,
        newest.position,
        lasting.number,
        newest.kind,

        lasting.parent.id as parent_id,
        lasting.parent.parent_from as parent_from,
        -- False where no observation shows threads: then a null parent says nothing.
        lasting.parent.is_stated as is_parent_stated,
        newest.depth,

        newest.author_name,
        newest.author_url,
        lasting.by_post_author,

        lasting.published.raw as published_raw,
        lasting.published.local as published_local,
        lasting.published.at as published_at,
        lasting.published.precision as published_precision,

        newest.body_text,
        newest.body_html,
        newest.likes,
        lasting.permalink,
        newest.state,

        newest.fetch_id,
        newest.fetched_at,
        lasting.first_seen_at

    from ranked as newest

    inner join lasting
        on newest.comment_id = lasting.comment_id

    where newest.recency = 1

)

select * from final
