"""F13: eight writers at once. No error, nothing lost, and the record is whole.

On SQLite that is owed to `BEGIN IMMEDIATE` (settings.DATABASES); the control shows the same writers
without it. On PostgreSQL the storm is the same and the locks are rows.
"""

import io
import json

import pytest
from django.db import OperationalError, connection, transaction

from codesign.models import Comment, Proposal
from codesign.operations import comments
from portal import record_export, verify_record
from portal.models import RecordEntry
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

WRITERS = 8
WRITES = 12


def test_eight_writers_at_once_meet_no_error_and_leave_the_record_whole(tmp_path) -> None:
    world = World()
    one, other = an_open_proposal(world), an_open_proposal(world, "Breaks at the weekend")
    entries = RecordEntry.objects.filter(partnership_id=world.partnership.pk).order_by("seq")
    before = entries.count()

    def write() -> None:
        for number in range(WRITES):
            comments.comment_on_proposal(
                proposal=(one, other)[number % 2], text=f"Point {number}.", by=world.partner
            )

    assert errors_in(at_once(*[write] * WRITERS)) == []
    written = WRITERS * WRITES
    assert Comment.objects.count() == written
    for proposal in (one, other):
        proposal.refresh_from_db()
        assert proposal.comment_count == written / 2
    lines = [json.loads(each.line) for each in entries.all()]
    assert [each["seq"] for each in lines] == list(range(1, before + written + 1))

    out = io.BytesIO()
    record_export.write(world.partnership, out)
    path = tmp_path / "record.zip"
    path.write_bytes(out.getvalue())
    assert verify_record.main([str(path)]) == 0


def storm(*, immediate: bool) -> list[Exception]:
    """Eight writers that read and then write in one transaction; the errors they met."""
    proposal = an_open_proposal(World())
    all_have_read = meeting(WRITERS)

    def write() -> None:
        if not immediate:
            connection.transaction_mode = "DEFERRED"
        with transaction.atomic():
            read = Proposal.objects.get(pk=proposal.pk)
            if not immediate:  # else whoever reads has the lock, and nobody could meet
                all_have_read()
            read.title = "Changed"
            read.save(update_fields=["title"])

    return errors_in(at_once(*[write] * WRITERS))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite's one lock")
def test_immediate_writers_wait_their_turn() -> None:
    assert storm(immediate=True) == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite's one lock")
def test_control_deferred_writers_find_the_database_locked() -> None:
    """However long the timeout: a transaction that has read an older state can never write."""
    errors = storm(immediate=False)
    assert len(errors) == WRITERS - 1
    assert all(isinstance(each, OperationalError) for each in errors)
    assert {str(each) for each in errors} == {"database is locked"}
