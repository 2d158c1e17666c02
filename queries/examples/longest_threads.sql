-- longest_threads: Which threads went deepest, who took part, and how long did they last?

select
    posts.title,
    arg_min(comments.author_name, comments.position) as begun_by,
    count(*) as comments,
    max(comments.depth) as depth,
    count(distinct comments.author_name) as people,
    round(date_diff('minute', min(comments.published_local), max(comments.published_local)) / 60, 2) as hours

from comments

inner join posts
    on comments.post_id = posts.post_id

where comments.kind = 'comment'

group by posts.title, comments.thread_id

having count(*) > 1

order by depth desc, comments desc, posts.title, min(comments.position)

limit 5
