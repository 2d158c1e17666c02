-- comments_before_post: comments that are dated before the day of their post: imported, or a date read wrongly.
-- Severity: warning

select
    comments.comment_id,
    comments.published_raw,
    comments.published_local,
    posts.published_raw as post_published_raw,
    posts.published_local as post_published_local

from comments

inner join posts
    on comments.post_id = posts.post_id

where
    -- A day of tolerance: the two dates may be of different zones.
    comments.published_local::date < posts.published_local::date - 1
    and comments.published_precision in ('second', 'minute', 'day')
    and posts.published_precision in ('second', 'minute', 'day')
