"""Assessment: what is judged by, each assessor alone, and everybody reading it at once."""

import pytest

from codesign.enums import OpenTo
from codesign.models import Assessment, Proposal, Score, Workspace
from codesign.operations import assessments, proposals
from codesign.operations.assessments import CriterionWords, usual_criteria
from codesign.queries import assessments as queries
from portal import live, notices, permissions, record
from portal.enums import Role
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.assessed import agreed, assessed, scores
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World

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
