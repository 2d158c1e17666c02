-- stg_posts: every post once, as its newest committed observation shows it.
-- Scope: post
-- Grain: one row per post. Key: post_id. Sources: raw_posts, kept only where the ledger has the fetch: records without
-- their fetch were left by a killed run, which fetches the page again; last_sights.
-- The newest observation is the one that was seen last, by its own fetch or by one that saw its records unchanged.
-- A value that the newest observation does not state is taken from the newest that does: an API knows no stated count
-- and a page no native id, and neither makes the other's value wrong.

with

committed as (

    select
        posts.*,
        last_sights.first_at,
        last_sights.last_at

    from raw_posts as posts

    inner join last_sights
        on posts.fetch_id = last_sights.shown_by

),

ranked as (

    select
        *,
        row_number() over (
            partition by post_id
            order by last_at desc, fetch_id desc, url, title, body_text
        ) as recency,
        date_doubt(published_raw, published_local, published_at, published_precision) as doubt

    from committed

),

merged as (

    select
        post_id,
        arg_min(site, recency) as site,
        arg_min(url, recency) as url,
        -- An older version had no address but this one.
        arg_min(coalesce(canonical_url, url), recency) as canonical_url,
        arg_min(struct_pack(url := claimed_url), recency).url as claimed_url,
        arg_min(platform, recency) as platform,
        arg_min(native_id, recency) as native_id,
        arg_min(title, recency) as title,
        arg_min(author_name, recency) as author_name,
        arg_min(author_url, recency) as author_url,

        arg_min(
            struct_pack(
                raw := published_raw, local := published_local, at := published_at, precision := published_precision
            ),
            date_order(doubt, recency)
        ) as published,
        arg_min(modified_at, recency) as modified_at,

        -- An empty list is what a page without categories and an API without names both give.
        coalesce(arg_min(nullif(categories, []), recency), []) as categories,
        coalesce(arg_min(nullif(tags, []), recency), []) as tags,
        arg_min(lang, recency) as lang,
        -- Both of one page: a text without markup has no HTML, and another's is not its.
        arg_min(struct_pack(text := body_text, html := body_html), recency)
            filter (where coalesce(body_text, body_html) is not null) as body,

        arg_min(declared_comments, recency) as declared_comments,
        arg_min(fetched_at, recency) filter (where declared_comments is not null) as declared_at,
        arg_min(comments_open, recency) as comments_open,
        coalesce(arg_min(nullif(embeds, []), recency), []) as embeds,
        -- All of one page: what it no longer states is no longer reserved.
        arg_min(
            struct_pack(
                robots := rights_robots, tdm := rights_tdm, policy := rights_tdm_policy, licenses := rights_licenses
            ),
            recency
        ) filter (where rights_robots is not null) as rights,

        arg_min(fetch_id, recency) as fetch_id,
        arg_min(fetched_at, recency) as fetched_at,
        min(first_at) as first_seen_at,
        max(last_at) as last_seen_at

    from ranked

    group by post_id

),

final as (

    select
        post_id,
        site,
        url,
        canonical_url,
        claimed_url,
        platform,
        native_id,
        title,
        author_name,
        author_url,

        published.raw as published_raw,
        published.local as published_local,
        published.at as published_at,
        published.precision as published_precision,
        modified_at,

        categories,
        tags,
        lang,
        body.text as body_text,
        body.html as body_html,

        declared_comments,
        declared_at,
        comments_open,
        embeds,

        rights.robots as rights_robots,
        rights.tdm as rights_tdm,
        rights.policy as rights_tdm_policy,
        rights.licenses as rights_licenses,

        fetch_id,
        fetched_at,
        first_seen_at,
        last_seen_at

    from merged

)

select * from final
