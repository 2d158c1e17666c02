-- versions_unlike_comments: comments and posts whose last version tells otherwise than their row, or that have none.
-- Severity: error

with

last_comments as (

    select
        comment_id,
        max(last_seen_at) filter (where body_text is not null) as last_seen_at,
        min(first_seen_at) as first_seen_at,
        arg_max(state, version) as state,
        arg_max(body_text is null, version) as is_gone

    from comment_versions

    group by comment_id

),

last_posts as (

    select
        post_id,
        max(last_seen_at) filter (where state = 'visible') as last_seen_at,
        min(first_seen_at) as first_seen_at,
        arg_max(state = 'removed', version) as is_gone

    from post_versions

    group by post_id

)

select
    'comments' as table_name,
    comments.comment_id as key

from comments

left join last_comments as versions
    on comments.comment_id = versions.comment_id

where
    comments.state is distinct from versions.state
    or (comments.missed_at is not null) is distinct from versions.is_gone
    or comments.first_seen_at is distinct from versions.first_seen_at
    or comments.last_seen_at is distinct from versions.last_seen_at

union all

select
    'posts' as table_name,
    posts.post_id as key

from posts

left join last_posts as versions
    on posts.post_id = versions.post_id

where
    (posts.missed_at is not null) is distinct from versions.is_gone
    or posts.first_seen_at is distinct from versions.first_seen_at
    or posts.last_seen_at is distinct from versions.last_seen_at
