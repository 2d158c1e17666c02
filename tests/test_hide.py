"""Sections of invented talk, and what of them is published: who is named where, and what only looks like a name."""

from __future__ import annotations

import doctest
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.release import hide as hide_module
from rejoinder.release import marks, named
from rejoinder.release.config import NamesConfig
from rejoinder.release.hide import Hidden, hide, hide_address, persons_of
from rejoinder.release.pseudonyms import PSEUDONYM, Pseudonyms
from rejoinder.release.sections import Row, Section
from rejoinder.replies import Text, signs_of
from rejoinder.replies.words import folded_words

KEY = Pseudonyms(b"a key of tests, 32 bytes of it..")
SITE = "blog.example"
POST = "0123456789abcdef"
URL = f"https://{SITE}/2012/05/a-post"


def called(name: str) -> str:
    return KEY.of(SITE, name)


def post(**columns: Any) -> Row:
    empty = dict.fromkeys(
        "title author_name author_url published_raw native_id categories tags lang body_text body_html claimed_url"
        " rights_tdm_policy".split()
    )
    return {**empty, "post_id": POST, "site": SITE, "url": URL, "canonical_url": URL, **columns}


def comment(number: int | str, author: str | None, body: str, **columns: Any) -> Row:
    empty = dict.fromkeys("author_url published_raw native_id parent_id thread_id lang body_html permalink".split())
    row = {"comment_id": f"{POST}:{number}", "post_id": POST, "kind": "comment", "by_post_author": False}
    return {**empty, **row, "author_name": author, "body_text": body, **columns}


def answer(row: Row, target: Row, cue: str) -> Row:
    start = row["body_text"].index(cue)
    kind = "comment" if "comment_id" in target else "post"
    return {
        "comment_id": row["comment_id"],
        "post_id": POST,
        "target_kind": kind,
        "target_id": target.get("comment_id", POST),
        "evidence": ["address"],
        "cue": cue,
        "cue_start": start,
        "cue_end": start + len(cue),
    }


def person(name: str, **columns: Any) -> Row:
    key = " ".join(folded_words(name))
    row = {"site": SITE, "person_id": key, "name": name, "name_variants": [name], "is_author": False, "home_page": None}
    return {**row, **columns}


def hidden(section: Section, config: NamesConfig | None = None, persons: tuple[Row, ...] = ()) -> Hidden:
    given = deepcopy(section)
    done = hide(section, persons_of(SITE, persons), config or NamesConfig(), KEY)
    assert section == given, "the given rows stay as they are"
    return done


def body_now(body: str, *names: str, author: str = "Zed", lang: str | None = "en", title: str | None = None) -> str:
    """What becomes of a comment's text below a post on which such persons write."""
    rows = [comment(number, name, "I see.") for number, name in enumerate(names)]
    rows.append(comment(99, author, body, lang=lang))
    return hidden(Section(post(title=title, lang=lang), rows)).section.comments[-1]["body_text"]


def with_names(text: str, *names: str) -> str:
    """A text in which '{0}' stands for the first person's pseudonym."""
    return text.format(*map(called, names))


def test_examples() -> None:
    for module in (hide_module, marks, named):
        assert doctest.testmod(module).failed == 0


NAMED = [
    ("I agree with Anna Klein.", "I agree with {0}.", "en"),
    ("As anna klein said, no.", "As {0} said, no.", "en"),
    ("@Anna: no.", "@{0}: no.", "en"),
    ("@annaklein no.", "@{0} no.", "en"),
    ("Dear Ms. Klein, no.", "Dear Ms. {0}, no.", "en"),
    ("Hi Anna,\nno.", "Hi {0},\nno.", "en"),
    ("I read what Anna wrote there, and Klein's reasons.", "I read what {0} wrote there, and {0}'s reasons.", "en"),
    ("Anna hat das schon gesagt.", "{0} hat das schon gesagt.", "de"),
    ("Das ist Annas Idee, nicht meine.", "Das ist {0} Idee, nicht meine.", "de"),
    ("Ich habe mit Anna-Klein geredet.", "Ich habe mit {0} geredet.", "de"),
    ("Anna wrote:\n> I see.\nNo.", "{0} wrote:\n> I see.\nNo.", "en"),
    ("ANNA KLEIN is right.", "{0} is right.", "en"),
    ("What do you think, Anna?", "What do you think, {0}?", "en"),
    ("@Anna Kleyn: no.", "@{0}: no.", "en"),
]


@pytest.mark.parametrize(("said", "now", "lang"), NAMED)
def test_a_commenter_is_named_by_the_pseudonym(said: str, now: str, lang: str) -> None:
    assert body_now(said, "Anna Klein", lang=lang) == with_names(now, "Anna Klein")


def test_nicknames_handles_and_signatures() -> None:
    assert body_now("Bob, no.", "Robert Hill") == with_names("{0}, no.", "Robert Hill")
    assert body_now("Ask The_Painter77 about it.", "The_Painter77") == with_names("Ask {0} about it.", "The_Painter77")
    rows = [comment(1, "gardener", "So it is.\n\nBest regards,\nEve"), comment(2, "Zed", "Thanks, Eve!")]
    bodies = [row["body_text"] for row in hidden(Section(post(), rows)).section.comments]
    name = called("gardener")
    assert bodies == [f"So it is.\n\nBest regards,\n{name}", f"Thanks, {name}!"]


def test_words_of_a_name_that_is_a_phrase_or_that_the_post_is_about_stay() -> None:
    assert body_now("Thinks get better in Gardens.", "Thinks about Gardens") == "Thinks get better in Gardens."
    rows = [comment(1, "Viva Malta", "I see."), comment(2, "Zed", "There is more than Malta. @Viva Malta: no.")]
    given = post(body_text="Malta is small. I know Malta. So Malta it is.", lang="en")
    section = hidden(Section(given, rows)).section
    assert section.post["body_text"] == given["body_text"]
    assert section.comments[1]["body_text"] == with_names("There is more than Malta. @{0}: no.", "Viva Malta")


def test_where_a_page_links_here_its_title_is_as_good_as_a_name() -> None:
    body = "[…] Anna Klein on rents […] Anna Klein on rents"
    rows = [comment(1, "Anna Klein on rents", body, kind="pingback"), comment(2, "Zed", "I see.")]
    now = hidden(Section(post(), rows)).section.comments[0]
    name = called("Anna Klein on rents")
    assert (now["author_name"], now["body_text"]) == (name, f"[…] {name} […] {name}")


CALLED = [
    ("@Mima no.", "@{0} no.", "Mima"),
    ("@Onkel Hannibal\nno.", "@{0}\nno.", "Onkel Hannibal"),
    ("Hi all, @Robin: no.", "Hi all, @{0}: no.", "Robin"),
    ("Hello Erica, no.", "Hello {0}, no.", "Erica"),
]


@pytest.mark.parametrize(("said", "now", "name"), CALLED)
def test_whoever_is_called_is_somebody_though_no_page_shows_the_name(said: str, now: str, name: str) -> None:
    assert body_now(said, "Mirna") == with_names(now, name)


NOBODY = ["@media print {}", "@all: no.", "Hello all, no.", "Hello Kitty is here.", "Congratulations Alabama!"]


@pytest.mark.parametrize("said", NOBODY)
def test_nobody_is_called(said: str) -> None:
    assert body_now(said, "Mirna", title="Alabama wins") == said


def test_a_writer_signs_by_the_pseudonym() -> None:
    assert body_now("I am not so sure.\n\nAnna", author="Anna Klein") == with_names(
        "I am not so sure.\n\n{0}", "Anna Klein"
    )


WORDS = [
    ("Will you say when it will rain? Will it?", "Will"),
    ("Mark my words: you may mark it.", "Mark"),
    ("A rose is a rose. Rose bushes, too.", "Rose"),
    ("In May or in April they may come.", "May"),
    ("The fisher caught a fish. Fisher boats are small.", "Fisher"),
    ("Every guest is welcome. Guest houses are not.", "Guest"),
    ("The admin decides. Admin rights are rare.", "Admin"),
    ("He wants to stay anonymous. Anonymous letters are bad.", "Anonymous"),
    ("I love it. Love this!", "Courtney Love"),
    ("Mark McDonald wrote that book.", "Mark Diner"),
    ("My brother Peter lives there.", "Peter"),
    ("I was in Paris then.", "Paris"),
    ("The author is right.", "Anna"),
    ("It is just me.", "Just Me"),
]


@pytest.mark.parametrize(("said", "name"), WORDS)
def test_a_word_that_only_looks_like_a_name_stays(said: str, name: str) -> None:
    assert body_now(said, name) == said


def test_german_nouns_stay_and_names_among_them_do_not() -> None:
    said = "Der Wolf ist zurück. Einen Wolf sah ich auch. Das Stück Klein gefällt mir."
    assert body_now(said, "Wolf", lang="de") == said
    assert body_now("@Wolf: das stimmt. Hallo Wolf, ja.", "Wolf", lang="de").count(called("Wolf")) == 2


def test_a_word_that_is_a_name_is_one_where_a_person_is_called() -> None:
    assert body_now("@Will: will you come?", "Will") == with_names("@{0}: will you come?", "Will")
    assert body_now("I think Rose has seen a rose.", "Rose") == with_names("I think {0} has seen a rose.", "Rose")


def test_one_person_has_one_pseudonym_everywhere() -> None:
    rows = [
        comment(1, "Anna Klein", "Reports are not dead."),
        comment(2, "ANNA KLEIN", "I add to that."),
        comment(3, "Tom", "Anna Klein wrote:\n“Anna Klein is right”, says Ben.\n@Anna no."),
    ]
    section = hidden(Section(post(), rows), persons=(person("Anna Klein"), person("Tom"))).section
    name = called("Anna Klein")
    assert [row["author_name"] for row in section.comments] == [name, name, called("Tom")]
    assert section.comments[2]["body_text"] == f"{name} wrote:\n“{name} is right”, says Ben.\n@{name} no."


def test_who_greets_another_by_his_own_name_names_himself_no_less() -> None:
    # 'Mark' is a word, too, and a coin in German.
    rows = [comment(1, "Mark Klein", "Hi Mark, thanks!")]
    section = hidden(Section(post(), rows), persons=(person("Mark Klein"),)).section
    assert section.comments[0]["body_text"] == f"Hi {called('Mark Klein')}, thanks!"


def test_the_authors_own_comments_count_for_the_posts_author() -> None:
    rows = [comment(1, "AndreaDM", "Thanks.", by_post_author=True), comment(2, "Tom", "Andrea, no. @AndreaDM no.")]
    section = hidden(Section(post(author_name="Andrea Di Maio"), rows)).section
    name = called("Andrea Di Maio")
    assert section.post["author_name"] == section.comments[0]["author_name"] == name
    assert section.comments[1]["body_text"] == f"{name}, no. @{name} no."


def test_several_authors_are_several_persons() -> None:
    rows = [comment(1, "Tom", "I agree with Ben. And Anna Klein, too?"), comment(2, "Ben Hill", "Thanks.")]
    section = hidden(Section(post(author_name="Anna Klein, Ben Hill"), rows)).section
    anna, ben = called("Anna Klein"), called("Ben Hill")
    assert section.post["author_name"] == f"{anna}, {ben}"
    assert section.comments[0]["body_text"] == f"I agree with {ben}. And {anna}, too?"


def test_of_two_who_share_a_word_whoever_is_answered_is_meant_else_the_nearest_above() -> None:
    rows = [
        comment(1, "Anna Klein", "First."),
        comment(2, "Anna Gross", "Second."),
        comment(3, "Tom", "I agree with Anna."),
        comment(4, "Ben", "Anna, no."),
    ]
    done = hidden(Section(post(), rows, [answer(rows[2], rows[0], "agree with Anna")])).section
    assert done.comments[2]["body_text"] == f"I agree with {called('Anna Klein')}."
    assert done.comments[3]["body_text"] == f"{called('Anna Gross')}, no."


def test_whoever_writes_elsewhere_on_the_site_is_known_by_the_whole_name() -> None:
    rows = [comment(1, "Tom", "Carla Bruns and carla_b7 say so; Carla, too.")]
    persons = (person("Carla Bruns"), person("carla_b7"))
    done = hidden(Section(post(), rows), persons=persons).section
    assert done.comments[0]["body_text"] == f"{called('Carla Bruns')} and {called('carla_b7')} say so; Carla, too."


def test_authors_are_kept_on_purpose_but_where_the_word_is_anothers() -> None:
    config = NamesConfig(keep_post_authors=True)
    author = person("Mark McDonald", is_author=True)
    rows = [
        comment(1, "Mark Diner", "No."),
        comment(2, "Tom", "McDonald is right. Mark, no. mail@mcdonald.example"),
        comment(3, "Mark McDonald", "Yes.", by_post_author=True, author_url="https://mcdonald.example/"),
    ]
    given = post(author_name="Mark McDonald", author_url="https://mcdonald.example/", body_text="By Mark McDonald.")
    section = hidden(Section(given, rows), config, (author,)).section
    assert (section.post["author_name"], section.post["body_text"]) == ("Mark McDonald", "By Mark McDonald.")
    assert section.post["author_url"] == section.comments[2]["author_url"] == "https://mcdonald.example/"
    assert section.comments[1]["body_text"] == f"McDonald is right. {called('Mark Diner')}, no. [email]"
    assert section.comments[2]["author_name"] == "Mark McDonald"


def test_names_are_dropped() -> None:
    config = NamesConfig(mode="drop")
    rows = [comment(1, "Anna", "No.", author_url="https://anna.example/"), comment(2, "Tom", "Anna, no.")]
    section = hidden(Section(post(author_name="Ben Hill", body_text="Ben Hill says."), rows), config).section
    assert [row["author_name"] for row in [section.post, *section.comments]] == [None, None, None]
    assert section.comments[1]["body_text"] == "[person], no."
    assert section.post["body_text"] == "[person] says."


def test_names_are_kept_and_addresses_are_not() -> None:
    rows = [comment("h0123456789abcdef", "Anna", "Anna, anna@example.org", author_url="https://anna.example/")]
    done = hide(Section(post(author_name="Ben Hill"), rows), persons_of(SITE, ()), NamesConfig(mode="keep"), None)
    assert done.section.comments == [rows[0] | {"body_text": "Anna, [email]"}]
    assert done.section.post["author_name"] == "Ben Hill"


def test_names_cannot_be_hidden_without_a_key() -> None:
    with pytest.raises(ValueError, match="without a key"):
        hide(Section(post(), []), persons_of(SITE, ()), NamesConfig(), None)


ADDRESSES = [
    ("Write to anna.k@example.org, please.", "Write to [email], please."),
    ("anna (at) example (dot) org", "[email]"),
    ("<a@b.example>", "<[email]>"),
    ("Follow @anna@social.example now.", "Follow [handle] now."),
    ("Call +49 30 901820 now.", "Call [phone] now."),
    ("Ruf an: 0171 1234567.", "Ruf an: [phone]."),
    ("From 198.51.100.7 and 2001:db8::7.", "From [ip] and [ip]."),
    ("DE89 3704 0044 0532 0130 00 is mine.", "[iban] is mine."),
    ("See https://twitter.com/somebody and https://www.linkedin.com/in/some-body/.", "See [url] and [url]."),
    ("https://www.gravatar.com/avatar/" + "0f" * 16, "[avatar]"),
    ("My page: anna.example/about", "My page: [url]"),
    ("http://www.anna.example/a/b.", "[url]."),
    ("https://news.example/annaklein/7", "[url]"),
    ("Mail Anna Klein@example.org", "Mail " + called("Anna Klein") + " [email]"),
]


@pytest.mark.parametrize(("said", "now"), ADDRESSES)
def test_addresses_and_numbers_of_persons_become_marks(said: str, now: str) -> None:
    rows = [
        comment(1, "Anna Klein", "I see.", author_url="http://anna.example/"),
        comment(2, "Zed", said, lang="de"),
    ]
    section = hidden(Section(post(), rows), persons=(person("Anna Klein"),)).section
    assert section.comments[1]["body_text"] == now
    assert section.comments[0]["author_url"] == "[url]"


STAYING = [
    "Version 1.2.3.4 of 2010-05-03 14:05:09 is 1,234,567.89 Euro; 127.0.0.1 and 192.168.0.1 are at home.",
    "See https://news.example/2012/05/will-you-come and logo@2x.png, @media, 10:30:15.",
    "ISBN 978-3-16-148410-0, order 2012-0815-4711, room 030.",
]


@pytest.mark.parametrize("said", STAYING)
def test_numbers_and_pages_of_nobody_stay(said: str) -> None:
    rows = [comment(1, "Will", "I see."), comment(2, "Zed", said, lang="en")]
    assert hidden(Section(post(), rows)).section.comments[1]["body_text"] == said


def test_titles_labels_and_addresses_of_a_post() -> None:
    url = "https://blogs.example/andrea-di-maio/2012/05/why-tom-hill-left/"
    given = post(
        site="blogs.example/andrea-di-maio", url=url, canonical_url=url, author_name="Andrea Di Maio",
        title="Andrea Di Maio on reports", tags=["Andrea Di Maio", "will"], categories=["Reports"],
    )  # fmt: skip
    site = given["site"]
    persons = persons_of(site, [person("Andrea Di Maio", is_author=True), person("Tom Hill")])
    row = comment(1, "Will", "No.", permalink=f"{url}#comment-1", native_id="1")
    done = hide(Section(given, [row]), persons, NamesConfig(), KEY).section
    andrea, tom = KEY.of(site, "Andrea Di Maio"), KEY.of(site, "Tom Hill")
    now = f"https://blogs.example/{andrea}/2012/05/why-{tom}-left/"
    assert (done.post["title"], done.post["tags"], done.post["categories"]) == (
        f"{andrea} on reports", [andrea, "will"], ["Reports"],
    )  # fmt: skip
    assert (done.post["url"], done.comments[0]["permalink"]) == (now, f"{now}#comment-1")
    assert done.post["site"] == hide_address(site, persons, NamesConfig(), KEY) == f"blogs.example/{andrea}"


def test_ids_that_are_made_of_names_are_keyed_anew_and_alike_everywhere() -> None:
    first = comment("h0123456789abcdef", "Anna", "I see.")
    second = comment("7-by-anna", "Tom", "Anna, no.", native_id="7-by-anna", parent_id=first["comment_id"])
    second["thread_id"] = first["comment_id"]
    section = hidden(Section(post(), [first, second], [answer(second, first, "Anna")])).section
    now = section.comments[0]["comment_id"]
    assert re.fullmatch(rf"{POST}:h[0-9a-f]{{16}}", now)
    assert now != first["comment_id"]
    assert (
        section.comments[1]["parent_id"] == section.comments[1]["thread_id"] == section.replies[0]["target_id"] == now
    )
    assert section.comments[1]["native_id"] is None
    assert "anna" not in section.comments[1]["comment_id"]


def test_cues_stand_where_they_now_are() -> None:
    rows = [
        comment(1, "Anna Klein", "I see."),
        comment(2, "Tom", "a@b.example\nWell, I agree with Anna Klein. And Anna Klein wrote “I see.”"),
    ]
    section = hidden(Section(post(), rows, [answer(rows[1], rows[0], "agree with Anna")])).section
    [row], text = section.replies, section.comments[1]["body_text"]
    assert row["cue"] == f"agree with {called('Anna Klein')}"
    assert text[row["cue_start"] : row["cue_end"]] == row["cue"]


# Properties.

FIRST = ["Anna", "Ben", "Zoë", "Jürgen", "Will", "Rose", "Ольга", "小明", "Mark", "José"]
LAST = ["Klein", "Hill", "Di Maio", "McDonald", "Love", "Müller", "Иванова", ""]
TEMPLATES = [
    "{}, no.", "Hi {}, thanks!", "I agree with {}.", "@{} yes", "As {} said: no", "What {} wrote is true.",
    "{} wrote:\n> so it is\nNo.", "see https://x.example/{} ok", "Best regards\n{}", "mail {}@example.org", "({})",
    "«{}»!",
]  # fmt: skip


@st.composite
def sections(draw: st.DrawFn) -> tuple[Section, tuple[Row, ...]]:
    names = draw(
        st.lists(st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)), min_size=2, max_size=6, unique=True)
    )
    whole = [f"{first} {last}".strip() for first, last in names]
    rows: list[Row] = []
    for number in range(draw(st.integers(2, 8))):
        parts = draw(st.lists(st.tuples(st.sampled_from(TEMPLATES), st.sampled_from(range(len(names)))), max_size=4))
        form = st.sampled_from([0, 1, 2])
        said = []
        for template, index in parts:
            name = [whole[index], names[index][0], names[index][0].lower()][draw(form)]
            said.append(template.format(name.replace(" ", "-") if "://" in template else name))
        rows.append(
            comment(number, draw(st.sampled_from(whole)), draw(st.sampled_from(["\n", " ", "\n\n"])).join(said))
        )
    given = post(author_name=draw(st.sampled_from([None, *whole])), title="A post", body_text=f"By {whole[0]}.")
    section = Section(given, rows)
    section.replies = list(replies_of(section))
    return section, tuple(person(name) for name in whole)


def texts_of(section: Section) -> list[Text]:
    author = " ".join(folded_words(section.post["author_name"] or ""))
    body = "\n\n".join(filter(None, [section.post["title"], section.post["body_text"]]))
    texts = [Text(POST, POST, "post", 0, None, None, None, "@author", section.post["author_name"], None, body, url=URL)]
    for number, row in enumerate(section.comments, 1):
        key = " ".join(folded_words(row["author_name"]))
        texts.append(
            Text(row["comment_id"], POST, "comment", number, number, None, None, "@author" if key == author else key,
                 row["author_name"], None, row["body_text"])
        )  # fmt: skip
    return texts


def replies_of(section: Section) -> list[Row]:
    bodies = {row["comment_id"]: row["body_text"] for row in section.comments}
    found = {}
    for sign in signs_of(texts_of(section)):
        if sign.cue_start is not None and sign.cue_end is not None:
            found[sign.text_id, sign.target_id] = {
                "comment_id": sign.text_id, "post_id": POST, "target_id": sign.target_id, "evidence": [sign.evidence],
                "target_kind": "post" if sign.target_id == POST else "comment",
                "cue": bodies[sign.text_id][sign.cue_start : sign.cue_end],
                "cue_start": sign.cue_start, "cue_end": sign.cue_end,
            }  # fmt: skip
    return list(found.values())


@given(sections())
def test_cues_point_at_their_words_whatever_is_replaced(drawn: tuple[Section, tuple[Row, ...]]) -> None:
    section, persons = drawn
    done = hidden(section, persons=persons)
    bodies = {row["comment_id"]: row["body_text"] for row in done.section.comments}
    assert len(done.section.replies) == len(section.replies)
    for row in done.section.replies:
        assert bodies[row["comment_id"]][row["cue_start"] : row["cue_end"]] == row["cue"]
    for place in done.replaced:
        if place.column == "body_text" and place.row_id in bodies:
            assert bodies[place.row_id][place.now_start :].startswith(place.now)


@given(sections())
def test_no_whole_name_of_several_words_is_left(drawn: tuple[Section, tuple[Row, ...]]) -> None:
    section, persons = drawn
    done = hidden(section, persons=persons).section
    names = [tuple(folded_words(row["name"])) for row in persons if " " in row["name"]]
    for text in [done.post["body_text"], *(row["body_text"] for row in done.comments)]:
        words = tuple(folded_words(text))
        for name in names:
            assert not any(words[at : at + len(name)] == name for at in range(len(words))), (name, text)


@given(sections())
def test_hiding_again_replaces_the_pseudonyms_and_nothing_else(drawn: tuple[Section, tuple[Row, ...]]) -> None:
    section, persons = drawn
    once = hidden(section, persons=persons).section
    again = hidden(once, persons=tuple(person(called(row["name"])) for row in persons))
    for place in again.replaced:
        if place.column in {"body_text", "title"}:
            assert PSEUDONYM.fullmatch(place.was), place
    left = [row["body_text"] for row in once.comments], [row["body_text"] for row in again.section.comments]
    assert [PSEUDONYM.sub("-", text) for text in left[0]] == [PSEUDONYM.sub("-", text) for text in left[1]]
