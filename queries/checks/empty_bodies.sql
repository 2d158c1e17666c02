-- empty_bodies: visible comments without a word and without a picture: perhaps a body that was not found.
-- Severity: warning

select
    comment_id,
    author_name,
    fetch_id

from comments

where
    trim(body_text) = ''
    and kind = 'comment'
    and state = 'visible'
    and not coalesce(contains(body_html, '<img'), false)
