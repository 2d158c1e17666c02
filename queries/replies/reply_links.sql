-- reply_links: where a comment links to an earlier comment of its post.
-- Grain: one row per comment and target. Keys: text_id, target_id.
-- Source: comments, reply_texts.
-- cue_start and cue_end frame the link's words in body_text; null where the link has none there.

with

html_links as (

    select
        post_id,
        comment_id as text_id,
        regexp_extract_all(body_html, '<a\s[^>]*href="([^"]*)"[^>]*>', 1) as hrefs,
        regexp_extract_all(body_html, '<a\s[^>]*href="[^"]*"[^>]*>((?s:.*?))</a>', 1) as labels

    from comments

    where contains(body_html, '<a ')

),

links as (

    select
        post_id,
        text_id,
        replace(unnest(hrefs), '&amp;', '&') as href,
        trim(regexp_replace(unnest(labels), '<[^>]*>', '', 'g')) as words

    from html_links

    union all

    select
        post_id,
        comment_id as text_id,
        unnest(regexp_extract_all(body_text, 'https?://[^\s<>"]+')) as href,
        href as words

    from comments

    where contains(body_text, '://')

),

addressed as (

    select distinct
        link.post_id,
        link.text_id,
        link.words,
        regexp_replace(regexp_replace(link.href, '[?#].*$', ''), '^https?://(www\.)?|/$', '', 'g') as page,
        coalesce(
            nullif(regexp_extract(link.href, '[?&](?:replytocom|showComment|comment(?:_?id)?)=([^&#]+)', 1), ''),
            nullif(regexp_extract(link.href, '#(.+)$', 1), '')
        ) as fragment

    from links as link

),

names_of_comments as (

    -- How a link may name a comment: by its own id, or by the anchor in its permalink.
    select post_id, comment_id, native_id as name from comments where native_id is not null
    union
    select post_id, comment_id, regexp_extract(permalink, '#(.+)$', 1) from comments where contains(permalink, '#')

),

named as (

    select distinct
        post_id,
        text_id,
        words,
        page,
        -- 'comment-4711', 'li-comment-4711', 'c4711': anchors begin with a word and end with the comment's number.
        unnest([fragment, regexp_extract(fragment, '^[a-z-]*?[-_]?(\d+)$', 1)]) as name

    from addressed

    where fragment is not null

),

final as (

    select
        named.post_id,
        named.text_id,
        comment.comment_id as target_id,
        min(instr(answer.body_text, named.words) - 1) as cue_start,
        min(instr(answer.body_text, named.words) - 1 + length(named.words)) as cue_end

    from named

    inner join names_of_comments as comment
        on named.post_id = comment.post_id
            and named.name = comment.name

    inner join posts
        on named.post_id = posts.post_id

    inner join reply_texts as answer
        on named.text_id = answer.text_id

    inner join reply_texts as target
        on comment.comment_id = target.text_id

    -- The same number may name a comment of another post.
    where (named.page = '' or ends_with(
            regexp_replace(regexp_replace(posts.canonical_url, '[?#].*$', ''), '^https?://(www\.)?|/$', '', 'g'), named.page
        ))
        and target.seq < answer.seq

    group by all

)

select
    post_id,
    text_id,
    target_id,
    if(cue_start >= 0 and cue_end > cue_start, cue_start, null) as cue_start,
    if(cue_start >= 0 and cue_end > cue_start, cue_end, null) as cue_end

from final
