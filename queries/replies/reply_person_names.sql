-- reply_person_names: the names that a post's writers go by, in words.
-- Grain: one row per post, person and name. Keys: post_id, person_id, name.
-- Source: reply_texts, reply_phrases.
-- words are folded and without titles; said_words splits 'ThePain' and 'McDonald' as they are said; umlaut_words writes
-- 'Jürgen' as 'juergen'; all_words keep the titles.

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

final as (

    select
        post_id,
        person_id,
        name,
        list_filter(folded_words(name), lambda word: not list_contains(title.words, word)) as words,
        list_filter(
            folded_words(regexp_replace(name, '(\p{Ll})(\p{Lu})', '\1 \2', 'g')),
            lambda word: not list_contains(title.words, word)
        ) as said_words,
        list_transform(words_of(name), lambda word: fold_umlauts(word)) as umlaut_words,
        folded_words(name) as all_words

    from names

    cross join (select list(phrase) as words from reply_phrases where kind = 'title') as title

)

select * from final
