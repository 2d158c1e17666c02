-- first_shown: which run was the first to show a post, and which ones its comments.
-- Scope: post
-- Grain: one row per post, crawl and start URL. Keys: post_id, crawl_id, start_url. Sources: raw_posts, raw_comments,
-- stg_fetches, start_runs. The first run that shows a record writes it: one that saw it unchanged comes later.

with

shown as (

    select post_id, null as comment_id, fetch_id from raw_posts

    union all

    select post_id, comment_id, fetch_id from raw_comments

),

firsts as (

    select
        shown.post_id,
        shown.comment_id,
        arg_min(
            struct_pack(crawl_id := runs.crawl_id, start_url := runs.start_url),
            struct_pack(at := runs.started_at, crawl_id := runs.crawl_id, start_url := runs.start_url)
        ) as run

    from shown

    inner join stg_fetches as fetches
        on shown.fetch_id = fetches.fetch_id

    inner join start_runs as runs
        on fetches.crawl_id = runs.crawl_id
        and fetches.start_url = runs.start_url

    group by shown.post_id, shown.comment_id

)

select
    post_id,
    run.crawl_id as crawl_id,
    run.start_url as start_url,
    count(*) filter (where comment_id is null) as new_posts,
    count(comment_id) as new_comments

from firsts

group by all
