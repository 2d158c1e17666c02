-- revisit_fetches: what earlier live crawls of the folder asked for, and how it ended.
-- Scope: all
-- Grain: one row per fetch. Key: fetch_id. Sources: raw_fetches, night (one row: the crawl that plans, and when it began).
-- What the crawl itself has fetched so far is left out, so that a killed one plans the same when it goes on.

select
    fetches.fetch_id,
    fetches.crawl_id,
    fetches.start_url,
    fetches.request_url,
    fetches.final_url,
    fetches.status,
    fetches.fetched_at,
    fetches.page_kind,
    fetches.outcome,
    fetches.asked_for,
    -- Of comments below any posts: the newest, from where a crawl begins to read them, or those before an instant.
    case
        when fetches.page_kind <> 'api'
            or not contains(url_decode(fetches.request_url), 'wp/v2/comments')
            or regexp_matches(fetches.request_url, '[?&]post=')
            then null
        when regexp_matches(fetches.request_url, '[?&]before=') then 'before'
        when regexp_matches(fetches.request_url, '[?&]page=1(&|$)') then 'newest'
    end as comments_listing,

    fetches.etag,
    fetches.last_modified,
    fetches.body_sha256,

    fetches.posts,
    fetches.comments,
    fetches.stated_total,
    fetches.same_as,
    -- Names the records that it showed.
    coalesce(fetches.same_as, fetches.fetch_id) as shown_by

from raw_fetches as fetches

cross join night

where fetches.via = 'live'
    and fetches.crawl_id <> night.crawl_id
    and fetches.fetched_at < night.started_at

-- Should a part have been copied into the folder twice, one of its equal rows stays.
qualify row_number() over (
    partition by fetches.fetch_id
    order by fetches.fetched_at desc, fetches.request_url, fetches.crawl_id
) = 1
