"""The first page: what was collected, when it was written, and how far it can be trusted; and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
from markupsafe import Markup

from ..schemas.words import COMMENT_FATES, COMPLETENESS_REASONS, EVIDENCE
from . import charts, words
from .lists import Column, Listing, TableRow, write_listing
from .posts import PostLists, thread_link
from .runs import Troubles
from .show import Link, counted, day, instant, month, name_of, number, percent, published, sentence, short
from .site import INDEX, Site
from .tables import Row, row, rows
from .threads import Where

MOST_ROWS = 5_000
"""Of a list of answers; the others are counted."""

FIGURES = """
    select
        (select count(distinct site) from posts) as sites,
        (select count(*) from posts) as posts,
        (select count(*) from comments where kind = 'comment') as comments,
        (select count(*) from comments where kind <> 'comment') as pingbacks,
        (select count(*) from people) as persons,
        (select count(*) from shown_posts) as shown_posts,
        (select sum(comments) from shown_posts)::bigint as shown_comments,
        (select count(distinct comment_id) from replies where target_kind = 'comment') as answering,
        (select max(last_seen_at) from posts) as seen_at,
        (select min(first_seen_at) from posts) as seen_from
"""

SPAN = """
    with

    dated as (

        select
            comment_id,
            published_local as said_at

        from comments

        where published_local is not null
            and kind = 'comment'

    )

    select
        min(said_at) as first_at,
        max(said_at) as last_at,
        arg_min(comment_id, struct_pack(said_at := said_at, comment_id := comment_id)) as first_id,
        arg_max(comment_id, struct_pack(said_at := said_at, comment_id := comment_id)) as last_id

    from dated
"""

SITES = """
    select
        posts.site,
        count(*) as posts,
        sum(coalesce(found.comments, 0))::bigint as comments,
        count(*) filter (completeness.is_complete) as complete,
        count(*) filter (completeness.is_complete = false) as incomplete,
        min(posts.published_local) as first_at,
        max(posts.published_local) as last_at

    from posts

    left join completeness
        on posts.post_id = completeness.post_id

    left join (select post_id, count(*) as comments from comments where kind = 'comment' group by post_id) as found
        on posts.post_id = found.post_id

    group by posts.site

    order by comments desc, posts.site
"""

OVER_TIME = """
    select
        date_trunc($unit, published_local)::date as start,
        count(*) as comments,
        count(distinct post_id) as posts

    from comments

    where kind = 'comment'
        and published_local is not null

    group by all

    order by start
"""

OF_YEAR = """
    select
        comments.comment_id,
        comments.post_id,
        comments.published_raw,
        comments.published_local,
        comments.published_at,
        comments.published_precision,
        coalesce(writers.name, comments.author_name) as writer,
        posts.title,
        posts.url

    from comments

    inner join posts
        on comments.post_id = posts.post_id

    left join speakers as writers
        on comments.comment_id = writers.text_id

    where comments.kind = 'comment'
        and year(comments.published_local) = $year

    order by comments.published_local, comments.comment_id

    limit $most
"""

REASONS = """
    select
        reason,
        is_complete,
        count(*) as posts,
        sum(stated_comments)::bigint as stated,
        sum(found_comments)::bigint as found

    from completeness

    group by reason, is_complete

    order by is_complete nulls last, posts desc, reason
"""

OF_REASON = """
    select
        completeness.*,
        posts.title,
        posts.url,
        posts.site

    from completeness

    inner join posts
        on completeness.post_id = posts.post_id

    where completeness.reason = $reason

    order by abs(completeness.difference) desc nulls last, posts.site, posts.published_local, posts.post_id

    limit $most
"""

SIGNS = """
    select
        word,
        count(*) as answers,
        avg(confidence) as confidence

    from (select unnest(evidence) as word, confidence from replies)

    group by word

    order by word = 'default', answers desc, word
"""

ANSWERS_BY = """
    select
        replies.comment_id,
        replies.target_id,
        replies.target_kind,
        replies.evidence,
        replies.confidence,
        replies.cue,
        coalesce(writers.name, posts.author_name) as writer,
        answered.name as answered,
        posts.title,
        posts.url,
        posts.post_id

    from replies

    inner join shown_posts
        on replies.post_id = shown_posts.post_id

    inner join posts
        on replies.post_id = posts.post_id

    left join speakers as writers
        on replies.comment_id = writers.text_id

    left join speakers as answered
        on replies.target_id = answered.text_id

    where list_contains(replies.evidence, $word)

    order by shown_posts.place, replies.comment_id, replies.target_id

    limit $most
"""

FATES = """
    select
        fate,
        count(*) as comments

    from comments

    where fate in (select unnest($fates))

    group by fate

    order by comments desc, fate
"""

OF_FATE = """
    select
        comments.comment_id,
        comments.post_id,
        comments.missed_at,
        comments.last_seen_at,
        coalesce(writers.name, comments.author_name) as writer,
        posts.title,
        posts.url

    from comments

    inner join posts
        on comments.post_id = posts.post_id

    left join speakers as writers
        on comments.comment_id = writers.text_id

    where comments.fate = $fate

    order by comments.missed_at desc nulls last, comments.comment_id

    limit $most
"""

EDITED = """
    select
        comments.comment_id,
        comments.post_id,
        max(versions.version) as versions,
        max(versions.first_seen_at) as changed_at,
        coalesce(min(writers.name), min(comments.author_name)) as writer,
        min(posts.title) as title,
        min(posts.url) as url

    from comment_versions as versions

    inner join comments
        on versions.comment_id = comments.comment_id

    inner join posts
        on comments.post_id = posts.post_id

    left join speakers as writers
        on comments.comment_id = writers.text_id

    where list_contains(versions.changed, 'body_text')
        and versions.state <> 'removed'

    group by comments.comment_id, comments.post_id

    order by changed_at desc, comments.comment_id

    limit $most
"""


@dataclass(frozen=True, slots=True)
class Grain:
    """A unit of time by which comments are counted."""

    years: float
    """Spans below so many years are counted by it."""
    unit: str
    name: charts.Grain
    in_a_year: int


GRAINS = (
    Grain(5, "month", "utcyearmonth", 12),
    Grain(12, "quarter", "utcyearquarter", 4),
    Grain(float("inf"), "year", "utcyear", 1),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the first page, which leads to the rows that it counts."""

    number: str
    name: str
    href: str
    note: str = ""


def write_overview(
    site: Site, tables: duckdb.DuckDBPyConnection, where: Where, lists: PostLists, troubles: Troubles
) -> None:
    """Write the first page, and the lists that its numbers lead to."""
    found = row(tables, FIGURES)
    sites = rows(tables, SITES)
    span = row(tables, SPAN)
    chart, months = _over_time(site, tables, where, span)
    site.write(
        INDEX,
        "overview.html",
        title=site.title,
        section="overview",
        lead=_lead(found, sites),
        figures=list(_figures(found, span, site.has_persons)),
        sample=_sample(found),
        sites=_sites_table(sites, lists),
        chart=chart,
        months=months,
        span=_span(span, where),
        reasons=_reasons(site, tables, where),
        signs=_signs(site, tables, where, found["answering"]),
        history=_history(site, tables, where),
        troubles=troubles,
    )


def _lead(found: Row, sites: Sequence[Row]) -> str:
    seen = ""
    if found["seen_at"]:
        first, last = day(found["seen_from"]), day(found["seen_at"])
        seen = f", as seen on {last}" if first == last else f", as seen from {first} to {last}"
    blogs = "A blog with its" if len(sites) == 1 else f"{number(len(sites))} blogs with their"
    return f"{blogs} comments{seen}: what there is, how far it can be trusted, and who talks with whom."


def _figures(found: Row, span: Row, has_persons: bool) -> list[Figure]:
    figures = [
        Figure(number(found["sites"]), "blog" if found["sites"] == 1 else "blogs", "#blogs"),
        Figure(number(found["posts"]), "post" if found["posts"] == 1 else "posts", "posts.html"),
        Figure(
            number(found["comments"]),
            "comment" if found["comments"] == 1 else "comments",
            "most-discussed.html",
            f"and {counted(found['pingbacks'], 'pingback')}" if found["pingbacks"] else "",
        ),
    ]
    if has_persons:
        figures.append(
            Figure(number(found["persons"]), "person" if found["persons"] == 1 else "persons", "persons.html")
        )
    if found["answering"]:
        figures.append(Figure(number(found["answering"]), "comments that answer another", "#answers"))
    if span["first_at"]:
        first, last = span["first_at"].year, span["last_at"].year
        figures.append(Figure(f"{first}" if first == last else f"{first}–{last}", "when they were written", "#time"))
    return figures


def _sample(found: Row) -> str:
    if found["shown_posts"] == found["posts"]:
        return ""
    return (
        f"The figures count everything. Pages of threads are there for {counted(found['shown_posts'], 'post')} with "
        f"{counted(found['shown_comments'] or 0, 'comment')}, a random sample of all: those whose post_id, a hash, "
        "comes first in the alphabet."
    )


def _sites_table(sites: Sequence[Row], lists: PostLists) -> Listing:
    columns = [Column("Blog"), Column("Posts", True), Column("Comments", True), Column("All found", True)]
    columns += [Column("First post"), Column("Newest post")]
    told = [
        TableRow(
            [
                Link(short(each["site"], 100), lists.blogs.get(each["site"])),
                number(each["posts"]),
                number(each["comments"]),
                percent(each["complete"] / judged) if (judged := each["complete"] + each["incomplete"]) else "",
                day(each["first_at"]) if each["first_at"] else "",
                day(each["last_at"]) if each["last_at"] else "",
            ]
        )
        for each in sites
    ]
    return Listing("Blogs", columns, told, is_caption_hidden=True, has_heads=True)


def _over_time(
    site: Site, tables: duckdb.DuckDBPyConnection, where: Where, span: Row
) -> tuple[Markup | None, Listing | None]:
    if not span["first_at"]:
        return None, None
    years = (span["last_at"] - span["first_at"]).days / 365.25
    grain = next(grain for grain in GRAINS if years < grain.years)
    found = rows(tables, OVER_TIME, unit=grain.unit)
    if len(found) < 2:
        return None, None
    listed = {year: _write_year(site, tables, where, year) for year in sorted({each["start"].year for each in found})}
    columns = [Column(grain.unit.capitalize()), Column("Comments", True), Column("Posts", True)]
    told = [
        TableRow(
            [
                Link(_named(each["start"], grain.unit), listed[each["start"].year]),
                number(each["comments"]),
                number(each["posts"]),
            ]
        )
        for each in found
    ]
    chart = charts.over_time(found, grain=grain.name, periods=int(years * grain.in_a_year) + 2)
    return chart, Listing(f"Comments by {grain.unit}", columns, told, has_heads=True)


def _write_year(site: Site, tables: duckdb.DuckDBPyConnection, where: Where, year: int) -> str:
    """Write the list of the comments of a year."""
    found = rows(tables, OF_YEAR, year=year, most=MOST_ROWS)
    told = [TableRow([_by(where, each), published(each), thread_link(where, each)]) for each in found]
    listing = Listing(f"Comments of {year}", [Column("By"), Column("Written"), Column("Below")], told, True)
    about = f"The first {counted(len(found), 'comment')} of the year." if len(found) == MOST_ROWS else ""
    return write_listing(site, f"comments-{year}", listing, section="overview", about=about)


def _named(start: date, unit: str) -> str:
    if unit == "year":
        return str(start.year)
    if unit == "quarter":
        return f"{start.year}, quarter {(start.month + 2) // 3}"
    return month(start)


def _span(span: Row, where: Where) -> list[tuple[str, Link]]:
    if not span["first_at"]:
        return []
    return [
        ("The first", Link(day(span["first_at"]), where.comments.get(span["first_id"]))),
        ("the newest", Link(day(span["last_at"]), where.comments.get(span["last_id"]))),
    ]


def _reasons(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> Listing | None:
    found = rows(tables, REASONS)
    if not any(each["stated"] for each in found):
        return None
    columns = [Column("What the posts state, against what was found"), Column("Posts", True), Column("Stated", True)]
    columns += [Column("Found", True), Column("Difference", True)]
    told = []
    for each in found:
        of_reason = rows(tables, OF_REASON, reason=each["reason"], most=MOST_ROWS)
        name = words.REASONS.get(each["reason"], words.plain(each["reason"]))
        listing = Listing(
            name,
            [Column("Post"), Column("Blog"), *columns[2:]],
            [
                TableRow(
                    [
                        thread_link(where, post),
                        short(post["site"], 80),
                        number(post["stated_comments"]),
                        number(post["found_comments"]),
                        number(post["difference"]),
                    ]
                )
                for post in of_reason
            ],
            is_caption_hidden=True,
            has_heads=True,
        )
        about = sentence(COMPLETENESS_REASONS.get(each["reason"], ""))
        if len(of_reason) < each["posts"]:
            about += f" {counted(len(of_reason), 'post')} of {number(each['posts'])} are listed, the worst first."
        path = write_listing(site, f"stated-{each['reason']}", listing, section="overview", about=about)
        state = {True: "complete", False: "incomplete", None: "not known"}[each["is_complete"]]
        difference = None if each["stated"] is None else each["stated"] - each["found"]
        told.append(
            TableRow(
                [Link(name, path, note=state), *map(number, (each["posts"], each["stated"], each["found"], difference))]
            )
        )
    return Listing("Comments stated and found", columns, told, is_caption_hidden=True, has_heads=True)


def _signs(site: Site, tables: duckdb.DuckDBPyConnection, where: Where, answering: int) -> Listing | None:
    if not answering:
        return None
    columns = [
        Column("What shows the answer"),
        Column("Answers", True),
        Column("Right, on pages people have read", True),
    ]
    told = []
    for each in rows(tables, SIGNS):
        name = words.EVIDENCE.get(each["word"], words.plain(each["word"]))
        name = name[:1].upper() + name[1:]
        path = None
        note = EVIDENCE.get(each["word"], "")
        if each["word"] != "default":
            path = _write_answers(site, tables, where, each, name)
        told.append(TableRow([Link(name, path, note=note), number(each["answers"]), percent(each["confidence"])]))
    return Listing("What shows who answers whom", columns, told, is_caption_hidden=True, has_heads=True)


def _write_answers(site: Site, tables: duckdb.DuckDBPyConnection, where: Where, sign: Row, name: str) -> str:
    word, count = sign["word"], sign["answers"]
    found = rows(tables, ANSWERS_BY, word=word, most=MOST_ROWS)
    columns = [Column("Who"), Column("answers whom"), Column("Words"), Column("Sure", True), Column("Below")]
    told = [
        TableRow(
            [
                Link(name_of(each["writer"]), where.comments.get(each["comment_id"])),
                Link(
                    "the post" if each["target_kind"] == "post" else name_of(each["answered"]),
                    where.comments.get(each["target_id"]) or where.threads.get(each["target_id"]),
                ),
                short(each["cue"], 120),
                percent(each["confidence"]),
                thread_link(where, each),
            ]
        )
        for each in found
    ]
    listing = Listing(f"Answers: {name.lower()}", columns, told, is_caption_hidden=True)
    shown = f"{number(len(found))} of them are listed." if len(found) < count else ""
    about = " ".join(filter(None, [f"{sentence(EVIDENCE.get(word, ''))}", f"{counted(count, 'answer')}.", shown]))
    return write_listing(site, f"answers-{word}", listing, section="overview", about=about)


def _history(site: Site, tables: duckdb.DuckDBPyConnection, where: Where) -> Listing | None:
    """What was edited, went or came back."""
    told = []
    edited = rows(tables, EDITED, most=MOST_ROWS)
    if edited:
        columns = [Column("Comment by"), Column("Below"), Column("Versions", True), Column("Changed, seen at")]
        listing = Listing(
            "Edited comments",
            columns,
            [
                TableRow(
                    [_by(where, each), thread_link(where, each), number(each["versions"]), instant(each["changed_at"])]
                )
                for each in edited
            ],
            is_caption_hidden=True,
        )
        path = write_listing(site, "edited", listing, section="overview")
        told.append(TableRow([Link("Edited", path), number(len(edited))]))
    for each in rows(tables, FATES, fates=list(words.FATES)):
        name = words.FATES[each["fate"]]
        columns = [Column("Comment by"), Column("Below"), Column("Last seen"), Column("Missed since")]
        listing = Listing(
            name,
            columns,
            [
                TableRow(
                    [_by(where, one), thread_link(where, one), instant(one["last_seen_at"]), instant(one["missed_at"])]
                )
                for one in rows(tables, OF_FATE, fate=each["fate"], most=MOST_ROWS)
            ],
            is_caption_hidden=True,
        )
        about = sentence(COMMENT_FATES.get(each["fate"], ""))
        path = write_listing(site, f"fate-{each['fate']}", listing, section="overview", about=about)
        told.append(TableRow([Link(name, path), number(each["comments"])]))
    if not told:
        return None
    return Listing(
        "Comments that changed",
        [Column("What became of them"), Column("Comments", True)],
        told,
        is_caption_hidden=True,
        has_heads=True,
    )


def _by(where: Where, comment: Row) -> Link:
    return Link(name_of(comment["writer"]), where.comments.get(comment["comment_id"]))
