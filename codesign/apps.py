from django.apps import AppConfig


class CodesignConfig(AppConfig):
    name = "codesign"

    def ready(self) -> None:
        from codesign import permissions, queries  # their rows and finders register themselves

        assert permissions and queries
