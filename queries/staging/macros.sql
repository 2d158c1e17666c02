-- Macros that the staging models share.

-- How well an observation dates a row: 0 knows the instant, 1 the wall clock only, 2 counts back from the fetch ('two
-- days ago'), 3 has no date.
create or replace temp macro date_doubt(published_raw, published_local, published_at, published_precision) as
    case
        when published_raw is null and published_local is null and published_at is null then 3
        when published_precision = 'relative' then 2
        when published_at is null then 1
        else 0
    end;

-- Least for the observation whose date counts. Of equally good ones it is the newest (recency 1), but a date that counts
-- back from the fetch is nearest to the truth when first seen: the older it gets, the coarser its unit.
create or replace temp macro date_order(doubt, recency) as
    struct_pack(doubt := doubt, turn := if(doubt = 2, -recency, recency));

-- What two addresses of one page have in common: an archive's prefix, the scheme and www. do not count.
create or replace temp macro page_of(url) as
    regexp_replace(
        regexp_replace(url, '^https?://[^/?#]+/(?:[^/?#]+/){0,2}\d{4,14}(?:[a-z]{2}_)?/(https?:/)', '\1', 'i'),
        '^https?:/+(?:www\.)?', '', 'i'
    );
