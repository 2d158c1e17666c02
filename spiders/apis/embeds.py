"""Comment systems that a page only embeds: its script fetches the comments, so the page holds none of them.

Those that answer without a login have a file of their own, with the way to their thread and the reading of their
answers; the others are declared here and only named (docs/embeds.md says why).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from lxml.html import HtmlElement

from ...schemas import Embed, PageReading
from ..reading.document import Document
from . import comment_feed, cusdis, disqus, ghost, isso, remark42
from .scripts import Scripts


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
    ghost.NAME: ghost.read_ghost,
    disqus.NAME: disqus.read_disqus,
    remark42.NAME: remark42.read_remark42,
    cusdis.NAME: cusdis.read_cusdis,
    comment_feed.NAME: comment_feed.read_comment_feed,
}
"""By the name that `Embed.system` has; the feed of a post's comments is read like a system of its own."""

_FINDERS: tuple[Callable[[Document, Scripts], Embed | None], ...] = (
    disqus.find_disqus,
    isso.find_isso,
    ghost.find_ghost,
    remark42.find_remark42,
    cusdis.find_cusdis,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """How pages embed a system that is only named: any one of these signs shows it."""

    name: str
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    """Parts of the addresses of its scripts."""
    thread: tuple[str, ...] = ()
    """Attributes of the element or script found, the first of which that it has names the thread."""
    names_thread: bool = False
    """Whether a script shows the system only where it names a thread, as others use it for advertisements."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
        sources=("giscus.app/client.js",),
        thread=("data-term", "data-repo"),
    ),
    System(
        name="utterances",
        classes=_words("utterances"),
        sources=("utteranc.es/client.js",),
        thread=("issue-number", "repo"),
    ),
    System(name="commento", ids=_words("commento"), sources=("/commento.js",), thread=("data-page-id",)),
    System(name="comentario", tags=_words("comentario-comments"), sources=("/comentario.js",), thread=("page-id",)),
    System(
        name="hyvor",
        ids=_words("hyvor-talk-view"),
        tags=_words("hyvor-talk-comments"),
        thread=("page-id", "website-id"),
    ),
    System(name="coral", ids=_words("coral_thread coralStreamEmbed"), classes=_words("coral-talk")),
    System(
        name="openweb",
        classes=_words("spot-im-frame-inpage"),
        sources=("launcher.spot.im/spot/",),
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
        sources=("intensedebate.com/js/genericCommentWrapper", "intensedebate.com/js/bloggerTemplateCommentWrapper"),
    ),
    System(
        name="livefyre",
        ids=_words("livefyre livefyre-comments"),
        classes=_words("livefyre-comments"),
        thread=("data-lf-article-id", "data-article-id"),
    ),
    System(name="discourse", ids=_words("discourse-comments")),
    System(name="fastcomments", ids=_words("fastcomments-widget"), sources=("cdn.fastcomments.com/js/embed",)),
    System(name="graphcomment", ids=_words("graphcomment")),
    System(name="talkyard", classes=_words("talkyard-comments"), thread=("data-discussion-id",)),
    System(name="vuukle", ids=_words("vuukle-comments"), classes=_words("vuukle-comments")),
    System(name="muut", classes=_words("muut")),
    System(name="vkontakte", ids=_words("vk_comments")),
    System(name="hypercomments", ids=_words("hypercomments_widget")),
    System(name="cackle", ids=_words("mc-container")),
    System(name="telegram", sources=("//comments.app/js/widget.js",), thread=("data-comments-app-website",)),
    System(name="google_plus", classes=_words("g-comments"), tags=_words("g:comments"), thread=("data-href", "href")),
    System(name="js_kit", classes=_words("js-kit-comments"), sources=("//js-kit.com/comments.js",)),
    System(name="gitalk", ids=_words("gitalk-container"), sources=("/gitalk",)),
    System(name="waline", ids=_words("waline"), sources=("/waline", "@waline/")),
    System(name="valine", ids=_words("vcomments"), sources=("/valine", "/Valine")),
    System(name="twikoo", ids=_words("tcomment twikoo"), sources=("/twikoo",)),
    System(name="artalk", ids=_words("artalk"), sources=("/artalk", "/Artalk")),
)
"""Known by elements and addresses of scripts, not by what scripts say: that would be a search through all of them."""
_LOWERED_CLASSES = frozenset(name.lower() for system in SYSTEMS for name in system.classes)


def find_embeds(doc: Document) -> list[Embed]:
    """The systems that the page embeds, each once. A script that only counts comments embeds none."""
    scripts = Scripts.of(doc)
    found = [embed for find in _FINDERS if (embed := find(doc, scripts))]
    tokens: dict[str, int] = {}
    for name in doc.class_names.holding(_LOWERED_CLASSES):
        for token in name.split():
            tokens.setdefault(token, doc.with_class[name][0])
    for system in SYSTEMS:
        element = next(_places(doc, system, tokens, scripts), None)
        if element is not None:
            found.append(Embed(system=system.name, thread=_thread(system, element)))
    return found


def _places(doc: Document, system: System, tokens: dict[str, int], scripts: Scripts) -> Iterator[HtmlElement]:
    """The elements that show a system; in `tokens` the first element of each class."""
    numbers = [doc.with_id[name] for name in system.ids if name in doc.with_id]
    numbers += [tokens[name] for name in system.classes if name in tokens]
    numbers += [doc.with_tag[name][0] for name in system.tags if name in doc.with_tag]
    yield from (doc.elements[number] for number in sorted(numbers))
    for source in system.sources:
        if source not in scripts.sources:
            continue
        for script in doc.scripts:
            is_shown = _thread(system, script) is not None or not system.names_thread
            if is_shown and source in (script.get("src") or ""):
                yield script


def _thread(system: System, element: HtmlElement) -> str | None:
    """How the system names the page's thread; None if the page leaves that to its script."""
    values = (element.get(name) for name in system.thread)
    return next((value.strip() for value in values if value and value.strip()), None)
