-- link_addresses: the addresses that may be those of a post of the tables, or of a comment on one.
-- Scope: all
-- Grain: one row per address. Key: url. Sources: body_links, posts.
-- To take an address apart costs more than to read it, and most lead to hosts of which no post is known.

select distinct url

from body_links

semi join (select distinct split_part(place_of(unnest([url, canonical_url])), '/', 1) as host from posts) as known
    on split_part(place_of(body_links.url), '/', 1) = known.host

union

-- A post of a blog that moved is known by its old address and linked to by the one where it stands.
select url from posts where place_of(url) <> place_of(canonical_url)
