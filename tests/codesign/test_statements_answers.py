"""Answering statements one at a time, and closing a round."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from codesign.enums import StageKind, Stance, StatementStatus
from codesign.models import (
    Stage,
    Statement,
    StatementAnswer,
    StatementRound,
    TakingPart,
)
from codesign.operations import statements
from codesign.queries import statements as queries
from portal import clock, live, notices, permissions
from portal.enums import Role
from portal.models import Participant, RecordEntry
from tests.codesign.statement import FIRST, a_round, answer, notices_to, stop_listening, suggest
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(stage=StageKind.LISTEN)


@pytest.fixture
def opened(world: World) -> StatementRound:
    return a_round(world)


@pytest.fixture
def statement(opened: StatementRound) -> Statement:
    return opened.statements.order_by("pk")[0]


# -- answering -------------------------------------------------------------------------------------


def test_answer_statement_counts_once_and_the_latest_counts(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    before, entries = live.revision(opened), RecordEntry.objects.count()
    answer(statement, world.carer)
    answer(statement, world.carer, Stance.PASS)
    answer(statement, world.carer, Stance.PASS)
    answer(statement, world.service_user, Stance.DISAGREE)
    statement.refresh_from_db()
    assert statement.heard == 2
    said = dict(statement.answers.values_list("by", "stance"))
    assert said == {world.carer.pk: Stance.PASS, world.service_user.pk: Stance.DISAGREE}
    assert live.revision(opened) == before + 3  # the same answer again changes nothing
    assert RecordEntry.objects.count() == entries  # who said what is in no record
    assert TakingPart.objects.filter(participant=world.carer).exists()


def test_answer_statement_keeps_the_role_one_speaks_from(
    world: World, statement: Statement
) -> None:
    answer(statement, world.carer)
    Participant.objects.filter(pk=world.carer.pk).update(role=Role.PROVIDER)
    assert StatementAnswer.objects.get().role == Role.CARER
    answer(statement, Participant.objects.get(pk=world.carer.pk), Stance.DISAGREE)
    assert StatementAnswer.objects.get().role == Role.PROVIDER


def test_the_next_statement_is_one_that_the_fewest_have_answered(
    world: World, opened: StatementRound
) -> None:
    first, second, third = opened.statements.order_by("pk")
    for statement, times in ((first, 2), (second, 1), (third, 2)):
        for _each in range(times):
            answer(statement, world.person(Role.CARER, with_account=False))
    assert queries.turn_of(opened, world.carer).statement == second
    answer(second, world.carer)
    turn = queries.turn_of(opened, world.carer)
    assert turn.statement in {first, third}
    assert (turn.answered, turn.of) == (1, 3)
    answer(first, world.carer)
    answer(third, world.carer)
    assert queries.turn_of(opened, world.carer).is_done


def test_among_equals_each_person_has_an_order_of_their_own_that_stays(
    world: World, opened: StatementRound
) -> None:
    crowd = [world.person(Role.CARER, with_account=False) for _each in range(60)]
    begins = [queries.turn_of(opened, person).statement for person in crowd]
    assert begins == [queries.turn_of(opened, person).statement for person in crowd]
    counts = Counter(each.pk for each in begins if each is not None)
    assert len(counts) == 3
    assert min(counts.values()) >= 8  # of 60; 20 on average


@pytest.mark.parametrize("count", [1, 3])
def test_a_turn_ones_answers_and_what_waits_cost_the_same_however_many(
    world: World, count: int, django_assert_num_queries: Callable
) -> None:
    opened = a_round(world, *FIRST[:count])
    for number, statement in enumerate(opened.statements.all()):
        answer(statement, world.carer)
        suggest(opened, world.service_user, f"Number {number}.")
    assert not world.carer.duties | world.service_user.duties  # a request knows them
    with django_assert_num_queries(1):
        assert queries.turn_of(opened, world.carer).answered == count
    with django_assert_num_queries(1):
        assert len(queries.answered_by(world.carer, opened)) == count
    with django_assert_num_queries(1):
        waiting = queries.with_clock(queries.waiting_in(world.partnership), world.moderator)
        assert [each.from_role for each in waiting] == ["Service user"] * count
        assert all(each.statement.round.get_absolute_url() for each in waiting)
    with django_assert_num_queries(1):
        (found,) = queries.rounds_of(world.workspace, world.carer)
        assert (found.shown, found.answered) == (count, count)
        assert found.get_absolute_url()
    with django_assert_num_queries(1):
        assert queries.asked_of(world.carer, 3) == []
    with django_assert_num_queries(1):
        (asked,) = queries.asked_of(world.service_user, 3)
        assert (asked.answered, asked.of, asked.minutes) == (0, count, 1)


def test_what_waits_too_long_is_said_to_be_late(world: World, opened: StatementRound) -> None:
    with clock.at(clock.now() - timedelta(days=5)):
        Statement.objects.filter(pk=suggest(opened, world.carer).pk).update(at=clock.now())
    suggest(opened, world.carer, "A new one.")
    waiting = queries.with_clock(queries.waiting_in(world.partnership), world.moderator)
    assert [each.is_late for each in waiting] == [True, False]
    assert not any(each.is_own for each in waiting)


# -- closing ---------------------------------------------------------------------------------------


def test_close_statements_publishes_tells_and_declines_what_waits(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    notices.follow(world.commissioner, world.workspace)
    answer(statement, world.service_user)
    waiting = suggest(opened, world.carer)
    before = live.revision(opened)
    closed = statements.close_statements(rounded=opened, by=world.facilitator)
    closed.refresh_from_db()
    assert closed.closed_by == world.facilitator
    assert closed.result is not None
    assert [each["heard"] for each in closed.result["statements"]].count(None) == 1
    assert closed.opinion_map is None  # far fewer than fifty people
    waiting.refresh_from_db()
    assert waiting.status == StatementStatus.DECLINED
    assert "before somebody could read it" in notices_to(world.carer, opened)[0]
    (entry,) = RecordEntry.objects.filter(kind="statements_closed")
    assert f'"statements":[{",".join(str(s["id"]) for s in closed.result["statements"])}]' in (
        entry.line
    )
    assert live.revision(opened) > before
    for person in (world.commissioner, world.service_user):
        assert notices_to(person, opened)[-1].startswith("What people agree on")
    with pytest.raises(statements.UnableToCloseStatements, match="closed already"):
        statements.close_statements(rounded=opened, by=world.facilitator)
    assert RecordEntry.objects.filter(kind="statements_closed").count() == 1


def test_close_statements_is_for_facilitators(world: World, opened: StatementRound) -> None:
    for who in (world.moderator, world.commissioner, World(slug="other").facilitator):
        with pytest.raises((permissions.PermissionRefused, permissions.OutsidePartnership)):
            statements.close_statements(rounded=opened, by=who)
    opened.refresh_from_db()
    assert opened.is_open


def test_a_round_closes_by_itself_when_its_space_has_stopped_listening(
    world: World, opened: StatementRound, statement: Statement
) -> None:
    answer(statement, world.carer)
    assert statements.close_due_statements() == 0
    stop_listening(world.workspace)
    notices.run_sweeps()
    opened.refresh_from_db()
    assert opened.closed_at is not None
    assert opened.closed_by is None
    assert opened.result is not None
    assert notices_to(world.carer, opened)[-1].startswith("What people agree on")
    assert statements.close_due_statements() == 0


def test_a_round_waits_for_a_listen_stage_that_is_still_to_come(
    world: World, opened: StatementRound
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    Stage.objects.filter(workspace=world.workspace).update(
        opens_on=tomorrow, closes_on=tomorrow + timedelta(days=7)
    )
    assert statements.close_due_statements() == 0
