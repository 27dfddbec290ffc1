"""Writes about people: partnerships, organisations, participants, duties, invitations."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, permissions, record
from portal.enums import Duty, OrganisationKind, Role, Visibility
from portal.models import (
    DutyHeld,
    Invitation,
    Organisation,
    Participant,
    Partnership,
    User,
    ref,
)
from portal.refusal import Refusal

INVITATION_LASTS = timedelta(days=14)


class UnableToFoundPartnership(Refusal):
    """A partnership of this name in addresses exists already."""


class UnableToInvite(Refusal):
    """The invitation cannot be made."""


class UnableToAcceptInvitation(Refusal):
    """The invitation does not exist, was used, was taken back, or has run out. All read alike."""

    status = 404


class UnableToRemoveDuty(Refusal):
    """A partnership must keep somebody who can look after it."""


@transaction.atomic
def found_partnership(
    *,
    slug: str,
    name: str,
    question: str,
    summary: str,
    place: str = "",
    how_to_take_part: str = "",
    escalation: str = "",
    accent: str = "#00544f",
    visibility: Visibility = Visibility.PARTNERSHIP,
) -> Partnership:
    """Begin a partnership and its record."""
    if Partnership.objects.filter(slug=slug).exists():
        raise UnableToFoundPartnership(_("There is a partnership with this address already."))
    partnership = Partnership(
        slug=slug,
        name=name,
        question=question,
        summary=summary,
        place=place,
        how_to_take_part=how_to_take_part,
        escalation=escalation,
        accent=accent,
        visibility=visibility,
        created_at=clock.now(),
    )
    partnership.full_clean()
    partnership.save()
    record.append(
        "partnership_founded",
        by=None,
        subject=partnership,
        public={"slug": slug, "visibility": visibility},
        content={"name": name, "question": question},
    )
    return partnership


@transaction.atomic
def add_organisation(
    *, partnership: Partnership, name: str, kind: OrganisationKind, about: str = ""
) -> Organisation:
    """Add an organisation to a partnership."""
    organisation = Organisation.objects.create(
        partnership=partnership, name=name, kind=kind, about=about
    )
    record.append(
        "organisation_added",
        by=None,
        subject=organisation,
        public={"kind": kind},
        content={"name": name},
    )
    return organisation


@transaction.atomic
def join(
    *,
    partnership: Partnership,
    role: Role,
    display_name: str,
    user: User | None = None,
    organisation: Organisation | None = None,
    about: str = "",
    by: Participant | None = None,
) -> Participant:
    """Make somebody a participant. Without a user they are a guest, known by their seat."""
    participant = Participant.objects.create(
        partnership=partnership,
        user=user,
        role=role,
        display_name=display_name,
        organisation=organisation,
        about=about,
        joined_at=clock.now(),
    )
    record.append(
        "participant_joined",
        by=by,
        subject=participant,
        public={"as": role, "guest": user is None},
    )
    return participant


@transaction.atomic
def grant_duty(*, participant: Participant, duty: Duty, by: Participant | None) -> None:
    """Give a participant a duty; giving it twice is giving it once.

    `by` is None only when a partnership is set up and nobody could yet grant anything.
    """
    if by is not None:
        permissions.check(by, "grant_duty", participant)
    _held, is_new = DutyHeld.objects.get_or_create(
        participant=participant, duty=duty, defaults={"granted_at": clock.now()}
    )
    if not is_new:
        return
    participant.__dict__.pop("duties", None)
    record.append("duty_granted", by=by, subject=participant, public={"duty": duty})


@transaction.atomic
def remove_duty(*, participant: Participant, duty: Duty, by: Participant) -> None:
    """Take a duty back; it ends with the next thing they do.

    Raises UnableToRemoveDuty for the last partnership admin.
    """
    held = DutyHeld.objects.select_for_update().filter(
        participant__partnership_id=by.partnership_id, duty=duty
    )
    holders = list(held)
    permissions.check(by, "remove_duty", participant)
    if duty == Duty.PARTNERSHIP_ADMIN and len(holders) <= 1:
        raise UnableToRemoveDuty(
            _("This is the only partnership admin. Make somebody else an admin first.")
        )
    removed, _rows = held.filter(participant=participant).delete()
    if not removed:
        return
    participant.__dict__.pop("duties", None)
    record.append("duty_removed", by=by, subject=participant, public={"duty": duty})


@transaction.atomic
def remove_participant(*, participant: Participant, by: Participant, reason: str) -> None:
    """Somebody leaves the partnership. What they contributed stays; their seat and access end."""
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    permissions.check(by, "remove_participant", participant)
    if not participant.is_here:
        return
    participant.left_at = clock.now()
    participant.seat_nonce = secrets.token_hex(8)
    participant.save(update_fields=["left_at", "seat_nonce"])
    record.append("participant_left", by=by, subject=participant, content={"reason": reason})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_participant(
    *, email: str, role: Role, by: Participant, organisation: Organisation | None = None
) -> tuple[Invitation, str]:
    """Invite somebody by e-mail. Returns the invitation and its token.

    The token (256 random bits) is for the message alone; only its hash is kept. It works once, for
    14 days. Raises UnableToInvite when an account of that address is here already.
    """
    permissions.check(by, "invite_participant", by.partnership)
    if organisation is not None and organisation.partnership_id != by.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that organisation here."))
    already = Participant.objects.here().filter(
        partnership_id=by.partnership_id, user__email__iexact=email
    )
    if already.exists():
        raise UnableToInvite(_("Somebody with this e-mail address is here already."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        partnership=by.partnership,
        email=email.lower(),
        role=role,
        organisation=organisation,
        token_hash=_hash(token),
        invited_by=by,
        invited_at=clock.now(),
        expires_at=clock.now() + INVITATION_LASTS,
    )
    record.append("participant_invited", by=by, subject=invitation, public={"as": role})
    return invitation, token


def invitation_for(token: str, partnership: Partnership) -> Invitation:
    """The open invitation a token belongs to. Raises UnableToAcceptInvitation otherwise."""
    invitation = (
        Invitation.objects.filter(token_hash=_hash(token), partnership=partnership)
        .select_related("partnership", "organisation")
        .first()
    )
    if invitation is None or not invitation.is_open:
        raise UnableToAcceptInvitation(_("This invitation does not work. Ask for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(
    *, token: str, partnership: Partnership, user: User, display_name: str
) -> Participant:
    """Use an invitation: the signed-in person becomes a participant, once.

    Raises UnableToAcceptInvitation for a token that is unknown, used, revoked or too old.
    """
    Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
    invitation = invitation_for(token, partnership)
    present = Participant.objects.filter(partnership=partnership, user=user).first()
    if present is not None:
        raise UnableToInvite(_("You are part of this partnership already. Nothing else is needed."))
    participant = join(
        partnership=partnership,
        role=Role(invitation.role),
        display_name=display_name,
        user=user,
        organisation=invitation.organisation,
        by=invitation.invited_by,
    )
    invitation.accepted_at = clock.now()
    invitation.accepted_by = participant
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record.append(
        "invitation_accepted",
        by=participant,
        subject=invitation,
        public={"participant": ref(participant)},
    )
    return participant


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Participant) -> None:
    """Take an unused invitation back; its link stops working at once."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    permissions.check(by, "revoke_invitation", invitation)
    if not invitation.is_open:
        return
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    record.append("invitation_revoked", by=by, subject=invitation)
