-- persons: who writes and comments on a site, under which names, and how much they talk to each other.
-- Scope: all
-- Grain: one row per site and person. Keys: (site, person_id). Source: reply_writers, comments, replies,
-- person_pages.

with

names as (

    select
        site,
        person_id,
        name,
        count(*) as times

    from reply_writers

    group by site, person_id, name

),

spellings as (

    select
        site,
        person_id,
        -- The most used; of equally used ones the first by letters, so that it stays the same.
        first(name order by times desc, name) as name,
        list(name order by times desc, name) as name_variants

    from names

    group by site, person_id

),

writings as (

    select
        writers.site,
        writers.person_id,
        count(*) filter (where writers.kind = 'post') as posts_written,
        count(distinct writers.post_id) filter (where writers.kind = 'comment') as posts_commented,
        count(*) filter (where writers.kind = 'comment') as comments,
        min(comments.published_local) as first_comment_local,
        max(comments.published_local) as last_comment_local

    from reply_writers as writers

    left join comments
        on writers.text_id = comments.comment_id

    group by writers.site, writers.person_id

),

-- A default row shows no answer, only that none is shown.
shown_replies as (

    select
        comment_id,
        target_id

    from replies

    where evidence <> ['default']

),

given as (

    select
        writers.site,
        writers.person_id,
        count(*) as replies_given

    from shown_replies as replies

    inner join reply_writers as writers
        on replies.comment_id = writers.text_id

    group by writers.site, writers.person_id

),

received as (

    select
        writers.site,
        writers.person_id,
        count(*) as replies_received

    from shown_replies as replies

    inner join reply_writers as writers
        on replies.target_id = writers.text_id

    group by writers.site, writers.person_id

),

-- A name with two pages may be two persons; whoever writes a blog alone is known by that.
homes as (

    select
        site,
        person_id,
        coalesce(
            min(page) filter (list_contains(evidence, 'blog')),
            if(count(*) = 1, min(page), null)
        ) as page

    from person_pages

    where doubt is null

    group by site, person_id

),

final as (

    select
        spellings.site,
        spellings.person_id,

        spellings.name,
        spellings.name_variants,
        writings.posts_written > 0 as is_author,

        writings.posts_written,
        writings.posts_commented,
        writings.comments,
        coalesce(given.replies_given, 0) as replies_given,
        coalesce(received.replies_received, 0) as replies_received,

        writings.first_comment_local,
        writings.last_comment_local,
        homes.page as home_page

    from spellings

    inner join writings
        on spellings.site = writings.site
            and spellings.person_id = writings.person_id

    left join given
        on spellings.site = given.site
            and spellings.person_id = given.person_id

    left join received
        on spellings.site = received.site
            and spellings.person_id = received.person_id

    left join homes
        on spellings.site = homes.site
            and spellings.person_id = homes.person_id

)

select * from final
