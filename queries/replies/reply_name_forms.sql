-- reply_name_forms: the ways in which a text of a post may call somebody who writes there.
-- Grain: one row per post, person and form. Keys: post_id, form, person_id.
-- Source: reply_texts, nicknames, reply_phrases.
-- form is folded words joined by one blank. form_rank tells how sure a form names the person: 1 the whole name, 2 several words of
-- it, 3 one word of it (first or last name) or a handle, 4 the name a person signs with, 5 a nickname or the beginning of a name.

with

names as (

    select distinct
        post_id,
        person_id,
        trim(unnest(case when kind = 'post' then string_split(author_name, ', ') else [author_name] end)) as name

    from reply_texts

    -- The 'author' of a pingback is the title of the page that links here.
    where kind in ('post', 'comment')
        and person_id is not null
        and author_name is not null

),

name_words as (

    select
        post_id,
        person_id,
        name,
        -- 'ThePain' and 'McDonald' are one word as written and two as said.
        list_filter(folded_words(name), lambda word: not list_contains(title.words, word)) as words,
        list_filter(
            folded_words(regexp_replace(name, '(\p{Ll})(\p{Lu})', '\1 \2', 'g')),
            lambda word: not list_contains(title.words, word)
        ) as said_words,
        list_transform(words_of(name), lambda word: fold_umlauts(word)) as umlaut_words

    from names

    cross join (select list(phrase) as words from reply_phrases where kind = 'title') as title

),

whole_names as (

    select post_id, person_id, array_to_string(words, ' ') as form, 1 as form_rank from name_words
    union all
    select post_id, person_id, array_to_string(said_words, ' '), 1 from name_words
    union all
    select post_id, person_id, array_to_string(umlaut_words, ' '), 1 from name_words
    union all
    select post_id, person_id, array_to_string(words, ''), 1 from name_words

),

beginnings_and_ends as (

    -- 'Anna Maria Lopez Diaz': Anna Maria, Anna Maria Lopez, Lopez Diaz, Maria Lopez Diaz.
    select
        post_id,
        person_id,
        unnest(
            list_transform(range(2, len(words)), lambda n: array_to_string(words[1:n], ' '))
            || list_transform(range(2, len(words)), lambda n: array_to_string(words[-n:], ' '))
        ) as form,
        2 as form_rank

    from name_words

    where len(words) between 3 and 5

),

single_words as (

    select
        post_id,
        person_id,
        unnest([words[1], words[-1], said_words[1], said_words[-1], umlaut_words[1], umlaut_words[-1]]) as form,
        3 as form_rank

    from name_words

    where len(words) between 2 and 5
        or len(said_words) between 2 and 5

),

profile_handles as (

    -- 'https://example.org/@anna_k/' and 'https://annak.example.org/': the last part of a path, else the first of a host.
    select distinct
        post_id,
        person_id,
        unnest([array_to_string(folded_words(handle), ' '), array_to_string(folded_words(handle), '')]) as form,
        3 as form_rank

    from (
        select
            post_id,
            person_id,
            coalesce(
                nullif(regexp_extract(author_url, '^https?://[^/?#]+/(?:[^?#]*/)?@?([^/?#.=]+)/?$', 1), ''),
                nullif(regexp_extract(author_url, '^https?://(?:www\.)?([^/?#.]+)\.[^/?#.]+\.[^/?#.]+/?$', 1), '')
            ) as handle

        from reply_texts

        where kind = 'comment'
            and person_id is not null
            and author_url is not null
    )

),

last_lines as (

    select
        post_id,
        person_id,
        regexp_extract(trim(body_text, E' \n\t'), '[^\n]{1,60}$') as line

    from reply_texts

    where kind = 'comment'
        and person_id is not null

),

signatures as (

    select distinct
        last_line.post_id,
        last_line.person_id,
        array_to_string(
            list_filter(folded_words(last_line.line), lambda word: not list_contains(closing.words, word)), ' '
        ) as form,
        4 as form_rank

    from last_lines as last_line

    cross join (select list(phrase) as words from reply_phrases where kind = 'closing') as closing

    -- Either the line is one word that begins like a name, or a closing leads to it: 'Viele Grüße Evi', 'Lg nada'.
    where regexp_matches(last_line.line, '^\p{Lu}[\p{L}\p{M}]{2,}\.?$')
        or (
            list_contains(closing.words, folded_words(last_line.line)[1])
            and len(words_of(last_line.line)) <= 5
        )

),

nickname_forms as (

    select
        word.post_id,
        word.person_id,
        nicknames.nickname as form,
        5 as form_rank

    from name_words as word

    inner join nicknames
        on word.words[1] = nicknames.name

    union all

    -- Both ways: 'Robert' for Bob.
    select
        word.post_id,
        word.person_id,
        nicknames.name as form,
        5 as form_rank

    from name_words as word

    inner join nicknames
        on word.words[1] = nicknames.nickname

),

name_beginnings as (

    select
        post_id,
        person_id,
        unnest(list_transform(range(4, least(length(words[1]), 12)), lambda n: words[1][:n])) as form,
        5 as form_rank

    from name_words

    where length(words[1]) > 4

),

forms as (

    select * from whole_names
    union all
    select * from beginnings_and_ends
    union all
    select * from single_words
    union all
    select * from profile_handles
    union all
    select * from signatures
    union all
    select * from nickname_forms
    union all
    select * from name_beginnings

),

-- What all names of a person are made of: tells 'Mark Diner' from 'Mark' and a surname that is not his.
person_words as (

    select
        post_id,
        person_id,
        list_distinct(flatten(list(words || said_words || umlaut_words))) as name_words,
        bool_or(not regexp_matches(name, '\p{Lu}')) as is_lower

    from name_words

    group by post_id, person_id

),

ranked as (

    select
        post_id,
        person_id,
        form,
        min(form_rank) as form_rank

    from forms

    -- Initials and numbers call nobody.
    where regexp_matches(form, '\p{L}')
        and length(form) > 1

    group by post_id, person_id, form

),

final as (

    select
        post_id,
        person_id,
        form,
        form_rank,
        string_split(form, ' ')[1] as first_word,
        len(string_split(form, ' ')) as word_count,
        -- A greeting, a joining word or a title may be somebody's name too, but then only '@' tells.
        form in (
            select phrase from reply_phrases where kind in ('greeting', 'opener', 'filler', 'title', 'joint', 'sigil')
        ) as is_phrase,
        name_words,
        is_lower

    from ranked

    inner join person_words
        using (post_id, person_id)

    -- A form that many persons share singles out none of them, and would only cost time in a post with thousands.
    qualify count(*) over (partition by post_id, form) <= 8

)

select * from final
