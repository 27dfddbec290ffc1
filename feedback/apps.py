from importlib import import_module

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        # Their rows and finders register themselves on import.
        import_module("feedback.permissions")
        import_module("feedback.queries")
