"""Comment sections of any make: no name in their markup speaks of comments, only a heading, a form and their shape."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rejoinder import extract
from rejoinder.cli import main
from rejoinder.spiders.reading import label
from rejoinder.spiders.reading.align import step_of
from rejoinder.spiders.reading.document import Document
from rejoinder.spiders.reading.page import read_page

NAMES = ["Ada Quill", "Björn Öst", "Cleo", "D. Marsh", "eve77", "Fjodor Lind", "Grace O'Neil", "王小明"]
SENTENCES = [
    "The second table leaves out the port, which is where most of the cost comes from.",
    "I have seen two of these in the field and neither ran for a week.",
    "That is a fair point, but who pays for it in the end?",
    "We moved to the other vendor in spring and have not looked back since.",
    "Could you say more about the licence that comes with it?",
    "Nobody reads the small print until the first invoice arrives.",
]
Row = tuple[str, datetime, str]


def in_list(rows: list[Row]) -> str:
    items = (
        f'<li><span class="q1">{name}</span> <small>{at:%d %B %Y, %H:%M}</small> <a href="#r">Reply</a>'
        f'<div class="q2"><p>{text}</p></div></li>'
        for name, at, text in rows
    )
    return f'<ul class="msg">{"".join(items)}</ul>'


def in_lines(rows: list[Row]) -> str:
    return "".join(
        f'<div class="zz"><h4>From {name} - {at:%d %B %Y %H:%M}</h4><div>{text}</div></div>' for name, at, text in rows
    )


def in_terms(rows: list[Row]) -> str:
    pairs = (f"<dt><b>{name}</b>, {at:%d %B %Y, %H:%M}</dt><dd><p>{text}</p></dd>" for name, at, text in rows)
    return f"<dl>{''.join(pairs)}</dl>"


def in_table(rows: list[Row]) -> str:
    pairs = (
        f"<tr><td><b>{name}</b> {at:%d %B %Y %H:%M}</td></tr><tr><td><p>{text}</p></td></tr>" for name, at, text in rows
    )
    return f"<table>{''.join(pairs)}</table>"


ALONE = "<h1>On ports</h1><ol class='commentlist'><li class='comment' id='comment-1'>{}</li></ol>"
FORM = '<form action="/say"><p>Your name <input name="n"></p><textarea name="t"></textarea></form>'
MAKES: list[Callable[[list[Row]], str]] = [in_list, in_lines, in_terms, in_table]


@st.composite
def sections(draw: st.DrawFn) -> list[Row]:
    """Four comments and more, in order of time; names come back, texts vary in length."""
    at = datetime(2012, 3, 4, 9, 30)
    rows: list[Row] = []
    for number in range(draw(st.integers(4, 9))):
        at += timedelta(minutes=draw(st.integers(3, 3000)))
        further = draw(st.lists(st.sampled_from(SENTENCES), max_size=2))
        rows.append(
            (NAMES[(number + draw(st.integers(0, 3))) % len(NAMES)], at, " ".join([SENTENCES[number % 6], *further]))
        )
    return rows


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
@given(rows=sections())
def test_a_section_without_telling_names_is_read(make: Callable[[list[Row]], str], rows: list[Row]) -> None:
    post = "<p>Vendors guide low and then beat their guidance, quarter for quarter; nobody minds.</p>" * 3
    section = f"<h3>{len(rows)} Comments</h3>{make(rows)}{FORM}"
    page = f'<html lang="en"><body><h1>On guidance</h1><div>{post}</div>{section}</body></html>'
    comments = read_page(page, "https://blog.example.org/2012/03/guidance/").comments
    assert [comment.author_name for comment in comments] == [name for name, _, _ in rows]
    assert [comment.body.text_content().strip() for comment in comments if comment.body is not None] == [
        text for _, _, text in rows
    ]
    assert all(
        f"{at:%d %B %Y}" in (c.published.text or "")
        for c, (_, at, _) in zip(comments, rows, strict=True)
        if c.published
    )
    assert all(comment.published for comment in comments)


MONTHS = "".join(f'<li><a href="/2011/{m:02}/">{m:02}/2011</a> ({m + 3})</li>' for m in range(1, 13))
TEASERS = "".join(
    f'<div class="t"><h3><a href="/2011/0{n}/a-post-of-mine-number-{n}/">A post of mine, number {n}</a></h3>'
    f"<span>by Ada Quill</span> <span>{n} March 2011</span><p>{SENTENCES[n]} {SENTENCES[n - 1]}</p></div>"
    for n in range(1, 6)
)
PARAGRAPHS = "".join(f"<p>{SENTENCES[n % 6]} {SENTENCES[(n + 2) % 6]}</p>" for n in range(30))


NO_COMMENTS = {"months": f"<ul>{MONTHS}</ul>", "teasers": TEASERS, "paragraphs": PARAGRAPHS}


@pytest.mark.parametrize("block", NO_COMMENTS.values(), ids=NO_COMMENTS.keys())
def test_what_repeats_and_is_no_comment_is_left_alone(block: str) -> None:
    post = f"<h1>On guidance</h1><p>{SENTENCES[0] * 4}</p>"
    page = f"<html lang='en'><body>{post}<div id='comments'></div>{block}</body></html>"
    assert read_page(page, "https://blog.example.org/2012/03/guidance/").comments == []


@pytest.mark.parametrize("name", ["even words", "words last", "words  odd", "alt words"])
def test_a_class_of_some_rows_is_no_step_to_a_text(name: str) -> None:
    doc = Document(f"<div class='{name}'>No worries.</div>")
    [number] = doc.with_tag["div"]
    assert step_of(doc, number) == "div.words"


def test_extract_tells_why(tmp_path) -> None:
    page = tmp_path / "page.html"
    rows = [(NAMES[n], datetime(2012, 3, n + 1, 10), SENTENCES[n]) for n in range(5)]
    section = f"<h3>5 Comments</h3>{in_list(rows)}{FORM}"
    page.write_text(f"<html lang='en'><body><h1>On guidance</h1><p>{SENTENCES[0] * 4}</p>{section}</body></html>")
    told = CliRunner().invoke(main, ["extract", str(page), "--explain"]).output
    assert "taken: 5 rows found by" in told
    assert "author: span.q0[0]" in told
    assert "'Reply'" in told


@pytest.mark.parametrize("module", ["align", "initials", "label"])
def test_examples_in_docstrings_run(module: str) -> None:
    tried = doctest.testmod(importlib.import_module(f"rejoinder.spiders.reading.{module}"))
    assert tried.attempted
    assert not tried.failed


def test_an_empty_id_names_no_comment() -> None:
    [comment] = read_page(b'<d class=comment id><">3 February 20<p>An').comments  # as `make fuzz` found it
    assert comment.native_id is None


def test_a_text_that_is_taken_for_a_control_is_told_of() -> None:
    texts = ("<fieldset>The second port costs most.</fieldset>", "<p>So it is.</p>", "<p>Thanks to both of you.</p>")
    rows = "".join(
        f'<li class="comment" id="comment-{n}"><cite class="fn">{NAMES[n]}</cite> '
        f'<span class="date">{n + 1} March 2012</span>'
        f'<div class="comment-body">{text}</div></li>'
        for n, text in enumerate(texts)
    )
    page = f'<h1>On guidance</h1><div id="comments"><h3>3 Comments</h3><ol class="commentlist">{rows}</ol></div>'
    found = extract(page, replies=False)
    assert [comment["body_text"] for comment in found["comments"]] == ["", "So it is.", "Thanks to both of you."]
    assert [comment.missed_text for comment in read_page(page).comments] == ["The second port costs most.", None, None]


SHORT = ["So it is.", "The second port costs most.", "No.", "Who pays for it?"]


def page_of(rows: str) -> str:
    post = f"<h1>On guidance</h1><p>{SENTENCES[0] * 4}</p>"
    return f"<html lang='en'><body>{post}<div id='comments'><h3>4 Comments</h3>{rows}</div>{FORM}</body></html>"


def read_texts(rows: str) -> list[tuple[str | None, str]]:
    """Name and text of each comment of a page."""
    found = extract(page_of(rows), url="https://blog.example.org/2012/03/guidance/", replies=False)
    return [(comment["author_name"], comment["body_text"]) for comment in found["comments"]]


def test_a_quotation_that_each_text_stands_in_is_the_templates() -> None:
    rows = "".join(
        f"<div class='bubble'><blockquote>{text}</blockquote><cite><b>{NAMES[n]}</b> at 10:0{n} on {n + 1} March 2012"
        f"</cite></div>"
        for n, text in enumerate(SHORT)
    )
    assert read_texts(rows) == list(zip(NAMES, SHORT, strict=False))


def test_a_quotation_that_one_comment_is_stays_one() -> None:
    texts = ["<p>So it is.</p>", "<blockquote>So it is.</blockquote>", "<p>No.</p>"]
    rows = "".join(
        f'<li class="comment" id="comment-{n}"><cite class="fn">{NAMES[n]}</cite> '
        f'<span class="date">{n + 1} March 2012</span>{text}</li>'
        for n, text in enumerate(texts)
    )
    assert [text for _, text in read_texts(f"<ol class='commentlist'>{rows}</ol>")] == [
        "So it is.",
        "> So it is.",
        "No.",
    ]


def test_a_permalink_is_no_text_in_a_section_of_two() -> None:
    rows = "".join(
        f"<article id='comment-{n}'><a href='/guidance/#comment-{n}' rel='bookmark'>Permalink</a><h4>{NAMES[n]}</h4>"
        f"<p>Posted on <abbr class='published' title='2012-03-0{n + 1}T10:00:00'>{n + 1} March 2012</abbr></p>"
        f"<p>{SHORT[n]}</p></article>"
        for n in range(2)
    )
    assert read_texts(rows) == list(zip(NAMES, SHORT[:2], strict=False))


def test_names_are_what_a_label_calls_so_and_no_numbers() -> None:
    rows = "".join(
        f"<tr><th><a href='note{n}'>note{n} (view)</a></th><th>Author: {NAMES[n]}</th>"
        f"<th>Date: 2012-03-0{n}.10:15:00</th></tr>"
        f"<tr><td colspan='3' class='content'><pre>{SENTENCES[n]}</pre></td></tr>"
        for n in range(1, 6)
    )
    assert read_texts(f"<table class='notes'>{rows}</table>") == [(NAMES[n], SENTENCES[n]) for n in range(1, 6)]


def test_names_of_looks_are_no_names_of_fields() -> None:
    rows = "".join(
        f"<div id='comment-{'qwzx'[n]}' class='rounded border bg-comment-light dark:bg-comment-dark p-2'>"
        f"<div class='flex'><span class='text-lg text-comment-name-light'>{NAMES[n]}</span> <span>•</span> "
        f"<span class='text-sm text-comment-time-text-light dark:text-dark'>0{n + 1}/21/2012 9:29 a.m.</span></div>"
        f"<div class='mt-2 text-justify peer-checked:hidden'><div class='pre text-black'>{text}</div></div></div>"
        for n, text in enumerate(SHORT)
    )
    assert read_texts(rows) == list(zip(NAMES, SHORT, strict=False))


def test_posts_one_below_the_other_are_no_comments() -> None:
    rows = "".join(
        f"<li><article class='hentry'><header><h1><a href='/post-{n}.html' rel='bookmark'>Post {n} of mine</a></h1>"
        f"</header><div class='entry-content'><footer><abbr class='published' title='2012-03-0{n}T10:00:00'>"
        f"{n} March 2012</abbr> By <a class='url' href='/author/ada-quill.html'>{NAMES[n % 2]}</a></footer>"
        f"<p>{SENTENCES[n]} {SENTENCES[n - 1]}</p><a class='readmore' href='/post-{n}.html'>read more</a></div>"
        f"</article></li>"
        for n in range(1, 6)
    )
    page = f"<html lang='en'><body><section id='content' class='body'><h1>Other posts</h1><ol>{rows}</ol></section>"
    assert read_page(f"{page}</body></html>", "https://blog.example.org/").comments == []


def answered(number: int, inside: str) -> str:
    """A comment in markup that never says so, with its answers in it."""
    text = SHORT[number % 4] if number else f"{SENTENCES[0]} {SENTENCES[1]}"
    return (
        f"<div class='card-item'><div class='card'><div class='head'><span class='nick'>{NAMES[number]}</span>"
        f"<span class='when'>2012-03-{number + 1:02}</span><button>0</button></div>"
        f"<div class='content'><p>{text}</p></div><div class='below'>{inside}</div></div></div>"
    )


def test_short_answers_in_what_they_answer_are_comments_of_their_own() -> None:
    rows = answered(0, answered(1, "") + answered(2, "")) + answered(3, answered(4, answered(5, ""))) + answered(6, "")
    page = page_of(f"<div class='cards'>{rows}</div>").replace("id='comments'", "id='cards'")
    found = extract(page, url="https://blog.example.org/2012/03/guidance/", replies=False)["comments"]
    place = {comment["comment_id"]: n for n, comment in enumerate(found)}
    assert [comment["author_name"] for comment in found] == NAMES[:7]
    assert [place.get(comment["parent_id"]) for comment in found] == [None, 0, 0, None, 3, 4, None]
    assert [comment["body_text"] for comment in found][1:] == [SHORT[n % 4] for n in range(1, 7)]


def test_reviews_that_a_list_leads_to_are_no_comments() -> None:
    rows = "".join(
        f"<article class='review'><h2><a href='/2012/03/a-film-{n}/'>A film nobody saw, {n}</a></h2>"
        f"<p>Reviewed by <strong>{NAMES[n % 2]}</strong> on March {n + 1}, 2012</p><p>{SENTENCES[n]}</p></article>"
        for n in range(5)
    )
    page = f"<html lang='en'><body><div class='reviews'>{rows}</div></body></html>"
    assert read_page(page, "https://blog.example.org/").comments == []


def test_a_page_that_is_written_as_if_it_were_empty_is_read() -> None:
    rows = in_list([(NAMES[n], datetime(2012, 3, n + 1, 10), SENTENCES[n]) for n in range(5)])
    page = page_of(rows).replace("<html lang='en'>", "<html lang='en' />").replace("<body>", "<head /><body />")
    found = extract(page, url="https://blog.example.org/2012/03/guidance/", replies=False)
    assert found["post"]["title"] == "On guidance"
    assert [comment["author_name"] for comment in found["comments"]] == NAMES[:5]


def test_the_last_letter_of_a_name_does_not_join_it_to_the_date() -> None:
    names = ["Иван Петров", "Лев Быков", "Anna", "Пётр в"]
    rows = "".join(
        f"<section><div class='top'>{name}: March {n + 1}, 2012, 9:1{n} a.m.</div><div><p>{SENTENCES[n]}</p></div>"
        f"</section>"
        for n, name in enumerate(names)
    )
    assert [name for name, _ in read_texts(rows)] == ["Иван Петров", "Лев Быков", "Anna", "Пётр"]


def test_a_word_of_the_template_before_a_byline_is_no_text() -> None:
    rows = "".join(
        f"<div class='note box'><p><b>Remark <span class='byline'>by {NAMES[n]} "
        f"<span title='March {n + 1}, 2012, 9:1{n} a.m.'>5 years ago</span></span></b></p> {SENTENCES[n]}</div>"
        for n in range(5)
    )
    assert read_texts(rows) == list(zip(NAMES, SENTENCES[:5], strict=False))


def test_a_number_before_a_date_is_neither_a_day_nor_a_name() -> None:
    rows = "".join(
        f"<div class='cell' id='p{n}'><div class='fr'><strong><small>#{n} - March {10 + n}, 2012, 9:1{n} a.m.</small>"
        f"</strong></div><strong><a class='dark' href='/members/{n}/'>{NAMES[n]}</a></strong>"
        f"<div class='content'><p>{SENTENCES[n]}</p></div></div>"
        for n in range(1, 6)
    )
    found = extract(page_of(rows), url="https://blog.example.org/2012/03/guidance/", replies=False)["comments"]
    assert [comment["author_name"] for comment in found] == NAMES[1:6]
    assert [comment["published_local"] for comment in found] == [f"2012-03-{10 + n}T09:1{n}:00" for n in range(1, 6)]


def test_the_day_of_a_time_of_day_is_in_its_title() -> None:
    rows = "".join(
        f"<div class='mail'><h3 class='name'>{NAMES[n]}</h3><div class='mail-date'>"
        f"{'<span>9 Mar</span> <span>9 Mar</span>' if n in (0, 3) else ''}"
        f'<div><span title="Sender\'s time: March 9, 2012, 9:1{n} a.m.">9:1{n} a.m.</span></div></div>'
        f"<div class='mail-body'><p>{SENTENCES[n]}</p></div></div>"
        for n in range(5)
    )
    found = extract(page_of(rows), url="https://blog.example.org/2012/03/guidance/", replies=False)["comments"]
    assert [comment["author_name"] for comment in found] == NAMES[:5]
    assert [comment["published_local"] for comment in found] == [f"2012-03-09T09:1{n}:00" for n in range(5)]


def test_the_form_at_the_end_of_a_list_is_none_of_its_comments() -> None:
    form = (
        "<div class='comment-form new'><input type='hidden' name='to'><textarea name='t'></textarea>"
        "<button>Submit answer</button></div>"
    )

    def node(number: int, answers: str = "", *, last: bool = False) -> str:
        names = " ".join(["comments-node", *(["last"] if last else []), *(["full"] if answers else [])])
        return (
            f"<div class='{names}'><a id='comment-{number}'></a><div class='comment-box'><div class='comment-header'>"
            f"<div><span>{NAMES[number]}</span></div><div><span>March {number + 1}, 2012, 9:15 a.m.</span> "
            f"<a href='#'>reply</a></div></div><div class='comment-body'><span>{SENTENCES[number % 6]}</span></div>"
            f"</div><div class='child-comments'>{answers}{form}</div></div>"
        )

    rows = node(0, node(1, last=True)) + node(2) + node(3) + node(4, node(5, last=True)) + node(6) + node(7, last=True)
    page = page_of(f"<div class='list'><div class='child-comments'>{rows}{form}</div></div>")
    page = page.replace("4 Comments", "8 Comments")
    found = extract(page, url="https://blog.example.org/2012/03/guidance/", replies=False)["comments"]
    place = {comment["comment_id"]: n for n, comment in enumerate(found)}
    assert [comment["author_name"] for comment in found] == NAMES
    assert [comment["body_text"] for comment in found] == [SENTENCES[n % 6] for n in range(8)]
    assert [place.get(comment["parent_id"]) for comment in found] == [None, 0, None, None, None, 4, None, None]


def test_an_answer_in_a_block_of_answers_is_to_whom_it_addresses_by_a_link() -> None:
    def said(number: int, to: int | None = None) -> str:
        link = f"<a href='?go={to}#note-{to}'>@{NAMES[to]}</a>" if to is not None else ""
        return (
            f"<article id='note-{number}' class='note'><header><strong>{NAMES[number]}</strong> "
            f"<a href='#note-{number}'><time>March {number + 1}, 2012, 9:15 a.m.</time></a></header>{link}"
            f"<p class='note-text'>{SENTENCES[number % 6]}</p></article>"
        )

    threads = f"{said(0)}<div class='replies'>{said(1, 0)}{said(2, 1)}{said(3, 0)}{said(4, 2)}</div>{said(5)}"
    found = extract(page_of(f"<div>{threads}</div>"), url="https://blog.example.org/2012/03/guidance/", replies=False)
    place = {comment["comment_id"]: n for n, comment in enumerate(found["comments"])}
    parents = [place.get(comment["parent_id"]) for comment in found["comments"]]
    assert parents == [None, 0, 1, 0, 2, None]
    assert [comment["body_text"] for comment in found["comments"]] == [SENTENCES[n % 6] for n in range(6)]


def test_a_head_that_nothing_marks_in_the_body_of_a_panel_is_no_text() -> None:
    def media(number: int, inside: str = "") -> str:
        name = f"<a href='http://home.example.org/'>{NAMES[number]}</a>" if number == 0 else NAMES[number]
        return (
            f"<div class='media'><a name='c{number}'></a><div class='media-body'><div class='comment pb-3'><h6>"
            f"<div class='mr-auto'>March {number + 1}, 2012, 1:12 a.m.&nbsp;-&nbsp;{name}&nbsp;"
            f"<a class='permalink' href='/cr/{number}/#c{number}'>¶</a></div></h6><div class='content'>"
            f"<p>{SENTENCES[number]}</p></div><a href='/reply/{number}/'>Reply</a></div>{inside}</div></div>"
        )

    assert read_texts(media(0, media(1))) == list(zip(NAMES, SENTENCES[:2], strict=False))


def test_a_name_with_a_hyphen_is_read_whole() -> None:
    names = ["Ada Quill", "Greta van der Meer-Oosterhuis", "Cleo", "Jean-Luc Port"]
    rows = "".join(
        f"<div class='note box'><p><b>Comment <span class='byline'>by {name} "
        f"<span title='March {n + 1}, 2012, 9:1{n} a.m.'>5 years ago</span></span></b></p> {SENTENCES[n]}</div>"
        for n, name in enumerate(names)
    )
    assert [name for name, _ in read_texts(rows)] == names


def test_the_message_above_the_heading_that_counts_the_answers_is_none_of_them() -> None:
    def post(number: int, inside: str = "") -> str:
        head = f"<div><h4>{NAMES[number]}</h4> <h6>March {number + 1}, 2012</h6></div>" if number else ""
        return (
            f"<div class='row'><div class='col-{'11' if inside else '12'}'><div id='q{number}' class='holder'>{head}"
            f"<div class='main'><div class='words'>{SENTENCES[number]}</div><button>Reply</button></div>{inside}</div>"
            f"</div></div>"
        )

    page = (
        f"<html lang='en'><body><div class='callout'><h3>On guidance</h3><div>Submitted by {NAMES[0]} on March 1, 2012"
        f"</div>{post(0)}</div><div id='comments-callout'><h4>2 comments</h4>{post(1, post(2))}</div></body></html>"
    )
    found = extract(page, url="https://forum.example.org/seats/2/guidance/", replies=False)["comments"]
    assert [comment["author_name"] for comment in found] == NAMES[1:3]
    assert [comment["body_text"] for comment in found] == SENTENCES[1:3]


def test_answers_below_a_heading_that_counts_them_are_comments_though_their_numbers_lead_to_pages() -> None:
    rows = "".join(
        f"<div><a name='c{n}'></a><div><h4><a href='/cr/9/{n}/#c{n}'>#{n}</a>&nbsp;{NAMES[n]}</h4>"
        f"<p>{SENTENCES[n]}</p><small>Mar {n + 1:02}, 2012</small></div></div>"
        for n in range(1, 6)
    )
    question = f"<h2>Who pays?</h2><p>{SENTENCES[0]}</p><em>Asked by {NAMES[0]}</em><h4>5 Answers</h4>"
    page = f"<html lang='en'><head><title>Who pays?</title></head><body><div>{question}</div><div>{rows}</div></body>"
    found = extract(f"{page}</html>", url="https://answers.example.org/questions/who-pays/", replies=False)
    assert found["post"]["author_name"] == NAMES[0]
    assert [(comment["author_name"], comment["body_text"]) for comment in found["comments"]] == [
        (NAMES[n], SENTENCES[n]) for n in range(1, 6)
    ]


def test_a_block_with_the_date_is_no_text_however_all_blocks_are_named() -> None:
    rows = "".join(
        f"<div id='message-{n}' class='card'><div class='x-message'><div class='x-message-author'><p><b>{NAMES[n]}</b>"
        f"</p></div><div class='x-message-wrapper'><div class='x-message-header row'><div class='x-message-keyinfo'>"
        f"<a href='/m/{n}/'>Re: On guidance and its ports</a><br><small>« <b>on:</b> 2012-03-0{n + 1} 09:15 »</small>"
        f"</div></div><div class='x-message-body pt-3'><div class='ck'><p>{text}</p></div></div></div></div></div>"
        for n, text in enumerate([*SHORT, SENTENCES[0], SENTENCES[1]])
    )
    assert read_texts(rows) == list(zip(NAMES, [*SHORT, SENTENCES[0], SENTENCES[1]], strict=False))


def test_a_block_named_like_a_badge_that_holds_paragraphs_is_a_text() -> None:
    rows = zip(NAMES, ["LOL", "So do I, every day.", *SENTENCES[:4]], strict=False)
    items = "".join(
        f'<li class="comment"><div class="status-body"><strong>{name}</strong><p>{text}</p>'
        f'<span class="meta">0{n}/10/2011 1:2{n} am</span></div></li>'
        for n, (name, text) in enumerate(rows, 1)
    )
    comments = read_page(f"<h1>On ports</h1><ol class='commentlist'>{items}</ol>").comments
    assert [(c.author_name, c.body.text_content()) for c in comments if c.body is not None][:3] == [
        ("Ada Quill", "LOL"),
        ("Björn Öst", "So do I, every day."),
        ("Cleo", SENTENCES[0]),
    ]


def test_who_is_quoted_in_the_first_line_is_no_part_of_the_name_above_it() -> None:
    said = "<strong>Ada Quill</strong><p>Tom wrote:<br>&gt; aligned<br>Not so.</p><span>3 March 2011</span>"
    [comment] = read_page(ALONE.format(f"<div>{said}</div>")).comments
    assert comment.author_name == "Ada Quill"
    assert comment.body is not None
    assert comment.body.text_content().startswith("Tom wrote:")


def test_a_name_behind_a_picture_goes_before_the_link_around_the_time() -> None:
    cite = '<cite><img src="a.png" alt="">&nbsp; Ada Quill &#8212; 12/03/2009 @ <a href="#c1">10:49 am</a></cite>'
    [comment] = read_page(ALONE.format(f"<p>{cite}</p><p>So.</p>")).comments
    assert comment.author_name == "Ada Quill"


def test_names_in_a_head_inside_of_the_block_of_text_are_found_without_dates() -> None:
    items = "".join(
        f'<li class="comment" id="comment-{n}"><div class="c-body"><div class="c-head">{name}'
        f' <span class="c-permalink"><a href="#comment-{n}">permalink</a></span></div><p>{text}</p></div></li>'
        for n, (name, text) in enumerate(zip(NAMES, SENTENCES, strict=False), 1)
    )
    comments = read_page(f"<h1>On ports</h1><ol class='commentlist'>{items}</ol>").comments
    assert [comment.author_name for comment in comments] == NAMES[: len(SENTENCES)]
    assert [comment.body.text_content() for comment in comments if comment.body is not None] == SENTENCES


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (
            "<h4>Samir<span class='date'><a href='#c1'>Posted on 5:15 pm - Jan 20, 2014</a></span></h4><p>So.</p>",
            "Samir",
        ),
        (
            "<p>So it was, and nobody knew why that is so.</p><p>Posted by Ada Quill | <i>3 May 2019</i></p>",
            "Ada Quill",
        ),
        ("<p>The guidance is written by lawyers these days.</p><p>3 May 2019</p>", None),
        ("<cite class='fn'><a href='/author/'></a></cite><p>So is it.</p><p>Said by all on 3 May 2019</p>", None),
        ("<p>It was written by Ada Quill, if I am right.</p><p>3 May 2019</p>", None),
        (
            "<dt class='author'><a href='#comment-1'>#</a> <strong>Ada Quill</strong> on 3 May 2019</dt><dd>So.</dd>",
            "Ada Quill",
        ),
    ],
)
def test_the_name_of_one_comment_alone(said: str, name: str | None) -> None:
    [comment] = read_page(ALONE.format(said)).comments
    assert comment.author_name == name


def test_how_a_head_is_set_out_makes_it_no_text() -> None:
    rows = "".join(
        f"<div id='c{n}' class='comment d-flex'><h6 class='comment-header d-flex justify-content-between'>"
        f"<span>May {n}, 2021, 2:30 p.m. - {name}</span> <a class='permalink' href='/cr/{n}/#c{n}'>¶</a></h6>"
        f"<div class='content py-1'>{text}</div><a class='small' href='/comments/reply/{n}/'>Reply</a></div>"
        for n, (name, text) in enumerate(zip(NAMES, SHORT, strict=False), 1)
    )
    assert read_texts(rows) == list(zip(NAMES, SHORT, strict=False))


@pytest.mark.parametrize("name", ["O'Brien <Counting>", "<b>", "[Ada]", "Ada (the other one)"])
def test_brackets_that_belong_together_are_part_of_a_name(name: str) -> None:
    assert label.parts_of(f"{name} - May 3, 2021") == (name, "")


@pytest.mark.parametrize(("shown", "name"), [("Ada ¶", "Ada"), ("> Ada", "Ada"), ("Ada >>", "Ada"), ("(Ada", "Ada")])
def test_marks_at_the_ends_are_no_part_of_a_name(shown: str, name: str) -> None:
    assert label.parts_of(shown) == (name,)


MEDIA = (
    "<div class='comment media' id='comment-{n}'><div class='media-body'><h4 class='media-heading'>{name} <small>{n} "
    "years, 6 months ago</small></h4><p>{text}</p><a href='#comment-{n}'><span></span> Link</a> | "
    "<a href='#reply'>Reply</a></div></div>"
)


@pytest.mark.parametrize("count", [1, 4])
def test_a_head_in_the_block_that_is_named_as_the_text_is_no_part_of_it(count: int) -> None:
    rows = list(zip(NAMES, SENTENCES, strict=False))[:count]
    items = "".join(MEDIA.format(n=n, name=name, text=text) for n, (name, text) in enumerate(rows, 2))
    assert read_texts(items) == rows


def test_a_comment_alone_that_is_a_quotation_stays_one() -> None:
    [comment] = read_page(
        ALONE.format("<cite>Ada</cite> <time>3 May 2019</time><blockquote>So it was.</blockquote>")
    ).comments
    assert comment.body is not None
    assert [element.tag for element in comment.body.iter("blockquote")] == ["blockquote"]


def with_initials(number: int, drawn: str) -> str:
    """A comment that draws the letters of its writer's name where others have a picture."""
    return (
        f"<div class='flow'><div class='flow-toolbar'><div class='user small'>{drawn}</div>"
        f"<span class='author-name'>{NAMES[number]}</span></div><div class='comment-date'>Mar 0{number + 1} 2012</div>"
        f"<div class='message'>{SHORT[number % 4]}</div></div>"
    )


@pytest.mark.parametrize("role", ["user small", "round"])
def test_initials_in_the_place_of_a_picture_are_no_name(role: str) -> None:
    drawn = ["AQ", "BÖ", "C", "DM"]
    rows = "".join(with_initials(n, drawn[n]) for n in range(4)).replace("user small", role)
    assert read_texts(rows) == list(zip(NAMES, SHORT, strict=False))


def test_who_is_called_by_one_letter_keeps_it() -> None:
    rows = "".join(
        f"<li class='comment' id='comment-{n}'><cite class='fn'>{name}</cite> <span class='date'>{n + 1} March 2012"
        f"</span><p>{text}</p></li>"
        for n, (name, text) in enumerate([("J", "Just so"), ("S", "So it is."), ("Ada", "No."), ("W", "Who pays?")])
    )
    assert [name for name, _ in read_texts(f"<ol class='commentlist'>{rows}</ol>")] == ["J", "S", "Ada", "W"]


def test_a_handle_behind_a_name_is_no_part_of_it() -> None:
    rows = "".join(
        f"<blockquote class='comment_x9'><a href='https://net.example.org/profile/{n}'><p class='authorName_x9'>"
        f"{NAMES[n]} <span class='handle_x9'>@someone{n}.net.example.org</span></p></a>"
        f"<p>{SENTENCES[n]}</p></blockquote>"
        for n in range(4)
    )
    assert read_texts(rows) == list(zip(NAMES, SENTENCES[:4], strict=False))


def test_a_word_of_each_row_is_nobodys_text() -> None:
    rows = "".join(
        f"<div class='gt-comment'><a class='gt-username' href='/u/{n}'>{NAMES[n]}</a><span class='gt-text'>commented"
        f"</span><span class='gt-date'>{n + 1} March 2012</span><div class='gt-body'><p>{text}</p></div></div>"
        for n, text in enumerate(["Agreed!", SENTENCES[0], "+1", SENTENCES[1]])
    )
    assert [text for _, text in read_texts(rows)] == ["Agreed!", SENTENCES[0], "+1", SENTENCES[1]]


def parents_of(rows: str) -> list[int | None]:
    """The place of each comment's parent."""
    return [
        comment.parent for comment in read_page(page_of(rows), "https://blog.example.org/2012/03/guidance/").comments
    ]


def linking(number: int, head: str = "", text: str = "") -> str:
    """A comment with a permalink."""
    return (
        f"<li class='comment'><cite class='fn'>{NAMES[number]}</cite> {head}"
        f"<a class='permalink' href='/post/{number}7'>"
        f"<time datetime='2012-03-0{number + 1}T10:00'>{number + 1} March</time></a><div class='text'><p>{text}"
        f"{SENTENCES[number]}</p></div>"
    )


def test_a_link_to_a_comment_by_its_writers_name_shows_what_is_answered() -> None:
    rows = linking(0) + linking(1) + linking(2, f"<a href='/post/07'>@{NAMES[0]}</a> ")
    rows += linking(
        3, text=f"<a href='/post/17'>@{NAMES[1]}</a>: "
    )  # words of the comment, and no statement of the page
    rows += linking(4, f"<a href='/post/17'>{NAMES[0]}</a> ")
    assert parents_of(f"<ol class='commentlist'>{rows}</ol>") == [None, None, 0, None, None]


def test_of_the_answers_in_one_block_the_text_names_the_one_it_answers() -> None:
    answer = f"<a class='at' href='/post/17'>@{NAMES[1]}</a>, "
    block = f"{linking(1)}</li>{linking(2, text=answer)}</li>"
    assert parents_of(f"<ol class='commentlist'>{linking(0)}<ol>{block}</ol></li>{linking(3)}</ol>") == [
        None,
        0,
        1,
        None,
    ]


def card(number: int, inside: str = "") -> str:
    """A comment that names nothing but its number, with its answers in it."""
    return (
        f"<div class='vcard' id='{number}7'><img src='a.png'><div class='vh'><div class='vhead'><a class='vnick' "
        f"href='https://people.example.org/{number}'>{NAMES[number]}</a> <span class='vsys'>Firefox 115</span></div>"
        f"<div class='vmeta'><span class='vtime'>2012-03-0{number + 1}</span><span class='vat'>Reply</span></div>"
        f"<div class='vcontent'><p>{SENTENCES[number % 6]}</p></div><div class='vquote'>{inside}</div></div></div>"
    )


def test_the_list_of_a_lone_answer_is_no_part_of_it() -> None:
    rows = card(0) + card(1, card(2)) + card(3) + card(4) + card(5)
    section = f"<div class='vcomment'><div class='vcards'>{rows}</div></div>"
    assert read_texts(section) == list(zip(NAMES, SENTENCES, strict=False))
    assert parents_of(section) == [None, None, 1, None, None, None]


def test_a_list_of_two_that_is_named_like_a_comment_is_two() -> None:
    rows = "".join(
        f"<div class='wx-flow'><div class='wx-tools'><div class='wx-user'>{NAMES[n][0]}</div>"
        f"<span class='wx-author-name'>{NAMES[n]}</span></div><div class='wx-comment-date'>Mar 0{n + 1} 2012</div>"
        f"<div class='wx-message'>{SENTENCES[n]}</div></div>"
        for n in range(2)
    )
    section = f"<div class='wx-comments-list'><div class='wx-messages'>{rows}</div><button>Add</button></div>"
    page = f"<html lang='en'><body><h1>On guidance</h1><p>{SENTENCES[0] * 3}</p><div>{section}</div></body></html>"
    comments = read_page(page, "https://blog.example.org/2012/03/guidance/").comments
    assert [comment.author_name for comment in comments] == NAMES[:2]


def with_ages(count: str) -> str:
    """Comments in markup that names nothing, each with its age, below a text that counts them."""
    rows = "".join(
        f"<div class='half'><div class='full'>{NAMES[n]}<span class='old'>{n + 2} years ago</span></div>"
        f"<div class='info'>{text}</div></div>"
        for n, text in enumerate([SENTENCES[0], "No.", " ".join(SENTENCES), SENTENCES[2], "So it is, and was."])
    )
    post = f"<h1>On guidance</h1><p>{SENTENCES[0] * 12}</p>"
    return f"<html lang='en'><body>{post}<div><span>{count}</span><hr><button>Log in</button>{rows}</div></body></html>"


def test_as_many_rows_as_the_text_before_them_counts_are_comments() -> None:
    comments = read_page(with_ages("5 Comments"), "https://blog.example.org/2012/03/guidance/").comments
    assert [comment.author_name for comment in comments] == NAMES[:5]
    assert read_page(with_ages("7 Comments"), "https://blog.example.org/2012/03/guidance/").comments == []


def test_posts_below_links_that_are_named_titles_are_no_comments() -> None:
    cards = "".join(
        f"<div class='card'><article class='card-content'><div class='meta'><span class='item'>Posted "
        f"<time datetime='2012-03-0{n + 1}'>2012-03-0{n + 1}</time></span></div>"
        f"<p class='title is-3'><a href='/2012/03/post-{n}/'>Grafting apples, part {n}</a></p>"
        f"<div class='content'><p>{SENTENCES[n]}</p><p>{SENTENCES[n - 1] * n}</p></div></article></div>"
        for n in range(5)
    )
    assert read_page(f"<html lang='en'><body><div class='columns'>{cards}</div></body></html>").comments == []


def in_forum(number: int, answered: int | None = None) -> str:
    """A message whose box shows the whole of the one it answers; no name in it says so."""
    box = (
        f"<div class='ghost'><div><a href='/user/{answered}'>{NAMES[answered]}</a></div>"
        f"<div class='muted clamp'><p>{SENTENCES[answered]}</p></div></div>"
        if answered is not None
        else ""
    )
    return (
        f"<li itemscope itemtype='http://schema.org/Comment'>{box}<div class='flex'><div class='head'>"
        f"<a class='bold' href='/user/{number}'>{NAMES[number]}</a> wrote on "
        f"<time datetime='2012-03-0{number + 1}T10:00'></time></div>"
        f"<div class='content wide'><p>{SENTENCES[number]}</p></div></div></li>"
    )


def test_copies_of_what_is_answered_are_known_by_what_the_others_say() -> None:
    answered = [None, 0, None, 1, 3]
    rows = "".join(in_forum(number, one) for number, one in enumerate(answered))
    assert read_texts(f"<ul class='timeline'>{rows}</ul>") == list(zip(NAMES[:5], SENTENCES, strict=False))
    assert parents_of(f"<ul class='timeline'>{rows}</ul>") == answered


def test_what_two_say_alike_is_no_copy() -> None:
    rows = "".join(
        f"<li class='comment'><cite class='fn'>{NAMES[n]}</cite> <time datetime='2012-03-0{n + 1}'>{n + 1} March</time>"
        f"<div class='text'>{text}</div></li>"
        for n, text in enumerate(
            [
                f"<p>{SENTENCES[0]}</p>",
                f"<blockquote><p>{SENTENCES[0]}</p></blockquote><p>No.</p>",
                f"<p>{SENTENCES[2]}</p>",
                f"<p>{SENTENCES[0]}</p>",
            ]
        )
    )
    assert parents_of(f"<ol class='commentlist'>{rows}</ol>") == [None] * 4
    assert read_texts(f"<ol class='commentlist'>{rows}</ol>")[1][1] == f"> {SENTENCES[0]}\n\nNo."


def test_a_notice_that_some_rows_show_twice_is_no_copy() -> None:
    notice = "Uh oh! There was an error while loading all of it."
    rows = "".join(
        f"<div class='comment'><div class='head'>{f'<div><p>{notice}</p></div>' * (n in (2, 4))}<strong>"
        f"<a class='author' href='/{n}'>{NAMES[n]}</a></strong> commented "
        f"<time datetime='2012-03-0{n + 1}T10:00'>{n + 1} March</time>"
        f"</div><div class='notice'><p>{notice}</p></div>"
        f"<div class='comment-body'><p>{SENTENCES[n] if n else 'No.'}</p></div></div>"
        for n in range(6)
    )
    assert [name for name, _ in read_texts(rows)] == NAMES[:6]
    assert parents_of(rows) == [None] * 6


NOTICED = "<h6><span>{at} - {name}</span></h6><div class='content'>{text}</div>"


@pytest.mark.parametrize(
    ("name", "text", "state", "kept"),
    [
        ("Ada Quill", "This comment has been removed.", "removed", "Ada Quill"),
        ("Ada Quill", "So it was: this comment has been removed by nobody.", "visible", "Ada Quill"),
        ("Comment deleted", "", "removed", None),
        ("Comment awaiting approval", "", "pending", None),
    ],
)
def test_a_notice_in_the_place_of_a_comment(name: str, text: str, state: str, kept: str | None) -> None:
    rows = [(name, text), *zip(NAMES[1:5], SENTENCES, strict=False)]
    items = "".join(
        f"<div class='comment' id='comment-{n}'>{NOTICED.format(at=f'{n} May 2021', name=who, text=said)}</div>"
        for n, (who, said) in enumerate(rows, 1)
    )
    first, *others = extract(page_of(items), replies=False)["comments"]
    assert (first["state"], first["author_name"]) == (state, kept)
    assert {comment["state"] for comment in others} == {"visible"}


def test_a_waiting_comment_without_words_keeps_its_name() -> None:
    said = "<cite class='fn'>Ada Quill</cite> <time>3 May 2019</time><div class='comment-text'></div>"
    rows = f"<li class='comment unapproved' id='comment-1'>{said}</li>"
    rows += f"<li class='comment' id='comment-2'>{said.replace('></div>', f'>{SENTENCES[0]}</div>')}</li>"
    first, _ = extract(page_of(f"<ol class='commentlist'>{rows}</ol>"), replies=False)["comments"]
    assert (first["state"], first["author_name"]) == ("pending", "Ada Quill")
