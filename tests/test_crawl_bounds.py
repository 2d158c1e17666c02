"""A server may ask for pages, waits and numbers without end: each crawl ends, and says at which bound."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rejoinder.demo.site import XML, Page
from rejoinder.pipelines.scopes import Scope
from rejoinder.spiders.answers import Answer, Harvest, Reader
from rejoinder.spiders.bounds import Bounds
from rejoinder.spiders.frontier import Context, Frontier, Task
from rejoinder.spiders.rest import page_of
from scrapy.settings import Settings

from support.runs import crawl_command, fetches, rows, run, spider_command
from support.sites import HOME, ROBOTS, WatchedHandler, serve_site

BLOG = "https://blog.example.org"
LISTING = f"{BLOG}/wp-json/wp/v2/posts?per_page=100&page="
MANY = 999_999_999_999_999


def reader(**bounds: float) -> Reader:
    return Reader(Scope.of(f"{BLOG}/"), bounds=Bounds(**bounds))  # type: ignore[arg-type]


def answer(url: str, body: bytes, *, status: int = 200, total_pages: int | None = None) -> Answer:
    now = datetime(2024, 5, 1, tzinfo=UTC)
    return Answer(
        url=url, status=status, fetched_at=now, content_type=None, charset=None, body=body, total_pages=total_pages
    )


def api_task(page: int, pages: int = 0) -> Task:
    return Task(f"{LISTING}{page}", "api", Context(way="api", rows="posts", pages=pages))


def pages_of(harvest: Harvest) -> list[int]:
    return [page_of(task.url) for task in harvest.tasks]


def test_a_listing_of_any_stated_length_leads_to_few_pages_at_once() -> None:
    first = reader().read(api_task(1), answer(LISTING, b"[]", total_pages=MANY))
    assert pages_of(first) == list(range(2, 22))


def test_pages_that_lead_on_reach_every_page_that_is_stated() -> None:
    reading, seen, waiting = reader(api_pages_ahead=3), set(), [api_task(1)]
    while waiting:
        task = waiting.pop(0)
        assert task.url not in seen
        seen.add(task.url)
        waiting += reading.read(task, answer(task.url, b"[]", total_pages=11)).tasks
    assert seen == {f"{LISTING}{page}" for page in range(1, 12)}


def test_a_page_that_fails_leads_on_like_one_that_came_unless_it_lies_behind_the_last() -> None:
    task = api_task(21, pages=30)
    assert pages_of(reader().read(task, answer(task.url, b"", status=502))) == list(range(22, 31))
    assert [page_of(task.url) for task in reader().instead(task)] == list(range(22, 31))
    assert pages_of(reader().read(task, answer(task.url, b"", status=400))) == []


@pytest.mark.parametrize("page", ["9" * 5000, "-1", "²", "many"])
def test_a_page_number_that_is_none_raises_nothing(page: str) -> None:
    feed = b"<rss><channel><item><link>/2012/01/09/a/</link></item></channel></rss>"
    url = f"{BLOG}/feed/?paged={page}"
    harvest = reader().read(Task(url, "feed", Context(way="listing")), answer(url, feed))
    assert [task.url for task in harvest.tasks] == [f"{BLOG}/2012/01/09/a/"]
    assert page_of(f"{LISTING}{page}") == 1


def test_indexes_of_sitemaps_below_each_other_end() -> None:
    body = b"<sitemapindex><sitemap><loc>https://blog.example.org/more.xml</loc></sitemap></sitemapindex>"
    url = f"{BLOG}/sitemap.xml"
    for depth, (outcome, tasks) in enumerate([("ok", 1), ("ok", 1), ("bound_reached", 0)]):
        task = Task(url, "sitemap", Context(way="sitemap", steps=depth))
        harvest = reader(sitemap_depth=2).read(task, answer(url, body))
        assert (harvest.outcome, len(harvest.tasks)) == (outcome, tasks)


def tasks(count: int) -> list[Task]:
    return [Task(f"{BLOG}/{number}/", "post", Context(way="start")) for number in range(count)]


def test_a_frontier_gives_out_and_remembers_no_more_tasks_than_the_bound() -> None:
    frontier = Frontier(pages=3)
    assert [frontier.add(task) for task in tasks(5)] == [True, True, True, False, False]
    assert len(list(frontier.take())) == 3
    assert frontier.is_spent
    assert frontier.unasked() == (None, 2)


def test_what_an_earlier_process_took_counts() -> None:
    frontier = Frontier(pages=3)
    for task in tasks(3):
        frontier.add(task)
    frontier.skip(tasks(3)[0], posts=1)
    frontier.skip(tasks(3)[1], posts=1)
    assert [task.url for task in frontier.take()] == [f"{BLOG}/2/"]
    assert frontier.unasked() == (None, 0)


def test_bounds_are_settings_and_may_be_texts() -> None:
    bounds = Bounds.of(Settings({"MAX_PAGES": "7", "MAX_MINUTES": "0.5", "RETRY_AFTER_MAX": 3}))
    assert (bounds.max_pages, bounds.max_minutes, bounds.retry_after_max) == (7, 0.5, 3.0)
    assert bounds.comment_pages == Bounds().comment_pages


class Endless(WatchedHandler):
    """Every page leads to two more, and none is a post; the sitemap leads to another sitemap, and so on."""

    def changed(self, path: str) -> Page | None:
        if path == "/robots.txt":
            return Page(f"User-agent: *\nSitemap: {self.origin}{HOME}map.xml\n".encode(), ROBOTS)
        if path.endswith(".xml"):
            loc = f"{self.origin}{path.removesuffix('.xml')}-.xml"
            return Page(f"<sitemapindex><sitemap><loc>{loc}</loc></sitemap></sitemapindex>".encode(), XML)
        links = "".join(f'<a href="{path.rstrip("/")}/{turn}/">on</a>' for turn in ("left", "right"))
        return Page(f"<!DOCTYPE html><title>A maze</title><body>{links}".encode())


def test_links_and_sitemaps_without_end_end_at_a_bound(tmp_path: Path) -> None:
    with serve_site(Endless) as (url, visits):
        done = run(crawl_command(url, tmp_path, "--max-pages", "60"))
    assert done.returncode == 3, done.stderr
    assert len([path for _, path in visits if path != "/robots.txt"]) <= 60
    ends = [row for row in fetches(tmp_path) if row["outcome"] == "bound_reached"]
    assert any("indexes of sitemaps" in row["error"] for row in ends)
    assert len([row for row in ends if "--max-pages 60" in row["error"]]) == 1
    assert "bound_reached" in done.stdout
    assert "--max-pages 60" in done.stdout


def test_a_crawl_that_met_the_bound_of_pages_is_begun_anew(tmp_path: Path) -> None:
    with serve_site(WatchedHandler) as (url, _):
        first = run(crawl_command(url, tmp_path, "--max-pages", "4"))
        second = run(crawl_command(url, tmp_path))
    assert (first.returncode, second.returncode) == (3, 0)
    assert len({row["crawl_id"] for row in fetches(tmp_path)}) == 2
    assert len(rows(tmp_path, "posts")) == 5


class Slow(WatchedHandler):
    """Posts are answered only while `patience` is not needed."""

    slow = True

    def changed(self, path: str) -> Page | None:
        if type(self).slow and "/2012/01/" in path:
            time.sleep(30)
        return None


def test_a_run_whose_time_is_over_ends_and_the_next_goes_on(tmp_path: Path) -> None:
    with serve_site(Slow) as (url, _):
        Slow.slow = True
        first = run(spider_command(url, tmp_path, MAX_MINUTES=0.1))
        Slow.slow = False
        second = run(crawl_command(url, tmp_path))
    assert first.returncode == 0
    assert second.returncode == 0, second.stdout
    ledger = fetches(tmp_path)
    assert len({row["crawl_id"] for row in ledger}) == 1
    cut = {row["request_url"] for row in ledger if row["outcome"] == "bound_reached"}
    assert cut
    assert cut <= {row["request_url"] for row in ledger if row["outcome"] == "ok"}
    assert len(rows(tmp_path, "posts")) == 5
    assert "bound_reached" not in second.stdout


class Patient(WatchedHandler):
    """robots.txt asks for a pause of days between two requests."""

    asks = "1000000"

    def changed(self, path: str) -> Page | None:
        rules = f"User-agent: *\nCrawl-delay: {self.asks}\nDisallow:\n"
        return Page(rules.encode(), ROBOTS) if path == "/robots.txt" else None


class PatientForEver(Patient):
    asks = "9" * 40


@pytest.mark.parametrize("site", [Patient, PatientForEver])
def test_a_host_that_asks_for_days_between_requests_is_left_alone(tmp_path: Path, site: type[Patient]) -> None:
    with serve_site(site) as (url, visits):
        done = run(crawl_command(url, tmp_path))
    assert done.returncode == 3
    assert {path for _, path in visits} == {"/robots.txt"}
    [row] = fetches(tmp_path)
    assert row["outcome"] == "bound_reached"
    assert "Crawl-delay" in row["error"]
    assert "Crawl-delay" in done.stdout


class NoTime(Patient):
    asks = "inf"


class Hasty(Patient):
    asks = "-5"


@pytest.mark.parametrize("site", [NoTime, Hasty])
def test_a_crawl_delay_that_is_no_time_counts_nothing(tmp_path: Path, site: type[Patient]) -> None:
    with serve_site(site) as (url, _):
        done = run(crawl_command(url, tmp_path))
    assert done.returncode == 0, done.stderr


class RobotsCutOff(WatchedHandler):
    """The connection ends where robots.txt is asked for."""

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.visits.append((time.monotonic(), self.path))
            self.close_connection = True
        else:
            super().do_GET()


def test_a_host_without_an_answer_for_robots_txt_is_not_crawled(tmp_path: Path) -> None:
    with serve_site(RobotsCutOff) as (url, visits):
        run(spider_command(url, tmp_path, RETRY_TIMES=1))
    assert [path for _, path in visits] == ["/robots.txt", "/robots.txt"]
    [row] = fetches(tmp_path)
    assert row["outcome"] == "network_error"
    assert row["error"].startswith("robots.txt: ")


class Dies(WatchedHandler):
    """The front page comes, and after that nothing."""

    def do_GET(self) -> None:
        if self.path in ("/robots.txt", HOME):
            super().do_GET()
        else:
            self.visits.append((time.monotonic(), self.path))
            self.close_connection = True


def test_a_host_that_has_died_is_given_up(tmp_path: Path) -> None:
    with serve_site(Dies) as (url, visits):
        run(spider_command(url, tmp_path, RETRY_TIMES=0, FAILURES_IN_ROW=2, CONCURRENT_REQUESTS_PER_DOMAIN=1))
    assert len({path for _, path in visits}) <= 6  # robots.txt, the front page, and what was asked side by side
    words = {row["outcome"] for row in fetches(tmp_path) if row["request_url"] != url}
    assert words == {"network_error", "bound_reached"}
