-- Macros that the models of queries/status/ share.

-- What a fetch that gave nothing means to an operator, as a word of schemas/words.py (ALARMS); null where it means nothing.
-- The one list of outcomes that alarm: one that is not named here is told as 'not_read'.
create or replace temp macro alarm_of(outcome, status, error) as
    case
        when is_no_failure(outcome) then null
        when outcome = 'layout_changed' then 'layout_changed'
        when outcome in ('challenge', 'consent_wall') or status in (401, 402, 403, 407, 429, 451) then 'refused'
        when outcome = 'maintenance' or (outcome = 'http_error' and status >= 500) then 'server_errors'
        when outcome in ('http_error', 'soft_404', 'parked') then 'gone'
        when outcome = 'bound_reached' and starts_with(error, '--') then 'out_of_budget'
        when outcome = 'bound_reached' and contains(error, 'Crawl-delay') then 'refused'
        when outcome in ('bound_reached', 'network_error', 'redirect_loop') then 'not_reached'
        else 'not_read'
    end;

-- A number of seconds as people say it.
create or replace temp macro span_of(seconds) as
    case
        when seconds < 172800 then format('{} hours', round(seconds / 3600)::bigint)
        else format('{} days', round(seconds / 86400)::bigint)
    end;
