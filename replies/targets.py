"""Which text of a person is meant where a comment calls that person."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .calls import Call
from .texts import AUTHOR, Text
from .vocabulary import vocabulary

LAST = 8
"""Of a person's texts before a call only the last are weighed, and the first, which is the post's for its author."""


BARE = 3
"""Words of a text that does no more than call somebody."""


@dataclass(slots=True)
class _Writings:
    """A person's texts in order of time."""

    texts: list[Text] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)

    def before(self, seq: int) -> list[Text]:
        end = bisect_left(self.seqs, seq)
        return self.texts[: min(1, end)] * (end > LAST) + self.texts[max(0, end - LAST) : end]

    def last_before(self, seq: int) -> int | None:
        end = bisect_left(self.seqs, seq)
        return self.seqs[end - 1] if end else None


def _is_thanking(text: Text) -> bool:
    return not vocabulary().greetings.isdisjoint(text.words)


def _is_for_answer(call: Call) -> bool:
    """'Thanks for the answer, Anna!'"""
    around = call.text.words[max(0, call.place - 6) : call.place + 6]
    words = vocabulary()
    return not words.answers.isdisjoint(around) and not words.greetings.isdisjoint(around)


@dataclass(frozen=True, slots=True)
class _Talk:
    """What is known of a post's texts before its calls are read."""

    writings: Mapping[str, _Writings]
    """By person_id."""
    is_threaded: bool
    pointed: Mapping[str, Collection[str]]
    called: Mapping[str, Collection[str]]

    def preference(self, call: Call, target: Text) -> int:
        """How well a text fits a call, 1 best."""
        text = call.text
        is_in_thread = text.parent_id is not None and target.thread_id == text.thread_id
        if target.text_id == text.parent_id:
            return 1
        if target.text_id in self.pointed.get(text.text_id, ()):
            return 2
        if target.kind == "post":
            return 6
        is_short = len(target.words) <= BARE and target.text_id in self.called
        is_bare = is_short and (call.person_id != AUTHOR or _is_thanking(target))
        own_last = self.writings[text.person_id].last_before(text.seq) if text.person_id else None
        if call.person_id == AUTHOR:
            # The author's comments, where nothing shows that one of them is meant. Who only names him means the post,
            # unless the page has no threads: in a thread an answer to his comment would stand below it.
            if call.rule == "named" and self.is_threaded:
                return 7
            # He is answered for a comment if he wrote it since the caller's own last one.
            is_since = own_last is not None and target.seq > own_last
            if not is_since and not is_in_thread and call.rule != "at" and not _is_for_answer(call):
                return 7
        # 'Thanks, Anna!' says nothing to answer, but to Anna.
        if is_bare and not is_in_thread and text.person_id not in self.called[target.text_id]:
            return 8
        # Whoever was called by somebody answers that, unless he did so before.
        is_called_there = text.person_id in self.called.get(target.text_id, ())
        if is_in_thread or (is_called_there and own_last is not None and own_last < target.seq):
            return 3
        return 4 if not target.long_words.isdisjoint(text.long_words) else 5


def targets_of(
    calls: Sequence[Call],
    texts: Sequence[Text],
    pointed: Mapping[str, Collection[str]],
    called: Mapping[str, Collection[str]],
) -> Iterator[tuple[Call, Text]]:
    """The text that each call means; of namesakes at one place the one who is answered anyway, else who wrote last.

    Args:
        calls: those of each text together, by place.
        pointed: the texts that a comment quotes, numbers or links, by text_id.
        called: the persons that a text calls, by text_id.
    """
    if not calls:
        return
    writings: defaultdict[str, _Writings] = defaultdict(_Writings)
    for text in texts:
        if text.person_id is not None and text.kind in {"post", "comment"}:
            writings[text.person_id].texts.append(text)
            writings[text.person_id].seqs.append(text.seq)
    talk = _Talk(writings, any(text.parent_id is not None for text in texts), pointed, called)
    for _, at_place in groupby(calls, key=lambda call: (call.text.text_id, call.place)):
        ranked = [
            (talk.preference(call, target), call, target)
            for call in at_place
            for target in writings[call.person_id].before(call.text.seq)
        ]
        if ranked:
            _, call, target = min(ranked, key=lambda r: (r[0] != 1, r[1].rank, r[0], -r[2].seq))
            yield call, target
