"""Comment systems that a page only embeds: its script fetches the comments, so the page holds none of them.

Those that answer without a login have a file of their own, with the way to their thread and the reading of their
answers; the others are declared here and only named (docs/embeds.md says why).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from lxml.html import HtmlElement

from ...schemas import Embed, PageReading
from . import comment_feed, disqus_embed, ghost_api, isso
from .document import Document
from .scripts import inline_code


class AnswerReader(Protocol):
    """Reads an answer of a comment system to the request for a post's comments."""

    def __call__(self, body: bytes, *, post_url: str, url: str) -> PageReading:
        """The comments with their ids as at every crawl, and in `next_pages` where more of them are.

        Raises:
            MalformedAnswer: the answer is not in the system's format.
            LayoutChanged: it is, but what is known of it is not there.
        """
        ...


READERS: dict[str, AnswerReader] = {
    isso.NAME: isso.read_isso,
    ghost_api.NAME: ghost_api.read_ghost,
    disqus_embed.NAME: disqus_embed.read_disqus,
    comment_feed.NAME: comment_feed.read_comment_feed,
}
"""By the name that `Embed.system` has; the feed of a post's comments is read like a system of its own."""

_FINDERS: tuple[Callable[[Document], Embed | None], ...] = (
    disqus_embed.find_disqus,
    isso.find_isso,
    ghost_api.find_ghost,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How pages embed a system that is only named: any one of these signs shows it."""

    name: str
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    source: re.Pattern[str] | None = None
    """Found in the address of a script."""
    code: tuple[str, re.Pattern[str]] | None = None
    """A word that must stand in the page's own scripts, and what is then found in them."""
    thread: tuple[str, ...] = ()
    """Attributes of the element or script found, the first of which that it has names the thread."""
    names_thread: bool = False
    """Whether the script shows the system only where it names a thread, as others use it for advertisements."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _code(word: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return word, re.compile(pattern)


SYSTEMS: tuple[System, ...] = (
    System(
        name="facebook",
        classes=_words("fb-comments"),
        tags=_words("fb:comments amp-facebook-comments"),
        thread=("data-href", "href"),
    ),
    System(
        name="giscus",
        classes=_words("giscus"),
        source=re.compile(r"giscus\.app/client\.js"),
        thread=("data-term", "data-repo"),
    ),
    System(
        name="utterances",
        classes=_words("utterances"),
        source=re.compile(r"utteranc\.es/client\.js"),
        thread=("issue-number", "repo"),
    ),
    System(name="commento", ids=_words("commento"), source=re.compile(r"/commento\.js"), thread=("data-page-id",)),
    System(
        name="comentario",
        tags=_words("comentario-comments"),
        source=re.compile(r"/comentario\.js"),
        thread=("page-id",),
    ),
    System(
        name="hyvor",
        ids=_words("hyvor-talk-view"),
        tags=_words("hyvor-talk-comments"),
        thread=("page-id", "website-id"),
    ),
    System(name="cusdis", ids=_words("cusdis_thread"), thread=("data-page-id",)),
    System(name="remark42", ids=_words("remark42"), code=_code("remark_config", r"\bremark_config\s*=")),
    System(
        name="coral",
        ids=_words("coral_thread coralStreamEmbed"),
        code=_code("Coral", r"\bCoral\.(?:createStreamEmbed|Talk\.render)\("),
    ),
    System(
        name="openweb",
        classes=_words("spot-im-frame-inpage"),
        source=re.compile(r"//launcher\.spot\.im/spot/"),
        thread=("data-post-id",),
        names_thread=True,
    ),
    System(
        name="viafoura",
        classes=_words("vf-comments viafoura-comments"),
        tags=_words("vf-conversations"),
        thread=("vf-container-id",),
    ),
    System(
        name="intensedebate",
        ids=_words("idc-container idc-container-parent IDCommentsPostTitle"),
        source=re.compile(r"intensedebate\.com/js/(?:generic|wordpress|blogger)\w*Comment", re.IGNORECASE),
        code=_code("idcomments_", r"\bidcomments_(?:acct|post_id)\s*="),
    ),
    System(
        name="livefyre",
        ids=_words("livefyre livefyre-comments"),
        classes=_words("livefyre-comments"),
        code=_code("fyre.conv", r"\bfyre\.conv\.load\("),
        thread=("data-lf-article-id", "data-article-id"),
    ),
    System(
        name="discourse",
        ids=_words("discourse-comments"),
        code=_code("DiscourseEmbed", r"\bDiscourseEmbed\s*=\s*\{"),
    ),
    System(
        name="fastcomments",
        ids=_words("fastcomments-widget"),
        source=re.compile(r"cdn\.fastcomments\.com/js/embed"),
    ),
    System(name="graphcomment", ids=_words("graphcomment"), code=_code("graphcomment", r"\bgraphcomment\s*\(")),
    System(name="talkyard", classes=_words("talkyard-comments"), thread=("data-discussion-id",)),
    System(name="vuukle", ids=_words("vuukle-comments"), classes=_words("vuukle-comments")),
    System(name="muut", classes=_words("muut")),
    System(name="vkontakte", ids=_words("vk_comments"), code=_code("VK.Widgets", r"\bVK\.Widgets\.Comments\(")),
    System(name="hypercomments", ids=_words("hypercomments_widget")),
    System(name="cackle", code=_code("cackle_widget", r"""cackle_widget\.push\(\{\s*widget:\s*['"]Comment['"]""")),
    System(name="telegram", source=re.compile(r"//comments\.app/js/widget\.js"), thread=("data-comments-app-website",)),
    System(name="google_plus", classes=_words("g-comments"), tags=_words("g:comments"), thread=("data-href", "href")),
    System(name="js_kit", classes=_words("js-kit-comments"), source=re.compile(r"//js-kit\.com/comments\.js")),
    System(name="gitalk", code=_code("Gitalk", r"\bnew\s+Gitalk\(")),
    System(name="waline", code=_code("Waline", r"(?:\bWaline\.init|\bnew\s+Waline)\(")),
    System(name="valine", code=_code("Valine", r"\bnew\s+Valine\(")),
    System(name="twikoo", code=_code("twikoo", r"\btwikoo\.init\(")),
    System(name="artalk", code=_code("Artalk", r"(?:\bArtalk\.init|\bnew\s+Artalk)\(")),
)


def find_embeds(doc: Document) -> list[Embed]:
    """The systems that the page embeds, each once. A script that only counts comments embeds none."""
    found = [embed for find in _FINDERS if (embed := find(doc))]
    code = inline_code(doc)
    tokens: dict[str, int] = {}
    for name, numbers in doc.with_class.items():
        for token in name.split():
            tokens.setdefault(token, numbers[0])
    for system in SYSTEMS:
        element = next(_places(doc, system, tokens), None)
        if element is not None or (system.code and system.code[0] in code and system.code[1].search(code)):
            found.append(Embed(system=system.name, thread=_thread(system, element)))
    return found


def _places(doc: Document, system: System, tokens: dict[str, int]) -> Iterator[HtmlElement]:
    """The elements that show a system; in `tokens` the first element of each class."""
    numbers = [doc.with_id[name] for name in system.ids if name in doc.with_id]
    numbers += [tokens[name] for name in system.classes if name in tokens]
    numbers += [doc.with_tag[name][0] for name in system.tags if name in doc.with_tag]
    yield from (doc.elements[number] for number in sorted(numbers))
    if system.source is not None:
        for script in doc.scripts:
            is_shown = _thread(system, script) is not None or not system.names_thread
            if is_shown and system.source.search(script.get("src") or ""):
                yield script


def _thread(system: System, element: HtmlElement | None) -> str | None:
    """How the system names the page's thread; None if the page leaves that to its script."""
    values = (element.get(name) for name in system.thread) if element is not None else ()
    return next((value.strip() for value in values if value and value.strip()), None)
