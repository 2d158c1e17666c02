-- persons_miscounted: persons whose answers or comments do not agree with each other.
-- Severity: error

select
    site,
    person_id,
    comments,
    posts_commented,
    posts_written

from persons

where posts_commented > comments
    or (comments > 0 and posts_commented = 0)
    or comments + posts_written = 0
    or is_author <> (posts_written > 0)
    or name_variants[1] <> name
