"""The opinion map: groups that are there are found, groups that are not are not made up."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesign.counting.common_ground import Heard
from codesign.counting.opinion_map import FEWEST_PEOPLE, OpinionMap, opinion_map, rand_index

Answers = dict[str, dict[str, int]]
STATEMENTS = [f"statement {n}" for n in range(20)]


def planted(
    people: int, views: int, *, noise: float, asked: float = 1.0, seed: int = 1
) -> tuple[Answers, dict[str, int]]:
    """People of so many views, and whose is whose.

    All agree with the first statement, and each view disagrees with a part of the rest of its own.
    Everybody leaves their view at random in `noise` of their answers, and was asked `asked`.
    """
    draw = random.Random(seed)
    view = [[-1 if n and n % views == own else 1 for n in range(20)] for own in range(views)]
    answers: Answers = {}
    whose = {}
    for n in range(people):
        name = f"person {n}"
        whose[name] = n % views
        answers[name] = {
            statement: view[n % views][place]
            if place == 0 or draw.random() >= noise
            else draw.choice((1, -1, 0))
            for place, statement in enumerate(STATEMENTS)
            if draw.random() < asked
        }
    return answers, whose


def groups_of(found: OpinionMap[str, str] | None, whose: Mapping[str, object]) -> list[set[object]]:
    assert found
    return [{whose[person] for person in group.people} for group in found.groups]


@pytest.mark.parametrize("views", [2, 3])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_planted_groups_are_found(views: int, seed: int) -> None:
    answers, whose = planted(60, views, noise=0.15, seed=seed)
    found = opinion_map(STATEMENTS, answers)
    assert sorted(groups_of(found, whose), key=str) == [{n} for n in range(views)]
    assert found
    assert found.steadiness > 0.9
    assert STATEMENTS[0] in found.shared


def test_people_who_were_asked_little_are_placed_by_what_they_said_and_strangers_left_out() -> None:
    answers, whose = planted(120, 2, noise=0.1, asked=0.6)
    answers["stranger"] = dict.fromkeys(STATEMENTS[:6], 1)
    found = opinion_map(STATEMENTS, answers)
    assert found
    assert set(found.points) == {name for name, said in answers.items() if len(said) >= 7}
    assert "stranger" not in found.points
    assert sorted(groups_of(found, whose), key=min) == [{0}, {1}]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(50, 90))
def test_noise_is_hidden(seed: int, people: int) -> None:
    answers, _whose = planted(people, 1, noise=1, seed=seed)
    assert opinion_map(STATEMENTS, answers) is None


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_renaming_people_or_taking_them_in_another_order_changes_nothing(
    seed: int, order: random.Random
) -> None:
    answers, whose = planted(60, 2, noise=0.3, seed=seed)
    names = order.sample(sorted(answers), len(answers))
    new = {name: f"{n:03}" for n, name in enumerate(names)}
    before = opinion_map(STATEMENTS, answers)
    after = opinion_map(STATEMENTS, {new[name]: answers[name] for name in names})
    assert (before is None) == (after is None)
    if before and after:
        assert {new[name]: point for name, point in before.points.items()} == after.points
        assert [{new[name] for name in group.people} for group in before.groups] == [
            set(group.people) for group in after.groups
        ]
        assert (before.shared, before.steadiness) == (after.shared, after.steadiness)
        assert [(group.agrees, group.disagrees) for group in before.groups] == [
            (group.agrees, group.disagrees) for group in after.groups
        ]
    assert len(whose) == 60


def test_what_a_group_agrees_on_and_what_all_share() -> None:
    both = {"parks": 1, "tolls": -1, "libraries": 1, "clubs": 0}
    early = {**both, "mornings": 1, "evenings": -1, "buses": 1}
    late = {**both, "mornings": -1, "evenings": 1, "buses": 0}
    statements = list(early)
    answers = {f"{n}": dict(early if n < 35 else late) for n in range(60)}
    for n in range(60):  # everybody passes once
        answers[f"{n}"][statements[n % 7]] = 0
    found = opinion_map(statements, answers)
    assert found
    first, second = found.groups
    assert (len(first.people), len(second.people)) == (35, 25)
    # What sets a group apart stands first, what all share after it.
    assert set(first.agrees[:2]) == {"mornings", "buses"}
    assert set(first.agrees[2:]) == {"parks", "libraries"}
    assert second.agrees[0] == "evenings"
    assert (first.disagrees, second.disagrees) == (("evenings", "tolls"), ("mornings", "tolls"))
    assert found.shared == ("parks", "libraries")
    assert first.heard["parks"] == Heard(30, 0, 35)
    assert second.heard["buses"] == Heard(0, 0, 25)


def test_it_takes_fifty_people_and_some_difference() -> None:
    answers, _whose = planted(FEWEST_PEOPLE, 2, noise=0)
    assert opinion_map(STATEMENTS, answers)
    answers.popitem()
    assert opinion_map(STATEMENTS, answers) is None
    same = {str(n): dict.fromkeys(STATEMENTS, 1) for n in range(60)}
    assert opinion_map(STATEMENTS, same) is None
    assert opinion_map([], {str(n): {} for n in range(60)}) is None
    two_kinds = {name: {"only": n % 2} for n, name in enumerate(same)}
    found = opinion_map(["only"], two_kinds)
    assert found
    assert len(found.groups) == 2


def test_groupings_are_compared_pair_by_pair() -> None:
    assert rand_index([0, 0, 1, 1], [1, 1, 0, 0]) == 1
    assert rand_index([0, 0, 0], [1, 1, 1]) == 1
    assert rand_index([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-0.5)
    # Hubert and Arabie's index, worked out by hand: (1 - 0.8) / (2 - 0.8).
    assert rand_index([0, 0, 1, 1, 2], [0, 0, 1, 2, 2]) == pytest.approx((1 - 0.4) / (2 - 0.4))
