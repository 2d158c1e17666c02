-- incomplete_sections: posts of which comments are known to be missing, with the reason.
-- Severity: warning

select
    completeness.post_id,
    posts.url,
    completeness.stated_comments,
    completeness.found_comments,
    completeness.pages_known,
    completeness.pages_fetched,
    completeness.reason

from completeness

inner join posts
    on completeness.post_id = posts.post_id

where not completeness.is_complete
