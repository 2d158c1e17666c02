-- thin_posts: how many comments the newest posts of a blog have, against its habit.
-- Scope: all
-- Grain: one row per watched start URL and window of newest posts (5, 10, 20). Keys: start_url, posts. Sources: blog_posts, watched.
-- Only posts count that are a week old or older and whose comments are not closed. The habit are the 100 such posts before the
-- window, at least 20. Of a window of n posts none has more than `most` comments; a share s of the habit's posts has as few.
-- That n posts in a row have so few by chance has the likelihood s^n: below one in a thousand it is told. All posts of the
-- window must be younger than a week before the first good run: sections that were empty when they were first read are no
-- news. How often that is wrong is measured by tests/test_status_habits.py.

with

ripe as (

    select
        posts.start_url,
        posts.comments,
        posts.published_at >= watched.first_good_at - interval 7 day as is_watched,
        row_number() over (
            partition by posts.start_url
            order by posts.published_at desc, posts.post_id
        ) as age

    from blog_posts as posts

    inner join watched
        on posts.start_url = watched.start_url

    where posts.published_at <= watched.last_good_at - interval 7 day
        and posts.comments_open is not false

),

windows as (

    select
        ripe.start_url,
        sizes.posts,
        max(ripe.comments) filter (where ripe.age <= sizes.posts) as most,
        bool_and(ripe.is_watched) filter (where ripe.age <= sizes.posts) as is_watched

    from ripe

    cross join (values (5), (10), (20)) as sizes(posts)

    group by ripe.start_url, sizes.posts

),

habits as (

    select
        windows.start_url,
        windows.posts,
        windows.most,
        windows.is_watched,
        count(*) as habit_posts,
        median(ripe.comments) as habit_comments,
        -- Never none: one more post is counted on either side.
        (count(*) filter (where ripe.comments <= windows.most) + 1) / (count(*) + 2) as share

    from windows

    inner join ripe
        on windows.start_url = ripe.start_url
        and ripe.age > windows.posts
        and ripe.age <= windows.posts + 100

    group by windows.start_url, windows.posts, windows.most, windows.is_watched

)

select
    start_url,
    posts,
    most,
    habit_posts,
    habit_comments,
    share,
    habit_posts >= 20 and is_watched and pow(share, posts) < 0.001 as is_thin

from habits
