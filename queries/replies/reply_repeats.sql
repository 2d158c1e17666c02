-- reply_repeats: sentences that a comment repeats from the post or an earlier comment without marking them as a quote.
-- Grain: one row per repeated sentence. Keys: text_id, cue_start.
-- Source: reply_texts, reply_quote_spans.
-- Two sentences or lines are held to be the same if they begin with the same eight words.

with

parts as (

    select
        post_id,
        text_id,
        seq,
        person_id,
        kind,
        regexp_extract_all(body_text, '[^.!?…\n:;]*(?:[.!?…\n:;]+|$)') as parts

    from reply_texts

    where kind in ('post', 'comment')

),

sentences as (

    select
        post_id,
        text_id,
        seq,
        person_id,
        kind,
        unnest(parts) as sentence,
        generate_subscripts(parts, 1) as sentence_number

    from parts

),

beginnings as (

    select
        *,
        folded_words(sentence)[1:8] as words

    from sentences

    -- Shorter than any eight words that say something; spares most of the work.
    where length(sentence) >= 30

),

firsts as (

    select
        *,
        first_value(text_id) over same_words as target_id,
        first_value(person_id) over same_words as target_person_id,
        count(*) over same_words as repetitions

    from beginnings

    where len(words) = 8

    window same_words as (
        partition by post_id, words
        order by seq, sentence_number
        rows between unbounded preceding and unbounded following
    )

),

final as (

    select
        first.post_id,
        first.text_id,
        first.target_id,
        length(array_to_string(part.parts[1:first.sentence_number - 1], ''))
        + length(regexp_extract(first.sentence, '^[^\p{L}\p{N}]*')) as cue_start,
        length(array_to_string(part.parts[1:first.sentence_number - 1], ''))
        + length(rtrim(first.sentence, E' \n\t')) as cue_end

    from firsts as first

    inner join parts as part
        on first.text_id = part.text_id

    where first.target_id <> first.text_id
        -- Said by many it is a form letter: a notice of the moderators, an advertisement.
        and first.repetitions <= 4
        and first.target_person_id is distinct from first.person_id

)

-- What is marked as a quote is read by reply_quotes.
select final.*

from final

anti join reply_quote_spans as span
    on final.text_id = span.text_id
        and final.cue_start < span.span_end
        and final.cue_end > span.span_start
