-- reply_names: every name that posts and comments show, with what makes two spellings of it one.
-- Scope: post
-- Grain: one row per name. Key: name. Source: posts, comments.
-- Names are met again and again, and folding them costs more than the joins that spare it.

with

names as (

    select trim(unnest(string_split(author_name, ', '))) as name from posts where author_name is not null
    union
    select trim(author_name) as name from comments where author_name is not null

)

select
    name,
    name_key(name) as name_key

from names
