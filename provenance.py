"""Where a row comes from: the archived page of a post, comment or fetch, read again by one seek."""

from __future__ import annotations

from pathlib import Path

from .addresses import is_web_address
from .forgetting.archives import is_taken_out
from .queries import connect, readable
from .spiders.archives import body_of, open_archive, place_of
from .spiders.archives.heads import Damaged
from .spiders.archives.warc import Record, read_record
from .spiders.compression import DamagedBody


class NoSource(Exception):
    """A row's page cannot be shown; the message says why."""


def page_of_row(data: Path, row_id: str, *, contact: str | None = None) -> bytes:
    """The body of the page that a row was read from, decoded as it was when it was read.

    Args:
        row_id: a post_id, comment_id or fetch_id.
        contact: where the owner of a server can reach who asks it for a record.

    Raises:
        BuildError: the tables have not been built.
        NoSource: no such row, or it is taken down, or its page stands in no archive that can be read.
    """
    with readable(data), connect(data) as tables:
        found = tables.execute(
            "from fetches select archive_file, archive_offset, request_url, via where fetch_id in ("
            "  select fetch_id from posts where post_id = $id"
            "  union all select fetch_id from comments where comment_id = $id"
            "  union all select $id)",
            {"id": row_id},
        ).fetchone()
        reason = tables.execute("select reason from takedowns where id = ?", [row_id]).fetchone()
    if reason:
        raise NoSource(f"{row_id} is taken down ({reason[0]}), so its page is not shown")
    if found is None:
        raise NoSource(f"{data} has no post, comment or fetch {row_id}")
    archive, offset, url, via = found
    if via == "export":
        raise NoSource(f"{row_id} was read from the export {data / archive}, which holds records and no pages")
    if archive is None:
        raise NoSource(f"{row_id} was read from {url}; only crawls with --keep-archive keep their pages")
    if offset is None:
        raise NoSource(f"{row_id} sums up records of {archive} that were left out: no page was read from them")
    path = place_of(archive, data)
    try:
        record = _record_at(path, offset, contact)
        if is_taken_out(record):
            raise NoSource(f"the page of {row_id} was taken out of {path}: it showed what is taken down")
        return body_of(record)
    except OSError as error:
        raise NoSource(f"{path} cannot be read: {error.strerror or error}") from error
    except (Damaged, DamagedBody) as error:
        raise NoSource(f"{path} at byte {offset}: {error}") from error


def _record_at(path: str, offset: int, contact: str | None) -> Record:
    """
    Raises:
        OSError: the archive cannot be opened.
        Damaged: it has no record there.
        NoSource: the server that has it does not give it.
    """
    if not is_web_address(path):
        with open_archive(path) as file:
            return read_record(file, offset)
    from .spiders.record import NotGiven, record_at  # noqa: PLC0415 - heavy, and few rows need it

    try:
        return record_at(path, offset, contact=contact)
    except NotGiven as error:
        raise NoSource(f"{path} at byte {offset}: {error}") from error
