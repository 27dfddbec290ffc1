"""Ranking for one and for several."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesign.counting import rank_one, rank_several
from codesign.counting.ballots import BadBallots, Ballot, Ballots, Option
from codesign.counting.results import Tie
from tests.codesign.counting import made, slow


def ranked(papers: dict[tuple[Any, ...], int], ids: str, **rest: Any) -> Ballots:
    return Ballots(
        "rank_one",
        tuple(Option(each) for each in ids),
        tuple(Ballot(paper, number) for paper, number in papers.items()),
        **rest,
    )


def test_who_beats_every_other_wins() -> None:
    result = rank_one.count(
        ranked({("a", "b", "c"): 4, ("b", "c", "a"): 3, ("c", "b", "a"): 2}, "abc")
    )
    assert result.winners == ("b",)
    assert result.facts["beats_every_other"] == 1
    assert result.pairwise == ((0, 4, 4), (5, 0, 7), (5, 2, 0))


def test_schulze_decides_where_nobody_beats_every_other() -> None:
    """The example of 45 voters and five options in Schulze's paper: e wins, then a, c, b, d."""
    papers = {
        tuple("acbed"): 5,
        tuple("adecb"): 5,
        tuple("bedac"): 8,
        tuple("cabed"): 3,
        tuple("caebd"): 7,
        tuple("cbade"): 2,
        tuple("dceba"): 7,
        tuple("ebadc"): 8,
    }
    result = rank_one.count(ranked(papers, "abcde"))
    assert [each.option for each in result.standings] == list("eacbd")
    assert result.winners == ("e",)
    assert result.facts["beats_every_other"] == 0
    assert result.pairwise[0] == (0, 20, 26, 30, 22)


def test_those_left_out_stand_below_and_those_together_are_equal() -> None:
    result = rank_one.count(ranked({("a",): 1, (("b", "c"), "a"): 2}, "abcd"))
    assert result.pairwise == ((0, 1, 1, 3), (2, 0, 0, 2), (2, 0, 0, 2), (0, 0, 0, 0))
    assert result.ties == (Tie(("b", "c"), "b", "lot"),)


def test_a_tie_goes_by_lot_and_is_shown() -> None:
    circle = {("a", "b", "c"): 1, ("b", "c", "a"): 1, ("c", "a", "b"): 1}
    for first in "abc":
        lot = (first, *(each for each in "abc" if each != first))
        result = rank_one.count(ranked(circle, "abc", lot=lot))
        assert result.winners == (first,)
        assert result.ties == (Tie(lot, first, "lot"),)


def test_a_blank_ranking_is_counted_as_blank() -> None:
    assert rank_one.count(ranked({(): 2, ("a",): 1}, "ab")).facts["blank"] == 2
    several = rank_several.count(ranked({(): 2, ("a",): 1}, "ab"))
    assert (several.facts["blank"], several.facts["valid"]) == (2, 1)


@pytest.mark.parametrize("paper", [("a", "a"), ("a", ("b", "a"))])
def test_an_option_is_ranked_once(paper: tuple[Any, ...]) -> None:
    for method in (rank_one, rank_several):
        with pytest.raises(BadBallots, match="twice"):
            method.count(ranked({paper: 1}, "ab"))


@given(made.ballots("rank_one", made.levels))
def test_schulze_agrees_with_every_path_tried(ballots: Ballots) -> None:
    result = rank_one.count(ballots)
    table, unbeaten = slow.schulze(ballots)
    ids = ballots.ids
    assert result.pairwise == tuple(tuple(table[a, b] if a != b else 0 for b in ids) for a in ids)
    if any(each.choice for each in ballots.ballots):
        assert result.winners == (min(unbeaten, key=ballots.lot.index),)


@given(made.ballots("rank_one", made.levels), st.integers(0, 8))
def test_raising_a_clear_winner_never_harms_it(ballots: Ballots, which: int) -> None:
    result = rank_one.count(ballots)
    if result.winners and not result.ties:
        (winner,) = result.winners
        raised = tuple(
            replace(each, choice=_raised(each.choice, winner)) if n == which else each
            for n, each in enumerate(ballots.ballots)
        )
        assert rank_one.count(replace(ballots, ballots=raised)).winners == (winner,)


def _raised(paper: Any, winner: str) -> tuple[Any, ...]:
    rest = []
    for level in paper:
        kept = tuple(
            each for each in ([level] if isinstance(level, str) else level) if each != winner
        )
        if kept:
            rest.append(kept if len(kept) > 1 else kept[0])
    return (winner, *rest)


# -- several ---------------------------------------------------------------------------------------


def test_a_surplus_is_passed_on_at_its_cut_value() -> None:
    result = rank_several.count(
        ranked({("a", "b"): 7, ("a", "c"): 3, ("c",): 4, ("b",): 3, ("d",): 2}, "abcd", seats=2)
    )
    first, surplus, *_rest = result.rounds
    assert result.facts["quota"] == 7
    assert (first.act, first.chosen) == ("first choices", ("a",))
    assert surplus.votes == {"a": 7, "b": Fraction(51, 10), "c": Fraction(49, 10), "d": 2}
    assert result.winners == ("a", "b")


def test_a_transfer_value_has_five_places_and_the_rest_is_lost() -> None:
    result = rank_several.count(
        ranked({("a", "b"): 7, ("b",): 1, ("c",): 3, ("d",): 1}, "abcd", seats=2)
    )
    surplus = result.rounds[1]  # 2 ÷ 7 = 0.285714…
    assert surplus.votes["b"] == 1 + 7 * Fraction(28571, 100_000)
    assert surplus.figures["not_passed_on"] == Fraction(3, 100_000)


def test_the_lowest_is_taken_out_and_a_tie_looks_back() -> None:
    papers = {("a",): 5, ("b",): 4, ("c", "d"): 1, ("d",): 2, ("e",): 3}
    result = rank_several.count(ranked(papers, "abcde", seats=1))
    assert [each.option for each in result.rounds[1:3]] == ["c", "d"]
    assert result.ties[0] == Tie(("d", "e"), "d", "an earlier round")


def test_the_unluckiest_of_equals_is_taken_out() -> None:
    even = ranked({("a",): 2, ("b",): 1, ("c",): 1, ("d",): 2}, "abcd", seats=1)
    for lot, out in (("abcd", "c"), ("acbd", "b")):
        result = rank_several.count(replace(even, lot=tuple(lot)))
        assert result.rounds[1].option == out
        assert result.ties[0].settled_by == "lot"


def test_the_last_places_are_filled_without_further_transfers() -> None:
    result = rank_several.count(ranked({("a",): 5, ("b",): 1}, "abc", seats=3))
    assert result.winners[:2] == ("a", "b")
    assert set(result.winners) == set("abc")
    assert len(result.rounds) == 1


def test_a_ballot_ends_where_two_share_a_place() -> None:
    result = rank_several.count(ranked({("a", ("b", "c"), "d"): 9, ("d",): 1}, "abcd", seats=2))
    assert result.rounds[1].votes["d"] == 1
    assert result.rounds[1].figures["not_passed_on"] == 5


@settings(max_examples=300)
@given(made.ballots("rank_several", made.some))
def test_transfers_agree_with_counting_paper_by_paper(ballots: Ballots) -> None:
    result = rank_several.count(ballots)
    assert list(result.winners) == slow.scottish(ballots)
    for each in result.rounds:
        assert sum(each.votes.values()) + each.figures["not_passed_on"] == result.facts["valid"]
    if result.facts["valid"]:
        assert len(result.winners) == min(ballots.seats, len(ballots.options))
