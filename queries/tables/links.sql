-- links: where the posts and comments of the tables link to.
-- Scope: all
-- Grain: one row per link in a body. Keys: (post_id, comment_id, position); comment_id is null for the post's own body.
-- Sources: body_links, link_targets (queries/links.py), posts, comments.
-- What a link leads to depends on what else the tables hold: the more posts are read, the more links lead to one.

with

-- The post that stands at an address: the one known by it, else the one that moved there.
pages as (

    select
        targets.url,
        coalesce(known.post_id, min(moved.post_id)) as post_id

    from link_targets as targets

    left join posts as known
        on targets.page_id = known.post_id

    left join link_targets as answered
        on targets.page_id = answered.page_id

    left join posts as moved
        on answered.url = moved.url

    group by targets.url, known.post_id

),

-- How a link to its post may call a comment: by its number on the site or by the anchor in its permalink.
comment_anchors as (

    select
        post_id,
        comment_id,
        unnest(list_distinct([native_id, nullif(split_part(permalink, '#', 2), '')])) as name

    from comments

),

anchored as (

    select
        links.url,
        comments.comment_id

    from (select url, unnest(comment_names) as name from link_targets) as links

    inner join pages
        on links.url = pages.url

    inner join comment_anchors as comments
        on pages.post_id = comments.post_id
        and links.name = comments.name

),

-- A permalink may be a page of its own, on whatever host; that of the post says nothing of its comments.
own_pages as (

    select
        rtrim(page_of(permalink), '/') as page,
        comment_id

    from comments

    where permalink is not null
        and page not in (select rtrim(page_of(unnest([url, canonical_url])), '/') from posts)

),

linked_comments as (

    select
        url,
        min(comment_id) as comment_id

    from (

        from anchored

        union all

        select
            links.url,
            own_pages.comment_id

        from (

            select distinct url
            from body_links
            where host in (select lower(regexp_extract(page, '^[^/:]+')) from own_pages)

        ) as links

        inner join own_pages
            on rtrim(page_of(links.url), '/') = own_pages.page

    )

    group by url

    -- What may be two comments is neither.
    having count(distinct comment_id) = 1

),

final as (

    select
        links.post_id,
        links.comment_id,
        links.position,

        links.url,
        links.host,
        links.link_text,

        case
            when linked_comments.comment_id is not null then 'permalink'
            when pages.post_id = links.post_id then 'same_page'
            -- What lies in its site lies on a host of posts.
            when pages.url is not null and starts_with(place_of(links.url) || '/', place_of(posts.site) || '/')
                then 'internal'
            else 'other'
        end as kind,
        coalesce(targets.post_id, pages.post_id) as target_post_id,
        linked_comments.comment_id as target_comment_id

    from body_links as links

    left join posts
        on links.post_id = posts.post_id

    left join pages
        on links.url = pages.url

    left join linked_comments
        on links.url = linked_comments.url

    left join comments as targets
        on linked_comments.comment_id = targets.comment_id

)

select * from final
