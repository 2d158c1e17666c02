"""The title of a page that calls itself by more than a title."""

from __future__ import annotations

import pytest
from rejoinder.spiders.reading import headline, phrases
from rejoinder.spiders.reading.page import read_page


def test_a_title_of_thousands_of_parts_is_compared_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def counted(text: str) -> str:
        compared.append(text)
        return plain(text)

    plain = headline.plain
    monkeypatch.setattr(headline, "plain", counted)
    name = '<meta property="og:site_name" content="The Blog">'
    title = " | ".join(map(str, range(3000)))
    reading = read_page(f"<title>{title}</title>{name}<h1>On ports</h1><p>Text.</p>")
    assert reading.post is not None
    # Each part once, the whole a few times.
    assert sum(map(len, compared)) < 100 * len(title)


@pytest.mark.parametrize("title", ["The Blog | On ports", "On ports - The Blog", "The Blog | The Blog | On ports"])
def test_the_sites_name_at_either_end_is_no_part_of_the_title(title: str) -> None:
    name = '<meta property="og:site_name" content="The Blog">'
    reading = read_page(f"<title>{title}</title>{name}<p>{'Some words about ports. ' * 20}</p>")
    assert reading.post is not None
    assert reading.post.title == "On ports"


def test_of_what_a_page_calls_itself_so_much_is_read_as_a_title_may_have() -> None:
    post = read_page(f"<title>{'Ada and Bob, ' * 50_000}</title><p>Said.</p>").post
    assert post is not None
    assert len(post.title or "") <= 4000


def test_a_heading_that_holds_the_text_is_no_title() -> None:
    # As a browser reads it that was given a heading without its end.
    text = "Ships came in at noon and left at night. " * 10
    post = read_page(f"<title>On ports</title><article><h1>{text}</h1><p>{text}</p></article>").post
    assert post is not None
    assert post.title == "On ports"


def test_a_kind_of_page_behind_the_title_is_no_part_of_it() -> None:
    text = "Ships came in at noon and left at night. " * 10
    shown = '<div class="panel"><a href="/topic/7-where-ships-go-at-night">Where ships go at night</a></div>'
    page = f"<title>Where ships go at night - Topic - Harbour</title>{shown}<div><p>{text}</p></div>"
    post = read_page(page, "https://forum.example.org/topic/7-where-ships-go-at-night").post
    assert post is not None
    assert post.title == "Where ships go at night"


def test_what_a_page_tells_of_its_author_is_neither_name_nor_date_of_the_post() -> None:
    about = (
        '<div class="author"><div class="author-name"><h4><a href="/user/ada">Ada Quill</a></h4></div>'
        '<div class="author-title"><h5>Member</h5></div><div class="author-registered">Joined: Jan 09 2020</div></div>'
    )
    text = "Ships came in at noon and left at night. " * 10
    shown = f'<h2>Where ships go</h2>{about}<div class="post-meta">02 July 2021 - 22:10</div><div><p>{text}</p></div>'
    post = read_page(f"<title>Where ships go</title>{shown}", "https://forum.example.org/topic/7").post
    assert post is not None
    assert post.author_name == "Ada Quill"
    assert post.published is not None
    assert post.published.text == "02 July 2021 - 22:10"


def test_the_words_of_a_dialog_are_not_the_posts() -> None:
    asked = "Are you sure that you want to perform this action? This action is irreversible."
    dialog = (
        f'<div class="modal fade"><div class="modal-dialog"><h4 class="modal-title">Are you sure?</h4>'
        f"<div><p>{asked} {asked}</p></div></div></div>"
    )
    shown = "<h2>Ships</h2><p>2 July 2021</p><div><p>They came in at noon and left at night.</p></div>"
    reading = read_page(f"<title>Ships</title>{shown}{dialog}", "https://forum.example.org/topic/7")
    assert reading.post is not None
    assert reading.post.body is None or asked not in (reading.post.body.text_content())
    assert reading.post.title == "Ships"


def test_a_mark_between_the_title_and_a_date_in_one_heading_is_no_part_of_it() -> None:
    heading = "<h1><a href='/1'>On ports and ships</a> : <small>3 May 2019</small></h1>"
    post = read_page(f"<title>On ports and ships « The Blog</title>{heading}<p>Ships came in.</p>").post
    assert post is not None
    assert post.title == "On ports and ships"


TEXT = f"<p>I am on stage with three of them. {'Ships came in at noon and left at night. ' * 3}</p>"


@pytest.mark.parametrize(
    "head",
    [
        "<div><h2>On ports and ships</h2>Written on <abbr>3 May 2019</abbr> | by Ada Quill<hr>{}</div>",
        "<h2>On ports and ships</h2><p>Filed under: News — Ada Quill at 6:30 pm on Friday, May 3, 2019</p>{}",
        "<h1>On ports and ships</h1><div class='date-comments'><p>Posted on 3 May 2019 by <a rel='author' href='/a'>"
        "Ada Quill</a></p><a href='#comments'>60</a></div>{}",
        "<h1>On ports and ships</h1><p><a href='/users/7'>Ada Quill</a>, 3 May 2019 <a href='/m/7'>3,926</a></p>{}",
        "<div class='recent-post'><h2>On ports and ships</h2><small>3 May 2019 | by Ada Quill</small></div>{}",
    ],
)
def test_who_wrote_the_post_and_when_is_read_near_its_title(head: str) -> None:
    said = "<li class='comment' id='comment-1'><cite>Cleo</cite> <span>4 May 2019</span><p>So it was.</p></li>"
    page = f"<title>On ports and ships</title>{head.format(TEXT)}<ol class='commentlist'>{said}</ol>"
    post = read_page(page).post
    assert post is not None
    assert post.author_name == "Ada Quill"
    assert post.published is not None
    assert "2019" in (post.published.text or "")


@pytest.mark.parametrize(("stated", "count"), [("(12) Comentários", 12), ("[3] Comments", 3), ("(1) Comentário", 1)])
def test_a_count_in_brackets_before_the_word_is_one(stated: str, count: int) -> None:
    found = phrases.COUNT_TEXT.search(stated)
    assert found is not None
    assert found[1] == str(count)


@pytest.mark.parametrize("place", ["<h1>On ports</h1>{}" + TEXT, "<h1>On ports</h1>" + TEXT + "{}"])
@pytest.mark.parametrize(
    "line", ["<div>Last edited <span class='date'>3 May 2019</span></div>", "<p>Modified on 3 May 2019</p>"]
)
def test_the_date_of_a_change_is_not_that_of_publishing(place: str, line: str) -> None:
    said = "<li class='comment' id='comment-1'><cite>Cleo</cite> <span>4 May 2019</span><p>So it was.</p></li>"
    post = read_page(f"{place.format(line)}<ol class='commentlist'>{said}</ol>").post
    assert post is not None
    assert post.published is None


@pytest.mark.parametrize(("stated", "shown"), [("Tom Theme", "Ada Quill"), ("Ada Quill", "Ada Quill")])
def test_an_author_that_metas_alone_name_is_not_another_one_than_the_page_marks(stated: str, shown: str) -> None:
    page = (
        f"<meta name='author' content='{stated}'><h1>On ports</h1><p>by <a rel='author' href='/a'>{shown}</a></p>{TEXT}"
    )
    post = read_page(page).post
    assert post is not None
    assert post.author_name == "Ada Quill"


def test_an_author_that_metas_alone_name_counts_where_the_page_marks_nobody() -> None:
    post = read_page(f"<meta name='author' content='Ada Quill'><h1>On ports</h1><p>3 May 2019</p>{TEXT}").post
    assert post is not None
    assert post.author_name == "Ada Quill"
