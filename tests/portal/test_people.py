"""People: founding, joining, duties, invitations."""

import pytest

from portal.enums import Duty, Role
from portal.models import RecordEntry
from portal.operations import people
from tests.world import World, account

pytestmark = pytest.mark.django_db


def test_a_world_is_built_by_operations_and_recorded() -> None:
    world = World()
    kinds = list(
        RecordEntry.objects.filter(partnership_id=world.partnership.pk)
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds[0] == "partnership_founded"
    assert "workspace_opened" in kinds
    assert world.workspace.stage is not None


def test_accept_invitation_makes_a_participant_once() -> None:
    world = World()
    invitation, token = people.invite_participant(
        email="new@example.org", role=Role.CARER, by=world.admin
    )
    assert token not in str(invitation.__dict__)
    user = account("new@example.org")
    participant = people.accept_invitation(
        token=token, partnership=world.partnership, user=user, display_name="Nia"
    )
    assert participant.role == Role.CARER
    with pytest.raises(people.UnableToAcceptInvitation):
        people.accept_invitation(
            token=token,
            partnership=world.partnership,
            user=account(),
            display_name="Somebody else",
        )


def test_invite_participant_is_refused_without_the_duty() -> None:
    world = World()
    with pytest.raises(people.permissions.PermissionRefused):
        people.invite_participant(email="x@example.org", role=Role.CARER, by=world.carer)


def test_remove_duty_keeps_the_last_admin() -> None:
    world = World()
    with pytest.raises(people.UnableToRemoveDuty):
        people.remove_duty(participant=world.admin, duty=Duty.PARTNERSHIP_ADMIN, by=world.admin)
