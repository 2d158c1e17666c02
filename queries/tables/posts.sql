-- posts: the posts that readers query.
-- Scope: post
-- Grain: one row per post. Key: post_id. Sources: stg_posts, missed_posts, post_mining_rules.
-- What a page says of text and data mining goes before what its site says of all its pages.

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

    posts.rights_robots,
    coalesce(posts.rights_tdm, rules.reserved) as rights_tdm,
    if(posts.rights_tdm is null, rules.policy, posts.rights_tdm_policy) as rights_tdm_policy,
    posts.rights_licenses,

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

left join post_mining_rules as rules
    on posts.post_id = rules.post_id
