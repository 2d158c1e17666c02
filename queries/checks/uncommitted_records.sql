-- uncommitted_records: raw records without their fetch, left by a killed run; the tables leave them out.
-- Severity: warning
-- The same command run again fetches their pages anew, after which they are only idle rows.

with

records as (

    select 'posts' as dataset, post_id as key, fetch_id from raw_posts

    union all

    select 'comments' as dataset, comment_id as key, fetch_id from raw_comments

)

select
    records.dataset,
    records.fetch_id,
    count(*) as records

from records

anti join raw_fetches
    on records.fetch_id = raw_fetches.fetch_id

group by records.dataset, records.fetch_id
