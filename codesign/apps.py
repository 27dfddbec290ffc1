from importlib import import_module

from django.apps import AppConfig


class CodesignConfig(AppConfig):
    name = "codesign"

    def ready(self) -> None:
        # Their rows and finders register themselves on import.
        import_module("codesign.permissions")
        import_module("codesign.queries")
