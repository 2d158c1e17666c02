-- revisit_comments: the comments that an API has shown, and which of them it is known to have no more.
-- Scope: all
-- Grain: one row per start URL and comment. Keys: start_url, comment_id. Sources: raw_comments, raw_hints,
-- revisit_fetches, revisit_posts, night.
-- Pingbacks are in no list of comments that an API gives. One that was noted as gone and shown later is there again.

with

shown as (

    select
        fetches.start_url,
        comments.comment_id,
        any_value(comments.post_id) as post_id,
        any_value(comments.native_id) as native_id,
        arg_max(comments.published_at, fetches.fetched_at) as written_at,
        min(fetches.fetched_at) as first_seen_at,
        max(fetches.fetched_at) as last_seen_at

    from raw_comments as comments

    inner join revisit_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

    where fetches.page_kind = 'api'
        and comments.kind = 'comment'
        and comments.state = 'visible'
        and comments.native_id is not null

    group by fetches.start_url, comments.comment_id

),

noted as (

    select
        hints.canonical_url,
        hints.comment_native_id as native_id,
        max(hints.fetched_at) as noted_at

    from raw_hints as hints

    cross join night

    where hints.is_gone and hints.fetched_at < night.started_at

    group by hints.canonical_url, hints.comment_native_id

),

final as (

    select
        shown.start_url,
        shown.comment_id,
        posts.url as post_url,
        shown.native_id,

        shown.written_at,
        shown.first_seen_at,
        -- With its post, or alone; null where nothing says that it has gone.
        least(if(noted.noted_at > shown.last_seen_at, noted.noted_at, null), posts.lacked_at) as gone_at

    from shown

    inner join revisit_posts as posts
        on shown.start_url = posts.start_url
        and shown.post_id = posts.post_id

    left join noted
        on posts.canonical_url = noted.canonical_url
        and shown.native_id = noted.native_id

)

select * from final
