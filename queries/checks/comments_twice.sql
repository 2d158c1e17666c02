-- comments_twice: comments of one post that agree in author, date and text but not in id: one comment read in two ways.
-- Severity: warning

select
    post_id,
    author_name,
    published_raw,
    list(comment_id order by comment_id) as comment_ids

from comments

where
    body_text <> ''
    and published_precision in ('second', 'minute')

group by post_id, author_name, published_raw, body_text

having count(*) > 1
