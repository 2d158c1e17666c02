-- reply_edges: every sign that a comment answers another or the post.
-- Grain: one row per comment, target and sign.
-- Source: reply_texts, reply_targets, reply_quotes, reply_repeats, reply_ordinals, reply_links.

with

signs as (

    select text_id, target_id, evidence, cue_start, cue_end from reply_targets
    union all
    select text_id, target_id, 'quote', cue_start, cue_end from reply_quotes
    union all
    select text_id, target_id, 'quote', cue_start, cue_end from reply_repeats
    union all
    select text_id, target_id, 'ordinal', cue_start, cue_end from reply_ordinals
    union all
    select text_id, target_id, 'link', cue_start, cue_end from reply_links
    union all
    select text_id, parent_id, 'thread', null, null from reply_texts where parent_id is not null

)

select * from signs
