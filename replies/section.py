"""All signs of who answers whom in one post and its comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .author import recognise_author
from .calls import calls_of
from .links import links
from .names import names_of
from .ordinals import ordinals
from .quotes import is_excerpt, marked_in, marked_quotes, repeats
from .targets import targets_of
from .texts import Text
from .uses import uses_in


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign that a comment answers a text; the offsets frame the words that show it, None where none do."""

    text_id: str
    target_id: str
    evidence: Literal["mention", "address", "quote", "ordinal", "link"]
    cue_start: int | None
    cue_end: int | None


def signs_of(texts: Sequence[Text]) -> list[Sign]:
    """What the texts of one post show, in no order.

    Args:
        texts: the post, where it is known, and its comments, in order of time.
    """
    return list(_signs(texts))


def _signs(texts: Sequence[Text]) -> Iterator[Sign]:
    for text in texts:
        if text.kind == "comment" and is_excerpt(text.body, text.author_url):
            text.kind = "trackback"
    comments = [text for text in texts if text.kind == "comment"]
    if not comments:
        return
    post = texts[0] if texts[0].kind == "post" else None
    recognise_author(texts)
    marked = {text.text_id: spans for text in comments if (spans := list(marked_in(text.body)))}
    repeated = list(repeats(texts, marked))
    copies = {repeat.text.text_id for repeat in repeated if repeat.is_copy}
    names = names_of(texts)
    own = [text for text in comments if text.text_id not in copies]
    uses = [use for text in own for use in uses_in(text, names, marked.get(text.text_id, ()))]
    calls = calls_of(uses, names, post)
    called: dict[str, set[str]] = {}
    for call in calls:
        called.setdefault(call.text.text_id, set()).add(call.person_id)
    name_ends: dict[str, set[int]] = {}
    for use in uses:
        name_ends.setdefault(use.text.text_id, set()).add(use.end)

    pointed: dict[str, set[str]] = {}
    for quote in marked_quotes(texts, marked, called):
        pointed.setdefault(quote.text.text_id, set()).add(quote.source.text_id)
        yield Sign(quote.text.text_id, quote.source.text_id, "quote", quote.cue_start, quote.cue_end)
    for ordinal in ordinals(texts, name_ends, called):
        pointed.setdefault(ordinal.text.text_id, set()).add(ordinal.target.text_id)
        yield Sign(ordinal.text.text_id, ordinal.target.text_id, "ordinal", ordinal.cue_start, ordinal.cue_end)
    for link in links(texts):
        pointed.setdefault(link.text.text_id, set()).add(link.target.text_id)
        yield Sign(link.text.text_id, link.target.text_id, "link", link.cue_start, link.cue_end)
    for call, target in targets_of(calls, texts, pointed, called):
        yield Sign(call.text.text_id, target.text_id, call.evidence, call.cue_start, call.cue_end)
    for repeat in repeated:
        if repeat.text.text_id not in copies:
            yield Sign(repeat.text.text_id, repeat.source.text_id, "quote", repeat.cue_start, repeat.cue_end)
