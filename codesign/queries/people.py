"""Whom somebody may ask by name to do something together."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from codesign.enums import OpenTo
from codesign.models import Workspace
from codesign.models.workspaces import EVERYWHERE, Member
from portal.models import DutyHeld, Participant

MOST_FOUND = 20


def people_to_ask(workspace: Workspace) -> QuerySet[Participant]:
    """Those on the page of people whom a workspace admits, by name.

    Guests without an account are only counted there, so nobody finds their names here either.
    """
    people = (
        Participant.objects.here()
        .filter(partnership=workspace.partnership_id, user__isnull=False)
        .select_related("organisation")
        .order_by("display_name", "pk")
    )
    if workspace.open_to == OpenTo.PARTNERSHIP:
        return people
    listed = Member.objects.filter(workspace=workspace, participant=OuterRef("pk"))
    on_duty = DutyHeld.objects.filter(participant=OuterRef("pk"), duty__in=EVERYWHERE)
    admitted = Q(Exists(listed)) | Q(Exists(on_duty))
    if workspace.open_to == OpenTo.ROLES:
        admitted |= Q(role__in=workspace.open_roles.values("role"))
    return people.filter(admitted)
