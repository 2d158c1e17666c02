"""From raw observations to tidy tables: SQL models, the few lines that run them, and readers' entry points."""

from .build import BuildReport, build
from .check import Check, CheckResult, check
from .models import BuildError
from .pages import replies_of
from .read import connect, readable

__all__ = ["BuildError", "BuildReport", "Check", "CheckResult", "build", "check", "connect", "readable", "replies_of"]
