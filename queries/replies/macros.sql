-- Macros that the reply models share. A word is a run of letters and digits, in Chinese and Japanese, which write
-- without blanks, one character. Names, quotes and phrases are compared word by word, folded, so that case, accents,
-- punctuation and line breaks do not count.
-- `[^\P{L}\p{Han}...]` is 'a letter, but not of these scripts'; it comes first because a lone combining mark (the U+FE0F behind
-- a heart) is no word.

create or replace temp macro words_of(body) as
    regexp_extract_all(
        body,
        '[\p{Han}\p{Hiragana}\p{Katakana}]'
        || '|(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|\p{N})(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|[\p{M}\p{N}])*'
    );

-- Word i with all that stands between it and word i - 1, then what follows the last word: joined, they are the text
-- again, so lengths of tokens add up to character offsets.
create or replace temp macro tokens_of(body) as
    regexp_extract_all(
        body,
        -- What no word can begin with: there are signs among the Han characters that are no letters, as in '⺀0'.
        '[^\p{L}\p{N}\p{Han}\p{Hiragana}\p{Katakana}]*(?:[\p{Han}\p{Hiragana}\p{Katakana}]'
        || '|(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|\p{N})(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}]|[\p{M}\p{N}])*'
        || '|$)'
    );

create or replace temp macro fold(word) as
    replace(lower(strip_accents(word)), 'ß', 'ss');

-- The other way to write a name without umlauts: 'Jürgen' is fold()ed to 'jurgen', and this gives 'juergen'.
create or replace temp macro fold_umlauts(word) as
    fold(replace(replace(replace(lower(nfc_normalize(word)), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'));

create or replace temp macro folded(words) as
    list_transform(words, lambda word: fold(word));

create or replace temp macro folded_words(body) as
    folded(words_of(body));

-- What stands before the word in its token. Not by a pattern: compiling one takes longer than a small page.
create or replace temp macro lead_of(token, word) as
    left(token, length(token) - coalesce(length(word), 0));

create or replace temp macro name_key(name) as
    nullif(array_to_string(folded_words(name), ' '), '');

-- How many characters of a text its first i tokens take.
create or replace temp macro offset_behind(tokens, i) as
    length(array_to_string(tokens[1:greatest(i, 0)], ''));
