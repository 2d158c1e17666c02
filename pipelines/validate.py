"""What may stand in the tables: records that fit their schema. Each loss has a word and is kept aside in `rejects`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from ..schemas import UNDATED, Comment, Post, Reject
from .characters import SURROGATE, clean_text

Record = TypeVar("Record", Post, Comment)

EARLIEST = datetime(1990, 1, 1)
CLOCK_ERROR = timedelta(days=1)
"""How far a site's clock, in any zone, may run ahead of ours."""


class Misfit(NamedTuple):
    """A value that cannot stand in its column."""

    field: str
    reason: str
    detail: str | None


def reject(records: Sequence[Record], url: str | None) -> tuple[list[Record], list[Reject]]:
    """Records that may stand in the tables, in the same order, and what was lost of the others; `url` is their page.

    Only ids and `fetched_at` are mandatory: a misfit elsewhere costs its column, not the record.
    """
    kept: list[Record] = []
    rejects: list[Reject] = []
    for record in records:
        mended, losses = mend(record)
        if mended is None:
            *losses, last = losses
            rejects.append(reject_record(record, last.reason, last.detail, url=url))
        else:
            kept.append(mended)
        rejects += [reject_record(record, loss.reason, loss.detail, url=url, field=loss.field) for loss in losses]
    return kept, rejects


def mend(record: Record) -> tuple[Record | None, list[Misfit]]:
    """The record with its misfits set back to their column's default, and these misfits.

    None in place of the record if the last misfit is in a column that cannot be missing. Texts lose what no file could
    hold (lone surrogates, NUL) without being counted as lost.
    """
    unclean = {
        name: clean_text(value)
        for name in _columns(type(record))
        if isinstance(value := getattr(record, name), str) and ("\0" in value or SURROGATE.search(value))
    }
    if unclean:
        record = replace(record, **unclean)
    defaults = _defaults(type(record))
    losses: list[Misfit] = []
    while misfit := _schema_misfit(record):
        losses.append(misfit)
        if misfit.field not in defaults:
            return None, losses
        record = replace(record, **{misfit.field: defaults[misfit.field]()})
    for misfit in [*_misfits_of_meaning(record)]:
        losses.append(misfit)
        record = replace(record, **dict.fromkeys(_GOES_WITH.get(misfit.field, (misfit.field,))))
    return record, losses


_GOES_WITH = {
    "parent_id": ("parent_id", "parent_from"),
    "published_local": ("published_local", "published_at", "published_precision"),
}
"""Columns that mean nothing without the one that is lost."""


def _misfits_of_meaning(record: Post | Comment) -> Iterator[Misfit]:
    """What fits its type and cannot be true."""
    if isinstance(record, Comment) and record.parent_id == record.comment_id:
        yield Misfit("parent_id", "parent_is_itself", None)
    latest = None if record.fetched_at == UNDATED else record.fetched_at
    dates = {"published_local": record.published_local or record.published_at}
    if isinstance(record, Post):
        dates["modified_at"] = record.modified_at
    for field, date in dates.items():
        if date is None:
            continue
        if date.replace(tzinfo=None) < EARLIEST:
            yield Misfit(field, "before_blogs", date.isoformat())
        elif latest and (date if date.tzinfo else date.replace(tzinfo=UTC)) - CLOCK_ERROR > latest:
            yield Misfit(field, "after_fetch", date.isoformat())


def _schema_misfit(record: Post | Comment) -> Misfit | None:
    """The first column whose value breaks the declared schema; None if all fit."""
    try:
        msgspec.convert(msgspec.to_builtins(record, builtin_types=(datetime,)), type(record))
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at ")
        column = re.match(r"`\$\.(\w+)", path)
        field = column[1] if column else ""
        return Misfit(field, "bad_id" if "length >= 1" in message else "bad_value", f"{field}: {message}")
    return None


@cache
def _columns(record_type: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record_type))


@cache
def _defaults(record_type: type) -> dict[str, Any]:
    """Makers of the default value of each column that has one."""
    return {
        field.name: field.default_factory if field.default is MISSING else (lambda value=field.default: value)
        for field in fields(record_type)
        if field.default is not MISSING or field.default_factory is not MISSING
    }


def reject_record(
    record: Post | Comment, reason: str, detail: str | None, *, url: str | None, field: str | None = None
) -> Reject:
    """What `rejects` keeps of a record, or of the one column `field` that it lost."""
    is_post = isinstance(record, Post)
    return Reject(
        fetch_id=record.fetch_id,
        fetched_at=record.fetched_at,
        record="post" if is_post else "comment",
        record_id=(record.post_id if is_post else record.comment_id) or None,
        url=url,
        reason=reason,
        field=field,
        detail=detail,
        content=msgspec.json.encode(record).decode(),
    )
