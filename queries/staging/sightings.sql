-- sightings: which fetch saw the records of which: each its own, and one that says "as it was" those of the one it names.
-- Scope: all
-- Grain: one row per fetch that saw something. Key: fetch_id. Source: stg_fetches.
-- same_as names the fetch that wrote the records. An answer 'not_modified' that names none says nothing of any record.

select
    seeing.fetch_id,
    shown.fetch_id as shown_by,
    seeing.crawl_id,
    seeing.start_url,
    seeing.via,
    seeing.request_url,
    seeing.fetched_at as seen_at,
    shown.page_kind,
    shown.outcome,
    way_of(shown.page_kind, shown.content_type) as way

from stg_fetches as seeing

inner join stg_fetches as shown
    on coalesce(seeing.same_as, seeing.fetch_id) = shown.fetch_id

where seeing.same_as is not null
    or seeing.outcome not in ('not_modified', 'http_error', 'network_error')
