from importlib import import_module

from django.apps import AppConfig


class CodesignConfig(AppConfig):
    name = "codesign"

    def ready(self) -> None:
        # Their rows, finders, sweeps and endings register themselves on import.
        import_module("codesign.permissions")
        import_module("codesign.queries")
        import_module("codesign.operations.activities")
        import_module("codesign.operations.closing")
        import_module("codesign.operations.leaving")
        import_module("codesign.operations.reviews")
        import_module("codesign.operations.statements")
