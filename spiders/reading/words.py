"""What the names in markup mean: ids and classes read as words.

`commentAuthor`, `comment-author` and `comment_author` are the same two words, so one list serves all themes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Literal

Role = Literal["author", "date", "body", "meta", "drop", "avatar", "likes", "badge", "number", "form", "children"]
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_GLUED = re.compile(
    r"^(.*?)(comments?|kommentare?|commentaires?|comentarios?|postings?|replies)(?!(?:er|ers|ed|ing|ary|aries|"
    r"ator|ators)$)(.*)$"
)
_POST_PREFIX = re.compile(r"^post(?=date|time|meta|body|text|author|info|content|title)")
COMMENT_WORDS = frozenset(
    "comment comments kommentar kommentare komment commentaire commentaires comentario comentarios comentari commento "
    "commenti commenter reactie reacties opinion opinions opinia opinie reaction reactions reply replies response "
    "responses discussion yorum cmt cmnt talkback posting postings leserbrief meinung komentar komentarz "
    "komentarze comentari kommentti leserkommentar".split()
)
COMMENT_STEMS = (
    "ment",
    "repl",
    "respon",
    "reacti",
    "opini",
    "discuss",
    "cmt",
    "cmnt",
    "posting",
    "talkb",
    "brief",
    "meinung",
    "yorum",
    "disqus",
)
"""One of these stands in each of COMMENT_WORDS, and in all other names of comment sections that are looked for."""


class Names:
    """The ids or the classes of a page, to be searched for parts of words.

    >>> Names(["nav-bar", "postComments"]).holding(COMMENT_STEMS)
    ['postComments']
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        # No page holds a NUL, so it parts the names again.
        self._lowered = "\0".join(names).lower()

    def holding(self, stems: Iterable[str]) -> list[str]:
        """The names that hold one of the stems, which are in lower case, in any case; in order.

        Quickly seen, because on most pages most stems stand in no name at all.
        """
        present = [stem for stem in stems if stem in self._lowered]
        if not present:
            return []
        pairs = zip(self._names, self._lowered.split("\0"), strict=True)
        return [name for name, lowered in pairs if _holds(lowered, present)]


def _holds(name: str, stems: list[str]) -> bool:
    for stem in stems:  # noqa: SIM110 - any() takes three times as long
        if stem in name:
            return True
    return False


LIST_WORDS = frozenset(
    "comments kommentare commentaires comentarios commenti reacties opinions opinie reactions replies responses list "
    "lists area areas section sections wrapper wrap container holder box block blocks form respond template "
    "module thread "
    "threads group tree root items inner outer page pages main count counts counter number heading headline "
    "title titles "
    "button link links total toggle tab tabs navigation nav pagination pager intro notice policy closed open".split()
)
ELSEWHERE_NAME = re.compile(
    r"(?:^|\s)(?:widget(?:s|_\S+|-\w*area\S*)?|(?:widget[-_])?(?:recent|latest|newest|neueste|letzte|recentes|"
    r"derniers)[-_]?"
    r"(?:comments?|posts?|kommentare|entries|commentaires|comentarios)\S*|recentcomments|"
    r"(?:\w+[-_])?side[-_]?bars?(?:[-_]\S*)?|secondary|"
    r"(?:jp-)?related\S*|\S*[-_]related|teasers?(?:[-_](?!\S*(?:meta|byline|author))\S*)?|\S*[-_]teasers?|ticker\S*|popular[-_]?posts?\S*)(?=\s|$)",
    re.IGNORECASE,
)
"""Ids and classes of what shows other pages: widgets, side bars, teasers."""
ELSEWHERE_STEMS = (
    "widget",
    "recent",
    "latest",
    "newest",
    "neueste",
    "letzte",
    "derniers",
    "side",
    "secondary",
    "related",
    "teaser",
    "ticker",
    "popular",
)
"""One of these stands in each name of that pattern."""


@lru_cache(maxsize=1 << 12)
def names_elsewhere(name: str) -> bool:
    """Whether an id or class is of something that shows other pages.

    >>> names_elsewhere("widget widget_recent_comments"), names_elsewhere("elementor-widget")
    (True, False)
    """
    return ELSEWHERE_NAME.search(name) is not None


_QUOTE_WORDS = frozenset("quote quotation zitat citation cita citaat quotebox blockquote".split())
QUOTE_STEMS = ("quot", "zitat", "citat", "cita")
"""One of these stands in each of them."""


@lru_cache(maxsize=1 << 12)
def names_quotation(name: str) -> bool:
    """Whether a class is of what is quoted: one of its tokens ends in a word for that.

    >>> names_quotation("bbCodeBlock bbCodeBlock--quote"), names_quotation("message js-selectToQuote")
    (True, False)
    """
    tokens = (words for token in name.split() if (words := words_of(token)))
    return any(words[-1] in _QUOTE_WORDS and "select" not in words for words in tokens)


NOT_AN_ITEM_WORDS = frozenset(
    "form respond policy subscription subscribe warning notice login cookies placeholder template editor "
    "field input textarea "
    "label submit count counter counts total link links button nav navigation pagination pager title heading headline "
    "teaser widget recent latest related feed rss close open toggle tab tabs icon disqus login".split()
)
PING_WORDS = frozenset("pingback pingbacks trackback trackbacks pings pinglist pingslist tracklist".split())
"""Names of lists of notices that another site links here."""
_AUTHOR = frozenset(
    "author authors autor auteur autore name username user nick nickname fn pseudo commenter poster writer verfasser "
    "screenname authorname commentator benutzer nutzer usuario utente displayname nombre nom member login "
    "person sender "
    "writtenby postedby benutzername creator membername userlink profilelink".split()
)
_DATE = frozenset(
    "date time datum timestamp published publish fecha data zeit datetime created ago when uhrzeit posted dtstamp "
    "updated dateline timeago dateposted pubdate livestamp prettydate ts".split()
)
_META = frozenset(
    "titre titel meta metadata header head info infos footer foot submitted details byline title permalink "
    "postinfo says vcard "
    "credit subject".split()
)
DATE_OR_META_WORDS = _DATE | _META
"""One of these stands in each name that tells a date or what is said about a text."""
_BODY = frozenset(
    "content text body message msg copy txt inhalt texte contenu texto testo contenido excerpt entry richtext "
    "description bodytext maintext".split()
)
_DROP = frozenset(
    "reply replylink respond antworten responder repondre share sharing edit editlink report flag abuse moderate "
    "moderation spam delete button buttons btn actions action tools toolbar controls signature reactions links menu "
    "alert alerter melden quotelink readmore hidden invisible sr helper".split()
)
_LIKES = frozenset(
    "like likes liked vote votes voting upvote upvotes rating ratings score karma thumbs recommend".split()
)
_AVATAR = frozenset(
    "avatar avatars gravatar userpic portrait pic picture photo image img thumbnail icon userphoto".split()
)
_BADGE = frozenset("badge badges badgetext label rank role status flair".split())
_NUMBER = frozenset("number nr num counter count index".split())


@lru_cache(maxsize=1 << 12)
def tokens_of(name: str) -> frozenset[str]:
    """The tokens of a class attribute."""
    return frozenset(name.split())


@lru_cache(maxsize=1 << 12)
def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a class or id, in order.

    >>> words_of("commentAuthor fig-comment__user")
    ('comment', 'author', 'fig', 'comment', 'user')
    >>> words_of("commenttext usercomment commenter")
    ('comment', 'text', 'user', 'comment', 'commenter')
    """
    found: list[str] = []
    for word in _WORD.findall(name):
        lower = word.lower()
        # Of the words that stand glued to others each holds one of these.
        may_be_glued = "ment" in lower or "posting" in lower or "replies" in lower
        if may_be_glued and (glued := _GLUED.match(lower)):
            found.extend(part for part in glued.groups() if part)
        elif lower.startswith("post") and (prefix := _POST_PREFIX.match(lower)):
            found.extend((prefix[0], lower[prefix.end() :]))
        else:
            found.append(lower)
    return tuple(found)


@lru_cache(maxsize=1 << 12)
def roles_of(name: str) -> frozenset[Role]:
    """What the class attribute says an element is for inside a comment; each token by its last telling word.

    >>> sorted(roles_of("comment-author vcard"))
    ['author', 'meta']
    >>> sorted(roles_of("comment-reply-link"))
    ['drop']
    """
    return frozenset(role for token in name.split() if (role := _role_of(token)))


@lru_cache(maxsize=1 << 12)
def ends_in_author(name: str) -> bool:
    """Whether a class token means a name itself ('comment-author') and not what is beside it ('author-fans')."""
    return any(words[-1] in _AUTHOR for token in name.split() if (words := words_of(token)))


_ANYWHERE: tuple[tuple[Role, frozenset[str]], ...] = (
    ("avatar", _AVATAR),
    ("drop", _DROP),
    ("likes", _LIKES),
    ("badge", _BADGE),
    ("form", frozenset({"form"})),
)
"""Roles that any word of a token tells, the first in this order."""
_LAST: dict[str, Role] = {
    **dict.fromkeys(_NUMBER, "number"),
    **dict.fromkeys(_META, "meta"),
    **dict.fromkeys(_BODY, "body"),
    **dict.fromkeys(_DATE, "date"),
    **dict.fromkeys(_AUTHOR, "author"),
}
"""Roles that the last word with one tells."""


_LOOK = re.compile(
    r"(?:justify|align|place)-(?:content|items|self)-"
    r"|content-(?:center|start|end|between|around|evenly|none|normal|stretch|baseline)$"
)
"""How what an element holds is set out, and no word for its being the content."""


# Pages have many more class attributes than tokens.
@lru_cache(maxsize=1 << 12)
def _role_of(token: str) -> Role | None:
    if ":" in token or _LOOK.match(token):
        return None  # 'dark:hidden', 'sm:text-lg': a look that an element has at times
    words = words_of(token)
    if token.startswith(("text-", "txt-")):
        # 'text-muted', 'txt-right': how the text looks, and no word for its being the text.
        words = tuple(word for word in words if word not in ("text", "txt"))
    if "children" in words:
        return "children"
    for role, vocabulary in _ANYWHERE:
        if not vocabulary.isdisjoint(words):
            return role
    if words and words[-1] in COMMENT_WORDS:
        # 'user-comment' is a comment, not a user.
        return None
    return next((_LAST[word] for word in reversed(words) if word in _LAST), None)


AUTHOR_MARK = re.compile(
    r"(?:^|\s)(?:bypostauthor|by-?post-?author|by-?author|is-?author|author-?badge|blog-?author|post-?author|"
    r"comment-by-node-author|"
    r"(?:\S*[-_])?by-viewer-author|op-badge|from-author|serendipity_comment_self)(?=\s|$)",
    re.IGNORECASE,
)
"""Classes that mark a comment, or a badge in it, as the post author's own."""
DEPTH_CLASS = re.compile(
    r"(?:^|[\s_-])(?:depth|level|lvl|indent|ebene|niveau|commentlevel)[-_]?(\d{1,2})(?=\s|$)", re.IGNORECASE
)
"""A class that numbers the depth of an answer, from whatever base."""
_PROFILE_PATH = re.compile(
    r"/(?:users?|profiles?|profil|author|autor|members?|membres?|mitglied(?:er)?|people|u)(?:-?\d+)?/"
    r"|/(?:user|profile|member)\.(?:php|aspx?|cfm|jsp)\b|[?&]u(?:id|ser(?:_?id)?)?=|[?&]mode=viewprofile\b",
    re.IGNORECASE,
)


# Kept, for several groups of rows have the same links.
@lru_cache(maxsize=1 << 11)
def leads_to_person(href: str) -> bool:
    """Whether a link leads to a person's page on the same site.

    >>> leads_to_person("/users/ann"), leads_to_person("/2019/05/a-post/")
    (True, False)
    """
    return _PROFILE_PATH.search(href) is not None
