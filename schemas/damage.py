"""What was wrong with a file, told once for each kind, with the first place."""

from __future__ import annotations


class Damages:
    """The kinds of damage that a reading met, in their order."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}
        self.is_torn = False
        """Whether elements had to be put together by guessing, or lack; else all was read as it was meant."""

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, kind: str, line: int) -> None:
        """Take down a place; `line` counts from 1."""
        first, times = self._found.get(kind, (line, 0))
        self._found[kind] = (first, times + 1)

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
