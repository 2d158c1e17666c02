"""What was wrong with a file, told once for each kind, with the first place."""

from __future__ import annotations

from collections.abc import Callable


class Damages:
    """The kinds of damage that a reading met, in their order."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}
        self.is_torn = False
        """Whether elements had to be put together by guessing, or lack; else all was read as it was meant."""

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, kind: str, line: int | Callable[[], int]) -> None:
        """Take down a place; its line, from 1, is asked for only where it is the first of its kind."""
        if kind in self._found:
            first, times = self._found[kind]
            self._found[kind] = (first, times + 1)
        else:
            self._found[kind] = (line if isinstance(line, int) else line(), 1)

    def include(self, others: Damages, lines: int) -> None:
        """Take over what was found in a part that so many lines stand before."""
        for kind, (first, times) in others._found.items():
            known, before = self._found.get(kind, (first + lines, 0))
            self._found[kind] = (known, before + times)
        self.is_torn |= others.is_torn

    def told(self) -> list[str]:
        """A sentence for each kind.

        >>> damages = Damages()
        >>> damages.add("a bare ampersand is read as one", 7)
        >>> damages.add("a bare ampersand is read as one", 9)
        >>> damages.told()
        ['line 7: a bare ampersand is read as one (2 times in the file)']
        """
        return [
            f"line {first}: {kind}" + (f" ({times} times in the file)" if times > 1 else "")
            for kind, (first, times) in self._found.items()
        ]
