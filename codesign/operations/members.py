"""Writes about who may take part in a workspace and read it: by role, or by invitation."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import OpenTo
from codesign.models import Member, OpenRole, Workspace
from codesign.operations.workspaces import in_order_of_roles, locked, people_of
from portal import clock, live, notices, permissions, record
from portal.enums import Role, Visibility
from portal.models import Participant, ref
from portal.refusal import Refusal


class UnableToSetAccess(Refusal):
    """Only some roles are to take part, but none was named."""


class UnableToInviteToWorkspace(Refusal):
    """Somebody has left the partnership, or nobody was chosen."""


class UnableToRemoveFromWorkspace(Refusal):
    """They are not among those who were asked in."""


@transaction.atomic
def set_access(
    *,
    workspace: Workspace,
    open_to: OpenTo,
    visibility: Visibility,
    by: Participant,
    roles: Iterable[Role] = (),
) -> Workspace:
    """Say who may take part in a workspace, and who may read it.

    Whoever has taken part stays in: nobody is shut out from their own words by this. When its words
    become readable to everyone, or no longer are, those who take part are told. Raises
    UnableToSetAccess when it is to be open to some roles and none is named.
    """
    workspace = locked(workspace)
    permissions.check(by, "set_access", workspace)
    named = in_order_of_roles(roles) if open_to == OpenTo.ROLES else []
    if open_to == OpenTo.ROLES and not named:
        raise UnableToSetAccess(_("Choose at least one role that can take part."))
    was_public = workspace.is_public
    workspace.open_to, workspace.visibility = open_to, visibility
    workspace.save()
    workspace.open_roles.all().delete()
    OpenRole.objects.bulk_create(OpenRole(workspace=workspace, role=role) for role in named)
    _keep_in(workspace)
    record.append(
        "workspace_access_set",
        by=by,
        subject=workspace,
        public={"open_to": open_to, "roles": named, "visibility": visibility},
    )
    live.announce(workspace)
    if workspace.is_public != was_public:
        text = (
            _("Everyone can now read “%(title)s”, also people outside the partnership.")
            if workspace.is_public
            else _("“%(title)s” can no longer be read by people outside the partnership.")
        )
        notices.queue(
            people_of(workspace),
            subject=workspace,
            text=text % {"title": workspace.title},
            but_not=by,
        )
    return workspace


def _keep_in(workspace: Workspace) -> None:
    """Make members of those who have taken part and would be shut out now."""
    took_part = list(Participant.objects.here().filter(takes_part_in__workspace=workspace))
    inside = {person.pk for person in workspace.admitted(took_part)}
    Member.objects.bulk_create(
        Member(workspace=workspace, participant=person, since=clock.now())
        for person in took_part
        if person.pk not in inside
    )


def let_in(workspace: Workspace, participant: Participant) -> bool:
    """Make somebody a member who came with a session's code, where the space would not admit them.

    Returns whether it was needed.
    """
    if workspace.admits(participant):
        return False
    Member.objects.bulk_create(
        [Member(workspace=workspace, participant=participant, since=clock.now())],
        ignore_conflicts=True,
    )
    return True


@transaction.atomic
def invite_to_workspace(
    *, workspace: Workspace, participants: Iterable[Participant], by: Participant
) -> list[Member]:
    """Ask people of the partnership into a workspace, and tell them. Asking twice is asking once.

    Returns those who are new. Raises UnableToInviteToWorkspace when nobody is named, or somebody
    has left.
    """
    workspace = locked(workspace)
    permissions.check(by, "invite_to_workspace", workspace)
    asked = {person.pk: person for person in participants}
    if not asked:
        raise UnableToInviteToWorkspace(_("Choose at least one person."))
    for person in asked.values():
        if person.partnership_id != workspace.partnership_id:
            raise permissions.OutsidePartnership(_("We cannot find that person here."))
        if not person.is_here:
            raise UnableToInviteToWorkspace(
                _("%(name)s has left the partnership.") % {"name": person.display_name}
            )
    there = workspace.members.filter(participant__in=asked)
    for pk in there.values_list("participant_id", flat=True):
        del asked[pk]
    made = Member.objects.bulk_create(
        Member(workspace=workspace, participant=person, invited_by=by, since=clock.now())
        for person in asked.values()
    )
    for member in made:
        record.append(
            "workspace_member_invited",
            by=by,
            subject=workspace,
            public={"participant": ref(member.participant)},
        )
    notices.queue(
        asked.values(),
        subject=workspace,
        text=_("You were asked to take part in “%(title)s”: %(question)s")
        % {"title": workspace.title, "question": workspace.question},
        but_not=by,
    )
    return made


@transaction.atomic
def remove_from_workspace(
    *, workspace: Workspace, participant: Participant, reason: str, by: Participant
) -> None:
    """Take back that somebody was asked in, with a reason that they are told.

    What they said stays. Where the space is open to their role, they may still take part. Raises
    UnableToRemoveFromWorkspace for somebody who is not on the list.
    """
    workspace = locked(workspace)
    permissions.check(by, "remove_from_workspace", workspace)
    member = workspace.members.filter(participant=participant).first()
    if member is None:
        raise UnableToRemoveFromWorkspace(
            _("%(name)s is not on this list any more.") % {"name": participant.display_name}
        )
    member.delete()
    record.append(
        "workspace_member_removed",
        by=by,
        subject=workspace,
        public={"participant": ref(participant)},
        content={"reason": reason},
    )
    live.announce(workspace)  # their open pages look again whether they may stay
    notices.queue(
        [participant],
        subject=workspace.partnership,
        text=_(
            "You are no longer on the list of people asked into “%(title)s”, because: %(reason)s"
        )
        % {"title": workspace.title, "reason": reason},
        but_not=by,
        in_confidence=True,
    )
