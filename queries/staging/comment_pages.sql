-- comment_pages: the further pages that each post's comments stand on, and how fetching them ended.
-- Scope: post
-- Grain: one row per crawl, post and page. Keys: crawl_id, post_id, url (its least spelling). Sources: stg_fetches (links), post_fetches.
-- A page of HTML belongs to one post, that of the page which links to it. A listing of the REST API gives the comments
-- of many posts at once: their native ids stand in the context that its request carries along. The pages of a system
-- that a post embeds belong to one post like HTML and state a number like a listing.

with

links as (

    select
        fetch_id,
        crawl_id,
        start_url,
        unnest(links, recursive := true)

    from stg_fetches

),

listings as (

    select
        crawl_id,
        start_url,
        url,
        context,
        unnest(json_keys(context, '$.posts')) as native_id

    from links

    where kind = 'api' and context ->> '$.rows' = 'comments'

),

pages as (

    select
        links.crawl_id,
        post_fetches.post_id,
        links.url,
        links.context ->> '$.system' as listing

    from links

    inner join post_fetches
        on links.fetch_id = post_fetches.fetch_id

    where links.kind = 'comments'

    union all

    select
        listings.crawl_id,
        post_fetches.post_id,
        listings.url,
        listings.context as listing

    from listings

    inner join post_fetches
        on listings.crawl_id = post_fetches.crawl_id
        and listings.start_url = post_fetches.start_url
        and listings.native_id = post_fetches.native_id

    where post_fetches.page_kind = 'api'

),

outcomes as (

    select
        crawl_id,
        -- A page is linked under one spelling and captured under another.
        page_of(request_url) as page,
        -- Of several captures one that shows the page is enough.
        coalesce(
            max(outcome) filter (where outcome in ('ok', 'not_modified')), arg_max(outcome, fetched_at)
        ) as outcome,
        arg_max(comments, fetched_at) as comments,
        max(stated_total) as stated_total

    from stg_fetches

    group by crawl_id, page

),

final as (

    select
        pages.crawl_id,
        pages.post_id,
        min(pages.url) as url,
        -- Names the listing that a page of the API or of an embedded system belongs to; null for HTML.
        any_value(pages.listing) as listing,
        -- Null where the page was not fetched.
        any_value(outcomes.outcome) as outcome,
        any_value(outcomes.comments) as comments,
        any_value(outcomes.stated_total) as stated_total

    from pages

    left join outcomes
        on pages.crawl_id = outcomes.crawl_id
        and page_of(pages.url) = outcomes.page

    group by pages.crawl_id, pages.post_id, page_of(pages.url)

)

select * from final
