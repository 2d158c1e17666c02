-- unread_pages: pages that came but could not be read: a layout that no longer fits, or a fault of this program.
-- Severity: warning

select
    fetch_id,
    request_url,
    outcome,
    error

from fetches

where outcome in ('layout_changed', 'unreadable', 'malformed')
