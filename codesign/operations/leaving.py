"""Writes of co-design for somebody who leaves: what was for them alone ends, the rest stays."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import ProposalStatus
from codesign.models import (
    Activity,
    Attachment,
    Ballot,
    CalendarKey,
    CoAuthor,
    Member,
    Proposal,
    SessionSeat,
)
from codesign.operations.sign_ups import GOING, cancel_sign_ups_of
from portal import clock, leaving, notices
from portal.enums import Duty
from portal.models import Participant


@leaving.when_leaving
def end_plans(participant: Participant) -> None:
    """Free their places on dates to come, stop their calendar, and say where a host is missing."""
    cancel_sign_ups_of(participant)
    CalendarKey.objects.filter(participant=participant).delete()
    led = (
        Activity.objects.running()
        .filter(hosts__participant=participant)
        .select_related("partnership", "workspace__partnership")
    )
    for activity in led.prefetch_related("hosts__participant"):
        if not any(host.is_here and host != participant for host in activity.hosted_by):
            notices.queue(
                Participant.objects.here()
                .filter(partnership_id=participant.partnership_id)
                .with_duty(Duty.FACILITATOR),
                subject=activity,
                text=_("Nobody leads this any more. Can you find a new host? %(title)s")
                % {"title": activity.title},
                needs_me=True,
                but_not=participant,
            )


@notices.sweep
def free_places_of_who_left() -> int:
    """Free places that somebody took in the very moment they left. Returns how many."""
    gone = Participant.objects.filter(
        left_at__isnull=False, sign_ups__state__in=GOING, sign_ups__date__starts_at__gt=clock.now()
    )
    return sum(cancel_sign_ups_of(participant) for participant in gone.distinct())


@leaving.when_leaving
def take_off_rolls_to_be(participant: Participant) -> None:
    """Off the list of voters of ballots that are not opened yet.

    A roll that is fixed stays as it is: what somebody voted counts, and where they have not voted
    they can no more. Their name on it is that of who they are now.
    """
    Ballot.listed.through.objects.filter(participant=participant, ballot__opened_at=None).delete()


@leaving.when_deleted
def forget_drafts(participant: Participant) -> None:
    """Empty what nobody else has read: drafts that no co-author goes on with, and their files."""
    shared = CoAuthor.objects.filter(accepted_at__isnull=False).values("proposal")
    drafts = Proposal.objects.filter(by=participant, status=ProposalStatus.DRAFT).exclude(
        pk__in=shared
    )
    ids = list(drafts.values_list("pk", flat=True))
    files = Attachment.objects.filter(proposal__in=ids, removed_at=None)
    for attachment in files:
        transaction.on_commit(
            partial(attachment.file.storage.delete, str(attachment.file.name)), robust=True
        )
    files.update(removed_at=clock.now())
    Proposal.objects.filter(pk__in=ids).update(
        title=_("A draft that was thrown away"), why="", for_whom="", easy_read="", consent=""
    )


@leaving.when_deleted
def answer_nothing_more(participant: Participant) -> None:
    """Decline what they were still asked, and end their ways into rooms and closed spaces."""
    waiting = CoAuthor.objects.filter(participant=participant, accepted_at=None, declined_at=None)
    waiting.update(declined_at=clock.now())
    Member.objects.filter(participant=participant).delete()
    SessionSeat.objects.filter(participant=participant).update(rejoin_hash="")
