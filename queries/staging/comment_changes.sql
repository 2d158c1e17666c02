-- comment_changes: of comments that were ever seen otherwise, each sighting in order of time, and what is new in it.
-- Scope: post
-- Grain: one row per comment and moment at which it was seen, or was missed. Keys: (comment_id, turn).
-- Sources: comment_sightings, comment_lives, missed_comments, raw_comments.
-- Texts, names and kinds are compared with the sighting before by the same way only; where two ways show one edit it is
-- told once, by the way that saw it first. A look in which most comments of a page (and three at least) read otherwise
-- shows a new theme, or a new version of ours, and no edit. State words are the same by every way.

with

varied as (

    select comment_id from comment_lives where is_varied

    union

    select comment_id from missed_comments where is_proven

),

sightings as (

    select sightings.*

    from comment_sightings as sightings

    semi join varied
        on sightings.comment_id = varied.comment_id

),

texts as (

    select
        comments.comment_id,
        hash(comments.body_text) as text_hash,
        plain_text(any_value(comments.body_text)) as plain_text

    from raw_comments as comments

    semi join varied
        on comments.comment_id = varied.comment_id

    group by comments.comment_id, hash(comments.body_text)

),

moments as (

    select * exclude (first_at, last_at, comment_page), first_at as seen_at from sightings

    union all

    -- A stretch that ends later must not hide what another page showed meanwhile.
    select * exclude (first_at, last_at, comment_page) replace (0 as times), last_at as seen_at
    from sightings
    where last_at > first_at

),

each_once as (

    select
        moments.*,
        plain_name(moments.author_name) as plain_name,
        texts.plain_text

    from moments

    inner join texts
        on moments.comment_id = texts.comment_id
        and moments.text_hash = texts.text_hash

    -- Twice in one fetch, as where a part was copied: any, but always the same.
    qualify row_number() over (
        partition by moments.comment_id, moments.fetch_id, moments.seen_at
        order by moments.times desc, moments.text_hash, moments.author_name, moments.kind, moments.state
    ) = 1

),

compared as (

    select
        *,
        -- What stands in the place of a removed comment is compared with nothing.
        state <> 'removed' and not is_torn as is_comparable,
        lag(plain_text) over lane as text_before,
        lag(plain_name) over lane as name_before,
        lag(kind) over lane as kind_before,
        lag(seen_at) over lane as before_at

    from each_once

    window lane as (
        partition by comment_id, way, state = 'removed', if(is_torn, fetch_id, null)
        order by seen_at, fetch_id
    )

),

flagged as (

    select
        *,
        is_comparable and before_at is not null and not same_text(plain_text, text_before) as is_text_new,
        is_comparable and before_at is not null and plain_name <> name_before as is_name_new,
        is_comparable and before_at is not null and kind <> kind_before as is_kind_new

    from compared

),

fetches_of_many as (

    select
        fetch_id,
        post_id,
        seen_at,
        count(*) filter (where is_text_new) as texts_new,
        count(*) filter (where is_name_new) as names_new,
        count(*) filter (where is_kind_new) as kinds_new

    from flagged

    group by fetch_id, post_id, seen_at

    having greatest(texts_new, names_new, kinds_new) >= 3

),

new_manners as (

    select
        many.fetch_id,
        many.post_id,
        many.seen_at,
        any_value(many.texts_new) * 2 > count(distinct others.comment_id) as is_of_texts,
        any_value(many.names_new) * 2 > count(distinct others.comment_id) as is_of_names,
        any_value(many.kinds_new) * 2 > count(distinct others.comment_id) as is_of_kinds

    from fetches_of_many as many

    inner join comment_sightings as others
        on many.fetch_id = others.fetch_id
        and many.post_id = others.post_id

    inner join comment_lives as lives
        on others.comment_id = lives.comment_id
        and lives.first_seen_at < many.seen_at

    group by many.fetch_id, many.post_id, many.seen_at

),

edits as (

    select
        flagged.*,
        flagged.is_text_new and not coalesce(manners.is_of_texts, false) as is_text_edited,
        flagged.is_name_new and not coalesce(manners.is_of_names, false) as is_name_edited,
        flagged.is_kind_new and not coalesce(manners.is_of_kinds, false) as is_kind_edited

    from flagged

    left join new_manners as manners
        on flagged.fetch_id = manners.fetch_id
        and flagged.post_id = manners.post_id
        and flagged.seen_at = manners.seen_at

),

told_once as (

    select
        *,
        -- Another way has told it, where it has since the last sighting by this one.
        coalesce(
            max(if(is_text_edited or is_name_edited or is_kind_edited, seen_at, null)) over (
                partition by comment_id
                order by seen_at, fetch_id
                rows between unbounded preceding and 1 preceding
            ) > before_at,
            false
        ) as is_told

    from edits

),

standing as (

    select
        comment_id,
        post_id,
        fetch_id,
        seen_at,
        times,
        state,
        false as is_missed,
        kind,
        plain_name,
        plain_text,
        is_text_edited and not is_told as is_text_edited,
        is_name_edited and not is_told as is_name_edited,
        is_kind_edited and not is_told as is_kind_edited

    from told_once

    union all by name

    select
        comment_id,
        post_id,
        fetch_id,
        unnest([missed_at, last_missed_at]) as seen_at,
        unnest([times, 0]) as times,
        'removed' as state,
        true as is_missed

    from missed_comments

    where is_proven

),

final as (

    select
        *,
        row_number() over life as turn,
        lag(is_missed) over life is distinct from is_missed or lag(state) over life is distinct from state as is_state_new

    from standing

    window life as (partition by comment_id order by seen_at, is_missed, fetch_id)

)

select * from final
