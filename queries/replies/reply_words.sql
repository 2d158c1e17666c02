-- reply_words: every text of a post as a list of numbers, one for each word, equal for words that fold to the same.
-- Grain: one row per text. Key: text_id. Source: reply_texts.
-- Runs of words are looked for in all texts of a post; numbers make that several times quicker than words.

select
    post_id,
    text_id,
    seq,
    list_transform(words_of(body_text), lambda word: hash(fold(word))) as words

from reply_texts

where kind in ('post', 'comment')
