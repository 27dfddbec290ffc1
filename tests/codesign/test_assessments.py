"""Assessment: what is judged by, each assessor alone, and everybody reading it at once."""

import pytest
from django.urls import reverse

from codesign.enums import OpenTo, StageKind
from codesign.models import Assessment, Proposal, Score, Workspace
from codesign.operations import assessments, proposals
from codesign.operations.assessments import CriterionWords, usual_criteria
from codesign.queries import assessments as queries
from portal import live, notices, permissions, record
from portal.enums import Role
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def agreed(world: World, workspace: Workspace | None = None) -> None:
    assessments.agree_criteria(
        workspace=workspace or world.workspace, criteria=usual_criteria(), by=world.facilitator
    )


def scores(proposal: Proposal, *numbers: int, reason: str = "So I think.") -> dict:
    """A score for each criterion in order; the last number stands for the rest."""
    criteria = list(proposal.workspace.criteria.all())
    all_numbers = [*numbers, *[numbers[-1]] * len(criteria)]
    return {each.pk: (number, reason) for each, number in zip(criteria, all_numbers, strict=False)}


def assessed(proposal: Proposal, by: Participant, *numbers: int, **more: str) -> Assessment:
    return assessments.assess_proposal(
        proposal=proposal, scores=scores(proposal, *numbers, **more), by=by
    )


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


# what is judged by


def test_agree_criteria_keeps_words_and_order(world: World) -> None:
    notices.follow(world.carer, world.workspace)
    before = live.revision(world.workspace)
    agreed(world)
    names = list(world.workspace.criteria.values_list("name", flat=True))
    assert names == ["Feasibility", "Cost", "Reach", "Fit"]
    (entry,) = RecordEntry.objects.filter(kind="criteria_agreed")
    assert entry.subject == ref(world.workspace)
    assert "Feasibility" not in entry.line
    kept = RecordContent.objects.get(seq=entry.seq).content["criteria"]
    assert kept[0]["high"] == "It could start tomorrow"
    assert live.revision(world.workspace) > before
    assert Notice.objects.get(participant=world.carer).text.startswith("Agreed: ")


def test_agree_criteria_again_replaces_them_until_somebody_has_assessed(world: World) -> None:
    agreed(world)
    one = [CriterionWords("Joy", "Does it bring joy?", "None", "Much")]
    assessments.agree_criteria(workspace=world.workspace, criteria=one, by=world.facilitator)
    assert world.workspace.criteria.get().name == "Joy"
    assessed(an_open_proposal(world), world.provider, 4)
    with pytest.raises(assessments.UnableToAgreeCriteria, match="they stay"):
        agreed(world)
    assert world.workspace.criteria.get().name == "Joy"


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ([], "at least one"),
        ([CriterionWords(f"N{n}", "Q?", "l", "h") for n in range(9)], "more than 8"),
        ([CriterionWords("Joy", "Q?", " ", "h")], "needs a name"),
        ([CriterionWords("Joy", "Q?", "l", "h"), CriterionWords("joy ", "Q?", "l", "h")], "same"),
    ],
)
def test_agree_criteria_refuses_what_nobody_could_judge_by(
    world: World, criteria: list[CriterionWords], said: str
) -> None:
    with pytest.raises(assessments.UnableToAgreeCriteria, match=said):
        assessments.agree_criteria(
            workspace=world.workspace, criteria=criteria, by=world.facilitator
        )
    assert not RecordEntry.objects.filter(kind="criteria_agreed").exists()


def test_agree_criteria_is_refused_to_others(world: World) -> None:
    for who in (world.provider, world.carer):
        with pytest.raises(permissions.PermissionRefused):
            assessments.agree_criteria(workspace=world.workspace, criteria=usual_criteria(), by=who)
    with pytest.raises(permissions.OutsidePartnership):
        assessments.agree_criteria(
            workspace=world.workspace,
            criteria=usual_criteria(),
            by=World(slug="other").facilitator,
        )


# each alone


def test_assess_proposal_keeps_scores_and_tells_the_record_neither_who_nor_what(
    world: World, proposal: Proposal
) -> None:
    made = assessed(proposal, world.provider, 2, reason="No driver on Saturdays.")
    assert set(made.scores.values_list("score", flat=True)) == {2}
    (entry,) = RecordEntry.objects.filter(subject=ref(made))
    assert entry.kind == "proposal_assessed"
    assert ref(proposal) in entry.line
    assert '"role":"provider"' in entry.line
    assert ref(world.provider) not in entry.line
    assert not RecordContent.objects.filter(seq=entry.seq).exists()


def test_assess_proposal_again_replaces_ones_own(world: World, proposal: Proposal) -> None:
    first = assessed(proposal, world.provider, 2)
    again = assessed(proposal, world.provider, 4, reason="There is a driver now.")
    assert again == first
    assert Score.objects.count() == 4
    assert set(again.scores.values_list("score", "reason")) == {(4, "There is a driver now.")}


def test_facilitators_hear_once_when_two_have_assessed(world: World, proposal: Proposal) -> None:
    def heard() -> int:
        told = Notice.objects.filter(participant=world.facilitator, subject=ref(proposal))
        return told.filter(text__startswith="Enough people").count()

    assessed(proposal, world.provider, 2)
    assert heard() == 0
    assessed(proposal, world.commissioner, 5)
    assessed(proposal, world.commissioner, 4)
    assessed(proposal, world.person(Role.PROVIDER), 3)
    assert heard() == 1


def test_assess_proposal_is_refused_to_its_authors(world: World) -> None:
    agreed(world)
    drafted = proposals.draft_proposal(
        workspace=world.workspace, title="Mine", why="Because.", by=world.provider
    )
    mine = proposals.open_proposal(proposal=drafted, by=world.provider)
    with pytest.raises(assessments.UnableToAssessProposal, match="your own"):
        assessed(mine, world.provider, 5)
    mine.co_authors.create(
        participant=world.commissioner,
        invited_by=world.provider,
        accepted_at=mine.opened_at,
    )
    with pytest.raises(assessments.UnableToAssessProposal, match="your own"):
        assessed(Proposal.objects.get(pk=mine.pk), world.commissioner, 5)


def test_assess_proposal_is_refused_to_others(world: World, proposal: Proposal) -> None:
    for who in (world.carer, world.service_user, world.facilitator):
        with pytest.raises(permissions.PermissionRefused):
            assessed(proposal, who, 5)
    with pytest.raises(permissions.OutsidePartnership):
        assessed(proposal, World(slug="other").provider, 5)


def test_assess_proposal_needs_agreed_criteria(world: World) -> None:
    with pytest.raises(assessments.UnableToAssessProposal, match="agreed yet"):
        assessments.assess_proposal(proposal=an_open_proposal(world), scores={}, by=world.provider)


def test_assess_proposal_needs_every_answer_with_its_reason(
    world: World, proposal: Proposal
) -> None:
    full = scores(proposal, 3)
    first = next(iter(full))
    for wrong, said in (
        ({k: v for k, v in full.items() if k != first}, "each question"),
        (full | {0: (3, "Why.")}, "each question"),
        (full | {first: (6, "Why.")}, "from 1 to 5"),
        (full | {first: (0, "Why.")}, "from 1 to 5"),
        (full | {first: (3, "  ")}, "your reason for “Feasibility”"),
    ):
        with pytest.raises(assessments.UnableToAssessProposal, match=said):
            assessments.assess_proposal(proposal=proposal, scores=wrong, by=world.provider)
    assert not Assessment.objects.exists()


def test_assess_proposal_is_refused_once_it_is_decided_on(world: World, proposal: Proposal) -> None:
    parked = proposals.park_proposal(proposal=proposal, by=world.facilitator, reason="Later.")
    with pytest.raises(assessments.UnableToAssessProposal, match="Parked"):
        assessed(parked, world.provider, 3)


def test_assess_proposal_is_refused_where_one_is_not_admitted(
    world: World, proposal: Proposal
) -> None:
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.INVITATION)
    with pytest.raises(assessments.UnableToAssessProposal, match="asked into it"):
        assessed(Proposal.objects.get(pk=proposal.pk), world.provider, 3)


def test_assess_proposal_writes_nothing_when_the_record_fails(
    world: World, proposal: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(RuntimeError, match="no record"):
        assessed(proposal, world.provider, 3)
    assert not Assessment.objects.exists()
    assert not Score.objects.exists()


# everybody at once


def test_publish_assessments_shows_records_and_tells(world: World, twice: Proposal) -> None:
    notices.follow(world.service_user, twice)
    before = live.revision(twice)
    published = assessments.publish_assessments(proposal=twice, by=world.facilitator)
    assert published.assessments_published_at is not None
    assert live.revision(twice) > before
    told = Notice.objects.filter(subject=ref(twice), text__startswith="Providers and")
    assert set(told.values_list("participant", flat=True)) == {
        person.pk
        for person in (world.carer, world.service_user, world.provider, world.commissioner)
    }
    (entry,) = RecordEntry.objects.filter(kind="assessments_published")
    assert entry.subject == ref(twice)
    shown = list(RecordEntry.objects.filter(kind="assessment_shown").order_by("seq"))
    assert [each.subject for each in shown] == [ref(each) for each in twice.assessments.all()]
    content = RecordContent.objects.get(seq=shown[0].seq).content
    assert content["scores"][0] == {
        "criterion": "Feasibility",
        "score": 2,
        "reason": "So I think.",
    }
    assert "So I think." not in "".join(each.line for each in shown)


def test_publish_assessments_needs_two_views(world: World, proposal: Proposal) -> None:
    for count in (0, 1):
        if count:
            assessed(proposal, world.provider, 3)
        with pytest.raises(assessments.UnableToPublishAssessments, match=f"^{count} "):
            assessments.publish_assessments(proposal=proposal, by=world.facilitator)
    proposal.refresh_from_db()
    assert proposal.assessments_published_at is None


def test_nothing_changes_after_publish_assessments(world: World, twice: Proposal) -> None:
    published = assessments.publish_assessments(proposal=twice, by=world.facilitator)
    with pytest.raises(assessments.UnableToPublishAssessments, match="already"):
        assessments.publish_assessments(proposal=twice, by=world.facilitator)
    for who in (world.provider, world.person(Role.COMMISSIONER)):
        with pytest.raises(assessments.UnableToAssessProposal, match="published"):
            assessed(published, who, 1)


def test_publish_assessments_is_refused_to_others(world: World, twice: Proposal) -> None:
    for who in (world.provider, world.commissioner, world.carer):
        with pytest.raises(permissions.PermissionRefused):
            assessments.publish_assessments(proposal=twice, by=who)


def test_disagreement_is_said_in_words(world: World, twice: Proposal) -> None:
    said = [each.in_words for each in queries.judged(queries.scores_of(twice))]
    assert said == [
        "They disagree about “Feasibility”: Priya says 2, Colin says 5.",
        "They disagree about “Cost”: Priya says 2, Colin says 5.",
        "They nearly agree about “Reach”: from 2 to 3.",
        "They nearly agree about “Fit”: from 2 to 3.",
    ]
    third, fourth = (world.person(Role.PROVIDER, name=name) for name in ("Ann", "Bob"))
    assessed(twice, third, 5, 3, 2)
    assessed(twice, fourth, 4, 3, 3)
    said = [each.in_words for each in queries.judged(queries.scores_of(twice))]
    assert said[:2] == [
        "They disagree about “Feasibility”: from 2 (Priya) to 5 (Colin and Ann)."
        " In the middle: 4.5.",
        "They disagree about “Cost”: from 2 (Priya) to 5 (Colin). In the middle: 3.",
    ]


def test_agreement_is_said_in_words(world: World, proposal: Proposal) -> None:
    for who in (world.provider, world.commissioner):
        assessed(proposal, who, 4)
    assert {
        each.in_words.partition(": ")[2] for each in queries.judged(queries.scores_of(proposal))
    } == {"everybody says 4."}


def test_names_in_one_line(world: World) -> None:
    people = [Participant(display_name=name) for name in ("Ann", "Bob", "Cem", "Dee", "Eli")]
    assert [queries.in_one_line(people[:n]) for n in (1, 2, 3, 4, 5)] == [
        "Ann",
        "Ann and Bob",
        "Ann, Bob and Cem",
        "Ann, Bob, Cem and 1 other",
        "Ann, Bob, Cem and 2 others",
    ]


# pages


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
