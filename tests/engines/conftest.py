"""Fixtures of the engine tests: servers installed once, a blog seeded once, each site started when first used."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engines.archive import Archive, serving_archive
from engines.ghost import GhostBlog, serving_ghost
from engines.install import InstallError, install, install_ghost
from engines.isso import IssoBlog, serving_isso
from engines.seed import Seed, blog
from engines.wordpress import Setup, Site, seeded_database, serving

HERE = Path(__file__).parent

SITES = [
    Setup(name="classic", theme="twentytwentyone", thread_depth=3, page_size=10),
    Setup(name="classic_whole", theme="twentytwentyone", thread_depth=10, page_size=None),
    Setup(
        name="classic_flat_german",
        theme="twentytwentyone",
        permalinks="/archiv/%post_id%",
        thread_depth=None,
        page_size=7,
        first_shown="oldest",
        order="desc",
        language="de_DE",
    ),
    Setup(name="block", theme="twentytwentythree", thread_depth=3, page_size=10),
    Setup(
        name="block_plain",
        theme="twentytwentythree",
        permalinks="",
        thread_depth=5,
        page_size=4,
        first_shown="oldest",
    ),
    Setup(name="block_flat", theme="twentytwentythree", thread_depth=None, page_size=None, order="desc"),
    Setup(name="block_newer", theme="twentytwentyfour", thread_depth=4, page_size=6, permalinks="/%postname%/"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engines)


@pytest.fixture(scope="session")
def installed() -> None:
    """Real servers in the cache. A test fails where they cannot be had: skipped, it would pass for tested."""
    try:
        install()
    except InstallError as error:
        pytest.fail(f"the engine tests need real servers: {error}", pytrace=False)


@pytest.fixture(scope="session")
def seed() -> Seed:
    return blog()


@pytest.fixture(scope="session")
def database_of(installed: None, seed: Seed, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Setup], Path]:
    """The seeded database for a setup's WordPress, made once a session."""
    folder = tmp_path_factory.mktemp("seeded")

    @functools.cache
    def database(tree: Path) -> Path:
        return seeded_database(seed, tree, folder / tree.name)

    return lambda setup: database(setup.tree)


@pytest.fixture(scope="session")
def serve(
    database_of: Callable[[Setup], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Setup], Site]]:
    """Start a site as a setup says; once a session for each setup."""
    folder = tmp_path_factory.mktemp("wordpress")
    with ExitStack() as servers:

        @functools.cache
        def start(setup: Setup) -> Site:
            return servers.enter_context(serving(setup, database_of(setup), folder / setup.name))

        yield start


@pytest.fixture(params=SITES, ids=lambda setup: setup.name, scope="session")
def site(request: pytest.FixtureRequest, serve: Callable[[Setup], Site]) -> Site:
    """Each site of SITES in turn."""
    return serve(request.param)


@pytest.fixture(scope="session")
def isso_blog(installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssoBlog]:
    with serving_isso(tmp_path_factory.mktemp("isso")) as blog_with_isso:
        yield blog_with_isso


@pytest.fixture(scope="session")
def ghost_blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GhostBlog]:
    """Ghost alone needs a compiler and a Node.js of its own: where these are not to be had, its tests are skipped."""
    try:
        install_ghost()
    except InstallError as error:
        pytest.skip(f"no real Ghost here: {error}")
    with serving_ghost(tmp_path_factory.mktemp("ghost")) as blog_with_comments:
        yield blog_with_comments


@pytest.fixture(scope="session")
def archive(database_of: Callable[[Setup], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    setup = SITES[0]
    with serving_archive(setup, database_of(setup), tmp_path_factory.mktemp("archive")) as two_captures:
        yield two_captures
