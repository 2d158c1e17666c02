-- reply_name_uses: every place where a comment, in its own words, uses a name form of somebody of its post.
-- Grain: one row per comment, place and person. Keys: text_id, word_start, person_id.
-- Source: reply_texts, reply_name_forms, reply_quote_spans, reply_phrases.
-- word_start and word_end count the words of the text from 1; cue_start and cue_end are character offsets in body_text.
-- lead is what stands between the word before and the name, trail between the name and the word behind; opening is
-- the words of the sentence before the name, null if they are more than six.

with

texts as (

    select
        post_id,
        text_id,
        person_id,
        words_of(body_text) as words,
        tokens_of(body_text) as tokens

    from reply_texts

    where kind = 'comment'

),

text_words as (

    select
        *,
        unnest(words) as as_written,
        generate_subscripts(words, 1) as word_start

    from texts

),

begun as (

    select
        *,
        -- `in` and not a join: a join would hold all words of all texts in memory and run the names past them, because
        -- DuckDB takes the rows before an unnest for those behind it. coalesce() keeps it from making a join of it.
        coalesce(
            hash(post_id, fold(as_written)) in (select hash(post_id, first_word) from reply_name_forms), false
        ) as begins_name

    from text_words

),

-- Only words that begin a name go on, so that nothing below sees the bulk of the text.
hits as (

    select
        post_id,
        text_id,
        person_id as writer_id,
        word_start,
        as_written,
        fold(as_written) as first_word,
        words[greatest(1, word_start - 6):word_start - 1] as written_before,
        words[word_start:word_start + 9] as written_ahead,
        folded(words[greatest(1, word_start - 6):word_start - 1]) as words_before,
        folded(words[word_start:word_start + 9]) as words_ahead,
        tokens[greatest(1, word_start - 6):word_start - 1] as tokens_before,
        tokens[word_start:word_start + 9] as tokens_ahead,
        offset_behind(tokens, word_start - 1) as lead_start

    from begun

    where begins_name

),

matches as (

    select
        hit.post_id,
        hit.text_id,
        hit.word_start,
        hit.word_start + form.word_count - 1 as word_end,
        hit.as_written,
        form.person_id,
        form.form,
        form.form_rank,
        form.is_phrase,
        form.is_lower,
        coalesce(form.person_id = hit.writer_id, false) as is_self,
        hit.words_before,
        hit.words_ahead[form.word_count + 1:form.word_count + 4] as words_behind,
        hit.tokens_before,
        hit.tokens_ahead[form.word_count + 1:form.word_count + 4] as tokens_behind,
        hit.written_before,
        hit.written_ahead[form.word_count + 1] as word_behind,
        lead_of(hit.tokens_ahead[1], hit.as_written) as lead,
        coalesce(
            lead_of(hit.tokens_ahead[form.word_count + 1], hit.written_ahead[form.word_count + 1]), ''
        ) as trail,
        hit.lead_start,
        hit.lead_start + length(array_to_string(hit.tokens_ahead[1:form.word_count], '')) as cue_end

    from hits as hit

    inner join reply_name_forms as form
        on hit.post_id = form.post_id
            and hit.first_word = form.first_word
            and (form.word_count = 1 or array_to_string(hit.words_ahead[1:form.word_count], ' ') = form.form)

),

-- The longest form at a place counts, whoever it names: 'Anna K.' is not Anna.
best_at_place as (

    select
        *,
        -- Somebody's first name that is also the writer's.
        bool_or(is_self) over (partition by text_id, word_start, form) as is_own_name

    from matches

    qualify rank() over (partition by text_id, word_start order by word_end desc) = 1

),

-- A word inside a longer name that began before is no name of its own.
outermost as (

    select *

    from best_at_place

    qualify word_start > coalesce(
        max(word_end) over (
            partition by text_id order by word_start range between unbounded preceding and 1 preceding
        ),
        0
    )

),

sentences as (

    select
        *,
        lead_start + length(lead) as cue_start,
        -- Words between the beginning of the sentence and the name; the full stop of 'Dear Mr. Zhu' ends none.
        list_position(
            list_reverse(
                list_transform(
                    tokens_before || [lead],
                    lambda token, i:
                        (
                            regexp_matches(lead_of(token, coalesce(written_before[i], '')), '[.!?…\n:;]')
                            and not (i > 1 and list_contains(title.words, words_before[i - 1]))
                        )
                        or word_start - len(tokens_before) - 1 + i = 1
                )
            ),
            true
        ) - 1 as opening_length

    from outermost

    cross join (select list(phrase) as words from reply_phrases where kind = 'title') as title

),

final as (

    select
        use.post_id,
        use.text_id,
        use.word_start,
        use.word_end,
        use.cue_start,
        use.cue_end,

        use.person_id,
        use.form,
        use.form_rank,
        use.is_phrase,
        use.is_own_name,
        -- As a name is written: with a capital, unless its owner writes it without.
        regexp_matches(use.as_written, '^[^\p{Ll}]') or use.is_lower as is_written_as_name,

        use.lead,
        use.trail,
        use.written_before[-1] as word_before,
        use.word_behind,
        use.words_before,
        use.words_behind,
        case
            when use.opening_length is not null then use.words_before[len(use.words_before) - use.opening_length + 1:]
        end as opening,
        -- Offsets of the words around, so that a cue can take them in.
        list_transform(
            use.tokens_before,
            lambda token, i:
                use.lead_start
                - length(array_to_string(use.tokens_before[i:], ''))
                + length(token) - length(use.written_before[i])
        ) as starts_before,
        list_transform(
            use.tokens_behind, lambda token, i: use.cue_end + length(array_to_string(use.tokens_behind[:i], ''))
        ) as ends_behind

    from sentences as use

    anti join reply_quote_spans as span
        on use.text_id = span.text_id
            and use.cue_start >= span.span_start
            and use.cue_end <= span.span_end

    where not use.is_self

)

select * from final
