"""How properties are tried: the same examples at every run, so that a red test is a change's fault and never chance's.

`pytest --hypothesis-profile=long` tries fifty times as many, others at each run (of a seed: `--hypothesis-seed=N`);
what it finds is mended and kept as an @example of the test that found it.

A test that is slow on a busy machine is not wrong, so none has a deadline: speed is measured in bench/.

What programs leave in the temporary folder when they are killed, as many tests kill them, goes with the tests' own.
"""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

LONG = "long"
TIMES = 50

settings.register_profile("rejoinder", derandomize=True, deadline=None)
settings.register_profile(LONG, derandomize=False, deadline=None, print_blob=True)
settings.load_profile("rejoinder")  # before pytest loads the one that its command line names


@pytest.fixture(scope="session", autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The temporary folder of the tests and of what they start."""
    folder = str(tmp_path_factory.mktemp("tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """What a shell starts in the background ignores SIGINT, and so would all that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a long run each property is tried so many times as often as it says itself."""
    if settings.get_current_profile_name() != LONG:
        return
    for item in items:
        test: Any = getattr(item, "obj", None)
        if getattr(test, "is_hypothesis_test", False):
            own = test._hypothesis_internal_use_settings
            test._hypothesis_internal_use_settings = settings(own, max_examples=TIMES * own.max_examples)
