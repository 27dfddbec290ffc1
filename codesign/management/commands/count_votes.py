"""`manage.py count_votes FILE`: count ballots, also those of a vote held elsewhere."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from codesign.counting import files, words
from codesign.counting.ballots import BadBallots
from codesign.counting.methods import METHODS, count


class Command(BaseCommand):
    help = (
        "Count the ballots in FILE and print who won, every step, and the exact rule. Reads "
        "Pabulib (.pb), PrefLib (.soc, .soi, .toc, .toi), Scottish council ballots (.csv) and "
        "ballots published by this portal (.json)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--method", help=f"{', '.join(METHODS)}; as the file says if left out")
        parser.add_argument("--seats", type=int, help="how many are to be chosen")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(
        self,
        *args: object,
        file: Path,
        method: str | None,
        seats: int | None,
        as_json: bool,
        **options: Any,
    ) -> None:
        try:
            ballots = files.ballots(file, method=method, seats=seats)
            result = count(ballots)
        except BadBallots as problem:
            raise CommandError(str(problem), returncode=2) from problem
        if as_json:
            self.stdout.write(json.dumps(result.as_data(), ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(words.of_result(result, ballots)))
