-- impossible_dates: rows dated after they were fetched, or before there were blogs.
-- Severity: warning

with

dated as (

    select 'posts' as table_name, post_id as key, published_raw, published_at, published_local, fetched_at from posts

    union all

    select 'comments' as table_name, comment_id as key, published_raw, published_at, published_local, fetched_at
    from comments

)

select
    table_name,
    key,
    published_raw,
    published_local,
    fetched_at

from dated

where
    -- A day of tolerance: without a zone the wall clock may be ahead of UTC.
    (
        coalesce(published_local, published_at at time zone 'UTC') > (fetched_at at time zone 'UTC') + interval 1 day
        -- What nobody knows when it was fetched.
        and fetched_at <> timestamptz '1970-01-01 00:00:00+00'
    )
    or coalesce(published_local, published_at at time zone 'UTC') < timestamp '1994-01-01'
