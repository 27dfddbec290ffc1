"""Writes about people: partnerships, organisations, participants, duties, invitations."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal import clock, leaving, live, permissions, record
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


class UnableToUseInvitation(Refusal):
    """The invitation works, but not for whoever is signed in, or not needed any more."""


class UnableToGrantDuty(Refusal):
    """A duty asks for an account and a second way of signing in."""


class UnableToRemoveDuty(Refusal):
    """A partnership must keep somebody who can look after it."""


class UnableToRemoveParticipant(Refusal):
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

    `by` is None only when a partnership is set up and nobody could yet grant anything. Raises
    UnableToGrantDuty for a guest: a duty asks for a second way of signing in.
    """
    if by is not None:
        permissions.check(by, "grant_duty", participant)
    if participant.is_guest:
        raise UnableToGrantDuty(_("A guest cannot have a duty. Invite them by e-mail first."))
    _held, is_new = DutyHeld.objects.get_or_create(
        participant=participant, duty=duty, defaults={"granted_at": clock.now()}
    )
    if not is_new:
        return
    participant.__dict__.pop("duties", None)
    record.append("duty_granted", by=by, subject=participant, public={"duty": duty})
    live.announce(participant)


def is_last_admin(participant: Participant) -> bool:
    """Whether nobody else here is a partnership admin. Locks who is, until the transaction ends."""
    admins = (
        DutyHeld.objects.select_for_update()
        .filter(
            participant__partnership_id=participant.partnership_id,
            participant__left_at=None,
            duty=Duty.PARTNERSHIP_ADMIN,
        )
        .order_by("pk")
    )
    return [held.participant_id for held in admins] == [participant.pk]


@transaction.atomic
def remove_duty(*, participant: Participant, duty: Duty, by: Participant) -> None:
    """Take a duty back; it ends with the next thing they do.

    Raises UnableToRemoveDuty for the last partnership admin.
    """
    is_last = duty == Duty.PARTNERSHIP_ADMIN and is_last_admin(participant)
    permissions.check(by, "remove_duty", participant)
    if is_last:
        raise UnableToRemoveDuty(
            _("This is the only partnership admin. Make somebody else an admin first.")
        )
    removed, _rows = DutyHeld.objects.filter(participant=participant, duty=duty).delete()
    if not removed:
        return
    participant.__dict__.pop("duties", None)
    record.append("duty_removed", by=by, subject=participant, public={"duty": duty})
    live.announce(participant)


@transaction.atomic
def remove_participant(*, participant: Participant, by: Participant, reason: str) -> None:
    """Somebody leaves the partnership. What they contributed stays; duties, seat and access end.

    Raises UnableToRemoveParticipant for the last partnership admin.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    is_last = is_last_admin(participant)
    permissions.check(by, "remove_participant", participant)
    if not participant.is_here:
        return
    if is_last:
        raise UnableToRemoveParticipant(
            _("This is the only partnership admin. Make somebody else an admin first.")
        )
    duties = sorted(participant.duties)
    participant.duties_held.all().delete()
    leaving.settle(participant)
    participant.left_at = clock.now()
    participant.seat_nonce = secrets.token_hex(8)
    participant.save(update_fields=["left_at", "seat_nonce"])
    record.append(
        "participant_left",
        by=by,
        subject=participant,
        public={"duties": duties},
        content={"reason": reason},
    )
    live.announce(participant)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_participant(
    *, email: str, role: Role, by: Participant, organisation: Organisation | None = None
) -> tuple[Invitation, str]:
    """Invite somebody by e-mail. Returns the invitation and its token.

    The token (256 random bits) is for the message alone; only its hash is kept. It works once, for
    14 days; a new invitation takes the place of an open one to the same address. Raises
    UnableToInvite when an account of that address is here already, or the message cannot be sent.
    """
    permissions.check(by, "invite_participant", by.partnership)
    if organisation is not None and organisation.partnership_id != by.partnership_id:
        raise permissions.OutsidePartnership(_("We cannot find that organisation here."))
    already = Participant.objects.here().filter(
        partnership_id=by.partnership_id, user__email__iexact=email
    )
    if already.exists():
        raise UnableToInvite(_("Somebody with this e-mail address is here already."))
    for earlier in Invitation.objects.open().filter(
        partnership_id=by.partnership_id, email=email.lower()
    ):
        revoke_invitation(invitation=earlier, by=by)
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
    _mail_invitation(invitation, token)
    return invitation, token


def _mail_invitation(invitation: Invitation, token: str) -> None:
    """Who invites, into which partnership, and the link: nothing else. Undone if it cannot go."""
    path = reverse("portal:accept_invitation", args=[invitation.partnership.slug, token])
    body = render_to_string(
        "portal/mail/invitation.txt",
        {
            "invited_by": invitation.invited_by.display_name,
            "partnership": invitation.partnership.name,
            "url": settings.BASE_URL + path,
            "days": INVITATION_LASTS.days,
        },
    )
    message = EmailMessage(
        subject=_("You are invited to take part"), body=body, to=[invitation.email]
    )
    try:
        message.send()
    except OSError as problem:  # also what smtplib raises
        raise UnableToInvite(
            _("We could not send the e-mail just now, so nobody was invited. Try again later.")
        ) from problem


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
    *, token: str, partnership: Partnership, user: User | None, display_name: str
) -> Participant:
    """Use an invitation: whoever it was sent to becomes a participant, once.

    `user` is who is signed in. Without one the account is made, since holding the link proves the
    address as a code would. Somebody who had left comes back as the participant they were.

    Raises UnableToAcceptInvitation for a token that is unknown, used, revoked or too old, and
    UnableToUseInvitation when it is not theirs, or they are here already.
    """
    Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
    invitation = invitation_for(token, partnership)
    if user is None:
        if has_account(invitation):
            raise UnableToUseInvitation(_("You have an account already. Please sign in first."))
        user = User.objects.create_user(invitation.email)
    elif user.email.lower() != invitation.email:
        raise UnableToUseInvitation(
            _(
                "This invitation was sent to another e-mail address than the one you signed in"
                " with. Sign out, then open the link again."
            )
        )
    participant = Participant.objects.filter(partnership=partnership, user=user).first()
    if participant is None:
        participant = join(
            partnership=partnership,
            role=Role(invitation.role),
            display_name=display_name,
            user=user,
            organisation=invitation.organisation,
            by=invitation.invited_by,
        )
    elif participant.is_here:
        raise UnableToUseInvitation(
            _("You are part of this partnership already. Nothing else is needed.")
        )
    else:
        _come_back(participant, invitation, display_name)
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


def has_account(invitation: Invitation) -> bool:
    """Whether the address invited belongs to an account already."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def _come_back(participant: Participant, invitation: Invitation, display_name: str) -> None:
    participant.left_at = None
    participant.role = invitation.role
    participant.organisation = invitation.organisation
    participant.display_name = display_name
    participant.save(update_fields=["left_at", "role", "organisation", "display_name"])
    record.append(
        "participant_returned",
        by=invitation.invited_by,
        subject=participant,
        public={"as": invitation.role},
    )


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
