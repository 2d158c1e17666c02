-- unread_comments: comments that pages no longer show and that no look proves to be gone: perhaps they are not read any more.
-- Severity: warning

select
    comments.comment_id,
    comments.fate,
    comments.last_seen_at,
    posts.url

from comments

left join posts
    on comments.post_id = posts.post_id

where comments.fate in ('hidden', 'unseen')
