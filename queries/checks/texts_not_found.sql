-- texts_not_found: comments without a text although their blocks have words: the reader missed where the text stands.
-- Severity: error

select
    record_id as comment_id,
    url,
    detail

from rejects

where reason = 'text_not_found'
