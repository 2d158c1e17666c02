-- post_mining_rules: the rule of its site that holds for each post, the first in the file that fits.
-- Scope: post
-- Grain: one row per post with such a rule. Key: post_id. Sources: stg_posts, stg_mining_rules.

select
    posts.post_id,
    arg_min(rules.reserved, rules.place) as reserved,
    arg_min(struct_pack(policy := rules.policy), rules.place).policy as policy

from stg_posts as posts

inner join stg_mining_rules as rules
    on host_of(posts.url) = rules.host
    and fits_place(path_of(posts.url), rules.location)

group by posts.post_id
