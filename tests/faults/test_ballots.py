"""F01–F04, F06–F08, F41 and F42 for ballots: many at once, twice at once, and people who go.

Each race has a control: the same race run by careless code, in which it goes wrong. After each, the
tally is that of a recount, and there is at most one vote for each place on the roll.
"""

import io
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from codesign.counting import methods
from codesign.enums import BallotState, Secrecy
from codesign.models import Ballot, NamedVote, RollEntry, SecretVote
from codesign.operations import ballots, closing, rolls, votes
from codesign.queries import ballot_files, ballot_results
from codesign.queries.rolls import card_codes
from portal import record_export, verify_record
from portal.enums import Duty, Role
from portal.models import Notice, Participant, RecordEntry, User
from portal.operations import leaving, people
from portal.permissions import PermissionRefused, check
from tests.codesign.ballot import (
    a_ballot,
    a_ballot_with_cards,
    a_secret_ballot,
    an_open_ballot,
    closed,
    new_code,
    voting,
)
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

TAPS = 50
VOTERS = 500
LANES = 20  # of voters, each lane one after the other: 25 requests in each


@pytest.fixture
def world() -> World:
    return World()


def seen(ballot: Ballot) -> Ballot:
    """The ballot as somebody's page has it."""
    return Ballot.objects.select_related("workspace__partnership", "partnership").get(pk=ballot.pk)


def a_crowd(world: World, number: int) -> list[Participant]:
    """Many guests, written straight into their table: to make them is no part of the test."""
    return Participant.objects.bulk_create(
        Participant(partnership=world.partnership, role=Role.CARER, display_name=f"Guest {n}")
        for n in range(number)
    )


def is_whole(ballot: Ballot, receipts: set[str]) -> None:
    """Closed with exactly these votes; the tally is a recount's, and all of it fits the record."""
    counted = seen(ballot)
    assert counted.state == BallotState.CLOSED
    listed = [each.code for each in counted.counted_votes.order_by("pk")]
    assert listed == sorted(receipts)
    assert counted.roll.filter(voted=True).count() == len(receipts)
    file = ballot_files.file_of(counted)
    assert verify_record.ballots_hash(file) == counted.ballots_hash
    assert methods.count(ballot_files.read(file)).as_data() == counted.result
    assert ballot_results.result_of(counted).ballots == len(receipts)
    assert not SecretVote.objects.filter(ballot=counted).exists()
    assert RecordEntry.objects.filter(kind="ballot_closed").count() == 1
    record_export.write(counted.partnership, io.BytesIO())


# --- F01: one person many times at once --------------------------------------------------------


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
def test_cast_ballot_by_one_person_50_times_at_once_is_one_vote(world: World, secret: bool) -> None:
    if secret:
        ballot, [voter, *_others] = a_secret_ballot(world)
    else:
        ballot, voter = an_open_ballot(world), world.carer

    def tap() -> str:
        return votes.cast_ballot(ballot=ballot, choice=["1"], by=voter, code=new_code())

    outcomes = at_once(*[tap] * TAPS)
    receipts = {each for each in outcomes if isinstance(each, str)}
    assert len(receipts) == 1
    refused = errors_in(outcomes)
    assert all(isinstance(each, votes.UnableToCastBallot) for each in refused)
    assert len(refused) == (TAPS - 1 if secret else 0)  # by name each tap is a change
    closed(world, ballot)
    is_whole(ballot, receipts)


def test_control_without_the_lock_and_the_mark_one_person_votes_twice(world: World) -> None:
    ballot, [voter, *_others] = a_secret_ballot(world)
    entry = ballot.roll.get(participant=voter)
    both_have_looked = meeting(2)

    def careless() -> None:
        assert not RollEntry.objects.get(pk=entry.pk).voted
        both_have_looked()
        RollEntry.objects.filter(pk=entry.pk).update(voted=True)
        SecretVote.objects.create(code=new_code(), ballot=ballot, choice=["1"])

    assert errors_in(at_once(careless, careless)) == []
    assert SecretVote.objects.filter(ballot=ballot).count() == 2


def test_cast_by_card_many_times_at_once_is_one_vote(world: World) -> None:
    ballot = a_ballot_with_cards(world)
    card = card_codes(ballot)[0].code

    def tap() -> str:
        return votes.cast_by_card(card=card, choice=["1"], code=new_code())

    outcomes = at_once(*[tap] * 10)
    receipts = {each for each in outcomes if isinstance(each, str)}
    assert len(receipts) == 1
    assert len(errors_in(outcomes)) == 9
    closed(world, ballot)
    is_whole(ballot, receipts)


# --- F02: everybody at once --------------------------------------------------------------------


def test_cast_ballot_by_500_people_at_once_is_500_votes_without_an_error(world: World) -> None:
    crowd = a_crowd(world, VOTERS)
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=crowd)

    def lane(number: int) -> Callable[[], list[str]]:
        mine = crowd[number::LANES]
        return lambda: [
            votes.cast_ballot(
                ballot=ballot, choice=[str(1 + person.pk % 3)], by=person, code=new_code()
            )
            for person in mine
        ]

    outcomes = at_once(*[lane(number) for number in range(LANES)])
    assert errors_in(outcomes) == []
    receipts = {code for each in outcomes for code in each}
    assert len(receipts) == VOTERS
    closed(world, ballot)
    is_whole(ballot, receipts)
    with pytest.raises(AssertionError):  # control: one vote that was lost would be seen
        is_whole(ballot, receipts | {new_code()})


# --- F03: a vote while the ballot closes -------------------------------------------------------


def test_cast_ballot_while_it_closes_counts_exactly_what_was_acknowledged(world: World) -> None:
    early, crowd = a_crowd(world, 8), a_crowd(world, 16)
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=[*early, *crowd])
    counted = voting(ballot, [(person, ["1"]) for person in early])  # enough to close it by hand

    def vote(person: Participant) -> Callable[[], str]:
        return lambda: votes.cast_ballot(ballot=ballot, choice=["1"], by=person, code=new_code())

    def close() -> Ballot:
        return closing.close_ballot(
            ballot=seen(ballot), by=world.facilitator, reason="All have voted."
        )

    outcomes = at_once(*map(vote, crowd[:8]), close, *map(vote, crowd[8:]))
    late = errors_in(outcomes)
    assert all(isinstance(each, votes.UnableToCastBallot) for each in late)
    assert all("has closed" in str(each) for each in late)
    receipts = {each for each in outcomes if isinstance(each, str)}
    assert len(receipts) + len(late) == 16
    is_whole(ballot, {*counted, *receipts})


def test_control_without_the_lock_an_acknowledged_vote_is_not_counted(world: World) -> None:
    ballot = an_open_ballot(world)
    has_looked, has_voted = meeting(2), meeting(2)

    def careless_count() -> list[str]:
        found = list(NamedVote.objects.filter(ballot=ballot).values_list("code", flat=True))
        has_looked()
        has_voted()
        return found

    def careless_vote() -> str:
        has_looked()
        code = new_code()
        NamedVote.objects.create(
            ballot=ballot, voter=world.carer, code=code, role="carer", choice=["1"]
        )
        has_voted()
        return code

    counted, acknowledged = at_once(careless_count, careless_vote)
    assert isinstance(acknowledged, str)
    assert acknowledged not in counted


# --- F04: two facilitators at once -------------------------------------------------------------


def test_close_ballot_by_two_at_once_closes_it_once_and_tells_the_other(world: World) -> None:
    ballot, voters = a_secret_ballot(world)
    receipts = voting(ballot, [(person, ["1"]) for person in voters])
    other = world.person(Role.COMMISSIONER, Duty.FACILITATOR)

    def close(by: Participant) -> Callable[[], Ballot]:
        mine = seen(ballot)
        return lambda: closing.close_ballot(ballot=mine, by=by, reason="All have voted.")

    outcomes = at_once(close(world.facilitator), close(other))
    [refused] = errors_in(outcomes)
    assert isinstance(refused, closing.UnableToCloseBallot)
    assert "closed already" in str(refused)
    is_whole(ballot, set(receipts))
    told = Notice.objects.filter(participant=voters[0], text__startswith="A vote closed early")
    assert told.count() == 1


def test_close_due_ballots_by_two_sweeps_at_once_closes_it_once(world: World) -> None:
    ballot, voters = a_secret_ballot(world)
    receipts = voting(ballot, [(person, ["1"]) for person in voters])
    Ballot.objects.filter(pk=ballot.pk).update(
        opens_at=ballot.opens_at.replace(year=2020), closes_at=ballot.opens_at
    )
    outcomes = at_once(*[closing.close_due_ballots] * 4)
    assert errors_in(outcomes) == []
    assert sum(outcomes) == 1
    is_whole(ballot, set(receipts))


def test_open_ballot_by_two_at_once_opens_it_once_and_tells_the_other(world: World) -> None:
    drafted = a_ballot(world)
    other = world.person(Role.COMMISSIONER, Duty.FACILITATOR)

    def opening(by: Participant) -> Callable[[], Ballot]:
        mine = seen(drafted)
        return lambda: ballots.open_ballot(ballot=mine, by=by)

    outcomes = at_once(opening(world.facilitator), opening(other))
    [refused] = errors_in(outcomes)
    assert isinstance(refused, ballots.UnableToOpenBallot)
    assert "opened already" in str(refused)
    assert RecordEntry.objects.filter(kind="ballot_opened").count() == 1
    on_it = list(drafted.roll.values_list("participant", flat=True))
    assert len(on_it) == len(set(on_it)) > 0


def test_control_without_the_lock_both_believe_they_have_opened_it(world: World) -> None:
    drafted = a_ballot(world)
    both_have_looked = meeting(2)

    def careless() -> bool:
        is_draft = not seen(drafted).is_opened
        both_have_looked()
        return is_draft

    assert at_once(careless, careless) == [True, True]


# --- F06, F07: the same post twice -------------------------------------------------------------


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
def test_cast_ballot_the_same_post_at_once_is_one_vote_and_one_receipt(
    world: World, secret: bool
) -> None:
    if secret:
        ballot, [voter, *_others] = a_secret_ballot(world)
    else:
        ballot, voter = an_open_ballot(world), world.carer
    code = new_code()

    def post() -> str:
        return votes.cast_ballot(ballot=ballot, choice=["2"], by=voter, code=code)

    assert at_once(*[post] * 8) == [code] * 8
    closed(world, ballot)
    is_whole(ballot, {code})
    assert post() == code  # the reply was lost, and the browser sends it once more


# --- F08: the roll while open ------------------------------------------------------------------


def test_add_to_roll_by_two_at_once_adds_somebody_once(world: World) -> None:
    ballot = an_open_ballot(world, roles=["carer"])

    def add() -> RollEntry:
        return rolls.add_to_roll(
            ballot=seen(ballot),
            participant=world.provider,
            reason="Forgotten.",
            by=world.facilitator,
        )

    outcomes = at_once(add, add)
    [refused] = errors_in(outcomes)
    assert isinstance(refused, rolls.UnableToAddToRoll)
    assert ballot.roll.count() == 2
    assert RecordEntry.objects.filter(kind="roll_reopened").count() == 1


def test_control_without_the_lock_the_second_who_adds_gets_an_error_nobody_wrote(
    world: World,
) -> None:
    ballot = an_open_ballot(world, roles=["carer"])
    both_have_looked = meeting(2)

    def careless() -> None:
        assert not ballot.roll.filter(participant=world.provider).exists()
        both_have_looked()
        RollEntry.objects.create(ballot=ballot, participant=world.provider, role=Role.PROVIDER)

    [error] = errors_in(at_once(careless, careless))
    assert isinstance(error, IntegrityError)
    assert ballot.roll.count() == 2  # the constraint alone keeps it to one place a person


# --- F41, F42: people who go -------------------------------------------------------------------


def test_close_ballot_by_who_is_no_facilitator_any_more_is_refused(world: World) -> None:
    ballot = an_open_ballot(world)
    check(world.facilitator, "close_ballot", ballot)  # control: with the duty it is allowed
    people.remove_duty(participant=world.facilitator, duty=Duty.FACILITATOR, by=world.admin)
    fresh = Participant.objects.get(pk=world.facilitator.pk)
    for act in (
        lambda: closing.close_ballot(ballot=ballot, by=fresh, reason="Now."),
        lambda: ballots.annul_ballot(ballot=ballot, by=fresh, reason="Now."),
        lambda: rolls.remind_voters(ballot=ballot, by=fresh),
    ):
        with pytest.raises(PermissionRefused):
            act()
    assert seen(ballot).state == BallotState.OPEN
    closing.close_due_ballots()  # nobody is left to close it, and it will by itself


def test_delete_account_while_its_owner_votes_leaves_a_vote_that_counts_or_none(
    world: World,
) -> None:
    ballot, voters = a_secret_ballot(world)
    users = [User.objects.get(pk=person.user_id) for person in voters[:4]]

    def vote(person: Participant) -> Callable[[], str]:
        mine = Participant.objects.get(pk=person.pk)
        return lambda: votes.cast_ballot(ballot=ballot, choice=["1"], by=mine, code=new_code())

    outcomes = at_once(
        *map(vote, voters),
        *[lambda user=user: leaving.delete_account(user=user) for user in users],
    )
    late = errors_in(outcomes)
    assert all(isinstance(each, votes.UnableToCastBallot) for each in late), late
    receipts = {each for each in outcomes[:8] if isinstance(each, str)}
    assert len(receipts) + len(late) == 8
    assert ballot.roll.count() == 8
    closed(world, ballot)
    is_whole(ballot, receipts)
    assert not User.objects.filter(pk__in=[user.pk for user in users]).exists()
    with transaction.atomic():
        connection.check_constraints()
