"""Why a request is not made, or its answer not followed: one exception a reason, each with its word for `fetches`."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest

from ..schemas.records import Outcome


class Refusal(IgnoreRequest):
    """A request that the crawl itself refuses; it is never tried again, and the text says why."""

    outcome: ClassVar[Outcome]

    def __init__(self, why: str, *, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status
        """HTTP status of the answer that was the reason; None where there was none."""


class UnsafeTarget(Refusal):
    """An address that must not be asked: of another scheme, broken, or a private one."""

    outcome = "unsafe_address"


class UnsafeRedirect(Refusal):
    """A redirect that must not be followed."""

    outcome = "unsafe_redirect"


class RobotsForbids(Refusal):
    """robots.txt keeps the page from us."""

    outcome = "robots"


class BoundReached(Refusal):
    """One of the `Bounds` is met."""

    outcome = "bound_reached"


class RobotsUnreachable(IgnoreRequest):
    """Nothing was answered for robots.txt; the cause is why."""


class Abandoned(IgnoreRequest):
    """A request that was given up because the crawl is ending; it has not happened."""
