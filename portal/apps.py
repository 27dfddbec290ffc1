from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal.translations import remember_texts  # translations ask which apps there are

        remember_texts()
