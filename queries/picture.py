"""Draws the conversation below a post as a tree, each answer with the words that show it."""

from __future__ import annotations

from collections import defaultdict

import duckdb
from rich.text import Text
from rich.tree import Tree

from ..inert import inert_line
from .forest import forest_order
from .models import BuildError

ANSWERS = """
    select
        comments.comment_id,
        coalesce(comments.author_name, if(comments.by_post_author, posts.author_name, null), '(no name)') as name,
        comments.body_text,
        replies.target_id,
        replies.evidence,
        replies.cue

    from comments

    inner join posts
        on comments.post_id = posts.post_id

    inner join replies
        on comments.comment_id = replies.comment_id

    where comments.post_id = ?
        and comments.kind = 'comment'

    order by comments.position, replies.is_primary desc, replies.cue_start nulls last, replies.target_id
"""


def draw_thread(tables: duckdb.DuckDBPyConnection, post_id: str) -> Tree:
    """A post and its comments, each below what it mainly answers: a line a comment, cut at the terminal's width.

    What a comment answers besides is told in its line.

    Raises:
        BuildError: there is no such post.
    """
    heads = tables.execute("select title, author_name from posts where post_id = ?", [post_id]).fetchall()
    if not heads:
        raise BuildError(f"no post has the id {post_id}; select post_id, title from posts lists those there are")
    [(title, author)] = heads
    answers = defaultdict(list)
    names: dict[str, str] = {}
    for comment_id, name, body, *answer in tables.execute(ANSWERS, [post_id]).fetchall():
        names[comment_id] = name
        answers[comment_id].append((body, *answer))
    ranks = {comment_id: rank for rank, comment_id in enumerate(answers, 1)}
    mains = {comment_id: found[0] for comment_id, found in answers.items()}
    places = forest_order([ranks.get(target_id) for _, target_id, *_ in mains.values()])
    picture = Tree(_line(" - ".join(filter(None, [title, author])) or post_id, "bold"), guide_style="dim")
    above = [picture]
    for (_, depth), comment_id in sorted(zip(places, answers, strict=True)):
        body, _, evidence, cue = mains[comment_id]
        others = [
            f"also {names.get(target_id, 'the post')} {_signs(signs, words)}"
            for _, target_id, signs, words in answers[comment_id][1:]
        ]
        signs = _line(" ".join([_signs(evidence, cue), *others]), "cyan")
        line = Text(" ").join(part for part in (_line(names[comment_id], "bold"), signs, _line(body)) if part)
        line.no_wrap, line.overflow = True, "ellipsis"
        above[depth + 1 :] = [above[depth].add(line)]
    return picture


def _signs(evidence: list[str], cue: str | None) -> str:
    if evidence == ["default"]:
        return ""
    return f"[{', '.join(evidence)}{f': {cue}' if cue else ''}]"


def _line(text: str, style: str = "") -> Text:
    return Text(inert_line(text), style=style, no_wrap=True, overflow="ellipsis")
