"""Secrecy: nothing that is stored joins a voter and a vote, before or after the count."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from codesign.enums import BallotMethod, Secrecy
from codesign.models import Ballot, CountedVote, Objection, RollEntry, SecretVote
from codesign.operations import rolls as roll_operations
from codesign.operations import votes
from codesign.queries import rolls
from portal.enums import Channel, Role
from portal.models import Participant, RecordEntry
from tests.codesign.ballot import (
    a_ballot_with_cards,
    a_secret_ballot,
    an_open_ballot,
    closed,
    crowd,
    new_code,
    voting,
)
from tests.world import World

pytestmark = pytest.mark.django_db
MOMENTS = (models.DateTimeField, models.DateField, models.TimeField)


@pytest.fixture
def world() -> World:
    return World()


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds, table by table, each value as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = [tuple(str(value) for value in row) for row in cursor.fetchall()]
    return found


def tables_with(needle: str) -> set[str]:
    return {
        table
        for table, rows in every_row().items()
        if any(needle in value for row in rows for value in row)
    }


def test_the_tables_of_secret_votes_have_no_person_no_moment_and_no_number() -> None:
    fields = {field.name: field for field in SecretVote._meta.get_fields()}
    assert set(fields) == {"code", "ballot", "role", "choice"}
    assert fields["code"].primary_key  # type: ignore[union-attr]
    assert {field.name for field in CountedVote._meta.get_fields()} == {
        "id",  # in the order of the codes: see below
        "ballot",
        "code",
        "role",
        "choice",
    }
    for model in (SecretVote, CountedVote, RollEntry):
        assert not any(isinstance(field, MOMENTS) for field in model._meta.get_fields())
    # Nothing points at a vote, and the roll points at none.
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                assert field.related_model not in {SecretVote, CountedVote}, field


def test_a_code_stands_nowhere_but_with_its_vote(world: World) -> None:
    ballot, people = a_secret_ballot(world, BallotMethod.CONSENT)
    codes = voting(ballot, [(people[0], "agree")])
    codes.append(
        votes.cast_ballot(
            ballot=ballot, choice="object", objection="Too far.", by=people[1], code=new_code()
        )
    )
    helped = new_code()
    votes.cast_for_somebody(
        ballot=ballot,
        voter=people[2],
        choice="agree",
        how=Channel.PHONE,
        by=world.provider,
        code=helped,
    )
    assert tables_with(codes[0]) == tables_with(helped) == {"codesign_secretvote"}
    assert tables_with(codes[1]) == {"codesign_secretvote", "codesign_objection"}
    closed(world, ballot)
    assert tables_with(codes[0]) == tables_with(helped) == {"codesign_countedvote"}
    assert tables_with(codes[1]) == {"codesign_countedvote", "codesign_objection"}
    assert not SecretVote.objects.exists()


def test_casting_in_secret_changes_one_roll_entry_one_vote_and_a_counter(world: World) -> None:
    """Compares everything stored before and after: nothing else may tell that somebody voted."""
    ballot, people = a_secret_ballot(world)
    before = every_row()
    voting(ballot, [(people[3], ["2"])])
    after = every_row()
    changed = {
        table: (
            [row for row in before[table] if row not in after[table]],
            [row for row in after[table] if row not in before[table]],
        )
        for table in after
        if sorted(before[table]) != sorted(after[table])
    }
    assert set(changed) == {"codesign_rollentry", "codesign_secretvote", "portal_revision"}
    [[vote]] = [new for _old, new in [changed["codesign_secretvote"]]]
    assert str(people[3].pk) not in set(vote) - {str(ballot.pk)}
    [was], [now] = changed["codesign_rollentry"]
    differing = [(one, other) for one, other in zip(was, now, strict=True) if one != other]
    assert len(differing) == 1  # voted, and nothing else: no moment
    assert not re.search(r"\d{4}-\d\d-\d\d", " ".join([*vote, *now]))
    assert len(changed["portal_revision"][1]) == 1


def test_after_the_count_the_order_is_that_of_the_codes_and_tells_nothing(world: World) -> None:
    ballot, people = a_secret_ballot(world, BallotMethod.CONSENT)
    codes = sorted((new_code() for _each in people), reverse=True)  # cast against that order
    for person, code in zip(people, codes, strict=True):
        votes.cast_ballot(
            ballot=ballot, choice="disagree", objection=f"Because {code}.", by=person, code=code
        )
    arrived = list(Objection.objects.order_by("pk").values_list("code", flat=True))
    assert arrived == codes  # control: until then their numbers say who came first
    closed(world, ballot)
    listed = list(CountedVote.objects.order_by("pk").values_list("code", flat=True))
    assert listed == sorted(codes)
    reasons = list(Objection.objects.order_by("pk").values_list("code", "words", "by"))
    assert reasons == [(code, f"Because {code}.", None) for code in sorted(codes)]


@pytest.mark.parametrize(("carers", "kept"), [(7, ""), (8, "carer")])
def test_a_secret_vote_says_its_role_only_from_eight_of_that_role_up(
    world: World, carers: int, kept: str
) -> None:
    """F43."""
    people = [*crowd(world, Role.PROVIDER, 8), *crowd(world, Role.CARER, carers)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    voting(ballot, [(people[-1], ["1"]), (people[0], ["2"])])
    assert {vote.choice[0]: vote.role for vote in SecretVote.objects.all()} == {
        "1": kept,
        "2": "provider",
    }
    counted = closed(world, ballot)
    assert set(counted.counted_votes.values_list("role", flat=True)) == {""}  # no rule needs it
    support = counted.by_role["support"][0]["counts"]
    assert support[0] == {"value": None, "certainty": "HIDDEN"}  # carers, on the first option


def test_one_person_more_does_not_make_those_who_vote_afterwards_stand_out(world: World) -> None:
    people = [*crowd(world, Role.PROVIDER, 8), *crowd(world, Role.CARER, 7)]
    ballot = an_open_ballot(world, secrecy=Secrecy.SECRET, listed=people)
    roll_operations.add_to_roll(
        ballot=ballot, participant=world.carer, reason="Forgotten.", by=world.facilitator
    )
    voting(ballot, [(world.carer, ["1"])])
    assert SecretVote.objects.get().role == ""


def test_cards_say_nothing_of_who_holds_them(world: World) -> None:
    ballot = a_ballot_with_cards(world)
    [card, other, *_more] = [each for each in rolls.card_codes(ballot) if each.role == "carer"]
    code = new_code()
    votes.cast_by_card(card=card.code, choice=["1"], code=code)
    assert tables_with(code) == {"codesign_secretvote"}
    assert tables_with(card.code) == tables_with(card.code.replace("-", "")) == set()
    entry = ballot.roll.get(voted=True)
    assert entry.participant is None
    assert SecretVote.objects.get().role == "carer"  # eight cards are for carers
    votes.cast_by_card(card=other.code, choice=["2"], code=new_code())


def test_a_deleted_name_takes_no_vote_with_it(world: World) -> None:
    ballot, people = a_secret_ballot(world)
    voting(ballot, [(person, ["1"]) for person in people])
    Participant.objects.filter(pk=people[0].pk).update(display_name="Somebody who left (1)")
    assert closed(world, ballot).result["ballots"] == 8


def test_votes_are_never_in_the_record(world: World) -> None:
    ballot, people = a_secret_ballot(world)
    before = RecordEntry.objects.count()
    codes = voting(ballot, [(person, ["1"]) for person in people])
    assert RecordEntry.objects.count() == before
    closed(world, Ballot.objects.get(pk=ballot.pk))
    lines = "".join(RecordEntry.objects.values_list("line", flat=True))
    assert not any(code in lines for code in codes)
