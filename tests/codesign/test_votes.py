"""Votes: what may be chosen in each method, one vote a person, changed, helped, or by card."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from codesign.enums import BallotMethod, ObjectionKind
from codesign.models import Ballot, NamedVote, Objection, RollEntry, SecretVote, TakingPart
from codesign.operations import votes
from codesign.operations.votes import UnableToCastBallot, checked
from codesign.queries import rolls
from portal import clock, live, permissions
from portal.enums import Channel, Role
from portal.models import Participant, RecordEntry
from tests.codesign.ballot import (
    a_ballot,
    a_ballot_with_cards,
    a_secret_ballot,
    a_space,
    an_open_ballot,
    closed,
    new_code,
    voting,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def cast(ballot: Ballot, by: Participant, choice: Any, **more: Any) -> str:
    return votes.cast_ballot(ballot=ballot, choice=choice, by=by, **{"code": new_code(), **more})


# --- what may be chosen ----------------------------------------------------------------------

FITS: list[tuple[str, Any, Any]] = [
    ("tick", [], []),
    ("tick", ["3", "1"], ["1", "3"]),  # as listed: no order tells whose it is
    ("dots", {}, {}),
    ("dots", [], {}),
    ("dots", {"3": 5, "1": 5, "2": 0}, {"1": 5, "3": 5}),
    ("score", {"2": 1, "1": 5, "3": 0}, {"1": 5, "2": 1}),
    ("rank_one", ["3", "1"], ["3", "1"]),
    ("rank_several", ["2", "3", "1"], ["2", "3", "1"]),
    ("rank_several", [], []),
    ("consent", "", "abstain"),
    ("consent", "agree", "agree"),
    ("budget", ["2"], ["2"]),
    ("pairs", [["3", "1"], ["1", "2"]], [["1", "2"], ["3", "1"]]),
    ("pairs", [("2", "1")], [["2", "1"]]),
]
UNFIT: list[tuple[str, Any]] = [
    ("tick", ["4"]),
    ("tick", ["1", "1"]),
    ("tick", "1"),
    ("tick", {"1": 1}),
    ("tick", [1]),
    ("tick", [["1"]]),
    ("tick", None),
    ("dots", {"1": 6}),
    ("dots", {"1": 4, "2": 4, "3": 3}),
    ("dots", {"1": -1}),
    ("dots", {"1": True}),
    ("dots", {"1": 1.5}),
    ("dots", {"1": "2"}),
    ("dots", {"9": 1}),
    ("dots", ["1"]),
    ("score", {"1": 6}),
    ("score", {"1": False}),
    ("rank_one", ["1", "1"]),
    ("rank_one", [["1", "2"]]),
    ("rank_several", ["0"]),
    ("consent", "maybe"),
    ("consent", ["agree"]),
    ("budget", ["1", "1"]),
    ("pairs", [["1", "1"]]),
    ("pairs", [["1", "2"], ["2", "1"]]),
    ("pairs", [["1"]]),
    ("pairs", [["1", "4"]]),
    ("pairs", ["12"]),
    ("pairs", [[["1"], "2"]]),
]


@pytest.mark.parametrize("method", list(BallotMethod))
def test_checked_takes_what_fits_and_kindly_refuses_what_does_not(
    world: World, method: BallotMethod
) -> None:
    ballot = a_ballot(world, method)
    for name, choice, kept in FITS:
        if name == method:
            assert checked(ballot, choice) == kept
    for name, choice in UNFIT:
        if name == method:
            with pytest.raises(UnableToCastBallot):
                checked(ballot, choice)


def test_checked_says_what_is_wrong_with_dots_and_ranks(world: World) -> None:
    space = a_space(world)
    dots = a_ballot(world, BallotMethod.DOTS, space=space, dots=4, most_dots=3)
    with pytest.raises(UnableToCastBallot, match="at most 3 dots"):
        checked(dots, {"1": 4})
    with pytest.raises(UnableToCastBallot, match="You gave out 5 dots, and there are 4"):
        checked(dots, {"1": 3, "2": 2})
    ranked = a_ballot(world, BallotMethod.RANK_ONE, space=space)
    with pytest.raises(UnableToCastBallot, match="One suggestion has two places"):
        checked(ranked, ["1", "1"])


# --- named votes -----------------------------------------------------------------------------


def test_cast_ballot_by_name_counts_announces_and_is_never_recorded(world: World) -> None:
    ballot = an_open_ballot(world)
    entries, before = RecordEntry.objects.count(), live.revision(ballot)
    code = new_code()
    assert cast(ballot, world.carer, ["2", "1"], code=code) == code
    vote = NamedVote.objects.get()
    assert (vote.voter, vote.choice, vote.role) == (world.carer, ["1", "2"], "carer")
    assert ballot.roll.get(participant=world.carer).voted
    assert live.revision(ballot) == before + 1
    assert RecordEntry.objects.count() == entries
    assert not TakingPart.objects.filter(workspace=ballot.workspace, participant=world.partner)


def test_cast_ballot_by_name_again_changes_it_and_keeps_its_code(world: World) -> None:
    ballot = an_open_ballot(world)
    first = cast(ballot, world.carer, ["1"])
    assert cast(ballot, world.carer, ["3"]) == first
    assert NamedVote.objects.get().choice == ["3"]
    seat = rolls.seat_of(ballot, world.carer)
    assert (seat.on_roll, seat.voted, seat.choice, seat.may_vote) == (True, True, ["3"], True)
    assert list(closed(world, ballot).counted_votes.values_list("code", "choice")) == [
        (first, ["3"])
    ]
    seat = rolls.seat_of(Ballot.objects.get(pk=ballot.pk), world.carer)
    assert not seat.may_vote
    assert "has closed" in seat.why_not


def test_cast_ballot_the_same_post_twice_is_one_vote_with_one_receipt(world: World) -> None:
    """F06 and F07, in each mode."""
    named = an_open_ballot(world)
    secret, people = a_secret_ballot(world)
    for ballot, who in ((named, world.carer), (secret, people[0])):
        code = new_code()
        assert [cast(ballot, who, ["1"], code=code) for _each in range(3)] == [code] * 3
    assert (NamedVote.objects.count(), SecretVote.objects.count()) == (1, 1)


@pytest.mark.parametrize("code", ["", "1234", "Z" * 32, "A" * 32, "0" * 33])
def test_cast_ballot_with_a_code_that_is_none_is_refused(world: World, code: str) -> None:
    ballot = an_open_ballot(world)
    with pytest.raises(UnableToCastBallot, match="load the page"):
        cast(ballot, world.carer, ["1"], code=code)
    assert not ballot.roll.filter(voted=True).exists()


def test_cast_ballot_with_somebody_elses_code_is_refused_and_can_be_done_again(
    world: World,
) -> None:
    named = an_open_ballot(world)
    secret, people = a_secret_ballot(world)
    for ballot, one, other in (
        (named, world.carer, world.partner),
        (secret, people[0], people[1]),
    ):
        code = cast(ballot, one, ["1"])
        with pytest.raises(UnableToCastBallot, match="load the page"):
            cast(ballot, other, ["2"], code=code)
        assert not ballot.roll.get(participant=other).voted
        cast(ballot, other, ["2"])
        assert ballot.roll.filter(voted=True).count() == 2


def test_cast_ballot_off_the_roll_before_it_opens_and_after_it_closes_is_refused(
    world: World,
) -> None:
    space = a_space(world)
    ballot = an_open_ballot(world, space=space, roles=["carer"])
    with pytest.raises(UnableToCastBallot, match="not on the list"):
        cast(ballot, world.provider, ["1"])
    with clock.at(ballot.closes_at), pytest.raises(UnableToCastBallot, match="has closed"):
        cast(ballot, world.carer, ["1"])
    coming = an_open_ballot(world, space=space, opens_at=clock.now() + timedelta(days=1))
    with pytest.raises(UnableToCastBallot, match="has not begun"):
        cast(coming, world.carer, ["1"])
    with clock.at(coming.opens_at):
        cast(coming, world.carer, ["1"])
    drafted = a_ballot(world, space=space)
    with pytest.raises(UnableToCastBallot, match="not on the list"):
        cast(drafted, world.carer, ["1"])


def test_cast_ballot_by_who_has_left_is_refused_and_their_earlier_vote_counts(
    world: World,
) -> None:
    ballot = an_open_ballot(world)
    as_they_were = Participant.objects.get(pk=world.partner.pk)
    voting(ballot, [(world.carer, ["1"])])
    for person in (world.carer, world.partner):
        Participant.objects.filter(pk=person.pk).update(left_at=clock.now())
    with pytest.raises(UnableToCastBallot):  # had passed every check before
        cast(ballot, as_they_were, ["2"])
    gone = Participant.objects.get(pk=world.carer.pk)
    with pytest.raises(permissions.PermissionRefused):
        cast(ballot, gone, ["2"])
    assert [each.choice for each in closed(world, ballot).counted_votes.all()] == [["1"]]


def test_cast_ballot_is_all_or_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot, people = a_secret_ballot(world)

    def broken(*_args: object, **_more: object) -> int:
        raise DatabaseError

    monkeypatch.setattr(live, "announce", broken)
    with pytest.raises(DatabaseError):
        cast(ballot, people[0], ["1"])
    assert not SecretVote.objects.exists()
    assert not ballot.roll.filter(voted=True).exists()


# --- secret votes ----------------------------------------------------------------------------


def test_cast_ballot_in_secret_is_final(world: World) -> None:
    ballot, people = a_secret_ballot(world)
    cast(ballot, people[0], ["1"])
    with pytest.raises(UnableToCastBallot, match="A secret vote is final"):
        cast(ballot, people[0], ["2"])
    assert SecretVote.objects.get().choice == ["1"]
    seat = rolls.seat_of(ballot, people[0])
    assert (seat.voted, seat.choice, seat.may_vote) == (True, None, False)
    assert "final" in seat.why_not


def test_seat_of_who_is_not_on_the_roll_says_so(world: World) -> None:
    ballot = an_open_ballot(world, roles=["carer"])
    for who in (world.provider, None):
        seat = rolls.seat_of(ballot, who)
        assert (seat.on_roll, seat.may_vote) == (False, False)
        assert "not on the list" in seat.why_not


def test_codes_are_signed_for_one_ballot(world: World) -> None:
    space = a_space(world)
    one, other = an_open_ballot(world, space=space), an_open_ballot(world, space=space)
    signed = rolls.fresh_code(one)
    code = rolls.read_code(one, signed)
    assert len(code) == 32
    assert cast(one, world.carer, ["1"], code=code) == code
    assert rolls.fresh_code(one) != signed
    for wrong in (signed[:-1] + "x", code, "", f"{new_code()}:{signed.partition(':')[2]}"):
        with pytest.raises(rolls.NotOurCode):
            rolls.read_code(one, wrong)
    with pytest.raises(rolls.NotOurCode):
        rolls.read_code(other, signed)


# --- consent ---------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", ["disagree", "object"])
def test_cast_ballot_against_needs_a_reason_which_is_kept_with_its_kind(
    world: World, choice: str
) -> None:
    ballot = an_open_ballot(world, BallotMethod.CONSENT)
    with pytest.raises(UnableToCastBallot, match="say why"):
        cast(ballot, world.carer, choice, objection="  ")
    code = cast(ballot, world.carer, choice, objection="Too far.")
    kept = Objection.objects.get()
    assert (kept.code, kept.words, kept.kind, kept.by) == (
        code,
        "Too far.",
        ObjectionKind(choice),
        world.carer,
    )
    assert rolls.seat_of(ballot, world.carer).objection == "Too far."


def test_cast_ballot_for_after_all_takes_the_reason_along(world: World) -> None:
    ballot = an_open_ballot(world, BallotMethod.CONSENT)
    cast(ballot, world.carer, "object", objection="Too far.")
    cast(ballot, world.carer, "disagree", objection="A bit far.")
    assert [(each.words, each.kind) for each in Objection.objects.all()] == [
        ("A bit far.", "disagree")
    ]
    cast(ballot, world.carer, "agree", objection="Not a reason any more")
    assert not Objection.objects.exists()


def test_cast_ballot_in_secret_keeps_a_reason_without_its_voter(world: World) -> None:
    ballot, people = a_secret_ballot(world, BallotMethod.CONSENT)
    code = cast(ballot, people[0], "object", objection="Too far.")
    kept = Objection.objects.get()
    assert (kept.by, kept.code, kept.words) == (None, code, "Too far.")


# --- helped ----------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
def test_cast_for_somebody_is_their_vote_and_says_who_entered_it(
    world: World, secret: bool
) -> None:
    if secret:
        ballot, [voter, *_others] = a_secret_ballot(world)
    else:
        ballot, voter = an_open_ballot(world, listed=[world.guest, world.carer]), world.guest
    given = {"ballot": ballot, "voter": voter, "how": Channel.PHONE, "by": world.provider}
    code = new_code()
    for _each in range(2):  # sent twice is once
        assert votes.cast_for_somebody(**given, choice=["2"], code=code) == code
    entry = ballot.roll.get(participant=voter)
    assert (entry.voted, entry.helped_by, entry.helped_how) == (True, world.provider, "phone")
    with pytest.raises(UnableToCastBallot, match="has voted already"):
        votes.cast_for_somebody(**given, choice=["1"], code=new_code())
    assert [each.choice for each in closed(world, ballot).counted_votes.all()] == [["2"]]


def test_cast_for_somebody_is_for_workers_not_for_oneself_nor_off_the_roll(world: World) -> None:
    ballot = an_open_ballot(world, listed=[world.guest, world.provider])
    given = {"ballot": ballot, "choice": ["1"], "how": Channel.PAPER}
    with pytest.raises(permissions.PermissionRefused):
        votes.cast_for_somebody(**given, voter=world.guest, by=world.carer, code=new_code())
    with pytest.raises(UnableToCastBallot, match="This is you"):
        votes.cast_for_somebody(**given, voter=world.provider, by=world.provider, code=new_code())
    with pytest.raises(UnableToCastBallot, match="not on the list"):
        votes.cast_for_somebody(**given, voter=world.carer, by=world.provider, code=new_code())


# --- cards -----------------------------------------------------------------------------------


def test_cast_by_card_works_once_however_it_is_typed(world: World) -> None:
    ballot = a_ballot_with_cards(world)
    cards = rolls.card_codes(ballot)
    assert len({each.code for each in cards}) == 12
    assert cards == rolls.card_codes(ballot)
    assert {each.role for each in cards} == {"carer", "service_user"}
    card = cards[0].code
    typed = f" {card.lower().replace('-', ' ')} "
    code = new_code()
    for _each in range(2):
        assert votes.cast_by_card(card=typed, choice=["1"], code=code) == code
    with pytest.raises(UnableToCastBallot, match="This card has been used"):
        votes.cast_by_card(card=card, choice=["2"], code=new_code())
    assert SecretVote.objects.get().choice == ["1"]
    found = rolls.ballot_of_card(card)
    assert found is not None
    assert (found[0], found[1].voted) == (ballot, True)


@pytest.mark.parametrize("card", ["", "AAAA", "K7FM-2XPD-99QT-C4HW", "\x00" * 16, "é" * 16])
def test_cast_by_card_with_another_code_is_refused(world: World, card: str) -> None:
    a_ballot_with_cards(world)
    assert rolls.ballot_of_card(card) is None
    with pytest.raises(UnableToCastBallot, match="do not know this card"):
        votes.cast_by_card(card=card, choice=["1"], code=new_code())


def test_cards_are_stored_nowhere_and_are_no_other_ballots(world: World) -> None:
    space = a_space(world)
    one, other = a_ballot_with_cards(world, space=space), a_ballot_with_cards(world, space=space)
    mine, theirs = ({each.code for each in rolls.card_codes(b)} for b in (one, other))
    assert not mine & theirs
    stored = set(RollEntry.objects.values_list("card", flat=True))
    assert all(len(each) == 64 for each in stored)
    assert not {each.replace("-", "") for each in mine} & stored


# --- constraints -----------------------------------------------------------------------------


def test_the_database_takes_one_named_vote_a_voter_and_none_after_the_count(
    world: World,
) -> None:
    ballot = an_open_ballot(world)
    cast(ballot, world.carer, ["1"])
    given = {"ballot": ballot, "role": Role.CARER, "choice": ["2"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        NamedVote.objects.create(**given, voter=world.carer, code=new_code())
    closed(world, ballot)
    for act in (
        lambda: NamedVote.objects.create(**given, voter=world.partner, code=new_code()),
        lambda: NamedVote.objects.update(choice=["3"]),
        lambda: NamedVote.objects.all().delete(),
        lambda: SecretVote.objects.create(code=new_code(), ballot=ballot, choice=["1"]),
        lambda: ballot.counted_votes.update(choice=["3"]),
        lambda: ballot.counted_votes.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
            act()
