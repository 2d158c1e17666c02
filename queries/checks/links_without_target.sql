-- links_without_target: links whose text, target or kind does not fit the posts and comments that there are.
-- Severity: error

select
    links.post_id,
    links.comment_id,
    links.position,
    links.kind,
    links.target_post_id,
    links.target_comment_id

from links

left join posts as targets
    on links.target_post_id = targets.post_id

left join comments as target_comments
    on links.target_comment_id = target_comments.comment_id

left join comments as texts
    on links.comment_id = texts.comment_id

where (links.target_post_id is not null and targets.post_id is null and target_comments.post_id is null)
    or (links.kind = 'permalink') <> (links.target_comment_id is not null)
    or target_comments.post_id is distinct from if(links.kind = 'permalink', links.target_post_id, null)
    or (links.kind = 'same_page' and links.target_post_id is distinct from links.post_id)
    or (links.comment_id is not null and texts.post_id is distinct from links.post_id)
