"""Pages made wrong by chance, the same at every run, raise nothing; `make fuzz` tries many more (tests/fuzz.py)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.fuzzing import fault_of, minimised
from support.mutations import MUTATIONS, mutated
from test_platforms_threads import LAYOUTS, forests

PAGES = sorted((Path(__file__).parent / "pages").glob("*/*/page.html"))
ROUNDS = 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.parent.name}/{page.parent.name}")
def test_mutated_pages_raise_nothing(page: Path) -> None:
    body = page.read_bytes()
    for seed in range(ROUNDS):
        assert fault_of(mutated(body, Random(f"{seed} {page.parent.name}"))) is None, f"seed {seed}"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parents=forests(), layout=st.sampled_from(LAYOUTS), seed=st.integers(0, 2**32))
def test_mutated_threads_raise_nothing(parents, layout, seed: int) -> None:
    assert fault_of(mutated(layout(parents).encode(), Random(seed))) is None


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_mutation_takes_any_page_and_is_the_same_for_the_same_seed(mutate) -> None:
    for page in (b"", b"x", b"<p>", b"<p class='a' id=\"b\">x</p>", PAGES[0].read_bytes()):
        results = [mutate(page, Random(seed)) for seed in (1, 2, 3, 1)]
        assert results[0] == results[3]
    assert len(set(results)) > 1


def test_a_page_is_made_smaller_for_as_long_as_it_is_bad() -> None:
    assert minimised(b"<html>" * 100 + b"bad" + b"</html>" * 100, lambda page: b"bad" in page) == b"bad"
