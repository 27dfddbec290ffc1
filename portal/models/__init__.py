"""The kernel's tables: people, the record, notices; and the abstract bases the apps share."""

from portal.models.contributions import Contribution
from portal.models.drafts import Draft
from portal.models.links import Link
from portal.models.live import Revision
from portal.models.notices import Answer, Follow, Notice
from portal.models.pages import ReadablePage
from portal.models.people import (
    DutyHeld,
    Invitation,
    Organisation,
    Participant,
    Partnership,
    User,
)
from portal.models.posts import PostedOnce
from portal.models.record import Checkpoint, RecordContent, RecordEntry, RecordHead
from portal.models.refs import ref

__all__ = [
    "Answer",
    "Checkpoint",
    "Contribution",
    "Draft",
    "DutyHeld",
    "Follow",
    "Invitation",
    "Link",
    "Notice",
    "Organisation",
    "Participant",
    "Partnership",
    "PostedOnce",
    "ReadablePage",
    "RecordContent",
    "RecordEntry",
    "RecordHead",
    "Revision",
    "User",
    "ref",
]
