-- comment_versions: each comment as it stood, one row for each time that it stood so.
-- Scope: post
-- Grain: one row per comment and state of it. Keys: (comment_id, version). Sources: comment_changes, comment_lives,
-- stg_comments, raw_comments, taken_down.
-- A text that goes back to what it was is a version of its own, which names the earlier one. Nothing that changes without
-- anybody's doing makes a version: likes, places, ways of writing. While a comment was gone, its version is without text.

with

changes as (

    select
        *,
        turn = 1 or is_state_new or coalesce(is_text_edited or is_name_edited or is_kind_edited, false) as begins

    from comment_changes

),

numbered as (

    select
        *,
        sum(begins::bigint) over (
            partition by comment_id
            order by turn
            rows between unbounded preceding and current row
        )::bigint as version

    from changes

),

varied as (

    select
        comment_id,
        version,
        any_value(post_id) as post_id,
        arg_max(fetch_id, turn) as fetch_id,
        bool_or(is_missed) as is_missed,
        arg_max(plain_text, turn) as plain_text,
        arg_max(plain_name, turn) as plain_name,
        arg_max(kind, turn) as kind,
        arg_max(state, turn) as state,
        arg_min(
            if(coalesce(is_name_edited, false), ['author_name'], [])
            || if(coalesce(is_text_edited, false), ['body_text'], [])
            || if(coalesce(is_kind_edited, false), ['kind'], [])
            || if(is_state_new, ['state'], []),
            turn
        ) filter (where begins) as changed,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at,
        sum(times)::bigint as sightings

    from numbered

    group by comment_id, version

),

-- A comment that was gone is what it was before, if it is.
returns as (

    select
        later.comment_id,
        later.version,
        min(earlier.version) as returns_to

    from varied as later

    inner join varied as earlier
        on later.comment_id = earlier.comment_id
        and later.version > earlier.version + 1
        and later.state = earlier.state
        and later.kind = earlier.kind
        and later.plain_text = earlier.plain_text
        and later.plain_name = earlier.plain_name

    where later.state <> 'removed'

    group by later.comment_id, later.version

),

shown as (

    select
        comments.comment_id,
        comments.fetch_id,
        comments.author_name,
        comments.body_text,
        comments.likes

    from raw_comments as comments

    semi join varied
        on comments.comment_id = varied.comment_id
        and comments.fetch_id = varied.fetch_id

    qualify row_number() over (
        partition by comments.comment_id, comments.fetch_id
        order by comments.position, comments.body_text
    ) = 1

),

final as (

    select
        comments.comment_id,
        comments.post_id,
        1::bigint as version,
        comments.kind,
        comments.state,
        comments.author_name,
        comments.body_text,
        comments.likes,
        []::varchar[] as changed,
        null::bigint as returns_to,
        comments.fetch_id,
        lives.first_seen_at,
        lives.last_seen_at,
        lives.sightings

    from stg_comments as comments

    inner join comment_lives as lives
        on comments.comment_id = lives.comment_id

    anti join varied
        on comments.comment_id = varied.comment_id

    union all

    select
        varied.comment_id,
        varied.post_id,
        varied.version,
        -- Of a comment that is gone nothing is shown.
        if(varied.is_missed, null, varied.kind) as kind,
        varied.state,
        shown.author_name,
        shown.body_text,
        shown.likes,
        if(varied.version = 1, [], varied.changed) as changed,
        returns.returns_to,
        varied.fetch_id,
        varied.first_seen_at,
        varied.last_seen_at,
        varied.sightings

    from varied

    left join shown
        on varied.comment_id = shown.comment_id
        and varied.fetch_id = shown.fetch_id
        and not varied.is_missed

    left join returns
        on varied.comment_id = returns.comment_id
        and varied.version = returns.version

)

-- What is taken down is gone at all times; that it was shown, and when, can still be told.
select
    final.* replace (
        if(taken.id is null, final.state, 'removed') as state,
        if(taken.id is null, final.changed, []) as changed,
        if(taken.id is null, final.returns_to, null) as returns_to
    )

from final

left join taken_down as taken
    on taken.record = 'comment'
    and final.comment_id = taken.id
