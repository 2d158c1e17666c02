-- person_pages: by which pages of their own persons can be known again on other sites, and by which they cannot.
-- Scope: all
-- Grain: one row per page and person. Keys: (page, site, person_id).
-- Sources: reply_writers, posts, comments, home_pages (queries/homes.py), hosts_of_many.
-- Never by a name: two names on two sites are one person where both state one page, and it is nobody else's.

with

stated as (

    select
        writers.site,
        writers.person_id,
        comments.author_url as url,
        'comment' as evidence

    from reply_writers as writers

    inner join comments
        on writers.text_id = comments.comment_id

    where comments.author_url is not null

    union all

    select
        writers.site,
        writers.person_id,
        posts.author_url,
        'post' as evidence

    from reply_writers as writers

    inner join posts
        on writers.text_id = posts.post_id

    -- Of several authors the page is one's, and nothing says whose.
    where posts.author_url is not null and not contains(posts.author_name, ', ')

    union all

    -- Where posts name no author, a comment may be known to be the author's.
    select distinct
        writers.site,
        writers.person_id,
        'https://' || writers.site,
        'blog' as evidence

    from reply_writers as writers

    left join comments
        on writers.text_id = comments.comment_id

    where writers.kind = 'post' or comments.by_post_author

),

spellings as (

    select
        home_pages.page,
        stated.site,
        stated.person_id,
        stated.url,
        list(distinct stated.evidence) as evidence,
        count(*) filter (stated.evidence <> 'blog') as texts

    from stated

    inner join home_pages
        on stated.url = home_pages.url

    group by home_pages.page, stated.site, stated.person_id, stated.url

),

pages as (

    select
        page,
        regexp_extract(page, '^https?://([^/?:]+)', 1) as host,
        regexp_matches(page, '^https?://[^/?]+/?(?:\?.*)?$') as is_front,
        site,
        person_id,
        first(url order by texts desc, url) as url,
        list_sort(list_distinct(flatten(list(evidence)))) as evidence,
        sum(texts)::bigint as texts

    from spellings

    group by page, site, person_id

),

-- Whose pages stand on a host besides its front page, and on the hosts below its name.
tenants as (

    select
        host as landlord,
        person_id

    from pages

    where not is_front

    union

    select
        array_to_string(string_split(host, '.')[place:], '.') as landlord,
        person_id

    from (select host, person_id, unnest(range(2, len(string_split(host, '.')))) as place from pages)

),

hosts as (

    select host from hosts_of_many

    union

    select landlord from tenants group by landlord having count(*) > 1

),

judged as (

    select
        pages.*,
        case
            when not contains(host, '.') then 'no_host'
            when page in (select canonical_url from posts) and not list_contains(evidence, 'blog') then 'a_post'
            when starts_with(place_of(site) || '/', place_of(page) || '/') and not list_contains(evidence, 'blog')
                then 'own_site'
            when is_front
                and host in (select host from hosts)
                and page not in (select page from pages where list_contains(evidence, 'blog'))
                then 'host_of_many'
        end as own_doubt

    from pages

),

-- One page for several names of a site: a company's, a blog's, a form's default. 'David' is no other than 'David Megginson'.
shared as (

    select distinct page

    from (

        select
            page,
            person_id,
            first(person_id) over (
                partition by page, site
                order by length(person_id) desc, person_id
            ) as longest

        from judged

        where own_doubt is null

    )

    where not list_has_all(string_split(longest, ' '), string_split(person_id, ' '))
        and replace(longest, ' ', '') <> replace(person_id, ' ', '')

),

final as (

    select
        judged.page,
        judged.site,
        judged.person_id,

        judged.url,
        judged.evidence,
        judged.texts,
        coalesce(judged.own_doubt, if(shared.page is not null, 'several_names', null)) as doubt,
        count(distinct judged.site) filter (judged.own_doubt is null) over (partition by judged.page) as sites,
        count(distinct judged.person_id) filter (judged.own_doubt is null) over (partition by judged.page) as names

    from judged

    left join shared
        on judged.page = shared.page

)

select * from final
