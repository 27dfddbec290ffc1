"""`manage.py set_up_site`: the first words of a new site."""

from typing import Any

from django.core.management.base import BaseCommand

from content import operations


class Command(BaseCommand):
    help = "Add the help, accessibility and privacy pages. What is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        made = operations.set_up_site()
        for page in made:
            self.stdout.write(f"Added “{page.title}” at {page.url}")
        if not made:
            self.stdout.write("Every page is there already.")
