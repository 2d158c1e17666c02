-- tables_behind_raw: committed fetches that are not in the tables yet: 'rejoinder build' was not run since.
-- Severity: warning

select
    raw_fetches.crawl_id,
    count(*) as fetches,
    max(raw_fetches.fetched_at) as newest

from raw_fetches

anti join fetches
    on raw_fetches.fetch_id = fetches.fetch_id

group by raw_fetches.crawl_id
