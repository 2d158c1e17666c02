-- stated_pages: the addresses that may be a person's page: what names link to, and the blogs themselves.
-- Grain: one row per address. Key: url. Sources: stg_posts, stg_comments.

select author_url as url from stg_posts where author_url is not null

union

select author_url from stg_comments where author_url is not null

union

select 'https://' || site from stg_posts
