-- reply_known_forms: the ways in which a text of a post may call somebody who writes there, from names, links and signatures.
-- Grain: one row per post, person and form. Keys: post_id, person_id, form.
-- Source: reply_person_names, reply_texts, nicknames, reply_phrases.
-- form is folded words joined by one blank. form_rank tells how sure a form names the person: 1 the whole name, 2 several words of
-- it, 3 one word of it (first or last name) or a handle, 4 the name a person signs with, 5 a nickname, the beginning of a
-- name, or what readers call the author of a post whom they do not name ('Autor', '博主').

with

whole_names as (

    select post_id, person_id, array_to_string(words, ' ') as form, 1 as form_rank from reply_person_names
    union all
    select post_id, person_id, array_to_string(said_words, ' '), 1 from reply_person_names
    union all
    select post_id, person_id, array_to_string(umlaut_words, ' '), 1 from reply_person_names
    union all
    select post_id, person_id, array_to_string(words, ''), 1 from reply_person_names

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

    from reply_person_names

    where len(words) between 3 and 5

),

single_words as (

    select
        post_id,
        person_id,
        unnest([words[1], words[-1], said_words[1], said_words[-1], umlaut_words[1], umlaut_words[-1]]) as form,
        3 as form_rank

    from reply_person_names

    where len(words) between 2 and 5
        or len(said_words) between 2 and 5

),

profile_handles as (

    -- 'https://example.org/@anna_k/' and 'https://annak.example.org/': the last part of a path, else the first of a host.
    select distinct
        post_id,
        person_id,
        unnest([array_to_string(words, ' '), array_to_string(words, '')]) as form,
        3 as form_rank

    from (
        select
            post_id,
            person_id,
            folded_words(coalesce(
                nullif(regexp_extract(author_url, '^https?://[^/?#]+/(?:[^?#]*/)?@?([^/?#.=]+)/?$', 1), ''),
                nullif(regexp_extract(author_url, '^https?://(?:www\.)?([^/?#.]+)\.[^/?#.]+\.[^/?#.]+/?$', 1), '')
            )) as words

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
        line,
        folded_words(line) as words

    from (
        select
            post_id,
            person_id,
            -- A line alone is no signature but the comment.
            regexp_extract(trim(body_text, E' \n\t'), '\n([^\n]{1,60})$', 1) as line

        from reply_texts

        where kind = 'comment'
            and person_id is not null
    )

),

signatures as (

    select distinct
        last_line.post_id,
        last_line.person_id,
        array_to_string(
            list_filter(last_line.words, lambda word: not list_contains(closing.words, word)), ' '
        ) as form,
        4 as form_rank

    from last_lines as last_line

    cross join (select list(phrase) as words from reply_phrases where kind = 'closing') as closing

    -- Either the line is one word that begins like a name, or a closing leads to it: 'Viele Grüße Evi', 'Lg nada'.
    where (len(last_line.words) = 1 and regexp_matches(last_line.line, '^\p{Lu}[^\n\d!?:…]{2,}$'))
        or (list_contains(closing.words, last_line.words[1]) and len(last_line.words) <= 5)

),

nickname_forms as (

    select
        word.post_id,
        word.person_id,
        nicknames.nickname as form,
        5 as form_rank

    from reply_person_names as word

    inner join nicknames
        on word.words[1] = nicknames.name

    union all

    -- Both ways: 'Robert' for Bob.
    select
        word.post_id,
        word.person_id,
        nicknames.name as form,
        5 as form_rank

    from reply_person_names as word

    inner join nicknames
        on word.words[1] = nicknames.nickname

),

name_beginnings as (

    select
        post_id,
        person_id,
        unnest(list_transform(range(4, least(length(words[1]), 12)), lambda n: words[1][:n])) as form,
        5 as form_rank

    from reply_person_names

    where length(words[1]) > 4

),

author_roles as (

    select
        text.post_id,
        text.person_id,
        role.phrase as form,
        5 as form_rank

    from reply_texts as text

    cross join (select phrase from reply_phrases where kind = 'author') as role

    where text.kind = 'post'

),

forms as (

    select *, false as is_handle from whole_names
    union all
    select *, false from beginnings_and_ends
    union all
    select *, false from single_words
    union all
    select *, true from profile_handles
    union all
    select *, false from signatures
    union all
    select *, false from nickname_forms
    union all
    select *, false from name_beginnings
    union all
    select *, true from author_roles

),

final as (

    select
        post_id,
        person_id,
        form,
        min(form_rank) as form_rank,
        -- Handles are written small in addresses and anyhow in texts.
        bool_or(is_handle) as is_handle

    from forms

    -- Initials and numbers call nobody.
    where regexp_matches(form, '\p{L}')
        and length(form) > 1

    group by post_id, person_id, form

)

select * from final
