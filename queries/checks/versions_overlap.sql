-- versions_overlap: versions of one comment or post that do not follow each other in time and by their numbers.
-- Severity: error

with

versions as (

    select 'comment_versions' as table_name, comment_id as key, version, first_seen_at, last_seen_at
    from comment_versions

    union all

    select 'post_versions' as table_name, post_id as key, version, first_seen_at, last_seen_at
    from post_versions

),

followed as (

    select
        *,
        row_number() over (partition by table_name, key order by version) as place,
        lag(last_seen_at) over (partition by table_name, key order by version) as before_until

    from versions

)

select
    table_name,
    key,
    version,
    before_until,
    first_seen_at,
    last_seen_at

from followed

where
    version <> place
    or first_seen_at > last_seen_at
    -- Two pages of one second may tell it before and after.
    or first_seen_at < before_until
