"""Words of a text, compared folded: case, accents, punctuation and line breaks do not count.

A word is a run of letters and digits, in Chinese and Japanese, which write without blanks, one character.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain

# The scripts Han, Hiragana and Katakana of Unicode.
HAN = (
    "\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufa6d\ufa70-\ufad9\U00016fe2\U00016fe3\U00016ff0\U00016ff1\U00020000-\U000323af"
)
KANA = (
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u32d0-\u32fe\u3300-\u3357\uff66-\uff6f"
    "\uff71-\uff9d\U0001aff0-\U0001affe\U0001b000-\U0001b122\U0001b150-\U0001b167\U0001f200"
)

LONGEST = 6
"""Words of the longest phrase that is looked for."""

_ASCII = re.compile(r"[A-Za-z0-9]+")
_ASCII_WORDS = bytes(code if chr(code).isalnum() and code < 0x80 else 0x20 for code in range(256))
"""Bytes as they are where they belong to a word, else a blank."""
_SENTENCE_END = re.compile(r"[.!?…:;]")
_ASCII_SENTENCES = bytes(
    ord("\n") if chr(code) == "\n" else ord(".") if _SENTENCE_END.match(chr(code)) else blanked
    for code, blanked in enumerate(_ASCII_WORDS)
)
"""The same, but for line breaks, and with a full stop where a sentence ends."""
_PLAIN = re.compile(r"[^\W_]+")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_SELECTORS = range(0xE0100, 0xE01F0)
"""The marks of the supplementary special-purpose plane."""


def word_pattern(text: str) -> re.Pattern[str]:
    """What finds the words of this text: the quickest that can."""
    if text.isascii():
        return _ASCII
    special, any_script = _patterns(is_wide=_WIDE.search(text) is not None)
    return any_script if special.search(text) else _PLAIN


@cache
def _patterns(*, is_wide: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What needs care, combining marks and scripts without blanks; and words of any script.

    A combining mark goes on with a word and begins none, as the U+FE0F behind a heart.

    Args:
        is_wide: whether marks beyond U+FFFF count, too: few texts hold any character from there, and a pattern that
            knows these marks is slow.
    """
    codes = chain(range(0x300, 0x10000), range(0x10000, 0x20000) if is_wide else (), _SELECTORS if is_wide else ())
    marks = "".join(char for char in map(chr, codes) if unicodedata.category(char) in {"Mn", "Mc", "Me"})
    spaced = rf"[^\W_{HAN}{KANA}]"
    return re.compile(rf"[{HAN}{KANA}{marks}]"), re.compile(rf"[{HAN}{KANA}]|{spaced}(?:{spaced}|[{marks}])*")


def words_of(text: str) -> list[str]:
    """The words as they are written.

    >>> words_of("Don't, Zoë_K! 小明")
    ['Don', 't', 'Zoë', 'K', '小', '明']
    """
    if text.isascii():
        # By a table of bytes: a third of the time that a pattern takes, and most texts are so.
        return text.encode().translate(_ASCII_WORDS).decode().split()
    return word_pattern(text).findall(text)


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends."""
    return (match.span() for match in word_pattern(text).finditer(text))


class _Folded(dict[str, str]):
    """Words already folded, because most are met again."""

    def __missing__(self, word: str) -> str:
        if len(self) > 100_000:
            self.clear()
        self[word] = result = _fold(word)
        return result


def _fold(word: str) -> str:
    lowered = word.lower()
    if lowered.isascii():
        return sys.intern(lowered)
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if unicodedata.category(c)[0] != "M")
    return unicodedata.normalize("NFC", bare).replace("ß", "ss") or lowered


_FOLDED = _Folded()


def fold(word: str) -> str:
    """
    >>> fold("Größe")
    'grosse'
    """
    return _FOLDED[word]


def fold_umlauts(word: str) -> str:
    """The other way to write a name without umlauts.

    >>> fold_umlauts("Jürgen")
    'juergen'
    """
    lowered = unicodedata.normalize("NFC", word.lower())
    return fold(lowered.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))


def folded_words(text: str) -> list[str]:
    """The words, folded; as many as words_of() gives, in the same order."""
    if text.isascii():
        return words_of(text.lower())
    return list(map(_FOLDED.__getitem__, words_of(text)))


def folded_sentences(text: str) -> list[list[list[str]]]:
    """The words that folded_words() gives, by line and by sentence.

    >>> folded_sentences("So? I agree.\\nBye")
    [[['so'], ['i', 'agree'], []], [['bye']]]
    """
    if text.isascii():
        lines = text.lower().encode().translate(_ASCII_SENTENCES).decode().split("\n")
        return [[sentence.split() for sentence in line.split(".")] for line in lines]
    find, fold_ = word_pattern(text).findall, _FOLDED.__getitem__
    return [[list(map(fold_, find(part))) for part in _SENTENCE_END.split(line)] for line in text.split("\n")]


def written_as_name(word: str) -> bool:
    """Whether a word begins with anything but a small letter, as names do where a script has capitals."""
    return not word[:1].islower()


def is_capitalised(word: str) -> bool:
    """Whether a word begins with a capital and goes on small, as 'McDonald' does and 'PHP' does not."""
    return word[:1].isupper() and word[1:2].islower()


def ends_with_any(words: Sequence[str], phrases: frozenset[str]) -> int:
    """How many of the last words make the longest of these phrases, of LONGEST words at most; 0 if none does."""
    return next((n for n in range(min(len(words), LONGEST), 0, -1) if " ".join(words[-n:]) in phrases), 0)


def begins_with_any(words: Sequence[str], phrases: frozenset[str]) -> int:
    """How many of the first words make the longest of these phrases, of LONGEST words at most; 0 if none does."""
    return next((n for n in range(min(len(words), LONGEST), 0, -1) if " ".join(words[:n]) in phrases), 0)
