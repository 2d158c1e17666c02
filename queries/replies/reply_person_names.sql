-- reply_person_names: the names that a post's writers go by, in words.
-- Grain: one row per post, person and name. Keys: post_id, person_id, name.
-- Source: reply_texts, reply_phrases.
-- words are folded and without titles; said_words splits 'ThePain' and 'McDonald' as they are said; umlaut_words writes
-- 'Jürgen' as 'juergen'.

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

named as (

    select
        *,
        words_of(name) as written_words,
        folded(words_of(regexp_replace(name, '(\p{Ll})(\p{Lu})', '\1 \2', 'g'))) as spoken_words

    from names

),

final as (

    select
        named.post_id,
        named.person_id,
        named.name,
        list_filter(folded(named.written_words), lambda word: not list_contains(title.words, word)) as words,
        list_filter(named.spoken_words, lambda word: not list_contains(title.words, word)) as said_words,
        list_transform(named.written_words, lambda word: fold_umlauts(word)) as umlaut_words

    from named

    cross join (select list(phrase) as words from reply_phrases where kind = 'title') as title

)

select * from final
