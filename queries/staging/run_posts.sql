-- run_posts: what one run saw of a post and of its comments, and how many comments the runs before it had found.
-- Scope: post
-- Grain: one row per crawl and post that its pages or API showed. Keys: crawl_id, post_id.
-- Sources: raw_posts, raw_comments, stg_fetches, sightings, stg_rejects, comment_pages.

with

fetches as (

    select
        *,
        min(seen_at) over (partition by crawl_id) as run_started_at

    from sightings

),

posts as (

    select
        fetches.crawl_id,
        posts.post_id,
        min(fetches.start_url) as start_url,
        any_value(fetches.run_started_at) as run_started_at,
        bool_and(fetches.via = 'live') as is_live,
        -- Of several captures of a page one that is whole is enough.
        bool_and(fetches.outcome = 'cut_off') as is_cut_off,

        arg_max(posts.platform, struct_pack(at := fetches.seen_at, id := fetches.fetch_id)) as platform,
        bool_or(len(posts.embeds) > 0) as has_embeds,
        arg_max(posts.declared_comments, struct_pack(at := fetches.seen_at, id := fetches.fetch_id)) as stated_comments,
        max(fetches.seen_at) filter (where posts.declared_comments is not null) as declared_at,
        max(fetches.seen_at) as last_shown_at,
        -- An export holds all comments of its posts, unless a part of it could not be read.
        bool_and(
            fetches.page_kind = 'export' and not exists (
                from stg_fetches as broken
                where broken.crawl_id = fetches.crawl_id
                    and broken.request_url = fetches.request_url
                    and broken.outcome = 'malformed'
            )
        ) as is_export_whole

    from raw_posts as posts

    inner join fetches
        on posts.fetch_id = fetches.shown_by

    group by fetches.crawl_id, posts.post_id

),

-- A page of the section that is as it was gives what it gave.
comments as (

    select
        sightings.crawl_id,
        comments.post_id,
        comments.comment_id,
        arg_max(comments.kind, struct_pack(at := sightings.seen_at, id := sightings.fetch_id)) as kind,
        arg_max(comments.state, struct_pack(at := sightings.seen_at, id := sightings.fetch_id)) as state,
        min(sightings.seen_at) as first_shown_at,
        max(sightings.seen_at) as last_shown_at,
        bool_or(comments.depth is not null and sightings.page_kind <> 'api') as is_nested

    from raw_comments as comments

    inner join sightings
        on comments.fetch_id = sightings.shown_by

    semi join posts
        on sightings.crawl_id = posts.crawl_id
        and comments.post_id = posts.post_id

    group by sightings.crawl_id, comments.post_id, comments.comment_id

),

found as (

    select
        posts.crawl_id,
        posts.post_id,
        count(*) filter (where comments.kind = 'comment') as found_comments,
        count(*) filter (where comments.kind <> 'comment') as found_pingbacks,
        count(*) filter (where comments.kind = 'comment' and comments.state = 'removed') as found_removed,
        -- Of several captures of a page only older ones showed them.
        count(*) filter (where comments.kind = 'comment' and comments.last_shown_at < posts.last_shown_at) as gone_since,
        count(*) filter (where comments.kind = 'comment' and comments.first_shown_at > posts.declared_at) as grown_since,
        bool_or(comments.is_nested) as has_nested_pages

    from posts

    inner join comments
        on posts.crawl_id = comments.crawl_id
        and posts.post_id = comments.post_id

    group by posts.crawl_id, posts.post_id

),

rejected as (

    select
        fetches.crawl_id,
        string_split(rejects.record_id, ':')[1] as post_id,
        count(distinct rejects.record_id) as rejected_comments

    from stg_rejects as rejects

    inner join fetches
        on rejects.fetch_id = fetches.shown_by

    -- One that lost a column only, or was shown twice, was found all the same.
    anti join comments
        on rejects.record_id = comments.comment_id
        and fetches.crawl_id = comments.crawl_id

    where rejects.record = 'comment'

    group by all

),

pages as (

    select
        crawl_id,
        post_id,
        count(*) as pages_known,
        count(*) filter (where outcome in ('ok', 'not_modified')) as pages_fetched,
        count(*) filter (where outcome not in ('ok', 'not_modified')) as pages_failed,
        count(*) filter (where outcome = 'not_modified') as pages_unchanged,
        bool_or(outcome = 'cut_off') as is_cut_off,
        -- The listing of an API says how many rows it has; true where all of them came.
        sum(comments) filter (where listing is not null) = max(stated_total) as is_listing_whole

    from comment_pages

    group by crawl_id, post_id

),

final as (

    select
        posts.crawl_id,
        posts.post_id,
        posts.start_url,
        posts.run_started_at,
        posts.is_live,
        posts.platform,
        posts.has_embeds,
        posts.is_export_whole,

        posts.stated_comments,
        coalesce(found.found_comments, 0) as found_comments,
        coalesce(found.found_pingbacks, 0) as found_pingbacks,
        coalesce(found.found_removed, 0) as found_removed,
        coalesce(rejected.rejected_comments, 0) as rejected_comments,
        posts.stated_comments - coalesce(found.found_comments, 0) as difference,
        found.gone_since,
        found.grown_since,
        coalesce(found.has_nested_pages, false) as has_nested_pages,

        coalesce(pages.pages_known, 0) as pages_known,
        coalesce(pages.pages_fetched, 0) as pages_fetched,
        coalesce(pages.pages_failed, 0) as pages_failed,
        coalesce(pages.pages_unchanged, 0) as pages_unchanged,
        posts.is_cut_off or coalesce(pages.is_cut_off, false) as is_cut_off,
        -- Null where no API listing holds the post.
        pages.is_listing_whole,

        -- A section that has been silent for several runs is silent still. Archives hold pages of all times, so that no
        -- run of theirs comes before another.
        if(
            posts.is_live,
            last_value(nullif(found.found_comments, 0) ignore nulls) over (
                partition by posts.post_id, posts.is_live
                order by posts.run_started_at, posts.crawl_id
                rows between unbounded preceding and 1 preceding
            ),
            null
        ) as found_before

    from posts

    left join found
        on posts.crawl_id = found.crawl_id
        and posts.post_id = found.post_id

    left join rejected
        on posts.crawl_id = rejected.crawl_id
        and posts.post_id = rejected.post_id

    left join pages
        on posts.crawl_id = pages.crawl_id
        and posts.post_id = pages.post_id

)

select * from final
