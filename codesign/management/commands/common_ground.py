"""`manage.py common_ground FILE.csv`: what every group can support, however large each is."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from codesign.counting import files, words
from codesign.counting.ballots import BadBallots
from codesign.counting.common_ground import RULE, common_ground, tally


class Command(BaseCommand):
    help = (
        "Print how far the groups in FILE agree on each statement, best first. The file has a "
        "column named group-id, group or role, and a column for each statement with 1 for agree, "
        "-1 for disagree, 0 for pass; Polis's participants-votes.csv is such a file."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--quorum", type=int, default=1, help="how many of each group must have been heard"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *args: object, file: Path, quorum: int, as_json: bool, **options: Any) -> None:
        try:
            statements, rows = files.agreement(file)
        except BadBallots as problem:
            raise CommandError(str(problem), returncode=2) from problem
        grounds = common_ground(tally(statements, rows), quorum)
        if as_json:
            data = {"rule": RULE, "options": [each.as_data() for each in grounds]}
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(words.of_common_ground(grounds)))
