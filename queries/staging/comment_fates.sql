-- comment_fates: what became of each comment of which more is to be told than that it is shown where it was.
-- Scope: post
-- Grain: one row per comment that moved, came back, was replaced or was not seen where it should have been.
-- Key: comment_id. Sources: missed_comments, comment_lives, comment_sightings.

with

varied as (

    select comment_id from comment_lives where is_varied or is_moved

    union

    select comment_id from missed_comments

),

lives as (

    select
        sightings.comment_id,
        arg_max(sightings.state, struct_pack(at := sightings.last_at, id := sightings.fetch_id)) as state,
        max(sightings.first_at) filter (where sightings.state = 'removed') as replaced_at,
        min(sightings.first_at) filter (where sightings.state <> 'removed') as shown_at,
        max(sightings.last_at) filter (where sightings.state <> 'removed') as shown_until,
        arg_min(sightings.comment_page, struct_pack(at := sightings.first_at, id := sightings.fetch_id)) as first_page,
        arg_max(sightings.comment_page, struct_pack(at := sightings.last_at, id := sightings.fetch_id)) as last_page

    from comment_sightings as sightings

    semi join varied
        on sightings.comment_id = varied.comment_id

    group by sightings.comment_id

),

missed as (

    select
        comment_id,
        bool_or(is_proven and is_still_so) as is_missing,
        bool_or(is_proven and not is_still_so) as was_missing,
        bool_or(is_still_so and is_below_missing) as is_hidden,
        bool_or(is_still_so) as is_unseen,
        max(missed_at) filter (where is_proven and is_still_so) as missed_at

    from missed_comments

    group by comment_id

),

final as (

    select
        lives.comment_id,
        missed.missed_at,
        case
            when lives.state = 'removed' then 'placeholder'
            when missed.is_missing then 'missing'
            when missed.is_hidden then 'hidden'
            when missed.is_unseen then 'unseen'
            when missed.was_missing then 'returned'
            when lives.replaced_at < lives.shown_until and lives.replaced_at > lives.shown_at then 'returned'
            when lives.first_page <> lives.last_page then 'moved'
            else 'shown'
        end as fate

    from lives

    left join missed
        on lives.comment_id = missed.comment_id

)

select * from final
