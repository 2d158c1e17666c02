"""The pages of persons: who answers whom, who is answered most, how fast authors answer, and what each one wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import duckdb

from . import charts
from .lists import Column, Listing, TableRow, write_listing
from .network import drawn_network
from .show import Link, anchor, counted, day, duration, name_of, number, outside, percent, published, short, title_of
from .site import Site
from .tables import Row, row, rows
from .threads import Where

MOST_PERSONS = 10_000
OWN_PAGES = 1_000
"""Persons that have a page each; where there are more, neighbours share one."""
ROWS_A_PAGE = 600
MOST_POSTS = 100
MOST_PAIRS = 5_000
PAIRS_ON_THE_PAGE = 25
LONGEST_SNIPPET = 240
COUNTS = ("comments", "posts_written", "answers_given", "answers_received")

PAIRS = """
    create or replace table pairs as

    select
        writers.site,
        writers.person_id as from_id,
        answered.person_id as to_id,
        count(*) as answers,
        avg(replies.confidence) as confidence

    from replies

    inner join speakers as writers
        on replies.comment_id = writers.text_id

    inner join speakers as answered
        on replies.target_id = answered.text_id

    where replies.evidence <> ['default']
        and writers.kind = 'comment'
        and answered.kind in ('comment', 'post')
        and writers.person_id is not null
        and answered.person_id is not null
        and writers.person_id <> answered.person_id

    group by writers.site, writers.person_id, answered.person_id
"""

SHOWN = """
    with

    written as (

        select
            speakers.site,
            speakers.person_id,
            count(*) as comments

        from comments

        inner join shown_posts
            on comments.post_id = shown_posts.post_id

        inner join speakers
            on comments.comment_id = speakers.text_id

        where comments.kind = 'comment'

        group by speakers.site, speakers.person_id

    )

    select
        people.*,
        coalesce(written.comments, 0) as shown_comments

    from people

    left join written
        on people.site = written.site
        and people.person_id = written.person_id

    where coalesce(written.comments, 0) + people.posts_written > 0

    order by people.comments + people.posts_written desc, people.place

    limit $most
"""

COMMENTS = """
    select
        writers.site,
        writers.person_id,
        comments.comment_id,
        comments.post_id,
        comments.published_raw,
        comments.published_local,
        comments.published_at,
        comments.published_precision,
        left(comments.body_text, 400) as begins,
        posts.title,
        posts.url

    from comments

    inner join shown_posts
        on comments.post_id = shown_posts.post_id

    inner join posts
        on comments.post_id = posts.post_id

    inner join speakers as writers
        on comments.comment_id = writers.text_id

    inner join chosen
        on writers.site = chosen.site
        and writers.person_id = chosen.person_id

    where comments.kind = 'comment'
        and chosen.rank between $first and $last

    order by chosen.rank, shown_posts.place, comments.position
"""

WRITTEN = """
    select
        chosen.site,
        chosen.person_id,
        posts.*

    from posts

    inner join speakers as writers
        on posts.post_id = writers.text_id

    inner join chosen
        on writers.site = chosen.site
        and writers.person_id = chosen.person_id

    where chosen.rank between $first and $last

    qualify row_number() over (
        partition by chosen.rank order by posts.published_local desc nulls last, posts.post_id
    ) <= $most

    order by chosen.rank, posts.published_local desc nulls last, posts.post_id
"""

PARTNERS = """
    select
        chosen.site,
        chosen.person_id,
        pairs.from_id = chosen.person_id as is_giving,
        if(pairs.from_id = chosen.person_id, pairs.to_id, pairs.from_id) as other_id,
        pairs.answers

    from pairs

    inner join chosen
        on pairs.site = chosen.site
        and chosen.person_id in (pairs.from_id, pairs.to_id)

    where chosen.rank between $first and $last

    qualify row_number() over (partition by chosen.rank, is_giving order by pairs.answers desc, other_id) <= 8

    order by chosen.rank, pairs.answers desc, other_id
"""

AUTHORS = """
    with

    readers as (

        select
            comments.comment_id,
            posts.site,
            authors.person_id

        from comments

        inner join posts
            on comments.post_id = posts.post_id

        inner join speakers as authors
            on posts.post_id = authors.text_id

        where comments.kind = 'comment'
            and not coalesce(comments.by_post_author, false)
            and authors.person_id is not null

    ),

    answers as (

        select
            replies.target_id,
            min(replies.reply_lag_s) filter (replies.reply_lag_s >= 0) as reply_lag_s

        from replies

        inner join comments
            on replies.comment_id = comments.comment_id

        where comments.by_post_author

        group by replies.target_id

    )

    select
        readers.site,
        readers.person_id,
        count(*) as comments,
        count(answers.target_id) as answered,
        median(answers.reply_lag_s) as median_s,
        quantile_cont(answers.reply_lag_s, 0.9) as nine_of_ten_s

    from readers

    left join answers
        on readers.comment_id = answers.target_id

    group by readers.site, readers.person_id

    having answered > 0

    order by answered desc, comments desc, readers.site, readers.person_id

    limit 200
"""

LAGS = """
    select
        case
            when reply_lag_s < 3600 then 'within an hour'
            when reply_lag_s < 21600 then '1 to 6 hours'
            when reply_lag_s < 86400 then '6 to 24 hours'
            when reply_lag_s < 259200 then '1 to 3 days'
            when reply_lag_s < 604800 then '3 to 7 days'
            else 'later'
        end as label,
        count(*) as count,
        min(reply_lag_s) as least

    from replies

    where target_kind = 'comment'
        and reply_lag_s >= 0

    group by label

    order by least
"""


@dataclass(slots=True)
class Group:
    """Persons that share a page; one who wrote much has several."""

    path: str
    people: list[Row] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def add(self, rank: int, person: Row) -> None:
        self.first = self.first or rank
        self.last = rank
        self.people.append(person)

    @property
    def rows(self) -> int:
        return sum(map(_rows_of, self.people))


def _rows_of(person: Row) -> int:
    """Lines that a person takes on a page."""
    return person["shown_comments"] + min(person["posts_written"], MOST_POSTS)


def plan_persons(tables: duckdb.DuckDBPyConnection, where: Where) -> list[Group]:
    """Decide who has a page and where it is, before any page leads there."""
    where.names.update((_key(each), name_of(each["name"])) for each in rows(tables, "from people"))
    people = rows(tables, SHOWN, most=MOST_PERSONS)
    a_page = max(1, -(-len(people) // OWN_PAGES))
    groups: list[Group] = []
    for rank, person in enumerate(people, 1):
        is_full = groups and (len(groups[-1].people) >= a_page or groups[-1].rows + _rows_of(person) > ROWS_A_PAGE)
        own = anchor("n", person["site"], person["person_id"])
        if not groups or is_full:
            groups.append(Group(f"persons/{own}.html"))
        groups[-1].add(rank, person)
        where.persons[person["site"], person["person_id"]] = f"{groups[-1].path}#{own}"
    tables.execute("create or replace table chosen (rank bigint, site varchar, person_id varchar)").fetchall()
    if people:
        ranked = [(rank, each["site"], each["person_id"]) for rank, each in enumerate(people, 1)]
        tables.executemany("insert into chosen values (?, ?, ?)", ranked)
    tables.execute(PAIRS).fetchall()
    return groups


def write_persons(site: Site, tables: duckdb.DuckDBPyConnection, where: Where, groups: list[Group]) -> None:
    """Write the page of all persons, the list of them, and a page for each."""
    if not groups:
        return
    _write_overview(site, tables, where)
    _write_everyone(site, tables, where)
    for first in range(0, len(groups), 50):
        some = groups[first : first + 50]
        span = {"first": some[0].first, "last": some[-1].last}
        texts = _Texts(
            _by_person(rows(tables, COMMENTS, **span)),
            _by_person(rows(tables, WRITTEN, **span, most=MOST_POSTS)),
            _by_person(rows(tables, PARTNERS, **span)),
        )
        for group in some:
            _write_group(site, where, group, texts)


ByPerson = dict[tuple[str, str], list[Row]]


@dataclass(frozen=True, slots=True)
class _Texts:
    """What persons wrote, and whom they answered, by site and person_id."""

    comments: ByPerson
    posts: ByPerson
    partners: ByPerson


def _by_person(found: Sequence[Row]) -> ByPerson:
    by_person: ByPerson = defaultdict(list)
    for each in found:
        by_person[_key(each)].append(each)
    return by_person


def _write_group(site: Site, where: Where, group: Group, texts: _Texts) -> None:
    if len(group.people) > 1:
        told = [_person(person, where, texts.comments.get(_key(person), []), texts) for person in group.people]
        title = f"{name_of(group.people[0]['name'])} and {len(group.people) - 1} more"
        site.write(group.path, "person.html", title=title, section="persons", people=told, parts=[])
        return
    [person] = group.people
    comments = texts.comments.get(_key(person), [])
    pieces = [comments[first : first + ROWS_A_PAGE] for first in range(0, len(comments), ROWS_A_PAGE)] or [[]]
    paths = [group.path, *(group.path.replace(".html", f"-{place}.html") for place in range(2, len(pieces) + 1))]
    for path, piece in zip(paths, pieces, strict=True):
        parts = [Link(str(number), None if each == path else each) for number, each in enumerate(paths, 1)]
        site.write(
            path,
            "person.html",
            title=name_of(person["name"]),
            section="persons",
            people=[_person(person, where, piece, texts)],
            parts=parts if len(parts) > 1 else [],
        )


def _key(person: Row) -> tuple[str, str]:
    return person["site"], person["person_id"]


def _person(person: Row, where: Where, comments: list[Row], texts: _Texts) -> dict:
    """What the template needs of a person."""
    others = [short(name, 80) for name in person["name_variants"] or () if short(name, 80) != name_of(person["name"])]
    below: list[dict] = []
    for comment in comments:
        if not below or below[-1]["post_id"] != comment["post_id"]:
            link = Link(title_of(comment), where.threads.get(comment["post_id"]))
            below.append({"post_id": comment["post_id"], "post": link, "comments": []})
        begins = short(comment["begins"], LONGEST_SNIPPET) or "(no text)"
        below[-1]["comments"].append((published(comment), Link(begins, where.comments.get(comment["comment_id"]))))
    found = texts.partners.get(_key(person), [])
    posts = texts.posts.get(_key(person), [])
    return {
        "anchor": anchor("n", *_key(person)),
        "name": name_of(person["name"]),
        "site": short(person["site"], 100),
        "variants": others[:12],
        "home": outside(short(person["home_page"], 120), person["home_page"]) if person["home_page"] else None,
        "figures": [
            (counted(person["comments"], "comment"), f"below {counted(person['posts_commented'], 'post')}"),
            *([(counted(person["posts_written"], "post"), "written")] if person["posts_written"] else []),
            *([(counted(person["answers_given"], "answer"), "given")] if person["answers_given"] else []),
            *([(counted(person["answers_received"], "answer"), "received")] if person["answers_received"] else []),
        ],
        "span": _span(person),
        "gives": [_partner(each, where) for each in found if each["is_giving"]],
        "gets": [_partner(each, where) for each in found if not each["is_giving"]],
        "posts": [(published(post), Link(title_of(post), where.threads.get(post["post_id"]))) for post in posts],
        "more_posts": max(0, person["posts_written"] - len(posts)),
        "below": below,
        "hidden_comments": person["comments"] - person["shown_comments"],
    }


def _span(person: Row) -> str:
    if not person["first_at"]:
        return ""
    first, last = day(person["first_at"]), day(person["last_at"])
    return first if first == last else f"{first} to {last}"


def _partner(pair: Row, where: Where) -> Link:
    key = (pair["site"], pair["other_id"])
    return Link(where.names.get(key, str(pair["other_id"])), where.persons.get(key), note=f"{number(pair['answers'])}×")


def _write_overview(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    several = row(tables, "select count(distinct site) > 1 as several from posts")["several"]

    def person(of_site: str, person_id: str) -> Link:
        key = (of_site, person_id)
        return Link(
            where.names.get(key, person_id), where.persons.get(key), note=short(of_site, 60) if several else None
        )

    pairs = rows(tables, "from pairs order by answers desc, site, from_id, to_id limit $most", most=MOST_PAIRS)
    pair_table = Listing(
        "Who answers whom",
        [Column("Who"), Column("answers whom"), Column("Answers", True), Column("Sure on average", True)],
        [
            TableRow(
                [
                    person(each["site"], each["from_id"]),
                    person(each["site"], each["to_id"]),
                    number(each["answers"]),
                    percent(each["confidence"]),
                ]
            )
            for each in pairs
        ],
        is_caption_hidden=True,
    )
    all_pairs = None
    if len(pairs) > PAIRS_ON_THE_PAGE:
        path = write_listing(site, "pairs", pair_table, section="persons", about="Those who answer most often first.")
        all_pairs = Link(f"all {counted(len(pairs), 'pair')}" if len(pairs) < MOST_PAIRS else "more of them", path)
        pair_table = replace(pair_table, rows=pair_table.rows[:PAIRS_ON_THE_PAGE])
    most = rows(
        tables,
        "from people where answers_received > 0"
        " order by answers_received desc, comments desc, site, person_id limit 25",
    )
    most_answered = Listing(
        "Most answered",
        [Column("Who"), Column("Answers received", True), Column("given", True), Column("Comments", True)],
        [
            TableRow(
                [
                    person(each["site"], each["person_id"]),
                    *map(number, (each["answers_received"], each["answers_given"], each["comments"])),
                ]
            )
            for each in most
        ],
        is_caption_hidden=True,
        has_heads=True,
    )
    authors = Listing(
        "How authors answer below their own posts",
        [
            Column("Author"),
            Column("Comments by readers", True),
            Column("Answered", True),
            Column("Half within", True),
            Column("Nine of ten within", True),
        ],
        [
            TableRow(
                [
                    person(each["site"], each["person_id"]),
                    number(each["comments"]),
                    f"{number(each['answered'])} ({percent(each['answered'] / each['comments'])})",
                    duration(each["median_s"]),
                    duration(each["nine_of_ten_s"]),
                ]
            )
            for each in rows(tables, AUTHORS)
        ],
        is_caption_hidden=True,
        has_heads=True,
    )
    lags = rows(tables, LAGS)
    drawing, left_out = drawn_network(tables, where)
    site.write(
        "persons.html",
        "persons.html",
        title="Persons",
        section="persons",
        drawing=drawing,
        left_out=left_out,
        pairs=pair_table,
        all_pairs=all_pairs,
        most_answered=most_answered,
        authors=authors,
        lags=charts.shares(lags, title="answers") if sum(each["count"] for each in lags) >= 5 else None,
        lag_table=Listing(
            "Time from a comment to its answer",
            [Column("Time"), Column("Answers", True)],
            [TableRow([str(each["label"]), number(each["count"])]) for each in lags],
            has_heads=True,
        ),
        count=counted(len(where.names), "person"),
    )


def _write_everyone(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> None:
    """Write the list of all persons; of very many those who wrote most."""
    columns = [Column("Person"), Column("Blog"), Column("Comments", True), Column("Posts", True)]
    columns += [Column("Answers given", True), Column("received", True)]
    people = rows(
        tables, "from people order by comments + posts_written desc, site, person_id limit $most", most=MOST_PERSONS
    )
    told = [
        TableRow(
            [
                Link(name_of(each["name"]), where.persons.get(_key(each))),
                short(each["site"], 80),
                *map(
                    number, (each["comments"], each["posts_written"], each["answers_given"], each["answers_received"])
                ),
            ]
        )
        for each in people
    ]
    about = (
        "Those who wrote most first. A person is a name on a blog: two who share a name are one, one with two is two."
    )
    if len(people) < len(where.names):
        about += f" These are the first {number(len(people))} of {number(len(where.names))}."
    listing = Listing("All persons", columns, told, is_caption_hidden=True, has_heads=True)
    write_listing(site, "everyone", listing, section="persons", about=about)
