"""Writes about lists: that one was taken away as a file."""

from django.db import transaction

from codesign.models import Workspace
from portal import permissions, record
from portal.models import Participant, Partnership, RecordEntry


@transaction.atomic
def export_proposals(
    *, workspace: Workspace, file_format: str, count: int, by: Participant
) -> RecordEntry:
    """Write down that somebody takes a list of `count` proposals out of the portal."""
    permissions.check(by, "export_proposals", workspace)
    return record.append(
        "proposals_exported",
        by=by,
        subject=workspace,
        public={"format": file_format, "proposals": count},
    )


@transaction.atomic
def export_decisions(
    *, partnership: Partnership, file_format: str, count: int, by: Participant
) -> RecordEntry:
    """Write down that somebody takes a list of `count` decisions out of the portal."""
    permissions.check(by, "export_decisions", partnership)
    return record.append(
        "decisions_exported",
        by=by,
        subject=partnership,
        public={"format": file_format, "decisions": count},
    )
