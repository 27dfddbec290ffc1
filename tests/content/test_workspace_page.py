"""A workspace's front page: what was heard, who takes part, what was decided, what comes next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import OpenTo, StageKind
from codesign.models import Activity, ActivityDate, Decision, Workspace
from codesign.operations import members, proposals, sessions, stages, supports, workspaces
from content.queries.workspaces import workspace_front
from feedback.models import Theme, ThemeProposal
from portal import clock
from portal.enums import Role, Visibility
from tests.codesign.test_proposals import an_open_proposal
from tests.codesign.test_workspaces import open_with
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def see(world: World, who: str = "", space: Workspace | None = None) -> str:
    client = signed_in(getattr(world, who)) if who else Client()
    response = client.get((space or world.workspace).get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def theme(world: World, name: str, voices: int = 0) -> Theme:
    return Theme.objects.create(
        partnership=world.partnership,
        name=name,
        summary="People say so.",
        by=world.provider,
        voice_count=voices,
    )


def activity(world: World, title: str, days: int) -> Activity:
    starts = clock.now() + timedelta(days=days)
    made = Activity.objects.create(
        partnership=world.partnership,
        workspace=world.workspace,
        title=title,
        about="Tea.",
        interest="company",
        place="The hall",
        first_at=starts,
        minutes=60,
        started_by=world.facilitator,
    )
    ActivityDate.objects.create(
        partnership=world.partnership,
        activity=made,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
    )
    return made


def test_themes_behind_its_suggestions_come_first_and_those_nobody_voiced_not_at_all(
    world: World,
) -> None:
    proposal = an_open_proposal(world)
    here, common, silent = theme(world, "Here"), theme(world, "Common", 9), theme(world, "Silent")
    ThemeProposal.objects.create(
        partnership=world.partnership, source=here, target=proposal, made_by=world.provider
    )
    theme(World(slug="other"), "Elsewhere", 20)
    front = workspace_front(world.workspace, world.carer)
    assert front.themes == [here, common]
    assert [each.is_here for each in front.themes] == [True, False]
    assert silent not in front.themes
    text = see(world)
    assert "Suggestions here answer this" in text
    assert "Voices: about 10" in text  # nine, through the gate
    assert "Voices: 9" in see(world, "carer")


def test_who_takes_part_is_gated_for_all_but_those_who_work_for_the_service(world: World) -> None:
    proposal = an_open_proposal(world)
    for _each in range(11):
        supports.support_proposal(proposal=proposal, by=world.person(Role.CARER))
    supports.support_proposal(proposal=proposal, by=world.service_user)

    def said(who: str) -> dict[str, str]:
        person = getattr(world, who) if who else None
        people = workspace_front(world.workspace, person).shown.people
        return {each.role.value: each.words for each in people}

    assert said("") == said("carer") == {"service_user": "fewer than 8", "carer": "about 10"}
    assert said("provider") == said("facilitator") == {"service_user": "1", "carer": "12"}
    assert "about 10" in see(world, "carer")


def test_it_says_what_can_be_done_now_what_comes_next_and_when(world: World) -> None:
    space = open_with(
        world,
        (StageKind.LISTEN, -9, -1),
        (StageKind.SUGGEST, 0, 5),
        (StageKind.DECIDE, 6, 9),
        visibility=Visibility.PUBLIC,
    )
    text = see(world, "carer", space)
    assert "You can suggest something, support what others suggest, and comment." in text
    assert "Then comes: Decide, from" in text
    assert "This is the last stage." in text
    waiting = open_with(world, (StageKind.CHOOSE, 4, 9), visibility=Visibility.PUBLIC)
    assert "The next stage, Choose, begins on" in see(world, "carer", waiting)
    over = open_with(world, (StageKind.CHOOSE, -9, -4), visibility=Visibility.PUBLIC)
    assert "This space has done its work." in see(world, "carer", over)
    assert "Let the last stage go on for longer" in see(world, "facilitator", over)
    empty = open_with(world, visibility=Visibility.PUBLIC)
    assert "No dates have been set yet." in see(world, "carer", empty)


def test_top_and_newest_suggestions_stand_there_and_hidden_ones_do_not(world: World) -> None:
    wanted = an_open_proposal(world, "A café")
    supports.support_proposal(proposal=wanted, by=world.service_user)
    newest = an_open_proposal(world, "A phone line")
    hidden = an_open_proposal(world, "Unkind words")
    type(hidden).objects.filter(pk=hidden.pk).update(
        hidden_at=clock.now(), hidden_by=world.moderator, hidden_reason="Unkind."
    )
    parked = proposals.park_proposal(
        proposal=an_open_proposal(world, "Not now"), by=world.facilitator, reason="Later."
    )
    shown = workspace_front(world.workspace, world.carer).shown
    assert shown.proposals == [wanted, parked, newest]
    assert shown.newest == [parked, newest, wanted]
    assert "Unkind words" not in see(world, "carer")


def test_activities_to_come_stand_there_and_ended_ones_do_not(world: World) -> None:
    activity(world, "Tea dance", 3)
    activity(world, "Over", -3)
    ended = activity(world, "Called off", 4)
    Activity.objects.filter(pk=ended.pk).update(ended_at=clock.now(), ended_reason="No room.")
    dates = workspace_front(world.workspace, None).shown.dates
    assert [each.activity.title for each in dates] == ["Tea dance"]


def test_facilitators_find_every_tool_there(world: World) -> None:
    stage = world.workspace.stages.get()
    tools = [
        reverse(f"codesign:{name}", args=["norfolk", pk])
        for name, pk in (
            ("edit_workspace", world.workspace.pk),
            ("workspace_members", world.workspace.pk),
            ("duplicate_workspace", world.workspace.pk),
            ("open_session", world.workspace.pk),
            ("draft_decision", world.workspace.pk),
            ("move_end", world.workspace.pk),
            ("move_stage", stage.pk),
        )
    ]
    text = see(world, "facilitator")
    assert [url for url in tools if url not in text] == []
    people = reverse("codesign:workspace_members", args=["norfolk", world.workspace.pk])
    text = see(world, "carer")
    assert [url for url in tools if url in text] == [people]
    assert "Follow this" in text
    assert "Follow this" not in see(world)


def test_a_closed_space_says_who_it_is_for(world: World) -> None:
    members.set_access(
        workspace=world.workspace,
        open_to=OpenTo.ROLES,
        roles=[Role.CARER, Role.SERVICE_USER],
        visibility=Visibility.PARTNERSHIP,
        by=world.facilitator,
    )
    text = see(world, "carer")
    assert "People who use the service and carers can take part here." in text
    assert "Only those who can take part can read this." in text


@pytest.mark.parametrize("things", [1, 3])
def test_its_front_page_costs_the_same_for_one_and_for_three(
    world: World, django_assert_max_num_queries: object, things: int
) -> None:
    space = world.workspace
    for number in range(things):
        proposal = an_open_proposal(world, f"Idea {number}")
        supports.support_proposal(proposal=proposal, by=world.service_user)
        ThemeProposal.objects.create(
            partnership=world.partnership,
            source=theme(world, f"Theme {number}", number),
            target=proposal,
            made_by=world.provider,
        )
        Decision.objects.create(
            partnership=world.partnership,
            workspace=space,
            title=f"Decision {number}",
            what="Yes.",
            reasons="So.",
            evidence="Voices.",
            how="All.",
            review_on=clock.today(),
            drafted_by=world.facilitator,
            published_by=world.facilitator,
            published_at=clock.now(),
        )
        sessions.open_session(workspace=space, title="Tea", question="So?", by=world.facilitator)
        activity(world, f"Tea {number}", 3)
        ends = space.stages.get().closes_on
        stages.move_end(
            workspace=space,
            closes_on=ends + timedelta(days=1),
            planned_for=ends,
            reason="More time.",
            by=world.facilitator,
        )
        workspaces.duplicate_workspace(
            workspace=space,
            title=f"Round {number}",
            starts_on=clock.today(),
            by=world.facilitator,
        )
    client = signed_in(world.carer)
    client.get(space.get_absolute_url())
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert client.get(space.get_absolute_url()).status_code == 200


def test_a_fresh_space_does_not_say_that_the_partnerships_themes_were_heard_in_it(
    world: World,
) -> None:
    theme(world, "Common", 9)
    text = see(world, "carer")
    assert "In the whole partnership we have heard" in text
    assert "What we have heard so far" not in text
    here = theme(world, "Here")
    ThemeProposal.objects.create(
        partnership=world.partnership,
        source=here,
        target=an_open_proposal(world),
        made_by=world.provider,
    )
    assert "What we have heard so far" in see(world, "carer")
