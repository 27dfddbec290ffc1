"""The roll of a ballot: one more, reminders, cards printed, and people who leave."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from codesign.enums import BallotMethod
from codesign.models import Ballot, RollEntry
from codesign.operations import rolls
from codesign.queries.rolls import card_codes, people_on, would_be_on_roll
from portal import clock, live, notices, permissions, record
from portal.models import Notice, RecordContent, RecordEntry, User, ref
from portal.operations import leaving, people
from tests.codesign.ballot import (
    a_ballot,
    a_ballot_with_cards,
    a_secret_ballot,
    a_space,
    an_open_ballot,
    closed,
    voting,
)
from tests.world import World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


def told(ballot: Ballot, starts: str) -> list[str]:
    found = Notice.objects.filter(subject=ref(ballot), text__startswith=starts).order_by("pk")
    return list(found.values_list("participant__display_name", flat=True))


def add(world: World, ballot: Ballot, **more: object) -> RollEntry:
    given = {"participant": world.provider, "reason": "Forgotten.", "by": world.facilitator}
    return rolls.add_to_roll(ballot=ballot, **{**given, **more})  # type: ignore[arg-type]


# --- one more --------------------------------------------------------------------------------


def test_add_to_roll_is_a_recorded_reopening_that_all_on_it_are_told(world: World) -> None:
    """F08."""
    ballot = an_open_ballot(world, roles=["carer", "service_user"])
    before = live.revision(ballot)
    entry = add(world, ballot)
    assert (entry.role, entry.added_because, entry.voted) == ("provider", "Forgotten.", False)
    written = RecordEntry.objects.get(kind="roll_reopened", subject=ref(ballot))
    assert json.loads(written.line)["public"]["roll"] == 3
    assert RecordContent.objects.get(seq=written.seq).content == {"reason": "Forgotten."}
    assert live.revision(ballot) == before + 1
    assert sorted(told(ballot, "One more person may vote in")) == ["Maureen", "Sam"]
    assert told(ballot, "You can vote now")[-1] == "Priya"
    voting(ballot, [(world.provider, ["1"])])
    assert closed(world, ballot).result["ballots"] == 1


def test_add_to_roll_while_it_is_to_come_and_not_once_it_is_over(world: World) -> None:
    space = a_space(world)
    coming = an_open_ballot(
        world, space=space, roles=["carer"], opens_at=clock.now() + timedelta(hours=1)
    )
    add(world, coming)
    ended = an_open_ballot(world, space=space, roles=["carer"])
    with clock.at(ended.closes_at), pytest.raises(rolls.UnableToAddToRoll, match="has closed"):
        add(world, ended)
    closed(world, ended)
    with pytest.raises(rolls.UnableToAddToRoll, match="has closed"):
        add(world, ended)
    with pytest.raises(rolls.UnableToAddToRoll, match="not begun"):
        add(world, a_ballot(world, space=space))


def test_add_to_roll_refuses_the_same_person_no_reason_cards_and_other_walls(
    world: World,
) -> None:
    ballot = an_open_ballot(world, roles=["carer"])
    with pytest.raises(rolls.UnableToAddToRoll, match="may vote already"):
        add(world, ballot, participant=world.carer)
    with pytest.raises(rolls.UnableToAddToRoll, match="say why"):
        add(world, ballot, reason=" ")
    with pytest.raises(rolls.UnableToAddToRoll, match="each paper card"):
        add(world, a_ballot_with_cards(world))
    with pytest.raises(permissions.OutsidePartnership):
        add(world, ballot, participant=World(slug="other").carer)
    with pytest.raises(permissions.PermissionRefused):
        add(world, ballot, by=world.admin)
    people.remove_participant(participant=world.provider, by=world.admin, reason="Moved away.")
    world.provider.refresh_from_db()
    with pytest.raises(rolls.UnableToAddToRoll, match="cannot read this space"):
        add(world, ballot)
    assert ballot.roll.count() == 1


def test_add_to_roll_needs_a_share_where_roles_have_one(world: World) -> None:
    ballot = an_open_ballot(world, BallotMethod.BUDGET, roles=["carer"], shares={"carer": 1})
    with pytest.raises(rolls.UnableToAddToRoll, match="No share"):
        add(world, ballot)


def test_add_to_roll_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = an_open_ballot(world, roles=["carer"])

    def broken(*_args: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(record, "append", broken)
    with pytest.raises(DatabaseError), transaction.atomic():
        add(world, ballot)
    assert ballot.roll.count() == 1


# --- telling ---------------------------------------------------------------------------------


def test_tell_open_ballots_tells_each_voter_once_when_voting_begins(world: World) -> None:
    opens = clock.now() + DAY
    ballot = an_open_ballot(world, roles=["carer"], opens_at=opens, closes_at=opens + DAY)
    assert told(ballot, "A vote is coming") == ["Maureen"]
    assert rolls.tell_open_ballots() == 0
    with clock.at(opens):
        assert [rolls.tell_open_ballots() for _each in range(3)] == [1, 0, 0]
    assert told(ballot, "You can vote now") == ["Maureen"]
    at_once = an_open_ballot(world, roles=["carer"])
    assert told(at_once, "You can vote now") == ["Maureen"]
    assert rolls.tell_open_ballots() == 0


def test_remind_due_voters_a_day_before_the_end_only_those_who_have_not_voted(
    world: World,
) -> None:
    ballot = an_open_ballot(world, roles=["carer", "service_user", "provider"])
    voting(ballot, [(world.carer, ["1"])])
    people.remove_participant(participant=world.provider, by=world.admin, reason="Moved away.")
    assert rolls.remind_due_voters() == 0
    with clock.at(ballot.closes_at - DAY):
        assert [rolls.remind_due_voters() for _each in range(2)] == [1, 0]
    with clock.at(ballot.closes_at - timedelta(minutes=1)):
        assert rolls.remind_due_voters() == 0
    assert told(ballot, "You can still vote") == ["Sam"]
    notice = Notice.objects.get(text__startswith="You can still vote")
    assert (notice.needs_me, notice.is_public) == (True, False)  # whose turn it is, is private


def test_remind_due_voters_leaves_a_short_ballot_alone(world: World) -> None:
    now = clock.now()
    ballot = an_open_ballot(world, opens_at=now, closes_at=now + timedelta(hours=20))
    assert rolls.remind_due_voters() == 0
    with clock.at(ballot.closes_at - timedelta(hours=1)):
        assert rolls.remind_due_voters() == 0


def test_remind_voters_at_most_once_a_day_and_never_who_has_voted(world: World) -> None:
    ballot = an_open_ballot(world, roles=["carer", "service_user"])
    voting(ballot, [(world.carer, ["1"])])
    assert rolls.remind_voters(ballot=ballot, by=world.facilitator) == 1
    assert told(ballot, "You can still vote") == ["Sam"]
    with pytest.raises(rolls.UnableToRemindVoters, match="within the last day"):
        rolls.remind_voters(ballot=ballot, by=world.facilitator)
    with clock.at(clock.now() + DAY):
        assert rolls.remind_voters(ballot=ballot, by=world.facilitator) == 1
    with pytest.raises(permissions.PermissionRefused):
        rolls.remind_voters(ballot=ballot, by=world.provider)
    closed(world, ballot)
    with pytest.raises(rolls.UnableToRemindVoters, match="has closed"):
        rolls.remind_voters(ballot=ballot, by=world.facilitator)


def test_the_sweeps_are_registered_so_that_jobs_and_the_server_do_them(world: World) -> None:
    names = {sweep.__name__ for sweep in notices.sweeps}  # type: ignore[attr-defined]
    assert {"tell_open_ballots", "remind_due_voters", "close_due_ballots"} <= names
    ballot = an_open_ballot(world)
    with clock.at(ballot.closes_at):
        notices.run_sweeps()
    ballot.refresh_from_db()
    assert ballot.closed_at is not None


# --- cards -----------------------------------------------------------------------------------


def test_print_cards_says_how_many_in_the_record_and_never_which(world: World) -> None:
    ballot = a_ballot_with_cards(world)
    for _each in range(2):  # a sheet that was lost is printed again, with the same codes
        assert rolls.print_cards(ballot=ballot, by=world.facilitator) == card_codes(ballot)
    entries = RecordEntry.objects.filter(kind="cards_printed", subject=ref(ballot))
    assert [json.loads(each.line)["public"]["count"] for each in entries] == [12, 12]
    assert not any(card.code in each.line for each in entries for card in card_codes(ballot))
    with pytest.raises(permissions.PermissionRefused):
        rolls.print_cards(ballot=ballot, by=world.provider)
    closed(world, ballot)
    with pytest.raises(rolls.UnableToPrintCards, match="has closed"):
        rolls.print_cards(ballot=ballot, by=world.facilitator)


def test_print_cards_of_a_draft_or_a_ballot_without_any_is_refused(world: World) -> None:
    drafted = a_ballot(world, secrecy="cards", cards={"carer": 9})
    with pytest.raises(rolls.UnableToPrintCards, match="Open the vote first"):
        rolls.print_cards(ballot=drafted, by=world.facilitator)
    with pytest.raises(rolls.UnableToPrintCards, match="no paper cards"):
        rolls.print_cards(ballot=an_open_ballot(world), by=world.facilitator)


# --- leaving ---------------------------------------------------------------------------------


def test_who_deletes_their_account_stays_on_the_roll_as_nobody_and_their_vote_counts(
    world: World,
) -> None:
    """F42."""
    ballot, voters = a_secret_ballot(world)
    draft = a_ballot(world, listed=voters)
    voting(ballot, [(voters[0], ["1"]), (voters[1], ["2"])])
    assert isinstance(voters[0].user, User)
    leaving.delete_account(user=voters[0].user)
    assert ballot.roll.count() == 8
    entry = ballot.roll.get(participant=voters[0].pk)
    assert entry.participant is not None
    assert entry.participant.display_name.startswith("Somebody who left")
    assert voters[0] not in people_on(ballot)
    assert voters[0] not in would_be_on_roll(draft)
    assert not draft.listed.filter(pk=voters[0].pk).exists()
    counted = closed(world, ballot)
    assert (counted.result["ballots"], counted.roll.count()) == (2, 8)
