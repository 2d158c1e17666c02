-- missed_comments: when a comment was not seen where it should have been, and whether that proves it gone.
-- Scope: post
-- Grain: one row per comment and time of not being seen that holds a look at its section. Keys: (comment_id, last_seen_at).
-- Sources: comment_sightings, comment_lives, comment_facts, section_looks, sightings, raw_comments.
-- A look lacks a comment where nothing at all saw the comment while it lasted, and where it is a look by a way that can
-- show it: a page of HTML shows what it once showed, the API all but pingbacks, a comment system and an export their own.
-- It proves the comment gone where its numbers agree. Comments below one that went are on no page and may still be counted.

with

newest_looks as (

    select
        post_id,
        max(starts_at) as starts_at

    from section_looks

    group by post_id

),

-- Where no look began after a comment was seen first, none can lack it: that is so of all that only one run saw.
aging as (

    select
        lives.comment_id,
        lives.is_seen_by_api,
        if(lives.is_seen_by_html, ['html'], [])
        || if(lives.is_seen_online and not lives.is_notice, ['api'], [])
        || if(lives.is_seen_by_system, ['system'], [])
        || if(lives.is_seen_by_export, ['export'], []) as ways

    from comment_lives as lives

    inner join newest_looks
        on lives.post_id = newest_looks.post_id
        and lives.first_seen_at < newest_looks.starts_at

),

absences as (

    select
        sightings.comment_id,
        sightings.post_id,
        aging.is_seen_by_api,
        max(sightings.last_at) over (
            partition by sightings.comment_id
            order by sightings.first_at, sightings.last_at
            rows between unbounded preceding and current row
        ) as last_seen_at,
        lead(sightings.first_at) over (
            partition by sightings.comment_id
            order by sightings.first_at, sightings.last_at
        ) as seen_again_at,
        aging.ways

    from comment_sightings as sightings

    inner join aging
        on sightings.comment_id = aging.comment_id

    qualify seen_again_at is null or seen_again_at > last_seen_at

),

expected as (

    select
        comment_id,
        post_id,
        is_seen_by_api,
        last_seen_at,
        coalesce(seen_again_at, timestamptz 'infinity') as seen_again_at,
        unnest(ways) as way

    from absences

),

-- The next look only: with few exceptions it saw the comment, and nothing more is asked.
suspects as (

    select expected.*

    from expected

    asof join section_looks as looks
        on expected.post_id = looks.post_id
        and expected.way = looks.way
        and expected.last_seen_at < looks.starts_at

    where looks.ends_at < expected.seen_again_at

),

-- The look that saw it last says which difference of the numbers was there before.
with_look_before as (

    select
        suspects.*,
        looks.look_id as look_before

    from suspects

    asof left join section_looks as looks
        on suspects.post_id = looks.post_id
        and suspects.way = looks.way
        and suspects.last_seen_at >= looks.starts_at

),

lacking as (

    select
        suspects.comment_id,
        suspects.last_seen_at,
        suspects.seen_again_at,
        suspects.look_before,
        suspects.is_seen_by_api,
        looks.*

    from with_look_before as suspects

    inner join section_looks as looks
        on suspects.post_id = looks.post_id
        and suspects.way = looks.way
        and suspects.last_seen_at < looks.starts_at
        and suspects.seen_again_at > looks.ends_at

),

counted_looks as (

    select looks.*

    from section_looks as looks

    semi join (
        select post_id, way, look_id from lacking
        union
        select post_id, way, look_before from lacking
    ) as needed
        on looks.post_id = needed.post_id
        and looks.way = needed.way
        and looks.look_id = needed.look_id

),

shown as (

    select
        looks.post_id,
        looks.way,
        looks.look_id,
        comments.comment_id,
        any_value(comments.kind) as kind,
        bool_or(comments.state = 'removed') as is_placeholder,
        bool_or(comments.comment_page is not null) as is_on_numbered_page,
        any_value(looks.starts_at) as starts_at,
        any_value(looks.stated_comments) as stated_comments

    from raw_comments as comments

    inner join sightings
        on comments.fetch_id = sightings.shown_by

    inner join counted_looks as looks
        on comments.post_id = looks.post_id
        and sightings.way = looks.way
        and if(sightings.via = 'live', sightings.crawl_id, sightings.fetch_id) = looks.seen_in

    group by looks.post_id, looks.way, looks.look_id, comments.comment_id

),

counts as (

    select
        shown.post_id,
        shown.way,
        shown.look_id,
        count(*) filter (where shown.kind = 'comment') as found,
        count(*) filter (where shown.kind <> 'comment') as pingbacks,
        count(*) filter (where shown.kind = 'comment' and shown.is_placeholder) as placeholders,
        count(*) filter (where lives.first_seen_at >= shown.starts_at) as news,
        bool_or(shown.is_on_numbered_page) as is_numbered,
        any_value(shown.stated_comments) - found as difference

    from shown

    inner join comment_lives as lives
        on shown.comment_id = lives.comment_id

    group by shown.post_id, shown.way, shown.look_id

),

-- Below a comment that this look lacks, too.
placed as (

    select
        lacking.*,
        above.comment_id is not null as is_below_missing

    from lacking

    inner join comment_facts as facts
        on lacking.comment_id = facts.comment_id

    left join lacking as above
        on facts.parent.id = above.comment_id
        and lacking.post_id = above.post_id
        and lacking.way = above.way
        and lacking.look_id = above.look_id

),

weighed as (

    select
        placed.*,
        count(*) over look as missing,
        count(*) filter (where placed.is_below_missing) over look as hidden,
        coalesce(counts.found, 0) as found,
        coalesce(counts.placeholders, 0) as placeholders,
        coalesce(counts.news, 0) as news,
        coalesce(counts.is_numbered, false) as is_numbered,
        placed.stated_comments - coalesce(counts.found, 0) as difference,
        -- What the pages counted beyond what they showed while they still showed the comment: pingbacks, or replies
        -- that WordPress keeps below hidden comments.
        case
            when before.difference > 0 and (before.difference = before.pingbacks or placed.platform = 'wordpress')
                then before.difference
            else 0
        end as usual_difference,
        before.found > 0 as was_read

    from placed

    left join counts
        on placed.post_id = counts.post_id
        and placed.way = counts.way
        and placed.look_id = counts.look_id

    left join counts as before
        on placed.post_id = before.post_id
        and placed.way = before.way
        and placed.look_before = before.look_id

    window look as (partition by placed.post_id, placed.way, placed.look_id)

),

judged as (

    select
        *,
        case
            -- An API that never showed the comment may have been closed to comments all the while.
            when way = 'api' and not is_seen_by_api then found >= missing
            when way <> 'html' then true
            -- Without a number the page must be one, show others, and not have lost most of them.
            when stated_comments is null
                then coalesce(is_live and not is_paged and not is_numbered and was_read and found >= missing, false)
            when not is_live and is_numbered then false
            when difference = 0 or difference = -placeholders then true
            -- Of comments below the missing ones some may be counted still; these are then not known to be gone.
            else difference - usual_difference between 0 and if(is_below_missing, 0, hidden)
                and (usual_difference = 0 or news = 0)
        end as agrees,
        -- Where pages were read one after another, a comment may have moved from one not read yet to one read already,
        -- and another come in its place; a page that states nothing, or lost many of its comments, may be misread. Then
        -- it takes two runs.
        (way <> 'html' or stated_comments is not null)
        and (not is_paged or (way = 'html' and news = 0))
        and missing <= found + 3 as is_sure

    from weighed

),

united as (

    select
        comment_id,
        any_value(post_id) as post_id,
        last_seen_at,
        any_value(seen_again_at) as seen_again_at,
        min(ends_at) as lacked_at,
        min(ends_at) filter (where agrees) as missed_at,
        max(ends_at) filter (where agrees) as last_missed_at,
        arg_min(fetch_id, struct_pack(at := ends_at, id := fetch_id)) filter (where agrees) as fetch_id,
        count(*) filter (where agrees) as times,
        arg_max(is_below_missing, struct_pack(at := ends_at, id := look_id)) as is_below_missing,
        bool_or(agrees and is_sure) or count(distinct crawl_id) filter (where agrees) > 1 as is_proven

    from judged

    group by comment_id, last_seen_at

),

-- Ids change where a site moves to another system, or where they are made of a date that a new theme writes otherwise:
-- what is shown since under another id, by the same name with the same words, is not gone.
signatures as (

    select distinct
        sightings.post_id,
        sightings.comment_id,
        sightings.author_name,
        sightings.text_hash,
        lives.first_seen_at,
        starts_with(split_part(sightings.comment_id, ':', 2), 'h') as is_made_of_content

    from comment_sightings as sightings

    inner join comment_lives as lives
        on sightings.comment_id = lives.comment_id

    semi join united
        on sightings.post_id = united.post_id

),

renamed as (

    select distinct
        united.comment_id,
        united.last_seen_at

    from united

    inner join signatures as own
        on united.comment_id = own.comment_id

    inner join signatures as others
        on own.post_id = others.post_id
        and own.author_name = others.author_name
        and own.comment_id <> others.comment_id
        and (own.text_hash = others.text_hash or (own.is_made_of_content and others.is_made_of_content))
        and others.first_seen_at > united.last_seen_at
        and others.first_seen_at <= united.lacked_at

),

final as (

    select
        united.comment_id,
        united.post_id,
        united.last_seen_at,
        united.missed_at,
        united.last_missed_at,
        united.times,
        united.fetch_id,
        united.is_below_missing,
        united.is_proven and renamed.comment_id is null as is_proven,
        united.seen_again_at = timestamptz 'infinity' as is_still_so

    from united

    left join renamed
        on united.comment_id = renamed.comment_id
        and united.last_seen_at = renamed.last_seen_at

)

select * from final
