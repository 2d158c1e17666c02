-- stg_comments: every comment once, as its newest committed observation shows it.
-- Scope: post
-- Grain: one row per comment. Key: comment_id. Sources: raw_comments, kept only where the ledger has the fetch, since a
-- killed run leaves records without it and fetches their page again; last_sights, comment_facts, comment_lives.
-- The newest observation is the one that was seen last, by its own fetch or by one that saw its records unchanged.
-- Text, names, votes and state are the newest observation's, so that what was removed or edited since is not shown.

with

newest as (

    select comments.*

    from raw_comments as comments

    inner join last_sights
        on comments.fetch_id = last_sights.shown_by

    -- Twice in one fetch: the first in the order of the page. By the text's hash, because sorting copies its keys.
    qualify row_number() over (
        partition by comments.comment_id
        order by last_sights.last_at desc, comments.fetch_id desc, comments.position, hash(comments.body_text)
    ) = 1

),

final as (

    select
        newest.comment_id,
        newest.post_id,
        facts.native_id,
        newest.comment_page,
        newest.position,
        facts.number,
        newest.kind,

        facts.parent.id as parent_id,
        facts.parent.stated_by as parent_from,
        -- False where no observation shows threads: then a null parent says nothing.
        facts.parent.doubt < 3 as is_parent_stated,
        newest.depth,

        newest.author_name,
        newest.author_url,
        facts.by_post_author,

        facts.published.raw as published_raw,
        facts.published.local as published_local,
        facts.published.at as published_at,
        facts.published.precision as published_precision,

        newest.body_text,
        newest.body_html,
        newest.likes,
        facts.permalink,
        newest.state,

        newest.fetch_id,
        newest.fetched_at,
        lives.first_seen_at,
        lives.last_seen_at

    from newest

    inner join comment_facts as facts
        on newest.comment_id = facts.comment_id

    inner join comment_lives as lives
        on newest.comment_id = lives.comment_id

)

select * from final
