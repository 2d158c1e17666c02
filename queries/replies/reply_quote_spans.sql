-- reply_quote_spans: what a comment marks as somebody's words: '> ' lines, quotation marks, [quote] tags.
-- Grain: one row per span. Keys: text_id, span_start.
-- Source: reply_texts.
-- span_start and span_end are character offsets in body_text, marks included. Marks that look alike at both ends frame no
-- empty line, so that a forgotten one does not turn the rest of a comment into a quote. '>>> ' is a Python prompt.

with

marked as (

    select
        post_id,
        text_id,
        -- Alternating spans and stretches between them, so that their lengths add up to offsets.
        regexp_extract_all(
            body_text,
            '(?:(?m:^)>{1,2}[ \t]?[^>\n][^\n]*(?:\n|$))+'
            || '|>>(?:[^<>\n]|\n[^<>\n])+<<'
            || '|«[^«»]+»'
            || '|»[^«»]+«'
            || '|„[^„“”]+[“”]'
            || '|“[^„“”]+”'
            || '|[“”](?:[^“”"\n]|\n[^“”"\n])+[”“"]'
            || '|"(?:[^"\n]|\n[^"\n])+"'
            || '|‘(?:[^‘’\n]|\p{L}’\p{L})+’'
            || '|「[^「」]+」|『[^『』]+』'
            || '|(?i:\[quote[^\]\n]*\])(?:[^\[]|\[[^/])+(?i:\[/quote\])'
            || '|[^>«»„“”"‘「『\[\n]+|(?s:.)'
        ) as parts

    from reply_texts

    where kind = 'comment'
        and regexp_matches(body_text, '(?m:^)>|>>|[«»„“”"‘「『]|(?i:\[quote)')

),

numbered as (

    select
        post_id,
        text_id,
        unnest(parts) as part,
        generate_subscripts(parts, 1) as part_number,
        unnest(list_transform(parts, lambda part: length(part))) as part_length

    from marked

),

placed as (

    select
        post_id,
        text_id,
        part,
        coalesce(
            sum(part_length) over (
                partition by text_id order by part_number rows between unbounded preceding and 1 preceding
            ),
            0
        )::bigint as span_start,
        part_length

    from numbered

),

final as (

    select
        post_id,
        text_id,
        span_start,
        span_start + length(rtrim(part, E' \n\t')) as span_end,
        folded_words(part) as words

    from placed

    where part_length > 2
        and regexp_matches(part, '^[>«»„“”"‘「『\[]')

)

select * from final
