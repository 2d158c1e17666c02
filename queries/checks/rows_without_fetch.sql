-- rows_without_fetch: rows that name a fetch which is not in the ledger, so nobody can say where they come from.
-- Severity: error

with

named as (

    select 'posts' as table_name, post_id as key, fetch_id from posts

    union all

    select 'comments' as table_name, comment_id as key, fetch_id from comments

    union all

    select 'rejects' as table_name, record_id as key, fetch_id from rejects

)

select
    named.table_name,
    named.key,
    named.fetch_id

from named

anti join fetches
    on named.fetch_id = fetches.fetch_id
