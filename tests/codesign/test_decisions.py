"""Decisions: drafted, published once, sealed, and telling everyone concerned."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from codesign.enums import HidingReason, Outcome, ProposalStatus
from codesign.models import Decision, Proposal
from codesign.operations import comments, decisions, moderation, proposals, supports
from portal import answers, clock, permissions, record
from portal.models import Answer, Checkpoint, Notice, RecordEntry, ref
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def words() -> decisions.DecisionWords:
    return decisions.DecisionWords(
        title="Longer breaks from the spring",
        what="Breaks last four hours from April.",
        reasons="Two hours is travel and no rest.",
        evidence="Eleven voices, two sessions, one costing. We do not know the winter demand.",
        deciders="The council (commissioner) and Breakwater Care (provider).",
        review_on=clock.today() + timedelta(days=180),
        dissent="Funmi: the money should go to evenings first.",
    )


def a_draft(world: World, *about: Proposal, outcome: Outcome = Outcome.AGREED) -> Decision:
    return decisions.draft_decision(
        workspace=world.workspace,
        words=words(),
        outcomes=[
            decisions.OutcomeFor(proposal=each, outcome=outcome, reason="It was asked for most.")
            for each in about
        ],
        by=world.facilitator,
    )


def test_draft_decision_changes_nothing_for_anybody(world: World) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.OPEN
    assert draft not in Decision.objects.visible_to(world.carer)
    assert not RecordEntry.objects.filter(subject=ref(draft)).exists()
    assert signed_in(world.carer).get(draft.get_absolute_url()).status_code == 404
    assert signed_in(world.facilitator).get(draft.get_absolute_url()).status_code == 200


def test_draft_decision_refusals(world: World) -> None:
    proposal = an_open_proposal(world)
    with pytest.raises(permissions.PermissionRefused):
        decisions.draft_decision(
            workspace=world.workspace, words=words(), outcomes=[], by=world.carer
        )
    elsewhere = world.open_workspace("Another space")
    with pytest.raises(decisions.UnableToDraftDecision, match="this space"):
        decisions.draft_decision(
            workspace=elsewhere,
            words=words(),
            outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "Yes.")],
            by=world.facilitator,
        )
    with pytest.raises(decisions.UnableToDraftDecision, match="reason"):
        decisions.draft_decision(
            workspace=world.workspace,
            words=words(),
            outcomes=[decisions.OutcomeFor(proposal, Outcome.AGREED, "  ")],
            by=world.facilitator,
        )


def test_publish_decision_seals_moves_and_answers(world: World) -> None:
    proposal = an_open_proposal(world)
    supports.support_proposal(proposal=proposal, by=world.service_user)
    comments.comment_on_proposal(proposal=proposal, text="Yes.", by=world.partner)
    draft = a_draft(world, proposal)
    foreseen = answers.preview(draft)
    published = decisions.publish_decision(decision=draft, by=world.facilitator)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.AGREED
    assert proposal.status_reason == "It was asked for most."
    told = Answer.objects.filter(subject=ref(published))
    assert {answer.participant_id for answer in told} == {
        world.carer.pk,
        world.service_user.pk,
        world.partner.pk,
    }
    assert {each.participant.pk for each in foreseen if each.participant} == {
        answer.participant_id for answer in told
    }
    assert Notice.objects.filter(subject=ref(published)).count() == 3
    seal = Checkpoint.objects.get(partnership_id=world.partnership.pk)
    assert published.fingerprint == seal.fingerprint
    entry = RecordEntry.objects.get(subject=ref(published))
    assert entry.kind == "decision_published"
    assert "Longer breaks" not in entry.line
    assert entry.seq == seal.size


def test_publish_decision_happens_once(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    decisions.publish_decision(decision=draft, by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="already"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="stay"):
        decisions.edit_decision(decision=draft, words=words(), outcomes=[], by=world.facilitator)


def test_publish_decision_is_refused_when_a_proposal_has_moved_on(world: World) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)
    proposals.withdraw_proposal(proposal=proposal, by=world.carer, reason="No longer needed.")
    with pytest.raises(decisions.UnableToPublishDecision, match="Withdrawn"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    draft.refresh_from_db()
    assert not draft.is_published
    assert not Answer.objects.exists()


def test_publish_decision_needs_something_decided(world: World) -> None:
    draft = a_draft(world)
    with pytest.raises(decisions.UnableToPublishDecision, match="at least one"):
        decisions.publish_decision(decision=draft, by=world.facilitator)


def test_publish_decision_writes_nothing_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = an_open_proposal(world)
    draft = a_draft(world, proposal)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "checkpoint", broken)
    with pytest.raises(RuntimeError, match="no record"):
        decisions.publish_decision(decision=draft, by=world.facilitator)
    proposal.refresh_from_db()
    draft.refresh_from_db()
    assert (proposal.status, draft.published_at) == (ProposalStatus.OPEN, None)
    assert not Answer.objects.exists()


def test_a_decision_is_drafted_previewed_and_published_by_posting_forms(world: World) -> None:
    proposal = an_open_proposal(world)
    client = signed_in(world.facilitator)
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    fields = {
        "title": "Longer breaks",
        "what": "Four hours.",
        "reasons": "Rest.",
        "evidence": "Eleven voices.",
        "deciders": "The council.",
        "review_on": (clock.today() + timedelta(days=90)).isoformat(),
        f"outcome_{proposal.pk}": "agreed",
    }
    without_reason = client.post(new, fields)
    assert without_reason.status_code == 422
    assert "Give a reason" in without_reason.content.decode()
    client.post(new, fields | {f"reason_{proposal.pk}": "Asked for most."})
    draft = Decision.objects.get()
    publish = reverse("codesign:publish_decision", args=["norfolk", draft.pk])
    preview = client.get(publish).content.decode()
    assert "Maureen" in preview
    client.post(publish)
    page = signed_in(world.carer).get(draft.get_absolute_url()).content.decode()
    assert "Asked for most." in page
    draft.refresh_from_db()
    assert draft.fingerprint in page


def listed(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'name="outcome_([0-9]+)"', page)}


def test_a_decision_begins_with_one_suggestion_and_others_are_looked_for(world: World) -> None:
    proposal = an_open_proposal(world)
    dance = an_open_proposal(world, "A tea dance")
    hidden = an_open_proposal(world, "Another dance")
    moderation.hide_proposal(
        proposal=hidden, reason=HidingReason.NAMED, why="Names.", by=world.moderator
    )
    short = [an_open_proposal(world, f"Listed {number}") for number in range(22)]
    Proposal.objects.filter(pk__in=[each.pk for each in short]).update(status="shortlisted")
    client = signed_in(world.facilitator)
    page = client.get(proposal.get_absolute_url()).content.decode()
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    about = f"{new}?about={proposal.pk}"
    assert f'href="{about}"' in page
    assert listed(client.get(about).content.decode()) == {proposal.pk}
    assert len(listed(client.get(new).content.decode())) == 20
    for odd in ("x", "9" * 30, str(hidden.pk + 10_000)):
        assert len(listed(client.get(f"{new}?about={odd}").content.decode())) == 20
    typed = {
        "title": "Longer breaks",
        f"outcome_{proposal.pk}": "agreed",
        f"reason_{proposal.pk}": "Asked for most.",
    }
    found = client.post(about, typed | {"look": "1", "find": "dance"})
    assert found.status_code == 200
    page = found.content.decode()
    assert listed(page) == {proposal.pk, dance.pk}
    assert "Longer breaks" in page
    assert "Asked for most." in page
    assert '<option value="agreed" selected>' in page
    none = client.post(about, typed | {"look": "1", "find": "zebra"}).content.decode()
    assert listed(none) == {proposal.pk}
    assert "We found no others." in none
    assert len(listed(client.post(about, typed | {"look": "1"}).content.decode())) == 21
    assert not Decision.objects.exists()
    draft = a_draft(world, dance)
    edit = reverse("codesign:edit_decision", args=["norfolk", draft.pk])
    assert listed(client.get(edit).content.decode()) == {dance.pk}


def test_a_provider_goes_on_from_a_decision_to_the_change_it_asks_for(world: World) -> None:
    decided = decisions.publish_decision(
        decision=a_draft(world, an_open_proposal(world)), by=world.facilitator
    )
    onward = reverse("feedback:draft_adaptation", args=["norfolk"]) + f"?decision={decided.pk}"
    assert onward in signed_in(world.provider).get(decided.get_absolute_url()).content.decode()
    assert onward not in signed_in(world.carer).get(decided.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_page_takes_the_same_queries(
    world: World, count: int, django_assert_num_queries
) -> None:
    for number in range(count):
        decisions.publish_decision(
            decision=a_draft(world, an_open_proposal(world, f"Idea {number}")),
            by=world.facilitator,
        )
    client = signed_in(world.carer)
    url = reverse("codesign:decisions", args=["norfolk"])
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)
