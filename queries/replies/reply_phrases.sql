-- reply_phrases: the word table that salutations and agreement are read with, folded as texts are.
-- Grain: one row per kind and phrase. Keys: kind, phrase. Source: phrases.csv, where a line more teaches a word more.

select distinct
    kind,
    name_key(phrase) as phrase,
    folded_words(phrase) as words

from phrases
