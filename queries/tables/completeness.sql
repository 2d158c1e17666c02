-- completeness: per post, the number of comments that it states against those found, and the reason for a difference.
-- Scope: post
-- Grain: one row per post. Key: post_id.
-- Sources: stg_posts, stg_comments, comment_fates, stg_rejects, stg_fetches, comment_pages.
-- Only the crawl of the post's newest observation counts: its pages are the ones that should have been fetched. What each
-- run found by itself is told by run_completeness. Comments that are gone are counted apart: the post states what it has.

with

posts as (

    select
        stg_posts.*,
        stg_fetches.crawl_id,
        stg_fetches.outcome = 'cut_off' as is_cut_off,
        -- An export holds all comments of its posts, unless a part of it could not be read.
        stg_fetches.page_kind = 'export' and not exists (
            from stg_fetches as broken
            where broken.crawl_id = stg_fetches.crawl_id
                and broken.request_url = stg_fetches.request_url
                and broken.outcome = 'malformed'
        ) as is_export_whole

    from stg_posts

    inner join stg_fetches
        on stg_posts.fetch_id = stg_fetches.fetch_id

),

comments as (

    select
        stg_comments.*,
        coalesce(fates.missed_at is not null, false) as is_gone

    from stg_comments

    left join comment_fates as fates
        on stg_comments.comment_id = fates.comment_id

),

found as (

    select
        posts.post_id,
        count(*) filter (where comments.kind = 'comment' and not comments.is_gone) as found_comments,
        count(*) filter (where comments.kind <> 'comment' and not comments.is_gone) as found_pingbacks,
        count(*) filter (
            where comments.kind = 'comment' and comments.state = 'removed' and not comments.is_gone
        ) as found_removed,
        count(*) filter (where comments.kind = 'comment' and comments.is_gone) as found_gone,
        -- Last seen by an earlier crawl than the post: deleted since, or on a page that was not asked for again.
        count(*) filter (
            where comments.kind = 'comment'
                and not comments.is_gone
                and fetches.crawl_id <> posts.crawl_id
                and comments.last_seen_at < posts.fetched_at
        ) as not_seen_again,
        count(*) filter (
            where comments.kind = 'comment' and not comments.is_gone and comments.first_seen_at > posts.declared_at
        ) as seen_later,
        bool_or(comments.depth is not null and fetches.page_kind <> 'api') as has_nested_pages

    from posts

    inner join comments
        on posts.post_id = comments.post_id

    inner join stg_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

    group by posts.post_id

),

rejected as (

    select
        string_split(rejects.record_id, ':')[1] as post_id,
        count(distinct rejects.record_id) as rejected_comments

    from stg_rejects as rejects

    -- One that lost a column only, or was shown twice, stands in the tables.
    anti join stg_comments as comments
        on rejects.record_id = comments.comment_id

    where rejects.record = 'comment'

    group by all

),

pages as (

    select
        post_id,
        crawl_id,
        count(*) as pages_known,
        count(*) filter (where outcome in ('ok', 'not_modified')) as pages_fetched,
        count(*) filter (where outcome not in ('ok', 'not_modified')) as pages_failed,
        bool_or(outcome = 'cut_off') as is_cut_off,
        -- The listing of an API says how many rows it has; true where all of them came.
        sum(comments) filter (where listing is not null) = max(stated_total) as is_listing_whole

    from comment_pages

    group by post_id, crawl_id

),

counted as (

    select
        posts.post_id,
        posts.platform,
        len(posts.embeds) > 0 as has_embeds,
        posts.declared_comments,

        coalesce(found.found_comments, 0) as found_comments,
        coalesce(found.found_pingbacks, 0) as found_pingbacks,
        coalesce(found.found_removed, 0) as found_removed,
        coalesce(found.found_gone, 0) as found_gone,
        coalesce(rejected.rejected_comments, 0) as rejected_comments,
        posts.declared_comments - coalesce(found.found_comments, 0) as difference,

        coalesce(pages.pages_known, 0) as pages_known,
        coalesce(pages.pages_fetched, 0) as pages_fetched,
        coalesce(pages.pages_failed, 0) as pages_failed,
        posts.is_cut_off or coalesce(pages.is_cut_off, false) as is_cut_off,

        found.not_seen_again,
        found.seen_later,
        coalesce(found.has_nested_pages, false) as has_nested_pages,
        -- Null where no API listing holds the post.
        pages.is_listing_whole,
        posts.is_export_whole

    from posts

    left join found
        on posts.post_id = found.post_id

    left join rejected
        on posts.post_id = rejected.post_id

    left join pages
        on posts.post_id = pages.post_id
        and posts.crawl_id = pages.crawl_id

),

explained as (

    select
        *,
        difference_reason(
            difference, found_pingbacks, found_removed, seen_later, not_seen_again, is_listing_whole, is_export_whole,
            is_cut_off, pages_known, pages_fetched, pages_failed, rejected_comments, has_embeds, platform, has_nested_pages
        ) as reason

    from counted

),

final as (

    select
        post_id,
        -- Not declared_comments, so that a join with posts has one column of that name.
        declared_comments as stated_comments,

        found_comments,
        found_pingbacks,
        found_removed,
        found_gone,
        rejected_comments,
        difference,

        pages_known,
        pages_fetched,

        reason,
        proves_complete(reason) as is_complete

    from explained

)

select * from final
