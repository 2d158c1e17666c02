"""The reading engine: a parsed page in, a `schemas.PageReading` out; no request, no clock, no log (docs/design.md)."""
