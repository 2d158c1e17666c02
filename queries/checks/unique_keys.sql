-- unique_keys: rows that share the key of their table.
-- Severity: error

-- Each key is grouped by itself: all together would be too many for memory.
select
    'posts' as table_name,
    post_id as key,
    count(*) as times

from posts

group by post_id

having count(*) > 1

union all

select
    'comments' as table_name,
    comment_id as key,
    count(*) as times

from comments

group by comment_id

having count(*) > 1

union all

select
    'comments' as table_name,
    concat_ws(' at ', post_id, position) as key,
    count(*) as times

from comments

group by post_id, position

having count(*) > 1

union all

select
    'comment_versions' as table_name,
    concat_ws(' in version ', comment_id, version) as key,
    count(*) as times

from comment_versions

group by comment_id, version

having count(*) > 1

union all

select
    'post_versions' as table_name,
    concat_ws(' in version ', post_id, version) as key,
    count(*) as times

from post_versions

group by post_id, version

having count(*) > 1

union all

select
    'replies' as table_name,
    concat_ws(' to ', comment_id, target_id) as key,
    count(*) as times

from replies

group by comment_id, target_id

having count(*) > 1

union all

select
    'links' as table_name,
    concat_ws(' at ', coalesce(comment_id, post_id), position) as key,
    count(*) as times

from links

group by coalesce(comment_id, post_id), position

having count(*) > 1

union all

select
    'threads' as table_name,
    post_id as key,
    count(*) as times

from threads

group by post_id

having count(*) > 1

union all

select
    'takedowns' as table_name,
    concat_ws(' ', record, id) as key,
    count(*) as times

from takedowns

group by record, id

having count(*) > 1

union all

select
    'persons' as table_name,
    concat_ws(' on ', person_id, site) as key,
    count(*) as times

from persons

group by person_id, site

having count(*) > 1

union all

select
    'person_pages' as table_name,
    concat_ws(' of ', page, person_id, site) as key,
    count(*) as times

from person_pages

group by page, person_id, site

having count(*) > 1

union all

select
    'completeness' as table_name,
    post_id as key,
    count(*) as times

from completeness

group by post_id

having count(*) > 1

union all

select
    'run_completeness' as table_name,
    concat_ws(' in ', post_id, crawl_id) as key,
    count(*) as times

from run_completeness

group by post_id, crawl_id

having count(*) > 1

union all

select
    'shortfalls' as table_name,
    concat_ws(' ', crawl_id, start_url, reason, post_id) as key,
    count(*) as times

from shortfalls

group by crawl_id, start_url, reason, post_id

having count(*) > 1

union all

select
    'fetches' as table_name,
    fetch_id as key,
    count(*) as times

from fetches

group by fetch_id

having count(*) > 1
