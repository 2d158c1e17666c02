-- cues_out_of_place: replies whose cue is not what stands at its offsets in the comment.
-- Severity: error

select
    replies.comment_id,
    replies.target_id,
    replies.cue,
    replies.cue_start,
    replies.cue_end

from replies

inner join comments
    on replies.comment_id = comments.comment_id

where replies.cue is distinct from substring(
    comments.body_text, replies.cue_start + 1, replies.cue_end - replies.cue_start
)
