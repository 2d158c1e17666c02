"""From raw observations to tidy tables: SQL models, the few lines that run them, and readers' entry points."""

from .build import BuildReport, build, connect
from .models import BuildError
from .pages import replies_of

__all__ = ["BuildError", "BuildReport", "build", "connect", "replies_of"]
