-- comment_sightings: when each comment was seen, where, and what tells one look of it from another.
-- Scope: post
-- Grain: one row per comment and stretch of the page that showed it. Keys: (comment_id, fetch_id, first_at).
-- Sources: raw_comments, stretches.
-- Texts stay behind: what is compared is their hash, and only comments for which it differs are read again.

select
    comments.comment_id,
    comments.post_id,
    comments.fetch_id,
    stretches.way,
    -- What is not whole shows that a comment is there, and not how it ends.
    stretches.outcome in ('cut_off', 'malformed') as is_torn,
    stretches.first_at,
    stretches.last_at,
    stretches.times,
    comments.comment_page,
    comments.kind,
    comments.state,
    coalesce(comments.author_name, '') as author_name,
    hash(comments.body_text) as text_hash

from raw_comments as comments

inner join stretches
    on comments.fetch_id = stretches.shown_by
