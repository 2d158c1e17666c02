"""What becomes of everything that an export holds: what gives no row is taken down with a word for why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from ...schemas import Damages, PageComment

logger = logging.getLogger(__name__)

Read = TypeVar("Read")
Kind = Literal["post", "comment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A post or comment of a file that gives no row."""

    record: Kind
    reason: str
    """A word of `schemas.words.REJECT_REASONS`."""
    native_id: str | None = None
    url: str | None = None
    """The post's address, where it is one and was public."""
    detail: str | None = None


@dataclass(slots=True)
class Account:
    """The account of one file."""

    damages: Damages = field(default_factory=Damages)
    hints: dict[str, None] = field(default_factory=dict)
    """What the user can do about it, each once."""
    left_out: list[LeftOut] = field(default_factory=list)
    """What was left out since it was last taken away."""

    def leave(
        self,
        record: Kind,
        reason: str,
        *,
        native_id: str | None = None,
        url: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Take down a thing that gives no row."""
        self.left_out.append(LeftOut(record=record, reason=reason, native_id=native_id, url=url, detail=detail))

    def leave_comments(
        self, comments: Iterable[PageComment], reason: str, *, url: str | None = None, detail: str | None = None
    ) -> None:
        """Take down comments that are left out together, as their post is."""
        for comment in comments:
            why = "deleted" if comment.state == "removed" else reason
            self.leave("comment", why, native_id=comment.native_id, url=url, detail=detail)

    def take(self) -> list[LeftOut]:
        """What was left out since the last time."""
        taken, self.left_out = self.left_out, []
        return taken

    def attempt(
        self,
        read: Callable[[], Read],
        record: Kind,
        native_id: str | None,
        comments: Callable[[], Iterable[str | None]] = tuple,
    ) -> Read | None:
        """What `read` gives; None where this program fails over it, which costs nothing else of the file.

        Args:
            comments: the native ids of the comments that would be lost with a post.
        """
        before = len(self.left_out)
        try:
            return read()
        except Exception as error:
            logger.exception("%s %s could not be read", record, native_id)
            del self.left_out[before:]
            detail = f"{type(error).__name__}: {error}"
            self.leave(record, "unreadable", native_id=native_id, detail=detail)
            for number in comments():
                self.leave("comment", "unreadable", native_id=number, detail=detail)
            return None
