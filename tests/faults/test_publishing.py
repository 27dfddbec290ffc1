"""F04: two people publish at once. One wins, the other is told kindly, and people are told once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from codesign.models import Decision, Proposal
from codesign.operations import decisions, supports
from feedback.models import Adaptation
from feedback.operations import adaptations
from portal import clock, notices, record
from portal.enums import Duty, Role
from portal.models import Answer, Checkpoint, Notice, Participant, RecordEntry, ref
from tests.codesign import test_decisions
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.feedback import test_adaptations
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


def a_supported_proposal(world: World) -> Proposal:
    proposal = an_open_proposal(world)
    for person in (world.service_user, world.partner):
        supports.support_proposal(proposal=proposal, by=person)
    return proposal


def a_decision(world: World) -> Decision:
    return test_decisions.a_draft(world, a_supported_proposal(world))


def an_adaptation(world: World) -> Adaptation:
    """A draft that carries out a published decision, so that there is somebody to tell."""
    decision = decisions.publish_decision(decision=a_decision(world), by=world.facilitator)
    return test_adaptations.a_draft(world, decisions=[decision])


def published_by(operation: Callable[..., Any], thing: Model, by: Participant) -> Callable[[], Any]:
    """Publish as somebody who has loaded the page a moment ago."""
    name = thing._meta.model_name or ""
    return lambda: operation(**{name: type(thing).objects.get(pk=thing.pk), "by": by})


def assert_told_once(thing: Model, *, kind: str) -> None:
    told = Counter(Answer.objects.filter(subject=ref(thing)).values_list("participant", "case"))
    assert len(told) >= 3, "there must be somebody to tell"
    assert set(told.values()) == {1}
    heard = Counter(Notice.objects.filter(subject=ref(thing)).values_list("participant", flat=True))
    assert set(heard.values()) == {1}
    assert RecordEntry.objects.filter(subject=ref(thing), kind=kind).count() == 1


@pytest.mark.parametrize("how_many", [2, 6])
def test_publish_decision_by_several_at_once_is_done_once(how_many: int) -> None:
    world = World()
    people = [world.person(Role.PARTNER, Duty.FACILITATOR) for _each in range(how_many)]
    decision = a_decision(world)
    outcomes = at_once(*[published_by(decisions.publish_decision, decision, by) for by in people])
    refused = errors_in(outcomes)
    assert len(refused) == how_many - 1
    assert all(isinstance(each, decisions.UnableToPublishDecision) for each in refused), refused
    assert all("published already" in str(each) for each in refused)
    decision.refresh_from_db()
    winner = next(by for by, said in zip(people, outcomes, strict=True) if said not in refused)
    assert decision.published_by == winner
    assert_told_once(decision, kind="decision_published")
    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize("how_many", [2, 6])
def test_publish_adaptation_by_several_at_once_is_done_once(how_many: int) -> None:
    world = World()
    people = [world.person(Role.PROVIDER) for _each in range(how_many)]
    adaptation = an_adaptation(world)
    outcomes = at_once(
        *[published_by(adaptations.publish_adaptation, adaptation, by) for by in people]
    )
    refused = errors_in(outcomes)
    assert len(refused) == how_many - 1
    assert all(isinstance(each, adaptations.UnableToPublishAdaptation) for each in refused), refused
    adaptation.refresh_from_db()
    assert all(str(adaptation.published_by) in str(each) for each in refused)
    assert_told_once(adaptation, kind="adaptation_published")


def test_edit_decision_while_it_is_published_changes_it_before_or_not_at_all() -> None:
    """The words people are told are the words that are sealed."""
    world = World()
    decision = a_decision(world)
    proposal = decision.outcomes.get().source
    new_words = decisions.DecisionWords(**(vars(test_decisions.words()) | {"title": "Other words"}))

    def edit() -> Any:
        return decisions.edit_decision(
            decision=Decision.objects.get(pk=decision.pk),
            words=new_words,
            outcomes=[decisions.OutcomeFor(proposal, decisions.Outcome.AGREED, "Asked for.")],
            by=world.facilitator,
        )

    edited, published = at_once(
        edit, published_by(decisions.publish_decision, decision, world.facilitator)
    )
    decision.refresh_from_db()
    assert decision.is_published
    assert not isinstance(published, Exception)
    if isinstance(edited, Exception):
        assert isinstance(edited, decisions.UnableToPublishDecision)
        assert decision.title == test_decisions.words().title
    else:
        assert decision.title == "Other words"
    told = Answer.objects.filter(subject=ref(decision)).first()
    assert told is not None
    assert decision.title in told.text


def test_control_publishing_without_a_lock_tells_everybody_twice() -> None:
    world = World()
    decision = a_decision(world)
    both_have_looked = meeting(2)

    def careless() -> None:
        mine = Decision.objects.select_related("partnership").get(pk=decision.pk)
        assert not mine.is_published
        both_have_looked()
        with transaction.atomic():
            mine.published_at, mine.published_by = clock.now(), world.facilitator
            mine.save(update_fields=["published_at", "published_by"])
            record.append("decision_published", by=world.facilitator, subject=mine)
            notices.queue([world.carer], subject=mine, text="Decided.")

    assert errors_in(at_once(careless, careless)) == []
    assert Notice.objects.filter(subject=ref(decision), participant=world.carer).count() == 2
    assert RecordEntry.objects.filter(subject=ref(decision)).count() == 2


def test_control_publish_adaptation_itself_without_its_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL the lock is a line of ours, so the control can leave just that line out.

    The constraint on answers still keeps people from being told twice, but the loser gets an error
    nobody wrote. On SQLite the lock is BEGIN IMMEDIATE: see test_lock_storm.
    """
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has row locks to leave out")
    world = World()
    adaptation = an_adaptation(world)
    both_have_looked = meeting(2)

    def unlocked(thing: Adaptation) -> Adaptation:
        found = Adaptation.objects.select_related("partnership", "feature__partnership").get(
            pk=thing.pk
        )
        both_have_looked()
        return found

    monkeypatch.setattr(adaptations, "_locked", unlocked)
    act = published_by(adaptations.publish_adaptation, adaptation, world.provider)
    errors = errors_in(at_once(act, act))
    assert [type(each).__name__ for each in errors] == ["IntegrityError"]
