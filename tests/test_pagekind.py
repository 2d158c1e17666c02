"""Whether a page is a post, a listing or neither: by what it shows, whatever words its address holds."""

from __future__ import annotations

import pytest
from rejoinder import extract
from rejoinder.spiders.reading.page import read_page

BLOG = "https://blog.example.org"
TEXT = "<p>The seats were counted twice, and twice the number was another one than the year before.</p>"
FORM = '<div id="comments"><form action="/comment"><textarea name="comment"></textarea></form></div>'
COMMENTS = (
    '<ol class="commentlist">'
    '<li class="comment" id="comment-3"><cite class="fn">Ada</cite> <time datetime="2021-03-05">5 March 2021</time>'
    "<p>I counted a third number, to be honest.</p></li>"
    '<li class="comment" id="comment-4"><cite class="fn">Bob</cite> <time datetime="2021-03-06">6 March 2021</time>'
    "<p>And I a fourth one, so there.</p></li></ol>"
)


def page(body: str, title: str = "Seats", head: str = "", classes: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head>"
        f"<body{f' class={classes!r}' if classes else ''}>{body}</body></html>"
    )


def entries(form: str, count: int = 4) -> str:
    return "".join(form.format(n=n, text=TEXT) for n in range(1, count + 1))


LISTINGS = {
    "linked titles below the blog's name": (
        "/",
        page("<h1>Blog</h1>" + entries('<h2><a href="/articles/{n}/note-{n}">Note {n}</a></h2>')),
    ),
    "articles of microdata, each with an h1 of its own": (
        "/",
        page(
            entries(
                '<article itemscope itemtype="http://schema.org/BlogPosting"><h1 itemprop="headline">'
                '<a href="/note-{n}">Note {n}</a></h1><time datetime="2021-03-0{n}">March {n}</time>{text}</article>'
            )
        ),
    ),
    "articles under unlinked titles, each with a link to more": (
        "/",
        page(
            entries(
                "<article itemscope itemtype='http://schema.org/BlogPosting'><h1>Note {n}</h1>"
                '<time datetime="2021-03-0{n}">March {n}</time>{text}<a href="/note-{n}">Read more</a></article>'
            )
        ),
    ),
    "whole posts one after the other, parted by nothing": (
        "/index.php?page=2",
        page(
            "<div id=main>"
            + entries('<h3><a href="/note-{n}">Note {n}</a></h3><p>March {n}, 2021</p>{text}{text}')
            + "</div>"
        ),
    ),
    "titles in spans": (
        "/",
        page(
            entries(
                '<div class="inline"><span class="header"><a href="./posts/note-{n}/">Note {n}</a></span>{text}</div>'
            )
        ),
    ),
    "a table of titles and dates": (
        "/?archive",
        page(
            "<h1>Archive</h1><table>"
            + entries('<tr><td class="title"><a href="/note-{n}">Note {n}</a></td><td>March {n}, 2021</td></tr>')
            + "</table>"
        ),
    ),
    "paragraphs of a title and a date": (
        "/archives/",
        page("<h1>Notes</h1>" + entries('<p><a href="/note-{n}">Note {n}</a><br>Posted <i>Mar {n}, 2021</i></p>')),
    ),
    "the one post of a month": (
        "/2021/03/",
        page(
            "<h1>March 2021</h1><div class=post><h2><a href='/2021/03/04/note/'>Note</a></h2>"
            f"<p class=date>March 4, 2021</p><div class=entry>{TEXT}</div></div>"
        ),
    ),
    "the one post of a month behind a few words": (
        "/archive/2021/3/",
        page(
            "<h1>Blog</h1><div class=middle><p>Posts of March, 2021</p><h2><a href='/blog/note/'>Note</a></h2>"
            f"<h6>by Mara, 8 months ago</h6>{TEXT}<p><a href='/blog/note/'>read more</a></p></div>"
        ),
    ),
    "the latest comments of many posts": (
        "/?disp=comments",
        page(
            "<h1>Latest comments</h1>"
            + "".join(
                f'<div class="comment" id="comment-10{n}"><cite class="fn">Ada {n}</cite> on '
                f'<a href="/note-{n}#c10{n}">Note {n}</a> <time datetime="2021-03-0{n}">March {n}</time>'
                f"<p>I counted {n} seats, or so.</p></div>"
                for n in range(1, 5)
            )
        ),
    ),
}
POSTS = {
    "a text with a date and nothing else": ("/note", page(f"<h1>Note</h1><p>4 March 2021</p>{TEXT}", "Note")),
    "no date, but a form for comments": ("/note", page(f"<h1>Note</h1>{TEXT}{FORM}", "Note")),
    "a short text above teasers of others": (
        "/note",
        page(
            f"<main><h1>Note</h1><p>4 March 2021</p><div>{TEXT}</div></main><h2>More</h2>"
            + entries('<div class="card"><h3><a href="/note-{n}0">Other note {n}</a></h3>{text}</div>'),
            "Note",
        ),
    ),
    "a long text with linked titles behind it": (
        "/note",
        page(
            f"<article><h1>Note</h1>{TEXT * 8}</article><p>by Mara on March 4, 2021</p>"
            + entries('<h3><a href="/note-{n}0">Other note {n}</a></h3>'),
            "Note",
        ),
    ),
    "a title that links to the page itself": (
        "/2021/03/note/?utm_source=feed",
        page(f"<h2><a href='{BLOG}/2021/03/note'>Note</a></h2><p>March 4, 2021</p>{TEXT}", "Note"),
    ),
    "a month above the title that leads to its archive": (
        "/2021/03/note/",
        page(f"<h2>Note</h2><h3><a href='/?m=202103'>March 2021</a></h3><p>4 March 2021</p>{TEXT}", "Note"),
    ),
    "comments, below an address like a category's": (
        "/category/news/note/",
        page(f"<h1>Note</h1><p>4 March 2021</p>{TEXT}<div id=comments>{COMMENTS}</div>", "Note"),
    ),
    "comments, below an address like an author's": (
        "/author/ann/2021/note/",
        page(f"<h1>Note</h1><p>4 March 2021</p>{TEXT}<div id=comments>{COMMENTS}</div>", "Note"),
    ),
    "comments of which each has a page of its own": (
        "/note",
        page(
            f"<h1>Note</h1><p>4 March 2021</p>{TEXT}<div id=comments>"
            + COMMENTS.replace("<p>I", "<a href='/comment/3#comment-3'>#</a><p>I").replace(
                "<p>And", "<a href='/comment/4#comment-4'>#</a><p>And"
            )
            + "</div>",
            "Note",
        ),
    ),
    "a title that leads to another address of the post, as the window calls itself": (
        "/topic/seats",
        page(
            f"<div class='box'>Seats that we counted</div><div class='box'><div class='message-title'>"
            f"<a href='/message/31'>Seats that we counted</a></div><small>on: 2021-03-05 08:12</small><div>{TEXT}</div>"
            "</div>",
            "Seats that we counted » Forum",
        ),
    ),
    "a control in the heading": (
        "/index.php/Talk:Seats",
        page(
            f"<h1>Talk</h1><div id=main><h2><span>Where seats go</span> [<a href='/index.php?edit=1'>edit</a>]</h2>"
            f"{TEXT}<p>Counted by Ada, 5 March 2021</p></div>",
            "Talk",
        ),
    ),
}
OTHERS = {
    "a page about the author": ("/about", page(f"<h1>About</h1>{TEXT}", "About")),
    "an empty month": ("/2021/07/", page("<h1>July 2021</h1><p>Nothing here.</p>", "July 2021")),
    "a list of the site's pages": (
        "/sitemap",
        page("<h1>Site map</h1><ul>" + entries('<li><a href="/note-{n}">Note {n}</a></li>') + "</ul>", "Site map"),
    ),
}


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        pytest.param(kind, case, id=name)
        for kind, cases in (("listing", LISTINGS), ("post", POSTS), ("other", OTHERS))
        for name, case in cases.items()
    ],
)
def test_a_page_is_what_it_shows(kind: str, case: tuple[str, str]) -> None:
    path, html = case
    assert read_page(html, BLOG + path).kind == kind


def test_a_listing_names_its_entries_in_order() -> None:
    path, html = LISTINGS["titles in spans"]
    assert read_page(html, BLOG + path).entries == [f"{BLOG}/posts/note-{n}/" for n in range(1, 5)]


def test_extract_takes_a_listing_for_none_of_its_posts() -> None:
    path, html = LISTINGS["linked titles below the blog's name"]
    found = extract(html, BLOG + path)
    assert (found["page_kind"], found["post"], found["comments"]) == ("listing", None, [])


TEASERS = "<section><h2>Read more</h2>" + entries(
    '<article class="card"><a href="/note-{n}"><h3>Note {n}</h3>{text}{text}</a></article>'
)


def test_the_beginnings_of_other_posts_are_no_text_of_a_post() -> None:
    text = "<p>They are still being counted, and will be for a while yet.</p>"
    own = f"<article><h1>Seats</h1><p>5 March 2021</p>{text}</article>"
    reading = read_page(page(own + COMMENTS + TEASERS), f"{BLOG}/seats")
    assert reading.kind == "post"
    assert reading.post is not None and reading.post.body is not None
    text = str(reading.post.body.text_content())
    assert ("being counted" in text, "counted twice" in text) == (True, False)


def test_articles_that_a_post_is_made_of_are_its_text() -> None:
    own = "<article><h1>Seats</h1><p>5 March 2021</p>" + TEASERS + "</section></article>"
    reading = read_page(page(own + COMMENTS), f"{BLOG}/seats")
    assert reading.post is not None and reading.post.body is not None
    assert "counted twice" in str(reading.post.body.text_content())


@pytest.mark.parametrize(
    ("said", "kind"),
    [("post-template", "post"), ("page-template page-about", "other"), ("tag-template tag-seats", "listing")],
)
def test_ghost_says_what_its_pages_are(said: str, kind: str) -> None:
    """A dated text under a headline with a list of others below it: by its shape alone it could be either."""
    head = '<meta name="generator" content="Ghost 6.65">'
    own = f"<article><h1>Seats</h1><time datetime='2021-03-05'>5 March 2021</time>{TEXT * 4}</article>"
    assert read_page(page(own + TEASERS, head=head, classes=said), f"{BLOG}/seats").kind == kind
