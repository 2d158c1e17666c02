-- reply_name_forms: what a word in a text may name: every form of every writer of a post, known or learned.
-- Grain: one row per post, person and form. Keys: post_id, person_id, form.
-- Source: reply_known_forms, reply_learned_forms, reply_person_names, reply_phrases.

with

-- Who writes his own name small is called so.
cases as (

    select
        post_id,
        person_id,
        bool_or(not regexp_matches(name, '\p{Lu}')) as is_lower

    from reply_person_names

    group by post_id, person_id

),

forms as (

    select post_id, person_id, form, form_rank, is_handle from reply_known_forms
    union all
    select post_id, person_id, form, 5 as form_rank, false as is_handle from reply_learned_forms

),

final as (

    select
        post_id,
        person_id,
        form,
        form_rank,
        string_split(form, ' ')[1] as first_word,
        len(string_split(form, ' ')) as word_count,
        -- A greeting, a joining word, 'guest' or a title may be somebody's name too, but then only a greeting or '@' tells.
        form in (
            select phrase from reply_phrases
            where kind in ('greeting', 'opener', 'filler', 'title', 'joint', 'sigil', 'everybody')
        ) as is_phrase,
        is_handle or coalesce(is_lower, false) as is_lower

    from forms

    left join cases
        using (post_id, person_id)

    -- A form that many persons share singles out none of them, and would only cost time in a post with thousands.
    qualify count(*) over (partition by post_id, form) <= 8

)

select * from final
