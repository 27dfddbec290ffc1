"""F04: two facilitators move the same stage at once. One wins, the other is told.

The control is the same race run by careless code, in which both believe that they have won.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from codesign.enums import StageKind
from codesign.models import Member, Stage, StageMove, TakingPart, Workspace
from codesign.operations import members, stages
from codesign.operations.workspaces import take_part
from portal import clock
from portal.enums import Duty, Role
from portal.models import Participant, RecordEntry
from tests.codesign.test_workspaces import open_with
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def world() -> World:
    return World()


def on(days: int) -> date:
    return clock.today() + timedelta(days=days)


def two_stages(world: World) -> Stage:
    space = open_with(world, (StageKind.SUGGEST, -5, 9), (StageKind.DECIDE, 10, 14))
    return seen(Stage.objects.get(workspace=space, kind=StageKind.DECIDE))


def seen(stage: Stage) -> Stage:
    """The stage as somebody's page has it."""
    return Stage.objects.select_related("workspace__partnership").get(pk=stage.pk)


def test_move_stage_by_two_at_once_moves_it_once_and_tells_the_other(world: World) -> None:
    stage = two_stages(world)
    other = world.person(Role.COMMISSIONER, Duty.FACILITATOR)

    def moving(by: Participant, days: int) -> Callable[[], StageMove]:
        looked_at = seen(stage)
        return lambda: stages.move_stage(
            stage=looked_at, opens_on=on(days), reason="A better day.", by=by
        )

    outcomes = at_once(moving(world.facilitator, 12), moving(other, 20))
    [refused] = errors_in(outcomes)
    assert isinstance(refused, stages.UnableToMoveStage)
    assert "Somebody else has just moved" in str(refused)
    [won] = [each for each in outcomes if isinstance(each, StageMove)]
    assert seen(stage).opens_on == won.moved_to
    assert StageMove.objects.count() == 1
    assert RecordEntry.objects.filter(kind="stage_moved").count() == 1
    before = Stage.objects.get(workspace=stage.workspace, kind=StageKind.SUGGEST)
    assert before.closes_on == won.moved_to - timedelta(days=1)


def test_control_without_the_lock_both_believe_they_have_moved_it(world: World) -> None:
    stage = two_stages(world)
    both_have_looked = meeting(2)

    def careless(days: int) -> Callable[[], bool]:
        def act() -> bool:
            mine = seen(stage)
            is_as_planned = mine.opens_on == on(10)
            both_have_looked()
            Stage.objects.filter(pk=stage.pk).update(opens_on=on(days), closes_on=on(days + 4))
            return is_as_planned

        return act

    assert at_once(careless(12), careless(20)) == [True, True]


def test_invite_to_workspace_by_two_at_once_lists_somebody_once(world: World) -> None:
    def asking() -> list[Member]:
        return members.invite_to_workspace(
            workspace=Workspace.objects.get(pk=world.workspace.pk),
            participants=[world.carer],
            by=world.facilitator,
        )

    outcomes = at_once(*[asking] * 4)
    assert errors_in(outcomes) == []
    assert sorted(len(each) for each in outcomes) == [0, 0, 0, 1]
    assert RecordEntry.objects.filter(kind="workspace_member_invited").count() == 1


def test_take_part_many_times_at_once_counts_once(world: World) -> None:
    acts = [lambda: take_part(world.workspace, world.carer)] * 8
    assert errors_in(at_once(*acts)) == []
    assert TakingPart.objects.filter(participant=world.carer).count() == 1
