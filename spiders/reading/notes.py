"""What a line about a post says: who wrote it, in the ways and languages in which themes write such lines.

Texts are matched folded and in any case.
"""

from __future__ import annotations

import re

from ...dates.find import find_date
from .phrases import CHANGED_TEXT

_WRITTEN = (
    r"posted|written|published|submitted|created|added|asked|started|"
    r"geschrieben|verfasst|veröffentlicht|erstellt|eingestellt|"
    r"publiée?|postée?|rédigée?|écrite?|publicado|escrito|enviado|publicada|escrita|pubblicato|scritto|inviato|"
    r"filed|geplaatst|geschreven|publicerad|skrivet|skrevet|opublikowan[eyo]|napisan[eyo]|dodan[eyo]|"
    r"опубликовано?|добавлено?|написано?"
)
_BY = r"by|von|par|por|da|door|di|av|af|przez|автором"
_LABEL = (
    r"authors?|autor(?:in|en|ka|es)?|auteurs?|autore|auteure|redakteur(?:in)?|écrivain|yazar|szerző|kirjoittaja|"
    r"författare|forfatter|автор|作者|著者|投稿者|작성자|글쓴이|撰文"
)
_NAME = r"[^\W_](?:[^\n|,(\[:;•·—–@<>]){0,58}?"
_ABOUT = (
    r"on|in|under|at|am|um|unter|le|dans|à|el|en|il|op|w|with|mit|zum|zu|ins|im|to|as|tagged|filed|posted|published|"
    r"categor\w+|kategorie|leave|views?|edit"
)
_BEHIND = (
    rf"(?=\s*(?:\.?\s*$|\.\s+(?:last|updated|filed|posted|tagged|leave)\b|/|[|,(\[•·—–;@&<>]|\s-|-\s|:\s|\b(?:{_ABOUT})\b|\b(?:and|und|et|y|e)\s+(?:is|was|has|"
    rf"filed|tagged|posted|categori[sz]ed|ist|wurde|{_ABOUT})\b|(?<=\s)(?:\d+|no|one|keine|ein|aucun|un)\s+"
    r"(?:comments?|kommentare?|commentaires?|responses?)|\b(?:comments?|kommentare?|commentaires?)\b))"
)
_BEGIN = (
    r"(?:^\W*|[|·•—–(\[)\]>/]\s*|\b(?:entry|post|article|story|eintrag|beitrag|artikel|billet|entrada|artículo)\s+"
    r"(?:was|is|wurde|a été|fue|foi)\s+(?:\w+\s+)?)"
)
_SIGNS = (
    # 'Posted by NAME', 'This entry was posted by NAME'; a bar stands in place of a date.
    re.compile(
        rf"{_BEGIN}(?:{_WRITTEN})(?:\s+(?:in|on|at|am|um|le|el|il)\b[^|]{{0,40}}?)?\s*:?\s*(?:{_BY})\s*:?\s+"
        rf"({_NAME}){_BEHIND}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:^|[\s|,·•(\[>])(?:{_LABEL})\s*[:：]\s*({_NAME}){_BEHIND}", re.IGNORECASE),
    re.compile(
        rf"(?:^|[|·•—–]\s*)({_NAME})\s+(?:posted|wrote|published|shared)\s+(?:this|that|the|an?)\b",
        re.IGNORECASE,
    ),
    # 'Filed under: CATEGORY — NAME @ 9:14', 'CATEGORY | NAME at 9:14 on DATE'.
    re.compile(rf"[|·•—–>]\s*({_NAME})\s+(?:at|um|à)\s+\d{{1,2}}\s?[:.h]\s?\d\d", re.IGNORECASE),
    re.compile(rf"(?:^|[|·•—–>]\s*|\s-\s+)({_NAME})\s*@\s*\d{{1,2}}\s?[:.h]\s?\d\d", re.IGNORECASE),
)
_SIGN_BEFORE_DATE = re.compile(rf"[|·•—–>]\s*({_NAME})\s+(?:at|um|à)\s*\|", re.IGNORECASE)
"""'CATEGORY — NAME at DATE', where the date begins with its clock time."""
_SIGN_BESIDE_DATE = re.compile(rf"(?:^|[\s|,·•(\[—–])(?:{_BY})(?:\s?:)?\s({_NAME}){_BEHIND}", re.IGNORECASE)
_SIGN_ALONE = re.compile(rf"^\W*(?:{_BY})(?:\s?:)?\s({_NAME}){_BEHIND}", re.IGNORECASE)
_NO_NAME = frozenset("author editor posted published written by von you us me this that the all it them".split())
_SMALL = frozenset("de da di do dos du van von der den la le el al bin ben zu zur ter ten y e i and und et".split())
_PUBLISHED_THEN = re.compile(
    rf"{_BEGIN}(?:{_WRITTEN}|date|datum|fecha|data|erschienen|mise? en ligne|日期|发布于|發表於|投稿日|posted on|"
    rf"publish(?:ed)? date)\b[^.!?|]{{0,40}}$",
    re.IGNORECASE,
)
"""What stands before the date of publishing."""
_PERSON_SINCE = re.compile(
    r"\b(?:joined|registered|member since|mitglied seit|registriert(?: seit)?|dabei seit|beigetreten|"
    r"inscrite?(?: le| depuis)?|membre depuis|registrado(?: el| em)?|miembro desde|membro desde|iscritto(?: il| dal)?|"
    r"lid sinds|зарегистрирован|регистрация|注册(?:时间|于)?)\W*$",
    re.IGNORECASE,
)
"""What stands before the day on which an author became a member."""
_PARTS = re.compile(r"\s(?:\||//|·|•|—|–|/|-)\s|\||·|•")
"""What parts the notes of one line."""
_LITTLE = 12
"""Letters beside a date in its part of a line; the name of a day is among them."""
MAY_SIGN = re.compile(rf"@|\b(?:{_WRITTEN}|{_BY}|wrote|shared)\b|{_LABEL}", re.IGNORECASE)
"""Stands in every line that states a name."""
_NUMBER = re.compile(r"(?:^|\s)\d")
_MOST_WORDS = 6
_FARTHEST = 160
"""Letters of a line before a name that it states about the post."""


def name_in(line: str) -> str | None:
    """The name that a line about a post states, however it does; None if it states none.

    >>> name_in("Am 3. Mai 2009 um 12:13 von Ada Lund in Allgemein")
    'Ada Lund'
    >>> name_in("Posted by: ada on: May 3, 2009"), name_in("Filed under: News — Ada Lund @ 9:14")
    ('ada', 'Ada Lund')
    >>> name_in("Filed under: News — Ada Lund at 6:30 pm on Tuesday, May 3, 2009"), name_in("| by Ada Lund")
    ('Ada Lund', 'Ada Lund')
    >>> name_in("by Ada Lund and tagged memory"), name_in("By doing this, we win.")
    ('Ada Lund', None)
    """
    date = find_date(line)
    if date is not None:
        line = f"{line[: date.start()].rstrip()} | {line[date.end() :].lstrip()}"
    for sign in _SIGNS:
        if (found := sign.search(line)) and (name := _name(found)):
            return name
    for sign in (_SIGN_BEFORE_DATE, _SIGN_BESIDE_DATE) if date is not None else ():
        if (found := sign.search(line)) and (name := _name(found)):
            return name
    found = _SIGN_ALONE.search(line)
    name = _name(found) if found else None
    return name if name and is_name(name) else None


def _name(found: re.Match[str]) -> str | None:
    """The name that a sign found; None where it stands too far behind, or is written as no name or account is."""
    name = _cleaned(found[1])
    may_be_one = name and found.start(1) <= _FARTHEST and (" " not in name or is_name(name))
    return name if may_be_one else None


def is_dateline(line: str, date: re.Match[str]) -> bool:
    """Whether a line says little beside a date, or says of it that something was published then.

    So that the date is the post's and not one that the post speaks of.

    >>> line = "The deadline is 3 May 2019, and no later"
    >>> is_dateline(line, find_date(line)), is_dateline("News | 3 May 2019", find_date("News | 3 May 2019"))
    (False, True)
    >>> is_dateline("Joined: 3 May 2019", find_date("Joined: 3 May 2019"))
    False
    """
    before, behind = line[: date.start()], line[date.end() :]
    if _PERSON_SINCE.search(before) or CHANGED_TEXT.search(before):
        return False
    if _PUBLISHED_THEN.search(before) or name_in(line) is not None:
        return True
    beside = f"{_PARTS.split(before)[-1]} {_PARTS.split(behind)[0]}".strip(" ,.;:()-–—·•|/")
    return len(beside) <= _LITTLE


def _cleaned(name: str) -> str | None:
    name = name.strip(" |,·–—:-\"'“”→←»«")
    # An initial keeps its full stop.
    if len(name.rpartition(" ")[2]) > 3:
        name = name.removesuffix(".")
    return name if name and name.lower() not in _NO_NAME and not _NUMBER.search(name) else None


def is_name(text: str) -> bool:
    """Whether a text is written as names are: few words, each with a capital or of a script without them.

    >>> is_name("Ada van der Lund"), is_name("doing this well")
    (True, False)
    """
    words = text.split()
    return 0 < len(words) <= _MOST_WORDS and all(
        word.lower() in _SMALL or not word[0].islower() for word in words if word[0].isalpha()
    )
