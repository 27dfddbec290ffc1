from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback import permissions, queries  # their rows and finders register themselves

        assert permissions and queries
