"""A vote annulled under a decision: the decision stands, says so, and is looked at again."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from codesign.enums import StageKind
from codesign.models import Ballot, Decision
from codesign.operations import ballots, decisions
from codesign.operations.reviews import remind_of_reviews
from codesign.queries import decisions as queries
from codesign.queries.decision_lists import WantedDecisions, narrowed, rows_of, with_lines
from portal import clock, live, notices
from portal.models import Notice, Participant, RecordEntry, ref
from tests.codesign.ballot import a_closed_ballot
from tests.codesign.test_decisions import a_draft
from tests.codesign.test_proposals import an_open_proposal
from tests.world import World, signed_in

pytestmark = pytest.mark.django_db

HOSTILE = "Two were <b>missing</b>."


@pytest.fixture
def world() -> World:
    """Its space takes suggestions as well as ballots."""
    return World(stage=StageKind.DEVELOP)


@pytest.fixture
def ballot(world: World) -> Ballot:
    return a_closed_ballot(world, space=world.workspace)


@pytest.fixture
def decided(world: World, ballot: Ballot) -> Decision:
    draft = a_draft(world, an_open_proposal(world), ballots=[ballot])
    return decisions.publish_decision(decision=draft, by=world.facilitator)


def annul(world: World, ballot: Ballot) -> Ballot:
    return ballots.annul_ballot(ballot=ballot, reason=HOSTILE, by=world.facilitator)


def told(person: Participant, decided: Decision) -> list[str]:
    found = Notice.objects.filter(
        participant=person, subject=ref(decided), text__startswith="The vote “"
    )
    return list(found.values_list("text", flat=True))


def test_annul_ballot_leaves_its_decision_due_for_review_and_tells_who_reviews(
    world: World, ballot: Ballot, decided: Decision
) -> None:
    notices.follow(world.carer, decided)
    assert not queries.to_review(world.commissioner).exists()  # the control
    before = live.revision(decided)
    annul(world, ballot)
    assert list(queries.to_review(world.commissioner)) == [decided]
    assert list(queries.to_review(world.facilitator)) == [decided]
    assert not queries.to_review(world.carer).exists()
    [text] = told(world.commissioner, decided)
    assert "it is time to look at that again" in text
    assert Notice.objects.get(participant=world.commissioner, text=text).needs_me
    [text] = told(world.carer, decided)
    assert "it is time" not in text
    assert live.revision(decided) == before + 1
    entry = RecordEntry.objects.get(kind="ballot_annulled")
    assert f'"decisions":["{ref(decided)}"]' in entry.line
    assert remind_of_reviews() == 0, "they were told already"
    decided.refresh_from_db()
    assert decided.is_published


def test_annul_ballot_that_nothing_rests_on_names_no_decision(world: World, ballot: Ballot) -> None:
    draft = a_draft(world, an_open_proposal(world), ballots=[ballot])
    annul(world, ballot)
    assert "decisions" not in RecordEntry.objects.get(kind="ballot_annulled").line
    assert not told(world.commissioner, draft)
    with pytest.raises(decisions.UnableToPublishDecision, match="does not count any more"):
        decisions.publish_decision(decision=draft, by=world.facilitator)


def test_a_review_after_the_annulment_settles_it_and_one_before_does_not(
    world: World, ballot: Ballot, decided: Decision
) -> None:
    def review(days: int) -> None:
        with clock.at(clock.now() + timedelta(days=days)):
            draft = a_draft(world, an_open_proposal(world, f"Idea {days}"), reviews=decided)
            decisions.publish_decision(decision=draft, by=world.facilitator)

    review(1)
    with clock.at(clock.now() + timedelta(days=2)):
        annul(world, ballot)
        assert list(queries.to_review(world.facilitator)) == [decided]
    assert queries.around(decided, world.carer).is_shaken
    review(3)
    assert not queries.to_review(world.facilitator).exists()
    assert not queries.around(decided, world.carer).is_shaken


def test_decision_and_register_say_that_its_vote_was_annulled_and_why(
    world: World, ballot: Ballot, decided: Decision
) -> None:
    register = reverse("codesign:decisions", args=["norfolk"])
    said = "A vote it rests on was annulled on"
    assert said not in Client().get(register).content.decode()  # the control
    annul(world, ballot)
    for client in (Client(), signed_in(world.carer)):
        page = client.get(decided.get_absolute_url()).content.decode()
        assert "A vote this decision rests on was annulled on" in page
        assert HOSTILE not in page
        assert HOSTILE in html.unescape(page)
        assert "It is to be looked at again now" in page
        assert "The vote was annulled: What comes first?" in html.unescape(page)
        page = client.get(register).content.decode()
        assert said in page
        assert "To look at again now" in page
    found = with_lines(narrowed(world.partnership, world.carer, WantedDecisions(show="due")))
    [row] = rows_of(found, host="https://portal.example.org")
    assert f"What comes first? ({clock.today().isoformat()})" in row
