-- who_answers_how_fast: Who answers other people's comments, how many, and after how long?
-- Each answer counts from the comment that it answers, as far as both are dated; how_authors_answer tells it from the
-- side of those who wait.

with

answers as (

    select
        answering.author_name,
        coalesce(answering.by_post_author, false) as is_post_author,
        replies.post_id,
        replies.reply_lag_s / 3600 as hours

    from replies

    inner join comments as answering
        on replies.comment_id = answering.comment_id

    inner join comments as answered
        on replies.target_id = answered.comment_id

    where
        answering.author_name <> answered.author_name
        -- Clocks that were set back tell no time to answer.
        and coalesce(replies.reply_lag_s, 0) >= 0

)

select
    author_name as answers_by,
    bool_or(is_post_author) as writes_posts,
    count(*) as answers,
    count(distinct post_id) as posts,
    round(median(hours), 1) as median_hours,
    round(quantile_cont(hours, 0.9), 1) as nine_of_ten_within_hours,
    round(100 * avg((hours <= 24)::int)) as percent_within_a_day

from answers

group by author_name

order by answers desc, median_hours, author_name

limit 10
