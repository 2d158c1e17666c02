-- Macros that the reply models share. A word is a run of letters and digits, in Chinese and Japanese, which write
-- without blanks, one character. Names are compared word by word, folded, so that case, accents and punctuation do not
-- count; replies/words.py folds texts alike.
-- `[^\P{L}\p{Han}...]` is 'a letter, but not of these scripts'; it comes first because a lone combining mark (the U+FE0F behind
-- a heart) is no word.

create or replace temp macro words_of(body) as
    regexp_extract_all(
        body,
        '[\p{Han}\p{Hiragana}\p{Katakana}]'
        || '|(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|\p{N})(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|[^\P{N}\p{Han}]|\p{M})*'
    );

create or replace temp macro fold(word) as
    -- What is nothing but accents stays as it is.
    coalesce(nullif(replace(lower(strip_accents(word)), 'ß', 'ss'), ''), lower(word));

create or replace temp macro name_key(name) as
    nullif(array_to_string(list_transform(words_of(name), lambda word: fold(word)), ' '), '');
