"""Assessing, agreeing on criteria and publishing meet: each is done wholly, or refused kindly."""

from typing import Any

import pytest
from django.db import connection

from codesign.models import Assessment, Criterion, Proposal, Score
from codesign.operations import assessments
from codesign.operations.assessments import usual_criteria
from portal.enums import Duty, Role
from portal.models import Notice, Participant, RecordEntry, ref
from tests.codesign.test_assessments import agreed, assessed, scores
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


def assessed_twice(world: World) -> Proposal:
    agreed(world)
    proposal = an_open_proposal(world)
    for who in (world.provider, world.commissioner):
        assessed(proposal, who, 3)
    return proposal


def publish(proposal: Proposal, by: Participant) -> Any:
    return assessments.publish_assessments(proposal=Proposal.objects.get(pk=proposal.pk), by=by)


def test_publish_assessments_by_several_at_once_is_done_once() -> None:
    world = World()
    proposal = assessed_twice(world)
    people = [world.person(Role.PARTNER, Duty.FACILITATOR) for _each in range(4)]
    outcomes = at_once(*[lambda by=by: publish(proposal, by) for by in people])
    refused = errors_in(outcomes)
    assert len(refused) == 3
    assert all(isinstance(each, assessments.UnableToPublishAssessments) for each in refused)
    assert RecordEntry.objects.filter(kind="assessments_published").count() == 1
    assert RecordEntry.objects.filter(kind="assessment_shown").count() == 2
    told = Notice.objects.filter(subject=ref(proposal), participant=world.carer)
    assert told.filter(text__startswith="Providers and").count() == 1


def test_what_is_assessed_while_it_is_published_is_shown_or_refused() -> None:
    world = World()
    proposal = assessed_twice(world)
    late = [world.person(Role.PROVIDER) for _each in range(4)]
    answers = scores(proposal, 4)

    def assess(by: Participant) -> Any:
        return assessments.assess_proposal(
            proposal=Proposal.objects.get(pk=proposal.pk), scores=answers, by=by
        )

    outcomes = at_once(
        *[lambda by=by: assess(by) for by in late[:2]],
        lambda: publish(proposal, world.facilitator),
        *[lambda by=by: assess(by) for by in late[2:]],
    )
    refused = errors_in(outcomes)
    assert all(isinstance(each, assessments.UnableToAssessProposal) for each in refused), refused
    made = Assessment.objects.filter(proposal=proposal)
    assert made.count() == 6 - len(refused)
    shown = RecordEntry.objects.filter(kind="assessment_shown").values_list("subject", flat=True)
    assert set(shown) == {ref(each) for each in made}


def test_one_assessor_on_two_devices_assesses_once() -> None:
    world = World()
    agreed(world)
    proposal = an_open_proposal(world)
    answers = [scores(proposal, number) for number in (1, 2, 3, 4)]
    outcomes = at_once(
        *[
            lambda said=said: assessments.assess_proposal(
                proposal=Proposal.objects.get(pk=proposal.pk), scores=said, by=world.provider
            )
            for said in answers
        ]
    )
    assert errors_in(outcomes) == []
    assert Assessment.objects.count() == 1
    assert Score.objects.values("score").distinct().count() == 1
    assert Score.objects.count() == 4


def agree_and_assess(world: World, proposal: Proposal) -> list[Any]:
    """At once: other criteria are agreed, and somebody judges by the earlier ones."""
    answers = scores(proposal, 3)
    return at_once(
        lambda: assessments.agree_criteria(
            workspace=type(world.workspace).objects.get(pk=world.workspace.pk),
            criteria=usual_criteria()[:2],
            by=world.facilitator,
        ),
        lambda: assessments.assess_proposal(
            proposal=Proposal.objects.get(pk=proposal.pk), scores=answers, by=world.provider
        ),
    )


def test_criteria_stay_while_somebody_judges_by_them() -> None:
    world = World()
    agreed(world)
    proposal = an_open_proposal(world)
    (refused,) = errors_in(agree_and_assess(world, proposal))
    if isinstance(refused, assessments.UnableToAgreeCriteria):
        assert (Criterion.objects.count(), Score.objects.count()) == (4, 4)
    else:
        assert isinstance(refused, assessments.UnableToAssessProposal)
        assert (Criterion.objects.count(), Score.objects.count()) == (2, 0)


def test_control_without_holding_the_space_somebody_gets_an_error_nobody_wrote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On SQLite the lock is BEGIN IMMEDIATE: see test_lock_storm."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has row locks to leave out")
    world = World()
    agreed(world)
    proposal = an_open_proposal(world)
    both_have_looked = meeting(2)
    are_fixed, check_scores = assessments.are_fixed, assessments._check_scores

    def looked(*args: Any) -> bool:
        answer = are_fixed(*args)
        both_have_looked()
        return answer

    def checked(*args: Any) -> None:
        check_scores(*args)
        both_have_looked()

    monkeypatch.setattr(assessments, "held", lambda workspace: workspace)
    monkeypatch.setattr(assessments, "are_fixed", looked)
    monkeypatch.setattr(assessments, "_check_scores", checked)
    (error,) = errors_in(agree_and_assess(world, proposal))
    # A score without its criterion, or each waits for what the other holds: as it happens to fall.
    assert type(error).__name__ in {"IntegrityError", "ProtectedError", "OperationalError"}
