-- comment_pages: the further pages that each post's comments stand on, and how fetching them ended.
-- Scope: post
-- Grain: one row per crawl, post and page. Keys: crawl_id, post_id, url (its least spelling).
-- Sources: stg_fetches (links), sightings, post_fetches.
-- A page of HTML belongs to one post, that of the page which links to it. A listing of the REST API gives the comments
-- of many posts at once: their native ids stand in the context that its request carries along. The pages of a system
-- that a post embeds belong to one post like HTML and state a number like a listing.

with

-- A page that is as it was leads where it led.
links as (

    select
        fetch_id,
        crawl_id,
        start_url,
        unnest(links, recursive := true)

    from stg_fetches

    union all

    select
        sightings.fetch_id,
        sightings.crawl_id,
        sightings.start_url,
        unnest(shown.links, recursive := true)

    from sightings

    inner join stg_fetches as shown
        on sightings.shown_by = shown.fetch_id

    where sightings.fetch_id <> sightings.shown_by

),

listings as (

    select
        crawl_id,
        start_url,
        url,
        -- Names the listing: only its further pages tell how many there are.
        regexp_replace(context, ',?"pages":\d+', '') as context,
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
        fetches.crawl_id,
        -- A page is linked under one spelling and captured under another.
        page_of(fetches.request_url) as page,
        -- Of several captures one that shows the page is enough.
        coalesce(
            max(fetches.outcome) filter (where fetches.outcome in ('ok', 'not_modified')),
            arg_max(fetches.outcome, fetches.fetched_at)
        ) as outcome,
        arg_max(coalesce(shown.comments, fetches.comments), fetches.fetched_at) as comments,
        max(coalesce(shown.stated_total, fetches.stated_total)) as stated_total,

        arg_max(fetches.fetch_id, fetches.fetched_at) as fetch_id,
        max(fetches.fetched_at) as seen_at,
        bool_and(fetches.via = 'live') as is_live,
        -- What is on it is known, by its own records or by those that it names.
        bool_or(coalesce(shown.outcome, fetches.outcome) = 'ok') as is_seen

    from stg_fetches as fetches

    left join stg_fetches as shown
        on fetches.same_as = shown.fetch_id

    group by fetches.crawl_id, page

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
        any_value(outcomes.stated_total) as stated_total,

        any_value(outcomes.fetch_id) as fetch_id,
        any_value(outcomes.seen_at) as seen_at,
        coalesce(any_value(outcomes.is_live), false) as is_live,
        coalesce(any_value(outcomes.is_seen), false) as is_seen,
        -- False for a listing of new, changed or otherwise chosen rows only.
        len(list_filter(
            string_split(regexp_extract(any_value(pages.url), '\?([^#]*)', 1), '&'),
            lambda parameter: parameter <> '' and split_part(parameter, '=', 1) not in (
                'rest_route', 'post', 'per_page', 'page', 'orderby', 'order', '_fields', '_embed'
            )
        )) = 0 as asks_for_all

    from pages

    left join outcomes
        on pages.crawl_id = outcomes.crawl_id
        and page_of(pages.url) = outcomes.page

    group by pages.crawl_id, pages.post_id, page_of(pages.url)

)

select * from final
