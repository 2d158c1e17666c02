-- comment_lives: when each comment was seen first and last, by which ways, and whether it was ever seen otherwise or elsewhere.
-- Scope: post
-- Grain: one row per comment. Key: comment_id. Source: comment_sightings.

select
    comment_id,
    any_value(post_id) as post_id,
    min(first_at) as first_seen_at,
    max(last_at) as last_seen_at,
    sum(times)::bigint as sightings,
    bool_or(way = 'html') as is_seen_by_html,
    bool_or(way = 'api') as is_seen_by_api,
    bool_or(way = 'system') as is_seen_by_system,
    bool_or(way = 'export') as is_seen_by_export,
    bool_or(way <> 'export') as is_seen_online,
    bool_or(kind <> 'comment') as is_notice,
    coalesce(min(comment_page) <> max(comment_page), false) as is_moved,
    min(text_hash) <> max(text_hash)
    or min(author_name) <> max(author_name)
    or min(kind) <> max(kind)
    or min(state) <> max(state) as is_varied

from comment_sightings

group by comment_id
