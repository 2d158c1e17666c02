-- what_was_edited_or_removed: What was edited, removed or restored after it was first read, and in which time?
-- A row for each version of a comment behind its first; what it said before is the version before.

select
    posts.title,
    coalesce(versions.author_name, before.author_name) as author_name,
    array_to_string(versions.changed, ', ') as changed,
    versions.state,
    before.last_seen_at as after,
    versions.first_seen_at as before,
    left(before.body_text, 40) as was,
    left(versions.body_text, 40) as is_now

from comment_versions as versions

inner join comment_versions as before
    on versions.comment_id = before.comment_id
    and versions.version = before.version + 1

inner join posts
    on versions.post_id = posts.post_id

order by versions.first_seen_at, versions.comment_id, versions.version

limit 20
