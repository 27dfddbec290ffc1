"""F01, F03, F04 for statements: one answer a person, counted exactly, whatever comes at once.

Each race has a control: the same race run by careless code, which goes wrong every time.
"""

from collections.abc import Callable

import pytest
from django.db.models import F

from codesign.enums import StageKind, Stance
from codesign.models import Statement, StatementAnswer, StatementRound
from codesign.operations import statements
from portal.enums import Role
from portal.models import Participant, RecordEntry
from tests.codesign.statement import a_round, suggest
from tests.faults.together import at_once, errors_in, meeting
from tests.world import World

pytestmark = pytest.mark.usefixtures("committing")

PRESSES = 50
CROWD = 24


def answering(
    statement: Statement, by: Participant, stance: Stance = Stance.AGREE
) -> Callable[[], StatementAnswer]:
    return lambda: statements.answer_statement(
        statement=Statement.objects.get(pk=statement.pk), stance=stance, by=by
    )


def a_statement() -> tuple[World, StatementRound, Statement]:
    world = World(stage=StageKind.LISTEN)
    opened = a_round(world, "Ask us.")
    return world, opened, opened.statements.get()


def test_answer_statement_by_one_person_fifty_times_at_once_counts_once() -> None:
    world, _opened, statement = a_statement()
    stances = [list(Stance)[number % 3] for number in range(PRESSES)]
    acts = [answering(statement, world.carer, stance) for stance in stances]
    assert errors_in(at_once(*acts)) == []
    statement.refresh_from_db()
    assert (statement.heard, statement.answers.count()) == (1, 1)


def test_answers_of_many_people_at_once_are_all_counted() -> None:
    world, _opened, statement = a_statement()
    people = [world.person(Role.CARER, with_account=False) for _each in range(CROWD)]
    assert errors_in(at_once(*[answering(statement, person) for person in people])) == []
    statement.refresh_from_db()
    assert (statement.heard, statement.answers.count()) == (CROWD, CROWD)


def test_control_a_counter_read_and_written_back_loses_answers() -> None:
    _world, _opened, statement = a_statement()
    all_have_read = meeting(CROWD)

    def careless() -> None:
        read = Statement.objects.get(pk=statement.pk)
        all_have_read()
        Statement.objects.filter(pk=statement.pk).update(heard=read.heard + 1)

    assert errors_in(at_once(*[careless] * CROWD)) == []
    statement.refresh_from_db()
    assert statement.heard == 1  # of twenty-four


def test_control_the_same_look_before_the_insert_is_stopped_by_the_constraint_alone() -> None:
    """Without the row's lock all look before anybody writes: only the constraint keeps one row."""
    world, _opened, statement = a_statement()
    all_have_looked = meeting(8)

    def careless() -> None:
        is_there = StatementAnswer.objects.filter(statement=statement, by=world.carer).exists()
        all_have_looked()
        assert not is_there
        StatementAnswer.objects.create(
            statement=statement, by=world.carer, role=Role.CARER, stance=Stance.AGREE
        )
        Statement.objects.filter(pk=statement.pk).update(heard=F("heard") + 1)

    refused = errors_in(at_once(*[careless] * 8))
    assert len(refused) == 7
    assert statement.answers.count() == 1


def test_an_answer_while_the_round_closes_is_in_what_is_published_or_refused() -> None:
    world, opened, statement = a_statement()
    people = [world.person(Role.CARER, with_account=False) for _each in range(CROWD)]
    *outcomes, closed = at_once(
        *[answering(statement, person) for person in people],
        lambda: statements.close_statements(rounded=opened, by=world.facilitator),
    )
    assert isinstance(closed, StatementRound)
    refused = errors_in(outcomes)
    assert all(isinstance(each, statements.UnableToAnswerStatement) for each in refused), refused
    statement.refresh_from_db()
    counted = CROWD - len(refused)
    assert (statement.heard, statement.answers.count()) == (counted, counted)
    assert closed.result is not None
    (entry,) = closed.result["statements"]
    published = None if 0 < counted < 8 else (counted + 2) // 5 * 5
    assert entry["heard"] == published


def test_two_close_at_once_and_one_is_told() -> None:
    world, opened, _statement = a_statement()
    other = StatementRound.objects.get(pk=opened.pk)
    outcomes = at_once(
        *[
            lambda each=each: statements.close_statements(rounded=each, by=world.facilitator)
            for each in (opened, other)
        ],
        statements.close_due_statements,
    )
    (refused,) = errors_in(outcomes)
    assert isinstance(refused, statements.UnableToCloseStatements)
    assert RecordEntry.objects.filter(kind="statements_closed").count() == 1


def test_two_readers_at_once_and_one_is_told() -> None:
    world, opened, _statement = a_statement()
    waiting = suggest(opened, world.carer)
    shown, declined = at_once(
        lambda: statements.show_statement(statement=waiting, by=world.moderator),
        lambda: statements.decline_statement(
            statement=waiting, reason="Not now.", by=world.facilitator
        ),
    )
    waiting.refresh_from_db()
    if isinstance(shown, Exception):  # the other was first
        assert isinstance(shown, statements.UnableToShowStatement)
        assert not waiting.is_shown
    # Whoever declines second takes off what is shown: both acts stand, one after the other.
    assert not isinstance(declined, Exception)
    assert waiting.read_by == world.facilitator


def test_two_rounds_opened_at_once_are_one() -> None:
    world = World(stage=StageKind.LISTEN)
    outcomes = at_once(*[lambda: a_round(world)] * 4)
    refused = errors_in(outcomes)
    assert len(refused) == 3
    assert all(isinstance(each, statements.UnableToOpenStatements) for each in refused), refused
    assert StatementRound.objects.count() == 1
