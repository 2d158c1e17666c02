-- post_changes: of posts that were ever seen otherwise, each sighting in order of time, and what is new in it.
-- Scope: post
-- Grain: one row per post and moment at which it was seen, or was missed. Keys: (post_id, turn).
-- Sources: post_sightings, missed_posts, raw_posts.
-- As comment_changes does: the same way is held against itself, and an edit is told once. Around a post's text stands more
-- that changes by itself than around a comment's; where the source states the same time of its last edit, nothing is new.

with

varied as (

    select post_id

    from post_sightings

    group by post_id

    having min(text_hash) <> max(text_hash)
        or min(coalesce(title, '')) <> max(coalesce(title, ''))
        or min(author_name) <> max(author_name)

    union

    select post_id from missed_posts

),

sightings as (

    select sightings.*

    from post_sightings as sightings

    semi join varied
        on sightings.post_id = varied.post_id

),

texts as (

    select
        posts.post_id,
        hash(posts.body_text) as text_hash,
        plain_text(any_value(posts.body_text)) as plain_text

    from raw_posts as posts

    semi join varied
        on posts.post_id = varied.post_id

    group by posts.post_id, hash(posts.body_text)

),

moments as (

    select *, first_at as seen_at from sightings

    union all

    select * replace (0 as times), last_at as seen_at from sightings where last_at > first_at

),

each_once as (

    select
        moments.post_id,
        moments.fetch_id,
        moments.way,
        moments.is_torn,
        moments.seen_at,
        moments.times,
        moments.modified_at,
        plain_text(moments.title) as plain_title,
        plain_name(moments.author_name) as plain_name,
        texts.plain_text

    from moments

    inner join texts
        on moments.post_id = texts.post_id
        and moments.text_hash = texts.text_hash

    qualify row_number() over (
        partition by moments.post_id, moments.fetch_id, moments.seen_at
        order by moments.times desc, moments.text_hash, moments.title, moments.author_name
    ) = 1

),

compared as (

    select
        *,
        lag(plain_text) over lane as text_before,
        lag(plain_title) over lane as title_before,
        lag(plain_name) over lane as name_before,
        lag(modified_at) over lane as modified_before,
        lag(seen_at) over lane as before_at

    from each_once

    window lane as (
        partition by post_id, way, if(is_torn, fetch_id, null)
        order by seen_at, fetch_id
    )

),

edits as (

    select
        *,
        before_at is not null and not is_torn and (modified_at = modified_before) is not true as may_be_new,
        may_be_new and coalesce(not same_text(plain_text, text_before), false) as is_text_edited,
        may_be_new and coalesce(not same_text(plain_title, title_before), false) as is_title_edited,
        may_be_new and plain_name <> name_before as is_name_edited

    from compared

),

told_once as (

    select
        *,
        coalesce(
            max(if(is_text_edited or is_title_edited or is_name_edited, seen_at, null)) over (
                partition by post_id
                order by seen_at, fetch_id
                rows between unbounded preceding and 1 preceding
            ) > before_at,
            false
        ) as is_told

    from edits

),

standing as (

    select
        post_id,
        fetch_id,
        seen_at,
        times,
        false as is_missed,
        plain_title,
        plain_name,
        plain_text,
        is_text_edited and not is_told as is_text_edited,
        is_title_edited and not is_told as is_title_edited,
        is_name_edited and not is_told as is_name_edited

    from told_once

    union all by name

    select
        post_id,
        fetch_id,
        unnest([missed_at, last_missed_at]) as seen_at,
        unnest([times, 0]) as times,
        true as is_missed

    from missed_posts

),

final as (

    select
        *,
        row_number() over life as turn,
        lag(is_missed) over life is distinct from is_missed as is_state_new

    from standing

    window life as (partition by post_id order by seen_at, is_missed, fetch_id)

)

select * from final
