-- event_days: the days on which something was published on a blog.
-- Scope: all
-- Grain: one row per start URL, kind and day. Keys: those three. Sources: blog_posts, comments, watched.
-- What has no date, or a coarse one, counts as of the day on which it was first seen; a date in the future does not count.

with

events as (

    select
        start_url,
        'posts' as kind,
        published_at as at

    from blog_posts

    union all

    select
        blog_posts.start_url,
        'comments' as kind,
        if(
            comments.published_precision in ('second', 'minute', 'day', 'relative'),
            coalesce(comments.published_at, comments.published_local at time zone 'UTC'),
            comments.first_seen_at
        ) as at

    from blog_posts

    inner join comments
        on blog_posts.post_id = comments.post_id

    where comments.kind = 'comment'

)

select distinct
    events.start_url,
    events.kind,
    events.at::date as day

from events

inner join watched
    on events.start_url = watched.start_url

where events.at <= watched.last_good_at + interval 1 day
