"""`rejoinder rehydrate`: the pages of a release without texts are fetched again, and its texts filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .console import complain, out, print_table
from .crawling import BUILD_PATIENCE_S, ArchiveChoice, progress, scrapy_settings
from .exits import Exit
from .logs import make_logs_inert, write_log
from .queries import build
from .release.rehydrate import FOLDER, MEANINGS, Release, Report, fill
from .spiders.cdx import WAYBACK
from .spiders.offline import FileCrawl, crawl_files
from .spiders.pages import PagesSpider
from .spiders.run import CrawlEnd, exit_code, run_crawl
from .spiders.wayback import WaybackSpider


def rehydrate(
    release: Release,
    data: Path,
    *,
    files: Sequence[str],
    archive: ArchiveChoice | None,
    contact: str | None,
    delay: float | None,
    log_file: str | None,
) -> Exit:
    """Fetch the pages of a release, build the tables, fill the texts in and tell what was found; gives the exit code.

    Args:
        files: WARC files to read them from; empty for the web.
        archive: the web archive to ask instead; None for the pages as they stand now.

    Raises:
        BuildError: the tables could not be built.
    """
    write_log(log_file, verbose=0, form="text")
    make_logs_inert()
    with progress() as show:
        if files:
            end = crawl_files(FileCrawl(sources=files, sites=tuple(release.pages)), data, show)
        elif archive:
            posts = [url for urls in release.pages.values() for url in urls]
            arguments = {"start": "\n".join(posts), "via": "wayback", **asdict(archive)}
            asked = scrapy_settings([archive.archive_url or WAYBACK], data, contact=contact, delay=delay)
            end = run_crawl(arguments, asked, show, WaybackSpider)
        else:
            asked = scrapy_settings(list(release.pages), data, contact=contact, delay=delay)
            end = run_crawl({"pages": release.pages}, asked, show, PagesSpider)
    if stopped := _stopped(end):
        return stopped
    build(data, patience=BUILD_PATIENCE_S)
    report = fill(release, data)
    _show(data, report)
    return Exit.DONE if report.is_whole else Exit.INCOMPLETE


def _stopped(end: CrawlEnd) -> Exit | None:
    """The exit code of a crawl that did not come to its end; None for one that did, whatever it found."""
    if end.fatal:
        complain(end.fatal)
    if end.interrupted:
        complain("interrupted; what was fetched is written, and the same command goes on from here")
    return exit_code(end) if end.fatal or end.interrupted or end.crawl_id is None else None


def _show(data: Path, report: Report) -> None:
    counts = [
        (word, report.posts[word], report.comments[word], meaning)
        for word, meaning in MEANINGS.items()
        if report.posts[word] or report.comments[word]
    ]
    print_table(f"What {data / FOLDER} holds", ["found", "posts", "comments", "meaning"], counts)
    out.print(
        f"{report.cues} cues are words again; {report.new_comments} comments were read that the release has not.",
        soft_wrap=True,
    )
