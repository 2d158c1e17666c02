-- reply_confidence: how often an answer with this evidence was right where readers had marked who answers whom.
-- Scope: all
-- Grain: one row per combination of evidence, joined by '+', measured or not. Key: evidence.
-- Source: reply_confidence_counts.csv, written by bench/confidence.py.
-- Rule of succession, so that one right answer of one is not certainty. A combination that was never measured is as sure
-- as the surest sign in it.

with

measured as (

    select
        evidence,
        (right_answers::bigint + 1) / (answers::bigint + 2) as confidence

    from reply_confidence_counts

),

signs as (

    select list(evidence order by evidence) as words from measured where not contains(evidence, '+')

),

-- Each number's bits choose among the signs.
combinations as (

    select list_filter(signs.words, lambda word, place: (numbers.number >> (place - 1)) & 1 = 1) as words

    from signs

    cross join lateral (select unnest(range(1, 1 << len(signs.words))) as number) as numbers

),

final as (

    select
        array_to_string(combinations.words, '+') as evidence,
        coalesce(any_value(exact.confidence), max(single.confidence)) as confidence

    from combinations

    inner join measured as single
        on list_contains(combinations.words, single.evidence)

    left join measured as exact
        on array_to_string(combinations.words, '+') = exact.evidence

    group by combinations.words

)

select * from final
