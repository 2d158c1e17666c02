-- reply_edges: every sign that a comment answers another or the post: what its text shows, and the parent that the page states.
-- Scope: post
-- Grain: one row per comment, target and sign.
-- Source: reply_signs (queries/signs.py), reply_texts.

select text_id, target_id, evidence, cue_start, cue_end from reply_signs

union all

select text_id, parent_id, 'thread', null, null from reply_texts where parent_id is not null
