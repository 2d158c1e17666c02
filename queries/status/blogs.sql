-- blogs: each blog of a data folder with its newest run and all that there is of it.
-- Scope: all
-- Grain: one row per start URL. Key: start_url. Sources: newest_runs, runs, blog_posts, completeness; asked (blogs of a
-- sources file, with their names; empty: all are meant), which queries/status.py makes.

with

known as (

    select start_url from runs

    union

    select start_url from asked

),

runs_of_blogs as (

    select
        start_url,
        count(*) as runs,
        max(started_at) filter (where is_good) as last_good_at

    from runs

    group by start_url

),

totals as (

    select
        blog_posts.start_url,
        count(*) as posts,
        sum(blog_posts.comments)::bigint as comments,
        sum(completeness.stated_comments)::bigint as stated_comments,
        -- A number may count what is no comment, such as pingbacks; more than is stated makes good for no other post.
        sum(
            if(
                completeness.is_complete,
                completeness.stated_comments,
                least(completeness.found_comments, completeness.stated_comments)
            )
        )::bigint as found_comments,
        count(*) filter (where completeness.is_complete = false) as incomplete_posts

    from blog_posts

    inner join completeness
        on blog_posts.post_id = completeness.post_id

    group by blog_posts.start_url

)

select
    known.start_url,
    asked.name,
    newest.site,
    coalesce(runs_of_blogs.runs, 0) as runs,
    runs_of_blogs.last_good_at,

    newest.crawl_id,
    newest.via,
    newest.started_at,
    newest.ended_at,
    newest.ended,
    newest.exit_code,
    newest.requests,
    newest.failed_requests,
    newest.body_bytes,
    newest.new_posts,
    newest.new_comments,

    coalesce(totals.posts, 0) as posts,
    coalesce(totals.comments, 0) as comments,
    coalesce(totals.incomplete_posts, 0) as incomplete_posts,
    -- Null where no post states a number.
    totals.found_comments / nullif(totals.stated_comments, 0) as completeness

from known

left join asked
    on known.start_url = asked.start_url

left join newest_runs as newest
    on known.start_url = newest.start_url

left join runs_of_blogs
    on known.start_url = runs_of_blogs.start_url

left join totals
    on known.start_url = totals.start_url

where asked.start_url is not null or not exists (from asked)
