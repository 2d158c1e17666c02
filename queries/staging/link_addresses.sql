-- link_addresses: the addresses that may be those of a post of the tables, or of a comment on one.
-- Scope: all
-- Grain: one row per address. Key: url. Sources: body_links, posts.
-- To take an address apart costs more than to read it, and most lead to hosts of which no post is known.

with

known as (

    select distinct regexp_extract(place_of(unnest([url, canonical_url])), '^[^/:]+') as host from posts

),

hosts as (

    select host from (select distinct host from body_links) where place_of('https://' || host) in (select host from known)

),

final as (

    select url from body_links where host in (select host from hosts)

    union

    -- A post of a blog that moved is known by its old address and linked to by the one where it stands.
    select url from posts where place_of(url) <> place_of(canonical_url)

)

select * from final
