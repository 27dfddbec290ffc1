"""Writes for somebody who goes for good, account or not: what they gave to others stays."""

import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal import clock, leaving, live, permissions, record
from portal.enums import DigestRhythm
from portal.models import (
    Draft,
    Follow,
    Invitation,
    Notice,
    Participant,
    Partnership,
    RecordEntry,
    User,
)
from portal.operations.people import is_last_admin
from portal.refusal import Refusal

# How the record says that somebody's name went; those who went are numbered by these entries.
ACCOUNT_DELETED, GUEST_DELETED = GONE = ("account_deleted", "guest_deleted")


class UnableToDeleteAccount(Refusal):
    """A partnership must keep somebody who can look after it."""


class UnableToDeleteGuest(Refusal):
    """They have an account: that is what is deleted, everywhere they take part."""


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete an account for good, and its name wherever it takes part. Deleting twice is once.

    What they said, supported and decided stays with its role and its counts, as the words of
    “Somebody who left”. Raises UnableToDeleteAccount for the last partnership admin of a place.
    """
    held = User.objects.select_for_update().filter(pk=user.pk).first()
    if held is None:
        return
    places = _locked(Participant.objects.filter(user=held))
    for participant in places:
        if participant.is_here and is_last_admin(participant):
            raise UnableToDeleteAccount(
                _(
                    "You are the only partnership admin of %(name)s. Make somebody else an admin"
                    " there first, on the page People. Then you can delete your account."
                )
                % {"name": participant.partnership.name}
            )
    for participant in places:
        _take_name_away(participant, ACCOUNT_DELETED)
    _forget_invitations(held.email)
    held.delete()


@transaction.atomic
def delete_guest(*, by: Participant) -> None:
    """Somebody without an account deletes themselves from their partnership. Twice is once.

    What they gave stays, exactly as with an account. Every copy of their seat, and the phrase that
    would bring them back, is worthless from then on. Raises UnableToDeleteGuest where there is an
    account.
    """
    [guest] = _locked(Participant.objects.filter(pk=by.pk))
    if not guest.is_here:
        return
    permissions.check(guest, "delete_guest", guest)
    if not guest.is_guest:
        raise UnableToDeleteGuest(
            _("You have an account. Delete that: then your name goes everywhere you take part.")
        )
    _take_name_away(guest, GUEST_DELETED)


def _locked(people: QuerySet[Participant]) -> list[Participant]:
    """These participants, their rows held, each with its partnership.

    The partnerships first, in one order for everybody: two who leave at once wait their turn.
    """
    list(
        Partnership.objects.select_for_update(no_key=True)
        .filter(pk__in=people.values("partnership"))
        .order_by("pk")
    )
    held = people.select_for_update(of=("self",)).select_related("partnership")
    return list(held.order_by("pk"))


def _forget_invitations(email: str) -> None:
    """Keep no address in invitations; one that still works is taken back."""
    to_them = Invitation.objects.filter(email__iexact=email)
    for invitation in to_them.open().order_by("pk"):
        invitation.revoked_at = clock.now()
        invitation.save(update_fields=["revoked_at"])
        record.append("invitation_revoked", by=None, subject=invitation)
    to_them.update(email="")


def _take_name_away(participant: Participant, kind: str) -> None:
    """Leave of a locked participant only the role they spoke from, and a name that is nobody's.

    `kind` is what the record calls it.
    """
    leaving.settle(participant, for_good=True)
    Follow.objects.filter(participant=participant).delete()
    Notice.objects.filter(participant=participant).delete()
    Draft.objects.filter(participant=participant).delete()
    duties = sorted(participant.duties)
    participant.duties_held.all().delete()
    participant.__dict__.pop("duties", None)
    record.append(kind, by=participant, subject=participant, public={"duties": duties})
    # The record's head is held now, so nobody else is given the same number.
    number = RecordEntry.objects.filter(
        partnership_id=participant.partnership_id, kind__in=GONE
    ).count()
    participant.display_name = _("Somebody who left (%(number)d)") % {"number": number}
    participant.about = ""
    participant.user = None
    participant.seat_nonce = secrets.token_hex(8)
    participant.digest = DigestRhythm.NEVER
    participant.left_at = participant.left_at or clock.now()
    participant.save(
        update_fields=["display_name", "about", "user", "seat_nonce", "digest", "left_at"]
    )
    live.announce(participant)
