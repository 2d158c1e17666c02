-- more_found_than_stated: posts with more comments than they state and no reason known: a stale count, or rows invented.
-- Severity: warning

select
    completeness.post_id,
    posts.url,
    completeness.stated_comments,
    completeness.found_comments

from completeness

inner join posts
    on completeness.post_id = posts.post_id

where completeness.reason = 'more_found'
