"""What the sites made with Django share: their set-up from a settings module, and Django's own server."""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command

IS_FILLED = sys.argv[2] != "fill"


def ready(settings: str) -> None:
    """Set Django up with a module as settings; a new site's database is made."""
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    django.setup()
    if not IS_FILLED:
        call_command("migrate", run_syncdb=True, verbosity=0)


def serve(port: int) -> None:
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
