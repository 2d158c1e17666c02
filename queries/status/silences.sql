-- silences: how long a blog has published nothing, against its habit.
-- Scope: all
-- Grain: one row per watched start URL and kind ('posts', 'comments'). Keys: start_url, kind. Sources: event_days, watched.
-- The habit are the last 100 gaps between days on which something was published, of two years at most, and at least 20 of
-- them. A silence is long beyond it if it is longer than 3 times the gap that 95 of 100 stay below, than twice the longest (so
-- that last year's holidays count), and than 7 days. It is counted to the last good run, for what nobody looked at is not
-- silent but overdue; and it is told only if it grew too long after the first good run: blogs that were dead when they were
-- first read are no news. How often that is wrong is measured by tests/test_status_habits.py.

with

gaps as (

    select
        start_url,
        kind,
        day,
        day - lag(day) over (partition by start_url, kind order by day) as days,
        max(day) over (partition by start_url, kind) as last_day

    from event_days

    qualify row_number() over (partition by start_url, kind order by day desc) <= 100
        and day >= last_day - 730

),

habits as (

    select
        start_url,
        kind,
        any_value(last_day) as last_day,
        count(days) as gaps,
        greatest(3 * quantile_cont(days, 0.95), 2 * max(days), 7) as patience_days

    from gaps

    group by start_url, kind

),

final as (

    select
        habits.start_url,
        habits.kind,
        habits.last_day,
        habits.gaps,
        -- Null where the gaps are too few to make a habit.
        if(habits.gaps >= 20, habits.patience_days, null) as patience_days,
        watched.last_good_at::date - habits.last_day as silent_days,
        coalesce(
            habits.gaps >= 20
            and silent_days > habits.patience_days
            and watched.first_good_at::date - habits.last_day <= habits.patience_days,
            false
        ) as is_long

    from habits

    inner join watched
        on habits.start_url = watched.start_url

)

select * from final
