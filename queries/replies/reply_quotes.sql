-- reply_quotes: where the words that a comment marks as quoted stand, in the post or in an earlier comment.
-- Grain: one row per quote span. Keys: text_id, cue_start.
-- Source: reply_quote_spans, reply_texts, reply_words, reply_calls.
-- Compared by runs of three words, so that a quote may be shortened, re-spelt or hold '...'.

with

spans as (

    select
        post_id,
        text_id,
        span_start,
        span_end,
        list_transform(words, lambda word: hash(word)) as words,
        len(words) - 2 as gram_count

    from reply_quote_spans

    where len(words) >= 3

),

span_grams as (

    -- list_zip pads the shorter lists: the last two grams are none.
    select distinct
        post_id,
        text_id,
        span_start,
        hash(unnest(list_zip(words, words[2:], words[3:])[:gram_count])) as gram

    from spans

),

wanted_grams as (

    select distinct post_id, gram from span_grams

),

text_grams as (

    select
        post_id,
        text_id,
        seq,
        hash(unnest(list_zip(words, words[2:], words[3:])[:len(words) - 2])) as gram

    from reply_words

    semi join wanted_grams
        on reply_words.post_id = wanted_grams.post_id

    where len(words) >= 3

),

-- The first texts that hold a run of words are where it can come from; what comes later repeats it.
gram_sources as (

    select distinct
        post_id,
        text_id,
        seq,
        gram

    from text_grams

    -- `in` and not a join, as in reply_name_uses.
    where coalesce(hash(post_id, gram) in (select hash(post_id, gram) from wanted_grams), false)

    qualify dense_rank() over (partition by post_id, gram order by seq) <= 8

),

matches as (

    select
        span.text_id,
        span.span_start,
        source.text_id as target_id,
        count(*) as matched,
        -- How much of it the source itself only quotes.
        count(requote.gram) as requoted

    from span_grams as span

    inner join gram_sources as source
        on span.post_id = source.post_id
            and span.gram = source.gram

    inner join reply_texts as answer
        on span.text_id = answer.text_id
            and source.seq < answer.seq

    left join (select distinct text_id, gram from span_grams) as requote
        on source.text_id = requote.text_id
            and source.gram = requote.gram

    group by all

),

candidates as (

    select
        span.post_id,
        span.text_id,
        span.span_start,
        span.span_end,
        match.target_id,
        match.matched,
        match.requoted * 2 > match.matched as is_requote,
        target.seq,
        target.person_id is not distinct from answer.person_id and answer.person_id is not null as is_own,
        target.text_id = answer.parent_id
            or target.person_id in (
                select call.person_id from reply_calls as call where call.text_id = span.text_id
            ) as is_answered,
        count(*) over (partition by span.text_id, span.span_start) as source_count,
        max(match.matched) over (partition by span.text_id, span.span_start) as most_matched,
        span.gram_count

    from matches as match

    inner join spans as span
        on match.text_id = span.text_id
            and match.span_start = span.span_start

    inner join reply_texts as target
        on match.target_id = target.text_id

    inner join reply_texts as answer
        on match.text_id = answer.text_id

    -- Of a long quote two fifths are enough, of a short one all: three words of it stand anywhere by chance.
    where match.matched >= if(span.gram_count >= 8, span.gram_count * 0.4, span.gram_count * 0.75)

),

final as (

    select
        post_id,
        text_id,
        target_id,
        span_start as cue_start,
        span_end as cue_end,
        is_own

    from candidates

    where matched >= most_matched * 0.8
        -- A short phrase that several texts use is nobody's.
        and (gram_count > 3 or source_count <= 3)

    -- Several texts hold it: whoever is answered anyway, else whoever said it first without quoting it.
    qualify row_number() over (
        partition by text_id, span_start
        order by is_answered and not is_own desc, is_requote, matched desc, seq
    ) = 1

)

-- Whoever repeats what he said himself quotes nobody.
select * exclude (is_own) from final where not is_own
