-- blog_posts: the posts of each blog with their number of comments.
-- Scope: all
-- Grain: one row per start URL and post. Keys: start_url, post_id. Sources: run_completeness, posts, comments.

with

shown as (

    select distinct
        start_url,
        post_id

    from run_completeness

),

talk as (

    select
        post_id,
        count(*) as comments

    from comments

    where kind = 'comment'

    group by post_id

)

select
    shown.start_url,
    posts.post_id,
    if(
        posts.published_precision in ('second', 'minute', 'day', 'relative'),
        coalesce(posts.published_at, posts.published_local at time zone 'UTC'),
        posts.first_seen_at
    ) as published_at,
    posts.comments_open,
    coalesce(talk.comments, 0) as comments

from shown

inner join posts
    on shown.post_id = posts.post_id

left join talk
    on shown.post_id = talk.post_id
