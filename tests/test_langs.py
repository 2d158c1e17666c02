"""The language of a comment: told from its words, whatever characters stand between them."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rejoinder.queries import langs
from rejoinder.queries.langs import LONGEST, lang_of

GERMAN = "Das sehe ich auch so, und zwar aus gutem Grund."
ENGLISH = "I have been reading this blog for years and years. "


def test_examples_hold() -> None:
    assert doctest.testmod(langs).failed == 0


@pytest.mark.parametrize("refused", ["\x00", "\x07", "\x9f", "\ufdd0", "\uffff", "\U0010fffe", "\ud800"])
def test_characters_that_the_detector_refuses_are_as_blanks(refused: str) -> None:
    assert lang_of(f"{refused}Das sehe{refused}ich auch so.{refused}") == "de"


@given(st.text() | st.text(alphabet=st.characters(categories=["Cc", "Cs", "Cn", "Cf", "Co"])))
def test_any_text_has_a_language_or_none(text: str) -> None:
    lang = lang_of(text)
    assert lang is None or (lang.isalpha() and lang.islower() and 2 <= len(lang) <= 3)


@pytest.mark.parametrize(
    "other",
    [
        f"> {ENGLISH}\n  > {ENGLISH}\n",
        "https://example.org/" + ENGLISH.replace(" ", "-") + "\n",
        "www.example.org/" + ENGLISH.replace(" ", "-") + "\n",
        "@I_have_been_reading_this_blog ",
    ],
)
def test_quoted_lines_and_addresses_do_not_count(other: str) -> None:
    assert lang_of(other * 9) is None
    assert lang_of(other * 9 + GERMAN) == "de"


@pytest.mark.parametrize("element", langs.NO_WORDS)
def test_code_and_quoted_blocks_do_not_count(element: str) -> None:
    text = f"{GERMAN}\n\n{ENGLISH * 9}"
    assert lang_of(text) == "en"
    assert lang_of(text, f"<p>{GERMAN}</p><{element}>{ENGLISH * 9}</{element}><code></code>") == "de"


def test_the_beginning_decides() -> None:
    text = GERMAN * (LONGEST // len(GERMAN) + 1)
    assert lang_of(text + ENGLISH * 1000) == "de"


@pytest.mark.parametrize(
    "markup", ["", "<pre>", "<code><pre>" * 500, "</div></div><pre>x</pre>", "<?xml encoding='x'?><pre>"]
)
def test_markup_in_any_state_is_read(markup: str) -> None:
    assert lang_of("x", markup) is None
