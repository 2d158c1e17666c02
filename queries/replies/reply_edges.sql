-- reply_edges: all evidence for all answers, one row per sign.
-- Grain: one row per comment, target and sign. Source: reply_texts, reply_targets, reply_quotes, reply_repeats, reply_ordinals, reply_links.

select post_id, text_id, parent_id as target_id, 'thread' as evidence, null::bigint as cue_start, null::bigint as cue_end
from reply_texts
where parent_id is not null

union all

select post_id, text_id, target_id, evidence, cue_start, cue_end from reply_targets

union all

select post_id, text_id, target_id, 'quote' as evidence, cue_start, cue_end from reply_quotes

union all

select post_id, text_id, target_id, 'quote' as evidence, cue_start, cue_end from reply_repeats

union all

select post_id, text_id, target_id, 'ordinal' as evidence, cue_start, cue_end from reply_ordinals

union all

select post_id, text_id, target_id, 'link' as evidence, cue_start, cue_end from reply_links
