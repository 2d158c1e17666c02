"""From raw observations to tidy tables: SQL models, the few lines that run them, and readers' entry points."""

from .build import BuildReport, build
from .check import Check, CheckResult, check
from .models import BuildBusy, BuildError
from .pages import replies_of
from .read import connect, readable
from .shortfalls import short_starts, shortfall_tables, shortfalls_of
from .status import status_of

__all__ = [
    "BuildBusy",
    "BuildError",
    "BuildReport",
    "Check",
    "CheckResult",
    "build",
    "check",
    "connect",
    "readable",
    "replies_of",
    "short_starts",
    "shortfall_tables",
    "shortfalls_of",
    "status_of",
]
