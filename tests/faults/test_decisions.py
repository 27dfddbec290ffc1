"""Two people confirm, correct, keep, replace or change at once: one acts, the other is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from codesign.models import Correction, Decision
from codesign.operations import (
    commitments,
    confirmations,
    corrections,
    decisions,
    objections,
    reviews,
)
from codesign.operations.commitments import CommitmentWords
from portal import clock
from portal.enums import Duty, Role
from portal.models import Notice, RecordEntry, ref
from tests.codesign.test_decisions import a_draft, published, words
from tests.codesign.test_proposals import an_open_proposal
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def world() -> World:
    return World()


def confirming(world: World) -> Decision:
    """A draft that was sent to be confirmed."""
    confirmations.require_confirmation(partnership=world.partnership, required=True, by=world.admin)
    draft = a_draft(world, an_open_proposal(world))
    return confirmations.send_for_confirmation(decision=draft, by=world.facilitator)


def entries(kind: str) -> int:
    return RecordEntry.objects.filter(kind=kind).count()


def only_one_wins(acts: list[Callable[[], Any]], refusal: type[Exception]) -> None:
    outcomes = at_once(*acts)
    refused = errors_in(outcomes)
    assert len(refused) == len(acts) - 1
    assert all(isinstance(each, refusal) for each in refused), refused


def test_confirm_decision_by_several_at_once_is_done_once(world: World) -> None:
    people = [world.person(Role.COMMISSIONER) for _each in range(4)]
    sent = confirming(world)
    only_one_wins(
        [
            lambda by=by: confirmations.confirm_decision(
                decision=Decision.objects.get(pk=sent.pk), by=by
            )
            for by in people
        ],
        confirmations.UnableToConfirmDecision,
    )
    sent.refresh_from_db()
    assert sent.confirmed_by in people
    assert entries("decision_confirmed") == 1


def test_a_change_while_it_is_confirmed_is_never_confirmed_unseen(world: World) -> None:
    """Confirmed first and then taken back, or changed first and not confirmed: never both."""
    sent = confirming(world)
    outcomes = at_once(
        lambda: confirmations.confirm_decision(
            decision=Decision.objects.get(pk=sent.pk), by=world.commissioner
        ),
        lambda: decisions.edit_decision(
            decision=Decision.objects.get(pk=sent.pk),
            words=words(title="Other words"),
            outcomes=[],
            by=world.facilitator,
        ),
    )
    assert all(
        isinstance(each, confirmations.UnableToConfirmDecision) for each in errors_in(outcomes)
    )
    sent.refresh_from_db()
    assert sent.title == "Other words"
    assert not sent.is_confirmed


def test_control_confirming_without_a_lock_confirms_words_nobody_saw(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the lock is a line of ours: leave it out, and changed words are confirmed."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has row locks to leave out")
    sent = confirming(world)
    has_looked, is_changed = meeting(2), meeting(2)

    def unlocked(decision: Decision) -> Decision:
        found = Decision.objects.select_related("partnership", "workspace").get(pk=decision.pk)
        has_looked()
        is_changed()
        return found

    monkeypatch.setattr(confirmations, "locked", unlocked)

    def change() -> None:
        has_looked()
        decisions.edit_decision(
            decision=Decision.objects.get(pk=sent.pk),
            words=words(title="Other words"),
            outcomes=[],
            by=world.facilitator,
        )
        is_changed()

    outcomes = at_once(
        lambda: confirmations.confirm_decision(decision=sent, by=world.commissioner), change
    )
    assert errors_in(outcomes) == []
    sent.refresh_from_db()
    assert sent.title == "Other words"
    assert sent.is_confirmed, "the race must be there for the test above to mean anything"


def test_two_decisions_that_replace_the_same_one_are_never_both_published(world: World) -> None:
    earlier = published(world, an_open_proposal(world), title="Earlier")
    drafts = [
        a_draft(world, an_open_proposal(world, f"Idea {n}"), replaces=earlier, title=f"New {n}")
        for n in range(3)
    ]
    only_one_wins(
        [
            lambda draft=draft: decisions.publish_decision(decision=draft, by=world.facilitator)
            for draft in drafts
        ],
        decisions.UnableToPublishDecision,
    )
    assert Decision.objects.published().filter(replaces=earlier).count() == 1


def test_an_objection_raised_while_it_is_published_is_answered_or_too_late(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    outcomes = at_once(
        lambda: decisions.publish_decision(decision=draft, by=world.facilitator),
        lambda: objections.raise_objection(
            decision=draft, words="Wait.", said_by="", by=world.facilitator
        ),
    )
    [refused] = errors_in(outcomes)
    assert isinstance(refused, decisions.UnableToPublishDecision)
    draft.refresh_from_db()
    assert draft.is_published != draft.objections.exists()


def test_answer_correction_and_keep_commitment_at_once_are_done_once(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    commitments.set_commitments(
        decision=draft,
        commitments=[CommitmentWords("Book it", "Priya", clock.today())],
        by=world.facilitator,
    )
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    asked = corrections.ask_for_correction(decision=made, words="Twelve.", by=world.carer)
    people = [world.person(Role.PARTNER, Duty.FACILITATOR) for _each in range(3)]
    only_one_wins(
        [
            lambda by=by: corrections.answer_correction(correction=asked, answer="Yes.", by=by)
            for by in people
        ],
        corrections.UnableToAnswerCorrection,
    )
    assert entries("correction_answered") == 1
    promised = made.commitments.get()
    only_one_wins(
        [
            lambda by=by: commitments.keep_commitment(commitment=promised, words="Done.", by=by)
            for by in people
        ],
        commitments.UnableToKeepCommitment,
    )
    assert entries("commitment_kept") == 1


def test_ask_for_correction_several_times_at_once_asks_once(world: World) -> None:
    made = published(world, an_open_proposal(world))
    only_one_wins(
        [
            lambda: corrections.ask_for_correction(decision=made, words="Twelve.", by=world.carer)
            for _each in range(4)
        ],
        corrections.UnableToAskForCorrection,
    )
    assert entries("correction_asked") == 1


def test_control_asking_without_a_lock_asks_twice(world: World) -> None:
    made = published(world, an_open_proposal(world))
    both_have_looked = meeting(2)

    def careless() -> None:
        assert not made.corrections.filter(by=world.carer, words="Twelve.").exists()
        both_have_looked()
        Correction.objects.create(
            partnership=world.partnership, decision=made, words="Twelve.", by=world.carer
        )

    assert errors_in(at_once(careless, careless)) == []
    assert made.corrections.count() == 2


def test_two_sweeps_at_once_remind_of_a_review_once(world: World) -> None:
    made = published(world, an_open_proposal(world))
    Decision.objects.filter(pk=made.pk).update(review_on=clock.today())
    outcomes = at_once(*[reviews.remind_of_reviews] * 4)
    assert errors_in(outcomes) == []
    assert sum(outcomes) == 1
    heard = Notice.objects.filter(subject=ref(made), url__endswith="#review")
    assert heard.count() == heard.values("participant").distinct().count() == 2
