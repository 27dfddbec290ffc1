"""`manage.py demo`: prepare the demo if need be, and serve it in one process."""

import os
import time
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from content.demo.loader import Loader, files
from content.operations import set_up_site
from portal.models import Partnership


class Command(BaseCommand):
    help = "Serve the demo on 127.0.0.1 (PORT, 8000 unless set), loading it first if it is absent."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--load-only", action="store_true", help="prepare, but do not serve")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo needs PORTAL_MODE=demo; `make demo` sets it.")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Making the database …")
            call_command("migrate", verbosity=0)
        if not Partnership.objects.exists():
            began = time.monotonic()
            self.stdout.write("Loading the demo: three partnerships, two years …")
            set_up_site()
            for path in files():
                self.stdout.write(f"  {Loader.of(path).load().name}")
            self.stdout.write(f"  took {time.monotonic() - began:.0f} seconds")
        if options["load_only"]:
            return
        port = int(os.environ.get("PORT", "8000"))
        self.stdout.write(
            f"\nThroughline is at        http://127.0.0.1:{port}/\n"
            f"Sign in as somebody at   http://127.0.0.1:{port}/demo/\n"
            "Mail is printed here. Ctrl+C stops it.\n"
        )
        uvicorn.run(
            "portal.asgi:application",
            host="127.0.0.1",
            port=port,
            log_level="warning",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="on",  # while it lives, the server does what is due by time
        )
