-- unfinished_crawls: crawls that were begun and have not ended; the same command run again goes on with them.
-- Severity: warning

select
    crawl_id,
    started_at

from raw_crawls

where finished_at is null
