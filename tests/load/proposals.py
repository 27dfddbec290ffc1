"""How long a list may be: 10 suggestions in a workspace beside 10,000.

    python -m tests.load.proposals

Prints queries and median time of the first page, and of one deep in the list. Works in the test
database of whatever DATABASE_URL names (SQLite without), in a transaction that is taken back.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

if __name__ == "__main__":  # before any model is imported
    import django

    os.environ["PORTAL_MODE"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from codesign.enums import ProposalStatus
from codesign.models import Proposal, Support, Workspace
from portal import clock
from portal.enums import Role
from portal.models import Participant
from tests.world import World, signed_in

FEW, MANY = 10, 10_000
PEOPLE = 50
ROUNDS = 15


@dataclass(frozen=True)
class Cost:
    """What one page takes: database queries, and milliseconds as the median of some rounds."""

    queries: int
    ms: float


def fill(world: World, workspace: Workspace, number: int) -> None:
    """Put `number` open proposals into a workspace, by fifty people, half of them supported.

    Rows are written directly: the portal's own operations would take minutes, and what is measured
    is reading.
    """
    people = [world.person(Role.CARER, with_account=False) for _each in range(PEOPLE)]
    now = clock.now()
    made = Proposal.objects.bulk_create(
        (
            Proposal(
                partnership=world.partnership,
                workspace=workspace,
                feature=world.feature,
                title=f"Suggestion {n} of many that people made",
                why="It would give people who look after someone an hour of their own. " * 5,
                by=people[n % PEOPLE],
                created_at=now - timedelta(minutes=number - n),
                opened_at=now - timedelta(minutes=number - n),
                status_at=now,
                status=ProposalStatus.OPEN,
                support_count=n % 2,
            )
            for n in range(number)
        ),
        batch_size=500,
    )
    Support.objects.bulk_create(
        (
            Support(proposal=proposal, participant=people[(n + 1) % PEOPLE])
            for n, proposal in enumerate(made)
            if n % 2
        ),
        batch_size=500,
    )
    if connection.vendor == "postgresql":  # as autovacuum does on a site that lives
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE codesign_proposal, codesign_support")


def pages(few: Workspace, many: Workspace) -> dict[str, tuple[str, str]]:
    """What is compared, by name: an address of the short list and one of the long."""
    short, long = (
        reverse("codesign:proposals", args=[each.partnership.slug, each.pk]) for each in (few, many)
    )
    middle = many.proposals.order_by("pk").values_list("pk", flat=True)[MANY // 2]
    return {
        "first page": (short, long),
        "page in the middle": (short, f"{long}?before={middle}"),
        "only open ones": (f"{short}?status=open", f"{long}?status=open"),
        "only parked ones: none": (f"{short}?status=parked", f"{long}?status=parked"),
    }


def compare(client: Client, addresses: Sequence[str], rounds: int = ROUNDS) -> list[Cost]:
    """The cost of each address, measured in turns so that a busy machine is busy for all alike."""
    times: list[list[float]] = [[] for _each in addresses]
    queries = []
    for address in addresses:  # warms up, too
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
        assert response.status_code == 200
        queries.append(len(captured))
    for _round in range(rounds):
        for taken, address in zip(times, addresses, strict=True):
            start = time.perf_counter()
            client.get(address)
            taken.append((time.perf_counter() - start) * 1000)
    return [Cost(number, median(taken)) for number, taken in zip(queries, times, strict=True)]


def two_workspaces() -> tuple[Participant, Workspace, Workspace]:
    """A reader, a workspace with few proposals and one with many."""
    world = World()
    few, many = world.workspace, world.open_workspace("Everything people want")
    fill(world, few, FEW)
    fill(world, many, MANY)
    return world.service_user, few, many


def main() -> None:
    """Measure and print the table."""
    reader, few, many = two_workspaces()
    head = ("queries", f"{FEW:,}", f"{MANY:,}", "ms", f"{FEW:,}", f"{MANY:,}", "ratio")
    say = sys.stdout.write
    say(f"{connection.vendor}, median of {ROUNDS} rounds\n\n")
    say("{:36}{:>8}{:>6}{:>8}{:>6}{:>8}{:>8}{:>7}\n".format("", *head))
    for who, client in (("visitor", Client()), ("participant", signed_in(reader))):
        for name, addresses in pages(few, many).items():
            small, large = compare(client, addresses)
            ratio = large.ms / small.ms
            say(f"{f'{who}: {name}':36}{'':8}{small.queries:6}{large.queries:8}")
            say(f"{'':6}{small.ms:8.1f}{large.ms:8.1f}{ratio:7.2f}\n")


if __name__ == "__main__":
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True)
    with transaction.atomic():
        main()
        transaction.set_rollback(True)
