-- thread_as_tree: How does the conversation below a post run, each comment below what it answers?
-- A recursive walk down the primary answers of the post with the most comments.

with recursive

busiest as (

    select post_id from threads order by comments desc, post_id limit 1

),

answers as (

    select
        comments.position,
        comments.comment_id,
        coalesce(comments.author_name, '(no name)') as name,
        comments.body_text,
        replies.target_id,
        replies.evidence,
        replies.cue

    from comments

    inner join busiest
        on comments.post_id = busiest.post_id

    inner join replies
        on comments.comment_id = replies.comment_id

    where replies.is_primary

),

tree as (

    select
        answers.*,
        0 as level,
        [answers.position] as path

    from answers

    inner join busiest
        on answers.target_id = busiest.post_id

    union all

    select
        answers.*,
        tree.level + 1 as level,
        list_append(tree.path, answers.position) as path

    from answers

    inner join tree
        on answers.target_id = tree.comment_id

)

select
    repeat('. ', level::int) || name as comment,
    evidence,
    cue,
    left(body_text, 40) as begins

from tree

order by path

limit 12
