-- reply_texts: all that can be answered or answer in a post, with who wrote it and when.
-- Scope: post
-- Grain: one row per post (the post itself, seq 0) and per comment (seq 1, 2, ... in order of time). Key: text_id.
-- Source: posts, comments, reply_names.
-- person_id tells writers of one post apart: '@author' for the post and its single author, named or not, else the folded
-- name. It is null where no name is shown. One name is one person: a page gives nothing better to tell two 'Anonymous' apart.

with

authors as (

    select
        post_id,
        trim(unnest(string_split(author_name, ', '))) as author_name

    from posts

    where author_name is not null

),

author_keys as (

    select
        authors.post_id,
        list(reply_names.name_key) as keys

    from authors

    inner join reply_names
        on authors.author_name = reply_names.name

    group by authors.post_id

),

-- Narrow rows, because what is put in order is copied; the texts join them at the end.
numbered_comments as (

    select
        comment_id,
        post_id,
        position,
        published_local,
        try_cast(regexp_extract(native_id, '\d+$') as bigint) as native_number

    from comments

),

clocks as (

    select
        post_id,
        count(published_local) = count(*) as is_dated,
        count(native_number) = count(*) as is_numbered

    from numbered_comments

    group by post_id

),

comments_in_time as (

    select
        comment.comment_id,
        -- Reading order is order of time only within a branch: a late answer stands high up, and pages may show the
        -- newest first. Dates tell, or else the numbers that sites give comments as they come. Where one comment has
        -- neither, the order of the page serves for all, because the two cannot be mixed.
        row_number() over (
            partition by comment.post_id
            order by
                case when clock.is_dated then comment.published_local end,
                case when clock.is_numbered then comment.native_number end,
                comment.position,
                comment.comment_id
        ) as seq

    from numbered_comments as comment

    inner join clocks as clock
        on comment.post_id = clock.post_id

),

final as (

    select
        post_id as text_id,
        post_id,
        'post' as kind,
        0 as seq,
        null::bigint as position,
        null::varchar as parent_id,
        null::varchar as parent_from,
        null::varchar as thread_id,
        '@author' as person_id,
        author_name,
        author_url,
        -- With the title, which is quoted as often as the text.
        concat_ws(E'\n\n', title, body_text) as body_text,
        null::bigint as number,
        null::varchar as native_id,
        canonical_url as url,
        null::varchar as linking_html

    from posts

    union all by name

    select
        comment.comment_id as text_id,
        comment.post_id,
        comment.kind,
        in_time.seq,
        comment.position,
        if(comment.parent_seen, comment.parent_id, null) as parent_id,
        comment.parent_from,
        comment.thread_id,
        case
            -- Several authors: each is known by name, and 'the author' is none of them.
            when len(author.keys) > 1 then reply_names.name_key
            when comment.by_post_author or list_contains(author.keys, reply_names.name_key) then '@author'
            else reply_names.name_key
        end as person_id,
        comment.author_name,
        comment.author_url,
        -- A placeholder is not what its writer said; a comment that is gone was. Nobody writes more than 20,000 characters by hand, and a pasted
        -- book that names somebody on every line would cost the square of its length.
        case
            when comment.fate = 'placeholder' then ''
            -- Counting the characters of every text would take as long as joining it.
            when strlen(comment.body_text) > 20000 then left(comment.body_text, 20000)
            else comment.body_text
        end as body_text,
        comment.number,
        comment.native_id,
        comment.permalink as url,
        if(contains(comment.body_html, '<a '), comment.body_html, null) as linking_html

    from comments as comment

    inner join comments_in_time as in_time
        on comment.comment_id = in_time.comment_id

    left join reply_names
        on trim(comment.author_name) = reply_names.name

    left join author_keys as author
        on comment.post_id = author.post_id

)

select * from final
