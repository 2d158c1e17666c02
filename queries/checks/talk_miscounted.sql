-- talk_miscounted: posts whose row in threads counts other comments than the table has.
-- Severity: error

with

counted as (

    select
        posts.post_id,
        count(comments.comment_id) filter (where comments.kind = 'comment') as comments

    from posts

    left join comments
        on posts.post_id = comments.post_id

    group by posts.post_id

)

select
    counted.post_id,
    threads.comments as threads_comments,
    counted.comments

from counted

full join threads
    on counted.post_id = threads.post_id

where threads.comments is distinct from counted.comments
