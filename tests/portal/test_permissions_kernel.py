"""The kernel's acts: every role and duty against every act, and the wall."""

from pathlib import Path

import pytest

from portal import clock, permissions
from portal.models import Participant
from tests.world import World

pytestmark = pytest.mark.django_db
EVERYONE = {
    "service_user",
    "carer",
    "provider",
    "commissioner",
    "partner",
    "facilitator",
    "moderator",
    "safeguarding_lead",
    "evaluator",
    "admin",
    "guest",
}
MAY = {
    "invite_participant": {"facilitator", "admin"},
    "revoke_invitation": {"facilitator", "admin"},
    "grant_duty": {"admin"},
    "remove_duty": {"admin"},
    "remove_participant": {"admin"},
    "follow": EVERYONE,
    "unfollow": EVERYONE,
    "read_notices": EVERYONE,
    "set_digest": EVERYONE,
    "follow_role": EVERYONE,
    "unfollow_role": EVERYONE,
    "keep_draft": EVERYONE,
    "export_record": EVERYONE,
    "delete_guest": EVERYONE,
}


def test_each_act_is_allowed_to_exactly_these() -> None:
    world, other = World(), World(slug="other")
    for act, allowed in MAY.items():
        found = {
            name for name, person in world.cast.items() if permissions.can(person, act, world.page)
        }
        assert found == allowed, act
        for person in world.cast.values():
            assert not permissions.can(person, act, other.partnership)
            with pytest.raises(permissions.OutsidePartnership):
                permissions.check(person, act, other.partnership)


def test_the_table_above_knows_every_act_of_the_kernel() -> None:
    written = Path(permissions.__file__).read_text(encoding="utf-8")
    assert {act for act in permissions.TABLE if f'"{act}": allow' in written} == MAY.keys()


def test_an_act_without_a_row_is_refused_to_everyone() -> None:
    world = World()
    for person in world.cast.values():
        assert not permissions.can(person, "paint_the_shed", world.partnership)


def test_visitors_and_leavers_may_nothing() -> None:
    world = World()
    assert not permissions.can(None, "export_record", world.partnership)
    Participant.objects.filter(pk=world.admin.pk).update(left_at=clock.now())
    gone = Participant.objects.get(pk=world.admin.pk)
    for act in MAY:
        assert not permissions.can(gone, act, world.partnership)


def test_an_act_is_declared_once() -> None:
    with pytest.raises(ValueError, match="follow"):
        permissions.declare({"follow": permissions.allow()})
