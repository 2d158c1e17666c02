-- unique_keys: rows that share the key of their table.
-- Severity: error

with

keys as (

    select 'posts' as table_name, post_id as key from posts

    union all

    select 'comments' as table_name, comment_id as key from comments

    union all

    select 'comments' as table_name, concat_ws(' at ', post_id, position) as key from comments

    union all

    select 'comment_versions' as table_name, concat_ws(' in version ', comment_id, version) as key from comment_versions

    union all

    select 'post_versions' as table_name, concat_ws(' in version ', post_id, version) as key from post_versions

    union all

    select 'replies' as table_name, concat_ws(' to ', comment_id, target_id) as key from replies

    union all

    select 'links' as table_name, concat_ws(' at ', coalesce(comment_id, post_id), position) as key from links

    union all

    select 'threads' as table_name, post_id as key from threads

    union all

    select 'takedowns' as table_name, concat_ws(' ', record, id) as key from takedowns

    union all

    select 'persons' as table_name, concat_ws(' on ', person_id, site) as key from persons

    union all

    select 'person_pages' as table_name, concat_ws(' of ', page, person_id, site) as key from person_pages

    union all

    select 'completeness' as table_name, post_id as key from completeness

    union all

    select 'run_completeness' as table_name, concat_ws(' in ', post_id, crawl_id) as key from run_completeness

    union all

    select 'shortfalls' as table_name, concat_ws(' ', crawl_id, start_url, reason, post_id) as key from shortfalls

    union all

    select 'fetches' as table_name, fetch_id as key from fetches

)

select
    table_name,
    key,
    count(*) as times

from keys

group by table_name, key

having count(*) > 1
