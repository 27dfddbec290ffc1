"""`manage.py export_record PARTNERSHIP OUT.zip`: hand out a partnership's record."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal import record_export
from portal.models import Partnership
from portal.operations import record as operations


class Command(BaseCommand):
    help = "Write the whole record of a partnership, and the program that checks it, to a zip file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("partnership", help="its name in addresses, such as norfolk-carers")
        parser.add_argument("out", type=Path, help="the zip file to write")

    def handle(self, *args: object, partnership: str, out: Path, **options: object) -> None:
        found = Partnership.objects.filter(slug=partnership).first()
        if found is None:
            raise CommandError(f"There is no partnership {partnership!r}.")
        try:
            with record_export.whole_file(out) as file:
                size = operations.export_record(partnership=found, out=file, by=None)
        except OSError as problem:
            raise CommandError(f"{out} cannot be written: {problem.strerror}.") from problem
        self.stdout.write(f"{size:,} entries of {found.name} written to {out}.")
        self.stdout.write(f"Check it: python verify_record.py {out}")
