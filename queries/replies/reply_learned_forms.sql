-- reply_learned_forms: names that readers call somebody by although no page shows them: misspelt ones, and first names
-- of people who show a nickname.
-- Grain: one row per post and form. Keys: post_id, form.
-- Source: reply_texts, reply_known_forms, reply_phrases, posts.
-- Learned only from where a name must stand: behind '@', or behind a greeting that begins a comment. Such a word is
-- (1) a known name but for one letter; (2) the name of whoever a page states as answered; (3) the author's, if it is part of
-- the blog's address or if two readers greet with it. A word that fits two persons is not learned.

with

vocabulary as (

    select
        list_distinct(flatten(list(words) filter (kind = 'greeting'))) as greetings,
        list_distinct(flatten(list(words))) as words

    from reply_phrases

    where kind in ('greeting', 'opener', 'filler', 'title', 'closing', 'everybody', 'sigil')

),

first_words as (

    select
        *,
        folded(written) as words

    from (
        select
            post_id,
            text_id,
            person_id,
            parent_id,
            words_of(left(body_text, 100)) as written,
            tokens_of(left(body_text, 100)) as tokens

        from reply_texts

        where kind = 'comment'
    )

),

greeted as (

    select
        first_word.post_id,
        first_word.text_id,
        first_word.person_id,
        first_word.parent_id,
        first_word.words,
        first_word.written,
        first_word.tokens,
        vocabulary.greetings,
        list_position(
            list_transform(first_word.words[:6], lambda word: not list_contains(vocabulary.words, word)), true
        ) as place

    from first_words as first_word

    cross join vocabulary

    where list_has_any(first_word.words[:4], vocabulary.greetings)

),

greetings as (

    select
        post_id,
        text_id,
        person_id,
        parent_id,
        words[place] as word,
        regexp_matches(written[place], '^\p{Lu}') as is_written_as_name

    from greeted

    where place between 2 and 5
        and list_has_any(words[:place - 1], greetings)
        and regexp_matches(written[place], '^\p{L}{3,}$')
        and regexp_matches(lead_of(tokens[place], written[place]), '^,?\s+$')
        and regexp_matches(tokens[place + 1], '^\s?[,!:;.–—-]|^\s*\n')

),

mentions as (

    select
        post_id,
        text_id,
        person_id,
        parent_id,
        fold(unnest(regexp_extract_all(body_text, '(?:^|[^\p{L}\p{N}@＠])[@＠]\s?(\p{L}[\p{L}\p{M}\p{N}]{3,})', 1))) as word,
        true as is_written_as_name

    from reply_texts

    where kind = 'comment'
        and regexp_matches(body_text, '[@＠]')

),

unknown as (

    select distinct
        called.*

    from (select *, true as is_greeting from greetings union all select *, false from mentions) as called

    cross join vocabulary

    anti join reply_known_forms as known
        on called.post_id = known.post_id
            and called.word = known.form

    where not list_contains(vocabulary.words, called.word)

),

-- Words that differ by one letter have a word in common that is one letter shorter.
shortened_unknown as (

    select distinct
        post_id,
        word,
        unnest(list_transform(range(0, length(word) + 1), lambda i: left(word, i - 1) || substr(word, i + 1))) as shortened

    from (select distinct post_id, word from unknown where length(word) >= 5)

),

shortened_known as (

    select distinct
        post_id,
        person_id,
        form,
        unnest(list_transform(range(0, length(form) + 1), lambda i: left(form, i - 1) || substr(form, i + 1))) as shortened

    from reply_known_forms

    where form_rank <= 3
        and length(form) >= 5
        and not contains(form, ' ')

),

misspelt as (

    select distinct
        unknown.post_id,
        unknown.word as form,
        known.person_id,
        1 as way

    from shortened_unknown as unknown

    inner join shortened_known as known
        on unknown.post_id = known.post_id
            and unknown.shortened = known.shortened

    where damerau_levenshtein(unknown.word, known.form) = 1

),

answered as (

    select distinct
        unknown.post_id,
        unknown.word as form,
        parent.person_id,
        2 as way

    from unknown

    inner join reply_texts as parent
        on unknown.parent_id = parent.text_id

    where unknown.is_greeting
        and unknown.is_written_as_name
        and parent.person_id is distinct from unknown.person_id

),

greeted_authors as (

    select
        unknown.post_id,
        unknown.word as form,
        '@author' as person_id,
        3 as way

    from unknown

    inner join posts
        on unknown.post_id = posts.post_id

    where unknown.is_greeting
        and unknown.parent_id is null
        and unknown.person_id is distinct from '@author'

    group by unknown.post_id, unknown.word

    having count(distinct unknown.person_id) filter (where unknown.is_written_as_name) >= 2
        or bool_or(contains(
            -- All but the last part, which tells the post and not the blog.
            regexp_replace(replace(lower(posts.canonical_url), '-', ''), '[^/]*/?$', ''), unknown.word
        ) and length(unknown.word) >= 4)

),

final as (

    select
        post_id,
        form,
        person_id

    from (
        select * from misspelt
        union all
        select * from answered
        union all
        select * from greeted_authors
    )

    where person_id is not null

    qualify rank() over (partition by post_id, form order by way) = 1
        and min(person_id) over (partition by post_id, form, way) = max(person_id) over (partition by post_id, form, way)

)

select * from final
