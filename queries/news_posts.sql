-- news_posts: the posts of which something came since the tables were built.
-- Grain: one row per post. Key: post_id.
-- Sources: fresh.*, made of the parts that came; old.*, as built; main.stg_fetches, all of them.
-- A crawl that goes on is news for every post that it has shown, for what a run gave is judged by all its fetches. Tables
-- tell for how long an address went on showing the same: that changes where a look at it comes that is older than others,
-- as archives give them. An address that denies its post says so without a record.

with recursive

-- A fetch that saw what another gave is a look at that one's posts.
seen_again as (

    select same_as as fetch_id from fresh.stg_fetches where same_as is not null

    union

    select fetches.same_as

    from main.stg_fetches as fetches

    inner join seen_again
        on fetches.fetch_id = seen_again.fetch_id

    where fetches.same_as is not null

),

looked_at_between as (

    select known.fetch_id

    from fresh.stg_fetches as fetches

    inner join old.fetches as known
        on fetches.request_url = known.request_url
        and fetches.via = known.via

    -- All that this address showed, for a stretch begins where the look before showed something else.
    qualify bool_or(fetches.fetched_at <= known.fetched_at) over (partition by known.request_url, known.via)

),

denying_pages as (

    select rtrim(page_of(request_url), '/') as page from fresh.stg_fetches where status in (404, 410)

),

-- What a site reserves holds for all its posts, as they stand.
sites_of_new_rules as (

    select host_of(request_url) as host

    from fresh.stg_fetches

    where
        page_kind = 'rights'
        and same_as is null
        and (
            outcome = 'ok'
            or host_of(request_url) in (select host_of(request_url) from old.fetches where page_kind = 'rights')
        )

),

final as (

    select post_id from fresh.raw_posts

    union

    select post_id from fresh.raw_comments

    union

    -- A record_id begins with its post's.
    select string_split(record_id, ':')[1] from fresh.raw_rejects where record_id is not null

    union

    select post_id from old.post_fetches where crawl_id in (select crawl_id from fresh.stg_fetches)

    union

    select post_id from old.post_fetches where fetch_id in (select fetch_id from seen_again)

    union

    select post_id from old.post_fetches where fetch_id in (select fetch_id from looked_at_between)

    union

    select post_id from old.posts where rtrim(page_of(url), '/') in (select page from denying_pages)

    union

    select post_id from old.posts where host_of(url) in (select host from sites_of_new_rules)

)

select post_id from final
