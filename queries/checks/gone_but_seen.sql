-- gone_but_seen: comments and posts that are called gone although something saw them then or later.
-- Severity: error

select 'comments' as table_name, comment_id as key, last_seen_at, missed_at
from comments
where missed_at <= last_seen_at or (fate = 'missing') <> (state = 'removed' and fate not in ('placeholder', 'taken_down'))

union all

select 'posts' as table_name, post_id as key, last_seen_at, missed_at
from posts
where missed_at <= last_seen_at
