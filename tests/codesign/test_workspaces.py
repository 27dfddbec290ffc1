"""Workspaces: opening one, its stages, and who may read it."""

from datetime import timedelta

import pytest

from codesign.enums import StageKind
from codesign.models import Workspace
from codesign.operations import workspaces
from codesign.operations.workspaces import StageDates
from portal import clock, permissions
from portal.enums import Visibility
from portal.models import RecordEntry, ref
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def open_with(world: World, *stages: tuple[StageKind, int, int], **words: object) -> Workspace:
    """A workspace with stages given as (kind, first day, last day) relative to today."""
    today = clock.today()
    given = {
        "parent": world.page,
        "title": "Evenings out",
        "question": "What would you come to?",
        "by": world.facilitator,
    }
    return workspaces.open_workspace(
        stages=[
            StageDates(kind, today + timedelta(days=first), today + timedelta(days=last))
            for kind, first, last in stages
        ],
        **(given | words),
    )


def test_open_workspace_stands_under_its_partnership_and_in_the_record(world: World) -> None:
    made = open_with(world, (StageKind.LISTEN, -5, -1), (StageKind.SUGGEST, 0, 5))
    assert made.get_parent().specific == world.page
    assert made.get_absolute_url() == "/norfolk/evenings-out/"
    assert made.stage is not None
    assert made.stage.kind == StageKind.SUGGEST
    assert made.visibility == Visibility.PARTNERSHIP
    entry = RecordEntry.objects.get(subject=ref(made))
    assert entry.kind == "workspace_opened"
    assert "Evenings out" not in entry.line


def test_two_workspaces_of_one_title_have_addresses_of_their_own(world: World) -> None:
    first = open_with(world, (StageKind.LISTEN, 0, 5))
    second = open_with(world, (StageKind.LISTEN, 0, 5))
    assert first.get_absolute_url() != second.get_absolute_url()


@pytest.mark.parametrize(
    "stages",
    [
        [(StageKind.LISTEN, 0, 5), (StageKind.SUGGEST, 5, 9)],
        [(StageKind.LISTEN, 5, 0)],
    ],
    ids=["two share a day", "ends before it begins"],
)
def test_open_workspace_is_refused_with_stages_that_do_not_follow(
    world: World, stages: list[tuple[StageKind, int, int]]
) -> None:
    before = Workspace.objects.count()
    with pytest.raises(workspaces.UnableToOpenWorkspace, match="check the dates"):
        open_with(world, *stages)
    assert Workspace.objects.count() == before


def test_open_workspace_is_for_facilitators_of_the_same_partnership(world: World) -> None:
    with pytest.raises(permissions.PermissionRefused):
        open_with(world, (StageKind.LISTEN, 0, 5), by=world.carer)
    with pytest.raises(permissions.OutsidePartnership):
        open_with(world, (StageKind.LISTEN, 0, 5), by=World(slug="other").facilitator)


def test_before_between_and_after_stages_there_is_none(world: World) -> None:
    today = clock.now()
    made = open_with(world, (StageKind.LISTEN, 1, 3), (StageKind.SUGGEST, 6, 8))

    def stage_on(days: int) -> str | None:
        with clock.at(today + timedelta(days=days)):
            stage = Workspace.objects.get(pk=made.pk).stage
        return stage.kind if stage else None

    assert [stage_on(day) for day in (0, 1, 3, 4, 6, 9)] == [
        None,
        StageKind.LISTEN,
        StageKind.LISTEN,
        None,
        StageKind.SUGGEST,
        None,
    ]


def test_visitors_read_public_workspaces_of_public_partnerships_only(world: World) -> None:
    private = open_with(world, (StageKind.LISTEN, 0, 5))
    hidden = World(slug="other", visibility=Visibility.PARTNERSHIP)
    seen = set(Workspace.objects.visible_to(None))
    assert world.workspace in seen
    assert private not in seen
    assert hidden.workspace not in seen
    assert hidden.workspace not in Workspace.objects.visible_to(world.carer)
    assert private in Workspace.objects.visible_to(world.carer)
