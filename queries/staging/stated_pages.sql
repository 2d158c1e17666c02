-- stated_pages: the addresses that may be a person's page: what names link to, and the blogs themselves.
-- Scope: all
-- Grain: one row per address. Key: url. Sources: posts, comments.

select author_url as url from posts where author_url is not null

union

select author_url from comments where author_url is not null

union

select 'https://' || site from posts
