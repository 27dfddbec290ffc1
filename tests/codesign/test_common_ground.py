"""Common ground of a round: by role, through the gate, and as an opinion map from 50 people up."""

import json
from collections.abc import Callable

import pytest

from codesign.enums import OpenTo, StageKind, Stance
from codesign.models import (
    OpenRole,
    Statement,
    StatementAnswer,
    StatementRound,
    Workspace,
)
from codesign.operations import statements
from codesign.queries import common_ground, opinion_maps
from portal.enums import Role
from tests.codesign.statement import a_round, answer
from tests.world import World

pytestmark = pytest.mark.django_db
AGREE, DISAGREE, PASS = Stance.AGREE, Stance.DISAGREE, Stance.PASS


@pytest.fixture
def world() -> World:
    return World(stage=StageKind.LISTEN)


def heard(world: World, statement: Statement, role: Role, *stances: tuple[Stance, int]) -> None:
    """So many new people of a role give each of these answers."""
    for stance, people in stances:
        for _each in range(people):
            answer(statement, world.person(role, with_account=False), stance)


def crowd(world: World, rounded: StatementRound, *camps: tuple[int, list[Stance]]) -> None:
    """Camps of people who all answer a round's statements in the same way, but for one in ten."""
    everything = list(rounded.statements.order_by("pk"))
    number = 0
    for size, stances in camps:
        for _each in range(size):
            person = world.person(Role.CARER, with_account=False)
            for place, (statement, stance) in enumerate(zip(everything, stances, strict=True)):
                odd = (number * 7 + place * 3) % 10 == 0
                answer(statement, person, PASS if odd else stance)
            number += 1


def closed(world: World, rounded: StatementRound) -> StatementRound:
    statements.close_statements(rounded=rounded, by=world.facilitator)
    return StatementRound.objects.select_related("workspace").get(pk=rounded.pk)


def test_shared_is_what_every_role_agrees_with_however_few_it_has(world: World) -> None:
    rounded = a_round(world, "Everybody says so.", "Carers only.")
    both, carers_only = rounded.statements.order_by("pk")
    heard(world, both, Role.CARER, (AGREE, 28), (DISAGREE, 2))
    heard(world, both, Role.SERVICE_USER, (AGREE, 9), (PASS, 1))
    heard(world, carers_only, Role.CARER, (AGREE, 30))
    heard(world, carers_only, Role.SERVICE_USER, (DISAGREE, 9), (AGREE, 1))
    findings = common_ground.findings_of(closed(world, rounded))
    assert [each.statement for each in findings.all] == [both, carers_only]
    assert [each.statement for each in findings.shared] == [both]
    assert [each.statement for each in findings.differ] == [carers_only]
    (differ,) = findings.differ
    assert (differ.supported_by, differ.opposed_by) == ([Role.CARER], [Role.SERVICE_USER])
    carers = next(each for each in differ.roles if each.role == Role.CARER)
    assert (carers.heard, carers.agree, carers.disagree) == ("about 30", "about 30", "none")
    # Nobody else has answered, and the page says of whom it does not speak.
    assert findings.not_heard == [Role.PROVIDER, Role.COMMISSIONER, Role.PARTNER]
    assert differ.not_heard == findings.not_heard
    assert findings.people == "about 80"


def test_refused_by_every_role_is_common_ground_too_and_the_rest_is_unclear(world: World) -> None:
    rounded = a_round(world, "Nobody wants it.", "Half want it.", "Hardly asked.")
    refused, half, hardly = rounded.statements.order_by("pk")
    for role in (Role.CARER, Role.SERVICE_USER):
        heard(world, refused, role, (DISAGREE, 10))
        heard(world, half, role, (AGREE, 5), (DISAGREE, 5))
        heard(world, hardly, role, (AGREE, 7))
    findings = common_ground.findings_of(closed(world, rounded))
    assert [each.statement for each in findings.refused] == [refused]
    assert {each.statement for each in findings.unclear} == {half, hardly}
    assert findings.shared == findings.differ == []


def test_what_is_published_keeps_no_true_count_and_nothing_of_fewer_than_eight(
    world: World,
) -> None:
    rounded = a_round(world, "Ask us.")
    (statement,) = rounded.statements.all()
    heard(world, statement, Role.CARER, (AGREE, 13), (DISAGREE, 3))
    heard(world, statement, Role.SERVICE_USER, (AGREE, 7))
    result = closed(world, rounded).result
    assert result is not None
    (entry,) = result["statements"]
    assert entry["roles"]["carer"] == {
        "standing": "supports",
        "heard": 15,
        "agree": 15,
        "disagree": None,
        "pass": 0,
    }
    assert entry["roles"]["service_user"] == {"standing": "not heard enough"}
    assert result["roles"]["service_user"] is None
    numbers = set(_numbers(result)) - {statement.pk}
    assert all(number % 5 == 0 for number in numbers), numbers


def _numbers(data: object) -> list[int]:
    if isinstance(data, dict):
        return [n for each in data.values() for n in _numbers(each)]
    if isinstance(data, list):
        return [n for each in data for n in _numbers(each)]
    return [data] if isinstance(data, int) else []


def test_a_closed_round_does_not_change_when_words_are_taken_off(world: World) -> None:
    rounded = a_round(world, "Ask us.", "Anna is late.")
    for statement in rounded.statements.all():
        heard(world, statement, Role.CARER, (AGREE, 10))
    rounded = closed(world, rounded)
    before = json.dumps(rounded.result)
    taken = rounded.statements.order_by("pk")[1]
    statements.decline_statement(statement=taken, reason="It names somebody.", by=world.moderator)
    rounded.refresh_from_db()
    assert json.dumps(rounded.result) == before
    findings = common_ground.findings_of(rounded)
    assert [each.statement.is_shown for each in findings.all].count(False) == 1


def test_the_roles_asked_are_those_the_space_is_for(world: World) -> None:
    rounded = a_round(world)
    everybody = ["service_user", "carer", "provider", "commissioner", "partner"]
    assert list(common_ground.snapshot(rounded)["roles"]) == everybody
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.ROLES)
    OpenRole.objects.create(workspace=world.workspace, role=Role.CARER)
    rounded = StatementRound.objects.select_related("workspace").get(pk=rounded.pk)
    assert list(common_ground.snapshot(rounded)["roles"]) == ["carer"]
    Workspace.objects.filter(pk=world.workspace.pk).update(open_to=OpenTo.INVITATION)
    world.workspace.members.create(participant=world.provider)
    rounded = StatementRound.objects.select_related("workspace").get(pk=rounded.pk)
    assert list(common_ground.snapshot(rounded)["roles"]) == ["provider"]


def test_live_findings_are_what_would_be_published_now(world: World) -> None:
    rounded = a_round(world, "Ask us.")
    (statement,) = rounded.statements.all()
    heard(world, statement, Role.CARER, (AGREE, 9))
    assert common_ground.live_findings_of(rounded).shared
    people = {each.role: each.words for each in common_ground.exact_people(rounded)}
    assert (people[Role.CARER], people[Role.PROVIDER]) == ("9", "none")
    heard(world, statement, Role.CARER, (DISAGREE, 20))
    assert common_ground.live_findings_of(rounded).refused


@pytest.mark.parametrize("count", [1, 3])
def test_common_ground_costs_the_same_however_many_statements(
    world: World, count: int, django_assert_num_queries: Callable
) -> None:
    rounded = a_round(world, *[f"Number {n}." for n in range(count)])
    for statement in rounded.statements.all():
        heard(world, statement, Role.CARER, (AGREE, 8))
    with django_assert_num_queries(6):
        assert len(common_ground.live_findings_of(rounded).shared) == count
    rounded = closed(world, rounded)
    with django_assert_num_queries(1):
        assert len(common_ground.findings_of(rounded).shared) == count
    with django_assert_num_queries(0):
        assert opinion_maps.map_of(rounded) is None


# -- the opinion map -------------------------------------------------------------------------------

LOVES = [AGREE, AGREE, AGREE, DISAGREE, DISAGREE, DISAGREE, AGREE, AGREE]
HATES = [DISAGREE, DISAGREE, DISAGREE, AGREE, AGREE, AGREE, AGREE, AGREE]


def test_two_camps_make_a_map_whose_marks_are_nobody(
    world: World, django_assert_num_queries: Callable
) -> None:
    rounded = a_round(world, *[f"Number {n}." for n in range(8)])
    crowd(world, rounded, (32, LOVES), (24, HATES))
    ids = list(rounded.statements.order_by("pk").values_list("pk", flat=True))
    rounded = closed(world, rounded)
    kept = rounded.opinion_map
    assert kept is not None
    assert [each["people"] for each in kept["groups"]] == [30, 25]
    assert [len(each["marks"]) for each in kept["groups"]] == [6, 4]  # one for five people
    assert set(kept["shared"]) == {ids[6], ids[7]}
    assert {ids[0], ids[1], ids[2]} <= set(kept["groups"][0]["agrees"])
    assert set(kept["groups"][1]["disagrees"]) == {ids[0], ids[1], ids[2]}
    numbers = [n for group in kept["groups"] for mark in group["marks"] for n in mark]
    assert (min(numbers), max(numbers)) == (0, 100)
    with django_assert_num_queries(1):
        shown = opinion_maps.map_of(rounded)
    assert shown is not None
    assert shown.picture is not None
    assert shown.picture.count("tl-chart__mark--1") == 6 + 1  # and one in the key
    assert "Group 2: about 25 people" in shown.picture
    assert {each.pk for each in shown.shared} == {ids[6], ids[7]}


def test_there_is_no_map_of_fewer_than_fifty_people(world: World) -> None:
    rounded = a_round(world, *[f"Number {n}." for n in range(8)])
    crowd(world, rounded, (25, LOVES), (24, HATES))
    assert closed(world, rounded).opinion_map is None


def test_a_group_of_fewer_than_eight_is_neither_drawn_nor_described(world: World) -> None:
    rounded = a_round(world, *[f"Number {n}." for n in range(8)])
    crowd(world, rounded, (60, LOVES), (5, HATES))
    kept = closed(world, rounded).opinion_map
    assert kept is not None
    assert [each["people"] for each in kept["groups"]] == [60]
    assert kept["too_small"] == 1


def test_every_mark_is_the_middle_of_five_people_at_least() -> None:
    for number in range(8, 200):
        points = [(float((n * 37) % 101), float((n * 53) % 97)) for n in range(number)]
        handfuls = opinion_maps._handfuls(points)
        assert len(handfuls) == number // 5
        assert min(map(len, handfuls)) >= 5
        assert sorted(point for each in handfuls for point in each) == sorted(points)
    assert opinion_maps._marks([(0.0, 0.0)] * 5 + [(10.0, 10.0)] * 5) == [(0.0, 0.0), (10.0, 10.0)]


def test_answers_themselves_are_kept_apart_from_findings(world: World) -> None:
    rounded = a_round(world, "Ask us.")
    (statement,) = rounded.statements.all()
    heard(world, statement, Role.CARER, (AGREE, 9))
    closed(world, rounded)
    assert StatementAnswer.objects.filter(statement=statement).count() == 9
