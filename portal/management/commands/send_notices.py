"""`manage.py send_notices`: mail what is due, digests included; run it every few minutes."""

from django.core.management.base import BaseCommand

from portal import notices


class Command(BaseCommand):
    help = "Send the notices that are due by e-mail: at once what asks for an answer, else digests."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{notices.mail_due()} messages sent.")
