from importlib import import_module

from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        # Their rows, phrases and sweeps register themselves on import.
        import_module("content.permissions")
        import_module("content.queries.record")
        import_module("content.evidence")
