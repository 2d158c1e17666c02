-- same_as_nothing: fetches that name another's records as theirs where that one is not in the ledger or wrote none itself.
-- Severity: error

select
    fetches.fetch_id,
    fetches.same_as,
    fetches.request_url

from fetches

left join fetches as named
    on fetches.same_as = named.fetch_id

where fetches.same_as is not null
    and (named.fetch_id is null or named.same_as is not null)
