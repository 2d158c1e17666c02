"""Bytes that are no file, read and sought in like one. Imports nothing of ours."""

from __future__ import annotations

import io


class Positioned(io.RawIOBase):
    """So many bytes with a position among them; a subclass reads them (`readinto`) and moves it on."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__()
        self.name = name
        self._size, self._position = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position
