-- revisit: all posts of a blog in the order in which a crawl that is not to read them all looks at them again.
-- Scope: all
-- Grain: one row per start URL and post, or address that has never shown one. Keys: start_url, url; start_url, rank.
-- Sources: revisit_posts, revisit_news, night.
-- Two queues share what may be asked for. One holds what is most likely to have changed: what sources tell of, then what
-- failed, then posts by how many of their own intervals they have waited; an interval grows with the time since anything
-- happened there, and shrinks where looks have often found something or where comments are missing. The other holds all
-- posts by how long nobody has asked for them, whatever is known of them: it alone keeps anyone from starving.
-- `cost` is the number of requests after which the post's turn is over if the queues take turns: taking all with a cost
-- up to N takes N requests at most, and of these every second one from the second queue (docs/nightly.md, 'The bound').

with

posts as (

    select
        posts.*,
        news.told_by,
        news.is_crowd,
        date_diff('second', posts.active_at, night.started_at) / 86400.0 as idle_days,
        date_diff('second', posts.asked_at, night.started_at) / 86400.0 as waited_days,
        posts.changes / greatest(posts.looks, 1) as change_rate,
        coalesce(posts.stated_comments > posts.comments, false) as is_short

    from revisit_posts as posts

    left join revisit_news as news
        on posts.start_url = news.start_url
        and posts.post_id = news.post_id

    cross join night

),

weighed as (

    select
        *,
        case
            when told_by is not null and not is_crowd then 'news'
            when failures > 0 and last_outcome <> 'gone' then 'failed'
            else 'turn'
        end as reason,
        greatest(1.0, 0.4 * coalesce(idle_days, 0) / (1 + 2 * change_rate + is_short::integer)) as interval_days,
        -- Twice as long after each failure.
        case
            when failures > 0 and last_outcome <> 'gone' then waited_days / power(2, least(failures, 10) - 1)
            when last_outcome = 'gone' then 0
            else waited_days / interval_days
        end as urgency

    from posts

),

queued as (

    select
        *,
        sum(requests) over (
            partition by start_url
            order by reason = 'news' desc, coalesce(is_crowd, false) desc, urgency desc, url
            rows between unbounded preceding and current row
        ) as wanted_cost,
        sum(requests) over (
            partition by start_url
            order by asked_at, url
            rows between unbounded preceding and current row
        ) as waiting_cost

    from weighed

),

costed as (

    select
        *,
        2 * least(wanted_cost, waiting_cost) as cost

    from queued

),

final as (

    select
        start_url,
        post_id,
        url,
        api_id,
        requests,
        comments,
        had_comments,
        published_at,

        reason,
        told_by,
        looked_at,
        asked_at,
        round(interval_days, 3) as interval_days,
        round(urgency, 3) as urgency,

        cost,
        row_number() over (partition by start_url order by cost, wanted_cost, url) as rank

    from costed

)

select * from final
