-- threads: the shape of the conversation below each post.
-- Scope: post
-- Grain: one row per post. Key: post_id. Source: posts, comments, replies, reply_places, reply_writers.
-- Pingbacks and trackbacks are no part of a conversation; answers are those of table replies, not of nesting alone.

with

talk as (

    select
        post_id,
        comment_id,
        by_post_author,
        published_local

    from comments

    where kind = 'comment'

),

sizes as (

    select
        talk.post_id,
        count(*) as comments,
        count(distinct writers.person_id) as persons,
        min(talk.published_local) as first_comment_local,
        max(talk.published_local) as last_comment_local

    from talk

    left join reply_writers as writers
        on talk.comment_id = writers.text_id

    group by talk.post_id

),

levels as (

    select
        ranks.post_id,
        places.levels,
        count(*) as comments

    from reply_places as places

    inner join reply_ranks as ranks
        on places.post_id = ranks.post_id
            and places.rank_in_post = ranks.rank_in_post

    inner join talk
        on ranks.comment_id = talk.comment_id

    group by ranks.post_id, places.levels

),

shapes as (

    select
        post_id,
        max(levels) + 1 as depth,
        max(comments) as breadth

    from levels

    group by post_id

),

-- Answers between two who are known by name and are not the same; whoever calls the post's author answers him.
answers as (

    select distinct
        replies.post_id,
        replies.comment_id,
        replies.target_id,
        replies.reply_lag_s,
        answering.person_id as answering,
        answered.person_id as answered

    from replies

    inner join reply_writers as answering
        on replies.comment_id = answering.text_id

    inner join reply_writers as answered
        on replies.target_id = answered.text_id

    where replies.evidence <> ['default']
        and answering.person_id <> answered.person_id

),

pairs as (

    select distinct post_id, answering, answered from answers

),

reciprocities as (

    select
        pairs.post_id,
        count(back.answering) / count(*) as reciprocity

    from pairs

    left join pairs as back
        on pairs.post_id = back.post_id
            and pairs.answering = back.answered
            and pairs.answered = back.answering

    group by pairs.post_id

),

authors as (

    select
        post_id,
        person_id

    from reply_writers

    where kind = 'post'

),

authors_comments as (

    select writers.text_id as comment_id

    from reply_writers as writers

    inner join authors
        on writers.post_id = authors.post_id
            and writers.person_id = authors.person_id

    where writers.kind = 'comment'

),

others_comments as (

    select
        talk.post_id,
        talk.comment_id

    from talk

    anti join authors_comments
        on talk.comment_id = authors_comments.comment_id

    where not coalesce(talk.by_post_author, false)

),

author_answers as (

    select
        answers.post_id,
        answers.target_id,
        min(answers.reply_lag_s) as reply_lag_s

    from answers

    inner join authors
        on answers.post_id = authors.post_id
            and answers.answering = authors.person_id

    group by answers.post_id, answers.target_id

),

authors_shares as (

    select
        author_answers.post_id,
        count(*) as answered,
        median(author_answers.reply_lag_s) as author_lag_s

    from author_answers

    inner join others_comments
        on author_answers.target_id = others_comments.comment_id

    group by author_answers.post_id

),

others_shares as (

    select
        post_id,
        count(*) as comments

    from others_comments

    group by post_id

),

final as (

    select
        posts.post_id,

        coalesce(sizes.comments, 0) as comments,
        coalesce(sizes.persons, 0) as persons,
        coalesce(shapes.depth, 0) as depth,
        coalesce(shapes.breadth, 0) as breadth,

        coalesce(authors_shares.answered, 0) / others_shares.comments as author_answer_share,
        authors_shares.author_lag_s,
        reciprocities.reciprocity,

        sizes.first_comment_local,
        sizes.last_comment_local

    from posts

    left join sizes
        on posts.post_id = sizes.post_id

    left join shapes
        on posts.post_id = shapes.post_id

    left join others_shares
        on posts.post_id = others_shares.post_id

    left join authors_shares
        on posts.post_id = authors_shares.post_id

    left join reciprocities
        on posts.post_id = reciprocities.post_id

)

select * from final
