-- posts: the posts that readers query.
-- Grain: one row per post. Key: post_id. Sources: stg_posts, missed_posts.

select
    posts.post_id,
    posts.site,
    posts.url,
    posts.canonical_url,
    posts.claimed_url,
    posts.platform,
    posts.native_id,
    posts.title,
    posts.author_name,
    posts.author_url,

    posts.published_raw,
    posts.published_local,
    posts.published_at,
    posts.published_precision,
    posts.modified_at,

    posts.categories,
    posts.tags,
    posts.lang,
    posts.body_text,
    posts.body_html,

    posts.declared_comments,
    posts.comments_open,
    posts.embeds,

    posts.fetch_id,
    posts.fetched_at,
    posts.declared_at,
    posts.first_seen_at,
    posts.last_seen_at,
    missed_posts.missed_at

from stg_posts as posts

left join missed_posts
    on posts.post_id = missed_posts.post_id
    and missed_posts.is_still_so
