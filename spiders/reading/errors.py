"""What reading a page can fail with. Anything else a page lacks is None, never an error (DESIGN §5)."""

from __future__ import annotations


class LayoutChanged(ValueError):
    """A recognised platform's own layout is there but can no longer be read: its file needs a look.

    Never raised for a page that merely states less than others do.
    """

    def __init__(self, field: str, url: str | None) -> None:
        super().__init__(f"{field} cannot be read from {url or 'a page without URL'}")
        self.field = field
        self.url = url

    def __reduce__(self) -> tuple[type[LayoutChanged], tuple[str, str | None]]:
        # The default would call __init__ with the message alone, so the error could not leave a worker process.
        return type(self), (self.field, self.url)
