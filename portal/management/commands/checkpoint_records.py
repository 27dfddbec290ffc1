"""`manage.py checkpoint_records`: sign every partnership's record; once a day is enough."""

from django.core.management.base import BaseCommand

from portal.models import Partnership
from portal.operations import record as operations


class Command(BaseCommand):
    help = "Sign how long each partnership's record is and what it holds. Run it daily."

    def handle(self, *args: object, **options: object) -> None:
        for partnership in Partnership.objects.order_by("slug"):
            checkpoint = operations.checkpoint_record(partnership=partnership)
            self.stdout.write(f"{partnership.slug}: {checkpoint}")
