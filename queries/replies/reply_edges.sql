-- reply_edges: every sign that a comment answers another or the post: what its text shows, and the parent that the page states.
-- Scope: post
-- Grain: one row per comment, target and sign.
-- Source: reply_signs (queries/signs.py), reply_texts.

select text_id, target_id, evidence, cue_start, cue_end from reply_signs

union all

select text_id, parent_id, 'thread', null, null from reply_texts where parent_id is not null

union all

-- A box with a copy of the parent quotes it, and 'in reply to' before a link is a link, though neither stands in the text.
select text_id, parent_id, if(parent_from = 'copy', 'quote', 'link'), null, null

from reply_texts

where parent_id is not null and parent_from in ('copy', 'link')
