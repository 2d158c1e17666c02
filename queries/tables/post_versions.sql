-- post_versions: each post as it stood, one row for each time that it stood so.
-- Scope: post
-- Grain: one row per post and state of it. Keys: (post_id, version). Sources: post_changes, post_sightings, raw_posts.
-- A text that goes back to what it was is a version of its own, which names the earlier one.

with

lives as (

    select
        post_id,
        min(first_at) as first_seen_at,
        max(last_at) as last_seen_at,
        sum(times)::bigint as sightings,
        arg_max(fetch_id, struct_pack(at := last_at, id := fetch_id)) as fetch_id

    from post_sightings

    group by post_id

),

numbered as (

    select
        *,
        turn = 1 or is_state_new or coalesce(is_text_edited or is_title_edited or is_name_edited, false) as begins,
        sum(begins::bigint) over (
            partition by post_id
            order by turn
            rows between unbounded preceding and current row
        )::bigint as version

    from post_changes

),

varied as (

    select
        post_id,
        version,
        arg_max(fetch_id, turn) as fetch_id,
        bool_or(is_missed) as is_missed,
        arg_max(plain_text, turn) as plain_text,
        arg_max(plain_title, turn) as plain_title,
        arg_max(plain_name, turn) as plain_name,
        arg_min(
            if(coalesce(is_name_edited, false), ['author_name'], [])
            || if(coalesce(is_text_edited, false), ['body_text'], [])
            || if(is_state_new, ['state'], [])
            || if(coalesce(is_title_edited, false), ['title'], []),
            turn
        ) filter (where begins) as changed,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at,
        sum(times)::bigint as sightings

    from numbered

    group by post_id, version

),

returns as (

    select
        later.post_id,
        later.version,
        min(earlier.version) as returns_to

    from varied as later

    inner join varied as earlier
        on later.post_id = earlier.post_id
        and later.version > earlier.version + 1
        and later.plain_text is not distinct from earlier.plain_text
        and later.plain_title is not distinct from earlier.plain_title
        and later.plain_name = earlier.plain_name

    where not later.is_missed and not earlier.is_missed

    group by later.post_id, later.version

),

versions as (

    select
        post_id,
        version,
        if(is_missed, 'removed', 'visible') as state,
        if(version = 1, [], changed) as changed,
        fetch_id,
        first_seen_at,
        last_seen_at,
        sightings

    from varied

    union all by name

    select
        lives.*,
        1::bigint as version,
        'visible' as state,
        []::varchar[] as changed

    from lives

    anti join varied
        on lives.post_id = varied.post_id

),

shown as (

    select
        posts.post_id,
        posts.fetch_id,
        posts.title,
        posts.author_name,
        posts.body_text,
        posts.modified_at

    from raw_posts as posts

    semi join versions
        on posts.post_id = versions.post_id
        and posts.fetch_id = versions.fetch_id

    qualify row_number() over (
        partition by posts.post_id, posts.fetch_id
        order by posts.url, posts.title, posts.body_text
    ) = 1

),

final as (

    select
        versions.post_id,
        versions.version,
        versions.state,
        shown.title,
        shown.author_name,
        shown.body_text,
        shown.modified_at,
        versions.changed,
        returns.returns_to,
        versions.fetch_id,
        versions.first_seen_at,
        versions.last_seen_at,
        versions.sightings

    from versions

    left join shown
        on versions.post_id = shown.post_id
        and versions.fetch_id = shown.fetch_id
        and versions.state = 'visible'

    left join returns
        on versions.post_id = returns.post_id
        and versions.version = returns.version

)

select * from final
