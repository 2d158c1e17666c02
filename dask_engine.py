"""Dask as the engine that spreads work over workers: those of a scheduler, or of a cluster started here.

Dask's futures look like those of the standard library, so what works with a pool of processes works with it. A worker
that dies is replaced, and what it was at is done again; a function that kills worker after worker ends in an error.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, cast

from . import __version__
from .processes import EngineError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

logger = logging.getLogger(__name__)

ANY_PORT = ":0"
"""Of the dashboard, for several clusters may run here."""
ANSWER_SECONDS = 10
"""How long a scheduler may take to answer, and workers to come."""
CLOSE_SECONDS = 30
"""How long workers may take to end."""


@contextmanager
def dask_pool(scheduler: str | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """An executor over Dask's workers, and how many these are; None as scheduler starts `jobs` of them here.

    Raises:
        EngineError: Dask is not installed, the scheduler does not answer or has no workers, or one of these has another
            version of rejoinder.
    """
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise EngineError("Dask is not installed here; install it with: pip install 'rejoinder[scale]'") from error

    # Workers that end at the end of a block are no news.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    with ExitStack() as stack:
        if scheduler is None:
            client = stack.enter_context(Client(stack.enter_context(_cluster(jobs))))
        else:
            client = stack.enter_context(_connected(scheduler))
            jobs = _count_workers(client, scheduler)
        try:
            # Each piece of work has a key of its own: else one given out again would be the one that was given up.
            yield client.get_executor(pure=False), jobs
        except KilledWorker as error:
            raise EngineError(
                f"workers of Dask died at the same piece of work, one after the other: {error}"
            ) from error


@contextmanager
def _cluster(jobs: int) -> Iterator[LocalCluster]:
    """Workers of this machine, gone at the end of the block."""
    from distributed import LocalCluster  # noqa: PLC0415 - an extra

    cluster = LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=ANY_PORT)
    try:
        yield cluster
    finally:
        try:
            cluster.close(timeout=CLOSE_SECONDS)
        except TimeoutError:
            # A cluster whose workers were killed may wait for ever for some that do not come any more.
            logger.warning("Dask's workers do not end; they will with this process")


def _connected(scheduler: str) -> Client:
    """
    Raises:
        EngineError: no scheduler answers there, or it has no workers.
    """
    from distributed import Client  # noqa: PLC0415 - an extra

    try:
        client = Client(scheduler, timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    try:
        client.wait_for_workers(1, timeout=ANSWER_SECONDS)
    except TimeoutError as error:
        client.close()
        raise EngineError(
            f"the Dask scheduler at {scheduler} has no workers; start one: dask worker {scheduler}"
        ) from error
    return client


def _count_workers(client: Client, scheduler: str) -> int:
    """
    Raises:
        EngineError: a worker has another version of rejoinder, or none.
    """
    try:
        versions = cast("dict[str, str]", client.run(_version))
    except ImportError as error:
        raise EngineError(f"a worker of the Dask scheduler at {scheduler} lacks rejoinder {__version__}") from error
    for worker, version in sorted(versions.items()):
        if version != __version__:
            raise EngineError(f"Dask's worker {worker} has rejoinder {version}, and this is {__version__}")
    return len(versions)


def _version() -> str:
    return __version__
