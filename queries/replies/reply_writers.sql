-- reply_writers: the person behind every post and comment, the same on all posts of a site.
-- Scope: post
-- Grain: one row per text and person; a post with several authors has several. Keys: text_id, person_id.
-- Source: reply_texts, reply_names, posts.
-- A person is a name: who writes under two is two, and two who share one are one. No name, no row.

with

named as (

    select
        text.text_id,
        text.post_id,
        posts.site,
        text.kind,
        trim(unnest(
            case
                -- What the author of a single-author post calls himself in his comments counts for the one name.
                when text.kind = 'post' then string_split(posts.author_name, ', ')
                when text.person_id = '@author' then [coalesce(posts.author_name, text.author_name)]
                else [text.author_name]
            end
        )) as name,
        text.author_name as shown_name

    from reply_texts as text

    inner join posts
        on text.post_id = posts.post_id

    where text.kind in ('post', 'comment')

),

final as (

    select
        named.text_id,
        named.post_id,
        named.site,
        named.kind,
        reply_names.name_key as person_id,
        if(named.kind = 'post', named.name, coalesce(named.shown_name, named.name)) as name

    from named

    inner join reply_names
        on named.name = reply_names.name

)

select * from final where person_id is not null
