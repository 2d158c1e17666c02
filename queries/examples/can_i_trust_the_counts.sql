-- can_i_trust_the_counts: Of how many posts were all comments found, and why not of the rest?

select
    reason,
    is_complete,
    count(*) as posts,
    sum(stated_comments) as stated_comments,
    sum(found_comments) as found_comments,
    sum(found_pingbacks) as found_pingbacks

from completeness

group by reason, is_complete

order by posts desc, reason
