"""Stages: moving one early or late, and the last day of all."""

from datetime import date, timedelta

import pytest

from codesign.enums import OpenTo, StageKind
from codesign.models import Stage, StageMove, Workspace
from codesign.operations import members, stages, supports
from codesign.queries.workspaces import stages_of
from portal import clock, live, notices, permissions, record
from portal.models import Notice, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.codesign.test_workspaces import open_with
from tests.world import World

pytestmark = pytest.mark.django_db
LISTEN, SUGGEST, DECIDE = StageKind.LISTEN, StageKind.SUGGEST, StageKind.DECIDE


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def space(world: World) -> Workspace:
    """Listen until yesterday, suggest now, decide from day 10."""
    return open_with(world, (LISTEN, -10, -1), (SUGGEST, 0, 9), (DECIDE, 10, 14))


def on(days: int) -> date:
    return clock.today() + timedelta(days=days)


def days_of(workspace: Workspace) -> list[tuple[str, int, int]]:
    """The stages with their first and last day, counted from today."""
    return [
        (s.kind, (s.opens_on - clock.today()).days, (s.closes_on - clock.today()).days)
        for s in Stage.objects.filter(workspace=workspace).order_by("opens_on")
    ]


def stage_of(workspace: Workspace, kind: StageKind) -> Stage:
    return Stage.objects.select_related("workspace__partnership").get(
        workspace=workspace, kind=kind
    )


def move(world: World, workspace: Workspace, kind: StageKind, days: int) -> StageMove:
    return stages.move_stage(
        stage=stage_of(workspace, kind),
        opens_on=on(days),
        reason="The hall is closed.",
        by=world.facilitator,
    )


@pytest.mark.parametrize("days", [4, 17])
def test_move_stage_keeps_lengths_and_the_stage_before_meets_it(
    world: World, space: Workspace, days: int
) -> None:
    moved = move(world, space, DECIDE, days)
    assert days_of(space) == [
        (LISTEN, -10, -1),
        (SUGGEST, 0, days - 1),
        (DECIDE, days, days + 4),
    ]
    assert (moved.planned_for, moved.moved_to) == (on(10), on(days))
    assert str(moved) == f"Decide: {on(10)} → {on(days)}"


def test_move_stage_takes_the_later_ones_along(world: World, space: Workspace) -> None:
    move(world, space, SUGGEST, 3)
    assert days_of(space) == [(LISTEN, -10, 2), (SUGGEST, 3, 12), (DECIDE, 13, 17)]
    assert Workspace.objects.get(pk=space.pk).stage.kind == LISTEN


def test_move_stage_leaves_a_gap_where_there_was_one(world: World) -> None:
    space = open_with(world, (LISTEN, -5, 2), (SUGGEST, 6, 9))
    move(world, space, SUGGEST, 8)
    assert days_of(space) == [(LISTEN, -5, 2), (SUGGEST, 8, 11)]
    move(world, space, SUGGEST, 1)
    assert days_of(space) == [(LISTEN, -5, 0), (SUGGEST, 1, 4)]


def test_move_stage_moves_a_first_stage_alone(world: World) -> None:
    space = open_with(world, (LISTEN, 3, 5))
    move(world, space, LISTEN, 0)
    assert days_of(space) == [(LISTEN, 0, 2)]


@pytest.mark.parametrize(
    ("kind", "days", "says"),
    [
        (DECIDE, 10, "begins on that day already"),
        (DECIDE, -1, "Choose today or a day to come"),
        (DECIDE, 0, "“Suggest” begins on"),
        (LISTEN, 3, "“Listen” is over"),
    ],
    ids=["same day", "a past day", "before the one before", "over"],
)
def test_move_stage_is_refused(
    world: World, space: Workspace, kind: StageKind, days: int, says: str
) -> None:
    before = days_of(space)
    with pytest.raises(stages.UnableToMoveStage, match=says):
        move(world, space, kind, days)
    assert days_of(space) == before
    assert not StageMove.objects.exists()


def test_move_stage_of_a_stage_somebody_else_has_moved_is_refused(
    world: World, space: Workspace
) -> None:
    seen = stage_of(space, DECIDE)
    move(world, space, DECIDE, 12)
    with pytest.raises(stages.UnableToMoveStage, match="Somebody else has just moved"):
        stages.move_stage(stage=seen, opens_on=on(20), reason="Later.", by=world.facilitator)


def test_move_stage_of_a_stage_that_was_taken_out_is_refused(
    world: World, space: Workspace
) -> None:
    seen = stage_of(space, DECIDE)
    Stage.objects.filter(pk=seen.pk).delete()
    with pytest.raises(stages.UnableToMoveStage, match="not there any more"):
        stages.move_stage(stage=seen, opens_on=on(20), reason="Later.", by=world.facilitator)


def test_move_stage_is_recorded_with_its_reason_and_announced(
    world: World, space: Workspace
) -> None:
    before = live.revision(space)
    move(world, space, DECIDE, 12)
    entry = RecordEntry.objects.get(kind="stage_moved")
    assert entry.subject == ref(space)
    assert f'"from":"{on(10).isoformat()}"' in entry.line
    assert "hall" not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"reason": "The hall is closed."}
    assert live.revision(space) == before + 1


def test_move_stage_tells_followers_and_those_taking_part(world: World) -> None:
    proposal = an_open_proposal(world)  # the carer takes part
    supports.support_proposal(proposal=proposal, by=world.service_user)
    notices.follow(world.commissioner, world.workspace)
    notices.follow(world.facilitator, world.workspace)
    move(world, world.workspace, SUGGEST, 5)
    told = Notice.objects.filter(subject=ref(world.workspace))
    assert {each.participant for each in told} == {
        world.carer,
        world.service_user,
        world.commissioner,
    }
    text = told[0].text
    assert text.startswith("“Suggest” now begins on ")
    assert text.endswith("because: The hall is closed.")


def test_move_stage_tells_nobody_who_may_no_longer_read_it(world: World) -> None:
    notices.follow(world.commissioner, world.workspace)
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.INVITATION,
        visibility="partnership",
        by=world.facilitator,
    )
    move(world, world.workspace, SUGGEST, 5)
    assert not Notice.objects.filter(participant=world.commissioner).exists()


def test_move_stage_is_for_facilitators_of_the_partnership(world: World, space: Workspace) -> None:
    stage = stage_of(space, DECIDE)
    with pytest.raises(permissions.PermissionRefused):
        stages.move_stage(stage=stage, opens_on=on(12), reason="No.", by=world.provider)
    other = World(slug="other").facilitator
    with pytest.raises(permissions.OutsidePartnership):
        stages.move_stage(stage=stage, opens_on=on(12), reason="No.", by=other)


def test_move_stage_writes_nothing_when_the_record_fails(
    world: World, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    before = days_of(space)
    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        move(world, space, DECIDE, 12)
    assert days_of(space) == before
    assert not StageMove.objects.exists()


def test_move_stage_is_what_the_page_editor_begins_from(world: World, space: Workspace) -> None:
    """An older revision would bring the old days back when an editor next publishes."""
    space.save_revision().publish()
    move(world, space, DECIDE, 12)
    editing = Workspace.objects.get(pk=space.pk).get_latest_revision_as_object()
    editing.save_revision().publish()
    assert days_of(space)[1:] == [(SUGGEST, 0, 11), (DECIDE, 12, 16)]


def test_move_end_lets_the_last_stage_go_on_or_end_sooner(world: World, space: Workspace) -> None:
    for days, planned in ((30, 14), (11, 30)):
        moved = stages.move_end(
            workspace=space,
            closes_on=on(days),
            planned_for=on(planned),
            reason="More time.",
            by=world.facilitator,
        )
        assert days_of(space)[-1] == (DECIDE, 10, days)
        assert (moved.kind, moved.planned_for, moved.moved_to) == ("", on(planned), on(days))
    assert RecordEntry.objects.filter(kind="stage_moved", subject=ref(space)).count() == 2


def test_move_end_opens_a_finished_space_again(world: World) -> None:
    space = open_with(world, (SUGGEST, -10, -2))
    notices.follow(world.carer, space)
    stages.move_end(
        workspace=space,
        closes_on=on(7),
        planned_for=on(-2),
        reason="People asked for more time.",
        by=world.facilitator,
    )
    assert Workspace.objects.get(pk=space.pk).stage.kind == SUGGEST
    assert "goes on until" in Notice.objects.get(participant=world.carer).text


@pytest.mark.parametrize(
    ("days", "planned", "says"),
    [
        (14, 14, "ends on that day already"),
        (-1, 14, "Choose today or a day to come"),
        (5, 14, "the end cannot be sooner"),
        (20, 13, "Somebody else has just moved the end"),
    ],
    ids=["same day", "a past day", "before it begins", "moved since"],
)
def test_move_end_is_refused(
    world: World, space: Workspace, days: int, planned: int, says: str
) -> None:
    with pytest.raises(stages.UnableToMoveStage, match=says):
        stages.move_end(
            workspace=space,
            closes_on=on(days),
            planned_for=on(planned),
            reason="Because.",
            by=world.facilitator,
        )
    assert days_of(space)[-1] == (DECIDE, 10, 14)


def test_move_end_needs_a_stage_and_a_facilitator(world: World, space: Workspace) -> None:
    words = {"closes_on": on(20), "planned_for": on(14), "reason": "Because."}
    with pytest.raises(permissions.PermissionRefused):
        stages.move_end(workspace=space, by=world.carer, **words)
    Stage.objects.filter(workspace=space).delete()
    with pytest.raises(stages.UnableToMoveStage, match="no stages yet"):
        stages.move_end(workspace=space, by=world.facilitator, **words)


def test_each_stage_says_what_it_is_for_what_can_be_done_and_what_comes_then(
    space: Workspace,
) -> None:
    listening, suggesting, deciding = stages_of(space)
    assert [listening.place, suggesting.place, deciding.place] == ["past", "now", "next"]
    assert "suggest something" in str(suggesting.can_do)
    assert suggesting.then.startswith("Then comes: Decide, from ")
    assert deciding.then == "This is the last stage."
