"""Writes about the record itself: handing it out, and signing where it stands."""

from typing import IO

from django.db import transaction

from portal import permissions, record, record_export
from portal.models import Checkpoint, Participant, Partnership


@transaction.atomic
def export_record(*, partnership: Partnership, out: IO[bytes], by: Participant | None) -> int:
    """Write the whole record to `out` as a zip. Returns how many entries it has.

    That it was handed out is its last entry, and a fresh checkpoint covers it, so whoever keeps the
    file can check every later one against it. `by` is None for the operator's own command.
    """
    if by is not None:
        permissions.check(by, "export_record", partnership)
    record.append("record_exported", by=by, subject=partnership)
    record.checkpoint(partnership.pk, origin=partnership.slug)
    return record_export.write(partnership, out, reader=by)


@transaction.atomic
def checkpoint_record(*, partnership: Partnership) -> Checkpoint:
    """Sign how long the record is and what it holds now."""
    return record.checkpoint(partnership.pk, origin=partnership.slug)
