-- comment_facts: what does not change over a comment's life, from the observation that states it best, however old.
-- Scope: post
-- Grain: one row per comment. Key: comment_id. Sources: raw_comments, stg_fetches, last_sights.
-- An API and a feed name the parent; nesting shows only the nearest ancestor that the theme indents. So the exact word
-- stands even where a page was read after it. Among equals the newest observation counts.

with

committed as (

    select
        comments.comment_id,
        comments.native_id,
        comments.number,
        comments.by_post_author,
        comments.permalink,

        struct_pack(
            id := comments.parent_id,
            stated_by := comments.parent_from,
            doubt := case
                when fetches.page_kind in ('api', 'export') or comments.parent_from in ('api', 'feed', 'export') then 0
                when comments.parent_from = 'attribute' then 1
                when comments.parent_from is not null or comments.depth is not null then 2
                else 3
            end
        ) as parent,

        struct_pack(
            raw := comments.published_raw,
            local := comments.published_local,
            at := comments.published_at,
            precision := comments.published_precision,
            doubt := date_doubt(
                comments.published_raw, comments.published_local, comments.published_at, comments.published_precision
            )
        ) as published,

        row_number() over (
            partition by comments.comment_id
            order by last_sights.last_at desc, comments.fetch_id desc, comments.position, hash(comments.body_text)
        ) as recency

    from raw_comments as comments

    inner join stg_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

    inner join last_sights
        on comments.fetch_id = last_sights.shown_by

),

final as (

    select
        comment_id,
        arg_min(native_id, recency) as native_id,
        arg_min(number, recency) as number,
        arg_min(by_post_author, recency) as by_post_author,
        arg_min(permalink, recency) as permalink,
        arg_min(parent, struct_pack(doubt := parent.doubt, turn := recency)) as parent,
        arg_min(published, date_order(published.doubt, recency)) as published

    from committed

    group by comment_id

)

select * from final
