-- who_answers_whom: Who answers whom most often, on how many posts, and on what evidence?

with

answers as (

    select
        comments.author_name as answering,
        coalesce(parents.author_name, posts.author_name) as answered,
        replies.post_id,
        replies.evidence

    from replies

    inner join comments
        on replies.comment_id = comments.comment_id

    left join comments as parents
        on replies.target_id = parents.comment_id

    left join posts
        on replies.target_id = posts.post_id

    where
        replies.is_primary
        -- A comment that shows no target is only taken for an answer to the post.
        and replies.evidence <> ['default']

)

select
    answering,
    answered,
    count(*) as answers,
    count(distinct post_id) as posts,
    list_sort(list_distinct(flatten(list(evidence)))) as evidence

from answers

where
    answering is not null
    and answered is not null
    and answering <> answered

group by answering, answered

order by answers desc, answering, answered

limit 10
