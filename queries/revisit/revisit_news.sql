-- revisit_news: the posts of which sources tell something that the last look at them did not show.
-- Scope: all
-- Grain: one row per start URL and post. Keys: start_url, post_id. Sources: revisit_posts, night_hints (raw_hints of
-- earlier crawls and of the one that plans), raw_comments, revisit_fetches.
-- A page or an API that has the post no more has answered, too.
-- What a source said up to the last look is what it said of what was seen then, right or wrong: only another word is news.

with

hints_of_posts as (

    select
        posts.start_url,
        posts.post_id,
        posts.answered_at as looked_at,
        posts.stated_comments as shown_stated,
        posts.comments as shown_comments,
        hints.*

    from night_hints as hints

    inner join revisit_posts as posts
        on hints.canonical_url = posts.canonical_url

    where posts.post_id is not null

),

numbers as (

    select
        start_url,
        post_id,
        source,
        max(fetched_at) > any_value(looked_at)
        and arg_max(stated_comments, fetched_at) is distinct from coalesce(
            arg_max(stated_comments, fetched_at) filter (where fetched_at <= looked_at),
            any_value(shown_stated),
            any_value(shown_comments)
        ) as is_news,
        max(fetched_at) as told_at

    from hints_of_posts

    where stated_comments is not null

    group by start_url, post_id, source

),

changes as (

    select
        start_url,
        post_id,
        source,
        case
            when max(fetched_at) <= any_value(looked_at) then false
            -- A day without a time is compared with what stood there before, as any text is.
            when count(*) filter (where fetched_at <= looked_at) > 0
                then arg_max(modified_raw, fetched_at) <> arg_max(modified_raw, fetched_at) filter (where fetched_at <= looked_at)
            else coalesce(arg_max(modified_at, fetched_at) > any_value(looked_at), false)
        end as is_news,
        max(fetched_at) as told_at

    from hints_of_posts

    where modified_raw is not null

    group by start_url, post_id, source

),

known_comments as (

    select distinct comments.comment_id

    from raw_comments as comments

    semi join revisit_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

),

comments as (

    select
        hints.start_url,
        hints.post_id,
        hints.source,
        hints.fetched_at > hints.looked_at
        -- One that is known is no news, unless it has gone.
        and (hints.is_gone or known.comment_id is null) as is_news,
        hints.fetched_at as told_at

    from hints_of_posts as hints

    left join known_comments as known
        on known.comment_id = hints.post_id || ':' || hints.comment_native_id

    where hints.comment_native_id is not null

),

told as (

    select *, 'number' as what from numbers where is_news
    union all
    select *, 'change' as what from changes where is_news
    union all
    select *, 'comment' as what from comments where is_news

),

posts_known as (

    select
        start_url,
        count(*) as number

    from revisit_posts

    group by start_url

),

-- A source that suddenly tells of everything tells nothing: a date of all pages set anew, a counter that is broken.
weighed as (

    select
        told.*,
        count(distinct told.post_id) over (partition by told.start_url, told.source, told.what)
        > greatest(20, 0.25 * posts.number) as is_crowd

    from told

    inner join posts_known as posts
        on told.start_url = posts.start_url

),

final as (

    select
        start_url,
        post_id,
        list_sort(list_distinct(list(source || ':' || what))) as told_by,
        min(told_at) as told_at,
        -- True where nothing but such a source speaks for the look.
        bool_and(is_crowd) as is_crowd

    from weighed

    group by start_url, post_id

)

select * from final
