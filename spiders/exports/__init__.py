"""A blog's own export as a source: one small file a format, each a stream of readings in constant memory.

What gives no row is taken down with a word for why (`account`). E-mail and IP addresses stand in all of these formats;
no reader here takes them out of the element or line they are in.
"""

from __future__ import annotations

from .reading import EXPORTS, Export, export_captures, format_of

__all__ = ["EXPORTS", "Export", "export_captures", "format_of"]
