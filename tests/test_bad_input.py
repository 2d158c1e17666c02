"""Whatever a server answers, the run goes on, says so in `fetches`, and the rest of the blog comes whole."""

from __future__ import annotations

import pytest
from rejoinder.demo import demo_blog

from support.faults import ELSEWHERE, FAULTS, PATIENCE_S, Fault, serve_faults
from support.runs import OF_THE_FETCH, crawl_command, crawled, fetches, path_of, rows, run

RETRIES = 2


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Data folder of a crawl that met all faults, the blog's address, and the requests that the server counted."""
    data = tmp_path_factory.mktemp("faulty")
    with serve_faults() as (url, visits):
        crawled(
            url,
            data,
            DOWNLOAD_TIMEOUT=PATIENCE_S,
            RETRY_TIMES=RETRIES,
            RETRY_BACKOFF=0.1,
            CONCURRENT_REQUESTS_PER_DOMAIN=16,
        )
        return data, url, visits


@pytest.fixture(scope="module")
def outcomes(faulty):
    data, url, _ = faulty
    home = url.removesuffix("/andrea_dimaio/")
    return {row["request_url"].removeprefix(home): row for row in fetches(data)}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.slug)
def test_fetches_say_how_it_ended(outcomes, fault: Fault):
    row = outcomes[fault.path]
    assert (row["outcome"], row["error"] is None) == (fault.outcome, fault.outcome == "ok"), row["error"]


def test_rest_of_the_blog_comes_whole(faulty):
    data, url, _ = faulty
    healthy = {post.path: len(post.comments) for post in demo_blog().posts}
    found = {path_of(row["url"], url): row["post_id"] for row in rows(data, "posts")}
    comments = [row["post_id"] for row in rows(data, "comments")]
    assert {path: comments.count(found.get(path)) for path in healthy} == healthy


def test_posts_behind_faults_are_in_the_tables_exactly_where_their_pages_came(faulty):
    data, url, _ = faulty
    paths = {path_of(row["url"], url): row["url"] for row in rows(data, "posts")}
    came = {fault.post.path for fault in FAULTS if fault.outcome == "ok" and fault.slug != "redirects-off-the-blog"}
    assert paths.keys() & {fault.post.path for fault in FAULTS} == came
    assert not [url for url in paths.values() if ELSEWHERE.rstrip("/") in url]


def test_text_is_read_in_the_charset_that_the_bytes_have(faulty):
    data, _, _ = faulty
    titles = {row["title"]: row["body_text"] for row in rows(data, "posts")}
    assert titles["Café “Zürich”"] == "Curly “quotes” – in Windows' code page."
    assert titles["Köln"] == "Straße in UTF-8."


def test_refused_requests_are_repeated_only_as_often_as_the_settings_say(faulty):
    _, _, visits = faulty
    by_slug = {fault.slug: len(visits[fault.path]) for fault in FAULTS}
    assert by_slug["not-found"] == 1
    assert by_slug["always-broken"] == 1 + RETRIES
    assert by_slug["always-too-many-requests"] == 1 + RETRIES
    assert by_slug["too-many-requests-for-a-second"] == 2
    assert by_slug["unavailable-until-a-date"] == 2


def test_whole_host_is_left_alone_for_as_long_as_it_asks(faulty):
    _, _, visits = faulty
    first, second = visits[next(fault.path for fault in FAULTS if fault.slug == "too-many-requests-for-a-second")]
    assert second - first >= 1
    # Requests that were on their way already may still come at the beginning.
    assert not [at for times in visits.values() for at in times if first + 0.5 < at < first + 1]


def test_comment_pages_without_end_are_left(faulty):
    data, _, visits = faulty
    asked = [path for path in visits if "comment-pages-without-end" in path]
    assert len(asked) <= 3, asked
    assert [row["author_name"] for row in rows(data, "comments") if row["native_id"] == "77"] == ["Echo"]


def test_nothing_private_is_asked_for(faulty):
    data, _, _ = faulty
    assert not [row for row in fetches(data) if row["final_url"] and "10.255.255.1" in row["final_url"]]
    assert "root:" not in str(rows(data, "posts"))


START_PAGES = {
    "nobody answers at a port": ("http://127.0.0.1:9/", "refuses the connection"),
    "the host name does not resolve": ("http://no-such-host.invalid/", "does not resolve"),
}


@pytest.mark.parametrize(("url", "words"), START_PAGES.values(), ids=START_PAGES.keys())
def test_start_url_that_cannot_be_reached_is_told(tmp_path, url, words):
    done = run(crawl_command(url, tmp_path / "data", "--contact", "tests@example.org"))
    assert done.returncode == 4
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "slug", ["pdf-under-a-html-name", "no-body", "login-form-instead-of-the-post", "gzip-bomb", "redirects-in-a-circle"]
)
def test_start_url_with_a_fault_ends_with_a_word_and_an_exit_code(tmp_path, slug):
    fault = next(fault for fault in FAULTS if fault.slug == slug)
    with serve_faults() as (url, _):
        done = run(crawl_command(url.removesuffix("/andrea_dimaio/") + fault.path, tmp_path / "data"))
    assert done.returncode == 4
    assert fault.outcome in done.stdout
    assert "Traceback" not in done.stderr


def test_start_url_that_is_no_url_is_refused_before_anything_is_written(tmp_path):
    done = run(crawl_command("gopher://example.org/", tmp_path / "data"))
    assert done.returncode not in (0, 130)
    assert "gopher://example.org/" in done.stderr
    assert not (tmp_path / "data").exists()


def test_columns_left_out_of_comparisons_exist(faulty):
    data, _, _ = faulty
    assert {"fetch_id", "fetched_at", "first_seen_at"} <= rows(data, "posts")[0].keys() & OF_THE_FETCH
