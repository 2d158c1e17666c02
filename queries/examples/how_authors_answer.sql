-- how_authors_answer: How often and how fast do authors answer the comments on their own posts?
-- A comment counts as answered if the author's comment has it as a target; what authors write to themselves is left out.

with

readers as (

    select
        comments.comment_id,
        posts.author_name as author

    from comments

    inner join posts
        on comments.post_id = posts.post_id

    where
        comments.kind = 'comment'
        and not coalesce(comments.by_post_author, false)

),

answers as (

    select
        replies.target_id,
        min(replies.reply_lag_s) as reply_lag_s

    from replies

    inner join comments
        on replies.comment_id = comments.comment_id

    where comments.by_post_author

    group by replies.target_id

)

select
    readers.author,
    count(*) as comments_by_readers,
    count(answers.target_id) as answered,
    round(100 * count(answers.target_id) / count(*)) as answered_percent,
    round(median(answers.reply_lag_s) / 3600, 1) as median_hours_to_answer

from readers

left join answers
    on readers.comment_id = answers.target_id

group by readers.author

order by comments_by_readers desc, readers.author
