-- reply_repeats: sentences and lines that a comment repeats from the post or an earlier comment without marking a quote.
-- Grain: one row per repeated sentence. Keys: text_id, cue_start.
-- Source: reply_texts, reply_words, reply_quote_spans.
-- A repeated one begins with the same eight words, or is a line of its own of five words and more.

with

text_sentences as (

    select
        post_id,
        text_id,
        seq,
        regexp_extract_all(body_text, '[^.!?…\n:;]*(?:[.!?…\n:;]+|$)') as sentences

    from reply_texts

    where kind = 'comment'

),

sentences as (

    select
        post_id,
        text_id,
        seq,
        unnest(sentences) as sentence,
        generate_subscripts(sentences, 1) as sentence_number

    from text_sentences

),

beginnings as (

    select
        *,
        list_transform(words_of(sentence), lambda word: hash(fold(word))) as words

    from sentences

    -- Shorter than any five words that say something; and code is no speech: two who paste it quote a third.
    where length(sentence) >= 25
        and not regexp_matches(sentence, '[{}=<>|\\_/]|\(\)')

),

wanted as (

    select
        *,
        hash(list_zip(words, words[2:], words[3:], words[4:], words[5:])[1]) as gram

    from beginnings

    where len(words) >= 5

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
        wanted.sentence_number,
        wanted.sentence,
        len(wanted.words) as word_count,
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
        length(array_to_string(text.sentences[1:repeated.sentence_number - 1], ''))
        + length(regexp_extract(repeated.sentence, '^[^\p{L}\p{N}]*')) as cue_start,
        length(array_to_string(text.sentences[1:repeated.sentence_number - 1], ''))
        + length(rtrim(repeated.sentence, E' \n\t')) as cue_end,
        repeated.word_count >= 8
        -- A line of its own.
        or (
            (repeated.sentence_number = 1 or ends_with(text.sentences[repeated.sentence_number - 1], E'\n'))
            and regexp_matches(repeated.sentence, '\n|[^.!?…:;]$')
        ) as is_whole,
        target.person_id is not distinct from answer.person_id as is_own

    from repeated

    inner join text_sentences as text
        on repeated.text_id = text.text_id

    inner join reply_texts as answer
        on repeated.text_id = answer.text_id

    inner join reply_texts as target
        on repeated.target_id = target.text_id

    qualify row_number() over (partition by repeated.text_id, repeated.sentence_number order by repeated.target_seq) = 1

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

where final.is_whole
    and not final.is_own
