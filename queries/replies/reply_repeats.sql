-- reply_repeats: sentences and lines that a comment repeats from the post or an earlier comment without marking a quote.
-- Grain: one row per repeated sentence or line. Keys: text_id, cue_start, cue_end.
-- Source: reply_texts, reply_words, reply_quote_spans.
-- A repeated one begins with the same eight words, or is a line of its own of five words and more.

with

-- Sentences, and lines as well: a line of two short sentences is known by both together.
text_parts as (

    select
        post_id,
        text_id,
        seq,
        8 as least_words,
        regexp_extract_all(body_text, '[^.!?…\n:;]*(?:[.!?…\n:;]+|$)') as parts

    from reply_texts

    where kind = 'comment'

    union all

    select
        post_id,
        text_id,
        seq,
        5 as least_words,
        regexp_extract_all(body_text, '[^\n]*(?:\n+|$)') as parts

    from reply_texts

    where kind = 'comment'

),

parts as (

    select
        post_id,
        text_id,
        seq,
        least_words,
        unnest(parts) as part,
        generate_subscripts(parts, 1) as part_number

    from text_parts

),

beginnings as (

    select
        *,
        -- Enough for the eight words that are compared.
        list_transform(words_of(left(part, 200)), lambda word: hash(fold(word))) as words

    from parts

    -- Shorter than any five words that say something; and code is no speech: two who paste it quote a third.
    where length(part) >= 25
        and not regexp_matches(part, '[{}=<>|\\_/]|\(\)')

),

wanted as (

    select
        *,
        hash(list_zip(words, words[2:], words[3:], words[4:], words[5:])[1]) as gram

    from beginnings

    where len(words) >= least_words

),

wanted_grams as (

    select distinct post_id, gram from wanted

),

text_grams as (

    select
        post_id,
        text_id,
        seq,
        hash(unnest(list_zip(words, words[2:], words[3:], words[4:], words[5:])[:len(words) - 4])) as gram,
        unnest(range(1, len(words) - 3)) as place

    from reply_words

    where len(words) >= 5

),

gram_places as (

    select
        post_id,
        text_id,
        seq,
        gram,
        min(place) as place

    from text_grams

    -- `in` and not a join, as in reply_name_uses.
    where coalesce(hash(post_id, gram) in (select hash(post_id, gram) from wanted_grams), false)

    group by post_id, text_id, seq, gram

),

-- Said by many it is a form letter: a notice of the moderators, an advertisement.
sources as (

    select *

    from gram_places

    qualify count(*) over (partition by post_id, gram) between 2 and 4

),

repeated as (

    select
        wanted.text_id,
        wanted.least_words,
        wanted.part_number,
        wanted.part,
        source.text_id as target_id,
        source.seq as target_seq

    from wanted

    inner join sources as source
        on wanted.post_id = source.post_id
            and wanted.gram = source.gram
            and source.seq < wanted.seq

    inner join reply_words as target
        on source.text_id = target.text_id

    where target.words[source.place:source.place + len(wanted.words[:8]) - 1] = wanted.words[:8]

),

final as (

    select
        answer.post_id,
        answer.text_id,
        repeated.target_id,
        length(array_to_string(text.parts[1:repeated.part_number - 1], ''))
        + length(regexp_extract(repeated.part, '^[^\p{L}\p{N}]*')) as cue_start,
        length(array_to_string(text.parts[1:repeated.part_number - 1], ''))
        + length(rtrim(repeated.part, E' \n\t')) as cue_end,
        target.person_id is not distinct from answer.person_id as is_own

    from repeated

    inner join text_parts as text
        on repeated.text_id = text.text_id
            and repeated.least_words = text.least_words

    inner join reply_texts as answer
        on repeated.text_id = answer.text_id

    inner join reply_texts as target
        on repeated.target_id = target.text_id

    qualify row_number() over (
        partition by repeated.text_id, repeated.least_words, repeated.part_number order by repeated.target_seq
    ) = 1

)

-- What is marked as a quote is read by reply_quotes.
select
    final.post_id,
    final.text_id,
    final.target_id,
    final.cue_start,
    final.cue_end

from final

anti join reply_quote_spans as span
    on final.text_id = span.text_id
        and final.cue_start < span.span_end
        and final.cue_end > span.span_start

where not final.is_own
