"""Workspaces: opening one, its stages, and who may read it."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from codesign.enums import OpenTo, StageKind
from codesign.framings import FRAMINGS, Framing, days_of
from codesign.models import Criterion, Member, Workspace
from codesign.operations import members, proposals, workspaces
from codesign.operations.workspaces import StageDates
from codesign.queries.workspaces import blocks_of, words_of
from portal import clock, permissions, record
from portal.enums import Role, Visibility
from portal.models import Notice, RecordEntry, ref
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


# -- words, and the next round -------------------------------------------------------------------

BODY = blocks_of("Breaks are too short.\n\nTell us more.")


def kinds_about(workspace: Workspace) -> list[str]:
    entries = RecordEntry.objects.filter(subject=ref(workspace)).order_by("seq")
    return list(entries.values_list("kind", flat=True))


def test_open_workspace_to_roles_without_one_is_refused(world: World) -> None:
    with pytest.raises(workspaces.UnableToOpenWorkspace, match="at least one role"):
        open_with(world, (StageKind.LISTEN, 0, 5), open_to=OpenTo.ROLES)


def test_open_workspace_to_roles_keeps_them_and_says_so_in_the_record(world: World) -> None:
    made = open_with(
        world, (StageKind.LISTEN, 0, 5), open_to=OpenTo.ROLES, roles=[Role.PROVIDER, Role.CARER]
    )
    assert {each.role for each in made.open_roles.all()} == {Role.CARER, Role.PROVIDER}
    assert '"roles":["carer","provider"]' in RecordEntry.objects.get(subject=ref(made)).line


def test_edit_workspace_changes_the_words_and_keeps_the_address(world: World) -> None:
    made = open_with(world, (StageKind.LISTEN, 0, 5), body=BODY)
    workspaces.edit_workspace(
        workspace=made, title="Nights out", question="Where to?", by=world.facilitator
    )
    edited = Workspace.objects.get(pk=made.pk)
    assert (edited.title, edited.question) == ("Nights out", "Where to?")
    assert edited.get_absolute_url() == made.get_absolute_url()
    assert words_of(edited.body) == "Breaks are too short.\n\nTell us more."
    workspaces.edit_workspace(
        workspace=made, title="Nights out", question="Where to?", body=[], by=world.facilitator
    )
    assert words_of(Workspace.objects.get(pk=made.pk).body) == ""
    assert kinds_about(made) == ["workspace_opened", "workspace_edited", "workspace_edited"]


def test_edit_workspace_is_what_the_page_editor_begins_from(world: World) -> None:
    made = open_with(world, (StageKind.LISTEN, 0, 5))
    made.save_revision().publish()
    workspaces.edit_workspace(
        workspace=made, title="Nights out", question="Where to?", by=world.facilitator
    )
    editing = Workspace.objects.get(pk=made.pk).get_latest_revision_as_object()
    assert editing.title == "Nights out"


def test_edit_workspace_is_for_facilitators_of_the_partnership(world: World) -> None:
    words = {"title": "Mine", "question": "Mine?"}
    with pytest.raises(permissions.PermissionRefused):
        workspaces.edit_workspace(workspace=world.workspace, by=world.provider, **words)
    other = World(slug="other").facilitator
    with pytest.raises(permissions.OutsidePartnership):
        workspaces.edit_workspace(workspace=world.workspace, by=other, **words)


@pytest.mark.parametrize(
    "words",
    [
        "One line.",
        "Two\nlines.\n\nAnd a paragraph.",
        "Fish & chips <b>not bold</b> &amp; more",
        "See https://example.org/a?b=1&c=2 for more.",
        "",
    ],
)
def test_words_of_gives_back_what_blocks_of_was_given(world: World, words: str) -> None:
    made = open_with(world, (StageKind.LISTEN, 0, 5), body=blocks_of(words))
    assert words_of(Workspace.objects.get(pk=made.pk).body) == words


@pytest.mark.parametrize(
    "body",
    [
        [("heading", "Hello")],
        [("text", "<p>One</p>"), ("text", "<p>Two</p>")],
        [("text", "<p>Some <b>bold</b> words</p>")],
    ],
    ids=["a heading", "two blocks", "bold"],
)
def test_words_of_a_body_made_in_the_page_editor_are_none(
    world: World, body: list[tuple[str, object]]
) -> None:
    made = open_with(world, (StageKind.LISTEN, 0, 5), body=body)
    assert words_of(made.body) is None


def test_duplicate_workspace_copies_the_framing_and_nobodys_words(world: World) -> None:
    before = open_with(
        world,
        (StageKind.LISTEN, -30, -21),
        (StageKind.SUGGEST, -18, -1),
        body=BODY,
        easy_read=[("idea", {"picture": "talk", "words": "Talk."})],
        open_to=OpenTo.ROLES,
        roles=[Role.CARER],
        visibility=Visibility.PUBLIC,
    )
    Criterion.objects.create(
        workspace=before, name="Cost", question="What does it cost?", low="A lot", high="Little",
        place=1,
    )  # fmt: skip
    members.invite_to_workspace(
        workspace=before, participants=[world.provider], by=world.facilitator
    )
    Member.objects.create(workspace=before, participant=world.commissioner)  # came with a code
    with clock.at(clock.now() - timedelta(days=10)):
        drafted = proposals.draft_proposal(
            workspace=Workspace.objects.get(pk=before.pk),
            title="A café",
            why="Company.",
            by=world.carer,
        )
        proposals.open_proposal(proposal=drafted, by=world.carer)
    starts = clock.today() + timedelta(days=7)
    made = workspaces.duplicate_workspace(
        workspace=before, title="Round two", starts_on=starts, by=world.facilitator
    )
    made = Workspace.objects.get(pk=made.pk)
    assert made.continues == before
    assert (made.title, made.question) == ("Round two", before.question)
    assert words_of(made.body) == words_of(before.body)
    assert made.easy_read[0].value["words"] == "Talk."
    assert [
        (s.kind, (s.opens_on - starts).days, (s.closes_on - starts).days) for s in made.stages.all()
    ] == [("listen", 0, 9), ("suggest", 12, 29)]
    assert (made.open_to, made.visibility) == (OpenTo.ROLES, Visibility.PARTNERSHIP)
    assert [each.role for each in made.open_roles.all()] == [Role.CARER]
    assert [each.participant for each in made.members.all()] == [world.provider]
    assert made.criteria.get().high == "Little"
    assert not made.proposals.exists()
    assert not made.taking_part.exists()
    assert kinds_about(made) == ["workspace_opened", "workspace_duplicated"]
    told = Notice.objects.filter(subject=ref(made))
    # The commissioner cannot read the next round, so does not hear of it.
    assert {each.participant for each in told} == {world.carer, world.provider}


def test_duplicate_workspace_is_refused_without_stages(world: World) -> None:
    made = open_with(world)
    with pytest.raises(workspaces.UnableToDuplicateWorkspace, match="no stages"):
        workspaces.duplicate_workspace(
            workspace=made, title="Two", starts_on=clock.today(), by=world.facilitator
        )


def test_duplicate_workspace_is_for_facilitators_and_whole_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"workspace": world.workspace, "title": "Two", "starts_on": clock.today()}
    with pytest.raises(permissions.PermissionRefused):
        workspaces.duplicate_workspace(by=world.carer, **words)
    append = record.append

    def fail(kind: str, **more: object) -> RecordEntry:
        if kind == "workspace_duplicated":
            raise RuntimeError("no record")
        return append(kind, **more)  # type: ignore[arg-type]

    count = Workspace.objects.count()
    monkeypatch.setattr(record, "append", fail)
    with pytest.raises(RuntimeError):
        workspaces.duplicate_workspace(by=world.facilitator, **words)
    assert Workspace.objects.count() == count


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=lambda each: each.key)
def test_days_of_a_framing_follow_each_other_without_a_gap(framing: Framing) -> None:
    laid = days_of(date(2026, 3, 1), framing.weeks.items())
    assert [kind for kind, _first, _last in laid] == list(framing.weeks)
    assert laid[0][1] == date(2026, 3, 1)
    for (_kind, first, last), (_next, then, _end) in pairwise(laid):
        assert then - last == timedelta(days=1)
        assert (last - first).days % 7 == 6


def test_days_of_leaves_out_a_stage_without_weeks() -> None:
    weeks = [(StageKind.LISTEN, 0), (StageKind.SUGGEST, 1)]
    assert days_of(date(2026, 3, 1), weeks) == [
        (StageKind.SUGGEST, date(2026, 3, 1), date(2026, 3, 7))
    ]
