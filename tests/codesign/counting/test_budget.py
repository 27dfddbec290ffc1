"""Spending together: Equal Shares, and plain greedy beside it."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesign.counting import budget, equal_shares, greedy
from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.results import Tie
from tests.codesign.counting import made, slow


def spending(costs: dict[str, Any], votes: dict[str, int], money: Any, **rest: Any) -> Ballots:
    return Ballots(
        "budget",
        tuple(Option(each, cost=cost) for each, cost in costs.items()),
        tuple(Ballot(tuple(ticked), number) for ticked, number in votes.items()),
        budget=money,
        **rest,
    )


def test_a_small_group_decides_about_its_share() -> None:
    votes = spending(dict.fromkeys("abcd", 30), {"abc": 6, "d": 4}, 90)
    result = budget.count(votes)
    assert set(result.winners) == {"a", "b", "d"}
    assert result.cost == 90
    assert result.beside
    assert result.beside.winners == ("a", "b", "c")


def test_money_is_raised_until_the_next_step_would_cost_too_much() -> None:
    result = budget.count(spending({"a": 30, "b": 20, "c": 50}, {"a": 2, "b": 2, "c": 1}, 60))
    # 12 each at first: b needs 10 from each. At 15 each a is bought as well; at 50 c, too dear.
    assert [each.option for each in result.rounds] == ["b", "a"]
    assert (result.facts["each"], result.facts["raised"]) == (49, 37)


def test_it_does_not_stop_when_nothing_more_could_be_added() -> None:
    """At 4 each c is bought, and beside it nothing fits any more; at 5 each a is bought instead."""
    votes = spending({"a": 25, "b": 25, "c": 10}, {"ac": 3, "b": 2, "a": 3}, 30, lot=tuple("abc"))
    counted = budget._Count(votes)
    at_4 = equal_shares.buy(counted.projects, counted.money(1), exact=True)
    assert (counted.money(1)[0], [each.project.option for each in at_4]) == (4, ["c"])
    assert budget.count(votes).winners == ("a",)


def test_what_is_left_goes_to_the_most_votes() -> None:
    result = budget.count(spending({"a": 60, "b": 50, "c": 40}, {"a": 3, "b": 2, "c": 1}, 100))
    assert [(each.act, each.option) for each in result.rounds] == [
        ("bought", "a"),
        ("taken with what was left", "c"),
    ]


def test_ties_go_to_the_lower_cost_then_the_lot() -> None:
    result = budget.count(spending({"a": 30, "b": 20, "c": 20}, {"abc": 5}, 70, lot=tuple("acb")))
    assert result.winners == ("c", "b", "a")
    assert result.ties == (Tie(("c", "b", "a"), "c", "lot"), Tie(("b", "a"), "b", "lower cost"))


def test_roles_have_shares_of_the_budget_and_those_who_did_not_vote_give_theirs_up() -> None:
    votes = spending({"a": 50, "b": 50, "c": 50}, {}, 100, shares={"carer": 1, "provider": 1})
    crowd = (Ballot(("a", "b"), 20, "provider"), Ballot(("c",), 2, "carer"))
    result = budget.count(replace(votes, ballots=crowd))
    assert set(result.winners) == {"a", "c"}
    assert (result.facts["each_provider"], result.facts["each_carer"]) >= (2, 25)
    alone = budget.count(replace(votes, ballots=crowd[:1]))
    assert set(alone.winners) == {"a", "b"}
    with pytest.raises(BadBallots, match="no share of the budget for 'partner'"):
        budget.count(replace(votes, ballots=(Ballot(("a",), 1, "partner"),)))
    with pytest.raises(BadBallots, match="have no share"):
        budget.count(replace(votes, ballots=crowd[:1], shares={"provider": 0}))


def test_without_a_budget_or_a_cost_it_is_refused() -> None:
    with pytest.raises(BadBallots, match="no budget"):
        budget.count(spending({"a": 1}, {"a": 1}, 0))
    with pytest.raises(BadBallots, match="'a' costs is missing"):
        budget.count(spending({"a": 0}, {"a": 1}, 5))


def test_costs_may_have_parts() -> None:
    result = budget.count(spending({"a": Fraction(5, 2), "b": Fraction(9, 4)}, {"ab": 1}, 5))
    assert result.cost == Fraction(19, 4)


def test_what_costs_more_than_all_the_money_is_not_bought() -> None:
    assert budget.count(spending({"a": 101, "b": 10}, {"ab": 5}, 100)).winners == ("b",)
    assert greedy.count(spending({"a": 101, "b": 10}, {"ab": 5}, 100)).winners == ("b",)


def test_greedy_takes_points_as_well_as_ticks() -> None:
    options = (Option("a", cost=5), Option("b", cost=5))
    votes = Ballots("greedy", options, (Ballot({"a": 3}), Ballot({"b": 1}, 2)), budget=5)
    assert greedy.count(votes).winners == ("a",)


@settings(max_examples=300, deadline=None)
@given(made.ballots("budget", made.some))
def test_equal_shares_agrees_with_counting_in_fractions(ballots: Ballots) -> None:
    result = budget.count(ballots)
    assert list(result.winners) == slow.budget(ballots)
    assert result.cost is not None
    assert result.cost <= ballots.budget


@given(made.ballots("budget", made.some), st.integers(1, 40))
def test_quick_counting_is_exact_or_says_that_it_is_not_sure(ballots: Ballots, each: int) -> None:
    counted = budget._Count(ballots)
    money = [each] * len(counted.roles)
    exact = equal_shares.buy(counted.projects, money, exact=True)
    try:
        quick = equal_shares.buy(counted.projects, money, exact=False)
    except equal_shares.TooClose:
        return
    assert [one.project for one in quick] == [one.project for one in exact]
    assert [one.tied for one in quick] == [one.tied for one in exact]


def test_effective_votes_that_are_equal_in_fractions_are_never_left_to_rounding() -> None:
    votes = spending({"a": 10, "b": 12, "c": 12}, {"ab": 1, "b": 1, "ac": 1, "c": 1}, 40)
    counted = budget._Count(votes)
    with pytest.raises(equal_shares.TooClose):
        equal_shares.buy(counted.projects, counted.money(0), exact=False)
    bought = equal_shares.buy(counted.projects, counted.money(0), exact=True)
    assert [(each.project.option, each.votes, each.paid) for each in bought] == [
        ("a", 2, 5),
        ("b", Fraction(12, 7), 7),
        ("c", Fraction(12, 7), 7),
    ]
    assert bought[1].tied == ("b", "c")


def test_nobody_pays_more_than_they_hold() -> None:
    votes = spending({"a": 7, "b": 5, "c": 4}, {"ab": 2, "bc": 3, "a": 1}, 16)
    counted = budget._Count(votes)
    bought = equal_shares.buy(counted.projects, counted.money(0), exact=True)
    assert all(each.paid <= 2 for each in bought)
