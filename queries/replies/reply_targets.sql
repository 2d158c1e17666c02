-- reply_targets: which text of a person is meant where a comment calls that person.
-- Grain: one row per comment, place called and target. Keys: text_id, word_start.
-- Source: reply_calls, reply_texts, reply_quotes, reply_ordinals, reply_links.
-- The rule, in this order: the comment that the page states as parent; one that is also quoted, numbered or linked;
-- the person's last comment before in the same thread; the last that shares a long word; the last. The post's author means the
-- post, unless he wrote a comment since the caller's own last one: then he is answered for that.

with

writings as (

    select
        post_id,
        person_id,
        text_id,
        thread_id,
        seq,
        kind,
        row_number() over person_order as nth,
        lag(seq) over person_order as previous_seq,
        bool_or(parent_id is not null) over (partition by post_id) as is_threaded

    from reply_texts

    where kind in ('post', 'comment')
        and person_id is not null

    window person_order as (partition by post_id, person_id order by seq)

),

calls as (

    select
        call.*,
        answer.seq,
        answer.parent_id,
        answer.thread_id,
        own.previous_seq as own_last_seq

    from reply_calls as call

    inner join reply_texts as answer
        on call.text_id = answer.text_id

    left join writings as own
        on call.text_id = own.text_id

),

-- How many texts of the person came before: a running count, where a join of all with all would cost the square.
counted as (

    select
        *,
        count(nth) over (
            partition by post_id, person_id order by seq range between unbounded preceding and 1 preceding
        ) as texts_before

    from (
        select calls.*, null::bigint as nth from calls
        union all by name
        select post_id, person_id, seq, nth from writings
    )

    qualify word_start is not null
        and texts_before > 0

),

-- The last eight are looked at, the first for the post.
candidates as (

    select
        counted.* exclude (nth),
        unnest(list_distinct(range(greatest(1, texts_before - 7), texts_before + 1) || [1])) as nth

    from counted

),

-- Words of five letters and more, which are rarely there for grammar only.
long_words as (

    select
        text_id,
        list_distinct(list_filter(folded_words(body_text), lambda word: length(word) >= 5)) as words

    from reply_texts

    semi join (
        select text_id from reply_calls
        union
        select writing.text_id
        from writings as writing
        semi join reply_calls as call
            on writing.post_id = call.post_id
                and writing.person_id = call.person_id
    ) as compared
        on reply_texts.text_id = compared.text_id

    where kind = 'comment'

),

pointed_at as (

    select text_id, target_id from reply_quotes
    union
    select text_id, target_id from reply_ordinals
    union
    select text_id, target_id from reply_links

),

ranked as (

    select
        candidate.post_id,
        candidate.text_id,
        candidate.word_start,
        candidate.person_id,
        candidate.evidence,
        candidate.rule,
        candidate.form_rank,
        candidate.cue_start,
        candidate.cue_end,
        writing.text_id as target_id,
        writing.seq as target_seq,
        case
            when writing.text_id = candidate.parent_id then 1
            when pointed.text_id is not null then 2
            when writing.kind = 'post' then 6
            -- The author's comments, where nothing shows that one of them is meant. Who only names him means the
            -- post, unless the page has no threads: in a thread an answer to his comment would stand below it.
            when candidate.person_id = '@author' and candidate.rule = 'named' and is_threaded then 7
            when candidate.person_id = '@author'
                and writing.seq < coalesce(candidate.own_last_seq, 1e9)
                and (candidate.parent_id is null or writing.thread_id <> candidate.thread_id)
                and candidate.rule <> 'at'
                then 7
            when candidate.parent_id is not null and writing.thread_id = candidate.thread_id then 3
            when list_has_any(answer_words.words, target_words.words) then 4
            else 5
        end as preference

    from candidates as candidate

    inner join writings as writing
        on candidate.post_id = writing.post_id
            and candidate.person_id = writing.person_id
            and candidate.nth = writing.nth

    left join long_words as answer_words
        on candidate.text_id = answer_words.text_id

    left join long_words as target_words
        on writing.text_id = target_words.text_id

    left join pointed_at as pointed
        on candidate.text_id = pointed.text_id
            and writing.text_id = pointed.target_id

),

final as (

    select
        post_id,
        text_id,
        word_start,
        target_id,
        evidence,
        rule,
        form_rank,
        cue_start,
        cue_end

    from ranked

    -- Of namesakes at one place the one who is answered anyway counts, else the one who wrote last.
    qualify row_number() over (
        partition by text_id, word_start
        order by preference = 1 desc, form_rank, preference, target_seq desc
    ) = 1

)

select * from final
