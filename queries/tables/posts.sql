-- posts: the posts that readers query.
-- Scope: post
-- Grain: one row per post. Key: post_id. Source: stg_posts.

select
    post_id,
    site,
    url,
    canonical_url,
    claimed_url,
    platform,
    native_id,
    title,
    author_name,
    author_url,

    published_raw,
    published_local,
    published_at,
    published_precision,
    modified_at,

    categories,
    tags,
    lang,
    body_text,
    body_html,

    declared_comments,
    comments_open,
    embeds,

    fetch_id,
    fetched_at,
    declared_at,
    first_seen_at

from stg_posts
