-- activity_by_month: When was the blog alive, and did its readers talk while it was?

with

months as (

    select
        date_trunc('month', published_local)::date as month,
        1 as posts,
        0 as comments,
        null as author_name

    from posts

    union all

    select
        date_trunc('month', published_local)::date as month,
        0 as posts,
        1 as comments,
        author_name

    from comments

    where kind = 'comment'

)

select
    coalesce(strftime(months.month, '%Y-%m'), 'undated') as month,
    sum(posts) as posts,
    sum(comments) as comments,
    count(distinct author_name) as commenters,
    round(sum(comments) / nullif(sum(posts), 0), 1) as comments_per_post

from months

group by months.month

order by months.month
