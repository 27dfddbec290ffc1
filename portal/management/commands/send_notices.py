"""`manage.py send_notices`: remind, and mail what is due; run it every few minutes."""

from django.core.management.base import BaseCommand

from portal import notices


class Command(BaseCommand):
    help = "Do what is due by time (reminders, say), then mail notices: at once, or as digests."

    def handle(self, *args: object, **options: object) -> None:
        notices.run_sweeps()
        self.stdout.write(f"{notices.mail_due()} messages sent.")
