-- revisit_looks: each look that an earlier crawl took at a post: its own page, or its row of the API with all its comments.
-- Scope: all
-- Grain: one row per start URL, post and crawl. Keys: start_url, post_id, crawl_id.
-- Sources: revisit_fetches, raw_posts, raw_comments. The API's newest comments alone are no look at the posts above them.

with

posts as (

    select
        fetches.start_url,
        fetches.crawl_id,
        posts.post_id,

        max(fetches.fetched_at) as looked_at,
        -- Where its own page answered; an API tells the address, and nobody may have been there.
        coalesce(
            arg_max(fetches.request_url, fetches.fetched_at) filter (where fetches.page_kind <> 'api'),
            arg_max(posts.url, fetches.fetched_at)
        ) as url,
        arg_max(coalesce(posts.canonical_url, posts.url), fetches.fetched_at) as canonical_url,
        max(posts.native_id) filter (where fetches.page_kind = 'api') as api_id,
        bool_and(fetches.page_kind = 'api') as is_by_api,
        max(coalesce(posts.published_at, posts.published_local at time zone 'UTC')) as published_at,
        arg_max(posts.declared_comments, fetches.fetched_at) as stated_comments

    from raw_posts as posts

    inner join revisit_fetches as fetches
        on posts.fetch_id = fetches.shown_by

    group by fetches.start_url, fetches.crawl_id, posts.post_id

),

comments as (

    select
        fetches.start_url,
        fetches.crawl_id,
        comments.post_id,
        count(distinct comments.comment_id) filter (where comments.state = 'visible') as comments,
        -- Requests that they took beside the post's own page.
        count(distinct fetches.request_url) filter (where fetches.page_kind in ('comments', 'feed')) as pages

    from raw_comments as comments

    inner join revisit_fetches as fetches
        on comments.fetch_id = fetches.shown_by

    group by fetches.start_url, fetches.crawl_id, comments.post_id

),

final as (

    select
        posts.*,
        coalesce(comments.comments, 0) as comments,
        -- The API gives a hundred posts or comments at once.
        if(posts.is_by_api, 0.01 + greatest(coalesce(comments.comments, 0), 1) / 100, 1 + coalesce(comments.pages, 0))
            as requests

    from posts

    left join comments
        on posts.start_url = comments.start_url
        and posts.crawl_id = comments.crawl_id
        and posts.post_id = comments.post_id

)

select * from final
