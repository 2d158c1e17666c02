-- posts_twice: posts of one blog that agree in title, date and text but not in id: one post under two URLs.
-- Severity: warning

select
    site,
    title,
    list(url order by url) as urls

from posts

where title is not null and body_text <> ''

group by site, title, published_local, body_text

having count(*) > 1
