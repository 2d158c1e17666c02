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

-- Why a post states another number of comments than were found, as a word of schemas/words.py (COMPLETENESS_REASONS): the
-- first that fits; those that prove completeness come before those that show or allow a loss. `later` and `earlier` count
-- the comments found that only a newer, or only an older, look at the post showed.
create or replace temp macro difference_reason(
    difference, pingbacks, removed, later, earlier, is_listing_whole, is_export_whole,
    is_cut_off, pages_known, pages_fetched, pages_failed, rejected, has_embeds, platform, has_nested_pages
) as
    case
        when difference = 0 then 'complete'
        when difference > 0 and difference = pingbacks then 'pingbacks_counted'
        when difference < 0 and difference = -removed then 'removed_not_counted'
        when difference < 0 and difference = -later then 'grown_since'
        when difference < 0 and difference = -earlier then 'gone_since'
        when (is_listing_whole or is_export_whole) and difference is null then 'listing_complete'
        when is_listing_whole and difference > 0 then 'pingbacks_unseen'
        when is_cut_off then 'page_cut_off'
        when pages_failed > 0 then 'fetch_failed'
        when pages_known > pages_fetched then 'further_pages'
        when rejected > 0 and coalesce(difference, 1) > 0 then 'rejected'
        when not is_listing_whole and coalesce(difference, 1) > 0 then 'listing_short'
        when has_embeds and coalesce(difference, 1) > 0 then 'embedded_system'
        when difference is null then 'not_stated'
        when difference < 0 then 'more_found'
        when platform = 'wordpress' and has_nested_pages then 'hidden_parents'
        else 'unexplained'
    end;

-- Whether all comments that can be seen were found, by the reason; null if it does not tell.
create or replace temp macro proves_complete(reason) as
    case
        when reason in (
            'complete', 'pingbacks_counted', 'pingbacks_unseen', 'removed_not_counted',
            'grown_since', 'gone_since', 'listing_complete'
        ) then true
        when reason in ('page_cut_off', 'fetch_failed', 'further_pages', 'rejected', 'unexplained') then false
    end;

-- Host and path of an address, in the one spelling in which those of one blog can be compared.
create or replace temp macro place_of(url) as
    rtrim(
        regexp_replace(
            replace(lower(url_decode(regexp_extract(page_of(url), '^[^?#]*'))), '_', '-'),
            '^([^/]+\.blogspot)\.(?:com?\.)?[a-z]{2}(/|$)', '\1.com\2'
        ),
        '/'
    );

-- Whether a fetch with this outcome is one that nobody need look at; the same words stand in spiders/run.py (NO_FAILURES).
create or replace temp macro is_no_failure(outcome) as
    outcome in ('ok', 'not_modified', 'absent', 'gone', 'robots', 'login_wall', 'left_out');

-- By what kind of source a fetch showed its records. Each writes texts and names in a manner of its own, so that only looks
-- by the same way can be compared: a page of HTML, WordPress' API, a comment system's API, a feed, an export.
create or replace temp macro way_of(page_kind, content_type) as
    case
        when page_kind in ('api', 'feed', 'export') then page_kind
        when content_type like '%json%' or content_type like '%javascript%' then 'system'
        else 'html'
    end;

-- A text without what changes though nobody edits: white space, the form of quotes, dashes and dots, marks of quotes and
-- lists, smileys as letters or as pictures, and characters without width.
create or replace temp macro plain_text(body) as
    regexp_replace(
        regexp_replace(
            translate(replace(nfc_normalize(body), '…', '...'), '“”„‟«»″‘’‚‛`´′‹›–—―‐‑−', '"""""""''''''''''''''''''------'),
            '(?m)^[ \t>*•-]+|[:;]-?[()|]|[:;]-?[DPp]\b|[\p{So}\p{Sk}\x{fe0e}\x{fe0f}\x{1f3fb}-\x{1f3ff}\x{200b}-\x{200d}\x{2060}\x{feff}]', '', 'g'
        ),
        '[\s\p{Z}]+', '', 'g'
    );

-- Whether two plain texts are one: one may be the beginning of the other, cut off with dots.
create or replace temp macro same_text(one, other) as
    one = other
    or (suffix(one, '...') and starts_with(other, rtrim(one, '.')))
    or (suffix(other, '...') and starts_with(one, rtrim(other, '.')));

-- A name without case and white space; '' for none and for the words that sites put in its place.
create or replace temp macro plain_name(name) as
    case
        when regexp_full_match(
            coalesce(name, ''), '(?i)\s*(?:anon(?:ymous|yme?|ymos|im|imo|imous)?|an[oóô]nimo|guest|gast|invité|unknown|\(?no name\)?)?\s*'
        ) then ''
        else regexp_replace(lower(nfc_normalize(name)), '[\s\p{Z}]+', '', 'g')
    end;

-- Whether a run could have shown a post: one that was known before, and, where it asked for the newest only (--since,
-- --limit), none that is older than the oldest it showed.
create or replace temp macro is_within_reach(started_at, oldest, first_seen_at, published_local) as
    started_at > first_seen_at and (published_local >= oldest or published_local is null or oldest is null);

-- The host of an address with its port, as it is asked for.
create or replace temp macro host_of(url) as lower(regexp_extract(url, '^https?://([^/?#]+)', 1, 'i'));

-- The path of an address with its query, as a site's rules are held against it.
create or replace temp macro path_of(url) as '/' || ltrim(regexp_extract(url, '^https?://[^/?#]+([^#]*)', 1, 'i'), '/');

-- Whether a path begins as a rule of robots.txt or tdmrep.json says: '*' stands for any letters, '$' for the end.
create or replace temp macro fits_place(path, location) as
    regexp_matches(path, '^' || replace(regexp_replace(regexp_escape(location), '\\\$$', '$'), '\*', '.*'), 's');

-- The words of a name without case, accents and punctuation, by which takedown.toml knows a person.
create or replace temp macro name_words(name) as
    trim(regexp_replace(lower(strip_accents(nfc_normalize(name))), '[^\pL\pN]+', ' ', 'g'));
