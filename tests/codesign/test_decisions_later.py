"""What comes after a decision: corrections, promises kept, reviews, and a decision in its place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from codesign.enums import Outcome, ProposalStatus
from codesign.models import Correction, Decision
from codesign.operations import commitments, corrections, decisions, proposals
from codesign.operations.commitments import CommitmentWords, UnableToKeepCommitment
from codesign.operations.corrections import UnableToAnswerCorrection, UnableToAskForCorrection
from codesign.operations.reviews import remind_of_reviews
from codesign.queries import decisions as queries
from portal import clock, live, notices, permissions, record
from portal.models import Notice, Participant, RecordContent, RecordEntry, ref
from tests.codesign.activity import an_activity
from tests.codesign.test_decisions import a_draft, published, words
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def decided(world: World) -> Decision:
    return published(world, an_open_proposal(world))


def told(person: Participant, thing: object) -> list[Notice]:
    return list(Notice.objects.filter(participant=person, subject=ref(thing)).order_by("pk"))


# corrections


def test_ask_for_correction_asks_facilitators_and_changes_no_word(
    world: World, decided: Decision
) -> None:
    before = live.revision(decided)
    asked = corrections.ask_for_correction(
        decision=decided, words="It was twelve voices.", by=world.service_user
    )
    assert live.revision(decided) > before
    [notice] = told(world.facilitator, decided)
    assert notice.needs_me
    assert notice.url == asked.get_absolute_url()
    entry = RecordEntry.objects.get(subject=ref(asked), kind="correction_asked")
    assert "twelve" not in entry.line
    assert RecordContent.objects.get(seq=entry.seq).content == {"words": "It was twelve voices."}
    decided.refresh_from_db()
    assert "Eleven voices" in decided.evidence
    carer = signed_in(world.carer).get(decided.get_absolute_url()).content.decode()
    assert "It was twelve voices." in carer
    visitor = signed_in(world.carer)
    visitor.logout()
    assert "twelve voices" not in visitor.get(decided.get_absolute_url()).content.decode()
    corrections.answer_correction(
        correction=asked, answer="You are right: twelve.", by=world.facilitator
    )
    page = visitor.get(decided.get_absolute_url()).content.decode()
    assert "It was twelve voices." in page
    assert "You are right: twelve." in page
    assert told(world.service_user, decided)[-1].needs_me


def test_ask_for_correction_is_open_for_two_weeks_and_not_a_moment_longer(
    world: World, decided: Decision
) -> None:
    until = decided.corrections_until
    assert until is not None
    assert until - clock.now() > timedelta(days=13, hours=23)
    link = reverse("codesign:ask_for_correction", args=["norfolk", decided.pk])
    client = signed_in(world.carer)
    with clock.at(until - timedelta(seconds=1)):
        assert link in client.get(decided.get_absolute_url()).content.decode()
        corrections.ask_for_correction(decision=decided, words="In time.", by=world.carer)
    with clock.at(until):
        assert link not in client.get(decided.get_absolute_url()).content.decode()
        with pytest.raises(UnableToAskForCorrection, match="now stands as it is"):
            corrections.ask_for_correction(decision=decided, words="Late.", by=world.carer)
        late = client.post(link, {"words": "Late."})
        assert late.status_code == 422
        assert "Late." in late.content.decode(), "what was typed stays"
        answered = corrections.answer_correction(
            correction=Correction.objects.get(), answer="Yes.", by=world.facilitator
        )
    assert answered.is_answered, "an answer may come later"
    # The record has seen the later day: a server clock that steps back opens nothing again.
    with pytest.raises(UnableToAskForCorrection, match="now stands as it is"):
        corrections.ask_for_correction(decision=decided, words="Earlier?", by=world.carer)


def test_corrections_refusals(world: World, decided: Decision) -> None:
    draft = a_draft(world)
    with pytest.raises(UnableToAskForCorrection, match="not published"):
        corrections.ask_for_correction(decision=draft, words="No.", by=world.facilitator)
    with pytest.raises(UnableToAskForCorrection, match="what would be right"):
        corrections.ask_for_correction(decision=decided, words=" \n", by=world.carer)
    with pytest.raises(permissions.OutsidePartnership):
        corrections.ask_for_correction(decision=decided, words="No.", by=World(slug="other").carer)
    asked = corrections.ask_for_correction(decision=decided, words="It is 12.", by=world.carer)
    with pytest.raises(UnableToAskForCorrection, match="asked for this already"):
        corrections.ask_for_correction(decision=decided, words="It is 12.", by=world.carer)
    with pytest.raises(permissions.PermissionRefused):
        corrections.answer_correction(correction=asked, answer="Yes.", by=world.carer)
    with pytest.raises(UnableToAnswerCorrection, match="Write an answer"):
        corrections.answer_correction(correction=asked, answer=" ", by=world.facilitator)
    corrections.answer_correction(correction=asked, answer="Yes.", by=world.facilitator)
    with pytest.raises(UnableToAnswerCorrection, match="Frances has answered"):
        corrections.answer_correction(correction=asked, answer="No.", by=world.facilitator)
    asked.refresh_from_db()
    assert asked.answer == "Yes."


def test_a_double_click_asks_for_one_correction(world: World, decided: Decision) -> None:
    url = reverse("codesign:ask_for_correction", args=["norfolk", decided.pk])
    client = signed_in(world.carer)
    sent = {"words": "It was twelve.", "once": "a" * 32}
    first, second = client.post(url, sent), client.post(url, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Correction.objects.count() == 1


def test_who_asks_for_corrections_too_often_keeps_their_words(
    world: World, decided: Decision
) -> None:
    cache.clear()
    url = reverse("codesign:ask_for_correction", args=["norfolk", decided.pk])
    client = signed_in(world.carer)
    for number in range(20):
        assert client.post(url, {"words": f"Wrong: {number}."}).status_code == 302
    late = client.post(url, {"words": "It was twelve voices."})
    assert late.status_code == 429
    assert "You have tried many times" in late.content.decode()
    assert "It was twelve voices." in late.content.decode()
    assert Correction.objects.count() == 20


def test_the_last_day_for_corrections_is_the_day_here(world: World, decided: Decision) -> None:
    published_at = datetime(2026, 6, 16, 23, 30, tzinfo=UTC)  # half past midnight on 17 June
    Decision.objects.filter(pk=decided.pk).update(published_at=published_at)
    with pytest.raises(UnableToAskForCorrection, match="until 1 July 2026"):
        corrections.ask_for_correction(decision=decided, words="Late.", by=world.carer)


# promises


def test_keep_commitment_is_said_once_with_words_and_told(world: World) -> None:
    draft = a_draft(world, an_open_proposal(world))
    commitments.set_commitments(
        decision=draft,
        commitments=[CommitmentWords("Book the hall", "Priya", clock.today())],
        by=world.facilitator,
    )
    promised = draft.commitments.get()
    url = reverse("codesign:keep_commitment", args=["norfolk", promised.pk])
    with pytest.raises(UnableToKeepCommitment, match="not published"):
        commitments.keep_commitment(commitment=promised, words="Done.", by=world.provider)
    assert signed_in(world.provider).get(url).status_code == 404
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    notices.follow(world.service_user, made)
    with pytest.raises(permissions.PermissionRefused):
        commitments.keep_commitment(commitment=promised, words="Done.", by=world.carer)
    with pytest.raises(UnableToKeepCommitment, match="few words"):
        commitments.keep_commitment(commitment=promised, words=" ", by=world.provider)
    client = signed_in(world.provider)
    assert client.post(url, {"words": "Booked on Mondays."}).status_code == 302
    promised.refresh_from_db()
    assert (promised.kept_words, promised.kept_by) == ("Booked on Mondays.", world.provider)
    assert promised.kept_at is not None
    assert clock.now() - promised.kept_at < timedelta(minutes=5)
    [notice] = told(world.service_user, made)
    assert "Book the hall" in notice.text
    entry = RecordEntry.objects.get(subject=ref(promised), kind="commitment_kept")
    assert RecordContent.objects.get(seq=entry.seq).content["words"] == "Booked on Mondays."
    with pytest.raises(UnableToKeepCommitment, match="Priya has said already"):
        commitments.keep_commitment(commitment=promised, words="Again.", by=world.facilitator)
    assert "Booked on Mondays." in client.get(made.get_absolute_url()).content.decode()


@pytest.mark.parametrize("act", ["ask", "answer", "keep"])
def test_nothing_is_written_when_the_record_fails(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    draft = a_draft(world, an_open_proposal(world))
    commitments.set_commitments(
        decision=draft,
        commitments=[CommitmentWords("Book the hall", "Priya", clock.today())],
        by=world.facilitator,
    )
    made = decisions.publish_decision(decision=draft, by=world.facilitator)
    asked = corrections.ask_for_correction(decision=made, words="Twelve.", by=world.carer)
    acts = {
        "ask": lambda: corrections.ask_for_correction(
            decision=made, words="Other.", by=world.carer
        ),
        "answer": lambda: corrections.answer_correction(
            correction=asked, answer="Yes.", by=world.facilitator
        ),
        "keep": lambda: commitments.keep_commitment(
            commitment=made.commitments.get(), words="Done.", by=world.provider
        ),
    }

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(record, "append", broken)
    heard = Notice.objects.count()
    with pytest.raises(RuntimeError, match="no record"):
        acts[act]()
    assert Correction.objects.filter(answered_at=None).count() == 1
    assert made.commitments.get().kept_at is None
    assert Notice.objects.count() == heard


# a later decision


def test_a_later_decision_replaces_an_earlier_one_and_decides_again(world: World) -> None:
    café, bus = an_open_proposal(world, "A café"), an_open_proposal(world, "A bus")
    first = published(world, café, bus, title="First")
    notices.follow(world.service_user, first)
    later = a_draft(world, café, outcome=Outcome.NOT_AGREED, replaces=first, title="Later")
    assert list(Decision.objects.standing()) == [first], "a draft replaces nothing"
    later = decisions.publish_decision(decision=later, by=world.facilitator)
    café.refresh_from_db()
    bus.refresh_from_db()
    assert (café.status, bus.status) == (ProposalStatus.NOT_AGREED, ProposalStatus.AGREED)
    assert list(Decision.objects.standing()) == [later]
    assert list(Decision.objects.replaced()) == [first]
    entry = RecordEntry.objects.get(subject=ref(later))
    assert f'"replaces":"{ref(first)}"' in entry.line
    client = signed_in(world.carer)
    old = client.get(first.get_absolute_url())
    assert "A later decision took the place of this one" in old.content.decode()
    assert later.get_absolute_url() in old.content.decode()
    assert "Breaks last four hours" in old.content.decode(), "it stays readable"
    assert first.get_absolute_url() in client.get(later.get_absolute_url()).content.decode()
    assert [each.url for each in told(world.service_user, first)] == [later.get_absolute_url()]
    # What the first decided is followed through the one in between.
    third = published(world, bus, outcome=Outcome.PARKED, replaces=later, title="Third")
    bus.refresh_from_db()
    assert bus.status == ProposalStatus.PARKED
    assert list(Decision.objects.standing()) == [third]


def test_what_was_decided_is_decided_again_only_by_what_follows_it(world: World) -> None:
    café, bus = an_open_proposal(world, "A café"), an_open_proposal(world, "A bus")
    first = published(world, café, title="First")
    other = published(world, bus, title="Other")
    for follows in ({}, {"replaces": other}, {"reviews": other}):
        with pytest.raises(decisions.UnableToPublishDecision, match="cannot be decided on"):
            published(world, café, **follows)
    # Refused, opened again, and agreed by another: the first decision's successor has no say.
    parked = published(world, café, outcome=Outcome.PARKED, replaces=first, title="Parked")
    café.refresh_from_db()
    proposals.reopen_proposal(proposal=café, by=world.carer, reason="Now there is a hall.")
    anew = published(world, café, title="Anew")
    with pytest.raises(decisions.UnableToPublishDecision, match="cannot be decided on"):
        published(world, café, outcome=Outcome.NOT_AGREED, replaces=parked)
    assert published(world, café, outcome=Outcome.CHANGED, reviews=anew).is_published


def test_an_activity_that_runs_is_not_decided_away(world: World) -> None:
    activity = an_activity(world, "A knitting group")
    proposal = activity.proposals.get().source
    earlier = proposal.outcomes.get().target if proposal.outcomes.exists() else None
    assert earlier is not None, "it was agreed in a decision"
    with pytest.raises(decisions.UnableToPublishDecision, match="still runs"):
        published(world, proposal, outcome=Outcome.NOT_AGREED, replaces=earlier)
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.AGREED


def test_a_decision_is_replaced_once(world: World, decided: Decision) -> None:
    one = a_draft(world, an_open_proposal(world, "One"), replaces=decided, title="One")
    two = a_draft(world, an_open_proposal(world, "Two"), replaces=decided, title="Two")
    decisions.publish_decision(decision=one, by=world.facilitator)
    with pytest.raises(decisions.UnableToPublishDecision, match="“One” has already taken"):
        decisions.publish_decision(decision=two, by=world.facilitator)
    elsewhere = world.open_workspace("Another space")
    for earlier in (two, decided):
        workspace = world.workspace if earlier is two else elsewhere
        with pytest.raises(decisions.UnableToDraftDecision, match="of this space"):
            decisions.draft_decision(
                workspace=workspace,
                words=words(),
                outcomes=[],
                on=decisions.Rests(replaces=earlier),
                by=world.facilitator,
            )


def test_a_review_begins_with_what_was_decided(world: World, decided: Decision) -> None:
    client = signed_in(world.facilitator)
    new = reverse("codesign:draft_decision", args=["norfolk", world.workspace.pk])
    address = f"{new}?reviews={decided.pk}"
    assert address in client.get(decided.get_absolute_url()).content.decode()
    assert address not in signed_in(world.carer).get(decided.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    proposal = decided.outcomes.get().source
    assert f'name="outcome_{proposal.pk}"' in page
    assert f'<option value="{decided.pk}" selected>' in page
    fields = {
        "title": "Breaks, a year on",
        "what": "They go on.",
        "reasons": "They help.",
        "evidence": "The figures.",
        "how": "At the spring meeting.",
        "review_on": f"{clock.today() + timedelta(days=365):%Y-%m-%d}",
        "reviews": decided.pk,
        f"outcome_{proposal.pk}": "agreed",
        f"reason_{proposal.pk}": "It does what it should.",
    }
    assert client.post(address, fields).status_code == 302
    review = Decision.objects.get(title="Breaks, a year on")
    assert review.reviews == decided
    decisions.publish_decision(decision=review, by=world.facilitator)
    page = signed_in(world.carer).get(decided.get_absolute_url()).content.decode()
    assert review.get_absolute_url() in page
    assert list(Decision.objects.standing().order_by("pk")) == [decided, review]


def test_reviews_that_are_due_are_told_once_and_end_with_the_review(
    world: World, decided: Decision
) -> None:
    assert remind_of_reviews() == 0
    with clock.at(clock.now() + timedelta(days=181)):
        assert remind_of_reviews() == 1
        assert remind_of_reviews() == 0
        for person in (world.facilitator, world.commissioner):
            [notice] = [n for n in told(person, decided) if n.url.endswith("#review")]
            assert notice.needs_me
            assert list(queries.to_review(person)) == [decided]
        assert not [n for n in told(world.provider, decided) if n.url.endswith("#review")]
        assert list(queries.to_review(world.provider)) == []
        proposal = decided.outcomes.get().source
        draft = a_draft(world, proposal, reviews=decided)
        assert list(queries.to_review(world.facilitator)) == [decided], "a draft is no review"
        draft.review_on = clock.today() + timedelta(days=365)
        draft.save(update_fields=["review_on"])
        decisions.publish_decision(decision=draft, by=world.facilitator)
        assert list(queries.to_review(world.facilitator)) == []
