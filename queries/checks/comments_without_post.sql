-- comments_without_post: comments whose post stands in no table, so its title and date are unknown.
-- Severity: error

select
    comments.comment_id,
    comments.post_id,
    comments.fetch_id

from comments

anti join posts
    on comments.post_id = posts.post_id
