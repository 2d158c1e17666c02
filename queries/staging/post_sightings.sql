-- post_sightings: when each post was seen, and what tells one look of it from another.
-- Scope: post
-- Grain: one row per post and stretch of the page that showed it. Keys: (post_id, fetch_id, first_at).
-- Sources: raw_posts, stretches.

select
    posts.post_id,
    posts.fetch_id,
    stretches.way,
    -- What is not whole shows that a post is there, and not how it ends.
    stretches.outcome in ('cut_off', 'malformed') as is_torn,
    stretches.first_at,
    stretches.last_at,
    stretches.times,
    posts.title,
    coalesce(posts.author_name, '') as author_name,
    posts.modified_at,
    hash(posts.body_text) as text_hash

from raw_posts as posts

inner join stretches
    on posts.fetch_id = stretches.shown_by
