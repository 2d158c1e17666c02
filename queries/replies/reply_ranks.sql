-- reply_ranks: the tree of primary answers in the order of time, for the walk from answer to answer.
-- Scope: post
-- Grain: one row per comment. Keys: (post_id, rank_in_post). Source: reply_texts, replies.
-- parent_rank is null where the post is answered.

select
    answer.post_id,
    answer.text_id as comment_id,
    answer.seq as rank_in_post,
    target.seq as parent_rank

from reply_texts as answer

inner join replies
    on answer.text_id = replies.comment_id
        and replies.is_primary

left join reply_texts as target
    on replies.target_id = target.text_id
        and target.kind <> 'post'
