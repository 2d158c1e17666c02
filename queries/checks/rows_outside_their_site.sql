-- rows_outside_their_site: posts and comments that a page of another blog gave: a page that claimed another's address.
-- Severity: error

with

-- What a blog's page sends us to may stand on any host: its API, and the systems that keep its comments.
sent_to as (

    select distinct
        crawl_id,
        place_of(link.url) as place

    from (select crawl_id, unnest(links) as link from fetches)

    where link.kind = 'api' or link.context ->> '$.system' is not null

),

pages as (

    select
        fetch_id,
        crawl_id,
        start_url,
        coalesce(final_url, request_url) as url

    from fetches

    where via <> 'export'
        and not exists (
            from sent_to
            where sent_to.crawl_id = fetches.crawl_id and sent_to.place = place_of(fetches.request_url)
        )
        -- Of archives the API's answers are found without a link to them.
        and page_kind not in ('api', 'feed')

),

seen as (

    select 'posts' as table_name, post_id as key, post_id, fetch_id from posts

    union all

    select 'comments' as table_name, comment_id as key, post_id, fetch_id from comments

),

-- Asked once for each post and page: places are taken out of addresses, which takes long.
pairs as (

    select distinct post_id, fetch_id from seen

),

outside as (

    select
        pairs.post_id,
        pairs.fetch_id,
        posts.site,
        posts.canonical_url,
        pages.url as page

    from pairs

    inner join posts
        on pairs.post_id = posts.post_id

    inner join pages
        on pairs.fetch_id = pages.fetch_id

    where not starts_with(place_of(pages.url) || '/', place_of(posts.site) || '/')
        or not (
            starts_with(place_of(posts.canonical_url) || '/', place_of(posts.site) || '/')
            -- A blog that moved is known by its old address where a crawl of that led here.
            or starts_with(place_of(posts.canonical_url) || '/', place_of(pages.start_url) || '/')
        )

),

final as (

    select
        seen.table_name,
        seen.key,
        outside.site,
        outside.canonical_url,
        outside.page

    from seen

    inner join outside
        on seen.post_id = outside.post_id
        and seen.fetch_id = outside.fetch_id

)

select * from final
