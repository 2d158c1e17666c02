-- reply_ordinals: where a comment names another by the number that the page prints, or as the one before.
-- Grain: one row per place. Keys: text_id, cue_start.
-- Source: reply_texts, comments, reply_phrases, reply_name_uses.
-- '#1' of a list in the article is no comment's number: on pages that print no numbers only '@1' is read, where a line
-- begins, and a bare '#1' counts only where a sentence begins or behind a name.

with

numbered_posts as (

    select
        post_id,
        bool_or(number is not null) as is_printed

    from comments

    group by post_id

    -- Browsers number a list without threads though its page holds no numbers.
    having bool_or(number is not null) or bool_and(parent_id is null)

),

numbered_comments as (

    select
        comments.post_id,
        coalesce(comments.number, comments.position + 1)::varchar as number,
        -- A page that counts each of its comment pages from 1 prints a number twice: then the first is meant.
        arg_min(comments.comment_id, comments.position) as comment_id,
        any_value(numbered_posts.is_printed) as is_printed

    from comments

    inner join numbered_posts
        on comments.post_id = numbered_posts.post_id
            and (comments.number is not null or not numbered_posts.is_printed)

    where comments.kind = 'comment'

    group by comments.post_id, coalesce(comments.number, comments.position + 1)

),

phrases as (

    select
        kind,
        words,
        phrase,
        -- The word that a phrase is looked for by: its longest.
        words[list_position(
            list_transform(words, lambda word: length(word)),
            list_max(list_transform(words, lambda word: length(word)))
        )] as key_word

    from reply_phrases

    where kind in ('previous', 'numbered')

),

numbered_phrases as (

    select list(phrase) as phrases from phrases where kind = 'numbered'

),

name_ends as (

    select distinct text_id, word_end from reply_name_uses

),

text_words as (

    select
        *,
        unnest(words) as word,
        generate_subscripts(words, 1) as place

    from (
        select post_id, text_id, seq, words_of(body_text) as words, tokens_of(body_text) as tokens
        from reply_texts
        where kind = 'comment'
    )

),

-- `in` and not a join, as in reply_name_uses.
hits as (

    select
        post_id,
        text_id,
        seq,
        word,
        place,
        -- Five words on both sides; near_place is the hit's place among them.
        words[greatest(1, place - 5):place + 6] as near_words,
        tokens[greatest(1, place - 5):place + 6] as near_tokens,
        least(place, 6) as near_place,
        offset_behind(tokens, place - 6) as near_start

    from text_words

    where coalesce(hash(post_id, word) in (select hash(post_id, number) from numbered_comments), false)
        or coalesce(fold(word) in (select key_word from phrases where kind = 'previous'), false)

),

numbers as (

    select
        hit.*,
        hit.near_place as first_place,
        hit.near_place as last_place,
        numbered.comment_id as target_id,
        numbered.is_printed,
        null::varchar as phrase

    from hits as hit

    inner join numbered_comments as numbered
        on hit.post_id = numbered.post_id
            and hit.word = numbered.number

),

previous_words as (

    select
        hit.*,
        hit.near_place - list_position(phrase.words, phrase.key_word) + 1 as first_place,
        hit.near_place - list_position(phrase.words, phrase.key_word) + len(phrase.words) as last_place,
        phrase.phrase

    from hits as hit

    inner join phrases as phrase
        on fold(hit.word) = phrase.key_word
            and phrase.kind = 'previous'

),

-- The comment right above, as the page is read.
comments_above as (

    select
        text_id,
        lag(text_id) over page_order as target_id,
        lag(person_id) over page_order is not distinct from person_id as is_own

    from reply_texts

    where kind = 'comment'

    window page_order as (partition by post_id order by position)

),

places as (

    select * from numbers

    union all by name

    select
        previous.*,
        coalesce(answer.parent_id, above.target_id) as target_id

    from previous_words as previous

    inner join comments_above as above
        on previous.text_id = above.text_id

    inner join reply_texts as answer
        on previous.text_id = answer.text_id

    where not above.is_own
        and previous.first_place > 0

),

signs as (

    select
        post_id,
        text_id,
        seq,
        place + last_place - near_place as word_end,
        place + first_place - near_place as word_start,
        target_id,
        is_printed,
        phrase,
        array_to_string(folded(near_words[first_place:last_place]), ' ') as said,
        folded(near_words[greatest(1, first_place - 3):first_place - 1]) as words_before,
        lead_of(near_tokens[first_place], near_words[first_place]) as lead,
        near_start + offset_behind(near_tokens, first_place - 1) as lead_start,
        near_start + offset_behind(near_tokens, last_place) as cue_end,
        near_start
        + offset_behind(near_tokens, first_place - 1)
        - length(near_words[first_place - 1]) as word_before_start

    from places

),

ruled as (

    select
        sign.*,
        case
            when sign.phrase is not null then if(sign.said = sign.phrase, 'previous', null)
            -- '@3', '@ #3' where a line begins; 'the drummer @ 89' is no call.
            when (sign.lead_start = 0 or contains(sign.lead, E'\n')) and regexp_matches(sign.lead, '[@＠]\s?#?$') then 'at'
            when not sign.is_printed then null
            when regexp_matches(sign.lead, '\s[@＠]#?$') then 'at'
            when regexp_matches(sign.lead, '^\s?#?$|^\. ?#?$|^ ?\(#?$')
                and list_has_any(
                    numbered_phrases.phrases,
                    list_transform(range(1, 4), lambda n: array_to_string(sign.words_before[-n:], ' '))
                )
                then 'numbered'
            when not regexp_matches(sign.lead, '#\s?$') then null
            when sign.lead_start = 0 or regexp_matches(sign.lead, '[\n.!?]\s*#\s?$') then 'start'
            when use.text_id is not null then 'name'
        end as rule

    from signs as sign

    cross join numbered_phrases

    left join name_ends as use
        on sign.text_id = use.text_id
            and sign.word_start = use.word_end + 1

),

final as (

    select
        ruled.post_id,
        ruled.text_id,
        ruled.target_id,
        case
            when ruled.rule = 'numbered' then ruled.word_before_start
            when ruled.rule = 'previous' then ruled.lead_start + length(ruled.lead)
            else ruled.lead_start + length(ruled.lead) - length(regexp_extract(ruled.lead, '[@＠]?\s?#?\s?$'))
        end as cue_start,
        ruled.cue_end

    from ruled

    inner join reply_texts as target
        on ruled.target_id = target.text_id

    where ruled.rule is not null
        and target.seq < ruled.seq

)

select * from final
