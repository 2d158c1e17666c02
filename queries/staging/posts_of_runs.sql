-- posts_of_runs: the posts that live runs showed, or saw to be as they were.
-- Scope: post
-- Grain: one row per crawl, start URL and post. Keys: crawl_id, start_url, post_id. Sources: raw_posts, sightings, start_runs.

select
    runs.crawl_id,
    runs.start_url,
    posts.post_id,
    min(runs.started_at) as started_at,
    max(posts.published_local) as published_local,
    min(rtrim(page_of(posts.url), '/')) as page

from raw_posts as posts

inner join sightings as fetches
    on posts.fetch_id = fetches.shown_by

inner join start_runs as runs
    on fetches.crawl_id = runs.crawl_id
    and fetches.start_url = runs.start_url

where runs.is_live

group by runs.crawl_id, runs.start_url, posts.post_id
