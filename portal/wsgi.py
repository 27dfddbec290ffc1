"""Entry point for WSGI workers, which serve pages at scale (docs/operations.md)."""

import os

from django.core.wsgi import get_wsgi_application

from portal.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
settle()
