-- alarms: what a person should look at, by blog and reason.
-- Scope: all
-- Grain: one row per start URL and reason; start_url is null where the whole folder is meant. Keys: start_url, reason.
-- Sources: watched, runs, shortfalls, unread, run_gaps, silences, thin_posts; status_clock (one row: now, is_at_work, the disk)
-- and asked (blogs of a sources file; empty: all are meant), which queries/status.py makes.
-- The newest run of a blog is judged, as far as the tables know it. The words are those of schemas/words.py (ALARMS).

with

newest as (

    select
        runs.*,
        watched.first_good_at,
        watched.last_good_at,
        watched.first_host

    from watched

    inner join runs
        on watched.crawl_id = runs.crawl_id
        and watched.start_url = runs.start_url

),

of_ends as (

    select
        start_url,
        case ended
            when 'failed' then 'failed'
            when 'out_of_time' then 'out_of_budget'
            -- A crawl at work has no end yet.
            when 'unfinished' then if(status_clock.is_at_work, null, 'unfinished')
        end as reason,
        case ended
            when 'failed' then error
            when 'out_of_time' then '--max-minutes: the same command goes on from there'
            when 'unfinished' then format('no word of its end since its last answer at {}', last_fetch_at::varchar)
        end as detail

    from newest

    cross join status_clock

),

never_good as (

    select
        start_url,
        'never_good' as reason,
        format('{} runs, the last ended as {} with exit code {}', runs, ended, coalesce(exit_code::varchar, '?')) as detail

    from (
        select
            newest.start_url,
            newest.ended,
            newest.exit_code,
            (select count(*) from runs where runs.start_url = newest.start_url) as runs

        from newest

        cross join status_clock

        where newest.first_good_at is null
            and not (newest.ended = 'unfinished' and status_clock.is_at_work)
    )

),

never_run as (

    select
        start_url,
        'never_good' as reason,
        'no run of it is in the tables' as detail

    from asked

    anti join runs
        on asked.start_url = runs.start_url

),

overdue as (

    select
        run_gaps.start_url,
        'overdue' as reason,
        format(
            'the last run that came to its end began {} ago, the habit is at most {}',
            span_of(epoch(status_clock.now) - epoch(run_gaps.last_finished_at)), span_of(run_gaps.patience_s)
        ) as detail

    from run_gaps

    cross join status_clock

    where epoch(status_clock.now) - epoch(run_gaps.last_finished_at) > run_gaps.patience_s

),

moved as (

    select
        start_url,
        'moved' as reason,
        format('the start URL leads to {}, at first to {}', landed_url, first_host) as detail

    from newest

    -- As page_of has it, www. is no other host.
    where page_of('http://' || host_of(landed_url)) <> page_of('http://' || first_host)

),

of_fetches as (

    select
        start_url,
        reason,
        format('{} of {} requests, such as {}: {}', times, requests, url, told) as detail

    from unread

    where is_much

),

of_shortfalls as (

    select
        newest.start_url,
        case shortfalls.reason
            when 'no_post' then 'no_post'
            when 'posts_fell' then 'fewer_posts'
            when 'comments_fell' then 'fewer_comments'
        end as reason,
        if(
            shortfalls.reason = 'no_post',
            'the newest run read pages, but no post',
            format('{} found of {} that earlier runs found', shortfalls.found, shortfalls.expected)
        ) as detail

    from newest

    inner join shortfalls
        on newest.crawl_id = shortfalls.crawl_id
        and newest.start_url = shortfalls.start_url

    -- No run is judged before its end.
    where newest.ended = 'finished'

),

-- Sections of which nothing can be read any more: of one it may be an author's doing, of many it is the layout's.
blind_sections as (

    select
        sections.start_url,
        'layout_changed' as reason,
        format(
            'of {} posts with comments {} show none that can be read, such as {}',
            count(*), count(shortfalls.reason), min(posts.url) filter (where shortfalls.reason is not null)
        ) as detail

    from newest

    inner join run_completeness as sections
        on newest.crawl_id = sections.crawl_id
        and newest.start_url = sections.start_url

    inner join posts
        on sections.post_id = posts.post_id

    left join shortfalls
        on sections.crawl_id = shortfalls.crawl_id
        and sections.post_id = shortfalls.post_id
        and shortfalls.reason in ('section_silent', 'none_of_stated')

    where newest.ended = 'finished'
        and (sections.found_before > 0 or sections.stated_comments > 0)

    group by sections.start_url

    having count(shortfalls.reason) >= 3 and 2 * count(shortfalls.reason) >= count(*)

),

robots_changed as (

    select
        start_url,
        'robots_changed' as reason,
        'robots.txt has other rules than at the run before' as detail

    from newest

    where has_robots_changed

),

thin as (

    select
        start_url,
        'fewer_comments' as reason,
        format(
            'none of the newest {} posts has more than {} comments, of the {} before half have {} or more',
            posts, most, habit_posts, habit_comments::bigint
        ) as detail

    from thin_posts

    where is_thin

),

silent as (

    select
        start_url,
        'silent' as reason,
        string_agg(
            format('no new {} for {} days, the habit is at most {}', kind, silent_days, patience_days::bigint),
            '; ' order by kind desc
        ) as detail

    from silences

    where is_long

    group by start_url

),

disk as (

    select
        null as start_url,
        'disk_nearly_full' as reason,
        format(
            '{} MB and {} files are free, {} MB and {} are wanted: room to build the tables three times and a night',
            free_bytes // 1000000, free_files, wanted_bytes // 1000000, wanted_files
        ) as detail

    from status_clock

    where free_bytes < wanted_bytes or free_files < wanted_files

),

found as (

    select * from of_ends
    union all by name
    select * from never_good
    union all by name
    select * from never_run
    union all by name
    select * from overdue
    union all by name
    select * from moved
    union all by name
    select * from of_fetches
    union all by name
    select * from of_shortfalls
    union all by name
    select * from blind_sections
    union all by name
    select * from robots_changed
    union all by name
    select * from thin
    union all by name
    select * from silent
    union all by name
    select * from disk

)

select
    start_url::varchar as start_url,
    reason,
    string_agg(detail, '; ' order by detail) as detail

from found

where reason is not null
    and (start_url is null or start_url in (from asked select start_url) or not exists (from asked))

group by start_url, reason
