-- run_completeness: what one run found of the comments that its pages stated, and why the two differ.
-- Scope: post
-- Grain: one row per crawl and post that it saw. Keys: crawl_id, post_id. Source: run_posts.
-- The table completeness tells the same of all runs together: there an older run may cover what this one lost.

with

explained as (

    select
        *,
        case
            -- A page that states no comments may have lost them; one that states none any more has.
            when found_comments = 0 and found_before > 0 and pages_unchanged = 0 and stated_comments is null
                then 'section_silent'
            else difference_reason(
                difference, found_pingbacks, found_removed, grown_since, gone_since, is_listing_whole, is_export_whole,
                is_cut_off, pages_known, pages_fetched, pages_failed, rejected_comments, has_embeds, platform, has_nested_pages
            )
        end as reason

    from run_posts

),

final as (

    select
        crawl_id,
        post_id,
        start_url,

        stated_comments,
        found_comments,
        found_pingbacks,
        found_removed,
        rejected_comments,
        difference,
        found_before,

        pages_known,
        pages_fetched,
        pages_unchanged,

        reason,
        case
            when reason = 'section_silent' then false
            -- Whatever keeps the comments from us: of those that are stated none is there.
            when found_comments = 0 and difference > 0 and pages_unchanged = 0 and proves_complete(reason) is not true
                then false
            else proves_complete(reason)
        end as is_complete

    from explained

)

select * from final
