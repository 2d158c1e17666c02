-- revisit_posts: what earlier crawls know of each post and of each page that may be one.
-- Scope: all
-- Grain: one row per start URL and post, or address that has never shown one. Keys: start_url, url.
-- Sources: revisit_looks, revisit_answers, revisit_fetches, raw_comments.

with

looks as (

    select
        *,
        comments <> lag(comments) over (partition by start_url, post_id order by looked_at) as is_changed

    from revisit_looks

),

posts as (

    select
        start_url,
        post_id,
        arg_max(url, looked_at) as url,
        arg_max(canonical_url, looked_at) as canonical_url,
        max(api_id) as api_id,
        max(looked_at) filter (where api_id is not null) as shown_by_api_at,
        max(looked_at) as looked_at,
        min(looked_at) as first_looked_at,
        max(published_at) as published_at,
        arg_max(stated_comments, looked_at) as stated_comments,
        arg_max(comments, looked_at) as comments,
        -- A section that has fallen silent is told from one that nobody ever wrote in.
        arg_max(comments, looked_at) filter (where comments > 0) as had_comments,
        arg_max(requests, looked_at) as requests,
        count(*) as looks,
        count(*) filter (where is_changed) as changes,
        max(looked_at) filter (where is_changed) as changed_at

    from looks

    group by start_url, post_id

),

last_comments as (

    select
        comments.post_id,
        max(coalesce(comments.published_at, comments.published_local at time zone 'UTC')) as commented_at

    from raw_comments as comments

    semi join revisit_fetches as fetches
        on comments.fetch_id = fetches.fetch_id

    group by comments.post_id

),

-- The API is asked for several posts at once, by their numbers; one that it does not give was asked for all the same.
asked_of_api as (

    select
        start_url,
        api_id,
        max(fetched_at) as asked_at,
        max(fetched_at) filter (where outcome = 'ok') as answered_at

    from (
        select
            start_url,
            fetched_at,
            outcome,
            unnest(string_split(regexp_extract(url_decode(request_url), '[?&]include=([0-9,]+)', 1), ',')) as api_id

        from revisit_fetches

        where page_kind = 'api' and contains(request_url, 'include=')
    )

    group by start_url, api_id

),

never_shown as (

    select
        start_url,
        request_url as url,
        asked_at,
        last_outcome,
        failures

    from revisit_answers

    where page_kind = 'post'
        and read_at is null
        and last_outcome not in ('absent', 'robots', 'unsafe_address', 'not_html', 'gone')

),

final as (

    select
        posts.start_url,
        posts.post_id,
        posts.url,
        posts.canonical_url,
        posts.api_id,
        posts.requests,

        posts.published_at,
        last_comments.commented_at,
        posts.changed_at,
        greatest(coalesce(posts.published_at, posts.first_looked_at), last_comments.commented_at, posts.changed_at)
            as active_at,

        posts.looked_at,
        greatest(posts.looked_at, answers.asked_at, asked_of_api.asked_at) as asked_at,
        -- What sources told before it is known, or is known to be gone.
        greatest(
            posts.looked_at,
            if(answers.last_outcome = 'gone', answers.asked_at, null),
            if(asked_of_api.answered_at > posts.shown_by_api_at, asked_of_api.answered_at, null)
        ) as answered_at,
        -- When the API did not give it any more.
        if(asked_of_api.answered_at > posts.shown_by_api_at, asked_of_api.answered_at, null) as lacked_at,
        posts.looks,
        posts.changes,
        posts.stated_comments,
        posts.comments,
        posts.had_comments,
        coalesce(answers.last_outcome, 'ok') as last_outcome,
        coalesce(answers.failures, 0) as failures

    from posts

    left join last_comments
        on posts.post_id = last_comments.post_id

    left join revisit_answers as answers
        on posts.start_url = answers.start_url
        and posts.url = answers.request_url

    left join asked_of_api
        on posts.start_url = asked_of_api.start_url
        and posts.api_id = asked_of_api.api_id

    union all by name

    select
        *,
        1 as requests,
        0 as looks,
        0 as changes

    from never_shown

)

select * from final
