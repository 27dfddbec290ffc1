"""Pages of assessment: judging alone, reading it all at once, what waits for whom."""

import pytest
from django.urls import reverse

from codesign.enums import OpenTo, StageKind
from codesign.models import Assessment, Proposal, Workspace
from codesign.operations import assessments, proposals
from codesign.queries import assessments as queries
from portal.enums import Role
from portal.models import Participant
from tests.codesign.assessed import agreed, assessed, scores
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proposal(world: World) -> Proposal:
    """An open one by the carer, in a space whose criteria are agreed."""
    agreed(world)
    return an_open_proposal(world)


@pytest.fixture
def twice(world: World, proposal: Proposal) -> Proposal:
    """Assessed by Priya, who says 2, and by Colin, who says 5 and once 3."""
    assessed(proposal, world.provider, 2)
    assessed(proposal, world.commissioner, 5, 5, 3)
    return proposal


def page(world: World, who: Participant | None, name: str, *args: object) -> str:
    client = signed_in(who) if who else signed_in(world.guest)
    response = client.get(reverse(f"codesign:{name}", args=["norfolk", *args]))
    assert response.status_code == 200
    return response.content.decode()


def test_before_publishing_each_sees_only_their_own(world: World, proposal: Proposal) -> None:
    assessed(proposal, world.provider, 2, reason="Priya alone knows this.")
    assessed(proposal, world.commissioner, 5, reason="Colin alone knows this.")
    for who in (*world.cast.values(), None):
        seen = page(world, who, "proposal", proposal.pk)
        assert "alone knows this" not in seen
        assert ("Has said what they think:" in seen) == (who == world.facilitator)
    for who, other in ((world.provider, "Colin"), (world.commissioner, "Priya")):
        form = page(world, who, "assess_proposal", proposal.pk)
        assert f"{who.display_name} alone knows this." in form
        assert f"{other} alone knows this." not in form
    for name, about in (
        ("assessments", world.workspace.pk),
        ("publish_assessments", proposal.pk),
    ):
        seen = page(world, world.facilitator, name, about)
        assert "Priya" in seen
        assert "alone knows this" not in seen


def test_after_publishing_everybody_reads_all_of_it(world: World, twice: Proposal) -> None:
    assessments.publish_assessments(proposal=twice, by=world.facilitator)
    for who in (world.carer, world.guest, world.provider):
        seen = page(world, who, "proposal", twice.pk)
        assert "They disagree about “Cost”: Priya says 2, Colin says 5." in seen
        assert "Breakwater Care" in seen
        assert seen.count("So I think.") == 8
    visitor = signed_in(world.guest)
    visitor.cookies.clear()
    assert "They disagree" in visitor.get(twice.get_absolute_url()).content.decode()


def overall(proposal: Proposal) -> list[queries.Overall]:
    versions = list(proposal.versions.order_by("number"))
    return queries.overall(proposal, queries.scores_of(proposal), versions)


def test_an_assessment_of_earlier_words_says_so(world: World, twice: Proposal) -> None:
    assert overall(twice) == []
    twice.version = 2
    twice.versions.create(number=2, title="Other words", why="Other.")
    assert [(each.version, each.is_earlier) for each in overall(twice)] == [
        (1, True),
        (1, True),
    ]


def test_assess_proposal_page_takes_a_form_and_keeps_words_of_a_wrong_one(
    world: World, proposal: Proposal
) -> None:
    client = signed_in(world.provider)
    url = reverse("codesign:assess_proposal", args=["norfolk", proposal.pk])
    first = client.get(url).content.decode()
    assert first.count('type="radio"') == 20
    assert " checked" not in first
    assert "1: It would be very hard" in first
    data: dict[str, object] = {"words": "A good idea."}
    for criterion, (score, reason) in scores(proposal, 4).items():
        data |= {f"score_{criterion}": score, f"reason_{criterion}": reason}
    missing = {key: value for key, value in data.items() if not key.startswith("score_")}
    wrong = client.post(url, missing)
    assert wrong.status_code == 422
    assert "Please choose a number for “Cost”." in wrong.content.decode()
    assert "A good idea." in wrong.content.decode()
    assert client.post(url, data).status_code == 302
    assert Assessment.objects.get().words == "A good idea."
    again = client.get(url).content.decode()
    assert again.count(" checked") == 4
    assert "Keep what I changed" in again


def test_assess_proposal_page_says_why_one_cannot(world: World, twice: Proposal) -> None:
    assessments.publish_assessments(proposal=twice, by=world.facilitator)
    seen = page(world, world.provider, "assess_proposal", twice.pk)
    assert "is published, so it stays" in seen
    assert "<textarea" not in seen


def test_agree_criteria_page_begins_with_the_usual_four(world: World) -> None:
    client = signed_in(world.facilitator)
    url = reverse("codesign:agree_criteria", args=["norfolk", world.workspace.pk])
    assert "It could start tomorrow" in client.get(url).content.decode()
    data = {
        "name_1": "Joy",
        "question_1": "Does it bring joy?",
        "low_1": "None",
        "high_1": "Much",
        "name_2": "Half",
    }
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "or empty all of question 2" in wrong.content.decode()
    assert client.post(url, data | {"name_2": ""}).status_code == 302
    shown = page(world, world.carer, "criteria", world.workspace.pk)
    assert "Does it bring joy?" in shown
    assert "Change these questions" not in shown
    assert "joy" in client.get(url).content.decode()


def test_to_assess_lists_what_waits_for_me(world: World, proposal: Proposal) -> None:
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="Written by Priya", why="Because.", by=world.provider
    )
    proposals.open_proposal(proposal=drafted, by=world.provider)
    closed = world.open_workspace("Elsewhere")
    agreed(world, closed)
    there = proposals.draft_proposal(workspace=closed, title="There", why="W", by=world.carer)
    proposals.open_proposal(proposal=there, by=world.carer)
    assert list(queries.to_assess(world.provider).order_by("pk")) == [proposal, there]
    Workspace.objects.filter(pk=closed.pk).update(open_to=OpenTo.INVITATION)
    assert list(queries.to_assess(world.provider)) == [proposal]
    seen = page(world, world.provider, "to_assess")
    assert proposal.title in seen
    assert "Written by Priya" not in seen
    assessed(proposal, world.provider, 3)
    assert "Nothing waits for you" in page(world, world.provider, "to_assess")
    url = reverse("codesign:to_assess", args=["norfolk"]) + "?done=1"
    assert proposal.title in signed_in(world.provider).get(url).content.decode()


def test_to_assess_leaves_out_spaces_that_are_closed(world: World) -> None:
    later = world.open_workspace("Later", StageKind.DELIVER)
    agreed(world, later)
    assert not queries.to_assess(world.provider).exists()


def test_progress_names_who_has_and_who_has_not(world: World, proposal: Proposal) -> None:
    assessed(proposal, world.provider, 3)
    (row,) = queries.progress_of(world.workspace, [proposal])
    assert (row.done, row.to_come, row.is_enough) == (
        [world.provider],
        [world.commissioner],
        False,
    )
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.ROLES)
    world.workspace.refresh_from_db()
    world.workspace.open_roles.create(role=Role.PROVIDER)
    assert queries.assessors_in(world.workspace) == [world.provider]


@pytest.mark.parametrize("more", [0, 2])
def test_pages_take_the_same_queries(
    world: World, proposal: Proposal, more: int, django_assert_num_queries
) -> None:
    for each in [proposal, *(an_open_proposal(world, f"Idea {n}") for n in range(more))]:
        for who in (world.provider, world.commissioner):
            assessed(each, who, 3)
    fresh = world.person(Role.PROVIDER)
    for who, name, args, count in (
        (world.facilitator, "assessments", [world.workspace.pk], 12),
        (fresh, "to_assess", [], 7),
    ):
        client = signed_in(who)
        url = reverse(f"codesign:{name}", args=["norfolk", *args])
        client.get(url)
        with django_assert_num_queries(count):
            seen = client.get(url).content.decode()
        assert seen.count('class="tl-card__title"') == more + 1


@pytest.mark.parametrize("assessors", [2, 4])
def test_a_published_assessment_adds_one_query_however_many_assessed(
    world: World, proposal: Proposal, assessors: int, django_assert_num_queries
) -> None:
    for _each in range(assessors):
        assessed(proposal, world.person(Role.PROVIDER), 3)
    with django_assert_num_queries(0):
        queries.assessments_of(proposal, None)
    published = assessments.publish_assessments(proposal=proposal, by=world.facilitator)
    with django_assert_num_queries(1):
        part = queries.assessments_of(published, world.carer)
    assert {len(each.said) for each in part.judged} == {assessors}
