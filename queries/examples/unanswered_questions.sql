-- unanswered_questions: Which comments ask something that nobody answered?
-- A question mark counts in the comment's own words, not in quoted lines and addresses. An answer is one that shows: by its
-- place in the thread or by its text; what askers add themselves is none.

with

questions as (

    select
        comments.*,
        posts.title,
        regexp_replace(
            regexp_replace(comments.body_text, '^[ \t]*>.*$', '', 'gm'), '(?:https?://|www\.)\S+', '', 'gi'
        ) as own_words

    from comments

    inner join posts
        on comments.post_id = posts.post_id

    where
        comments.kind = 'comment'
        and comments.state = 'visible'
        and regexp_matches(own_words, '[?？؟]')

),

answers as (

    select
        replies.target_id,
        answering.author_name

    from replies

    inner join comments as answering
        on replies.comment_id = answering.comment_id

    where replies.target_kind = 'comment'

)

select
    title as post,
    author_name as asked_by,
    lang,
    published_local as asked,
    trim(regexp_extract(own_words, '[^.!?？؟\n]*[?？؟]')) as question

from questions

where not exists (
    from answers
    where
        answers.target_id = questions.comment_id
        and coalesce(answers.author_name <> questions.author_name, true)
)

order by published_local desc nulls last, comment_id

limit 10
