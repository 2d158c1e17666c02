-- reply_calls: where a comment mentions somebody with '@' or calls, quotes, thanks or agrees with somebody by name.
-- Grain: one row per comment, place and person; several persons at one place are namesakes.
-- Keys: text_id, word_start, person_id.
-- Source: reply_name_uses, reply_person_names, reply_phrases, reply_texts.
-- rule names the branch below that found it; cue_start and cue_end take in the words that show it.

with

uses as (

    select
        use.*,
        -- A word that the texts of this post often write small is more than a name: 'Will, ...', 'Rose, ...'. Small
        -- where somebody is called ('tom, how?') tells nothing: some write everything so.
        2 * count(*) filter (
            not use.is_written_as_name and len(use.opening) is distinct from 0 and not regexp_matches(use.trail, '^[,:!]')
        ) over same_form >= greatest(1, count(*) filter (use.is_written_as_name) over same_form) as is_common_word,
        lag(use.word_end) over text_order as previous_end

    from reply_name_uses as use

    window
        text_order as (partition by use.text_id order by use.word_start, use.person_id),
        same_form as (partition by use.post_id, use.form)

),

chained as (

    select
        uses.*,
        -- 'Pearl & Mark, thanks', 'Hi Tom and Anna': what is before the first and behind the last counts for both.
        coalesce(
            (uses.word_start = uses.previous_end + 1 and regexp_matches(uses.lead, '^\s*[&/+]\s*$'))
            or (
                uses.word_start = uses.previous_end + 2
                and uses.lead = ' '
                and list_contains(joint.words, uses.words_before[-1])
            )
            -- A namesake at the same place.
            or uses.word_start <= uses.previous_end,
            false
        ) as is_joined

    from uses

    cross join (select list(phrase) as words from reply_phrases where kind = 'joint') as joint

),

chains as (

    select
        *,
        sum(if(is_joined, 0, 1)) over (partition by text_id order by word_start, person_id) as chain

    from chained

),

-- What all names of a person are made of: tells a surname that is his from one that is not.
person_words as (

    select
        post_id,
        person_id,
        list_distinct(flatten(list(words || said_words || umlaut_words))) as words

    from reply_person_names

    group by post_id, person_id

),

post_words as (

    select distinct
        post_id,
        unnest(folded_words(body_text)) as word

    from reply_texts

    where kind = 'post'

),

surroundings as (

    select
        * exclude (lead, trail, opening, words_before, words_behind, word_before, word_behind, starts_before, ends_behind),
        lead as own_lead,
        first_value(word_start) over members as chain_start,
        first_value(lead) over members as lead,
        first_value(opening) over members as opening,
        first_value(words_before) over members as words_before,
        first_value(word_before) over members as word_before,
        first_value(starts_before) over members as starts_before,
        last_value(trail) over members as trail,
        last_value(words_behind) over members as words_behind,
        last_value(word_behind) over members as word_behind,
        last_value(ends_behind) over members as ends_behind

    from chains

    window members as (
        partition by text_id, chain
        order by word_start, person_id
        rows between unbounded preceding and unbounded following
    )

),

-- Kept apart from what follows: among these joins DuckDB would repeat the vocabulary for every row it holds.
known as materialized (

    select
        surroundings.*,
        coalesce(person_words.words, []) as name_words,
        -- Whom the post itself names is as likely to be meant as a commenter of that name.
        surroundings.person_id <> '@author' and post_words.word is not null as is_in_post

    from surroundings

    left join person_words
        on surroundings.post_id = person_words.post_id
            and surroundings.person_id = person_words.person_id

    left join post_words
        on surroundings.post_id = post_words.post_id
            and surroundings.form = post_words.word

),

vocabulary as (

    select
        list(phrase) filter (kind = 'title') as titles,
        list(phrase) filter (kind = 'closing') as closings,
        list(phrase) filter (kind = 'sigil') as sigils,
        list(phrase) filter (kind = 'before') as befores,
        list(phrase) filter (kind = 'after') as afters,
        list(phrase) filter (kind = 'before_part') as before_parts,
        list(phrase) filter (kind = 'after_part') as after_parts,
        list_distinct(flatten(list(words) filter (kind = 'greeting'))) as greeting_words,
        list_distinct(flatten(list(words) filter (kind in ('greeting', 'opener', 'filler', 'title')))) as opening_words

    from reply_phrases

),

signs as (

    select
        known.*,
        word_before is null as is_text_start,
        word_before is null or contains(lead, E'\n') as is_line_start,
        -- In 'https://anna.example/' and 'tom@anna.example' the name is part of something else.
        word_before is null or lead = '' or regexp_matches(lead, '[\s(（„“"—–…,;!?，。、！？：]') as is_apart,
        regexp_matches(lead, '[^@＠][@＠]\s?$') or (word_before is null and regexp_matches(lead, '[@＠]\s?$')) as has_at,
        opening = [] as begins_sentence,
        -- Word by word: DuckDB would build a set of the whole vocabulary for each row.
        len(list_filter(opening, lambda word: not list_contains(opening_words, word))) = 0 as is_salutation,
        len(list_filter(opening, lambda word: list_contains(greeting_words, word))) > 0 as has_greeting,
        list_contains(greeting_words, opening[1]) as begins_with_greeting,
        list_contains(sigils, array_to_string(opening, ' ')) as has_sigil,
        regexp_matches(trail, '^\s?[,:;!，：！、；]|^\s?[–—]|^\s+-\s|^-\s|^\.\.|^…') as has_comma_behind,
        regexp_matches(trail, '^\s?[.?)。？）]|^\s*\n') or trail = '' as has_end_behind,
        -- Where words are not set apart by blanks, a blank is as good as a comma.
        regexp_matches(form, '\p{Han}|\p{Hiragana}|\p{Katakana}') as is_unspaced,
        list_max(
            list_filter(
                range(1, len(words_before) + 1),
                lambda n: list_contains(befores, array_to_string(words_before[-n:], ' '))
            )
        ) as before_length,
        list_max(
            list_filter(
                range(1, len(words_behind) + 1),
                lambda n: list_contains(afters, array_to_string(words_behind[:n], ' '))
            )
        ) as after_length,
        list_has_any(words_before[-3:], before_parts) and list_has_any(words_behind, after_parts) as is_between_parts,
        list_contains(closings, words_before[-1]) and not list_contains(greeting_words, words_before[-1]) as is_closing,
        -- 'Mark McDonald' is not Mark Diner, nor 'Tim Owens' Tim, nor 'Brian Johnson' Johnson.
        (
            trail = ' '
            and regexp_matches(word_behind, '^\p{Lu}\p{Ll}')
            and not list_contains(name_words, words_behind[1])
        ) as has_other_name_behind,
        (
            lead = ' '
            and regexp_matches(word_before, '^\p{Lu}\p{Ll}')
            and len(opening) is distinct from 1
            and not list_contains(name_words, words_before[-1])
            and not list_contains(titles, words_before[-1])
        ) as has_other_name_before

    from known

    cross join vocabulary

),

ruled as (

    select
        *,
        case
            when has_at or regexp_matches(own_lead, '[^@＠][@＠]\s?$') then 'at'
            when not is_apart then null
            -- The writer's own first name under his text is no call of a namesake.
            when is_own_name and trail = '' then null
            when (has_sigil and contains(trail, ':')) or regexp_matches(lead, '(^|\n)\s*(?:-+>|=+>|→)\s*$') then 'sigil'
            when has_greeting and is_salutation and not contains(lead, E'\n')
                and (has_comma_behind or has_end_behind or (is_written_as_name and form_rank < 5))
                and not (has_other_name_behind and len(name_words) > 1)
                and (is_written_as_name or not is_phrase)
                then 'greeting'
            when is_phrase then null
            when is_written_as_name and is_salutation and len(opening) > 0 and not is_closing
                and (has_comma_behind or has_end_behind)
                then 'opener'
            when before_length is not null and is_written_as_name and form_rank < 5 and not is_own_name
                and not (is_common_word or is_in_post or has_other_name_behind)
                then 'before'
            -- 'Hey du Pain', 'You made my day Tom!': in a comment's first words any line or clause that ends with a name.
            when form_rank < 5 and word_start = len(opening) + 1 and not has_other_name_before
                and (
                    (len(opening) between 1 and 3 and regexp_matches(trail, '^[,!]?\s*\n'))
                    or (
                        len(opening) between 1 and 5 and is_written_as_name and not is_common_word
                        and (has_comma_behind or has_end_behind)
                    )
                )
                then 'first_line'
            when form_rank < 5 and is_written_as_name and not is_common_word and not has_other_name_before
                and begins_with_greeting and (has_comma_behind or has_end_behind) and not is_closing
                then 'thanks'
            -- From here on nothing but the name itself tells that a name is meant.
            when not is_written_as_name then null
            when is_common_word or is_own_name then null
            when is_text_start and (
                has_comma_behind or (has_end_behind and form_rank < 5) or (is_unspaced and regexp_matches(trail, '^[\s　]'))
            ) then 'start'
            when begins_sentence and is_line_start and has_comma_behind then 'line_start'
            when begins_sentence and form_rank < 5 and regexp_matches(trail, '^[,:!]') then 'sentence_start'
            when regexp_matches(lead, ',\s+$') and form_rank < 5 and not is_closing
                and (has_end_behind or (opening is not null and has_comma_behind))
                and not contains(lead, E'\n')
                then 'vocative'
            when has_other_name_behind or has_other_name_before or is_in_post or form_rank = 5 then null
            when after_length is not null then 'after'
            when is_between_parts then 'between'
            -- Only named; who else bears the name was ruled out above.
            when length(form) >= 3 and (form_rank <= 2 or (form_rank = 3 and person_id = '@author'))
                then 'named'
        end as rule

    from signs

),

final as (

    select
        post_id,
        text_id,
        word_start,
        person_id,
        form,
        form_rank,
        if(rule in ('at', 'sigil'), 'mention', 'address') as evidence,
        rule,
        case
            when rule = 'at' then cue_start - length(regexp_extract(own_lead, '[@＠]\s?$'))
            when word_start > chain_start then cue_start
            when rule in ('greeting', 'opener', 'sigil') and len(opening) > 0 then starts_before[-len(opening)]
            when rule = 'before' then starts_before[-before_length]
            else cue_start
        end as cue_start,
        case
            when rule = 'after' then ends_behind[after_length]
            else cue_end
        end as cue_end

    from ruled

    where rule is not null

)

select * from final
