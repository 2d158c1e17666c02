"""Where an API has fewer comments than are known of it: one that went, found among thousands by a few requests.

Each request asks for the newest comments from before an instant. How many there are says on which side of it some are
missing, and those that are shown tell which. Nothing is proven so: the post of a missing comment is looked at.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..queries.night import EarlierCount, KnownComment
from .answers import PER_PAGE


@dataclass(frozen=True, slots=True)
class Stretch:
    """The known comments of ranks from `low` up to `high`, in which some are missing."""

    low: int
    high: int
    missing_below: int
    """As the API's numbers say, of all that are older than `low`."""
    missing_in_all: int
    """The same, of all that are older than `high`."""


class Search:
    """The search of one night. Ask for what is before `next_instant`, and tell what came to `learn`, in turns.

    Ranks are places in the order of time, the oldest first. Those at which is asked are the same from night to night,
    so that what an API counted there before shows by how much it always differs.

    Args:
        known: all comments that the API has ever shown, oldest first.
        missing: how many of them are missing now and were not before.
        usual: by how many more are known than it counts, when none is missing.
        earlier: what it counted in nights when none was missing, by the instant.
        shown: ids of the newest comments, which were read already.
    """

    def __init__(
        self,
        known: Sequence[KnownComment],
        *,
        missing: int,
        usual: int = 0,
        earlier: Mapping[datetime, EarlierCount] | None = None,
        shown: Collection[str] = (),
    ) -> None:
        self._known = known
        self._usual = usual
        self._earlier = earlier or {}
        self._instants = [comment.written_at for comment in known]
        self._ranks = {comment.comment_id: rank for rank, comment in enumerate(known)}
        self._found: set[int] = set()
        self._asked = 0
        high = min((self._ranks[one] for one in shown if one in self._ranks), default=len(known) - 1)
        self._open = [Stretch(0, high, 0, missing)]

    def next_instant(self) -> datetime | None:
        """Before which instant to ask; None where all is found or there is nothing more to learn."""
        while self._open:
            stretch = self._open[-1]
            rank = self._rank_in(stretch)
            if self._missing_in(stretch) > 0 and rank > stretch.low:
                self._asked = rank
                return self._instants[rank]
            self._open.pop()
        return None

    def end(self) -> None:
        """Ask no more."""
        self._open.clear()

    def learn(self, total: int, shown: Collection[str]) -> list[KnownComment]:
        """Take up an answer.

        Args:
            total: how many comments there are from before the instant.
            shown: ids of the newest of these.

        Returns:
            The comments that should be among them and are not.
        """
        stretch, rank = self._open.pop(), self._asked
        below = sum(comment.gone_at is None for comment in self._known[:rank]) - total - self._usual_below(rank)
        covered = self._covered_from(rank, total, shown)
        missing = [
            place
            for place in range(covered, rank)
            if self._known[place].gone_at is None and self._known[place].comment_id not in shown
        ]
        self._found.update(missing)
        self._open.append(Stretch(stretch.low, min(covered, rank), stretch.missing_below, below - len(missing)))
        # Newer ones go more often, so they come first.
        self._open.append(Stretch(rank, stretch.high, below, stretch.missing_in_all))
        return [self._known[place] for place in missing]

    def _missing_in(self, stretch: Stretch) -> int:
        found = sum(stretch.low <= place < stretch.high for place in self._found)
        return stretch.missing_in_all - stretch.missing_below - found

    def _rank_in(self, stretch: Stretch) -> int:
        """Where to ask: in the middle, if so many are shown from there on downwards; of one instant, the first."""
        middle = round((stretch.low + stretch.high + PER_PAGE) / (2 * PER_PAGE)) * PER_PAGE
        rank = self._first_at(min(middle, stretch.high))
        return rank if rank > stretch.low else self._first_at(stretch.high)

    def _first_at(self, rank: int) -> int:
        return bisect_left(self._instants, self._instants[rank]) if self._instants else 0

    def _covered_from(self, rank: int, total: int, shown: Collection[str]) -> int:
        """From which rank on an answer shows all that the API has: of the oldest instant not all may be shown."""
        if len(shown) < PER_PAGE and total <= len(shown):
            return 0
        oldest = min((self._ranks[one] for one in shown if one in self._ranks), default=rank)
        return min(bisect_right(self._instants, self._instants[oldest]), rank)

    def _usual_below(self, rank: int) -> int:
        """By how many more are known before a rank than the API counts there, when none is missing."""
        if earlier := self._earlier.get(self._instants[rank]):
            at = earlier.counted_at
            then = sum(
                comment.first_seen_at <= at and (comment.gone_at is None or comment.gone_at > at)
                for comment in self._known[:rank]
            )
            return then - earlier.total
        return round(self._usual * rank / len(self._known))
