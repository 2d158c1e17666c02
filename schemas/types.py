"""The value types that records are declared with: each carries its constraint, so validation and Arrow types follow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]
"""A point in time; in UTC wherever it is stored."""

WallClock = Annotated[datetime, Meta(tz=False)]
"""What a clock on the site's wall shows: a date and time without a zone."""

Whole = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""A number as a page prints it, as far as a column can hold it."""

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]

Key = Annotated[str, Meta(min_length=1)]
"""A text that identifies a row, so it is never empty."""

Share = Annotated[float, Meta(ge=0, le=1)]
